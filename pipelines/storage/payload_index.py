"""Remembers where payloads of a WARC stand, in a temporary file of SQLite's, so that memory stays flat however long it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: the number of its file, the byte in it, and whether that counts in the unpacked file."""

    file: int
    offset: int
    unpacked: bool = False


class PayloadIndex:
    """Places by any key that may name a payload (record id, digest, address and date); the first of a key stays.

    It lives as long as the object, in a private temporary database: nothing of it is kept. `put_off` is a queue of
    places to come back to, in their order.
    """

    def __init__(self) -> None:
        self._conn = sqlite3.connect("", isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = OFF")
        self._conn.execute("PRAGMA synchronous = OFF")
        self._conn.execute("CREATE TABLE places (key TEXT PRIMARY KEY, file, byte, unpacked, note) WITHOUT ROWID")
        self._conn.execute("CREATE TABLE waiting (file, byte, unpacked)")
        self._conn.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._conn.close()

    def add(self, keys: Iterable[str], place: Place, note: str = "") -> None:
        """Remember a place under each of its keys, with a note to hand back."""
        row = (place.file, place.offset, place.unpacked, note)
        self._conn.executemany("INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?)", ((key, *row) for key in keys))

    def find(self, keys: Iterable[str]) -> tuple[Place, str] | None:
        """The place (and note) of the first key that is known; None where none is."""
        for key in keys:
            row = self._conn.execute("SELECT file, byte, unpacked, note FROM places WHERE key = ?", (key,)).fetchone()
            if row:
                return Place(row[0], row[1], bool(row[2])), row[3]
        return None

    def put_off(self, place: Place) -> None:
        """Come back to a place later."""
        self._conn.execute("INSERT INTO waiting VALUES (?, ?, ?)", (place.file, place.offset, place.unpacked))

    def waiting(self) -> Iterator[Place]:
        """The places put off, in their order."""
        with closing(self._conn.execute("SELECT file, byte, unpacked FROM waiting ORDER BY rowid")) as rows:
            for file, offset, unpacked in rows:
                yield Place(file, offset, bool(unpacked))
