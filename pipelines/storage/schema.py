"""Makes a database, or brings an older one up to date, in one transaction; refuses what is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlite_utils

from pipelines.errors import SchemaError
from pipelines.storage.connection import APPLICATION_ID, GuardedConnection, connect_reader
from pipelines.storage.dictionary import write_dictionary
from pipelines.storage.migrations import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def upgrade(db: sqlite_utils.Database, path: Path) -> None:
    """Apply every pending migration in one transaction; a database that is up to date is not written to.

    Raises:
        SchemaError: the database was written by a newer version; nothing was changed.
    """
    conn = db.conn
    assert isinstance(conn, GuardedConnection)
    refuse_newer(db, path)
    if not MIGRATIONS.pending(db):
        return
    conn.begin()
    try:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(db)
        write_dictionary(db)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction and conn.failure is None:
            conn.execute("ROLLBACK")
        raise


def pending(conn: sqlite3.Connection) -> list[str]:
    """The migrations that a database of an older version lacks, in their order."""
    return [migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(conn))]


def is_current(conn: sqlite3.Connection) -> bool:
    """True where no migration is pending."""
    return not pending(conn)


def refuse_newer(db: sqlite_utils.Database, path: Path) -> None:
    """Nothing, or an error.

    Raises:
        SchemaError: migrations were applied that this version does not know.
    """
    known = {migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(memory=True))}
    unknown = sorted(done.name for done in MIGRATIONS.applied(db) if done.name not in known)
    if unknown:
        raise SchemaError(
            f"{path}: written by a newer version of portal-crawler (it has {', '.join(unknown)}); nothing was changed; "
            "update the program"
        )


def refuse_older(conn: sqlite3.Connection, path: Path) -> None:
    """Nothing, or an error: what an older version wrote lacks tables and columns that are asked for.

    Raises:
        SchemaError: migrations are pending.
    """
    if lacking := pending(conn):
        raise SchemaError(
            f"{path}: made by an older version of portal-crawler (it lacks {', '.join(lacking)}); nothing was changed; "
            f"back it up, then bring it up to date with: portal-crawler db upgrade --db {path}"
        )


def open_reader(path: Path, *, older: bool = False) -> GuardedConnection:
    """A read-only connection in one snapshot.

    `older` is for those who need no more of a database than every version of it has: they are given one of an
    older version too.

    Raises:
        StorageError: the file is missing or cannot be read.
        SchemaError: it is not ours, or was written by a newer or, but for `older`, by an older version.
    """
    conn = connect_reader(path)
    try:
        refuse_newer(sqlite_utils.Database(conn), path)
        if not older:
            refuse_older(conn, path)
    except SchemaError:
        conn.close()
        raise
    return conn
