"""`make bench`: whole crawls of the same pages by four designs in turn, several times; prints ratios, never bare seconds."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed.accuracy import Accuracy, judge, reachable, target
from benchmarks.speed.measuring import Cost, run
from benchmarks.speed.pages import write_site
from benchmarks.speed.report import table, write_report
from benchmarks.speed.same_pages import compare
from benchmarks.speed.serving import served
from benchmarks.speed.sizes import capture_sizes
from pipelines.errors import PortalCrawlerError

if TYPE_CHECKING:
    from collections.abc import Callable

_DOCS, _CHART = Path("docs/performance.md"), Path("docs/images/performance.svg")
_PROFILE = """
name = "bench"
title = "Benchmark"
hosts = ["127.0.0.1"]
start_urls = ["{base}/"]
[crawl]
allow_private_hosts = true
delay = 0
concurrency = 4
probe_ids = 0
"""


_DESIGNS = ("ours", "straightforward", "floor")
_HEADS = (
    "design",
    "CPU ms/article",
    "x floor",
    "articles/s",
    "peak MB",
    "found",
    "title",
    "day",
    "recall",
    "precision",
)


@click.command()
@click.option(
    "--articles",
    "sizes",
    multiple=True,
    type=click.IntRange(20),
    default=(3000,),
    show_default=True,
    help="Articles of a site; may be given several times.",
)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Measurements of each design.")
@click.option("--only", multiple=True, type=click.Choice(_DESIGNS), help="Only these.")
@click.option("--port", type=int, default=8790, show_default=True, help="Where nginx serves the pages.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("data/bench"), show_default=True)
@click.option(
    "--others",
    type=click.Path(path_type=Path),
    default=Path(".bench/bin/python"),
    help="The Python that has the extractors of others.",
)
@click.option("--docs", is_flag=True, help="Write the tables into docs/performance.md.")
def main(
    sizes: tuple[int, ...], rounds: int, only: tuple[str, ...], port: int, folder: Path, others: Path, *, docs: bool
) -> None:
    """Measure; the median of the rounds is shown.

    \b
    Example:
      python -m benchmarks.speed --articles 3000 --articles 12000 --rounds 3
    """
    parts: list[str] = []
    bars: list[tuple[str, float]] = []
    try:
        for articles in sizes:
            site = _Site(folder / str(articles), articles, f"http://127.0.0.1:{port}")
            costs, right = site.crawls(rounds, only or _DESIGNS, port)
            rows = _rows(costs, right, len(reachable(site.truth)))
            parts += [f"### {articles:,} articles, {rounds} {'round' if rounds == 1 else 'rounds'}", table(rows)]
            bars = bars or _bars(costs)
            if "ours" in costs:
                parts += ["All captures read again, on one core and on two:", table(site.rereading())]
                parts += ["What its captures take:", table(capture_sizes(site.database))]
        parts += ["### Extraction alone, the same article pages", table(site.extraction(others))]
        click.echo("\n\n".join(parts))
        if docs:
            write_report(_DOCS, _CHART, parts, bars)
    except PortalCrawlerError as error:
        raise click.ClickException(str(error)) from error


class _Site:
    """One written site and what is measured on it."""

    def __init__(self, folder: Path, articles: int, base: str) -> None:
        self._folder, self._base = folder, base
        click.echo(f"{articles} articles: {write_site(folder, base, articles)} pages", err=True)
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        self._work = folder / "work"
        self._work.mkdir(exist_ok=True)
        self._profile = self._work / "bench.toml"
        self.database = self._work / "ours" / "portal.db"
        self._profile.write_text(_PROFILE.format(base=base), encoding="utf-8")

    def crawls(
        self, rounds: int, designs: tuple[str, ...], port: int
    ) -> tuple[dict[str, list[Cost]], dict[str, Accuracy]]:
        """Whole crawls by each design in turn, round by round."""
        costs: dict[str, list[Cost]] = {name: [] for name in designs}
        right: dict[str, Accuracy] = {}
        with served(self._folder, port):
            for number in range(rounds):
                for name in designs:
                    shutil.rmtree(self._work / name, ignore_errors=True)
                    (self._work / name).mkdir()
                    database = self._work / name / "portal.db"
                    command = _COMMANDS[name](self._work, self._base, self.truth, database)
                    costs[name].append(run(command, log=self._work / f"{name}.log"))
                    right[name] = judge(database, self.truth)
                    click.echo(f"round {number + 1}: {name}: {costs[name][-1]}", err=True)
        return costs, right

    def rereading(self) -> list[tuple[str, ...]]:
        """Re-extraction of what our crawl captured, by one process and by two."""
        rows: list[tuple[str, ...]] = [("processes", "pages/s", "x one", "CPU ms/page", "peak MB")]
        one = 0.0
        for jobs in (1, 2):
            command: list[str | Path] = [
                _program("portal-crawler"),
                "reextract",
                self._profile,
                "--db",
                self.database,
                "--diff",
                "--jobs",
                str(jobs),
                "--json",
            ]
            log = self._work / "reextract.log"
            cost = run(command, log=log)
            said = log.read_text(encoding="utf-8")
            pages = json.loads(said[said.index("{") :])["captures"]
            one = one or pages / cost.wall
            rows.append(
                (
                    str(jobs),
                    f"{pages / cost.wall:.0f}",
                    f"{pages / cost.wall / one:.2f}",
                    f"{cost.cpu / pages * 1000:.1f}",
                    f"{cost.memory / 1e6:.0f}",
                )
            )
        return rows

    def extraction(self, others: Path) -> list[tuple[str, ...]]:
        """Our extraction beside that of others."""
        rows: list[tuple[str, ...]] = [("extractor", "CPU ms/page", *_HEADS[5:])]
        found = compare(self._folder, self.truth, self._base, self._profile, others)
        return [*rows, *((one.name, f"{one.milliseconds:.1f}", *_shares(one.right)) for one in found)]


def _bars(costs: dict[str, list[Cost]]) -> list[tuple[str, float]]:
    floor = min(median(one.cpu for one in measured) for measured in costs.values())
    return [(name, median(one.cpu for one in measured) / floor) for name, measured in costs.items()]


def _ours(work: Path, _: str, __: dict[str, Any], database: Path) -> list[str | Path]:
    return [_program("portal-crawler"), "crawl", work / "bench.toml", "--db", database, "-s", "MEDIA=False", "--json"]


def _straightforward(_: Path, base: str, __: dict[str, Any], database: Path) -> list[str | Path]:
    return [sys.executable, "-m", "benchmarks.speed.straightforward", base, database]


def _floor(work: Path, base: str, truth: dict[str, Any], database: Path) -> list[str | Path]:
    articles = [target(one["urls"][0]) for one in reachable(truth)]
    pages = work.parent / "pages"
    lists = (
        f"/{file.relative_to(pages)}" for file in pages.rglob("*") if "page" in file.name.lower().partition("?")[2]
    )
    told = work / "told.json"
    told.write_text(
        json.dumps({"base_url": base, "targets": [*lists, *articles], "articles": articles}), encoding="utf-8"
    )
    return [sys.executable, "-m", "benchmarks.speed.floor", told, database]


_COMMANDS: dict[str, Callable[[Path, str, dict[str, Any], Path], list[str | Path]]] = {
    "ours": _ours,
    "straightforward": _straightforward,
    "floor": _floor,
}


def _program(name: str) -> Path:
    return Path(sys.executable).parent / name


def _shares(right: Accuracy) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in (right.found, right.title, right.day, right.recall, right.precision))


def _rows(costs: dict[str, list[Cost]], right: dict[str, Accuracy], articles: int) -> list[tuple[str, ...]]:
    floor = median(one.cpu for one in costs["floor"]) if "floor" in costs else 0.0
    rows: list[tuple[str, ...]] = [_HEADS]
    for name, measured in costs.items():
        cpu = median(one.cpu for one in measured)
        rows.append(
            (
                name,
                f"{cpu / articles * 1000:.1f}",
                f"{cpu / floor:.2f}" if floor else "-",
                f"{articles / median(one.wall for one in measured):.0f}",
                f"{median(one.memory for one in measured) / 1e6:.0f}",
                *_shares(right[name]),
            )
        )
    return rows


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
