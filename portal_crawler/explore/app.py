"""Builds the Datasette that shows one database, read-only, and serves it on loopback."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from portal_crawler.explore.metadata import DATABASE, metadata

HOST = "127.0.0.1"
#: Milliseconds after which a question is stopped: long enough for every ready one on a portal of 50,000 articles.
SQL_TIME_LIMIT = 5000

SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": SQL_TIME_LIMIT,
    "facet_time_limit_ms": 1000,
    "max_returned_rows": 2000,
    "suggest_facets": False,  # a query for each column, on views without an index
    "allow_download": False,  # the file may be in use; copying it is the hand-over's business
    "default_cache_ttl": 0,  # a crawl may write meanwhile
    "truncate_cells_html": 160,
}


def build(db: Path) -> Any:
    """A Datasette on a database that exists and is up to date.

    The file is opened with `mode=ro`, not as immutable: a crawl may be writing, and every statement then sees the last
    commit. Only where nothing can write (a read-only medium, where WAL cannot be opened) it is taken as immutable.

    Raises:
        ConfigurationError: the extra is not installed.
    """
    try:
        from datasette.app import Datasette
        from datasette.database import Database
        from datasette.plugins import pm
    except ImportError as error:
        raise ConfigurationError(
            'the page needs Datasette; install it with: pip install "portal-crawler[explore]"'
        ) from error
    from portal_crawler.explore import plugin

    if not pm.is_registered(plugin):
        pm.register(plugin)
    here = Path(str(resources.files("portal_crawler.explore")))
    datasette = Datasette(
        [],
        metadata=metadata(),
        settings=SETTINGS,
        template_dir=str(here / "templates"),
        static_mounts=[("explore", str(here / "static"))],
    )
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(db.resolve()), is_mutable=not _is_frozen(db)), name=DATABASE)
    return datasette


def serve(datasette: Any, port: int) -> None:
    """Answer on loopback until interrupted."""
    import uvicorn

    uvicorn.run(datasette.app(), host=HOST, port=port, log_level="warning", lifespan="on", server_header=False)


def _is_frozen(db: Path) -> bool:
    """True for a database that cannot be opened without being taken as immutable: as pipelines.storage.connection."""
    import sqlite3
    from contextlib import closing
    from urllib.parse import quote

    try:
        with closing(sqlite3.connect(f"file:{quote(str(db.resolve()))}?mode=ro", uri=True)) as conn:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return True
    return False
