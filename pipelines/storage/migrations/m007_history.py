"""How articles repeat each other, which were edited without a word, and what every page says of its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

REPEATS = """
ALTER TABLE text_signatures ADD COLUMN digest BLOB;
CREATE TABLE article_repeats (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  head_id INTEGER NOT NULL REFERENCES articles(id),
  relation TEXT NOT NULL CHECK (relation IN ('agency_copy', 'cross_posted', 'republished', 'posted_twice', 'corrected',
    'extended', 'shortened', 'reworked')),
  kept REAL NOT NULL,
  added REAL NOT NULL
) STRICT;
CREATE INDEX article_repeats_head ON article_repeats(head_id);
CREATE VIEW v_repeats AS
SELECT c.id AS article_id, c.uid, c.portal, r.relation, c.duplicate_kind, c.similarity, r.kept, r.added,
       c.title, c.category, c.published_at, c.url,
       h.uid AS head_uid, h.title AS head_title, h.category AS head_category, h.published_at AS head_published_at, h.url AS head_url
  FROM article_repeats r JOIN articles c ON c.id = r.article_id JOIN articles h ON h.id = r.head_id
"""

#: An edit is silent where the page's own date of change stayed the same (or is missing on both); one that came with
#: another extractor may be ours.
SILENT = """
CREATE VIEW v_silent_edits AS
SELECT n.article_id, a.uid, a.portal, n.url, n.title, n.number, trim(
         iif(n.title IS NOT o.title, 'title, ', '') || iif(n.summary IS NOT o.summary, 'summary, ', '') ||
         iif(n.body_text <> o.body_text, 'body_text, ', '') || iif(n.author IS NOT o.author, 'author, ', '') ||
         iif(n.category IS NOT o.category, 'category, ', '') || iif(n.published_at IS NOT o.published_at, 'published_at, ', '') ||
         iif(n.alternate_url IS NOT o.alternate_url, 'alternate_url, ', '') || iif(n.images <> o.images, 'images, ', '') ||
         iif(n.attachments <> o.attachments, 'attachments, ', ''), ', ') AS changed,
       n.updated_at, o.captured_at AS last_seen_unchanged, n.captured_at AS first_seen_changed
  FROM article_revisions n
  JOIN article_revisions o ON o.article_id = n.article_id AND o.number = n.number - 1
  JOIN articles a ON a.id = n.article_id
 WHERE n.updated_at IS o.updated_at AND n.extractor = o.extractor
   AND (n.title, n.summary, n.author, n.category, n.published_at, n.alternate_url, n.body_text, n.images, n.attachments)
       IS NOT (o.title, o.summary, o.author, o.category, o.published_at, o.alternate_url, o.body_text, o.images, o.attachments)
"""

#: The first capture agrees with every day that is not after it.
DATES = """
CREATE VIEW v_date_evidence AS
WITH chosen AS (
  SELECT a.id AS article_id, a.uid, a.portal, a.url, a.published_at, a.first_seen_at, n.rule, n.raw, n.others, n.problem,
         iif(n.rule = 'none', 'none', substr(n.rule, instr(n.rule, ':') + 1)) AS confidence,
         iif(n.rule = 'none', '', substr(n.rule, 1, instr(n.rule, ':') - 1)) AS source
    FROM article_notes n JOIN articles a ON a.revision_id = n.revision_id WHERE n.field = 'published_at'),
given AS (
  SELECT c.article_id, 0 AS position, c.source, c.published_at AS value, c.raw FROM chosen c WHERE c.published_at IS NOT NULL
  UNION ALL
  SELECT c.article_id, o.key + 1, json_extract(o.value, '$[0]'), iif(json_extract(o.value, '$[1]') GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*', json_extract(o.value, '$[1]'), NULL), json_extract(o.value, '$[1]')
    FROM chosen c, json_each(c.others) o
  UNION ALL
  SELECT c.article_id, 1000, 'first_capture', c.first_seen_at, c.first_seen_at FROM chosen c)
SELECT c.article_id, c.uid, c.portal, c.url, g.source, g.value, g.raw,
       CASE WHEN g.position = 0 THEN 'chosen'
            WHEN g.value IS NULL THEN 'unreadable'
            WHEN c.published_at IS NULL THEN 'not_trusted'
            WHEN g.source = 'first_capture' THEN iif(date(g.value, '+7 hours') >= substr(c.published_at, 1, 10), 'agrees', 'disagrees')
            WHEN substr(g.value, 1, 10) = substr(c.published_at, 1, 10) THEN 'agrees'
            ELSE 'disagrees' END AS stands,
       c.rule, c.confidence, c.problem
  FROM given g JOIN chosen c ON c.article_id = g.article_id
"""


@MIGRATIONS()
def m007_history(db: Database) -> None:
    """New tables, views and one column; every text is compared anew at the end of the next run (its scheme changed)."""
    for part in (REPEATS, SILENT, DATES):
        db.executescript(part + ";")
