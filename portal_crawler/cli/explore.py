"""`portal-crawler explore`: the analysts' page, on loopback."""

from __future__ import annotations

import webbrowser
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.common import db_option, existing

if TYPE_CHECKING:
    from pathlib import Path

PORT = 8001


@click.command()
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@db_option
def explore(port: int, open_browser: bool, db: Path) -> None:
    """Open the database as pages to look at: articles, search, ready questions with charts, tables, SQL.

    Read-only, on this machine only (127.0.0.1), stopped with Ctrl-C; a crawl may go on meanwhile. Needs the extra:
    pip install "portal-crawler[explore]".

    \b
    Example:
      portal-crawler explore --db data/demo/portal.db --open
    """
    from portal_crawler.explore import app

    up_to_date(existing(db))
    datasette = app.build(db)

    def ready(address: str) -> None:
        click.echo(f"{db} is shown at {address} (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(address)

    with suppress(KeyboardInterrupt):
        app.serve(datasette, port, ready)


def up_to_date(db: Path) -> None:
    """Bring a database of an older version up to date, for the page needs its newest views; else touch nothing.

    Raises:
        StorageError: it cannot be written.
        LockedError: a crawl by an older version is writing it.
        SchemaError: it is not ours, or of a newer version.
    """
    from pipelines.storage.schema import is_current, open_reader
    from pipelines.storage.store import Store

    with closing(open_reader(db)) as conn:
        if is_current(conn):
            return
    Store.open(db, command="explore").close()
    click.echo(f"{db} was made by an older version; it was brought up to date", err=True)
