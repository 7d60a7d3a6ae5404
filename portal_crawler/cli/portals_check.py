"""`portal-crawler portals check`: is a profile valid, and what does it make of saved or live pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.items import Page
    from portal_crawler.extract.reading import Expect
    from portal_crawler.profile import Profile

#: How many articles --live asks a portal for: enough to see a pattern, little enough to ask of anybody.
LIVE_ARTICLES = 3

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Check a profile, and what it makes of pages.")
@click.argument("name")
@click.option("--page", "pages", multiple=True, type=FILE, help="A saved article page to read; may be given again.")
@click.option("--list", "lists", multiple=True, type=FILE, help="A saved listing page to read; may be given again.")
@click.option("--live", is_flag=True, help=f"Crawl {LIVE_ARTICLES} articles into a temporary database and show them.")
@json_option
@click.pass_context
def check(
    ctx: click.Context, name: str, *, pages: tuple[Path, ...], lists: tuple[Path, ...], live: bool, as_json: bool
) -> None:
    """Check the profile NAME (a bundled name or a TOML file), and what it makes of pages.

    For every article: its layout, and each field with its value, the rule that found it, and its problem. The exit
    code is 1 when the profile is wrong, an article lacks its title, body or date, or a list has no article links.

    \b
    Example:
      portal-crawler portals check my_town.toml
      portal-crawler portals check my_town.toml --page saved/tin-233.html --list saved/tin-tuc.html
      portal-crawler portals check my_town.toml --live
    """
    from portal_crawler.cli.page_report import print_report, report_page
    from portal_crawler.profile import load_profile

    profile = load_profile(name)
    asked: list[tuple[Path, Expect]] = [*((path, "listing") for path in lists), *((path, "article") for path in pages)]
    reports = [report_page(_page_of(path, profile), profile, expect, str(path)) for path, expect in asked]
    crawl: dict[str, Any] | None = None
    if live:
        crawl, found = _live(name, profile)
        reports += found
    ok = all(report["ok"] for report in reports) and (crawl is None or crawl["exit_code"] == 0)
    if as_json:
        print_json({"profile": name, "ok": ok, "pages": reports, "crawl": crawl})
    else:
        click.echo(f"{profile.path}: a valid profile of {profile.title}")
        for report in reports:
            print_report(report)
        if crawl:
            click.secho(f"\n{crawl['verdict'].upper()}: {crawl['sentence']}", bold=True)
    ctx.exit(0 if ok else 1)


def _page_of(path: Path, profile: Profile) -> Page:
    from collections import Counter

    from pipelines.items import Failure
    from portal_crawler.sources.folder import read_file

    page = read_file(path, path.parent, profile, Counter())
    if isinstance(page, Failure):
        raise ConfigurationError(f"{path}: {page.reason}: {page.detail}")
    if page is None:
        raise ConfigurationError(f"{path}: not a page; give a saved HTML page")
    return page


def _live(name: str, profile: Profile) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A short crawl, forgotten afterwards: its verdict, and a report of every article page it asked for."""
    from tempfile import TemporaryDirectory

    from portal_crawler.cli.crawl import run_crawl
    from portal_crawler.cli.page_report import report_page

    with TemporaryDirectory(prefix="portal-crawler-") as folder:
        db = Path(folder) / "check.db"
        session = run_crawl(name, db, {"limit": str(LIVE_ARTICLES)}, {"LOG_LEVEL": "ERROR"})
        if session.verdict is None:
            raise click.Abort
        reports = [report_page(page, profile, "article", page.url) for page in _article_pages(db)]
    verdict = session.verdict
    return {"verdict": verdict.name, "sentence": verdict.sentence, "exit_code": verdict.exit_code}, reports


def _article_pages(db: Path) -> Iterator[Page]:
    from contextlib import closing

    from pipelines.storage.captures import read_capture
    from pipelines.storage.lookup import captures_of_articles
    from pipelines.storage.schema import open_reader

    with closing(open_reader(db)) as conn:
        for capture_id in captures_of_articles(conn):
            yield read_capture(conn, capture_id)
