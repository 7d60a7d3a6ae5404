"""A Datasette database that follows its file: what `db publish` puts in its place is shown without a restart."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import Database, connections

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


class CurrentDatabase(Database):  # type: ignore[misc] # datasette has no types
    """As Datasette's, but a thread's connection is opened anew once another file has the name."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._seen = threading.local()

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """As Datasette's; `fn` gets a connection to the file that is there now."""
        return await super().execute_fn(lambda conn: fn(self._current(conn)))

    def _current(self, conn: sqlite3.Connection) -> sqlite3.Connection:
        there = Path(self.path).stat()
        identity = (there.st_dev, there.st_ino)
        before = getattr(self._seen, "identity", identity)
        self._seen.identity = identity
        if identity == before:
            return conn
        fresh: sqlite3.Connection = self.connect()
        self.ds._prepare_connection(fresh, self.name)  # noqa: SLF001 - what its own execute_fn does with a new one
        setattr(connections, self.name, fresh)
        self._all_file_connections.remove(conn)
        conn.close()
        return fresh
