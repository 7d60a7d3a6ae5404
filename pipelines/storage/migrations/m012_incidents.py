"""What went wrong with a portal, from its beginning to its end, and who was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

INCIDENTS = """
CREATE TABLE incidents (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('verdict', 'freshness')),
  code TEXT NOT NULL,
  sentence TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  opened_run_id INTEGER NOT NULL REFERENCES runs(id),
  last_run_id INTEGER NOT NULL REFERENCES runs(id),
  closed_at TEXT,
  closed_how TEXT CHECK (closed_how IN ('recovered', 'superseded'))
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents(portal, kind) WHERE closed_at IS NULL;
CREATE INDEX incidents_opened_run ON incidents(opened_run_id);
CREATE INDEX incidents_last_run ON incidents(last_run_id);
CREATE TABLE deliveries (
  incident_id INTEGER NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
  message TEXT NOT NULL CHECK (message IN ('opened', 'recovered')),
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'failed')),
  attempts INTEGER NOT NULL,
  detail TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (incident_id, message, channel)
) STRICT, WITHOUT ROWID
"""


@MIGRATIONS()
def m012_incidents(db: Database) -> None:
    """New tables only."""
    db.executescript(INCIDENTS + ";")
