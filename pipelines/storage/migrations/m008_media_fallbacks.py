"""Files out of archives and in place of missing ones: where a file came from, and what was tried when it was not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

FALLBACKS = """
ALTER TABLE media_urls ADD COLUMN origin TEXT NOT NULL DEFAULT 'live'
  CHECK (origin IN ('live', 'folder', 'warc', 'wayback'));
ALTER TABLE media_urls ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE article_media ADD COLUMN fallback TEXT NOT NULL DEFAULT '';
CREATE TABLE media_fallbacks (
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tried_url TEXT NOT NULL,
  is_lesser INTEGER NOT NULL CHECK (is_lesser IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('queued', 'stored', 'failed')),
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  media_id INTEGER REFERENCES media(id),
  changed_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, url, tried_url)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_fallbacks_tried ON media_fallbacks(portal, tried_url);
CREATE INDEX media_fallbacks_media ON media_fallbacks(media_id);
CREATE INDEX media_fallbacks_run ON media_fallbacks(run_id)
"""


@MIGRATIONS()
def m008_media_fallbacks(db: Database) -> None:
    """What is stored so far came from live crawls, and from the addresses that articles name."""
    db.executescript(FALLBACKS + ";")
