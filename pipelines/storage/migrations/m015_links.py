"""The links between articles of a portal: what each version links to, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

LINKS = """
CREATE TABLE link_readings (
  revision_id INTEGER PRIMARY KEY REFERENCES article_revisions(id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL
) STRICT;
CREATE TABLE article_links (
  revision_id INTEGER NOT NULL REFERENCES article_revisions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('body_html', 'alternate_url')),
  url TEXT NOT NULL,
  text TEXT NOT NULL,
  key TEXT NOT NULL,
  leads_to TEXT NOT NULL DEFAULT '' CHECK (leads_to IN ('', 'article', 'media', 'page')),
  target_id INTEGER REFERENCES articles(id),
  media_id INTEGER REFERENCES media(id),
  PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_links_target ON article_links(target_id);
CREATE INDEX article_links_media ON article_links(media_id);
CREATE VIEW v_article_links AS
SELECT a.id AS article_id, a.uid, a.portal, a.title, a.url AS article_url, l.field, l.position, l.url, l.text,
       CASE WHEN l.leads_to = 'page' THEN 'page'
            WHEN l.leads_to = 'media' THEN iif(l.media_id IS NULL, 'missing', 'media')
            WHEN t.id IS NULL THEN 'missing'
            WHEN t.state <> 'live' THEN t.state
            WHEN t.duplicate_of IS NOT NULL THEN 'duplicate'
            ELSE 'found' END AS state,
       t.uid AS target_uid, t.title AS target_title, h.uid AS head_uid, m.path AS file
  FROM articles a JOIN article_links l ON l.revision_id = a.revision_id
  LEFT JOIN articles t ON t.id = l.target_id
  LEFT JOIN articles h ON h.id = t.duplicate_of
  LEFT JOIN media m ON m.id = l.media_id
"""


@MIGRATIONS()
def m015_links(db: Database) -> None:
    """New tables and a view; the next run reads the versions that are there."""
    db.executescript(LINKS + ";")
