"""Builds the Datasette that shows one database, read-only, and serves it on loopback."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipelines.errors import ConfigurationError
from portal_crawler.explore.metadata import DATABASE, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

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
        from datasette.plugins import pm
    except ImportError as error:
        raise ConfigurationError(
            'the page needs Datasette; install it with: make setup, or pip install "portal-crawler[explore]"'
        ) from error
    from portal_crawler.explore import plugin
    from portal_crawler.explore.current import CurrentDatabase

    if not pm.is_registered(plugin):
        pm.register(plugin)
        pm.unregister(name="datasette.handle_exception")  # plugin.handle_exception stands in for it
    here = Path(str(resources.files("portal_crawler.explore")))
    datasette = Datasette(
        [],
        metadata=metadata(),
        settings=SETTINGS,
        template_dir=str(here / "templates"),
        static_mounts=[("explore", str(here / "static"))],
    )
    datasette.remove_database("_memory")
    datasette.add_database(
        CurrentDatabase(datasette, path=str(db.resolve()), is_mutable=not _is_frozen(db)), name=DATABASE
    )
    return datasette


def serve(datasette: Any, port: int, ready: Callable[[str], None]) -> None:
    """Answer on loopback until interrupted; `ready` is told the address as soon as it can be asked. Port 0: a free one.

    Raises:
        ConfigurationError: another program has the port.
    """
    import uvicorn

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(f"http://{HOST}:{listener.getsockname()[1]}/")

    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", server_header=False)
    with _listener(port) as listener:
        Announced(config).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"port {port} is taken; name another with --port, or --port 0 for a free one"
        ) from error
    return listener


def _is_frozen(db: Path) -> bool:
    """True for a database that cannot be opened without being taken as immutable: as pipelines.storage.connection."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(db.resolve()))}?mode=ro", uri=True)) as conn:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return True
    return False
