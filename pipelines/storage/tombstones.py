"""Marks articles as gone, only after the portal said so in several crawls; the last good copy stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.storage.failures import Finding, save_finding

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection


def mark_gone(
    conn: sqlite3.Connection, portal: str, run_id: int, *, reasons: Collection[str], proofs: int, now: str
) -> list[int]:
    """The articles that are gone now: live ones that failed with one of `reasons` in `proofs` crawls since last seen.

    Only live crawls count: an archive that holds a 404 says nothing of today. A crawl that was resumed counts once; one that saw the article under another address, or whose verdict says that
    the source was ill, does not count. For the crawl of `run_id`, whose verdict is not written yet, the caller vouches.
    """
    gone = conn.execute(
        """
        SELECT a.id, group_concat(DISTINCT f.reason || ' in run ' || f.run_id)
          FROM failures f JOIN runs r ON r.id = f.run_id
          JOIN article_urls u ON u.portal = f.portal AND u.url = f.url
          JOIN articles a ON a.id = u.article_id
         WHERE f.portal = ? AND f.resolved_run_id IS NULL AND a.state = 'live'
           AND f.reason IN (SELECT value FROM json_each(?))
           AND r.spider = 'news' AND r.series > coalesce((SELECT max(seen.series) FROM article_sightings s JOIN runs seen ON seen.id = s.run_id
                                     WHERE s.article_id = a.id AND s.origin = 'live'), 0)
           AND (r.series = (SELECT series FROM runs WHERE id = ?)
                OR EXISTS (SELECT 1 FROM runs w WHERE w.series = r.series AND w.verdict IN ('complete', 'partial')))
         GROUP BY a.id HAVING count(DISTINCT r.series) >= ? ORDER BY a.id
        """,
        (portal, json.dumps(sorted(reasons)), run_id, proofs),
    ).fetchall()
    for article_id, evidence in gone:
        conn.execute("UPDATE articles SET state = 'gone' WHERE id = ?", (article_id,))
        save_finding(
            conn, Finding(portal=portal, code="state_gone", detail=evidence, article_id=article_id), run_id, now
        )
    return [article_id for article_id, _ in gone]
