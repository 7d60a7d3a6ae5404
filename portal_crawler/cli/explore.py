"""`portal-crawler explore`: the analysts' page, on loopback."""

from __future__ import annotations

import webbrowser
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from pipelines.errors import SchemaError
from portal_crawler.cli.common import db_option, existing

if TYPE_CHECKING:
    from pathlib import Path

PORT = 8001


@click.command()
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@click.option("--upgrade", is_flag=True, help="Bring a database of an older version up to date first (writes to it).")
@db_option
def explore(port: int, open_browser: bool, upgrade: bool, db: Path) -> None:
    """Open the database as pages to look at: articles, search, ready questions with charts, tables, SQL.

    Read-only, on this machine only (127.0.0.1), stopped with Ctrl-C; a crawl may go on meanwhile. Needs the extra:
    pip install "portal-crawler[explore]".

    \b
    Example:
      portal-crawler explore --db data/demo/portal.db --open
    """
    from portal_crawler.explore import app

    make_fit(existing(db), upgrade=upgrade)
    datasette = app.build(db)

    def ready(address: str) -> None:
        click.echo(f"{db} is shown at {address} (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(address)

    with suppress(KeyboardInterrupt):
        app.serve(datasette, port, ready)


def make_fit(db: Path, *, upgrade: bool) -> None:
    """Nothing for a database of this version; one of an older version is written to only where that is asked for.

    Raises:
        SchemaError: it lacks what the pages need, or is not ours, or of a newer version.
        StorageError: it is to be upgraded and cannot be written.
        LockedError: it is to be upgraded and a crawl is writing it.
    """
    from pipelines.storage.schema import is_current, open_reader
    from pipelines.storage.store import Store

    with closing(open_reader(db, older=True)) as conn:
        if is_current(conn):
            return
        browsable = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'v_browse'").fetchone()
    if upgrade:
        Store.open(db, command="explore").close()
        click.echo(f"{db} was made by an older version; it was brought up to date", err=True)
    elif browsable:
        click.echo(f"{db} was made by an older version; questions it cannot answer need --upgrade", err=True)
    else:
        raise SchemaError(
            f"{db}: made by an older version, without the views that the pages need; run again with --upgrade, which "
            "writes to the file, or let a crawl bring it up to date"
        )
