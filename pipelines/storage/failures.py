"""Failures and findings as rows: what could not be had, and what a person should look at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.text import storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from pipelines.items import Failure

#: What a saved site holds besides articles: on record as refused, but no loss.
NOT_ARTICLES = frozenset(
    {"listing_page", "form_page", "feed", "not_html", "redirect", "survey_form", "library_form", "home_page"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at: a snake_case code, and what was found."""

    portal: str
    code: str
    detail: str
    article_id: int | None = None


def save_failure(conn: sqlite3.Connection, failure: Failure, *, portal: str, key: str, run_id: int, at: str) -> int:
    """One row a run, address, stage and reason; said again, the later detail counts. Returns its id."""
    row = conn.execute(
        "INSERT INTO failures (portal, url, key, stage, reason, detail, at, run_id, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (run_id, url, stage, reason) DO UPDATE SET detail = excluded.detail, at = excluded.at, "
        "capture_id = coalesce(excluded.capture_id, capture_id), resolved_run_id = NULL RETURNING id",
        (
            portal, storable(failure.url), key, failure.stage, failure.reason, storable(failure.detail), at, run_id,
            failure.capture_id,
        ),
    ).fetchone()  # fmt: skip
    return int(row[0])


def resolve(conn: sqlite3.Connection, portal: str, urls: Collection[str], key: str, run_id: int) -> int:
    """What failed at these addresses, or under this source key, has succeeded now; returns how many rows that were."""
    resolved = conn.execute(
        "UPDATE failures SET resolved_run_id = ? WHERE portal = ? AND url IN (SELECT value FROM json_each(?)) "
        "AND resolved_run_id IS NULL",
        (run_id, portal, json.dumps(list(urls))),
    ).rowcount
    if key:
        resolved += conn.execute(
            "UPDATE failures SET resolved_run_id = ? WHERE portal = ? AND key = ? AND resolved_run_id IS NULL",
            (run_id, portal, key),
        ).rowcount
    return resolved


def resolve_list_pages(conn: sqlite3.Connection, portal: str, run_id: int) -> int:
    """All lists were walked to their ends: what failed on their pages before is overcome; returns how many rows.

    An address says nothing here: the pages of a list that is posted to all have the same one.
    """
    return conn.execute(
        "UPDATE failures SET resolved_run_id = ? WHERE portal = ? AND key = '' AND stage IN ('read', 'request') "
        "AND resolved_run_id IS NULL",
        (run_id, portal),
    ).rowcount


def save_finding(conn: sqlite3.Connection, finding: Finding, run_id: int, at: str) -> None:
    """Keep a finding; one that is on record word for word is not repeated in every run, but for changes of state."""
    values = (finding.portal, finding.code, storable(finding.detail), finding.article_id)
    repeated = conn.execute(
        "SELECT 1 FROM findings WHERE portal = ? AND code = ? AND detail = ? AND article_id IS ?", values
    ).fetchone()
    if not repeated or finding.code.startswith("state_"):
        conn.execute(
            "INSERT INTO findings (portal, code, detail, article_id, run_id, at) VALUES (?, ?, ?, ?, ?, ?)",
            (*values, run_id, at),
        )
