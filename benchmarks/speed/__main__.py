"""`make bench`: what a crawl, a re-crawl, re-extraction and archives cost beside others and beside what cannot be avoided."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed import tables
from benchmarks.speed.archives import archives
from benchmarks.speed.changes import changes
from benchmarks.speed.crawls import COMMANDS, crawls
from benchmarks.speed.recrawl import recrawl
from benchmarks.speed.report import write_report
from benchmarks.speed.rereading import rereading
from benchmarks.speed.results import Results
from benchmarks.speed.same_pages import same_pages
from benchmarks.speed.site import Site
from benchmarks.speed.sizes import capture_sizes
from pipelines.errors import PortalCrawlerError

if TYPE_CHECKING:
    from collections.abc import Callable

_DOCS, _CHART = Path("docs/performance.md"), Path("docs/images/performance.svg")


class _Bench:
    """What to measure, and how often."""

    def __init__(self, folder: Path, port: int, rounds: dict[int, int], without: dict[int, set[str]]) -> None:
        self._folder, self._port = folder, port
        self._rounds, self._without = rounds, without
        self._sites: dict[int, Site] = {}

    def site(self, articles: int) -> Site:
        """The written pages of a portal of so many articles."""
        if articles not in self._sites:
            click.echo(f"{articles} articles: writing their pages, where they are not there yet", err=True)
            self._sites[articles] = Site(self._folder / str(articles), articles, self._port)
        return self._sites[articles]

    def rounds(self, size: int) -> int:
        """How often each setting is measured at this size."""
        return self._rounds.get(size, self._rounds[0])

    def crawls(self, size: int) -> dict[str, Any]:
        """Whole crawls by every design."""
        return crawls(self.site(size), self.rounds(size), sorted(self._without.get(size, ())))

    def captures(self, size: int) -> dict[str, Any]:
        """The room that captures take."""
        return capture_sizes(self.site(size).crawled())

    def extractors(self, size: int) -> dict[str, Any]:
        """Extractors alone."""
        pythons = {name: Path(f".{name}/bin/python") for name in ("bench", "bench-fundus")}
        return same_pages(self.site(size), self.rounds(size), pythons)

    def rereading(self, size: int) -> dict[str, Any]:
        """Re-extraction on one core and on two."""
        return rereading(self.site(size), self.rounds(size))

    def archives(self, size: int) -> dict[str, Any]:
        """A WARC file of as many records."""
        return archives(self.site(size), size, self.rounds(size))

    def recrawl(self, size: int) -> dict[str, Any]:
        """A second crawl, of the portal unchanged."""
        return recrawl(self.site(size), self.rounds(size))

    def changes(self, size: int) -> dict[str, Any]:
        """Requests for k changes."""
        return changes(self._folder / f"changes-{size}", size, self._port)


#: part -> what measures it, and at what sizes unless others are given.
PARTS: dict[str, tuple[Callable[[_Bench, int], dict[str, Any]], tuple[int, ...]]] = {
    "crawls": (_Bench.crawls, (3000, 12_000)),
    "captures": (_Bench.captures, (3000,)),
    "extractors": (_Bench.extractors, (3000,)),
    "rereading": (_Bench.rereading, (3000,)),
    "recrawl": (_Bench.recrawl, (3000,)),
    "archives": (_Bench.archives, (3000, 12_000)),
    "changes": (_Bench.changes, (1000, 10_000)),
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option(
    "--articles",
    "sizes",
    multiple=True,
    type=click.IntRange(20),
    help="Articles (or records) to measure with, instead of each part's own; may be given several times.",
)
@click.option(
    "--rounds",
    multiple=True,
    default=("3", "12000:1"),
    show_default=True,
    metavar="[SIZE:]N",
    help="Measurements of each setting; with a size, for that size only.",
)
@click.option(
    "--without",
    multiple=True,
    default=("12000:straightforward",),
    show_default=True,
    metavar="SIZE:DESIGN",
    help="Leave a design out at a size: the straightforward one needs a quarter of an hour for 12,000 articles.",
)
@click.option("--port", type=int, default=8790, show_default=True, help="Where nginx serves the pages.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("data/bench"), show_default=True)
@click.option("--show", is_flag=True, help="Measure nothing; print the tables of what was measured.")
@click.option("--docs", is_flag=True, help="Write the tables into docs/performance.md.")
def main(
    parts: tuple[str, ...],
    sizes: tuple[int, ...],
    rounds: tuple[str, ...],
    without: tuple[str, ...],
    port: int,
    folder: Path,
    *,
    show: bool,
    docs: bool,
) -> None:
    """Measure PARTS, all of them unless some are named; the median of the rounds is shown, of every part the newest measurement.

    \b
    Examples:
      python -m benchmarks.speed
      python -m benchmarks.speed crawls --articles 3000 --rounds 5
      python -m benchmarks.speed --show --docs
    """
    results = Results(folder / "results.json")
    try:
        bench = _Bench(folder, port, _rounds(rounds), _without(without))
        for part in () if show else parts or PARTS:
            measure, usual = PARTS[part]
            for size in sizes or usual:
                results.keep(part, size, measure(bench, size))
        written = list(tables.parts(results))
        click.echo("\n\n".join(written))
        if docs:
            write_report(_DOCS, _CHART, written, tables.bars(results))
    except PortalCrawlerError as error:
        raise click.ClickException(str(error)) from error


def _rounds(given: tuple[str, ...]) -> dict[int, int]:
    """By size; 0 stands for all others."""
    found = {0: 3}
    for text in given:
        size, _, number = text.rpartition(":")
        if not number.isdigit() or int(number) < 1 or not (size or "0").isdigit():
            raise click.BadParameter(f"{text}: write it as N or SIZE:N, such as 3 or 12000:1", param_hint="--rounds")
        found[int(size or 0)] = int(number)
    return found


def _without(given: tuple[str, ...]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for text in given:
        size, _, design = text.partition(":")
        if not size.isdigit() or design not in COMMANDS:
            raise click.BadParameter(
                f"{text}: write it as SIZE:DESIGN, a design being one of {', '.join(COMMANDS)}", param_hint="--without"
            )
        found.setdefault(int(size), set()).add(design)
    return found


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
