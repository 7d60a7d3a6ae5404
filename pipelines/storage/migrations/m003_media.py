"""Files of articles: which addresses served each, and how the fetching of every address stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

MEDIA = """
CREATE TABLE media_urls (
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  media_id INTEGER NOT NULL REFERENCES media(id),
  name TEXT NOT NULL,
  claimed_type TEXT NOT NULL,
  served_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, url, media_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_urls_media ON media_urls(media_id);
CREATE INDEX media_urls_run ON media_urls(run_id);
CREATE TABLE media_fetches (
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'stored', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  not_before TEXT NOT NULL DEFAULT '',
  changed_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_fetches_state ON media_fetches(portal, state);
CREATE INDEX media_fetches_run ON media_fetches(run_id)
"""


@MIGRATIONS()
def m003_media(db: Database) -> None:
    """New tables only."""
    db.executescript(MEDIA + ";")
