"""A database as an earlier version of the program left it, with one article in it."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlite_utils

from pipelines.storage.connection import APPLICATION_ID
from pipelines.storage.migrations import MIGRATIONS
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, rich_article

ROWS_OF_ITS_OWN = ("_sqlite_migrations", "data_dictionary", "sqlite_sequence")


def make_older(path: Path, first_unknown: str) -> Path:
    """What a version wrote that did not know the migration `first_unknown` nor any after it."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(path)) as conn:
        today = Path(folder) / "today.db"
        with Store.open(today) as store:
            store.save_article(rich_article(), store.begin_run(PORTAL, "news", {}))
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(sqlite_utils.Database(conn), stop_before=first_unknown)
        conn.execute("ATTACH ? AS today", (str(today),))
        for (table,) in conn.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        ).fetchall():
            if table not in ROWS_OF_ITS_OWN:
                _copy(conn, table)
        conn.commit()
    return path


def _copy(conn: sqlite3.Connection, table: str) -> None:
    """All rows, with the columns that both versions know."""
    columns = [
        {row[1] for row in conn.execute(f'PRAGMA {schema}.table_info("{table}")')} for schema in ("main", "today")
    ]
    shared = ", ".join(f'"{name}"' for name in sorted(columns[0] & columns[1]))
    conn.execute(f'DELETE FROM main."{table}"')
    conn.execute(f'INSERT INTO main."{table}" ({shared}) SELECT {shared} FROM today."{table}"')
