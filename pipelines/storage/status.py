"""What a database says of itself: runs, totals, open failures, unfinished crawls, and who holds it now. Reads only."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pipelines.storage.coverage import summary
from pipelines.storage.failures import NOT_ARTICLES
from pipelines.storage.incidents import Incident, open_incidents
from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path
    from types import TracebackType


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. Times are ISO 8601; `verdict`, `exit_code` and `finished_at` are None until it has ended.

    `series` is the run that began the crawl which this one goes on with (its own id otherwise); `counts` and
    `evidence` are what the crawl wrote, empty where it could not.
    """

    id: int
    series: int
    resumes: int | None
    portal: str
    spider: str
    command: str
    arguments: dict[str, Any]
    host: str
    pid: int
    started_at: str
    finished_at: str | None
    verdict: str | None
    exit_code: int | None
    evidence: dict[str, Any]
    counts: dict[str, Any]

    @property
    def sentence(self) -> str:
        """The verdict in a sentence; empty while there is none."""
        return str(self.evidence.get("sentence") or self.evidence.get("reason") or "")

    @property
    def failed(self) -> int:
        """How many pages failed."""
        return sum(sum(self.counts.get(name, {}).values()) for name in ("article_failures", "listing_failures"))

    @property
    def seconds(self) -> float | None:
        """How long it took; None where its end is not on record."""
        if self.finished_at is None:
            return None
        return (datetime.fromisoformat(self.finished_at) - datetime.fromisoformat(self.started_at)).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalTotals:
    """What is kept of one portal. Dates are days; `first` and `last` are None where no article has one.

    `undated` and the dates leave quarantined articles out; `failures` counts addresses still failing by reason, but for ids that were
    only guessed.
    """

    portal: str
    live: int = 0
    gone: int = 0
    quarantined: int = 0
    duplicates: int = 0
    undated: int = 0
    first: str | None = None
    last: str | None = None
    failures: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCrawl:
    """A crawl with requests still to make; `begun_by` is its first run, `requests` how many are left."""

    portal: str
    begun_by: RunRow
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """A page that failed in a run; `resolved_run_id` is the later run in which it was had."""

    url: str
    stage: str
    reason: str
    detail: str
    at: str
    resolved_run_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """Something that a run noticed and a person should look at."""

    code: str
    detail: str
    at: str


_RUNS = """
SELECT id, series, resumes, portal, spider, command, arguments, host, pid, started_at, finished_at, verdict, exit_code,
       coalesce(evidence, '{}'), coalesce(counts, '{}')
  FROM (SELECT *, row_number() OVER (PARTITION BY portal ORDER BY id DESC) AS nth FROM runs)
 WHERE nth <= coalesce(:each, nth) AND portal = coalesce(:portal, portal) AND id = coalesce(:id, id)
 ORDER BY id DESC
"""
_TOTALS = """
SELECT portal, sum(state = 'live'), sum(state = 'gone'), sum(state = 'quarantined'), sum(duplicate_of IS NOT NULL),
       sum(published_at IS NULL AND state <> 'quarantined'),
       min(CASE WHEN state <> 'quarantined' THEN substr(published_at, 1, 10) END),
       max(CASE WHEN state <> 'quarantined' THEN substr(published_at, 1, 10) END)
  FROM articles GROUP BY portal
"""
_TOTALS_NAMES = ("live", "gone", "quarantined", "duplicates", "undated", "first", "last")
#: Addresses, not rows: what failed in many runs counts once. That an id is free which was only guessed is no failure,
#: nor that an archive holds lists and forms besides articles.
_OPEN_FAILURES = """
SELECT portal, reason, count(DISTINCT url) FROM failures
 WHERE resolved_run_id IS NULL AND stage <> 'probe'
   AND NOT (stage = 'classify' AND reason IN (SELECT value FROM json_each(?))) GROUP BY portal, reason
"""
_OPEN_CRAWLS = """
SELECT portal, crawl_id, count(*) FROM frontier
 WHERE state IN ('queued', 'waiting', 'in_flight') GROUP BY portal, crawl_id ORDER BY portal, crawl_id
"""
_FAILURES = "SELECT url, stage, reason, detail, at, resolved_run_id FROM failures WHERE run_id = ? ORDER BY id"
_FINDINGS = "SELECT code, detail, at FROM findings WHERE run_id = ? ORDER BY id"


class Status:
    """A snapshot of a database, read-only. Use it as a context manager."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a database for reading.

        Raises:
            StorageError: the file is missing or cannot be read.
            SchemaError: it is not ours, or of an older or newer version.
        """
        return cls(open_reader(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._conn.close()

    def portals(self) -> tuple[str, ...]:
        """The names of all portals that were ever crawled, sorted."""
        return tuple(name for (name,) in self._conn.execute("SELECT DISTINCT portal FROM runs ORDER BY portal"))

    def runs(self, *, portal: str | None = None, each: int = 5) -> list[RunRow]:
        """The last `each` runs of every portal (or of one), newest first."""
        rows = self._conn.execute(_RUNS, {"portal": portal, "each": each, "id": None})
        return [_run(row) for row in rows]

    def run(self, run_id: int) -> RunRow | None:
        """One run, or None."""
        row = self._conn.execute(_RUNS, {"portal": None, "each": None, "id": run_id}).fetchone()
        return _run(row) if row else None

    def totals(self) -> list[PortalTotals]:
        """What is kept of every portal, in the order of their names; those that brought no article included."""
        failures: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for portal, reason, count in self._conn.execute(_OPEN_FAILURES, (json.dumps(sorted(NOT_ARTICLES)),)):
            failures[portal][reason] = count
        counted = {
            portal: dict(zip(_TOTALS_NAMES, values, strict=True)) for portal, *values in self._conn.execute(_TOTALS)
        }
        return [
            PortalTotals(portal=portal, failures=dict(failures[portal].most_common()), **counted.get(portal, {}))
            for portal in self.portals()
        ]

    def coverage(self, portal: str) -> dict[str, Any]:
        """How much of the source of a portal's articles arrived (see storage/coverage.py)."""
        return summary(self._conn, portal)

    def incidents(self) -> list[Incident]:
        """What is wrong with the portals now, oldest first."""
        return open_incidents(self._conn)

    def open_crawls(self) -> list[OpenCrawl]:
        """The crawls that have requests left, in the order of their portals."""
        begun = [
            (self.run(crawl_id), requests) for _, crawl_id, requests in self._conn.execute(_OPEN_CRAWLS).fetchall()
        ]
        return [OpenCrawl(portal=run.portal, begun_by=run, requests=requests) for run, requests in begun if run]

    def failures(self, run_id: int) -> list[FailureRow]:
        """What failed in a run, in the order it happened."""
        rows = self._conn.execute(_FAILURES, (run_id,))
        return [FailureRow(**dict(zip(FailureRow.__slots__, row, strict=True))) for row in rows]

    def findings(self, run_id: int) -> list[FindingRow]:
        """What a run noticed, in the order it happened."""
        rows = self._conn.execute(_FINDINGS, (run_id,))
        return [FindingRow(code=code, detail=detail, at=at) for code, detail, at in rows]


def _run(row: tuple[Any, ...]) -> RunRow:
    values = dict(zip(RunRow.__slots__, row, strict=True))
    return RunRow(**{**values, **{name: json.loads(values[name]) for name in ("arguments", "evidence", "counts")}})
