"""Gives an article the day that its lists and feeds agree on, where its own page gives none; and takes it back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

RULE = "listing+feed:listing"
FLAG = "date_from_lists"

#: The page says nothing of a date, or nothing that contradicts; at least one list and one feed show the article; all
#: dates that any of them ever printed can be read and are one day, and no later than when the article was first seen.
_AGREED = """
SELECT a.id, min(substr(l.value, 1, 10)) AS day
  FROM articles a JOIN article_revisions r ON r.id = a.revision_id
  JOIN article_notes n ON n.revision_id = r.id AND n.field = 'published_at'
  JOIN list_dates l ON l.article_id = a.id
 WHERE a.portal = ? AND r.published_at IS NULL AND n.rule = 'none' AND n.problem = 'date_missing' AND n.raw = ''
 GROUP BY a.id
HAVING count(DISTINCT l.source) = 2 AND count(*) = count(l.value) AND count(DISTINCT substr(l.value, 1, 10)) = 1
   AND day <= date(a.first_seen_at, '+7 hours')
   AND NOT EXISTS (SELECT 1 FROM json_each(n.others) o WHERE substr(json_extract(o.value, '$[1]'), 1, 10) <> day)
"""
_KNOWN = "SELECT i.article_id, i.value FROM inferred_dates i JOIN articles a ON a.id = i.article_id WHERE a.portal = ?"
#: A version that came since has put its own date and flags there.
_PUT = "UPDATE articles SET published_at = :day WHERE id = :article AND published_at IS NOT :day"
_TAKE_BACK = """
UPDATE articles SET published_at = (SELECT r.published_at FROM article_revisions r WHERE r.id = articles.revision_id)
 WHERE id = :article
"""
_FLAGS_OF_PAGE = """
INSERT INTO article_flags (article_id, flag)
SELECT a.id, f.value FROM articles a JOIN article_revisions r ON r.id = a.revision_id, json_each(r.flags) f
 WHERE a.id = :article ON CONFLICT DO NOTHING
"""


def infer_dates(conn: sqlite3.Connection, portal: str, run_id: int) -> int:
    """Bring the inferred days of a portal in line with what is known now, in the open transaction; how many there are.

    The versions and their hashes keep what the page says, so that reading it again changes nothing. An article whose
    day changes is compared for duplicates anew: the earliest of a group is its head.
    """
    agreed = dict(conn.execute(_AGREED, (portal,)).fetchall())
    known = dict(conn.execute(_KNOWN, (portal,)).fetchall())
    for article_id in known.keys() - agreed.keys():
        values = {"article": article_id, "flag": FLAG}
        conn.execute("DELETE FROM inferred_dates WHERE article_id = :article", values)
        conn.execute(_TAKE_BACK, values)
        conn.execute("DELETE FROM article_flags WHERE (article_id, flag) = (:article, :flag)", values)
        conn.execute(_FLAGS_OF_PAGE, values)
        _compare_anew(conn, article_id)
    for article_id, day in agreed.items():
        values = {"article": article_id, "day": day, "rule": RULE, "run": run_id, "flag": FLAG}
        if conn.execute(_PUT, values).rowcount:
            _compare_anew(conn, article_id)
        if known.get(article_id) != day:
            conn.execute(
                "INSERT INTO inferred_dates (article_id, value, rule, run_id) VALUES (:article, :day, :rule, :run) "
                "ON CONFLICT (article_id) DO UPDATE SET value = excluded.value, run_id = excluded.run_id",
                values,
            )
        conn.execute("DELETE FROM article_flags WHERE article_id = :article AND flag = 'date_missing'", values)
        conn.execute(
            "INSERT INTO article_flags (article_id, flag) VALUES (:article, :flag) ON CONFLICT DO NOTHING", values
        )
    return len(agreed)


def _compare_anew(conn: sqlite3.Connection, article_id: int) -> None:
    conn.execute("UPDATE article_signatures SET basis = '' WHERE article_id = ?", (article_id,))
