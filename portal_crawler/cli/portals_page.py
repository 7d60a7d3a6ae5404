"""`portal-crawler portals save-page`: a page that is held becomes a test case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.errors import ConfigurationError
from portal_crawler.cli.common import db_option, existing

if TYPE_CHECKING:
    from pipelines.items import Page
    from portal_crawler.profile import Profile


@click.command("save-page", short_help="Make a test case of a page that is held.")
@click.argument("name")
@click.argument("url")
@click.argument("destination", metavar="DEST", type=click.Path(file_okay=False, path_type=Path))
@db_option
@click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take the page from this file instead."
)
@click.option("--rewrite", is_flag=True, help="Write the expectation of an existing case anew.")
def save_page(name: str, url: str, destination: Path, db: Path, *, file: Path | None, rewrite: bool) -> None:
    """Save the page at URL of the portal NAME as a test case in the folder DEST; nothing is fetched.

    The page is taken from the latest good capture in the database, or from a file. DEST gets page.html, meta.toml and
    expected.json. What is expected is what the program reads now, so the case fails until a person has compared it
    with the page, mended it, and deleted the line "unread" from expected.json.

    \b
    Example:
      portal-crawler portals save-page my_town.toml "https://www.my-town.gov.vn/Pages/tin.aspx?ItemID=233" tests/pages/my_town_233
      portal-crawler portals save-page my_town.toml https://www.my-town.gov.vn/tin.aspx tests/pages/tin --file saved/tin.html
    """
    from portal_crawler.extract.page import read_page
    from portal_crawler.page_case import EXPECTED, write_case
    from portal_crawler.profile import load_profile

    profile = load_profile(name)
    page = _of_file(file, url, profile) if file else _of_database(existing(db), url, profile)
    write_case(destination, page, name, read_page(page, profile, "article"), rewrite=rewrite)
    click.echo(
        f'Saved {destination}. Now read {destination / EXPECTED} against the page, then delete its line "unread".'
    )


def _of_file(file: Path, url: str, profile: Profile) -> Page:
    from collections import Counter

    from pipelines.items import Failure
    from portal_crawler.sources.folder import read_file

    skipped: Counter[str] = Counter()
    page = read_file(file, file.parent, profile, skipped)
    if isinstance(page, Failure):
        raise ConfigurationError(f"{file}: {page.reason}: {page.detail}")
    if page is None:
        raise ConfigurationError(f"{file}: no page but {', '.join(skipped)}; give a saved HTML page")
    return replace(page, url=url, requested_url=url)


def _of_database(db: Path, url: str, profile: Profile) -> Page:
    from contextlib import closing

    from pipelines.storage.captures import read_capture
    from pipelines.storage.lookup import capture_of
    from pipelines.storage.schema import open_reader

    with closing(open_reader(db)) as conn:
        capture_id = capture_of(conn, profile.name, url)
        if capture_id is None:
            raise ConfigurationError(f"{db}: holds no page {url} of {profile.name}; crawl it first, or give --file")
        return read_capture(conn, capture_id)
