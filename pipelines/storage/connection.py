"""Opens SQLite for the one writer and for readers, and turns its errors into the family every caller knows."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from pipelines.errors import LockedError, PortalCrawlerError, SchemaError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: "PCRW": marks our databases in the file header, so that another application's is never migrated by mistake.
APPLICATION_ID = 0x50435257

#: Results after which nothing more may be written: SQLite has often rolled back by itself when it reports them.
_FATAL = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM,
}  # fmt: skip
#: First words (cut at six letters) of the statements that need a transaction.
_CHANGES = {"INSERT", "UPDATE", "DELETE", "REPLAC"}
_NEXT_STEP = {
    sqlite3.SQLITE_FULL: "make room on the disk and run the same command again",
    sqlite3.SQLITE_IOERR: "see to the disk and run the same command again",
    sqlite3.SQLITE_CORRUPT: 'the file is damaged: restore the last backup ("portal-crawler db restore FILE --force")',
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "make sure its folder exists and can be read and written",
}


class GuardedCursor(sqlite3.Cursor):
    """A cursor whose errors are those of this family, whether a statement or one of its rows meets them.

    Every statement and every row goes through it, so each method has its own `try`, which costs nothing until it is needed.
    """

    connection: GuardedConnection

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """As sqlite3; the first change after a commit begins a transaction."""
        self.connection.prepare(sql)
        try:
            return super().execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Self:
        """As `execute`, for many rows."""
        self.connection.prepare(sql)
        try:
            return super().executemany(sql, rows)
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise

    def fetchone(self) -> Any:
        """As sqlite3."""
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """As sqlite3."""
        try:
            return super().fetchmany(self.arraysize if size is None else size)
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise

    def fetchall(self) -> list[Any]:
        """As sqlite3."""
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            self.connection.meet(error)
            raise


class GuardedConnection(sqlite3.Connection):
    """A connection that, once the disk has failed, refuses everything but to be closed.

    After SQLITE_FULL or an I/O error the transaction may be gone without a word; the next statement would then be
    committed alone, and a "done" could outlive its row. So the first such error poisons the connection: it and
    every later call raise StorageError, with the first cause. SQLITE_BUSY becomes LockedError.
    """

    path: Path
    patience: float = 0.0
    failure: StorageError | None = None

    def cursor(self, factory: Any = GuardedCursor, /) -> Any:
        """A guarded cursor. Made nowhere else: only here does sqlite3 forget the cursors that are no more."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As sqlite3, by a guarded cursor."""
        cursor: GuardedCursor = self.cursor()
        return cursor.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        """As sqlite3, by a guarded cursor."""
        cursor: GuardedCursor = self.cursor()
        return cursor.executemany(sql, rows)

    def begin(self) -> None:
        """BEGIN IMMEDIATE, unless a transaction is open; waits up to `patience` seconds for a foreign write lock.

        SQLite waits a second at a time, so that signals are answered in between.

        Raises:
            LockedError: the lock was not to be had in time.
        """
        deadline = time.monotonic() + self.patience
        while not self.in_transaction:
            try:
                self.execute("BEGIN IMMEDIATE")
            except LockedError:
                if time.monotonic() >= deadline:
                    raise

    def prepare(self, sql: str) -> None:
        """Refuse after a failure; begin a transaction before a change.

        Raises:
            StorageError: the disk has failed before.
            LockedError: another program holds the write lock.
        """
        if self.failure is not None:
            raise StorageError(str(self.failure)) from self.failure
        if not self.in_transaction and sql.lstrip()[:6].upper() in _CHANGES:
            self.begin()

    def meet(self, error: sqlite3.DatabaseError) -> None:
        """Raise what an SQLite error means in this family, if anything; a failing disk poisons the connection.

        Raises:
            StorageError: the disk is full, fails, or holds a damaged file.
            LockedError: another program holds the write lock.
        """
        translated = translate(error, self.path)
        if translated is None:
            return
        if isinstance(translated, StorageError):
            self.failure = translated
            with suppress(sqlite3.Error):  # SQLite has often rolled back already; the cause must not be masked
                if self.in_transaction:
                    sqlite3.Cursor(self).execute("ROLLBACK")
        raise translated from error


def translate(error: sqlite3.DatabaseError, path: Path) -> PortalCrawlerError | None:
    """The error of our family that an SQLite error means; None for what is no fault of disk or lock."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _FATAL:
        cure = _NEXT_STEP.get(code, "nothing stored before is lost; mend the cause and run again")
        return StorageError(f"{path}: {error} ({getattr(error, 'sqlite_errorname', 'SQLite')}); {cure}")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(f"{path}: another program holds the write lock; end it or wait for it, then run again")
    return None


def connect_writer(path: Path, patience: float) -> GuardedConnection:
    """A connection for writing; makes the file (not its folder) where it is missing.

    WAL lets readers go on; synchronous FULL syncs every commit, so what is reported as stored survives a power cut
    and a failing fsync is reported by the very commit that needed it. Commits are batched, so this costs one sync
    for many pages. Checkpoints are ours (Store), because SQLite's automatic one hides its errors.

    Raises:
        StorageError: the file cannot be opened or written.
        SchemaError: it is no SQLite database, or that of another application; nothing was changed.
    """
    conn = _connect(f"file:{quote(str(path.resolve()))}?mode=rwc", path, timeout=1.0)
    conn.patience = patience
    try:
        _refuse_foreign(conn, path)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        conn.execute("PRAGMA journal_size_limit = 67108864")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA cache_size = -32000")
    except BaseException:
        conn.close()
        raise
    return conn


def connect_reader(path: Path) -> GuardedConnection:
    """A read-only connection inside one snapshot, for a database of ours.

    Raises:
        StorageError: the file is missing or cannot be read.
        SchemaError: it is not ours.
    """
    if not path.is_file():
        raise StorageError(f"{path}: no such database; crawl a portal first, or name another with --db")
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        conn = _connect(address, path, timeout=10.0)
    except StorageError:
        # a WAL database in a folder that may not be written (a CD, a hand-over share): nobody else can write it either
        if path.with_name(path.name + "-wal").exists():
            raise
        conn = _connect(f"{address}&immutable=1", path, timeout=10.0)
    if application_of(conn) != APPLICATION_ID:
        conn.close()
        raise SchemaError(f"{path}: not a database of portal-crawler; name another file with --db")
    conn.execute("PRAGMA query_only = ON")
    conn.execute("BEGIN")
    conn.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot begins with the first read
    return conn


def application_of(conn: sqlite3.Connection) -> int:
    """The application id in the file header; 0 where none was ever set."""
    number: int = conn.execute("PRAGMA application_id").fetchone()[0]
    return number


def _connect(address: str, path: Path, *, timeout: float) -> GuardedConnection:
    """A connection on which nothing has been changed yet."""
    try:
        conn: GuardedConnection = sqlite3.connect(
            address, uri=True, timeout=timeout, isolation_level=None, factory=GuardedConnection, cached_statements=256
        )
    except sqlite3.OperationalError as error:
        raise (translate(error, path) or StorageError(f"{path}: {error}")) from error
    conn.path = path
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except StorageError as error:
        conn.close()
        cause = error.__cause__
        if isinstance(cause, sqlite3.DatabaseError) and cause.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            text = f"{path}: not a SQLite database; nothing was changed; name another file with --db"
            raise SchemaError(text) from error
        raise
    return conn


def _refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    """Nothing for a database of ours or an empty one."""
    application = application_of(conn)
    tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or tables):
        raise SchemaError(
            f"{path}: a database of another application; nothing was changed; name another file with --db"
        )
