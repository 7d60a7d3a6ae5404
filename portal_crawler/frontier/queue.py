"""The request queue in the database: queued -> in flight -> done, in the same transaction as what the requests brought."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import sqlite3

Kind = Literal["start", "listing", "article", "feed", "sitemap", "lists", "probe", "nowhere", "canary", "media"]
OPEN_STATES = ("queued", "waiting", "in_flight")
#: Fingerprints, and facts of lists, that are kept in memory, at most: side boxes and menus lead to the same few on page after page.
MOST_IN_MEMORY = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request of a crawl. `context` is what its answer needs to be understood (section, route, chain, …).

    `attempts` counts how often it was handed out; `not_before` is Unix time in seconds, 0 for at once.
    """

    url: str
    kind: Kind
    fingerprint: str
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    context: dict[str, Any] = field(default_factory=dict)
    priority: int = 0
    host: str = ""
    id: int = 0
    attempts: int = 0
    not_before: float = 0.0


class Frontier:
    """The requests of one crawl (`crawl_id`: the run that began it). Never commits: the store does.

    The table `frontier` comes from the database's migrations.
    """

    def __init__(self, connection: sqlite3.Connection, crawl_id: int, portal: str) -> None:
        self._db = connection
        self._crawl = crawl_id
        self._portal = portal
        self._met: set[str] = set()
        self._count_all()

    @staticmethod
    def unfinished_crawl(connection: sqlite3.Connection, portal: str) -> int | None:
        """The id of this portal's crawl that still has requests to make, if there is one."""
        row = connection.execute(
            "SELECT crawl_id FROM frontier WHERE portal = ? AND state IN ('queued', 'waiting', 'in_flight') "
            "ORDER BY crawl_id DESC LIMIT 1",
            (portal,),
        ).fetchone()
        return row[0] if row else None

    def begin(self) -> None:
        """Forget the requests of this portal's earlier crawls."""
        self._db.execute("DELETE FROM frontier WHERE portal = ? AND crawl_id <> ?", (self._portal, self._crawl))

    def resume(self) -> int:
        """Queue again what was in flight when the last process ended; returns how many. What waits goes on waiting.

        A new process is a new chance: tries begin to count anew.
        """
        changed = self._db.execute(
            "UPDATE frontier SET state = 'queued', not_before = 0 WHERE crawl_id = ? AND state = 'in_flight'",
            (self._crawl,),
        ).rowcount
        self._db.execute(
            "UPDATE frontier SET attempts = 0 WHERE crawl_id = ? AND state IN ('queued', 'waiting')", (self._crawl,)
        )
        self._ready += changed
        return changed

    def add(self, entry: Entry) -> bool:
        """Queue a request; False where this crawl knows it already."""
        if entry.fingerprint in self._met:
            return False
        self._meet(entry.fingerprint)
        cursor = self._db.execute(
            "INSERT INTO frontier (crawl_id, portal, fingerprint, url, kind, method, body, headers, context, priority, host, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued') ON CONFLICT (crawl_id, fingerprint) DO NOTHING",
            (
                self._crawl, self._portal, entry.fingerprint, entry.url, entry.kind, entry.method, entry.body,
                json.dumps(entry.headers), json.dumps(entry.context, ensure_ascii=False), entry.priority, entry.host,
            ),
        )  # fmt: skip
        if cursor.rowcount != 1:
            return False
        self._ready += 1
        self._open += 1
        return True

    def next(self, now: float, held_hosts: tuple[str, ...] = (), *, tried_only: bool = False) -> Entry | None:
        """Hand out the next request that may be made now, and mark it in flight; with `tried_only` no new one."""
        if not self._ready:
            return None
        marks = ", ".join("?" * len(held_hosts))
        row = self._db.execute(
            f"""
            SELECT id, url, kind, fingerprint, method, body, headers, context, priority, host, attempts FROM frontier
             WHERE crawl_id = ? AND state = 'queued' AND attempts >= ? AND host NOT IN ({marks})
             ORDER BY priority DESC, id LIMIT 1
            """,  # noqa: S608 - only question marks are put in
            (self._crawl, int(tried_only), *held_hosts),
        ).fetchone()
        if row is None:
            return None
        entry = Entry(
            id=row[0], url=row[1], kind=row[2], fingerprint=row[3], method=row[4], body=row[5] or b"",
            headers=tuple((name, value) for name, value in json.loads(row[6])), context=json.loads(row[7]),
            priority=row[8], host=row[9], attempts=row[10] + 1,
        )  # fmt: skip
        self._db.execute(
            "UPDATE frontier SET state = 'in_flight', attempts = attempts + 1, not_before = ? WHERE id = ?",
            (now, entry.id),
        )
        self._ready -= 1
        return entry

    def wait(self, entry_id: int, not_before: float) -> None:
        """Put a request that shall be tried again on the waiting bench."""
        self._db.execute("UPDATE frontier SET state = 'waiting', not_before = ? WHERE id = ?", (not_before, entry_id))
        self._waiting += 1

    def wake(self, now: float) -> float | None:
        """Queue every waiting request whose time has come; returns the next one's time, None when nobody waits."""
        woken = self._db.execute(
            "UPDATE frontier SET state = 'queued' WHERE crawl_id = ? AND state = 'waiting' AND not_before <= ?",
            (self._crawl, now),
        ).rowcount
        self._ready += woken
        self._waiting -= woken
        row = self._db.execute(
            "SELECT min(not_before) FROM frontier WHERE crawl_id = ? AND state = 'waiting'", (self._crawl,)
        ).fetchone()
        earliest: float | None = row[0]
        return earliest

    def finish(self, entry_id: int, *, failed: bool = False) -> None:
        """Mark a request as done; call it in the transaction that stores what it brought. Its body is forgotten."""
        changed = self._db.execute(
            "UPDATE frontier SET state = ?, body = NULL WHERE id = ? AND state NOT IN ('done', 'failed')",
            ("failed" if failed else "done", entry_id),
        ).rowcount
        self._open -= changed
        self._loose += changed

    def committed(self) -> None:
        """Everything so far is durable."""
        self._loose = 0

    def drop(self, kind: Kind) -> None:
        """Leave the unfinished requests of a kind to a later crawl."""
        self._db.execute(
            "UPDATE frontier SET state = 'done', body = NULL WHERE crawl_id = ? AND kind = ? AND state IN ('queued', 'waiting', 'in_flight')",
            (self._crawl, kind),
        )
        self._count_all()

    def reopen(self, entry_id: int) -> None:
        """Queue a request again that was given up."""
        changed = self._db.execute(
            "UPDATE frontier SET state = 'queued' WHERE id = ? AND state = 'failed'", (entry_id,)
        ).rowcount
        self._ready += changed
        self._open += changed

    def knows(self, fingerprint: str) -> bool:
        """True where this crawl has this request in any state."""
        if fingerprint in self._met:
            return True
        row = self._db.execute(
            "SELECT 1 FROM frontier WHERE crawl_id = ? AND fingerprint = ?", (self._crawl, fingerprint)
        ).fetchone()
        if row is None:
            return False
        self._meet(fingerprint)
        return True

    def count(self, kind: Kind) -> int:
        """How many requests of a kind this crawl has, in any state."""
        row = self._db.execute(
            "SELECT count(*) FROM frontier WHERE crawl_id = ? AND kind = ?", (self._crawl, kind)
        ).fetchone()
        return int(row[0])

    @property
    def is_empty(self) -> bool:
        """True for a crawl that was never begun: it has no request in any state."""
        row = self._db.execute("SELECT 1 FROM frontier WHERE crawl_id = ? LIMIT 1", (self._crawl,)).fetchone()
        return row is None

    @property
    def in_flight(self) -> int:
        """How many requests are handed out and not finished."""
        return self._open - self._ready - self._waiting

    @property
    def loose(self) -> int:
        """How many requests were finished since the last commit: a killed process has to make them again."""
        return self._loose

    @property
    def open(self) -> int:
        """How many requests are not finished."""
        return self._open

    @property
    def nothing_under_way(self) -> bool:
        """True where no request is in flight or waits for its next try."""
        return self.in_flight <= 0 and self._waiting <= 0

    @property
    def pending(self) -> bool:
        """True while there is something to hand out, now or after a wait; what is in flight is the engine's to count."""
        return self._ready + self._waiting > 0

    def _meet(self, fingerprint: str) -> None:
        if len(self._met) >= MOST_IN_MEMORY:
            self._met.clear()
        self._met.add(fingerprint)

    def _count_all(self) -> None:
        self._ready = self._count("queued")
        self._waiting = self._count("waiting")
        self._open = sum(self._count(state) for state in OPEN_STATES)
        self._loose = 0

    def _count(self, state: str) -> int:
        row = self._db.execute(
            "SELECT count(*) FROM frontier WHERE crawl_id = ? AND state = ?", (self._crawl, state)
        ).fetchone()
        return int(row[0])
