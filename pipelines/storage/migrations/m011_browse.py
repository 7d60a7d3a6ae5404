"""What a person looks through: one short row an article, with the year and the counts that lists and facets are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

VIEW = """
CREATE VIEW v_browse AS
SELECT a.published_at, a.title, a.category, a.author, substr(a.published_at, 1, 4) AS year, a.state,
       (SELECT s.views FROM article_sightings s WHERE s.article_id = a.id AND s.views IS NOT NULL
         ORDER BY s.ordered_at DESC, s.id DESC LIMIT 1) AS views,
       CASE r.body_text WHEN '' THEN 0
            ELSE 1 + length(r.body_text) - length(replace(replace(r.body_text, ' ', ''), char(10), '')) END AS words,
       (SELECT count(*) FROM article_media m WHERE m.article_id = a.id AND m.kind = 'image') AS pictures,
       (SELECT count(*) FROM article_media m WHERE m.article_id = a.id AND m.kind = 'attachment') AS files,
       (SELECT count(*) FROM article_revisions n WHERE n.article_id = a.id) AS revisions,
       a.duplicate_kind, a.origin, a.portal, a.uid, a.url, a.summary, a.id
  FROM articles a JOIN article_revisions r ON r.id = a.revision_id
"""


@MIGRATIONS()
def m011_browse(db: Database) -> None:
    """A view only."""
    db.executescript(VIEW + ";")
