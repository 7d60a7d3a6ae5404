"""The crawl's own state: the request queue, which list showed which article, and by which addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

FRONTIER = """
CREATE TABLE frontier (
  id INTEGER PRIMARY KEY,
  crawl_id INTEGER NOT NULL REFERENCES runs(id),
  portal TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL DEFAULT 'GET',
  body BLOB,
  headers TEXT NOT NULL CHECK (json_valid(headers)),
  context TEXT NOT NULL CHECK (json_valid(context)),
  priority INTEGER NOT NULL,
  host TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'in_flight', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before REAL NOT NULL DEFAULT 0,
  UNIQUE (crawl_id, fingerprint)
) STRICT;
CREATE INDEX frontier_next ON frontier(crawl_id, state, priority DESC, id);
CREATE INDEX frontier_portal ON frontier(portal, state);
CREATE INDEX frontier_kind ON frontier(crawl_id, kind, state)
"""

SIGHTINGS = """
CREATE TABLE list_sightings (
  portal TEXT NOT NULL,
  chain TEXT NOT NULL,
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  route TEXT NOT NULL,
  title TEXT NOT NULL,
  published TEXT NOT NULL,
  image TEXT NOT NULL,
  crawl_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, chain, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_sightings_key ON list_sightings(portal, key);
CREATE INDEX list_sightings_crawl ON list_sightings(crawl_id);
CREATE TABLE address_sightings (
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  key TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_sightings_key ON address_sightings(portal, key);
CREATE INDEX address_sightings_run ON address_sightings(run_id)
"""


@MIGRATIONS()
def m002_frontier(db: Database) -> None:
    """New tables only."""
    for part in (FRONTIER, SIGHTINGS):
        db.executescript(part + ";")
