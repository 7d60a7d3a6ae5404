"""Gathers what a report tells, out of one snapshot of the database."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.differences import Change, compare_fields
from pipelines.errors import ConfigurationError, PortalCrawlerError
from pipelines.storage.captures import read_capture
from pipelines.storage.provenance import explained
from pipelines.storage.schema import open_reader
from pipelines.storage.status import FailureRow, Status
from portal_crawler.explore.captured import fit_for_frame

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from pipelines.storage.status import FindingRow, PortalTotals, RunRow

#: A person reads the first ones; the rest is counted.
MOST_CHANGED, MOST_NEW, MOST_FAILURES, MOST_PAGES_SEEN, MOST_RUNS = 40, 60, 12, 2, 24
#: A page larger than this, cleaned, is not put into the report.
LARGEST_PAGE = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An article with a new version: what an editor did, field by field."""

    title: str
    url: str
    number: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A page that failed, and the page that was seen where one came (cleaned HTML, harmless in a frame)."""

    row: FailureRow
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a report tells. `runs` are the portal's last ones, oldest first; `failed` are some of each reason."""

    run: RunRow
    title: str
    runs: list[RunRow]
    totals: PortalTotals
    new: list[tuple[str, str, str]]
    new_count: int
    changed: list[Changed]
    changed_count: int
    gone: list[tuple[str, str]]
    reasons: Counter[str]
    failed: dict[str, list[Failed]]
    findings: list[FindingRow]
    completeness: dict[str, Any] = field(default_factory=dict)


def gather(db: Path, run_id: int, title: str, completeness: dict[str, Any]) -> Facts:
    """The facts of a run. `title` is the portal's, `completeness` that of `status --completeness`.

    Raises:
        ConfigurationError: there is no such run.
    """
    with Status.open(db) as reader:
        run = reader.run(run_id)
        if run is None:
            raise ConfigurationError(f'{db}: holds no run {run_id}; "portal-crawler status" lists them')
        runs = [
            one for one in reader.runs(portal=run.portal, each=1000) if one.id <= run_id and one.spider != "reextract"
        ]
        totals = next(one for one in reader.totals() if one.portal == run.portal)
        failures, findings = reader.failures(run_id), reader.findings(run_id)
    with closing(open_reader(db)) as conn:
        new = conn.execute(
            "SELECT title, coalesce(substr(published_at, 1, 10), ''), url FROM articles WHERE first_run_id = ? "
            "ORDER BY published_at DESC, id LIMIT ?",
            (run_id, MOST_NEW),
        ).fetchall()
        new_count = conn.execute("SELECT count(*) FROM articles WHERE first_run_id = ?", (run_id,)).fetchone()[0]
        changed, changed_count = _changed(conn, run_id)
        gone = conn.execute(
            "SELECT a.title, a.url FROM findings f JOIN articles a ON a.id = f.article_id WHERE f.run_id = ? AND f.code = 'state_gone'",
            (run_id,),
        ).fetchall()
        failed = _failed(conn, run_id, failures)
    return Facts(
        run=run, title=title, runs=runs[:MOST_RUNS][::-1], totals=totals, new=new, new_count=new_count, changed=changed,
        changed_count=changed_count, gone=gone, failed=failed, findings=findings, completeness=completeness,
        reasons=Counter(one.reason for one in failures if one.stage != "probe"),
    )  # fmt: skip


def _changed(conn: sqlite3.Connection, run_id: int) -> tuple[list[Changed], int]:
    rows = conn.execute(
        "SELECT DISTINCT a.uid FROM article_revisions r JOIN articles a ON a.id = r.article_id WHERE r.run_id = ? AND r.number > 1 ORDER BY a.id",
        (run_id,),
    ).fetchall()
    found = []
    for (uid,) in rows[:MOST_CHANGED]:
        told = explained(conn, uid)
        for before, after in itertools.pairwise(reversed(told.versions)) if told else ():
            if after.run_id == run_id:
                changes = compare_fields(before.fields, after.fields)
                found.append(Changed(title=after.fields["title"], url=after.url, number=after.number, changes=changes))
    return found, len(rows)


def _failed(conn: sqlite3.Connection, run_id: int, failures: list[FailureRow]) -> dict[str, list[Failed]]:
    captured: dict[tuple[str, str], int] = {
        (url, reason): capture_id
        for url, reason, capture_id in conn.execute(
            "SELECT url, reason, capture_id FROM failures WHERE run_id = ? AND capture_id IS NOT NULL", (run_id,)
        )
    }
    by_reason: defaultdict[str, list[Failed]] = defaultdict(list)
    for row in failures:
        some = by_reason[row.reason]
        if row.stage == "probe" or len(some) >= MOST_FAILURES:
            continue
        capture_id = captured.get((row.url, row.reason))
        page = _page(conn, capture_id) if capture_id is not None and len(some) < MOST_PAGES_SEEN else ""
        some.append(Failed(row=row, page=page))
    return {reason: some for reason, some in by_reason.items() if some}


def _page(conn: sqlite3.Connection, capture_id: int) -> str:
    try:
        page = fit_for_frame(read_capture(conn, capture_id), lambda _address: None).decode()
    except PortalCrawlerError:
        return ""
    return page if len(page) <= LARGEST_PAGE else ""
