"""Days that lists and feeds agree on, for articles whose page gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

INFERRED = """
CREATE TABLE inferred_dates (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  value TEXT NOT NULL,
  rule TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id)
) STRICT;
CREATE INDEX inferred_dates_run ON inferred_dates(run_id)
"""

#: As before, but a day that was inferred is the chosen one, under its own rule.
DATES = """
DROP VIEW v_date_evidence;
CREATE VIEW v_date_evidence AS
WITH told AS (
  SELECT a.id AS article_id, a.uid, a.portal, a.url, a.published_at, a.first_seen_at, coalesce(i.rule, n.rule) AS rule,
         n.raw, n.others, n.problem
    FROM article_notes n JOIN articles a ON a.revision_id = n.revision_id
    LEFT JOIN inferred_dates i ON i.article_id = a.id WHERE n.field = 'published_at'),
chosen AS (
  SELECT *, iif(rule = 'none', 'none', substr(rule, instr(rule, ':') + 1)) AS confidence,
         iif(rule = 'none', '', substr(rule, 1, instr(rule, ':') - 1)) AS source FROM told),
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
def m015b_inferred_dates(db: Database) -> None:
    """A new table, and a view that takes it in; the next run infers what it can."""
    for part in (INFERRED, DATES):
        db.executescript(part + ";")
