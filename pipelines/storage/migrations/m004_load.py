"""What was loaded into a running CMS: one batch a load, the ledger of what stands there, and what can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

LOAD = """
CREATE TABLE load_batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  rolled_back_at TEXT,
  counts TEXT CHECK (counts IS NULL OR json_valid(counts))
) STRICT;
CREATE TABLE load_ledger (
  target TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('article', 'media')),
  uid TEXT NOT NULL,
  target_id INTEGER,
  address TEXT NOT NULL,
  row_hash TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'loaded', 'kept', 'refused', 'undone')),
  message TEXT NOT NULL,
  sent TEXT NOT NULL CHECK (json_valid(sent)),
  found TEXT NOT NULL CHECK (json_valid(found)),
  modified TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES load_batches(id),
  at TEXT NOT NULL,
  PRIMARY KEY (target, kind, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX load_ledger_batch ON load_ledger(batch_id);
CREATE TABLE load_changes (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES load_batches(id),
  kind TEXT NOT NULL CHECK (kind IN ('article', 'media')),
  uid TEXT NOT NULL,
  target_id INTEGER NOT NULL,
  before TEXT CHECK (before IS NULL OR json_valid(before)),
  at TEXT NOT NULL
) STRICT;
CREATE INDEX load_changes_batch ON load_changes(batch_id)
"""


@MIGRATIONS()
def m004_load(db: Database) -> None:
    """New tables only."""
    db.executescript(LOAD + ";")
