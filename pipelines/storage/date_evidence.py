"""Weighs what pages, lists, feeds, addresses and servers say of publishing dates, and reports where they disagree."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.storage.failures import Finding, save_finding

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

#: Sources whose other day is a finding. A server's Last-Modified and a form's "Created at" tell of a file, not of news.
TELLING = ("byline", "form", "meta", "feed", "kicker", "listing", "url", "first_capture")

_DISAGREEING = """
SELECT e.article_id, e.uid, substr(e.rule, 1, instr(e.rule, ':') - 1) || ' ' || a.published_at,
       e.confidence, group_concat(DISTINCT e.source || ' ' || e.value)
  FROM v_date_evidence e JOIN articles a ON a.id = e.article_id
 WHERE e.stands = 'disagrees' AND e.source IN (SELECT value FROM json_each(:telling))
   AND e.article_id IN (SELECT article_id FROM article_sightings WHERE run_id = :run)
 GROUP BY e.article_id ORDER BY e.article_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDate:
    """A date beside a link in a list or feed: `value` is ISO 8601, None where `raw` is none to read."""

    article_id: int
    source: str
    raw: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one source stands to the chosen dates of a portal: articles by how it stands, and one to look at."""

    source: str
    chosen: int
    agrees: int
    disagrees: int
    unreadable: int
    not_trusted: int
    clock: int
    example: str | None


def unread_list_dates(conn: sqlite3.Connection, portal: str, crawl_id: int) -> list[tuple[int, str, str, str | None]]:
    """(article id, "listing" or "feed", text, chosen date of the article) of the dates that the lists of a crawl printed and nobody has read yet."""
    return list(
        conn.execute(
            "SELECT DISTINCT a.id, iif(s.route IN ('feed', 'sitemap'), 'feed', 'listing'), s.published, a.published_at "
            "FROM list_sightings s JOIN articles a ON a.portal = s.portal AND a.key = s.key "
            "WHERE s.portal = ? AND s.crawl_id = ? AND s.published <> '' AND NOT EXISTS (SELECT 1 FROM list_dates l "
            "WHERE l.article_id = a.id AND l.raw = s.published AND l.source = iif(s.route IN ('feed', 'sitemap'), 'feed', 'listing')) "
            "ORDER BY a.id",
            (portal, crawl_id),
        ).fetchall()
    )


def save_list_dates(conn: sqlite3.Connection, dates: Iterable[ListDate], run_id: int) -> None:
    """Keep dates that lists gave; what is known stays."""
    conn.executemany(
        "INSERT INTO list_dates (article_id, source, raw, value, run_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(one.article_id, one.source, one.raw, one.value, run_id) for one in dates],
    )


def report_disagreements(conn: sqlite3.Connection, portal: str, run_id: int, at: str) -> int:
    """Write a finding "date_disagreement" for every article seen in a run whose sources name several days; how many."""
    rows = conn.execute(_DISAGREEING, {"telling": json.dumps(TELLING), "run": run_id}).fetchall()
    for article_id, uid, chosen, confidence, others in rows:
        detail = f"took {chosen} ({confidence}) against {others.replace(',', ', ')}; portal-crawler explain {uid} published_at"
        finding = Finding(portal=portal, code="date_disagreement", detail=detail, article_id=article_id)
        save_finding(conn, finding, run_id, at)
    return len(rows)


def standings(conn: sqlite3.Connection, portal: str) -> list[Standing]:
    """How every source of dates stands in a portal, those that disagree most first."""
    rows = conn.execute(
        "SELECT source, sum(stands = 'chosen'), sum(stands = 'agrees'), sum(stands = 'disagrees'), sum(stands = 'unreadable'), "
        "sum(stands = 'not_trusted'), sum(stands = 'clock'), max(iif(stands = 'disagrees', uid, NULL)) "
        "FROM v_date_evidence WHERE portal = ? GROUP BY source ORDER BY 4 DESC, 2 DESC, 1",
        (portal,),
    )
    return [Standing(**dict(zip(Standing.__slots__, row, strict=True))) for row in rows]


def confidences(conn: sqlite3.Connection, portal: str) -> dict[str, int]:
    """How many articles have a date of each confidence, most first."""
    rows = conn.execute(
        "SELECT iif(rule = 'none', 'none', substr(rule, instr(rule, ':') + 1)), count(*) FROM ("
        "SELECT coalesce(i.rule, n.rule) AS rule FROM article_notes n JOIN articles a ON a.revision_id = n.revision_id "
        "LEFT JOIN inferred_dates i ON i.article_id = a.id "
        "WHERE n.field = 'published_at' AND a.portal = ?) GROUP BY 1 ORDER BY 2 DESC, 1",
        (portal,),
    )
    return dict(rows.fetchall())
