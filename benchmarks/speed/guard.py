"""`make bench-guard`: our cost in times of the floor and of the straightforward design, measured in one run and held to bounds.

Ratios only, of CPU time: what makes us dearer beside the others, on whatever machine, fails it.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from benchmarks.speed import floor, straightforward
from benchmarks.speed.crawls import crawls
from benchmarks.speed.report import table
from benchmarks.speed.site import Site
from pipelines.errors import PortalCrawlerError
from pipelines.items import Page
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile

if TYPE_CHECKING:
    from collections.abc import Callable

#: The most that a figure may be: a third to a half above what was measured. Lower them when a gain has landed, so that it cannot be lost unseen.
BOUNDS = {
    "reading a page, x the floor's": 2.4,
    "reading a page, share of the straightforward": 0.28,
    "whole crawl, x the floor (starts included)": 8.0,
    "whole crawl, share of the straightforward (starts included)": 0.65,
}
ARTICLES = 60
_PAGES, _ROUNDS = 20, 3


@click.command()
def main() -> None:
    """Measure and compare; exit code 1 where a bound is broken."""
    try:
        with TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)  # nginx serves as a user of its own
            site = Site(Path(folder) / "site", ARTICLES, _free_port())
            found = dict(zip(BOUNDS, (*_reading(site), *_crawling(site)), strict=True))
    except PortalCrawlerError as error:
        raise click.ClickException(str(error)) from error
    rows = [(name, f"{value:.2f}", f"{BOUNDS[name]:.2f}") for name, value in found.items()]
    click.echo(table([("ratio of CPU", "measured", "bound"), *rows]))
    broken = [name for name, value in found.items() if value > BOUNDS[name]]
    if broken:
        click.echo(f"dearer than it was beside the others: {', '.join(broken)}; `make bench` tells more", err=True)
        sys.exit(1)


def _reading(site: Site) -> tuple[float, float]:
    """Of the same pages in this process, the least of some rounds each; nothing of it is start."""
    files = [site.article_file(one) for one in site.linked()[:_PAGES]]
    bodies = [file.read_bytes() for file in files if file.is_file()]
    rules = load_profile(str(site.profile))
    kind = (("Content-Type", "text/html; charset=utf-8"),)
    pages = [
        Page(url=f"{site.base}/Pages/tin.aspx?ItemID={at}", body=body, headers=kind) for at, body in enumerate(bodies)
    ]
    readers: dict[str, Callable[[], list[Any]]] = {
        "ours": lambda: [read_page(page, rules, "article") for page in pages],
        "floor": lambda: [floor.read(body) for body in bodies],
        "straightforward": lambda: [straightforward.read(page.url, page.body.decode()) for page in pages],
    }
    rounds = [{name: _cpu(read) for name, read in readers.items()} for _ in range(_ROUNDS)]
    least = {name: min(one[name] for one in rounds) for name in readers}
    return least["ours"] / least["floor"], least["ours"] / least["straightforward"]


def _crawling(site: Site) -> tuple[float, float]:
    crawls(site, 1, ("straightforward",))  # whatever is not compiled yet, libraries above all, is after this
    designs = crawls(site, 1, ())["designs"]
    cpu = {name: one["costs"][0]["cpu"] for name, one in designs.items()}
    return cpu["ours"] / cpu["floor"], cpu["ours"] / cpu["straightforward"]


def _cpu(work: Callable[[], list[Any]]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
