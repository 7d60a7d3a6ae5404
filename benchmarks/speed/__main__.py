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
from benchmarks.speed.serving import served
from pipelines.errors import PortalCrawlerError

if TYPE_CHECKING:
    from collections.abc import Callable

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


@click.command()
@click.option("--articles", type=click.IntRange(20), default=3000, show_default=True, help="Articles of the site.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Measurements of each design.")
@click.option("--only", multiple=True, type=click.Choice(["ours", "straightforward", "floor"]), help="Only these.")
@click.option("--port", type=int, default=8790, show_default=True, help="Where nginx serves the pages.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("data/bench"), show_default=True)
def main(articles: int, rounds: int, only: tuple[str, ...], port: int, folder: Path) -> None:
    """Measure; the median of the rounds is shown.

    \b
    Example:
      python -m benchmarks.speed --articles 3000 --rounds 3
    """
    try:
        _measure(folder / str(articles), articles, rounds, only or ("ours", "straightforward", "floor"), port)
    except PortalCrawlerError as error:
        raise click.ClickException(str(error)) from error


def _measure(folder: Path, articles: int, rounds: int, designs: tuple[str, ...], port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    click.echo(f"{articles} articles: {write_site(folder, base, articles)} pages")
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    work = folder / "work"
    costs: dict[str, list[Cost]] = {name: [] for name in designs}
    right: dict[str, Accuracy] = {}
    with served(folder, port):
        for number in range(rounds):
            for name in designs:
                shutil.rmtree(work / name, ignore_errors=True)
                (work / name).mkdir(parents=True)
                database = work / name / "portal.db"
                command = _COMMANDS[name](work, base, truth, database)
                costs[name].append(run(command, log=work / f"{name}.log"))
                right[name] = judge(database, truth)
                click.echo(f"round {number + 1}: {name}: {costs[name][-1]}", err=True)
    for row in _table(costs, right, len(reachable(truth))):
        click.echo("  ".join(f"{cell:>12}" for cell in row))


def _ours(work: Path, base: str, _: dict[str, Any], database: Path) -> list[str | Path]:
    profile = work / "bench.toml"
    profile.write_text(_PROFILE.format(base=base), encoding="utf-8")
    return [_program("portal-crawler"), "crawl", profile, "--db", database, "-s", "MEDIA=False", "--json"]


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


def _table(costs: dict[str, list[Cost]], right: dict[str, Accuracy], articles: int) -> list[tuple[str, ...]]:
    heads = ("design", "CPU ms/page", "x floor", "pages/s", "peak MB", "found", "title", "day", "recall", "precision")
    floor = median(one.cpu for one in costs["floor"]) if "floor" in costs else 0.0
    rows: list[tuple[str, ...]] = [heads]
    for name, measured in costs.items():
        cpu = median(one.cpu for one in measured)
        one = right[name]
        shares = (f"{value:.3f}" for value in (one.found, one.title, one.day, one.recall, one.precision))
        rows.append(
            (
                name,
                f"{cpu / articles * 1000:.1f}",
                f"{cpu / floor:.2f}" if floor else "-",
                f"{articles / median(one.wall for one in measured):.0f}",
                f"{median(one.memory for one in measured) / 1e6:.0f}",
                *shares,
            )
        )
    return rows


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
