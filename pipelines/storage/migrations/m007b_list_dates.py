"""The dates that lists and feeds give for an article, weighed with those of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

CLAIMS = """
CREATE TABLE list_dates (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  source TEXT NOT NULL,
  raw TEXT NOT NULL,
  value TEXT,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (article_id, source, raw)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_dates_run ON list_dates(run_id)
"""

#: The first capture agrees with every day that is not after it; a page's clock (clock_trap) tells the day of the visit.
DATES = """
DROP VIEW v_date_evidence;
CREATE VIEW v_date_evidence AS
WITH chosen AS (
  SELECT a.id AS article_id, a.uid, a.portal, a.url, a.published_at, a.first_seen_at, n.rule, n.raw, n.others, n.problem,
         iif(n.rule = 'none', 'none', substr(n.rule, instr(n.rule, ':') + 1)) AS confidence,
         iif(n.rule = 'none', '', substr(n.rule, 1, instr(n.rule, ':') - 1)) AS source
    FROM article_notes n JOIN articles a ON a.revision_id = n.revision_id WHERE n.field = 'published_at'),
given AS (
  SELECT c.article_id, 0 AS position, c.source, c.published_at AS value, c.raw FROM chosen c WHERE c.published_at IS NOT NULL
  UNION ALL
  SELECT c.article_id, o.key + 1, json_extract(o.value, '$[0]'),
         iif(json_extract(o.value, '$[1]') GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*', json_extract(o.value, '$[1]'), NULL),
         json_extract(o.value, '$[1]')
    FROM chosen c, json_each(c.others) o
  UNION ALL
  SELECT l.article_id, 900, l.source, l.value, l.raw FROM list_dates l
  UNION ALL
  SELECT c.article_id, 1000, 'first_capture', c.first_seen_at, c.first_seen_at FROM chosen c)
SELECT c.article_id, c.uid, c.portal, c.url, g.source, g.value, g.raw,
       CASE WHEN g.position = 0 THEN 'chosen'
            WHEN g.value IS NULL THEN 'unreadable'
            WHEN c.published_at IS NULL THEN 'not_trusted'
            WHEN g.source = 'first_capture' THEN iif(date(g.value, '+7 hours') >= substr(c.published_at, 1, 10), 'agrees', 'disagrees')
            WHEN substr(g.value, 1, 10) = substr(c.published_at, 1, 10) THEN 'agrees'
            WHEN g.source = 'kicker' AND c.problem = 'clock_trap' THEN 'clock'
            ELSE 'disagrees' END AS stands,
       c.rule, c.confidence, c.problem
  FROM given g JOIN chosen c ON c.article_id = g.article_id
"""


@MIGRATIONS()
def m007b_list_dates(db: Database) -> None:
    """A new table, and a view that takes it in."""
    for part in (CLAIMS, DATES):
        db.executescript(part + ";")
