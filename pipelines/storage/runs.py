"""Runs: who crawled what, when, with which arguments, and with what verdict and evidence."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3


def insert_run(
    conn: sqlite3.Connection,
    *,
    portal: str,
    spider: str,
    command: str,
    arguments: dict[str, Any],
    resumes: int | None,
    now: str,
) -> int:
    """A new run's id. `series` is the first run of a chain of resumed ones, so that they count as one crawl.

    Earlier runs without an end died: only one writer can be alive, so they are closed as interrupted.
    """
    conn.execute(
        "UPDATE runs SET verdict = 'interrupted', exit_code = 130, evidence = coalesce(evidence, ?) WHERE verdict IS NULL",
        (_json({"sentence": "The process ended without a word; the next run went on from its last commit."}),),
    )
    cursor = conn.execute(
        "INSERT INTO runs (series, resumes, portal, spider, command, arguments, host, pid, started_at) "
        "VALUES (coalesce((SELECT series FROM runs WHERE id = ?), 0), ?, ?, ?, ?, ?, ?, ?, ?)",
        (resumes, resumes, portal, spider, command, _json(arguments), socket.gethostname(), os.getpid(), now),
    )
    run_id = int(cursor.lastrowid or 0)
    conn.execute("UPDATE runs SET series = id WHERE id = ? AND series = 0", (run_id,))
    return run_id


def save_counts(conn: sqlite3.Connection, run_id: int, counts: dict[str, Any]) -> None:
    """Write the counts so far."""
    conn.execute("UPDATE runs SET counts = ? WHERE id = ?", (_json(counts), run_id))


def finish_run(
    conn: sqlite3.Connection,
    run_id: int,
    *,
    verdict: str,
    exit_code: int,
    evidence: dict[str, Any],
    counts: dict[str, Any],
    now: str,
) -> None:
    """Write the verdict of a run."""
    conn.execute(
        "UPDATE runs SET finished_at = ?, verdict = ?, exit_code = ?, evidence = ?, counts = ? WHERE id = ?",
        (now, verdict, exit_code, _json(evidence), _json(counts), run_id),
    )


def unjudged_crawl(conn: sqlite3.Connection, portal: str, spider: str) -> int | None:
    """The series of a portal's last run where that has no verdict: its process died."""
    row = conn.execute(
        "SELECT series, verdict FROM runs WHERE portal = ? AND spider = ? ORDER BY id DESC LIMIT 1", (portal, spider)
    ).fetchone()
    return row[0] if row and row[1] is None else None


def portal_of(conn: sqlite3.Connection, run_id: int) -> str:
    """The portal a run crawls."""
    portal: str = conn.execute("SELECT portal FROM runs WHERE id = ?", (run_id,)).fetchone()[0]
    return portal


def arguments_of(conn: sqlite3.Connection, run_id: int) -> dict[str, Any]:
    """The arguments a run was begun with."""
    arguments: dict[str, Any] = json.loads(
        conn.execute("SELECT arguments FROM runs WHERE id = ?", (run_id,)).fetchone()[0]
    )
    return arguments


def counts_of_crawl(conn: sqlite3.Connection, series: int) -> list[dict[str, Any]]:
    """The counts of every run of a crawl, in order."""
    rows = conn.execute("SELECT counts FROM runs WHERE series = ? AND counts IS NOT NULL ORDER BY id", (series,))
    return [json.loads(counts) for (counts,) in rows]


def last_coverage(conn: sqlite3.Connection, portal: str) -> dict[str, float]:
    """`filled` over `stored` from the counts of the last run that stored articles and ended well enough to be a measure.

    Extraction again stores only what it reads differently.
    """
    row = conn.execute(
        "SELECT counts FROM runs WHERE portal = ? AND spider <> 'reextract' AND verdict IN ('complete', 'partial') "
        "AND counts ->> 'stored' > 0 ORDER BY id DESC LIMIT 1",
        (portal,),
    ).fetchone()
    if row is None:
        return {}
    counts = json.loads(row[0])
    return {name: filled / counts["stored"] for name, filled in counts.get("filled", {}).items()}


#: Arguments that change how much is asked again, not what there is to find.
_SAME_GROUND = ("full", "reach")


def good_crawls(
    conn: sqlite3.Connection, portal: str, most: int, *, before: int, like: dict[str, Any]
) -> list[list[dict[str, Any]]]:
    """The counts of the runs of the last `most` crawls that ended complete or partial and asked for the same ground.

    Newest crawl first, each with its runs in their order; `before` is the series of the crawl that asks.
    """
    ended = conn.execute(
        "SELECT series, arguments FROM runs WHERE portal = ? AND spider = 'news' AND series <> ? "
        "AND verdict IN ('complete', 'partial') AND counts IS NOT NULL ORDER BY id DESC LIMIT 100",
        (portal, before),
    ).fetchall()
    wanted = {name: value for name, value in like.items() if name not in _SAME_GROUND}
    same = [
        series
        for series, arguments in ended
        if {name: value for name, value in json.loads(arguments).items() if name not in _SAME_GROUND} == wanted
    ]
    return [counts_of_crawl(conn, series) for series in list(dict.fromkeys(same))[:most]]


def last_nowhere(conn: sqlite3.Connection, portal: str) -> frozenset[str]:
    """Content hashes of what a portal answered for items that cannot exist, from the last run that learned any."""
    row = conn.execute(
        "SELECT counts -> '$.nowhere' FROM runs WHERE portal = ? AND json_array_length(counts, '$.nowhere') > 0 "
        "ORDER BY id DESC LIMIT 1",
        (portal,),
    ).fetchone()
    return frozenset(json.loads(row[0])) if row else frozenset()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
