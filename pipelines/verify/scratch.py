"""What a target holds, kept by uid in a temporary file, so that memory stays flat whatever its order is."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator


class Scratch:
    """A context; what was not taken at the end belongs to no article."""

    def __enter__(self) -> Self:
        self._conn = sqlite3.connect("")
        self._conn.execute("CREATE TABLE found (uid TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.close()

    def put(self, uid: str, value: Any) -> None:
        """Keep what a target holds of an article, as plain JSON types; of two the later."""
        self._conn.execute("INSERT OR REPLACE INTO found VALUES (?, ?)", (uid, json.dumps(value)))

    def take(self, uid: str) -> Any:
        """What the target holds of an article, and forget it; None where it holds nothing."""
        rows = self._conn.execute("DELETE FROM found WHERE uid = ? RETURNING value", (uid,)).fetchall()
        return json.loads(rows[0][0]) if rows else None

    def count(self) -> int:
        """How many articles are kept."""
        number: int = self._conn.execute("SELECT count(*) FROM found").fetchone()[0]
        return number

    def left(self) -> Iterator[str]:
        """The uids that were not taken."""
        for (uid,) in self._conn.execute("SELECT uid FROM found ORDER BY uid"):
            yield uid
