"""The ledger of loads into a CMS: what each row became there, as it was sent and as it was found afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from pipelines.storage.store import Store

Kind = Literal["article", "media"]
Status = Literal["pending", "loaded", "kept", "refused", "undone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the ledger.

    `uid` is an article's uid or a file's SHA-256. `row_hash` is of what was sent last, `sent` its fields; `found` are
    the target's own fields right after, and `modified` its time of change, by which later edits there are known.
    "pending": was being sent when the ledger was last written. "kept": edited or deleted in the target, left alone.
    """

    kind: Kind
    uid: str
    target_id: int | None = None
    address: str = ""
    row_hash: str = ""
    status: Status = "pending"
    message: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    modified: str = ""
    batch_id: int = 0


_COLUMNS = (
    "kind", "uid", "target_id", "address", "row_hash", "status", "message", "sent", "found", "modified", "batch_id",
)  # fmt: skip
_READ = f"SELECT {', '.join(_COLUMNS)} FROM load_ledger WHERE target = ? AND kind = ?"  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that a batch did; `before` are the target's fields as they were, None where it was made."""

    id: int
    kind: Kind
    uid: str
    target_id: int
    before: Mapping[str, Any] | None


class Ledger:
    """The ledger of one target (the address of its site). Every method that writes commits."""

    def __init__(self, store: Store, target: str) -> None:
        self.target = target
        self._store = store
        self._conn = store.conn

    def begin_batch(self) -> int:
        """Begin a load; returns the number of its batch."""
        cursor = self._conn.execute(
            "INSERT INTO load_batches (target, started_at) VALUES (?, ?)", (self.target, self._store.now())
        )
        self._store.commit()
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def finish_batch(self, batch: int, counts: Mapping[str, Any]) -> None:
        """Write what a load did."""
        values = (self._store.now(), json.dumps(counts, ensure_ascii=False), batch)
        self._conn.execute("UPDATE load_batches SET finished_at = ?, counts = ? WHERE id = ?", values)
        self._store.commit()

    def get(self, kind: Kind, uid: str) -> Entry | None:
        """The row of an article or file; None where it was never sent."""
        row = self._conn.execute(f"{_READ} AND uid = ?", (self.target, kind, uid)).fetchone()
        return _entry(row) if row else None

    def in_target(self, kind: Kind) -> list[Entry]:
        """The rows of what stands in the target, as far as we know, by uid."""
        return [one for one in read_entries(self._conn, self.target, kind) if one.target_id is not None]

    def put(self, entry: Entry, *, before: Mapping[str, Any] | None = None, changed: bool = False) -> None:
        """Write a row. `changed` says that the target was: then it can be undone to `before` (None: to nothing)."""
        values = (
            self.target, entry.kind, entry.uid, entry.target_id, entry.address, entry.row_hash, entry.status, entry.message,
            _json(entry.sent), _json(entry.found), entry.modified, entry.batch_id, self._store.now(),
        )  # fmt: skip
        with self._store.together():
            self._conn.execute(
                f"INSERT OR REPLACE INTO load_ledger VALUES ({', '.join('?' * len(values))})",  # noqa: S608 - marks only
                values,
            )
            if changed:
                self._conn.execute(
                    "INSERT INTO load_changes (batch_id, kind, uid, target_id, before, at) VALUES (?, ?, ?, ?, ?, ?)",
                    (entry.batch_id, entry.kind, entry.uid, entry.target_id, _json(before), self._store.now()),
                )
        self._store.commit()

    def changes(self, batch: int) -> list[Change]:
        """What a batch did, the last first.

        Raises:
            ConfigurationError: there is no such batch for this target, or it was undone already.
        """
        found = self._conn.execute("SELECT target, rolled_back_at FROM load_batches WHERE id = ?", (batch,)).fetchone()
        if found is None or found[0] != self.target:
            known = self._conn.execute("SELECT id FROM load_batches WHERE target = ? ORDER BY id", (self.target,))
            numbers = ", ".join(str(number) for (number,) in known) or "none"
            raise ConfigurationError(f"{self.target}: has no batch {batch}; it has: {numbers}")
        if found[1]:
            raise ConfigurationError(f"batch {batch} was undone at {found[1]}; load again to bring it back")
        rows = self._conn.execute(
            "SELECT id, kind, uid, target_id, before FROM load_changes WHERE batch_id = ? ORDER BY id DESC", (batch,)
        ).fetchall()
        return [
            Change(id=row[0], kind=row[1], uid=row[2], target_id=row[3], before=json.loads(row[4]) if row[4] else None)
            for row in rows
        ]

    def changed_later(self, change: Change) -> bool:
        """True where a later batch changed the same again and was not undone."""
        query = "SELECT EXISTS (SELECT * FROM load_changes WHERE kind = ? AND uid = ? AND target_id = ? AND id > ?)"
        values = (change.kind, change.uid, change.target_id, change.id)
        return bool(self._conn.execute(query, values).fetchone()[0])

    def in_use(self, file: Entry) -> bool:
        """True where an article that stands in the target shows a file."""
        query = """SELECT EXISTS (SELECT * FROM load_ledger WHERE target = ? AND kind = 'article' AND target_id IS NOT NULL
                    AND (json_extract(sent, '$.featured_media') = ? OR instr(json_extract(sent, '$.content'), ?) > 0))"""
        values = (self.target, file.target_id, file.address)
        return bool(self._conn.execute(query, values).fetchone()[0])

    def undone(self, change: Change, entry: Entry) -> None:
        """Write what an undone change left and forget the change: a killed rollback goes on where it was."""
        self._conn.execute("DELETE FROM load_changes WHERE id = ?", (change.id,))
        self.put(entry)

    def finish_rollback(self, batch: int) -> None:
        """Mark a batch as undone."""
        self._conn.execute("UPDATE load_batches SET rolled_back_at = ? WHERE id = ?", (self._store.now(), batch))
        self._store.commit()


def read_entries(conn: sqlite3.Connection, target: str, kind: Kind) -> Iterator[Entry]:
    """All rows of a kind for a target, read without the writer's lock; none where nothing was ever loaded."""
    if conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'load_ledger'").fetchone()[0]:
        for row in conn.execute(f"{_READ} ORDER BY uid", (target, kind)).fetchall():
            yield _entry(row)


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**{**values, "sent": json.loads(values["sent"]), "found": json.loads(values["found"])})


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
