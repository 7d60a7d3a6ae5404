"""Incidents of portals: opened once, followed by later runs, closed when all is well; and which notices of them went out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import sqlite3

Kind = Literal["verdict", "freshness"]
Message = Literal["opened", "recovered"]

#: Verdicts that say nothing of the portal: somebody stopped the crawl, or used it wrongly.
SILENT = frozenset({"interrupted", "error", "locked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something wrong with a portal. `code` is the verdict's name, or "stale"; times are ISO 8601, runs are run ids."""

    id: int
    portal: str
    kind: Kind
    code: str
    sentence: str
    opened_at: str
    opened_run_id: int
    last_run_id: int
    closed_at: str | None = None
    closed_how: str | None = None


def weigh_verdict(conn: sqlite3.Connection, portal: str, run_id: int, verdict: str, sentence: str, now: str) -> None:
    """Open, follow or close the portal's incident after a run, in the open transaction. Another verdict is another incident."""
    if verdict in SILENT:
        return
    weigh(conn, portal, "verdict", run_id, "" if verdict == "complete" else verdict, sentence, now)


def weigh(conn: sqlite3.Connection, portal: str, kind: Kind, run_id: int, code: str, sentence: str, now: str) -> None:
    """The same for any kind; an empty `code` means that all is well."""
    open_one = conn.execute(
        "SELECT id, code FROM incidents WHERE portal = ? AND kind = ? AND closed_at IS NULL", (portal, kind)
    ).fetchone()
    if open_one is not None and open_one[1] == code:
        conn.execute("UPDATE incidents SET last_run_id = ? WHERE id = ?", (run_id, open_one[0]))
        return
    if open_one is not None:
        conn.execute(
            "UPDATE incidents SET closed_at = ?, closed_how = ?, last_run_id = ? WHERE id = ?",
            (now, "superseded" if code else "recovered", run_id, open_one[0]),
        )
    if code:
        conn.execute(
            "INSERT INTO incidents (portal, kind, code, sentence, opened_at, opened_run_id, last_run_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (portal, kind, code, sentence, now, run_id, run_id),
        )


def undelivered(conn: sqlite3.Connection, channel: str) -> list[tuple[Incident, Message]]:
    """What a channel is still to be told, oldest first: open incidents, and the end of those it was told of."""
    found: list[tuple[Incident, Message]] = [
        (one, "opened") for one in _select(conn, "closed_at IS NULL AND NOT " + _SENT, "opened", channel)
    ]
    found += [
        (one, "recovered")
        for one in _select(
            conn, f"closed_how = 'recovered' AND {_SENT.replace(':message', chr(39) + 'opened' + chr(39))} AND NOT " + _SENT,
            "recovered", channel,
        )
    ]  # fmt: skip
    return sorted(found, key=lambda pair: pair[0].id)


def open_incidents(conn: sqlite3.Connection) -> list[Incident]:
    """Every incident that is not over, oldest first."""
    return _select(conn, "closed_at IS NULL", "", "")


def record(conn: sqlite3.Connection, incident_id: int, message: Message, channel: str, *, error: str, now: str) -> None:
    """Note that a notice went out (`error` is empty), or why it did not; never commits."""
    conn.execute(
        "INSERT INTO deliveries (incident_id, message, channel, state, attempts, detail, at) VALUES (?, ?, ?, ?, 1, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, attempts = attempts + 1, detail = excluded.detail, at = excluded.at",
        (incident_id, message, channel, "failed" if error else "sent", error[:500], now),
    )


_SENT = (
    "EXISTS (SELECT 1 FROM deliveries d WHERE d.incident_id = i.id AND d.message = :message AND d.channel = :channel "
    "AND d.state = 'sent')"
)


def _select(conn: sqlite3.Connection, where: str, message: str, channel: str) -> list[Incident]:
    names = ", ".join(Incident.__slots__)
    rows = conn.execute(
        f"SELECT {names} FROM incidents i WHERE {where} ORDER BY id",  # noqa: S608 - constants of this file
        {"message": message, "channel": channel},
    )
    return [Incident(**dict(zip(Incident.__slots__, row, strict=True))) for row in rows]
