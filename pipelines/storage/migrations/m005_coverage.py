"""What of each version's source arrived, and which text of a portal's pages is known to be chrome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

COVERAGE = """
CREATE TABLE article_coverage (
  revision_id INTEGER PRIMARY KEY REFERENCES article_revisions(id) ON DELETE CASCADE,
  region TEXT NOT NULL,
  share REAL NOT NULL,
  words_source INTEGER NOT NULL,
  words_aside INTEGER NOT NULL,
  words_arrived INTEGER NOT NULL,
  images_source INTEGER NOT NULL,
  images_aside INTEGER NOT NULL,
  images_arrived INTEGER NOT NULL,
  cells_source INTEGER NOT NULL,
  cells_aside INTEGER NOT NULL,
  cells_arrived INTEGER NOT NULL,
  links_source INTEGER NOT NULL,
  links_aside INTEGER NOT NULL,
  links_arrived INTEGER NOT NULL,
  missing TEXT NOT NULL CHECK (json_valid(missing)),
  chrome_version INTEGER NOT NULL
) STRICT;
CREATE INDEX article_coverage_share ON article_coverage(share);
CREATE TABLE article_boxes (
  revision_id INTEGER NOT NULL REFERENCES article_revisions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  place TEXT NOT NULL,
  key TEXT NOT NULL,
  heading TEXT NOT NULL,
  before TEXT NOT NULL,
  text TEXT NOT NULL,
  removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
  PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE learned_chrome (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  region TEXT NOT NULL,
  place TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('same', 'list')),
  sign TEXT NOT NULL,
  text TEXT NOT NULL,
  articles INTEGER NOT NULL,
  of_articles INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('chrome', 'content')),
  version INTEGER NOT NULL,
  learned_at TEXT NOT NULL,
  UNIQUE (portal, region, place, kind, sign)
) STRICT;
CREATE VIEW v_coverage AS
SELECT a.uid, a.portal, a.url, a.title, c.share,
       c.words_source, c.words_arrived, c.images_source, c.images_arrived, c.cells_source, c.cells_arrived,
       c.links_source, c.links_arrived,
       (SELECT count(*) FROM json_each(c.missing) m WHERE m.value ->> 'reason' = 'lost') AS lost,
       c.missing
  FROM article_coverage c JOIN articles a ON a.revision_id = c.revision_id
"""


@MIGRATIONS()
def m005_coverage(db: Database) -> None:
    """New tables only."""
    db.executescript(COVERAGE + ";")
