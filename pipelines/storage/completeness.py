"""What is on record about what is missing: articles by route, what lists show beyond them, and what failed; reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from pipelines.items import State

#: Why something that lists show is not stored although no failure is on record.
QUEUED = "queued"
NOT_KEPT = "not_kept"
NEVER_ASKED = "never_asked"

#: Source keys that lead to a stored article: its own, that of where it moved, and those of other addresses in lists.
#: Here and below CROSS JOIN fixes the order: SQLite takes "portal = …" for selective, and would loop over all rows.
ANSWERED = """
answered (key, article_id) AS (
  SELECT key, id FROM articles WHERE portal = :portal
  UNION
  SELECT key, article_id FROM article_moves WHERE portal = :portal
  UNION
  SELECT s.key, u.article_id FROM address_sightings s CROSS JOIN article_urls u ON u.portal = s.portal AND u.url = s.url
   WHERE s.portal = :portal AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.portal = s.portal AND a.key = s.key)
)"""
#: Open failures by source key, also where a failure has only an address; the last one counts.
_FAILING = """
failing (key, id) AS (
  SELECT key, max(id) FROM (
    SELECT key, id FROM failures WHERE portal = :portal AND resolved_run_id IS NULL AND key <> ''
    UNION ALL
    SELECT s.key, f.id FROM failures f CROSS JOIN address_sightings s ON s.portal = f.portal AND s.url = f.url
     WHERE f.portal = :portal AND f.resolved_run_id IS NULL
  ) GROUP BY key
)"""
_FOUND = """
SELECT a.key, a.state, (SELECT json_group_array(route) FROM article_routes r WHERE r.article_id = a.id)
  FROM articles a WHERE a.portal = ? ORDER BY a.id
"""
_OTHER_KEYS = f"""
WITH {ANSWERED}
SELECT n.key FROM answered n JOIN articles a ON a.id = n.article_id WHERE a.key <> n.key ORDER BY n.key
"""  # noqa: S608 - constants of this module only
_NOT_STORED = f"""
WITH {ANSWERED}, {_FAILING},
listed AS (
  SELECT key, min(url) AS url, max(title) AS title, json_group_array(DISTINCT route) AS routes, max(crawl_id) AS crawl_id
    FROM list_sightings WHERE portal = :portal AND key NOT IN (SELECT key FROM answered) GROUP BY key
),
queued AS (
  SELECT s.key FROM frontier q CROSS JOIN address_sightings s ON s.portal = q.portal AND s.url = q.url
   WHERE q.portal = :portal AND q.state IN ('queued', 'waiting', 'in_flight')
)
SELECT l.key, l.url, l.title, l.routes, l.crawl_id,
       CASE WHEN f.id IS NOT NULL THEN f.reason
            WHEN l.key IN (SELECT key FROM queued) THEN '{QUEUED}'
            WHEN EXISTS (SELECT 1 FROM address_sightings s CROSS JOIN captures c ON c.portal = s.portal AND c.url = s.url
                          WHERE s.portal = :portal AND s.key = l.key) THEN '{NOT_KEPT}'
            ELSE '{NEVER_ASKED}' END,
       coalesce(f.detail, ''), f.at
  FROM listed l LEFT JOIN failing x ON x.key = l.key LEFT JOIN failures f ON f.id = x.id
 ORDER BY l.key
"""  # noqa: S608 - constants of this module only
_FAILED = f"""
WITH {ANSWERED}, {_FAILING}
SELECT x.key, f.reason, f.stage FROM failing x JOIN failures f ON f.id = x.id
 WHERE x.key NOT IN (SELECT key FROM answered) ORDER BY x.key
"""  # noqa: S608 - constants of this module only
#: Pages asked for as lists have no source key; what archives hold besides articles was never asked for.
_FAILED_PAGES = """
SELECT url, reason, max(at), max(run_id) FROM failures
 WHERE portal = ? AND key = '' AND resolved_run_id IS NULL AND stage IN ('read', 'request') GROUP BY url ORDER BY url
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """A stored article and the routes by which it was found, sorted; none where nothing is on record."""

    key: str
    state: State
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStored:
    """What lists show and the database has not.

    `routes` are the kinds of list that show it, `crawl_id` the last crawl that saw it there. `reason` is that of its
    last open failure (with its `detail` and time), or "queued" (a crawl still has to ask), "not_kept" (it was read: no
    article, or outside the dates asked for) or "never_asked".
    """

    key: str
    url: str
    title: str
    routes: tuple[str, ...]
    crawl_id: int
    reason: str
    detail: str
    failed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """A page of a list that could not be read when it was asked for last; what it shows is not known."""

    url: str
    reason: str
    failed_at: str
    run_id: int


def found_articles(conn: sqlite3.Connection, portal: str) -> Iterator[FoundArticle]:
    """Every stored article of a portal, whatever its state."""
    for key, state, routes in conn.execute(_FOUND, (portal,)):
        yield FoundArticle(key=key, state=state, routes=tuple(sorted(json.loads(routes))))


def other_keys(conn: sqlite3.Connection, portal: str) -> Iterator[str]:
    """Source keys of addresses that lead to a stored article which is known by another key."""
    for (key,) in conn.execute(_OTHER_KEYS, {"portal": portal}):
        yield key


def not_stored(conn: sqlite3.Connection, portal: str) -> Iterator[NotStored]:
    """What any list ever showed and no article came of, by source key."""
    for key, url, title, routes, crawl_id, reason, detail, failed_at in conn.execute(_NOT_STORED, {"portal": portal}):
        yield NotStored(
            key=key, url=url, title=title, routes=tuple(sorted(json.loads(routes))), crawl_id=crawl_id,
            reason=reason, detail=detail, failed_at=failed_at,
        )  # fmt: skip


def failed_keys(conn: sqlite3.Connection, portal: str) -> Iterator[tuple[str, str, str]]:
    """(source key, reason and stage of its last open failure) of everything that was asked for and is not stored."""
    yield from conn.execute(_FAILED, {"portal": portal})


def failed_pages(conn: sqlite3.Connection, portal: str) -> Iterator[FailedPage]:
    """Every open failure of a page that is no article's, by address."""
    for url, reason, failed_at, run_id in conn.execute(_FAILED_PAGES, (portal,)):
        yield FailedPage(url=url, reason=reason, failed_at=failed_at, run_id=run_id)
