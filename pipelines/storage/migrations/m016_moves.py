"""Articles that the portal itself moved: one article with two source keys, told by a permanent redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

MOVES = """
CREATE TABLE article_moves (
  portal TEXT NOT NULL,
  key TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_moves_article ON article_moves(article_id);
CREATE INDEX article_moves_run ON article_moves(run_id)
"""


@MIGRATIONS()
def m016_moves(db: Database) -> None:
    """A new table only; copies that earlier crawls stored stay as they are, exports may name them."""
    db.executescript(MOVES + ";")
