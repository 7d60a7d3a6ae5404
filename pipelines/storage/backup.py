"""Copies a database while it is written, puts a copy back, and makes a file smaller; each proven before it counts."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlite_utils

from pipelines.errors import ConfigurationError, PortalCrawlerError, StorageError
from pipelines.storage.connection import connect_writer, translate
from pipelines.storage.integrity import find_damage
from pipelines.storage.lock import WriterLock
from pipelines.storage.migrations import MIGRATIONS
from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: VACUUM writes the whole file anew into the journal, and from there into the file.
VACUUM_ROOM = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A proven copy: its size in bytes, its articles, and the last migration it has."""

    path: Path
    size: int
    articles: int
    schema: str


def back_up(source: Path, target: Path, change: Callable[[sqlite3.Connection], None] | None = None) -> Copied:
    """Copy a database, also while it is written; the target appears whole and proven, or not at all.

    One snapshot of the source is copied in one step, so that no writer makes it begin again. The copy is one file
    without a journal beside it; `change` may alter it before it is proven.

    Raises:
        ConfigurationError: the target is the database itself.
        StorageError: source or target cannot be read or written, or the copy is not sound; the target is as before.
        SchemaError: the source is not ours, or of a newer version.
    """
    _refuse_same(target, source)
    with _draft(target) as draft:
        with closing(open_reader(source, older=True)) as conn, _sqlite(draft), closing(sqlite3.connect(draft)) as copy:
            expected = (_schema(conn), _articles(conn))
            sqlite3.Connection.backup(conn, copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
            if change is not None:
                change(copy)
        found = prove(draft)
        if (found.schema, found.articles) != expected:
            raise StorageError(f"{target}: the copy differs from {source}; see to the disk and run again")
        size = draft.stat().st_size
    return Copied(path=target, size=size, articles=found.articles, schema=found.schema)


def prove(path: Path) -> Copied:
    """What a sound database holds: the file, its foreign keys and its schema are looked at, not the hashes.

    Raises:
        StorageError: it is damaged.
        SchemaError: it is not ours, or of a newer version.
    """
    with closing(open_reader(path, older=True)) as conn:
        wrong = [line for (line,) in conn.execute("PRAGMA integrity_check(5)") if line != "ok"]
        wrong += [
            f"{table} row {row}: no {parent}" for table, row, parent, _ in conn.execute("PRAGMA foreign_key_check")
        ]
        if wrong:
            raise StorageError(f"{path}: damaged ({'; '.join(wrong[:3])}); restore another backup")
        return Copied(path=path, size=path.stat().st_size, articles=_articles(conn), schema=_schema(conn))


def restore(backup: Path, database: Path, *, force: bool = False) -> Copied:
    """Put a backup in the place of a database; what stood there stays beside it as `….replaced`.

    Every hash of the backup is computed anew first, and the copy is proven before it takes the place.

    Raises:
        ConfigurationError: there is a database already and `force` is not given.
        LockedError: a crawl holds the database.
        StorageError: the backup is damaged, or the disk fails; the database is as before.
    """
    if database.exists() and not force:
        raise ConfigurationError(
            f"{database}: exists; --force puts the backup in its place (it stays as {database.name}.replaced)"
        )
    _refuse_same(backup, database)
    with closing(open_reader(backup, older=True)) as conn:
        damage = [f"{one.code}: {one.detail}" for one in find_damage(conn)]
    if damage:
        raise StorageError(f"{backup}: damaged, nothing was restored ({'; '.join(damage[:3])}); take another backup")
    with _sqlite(database):
        database.parent.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(database, f"db restore {backup}")
    try:
        draft = database.with_name(f".{database.name}.restored")
        copied = back_up(backup, draft)
        with _sqlite(database):
            _set_aside(database)
            draft.replace(database)
            _sync_folder(database)
    finally:
        lock.release()
    return Copied(path=database, size=copied.size, articles=copied.articles, schema=copied.schema)


def vacuum(database: Path) -> tuple[int, int]:
    """Give back what is free inside the file; returns its size in bytes before and after.

    Raises:
        LockedError: a crawl holds the database, or a reader does not let go.
        StorageError: too little room on the disk, or the file is damaged; it is as before.
    """
    lock = WriterLock(database, "db vacuum")
    try:
        prove(database)
        before = database.stat().st_size
        free = shutil.disk_usage(database.parent).free
        if free < before * VACUUM_ROOM:
            raise StorageError(
                f"{database}: needs {before * VACUUM_ROOM / 1e6:.0f} MB of room for a moment, the disk has {free / 1e6:.0f} MB; "
                "make room and run again"
            )
        with closing(connect_writer(database, 5.0)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            conn.execute("VACUUM")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        prove(database)
        return before, database.stat().st_size
    finally:
        lock.release()


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file to write that becomes `target`, synced, at the end; nothing is left of it after an error."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    with _sqlite(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
    try:
        yield draft
        with _sqlite(target):
            descriptor = os.open(draft, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            draft.replace(target)
            _sync_folder(target)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


@contextmanager
def _sqlite(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the disk as those of our family."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise (translate(error, path) or StorageError(f"{path}: {error}; see to the disk and run again")) from error
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}); make room or name another place"
        ) from error


def _set_aside(database: Path) -> None:
    """The file that is there, with all that its journal holds, under another name."""
    if not database.exists():
        return
    with suppress(PortalCrawlerError, sqlite3.Error), closing(connect_writer(database, 5.0)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = database.with_name(f"{database.name}.replaced")
    for ending in ("", "-wal"):
        kept.with_name(kept.name + ending).unlink(missing_ok=True)
    journal = database.with_name(f"{database.name}-wal")
    if journal.exists():  # a reader holds on to it, or the file is damaged: a pair stays a pair
        journal.replace(kept.with_name(kept.name + "-wal"))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    database.replace(kept)


def _refuse_same(backup: Path, database: Path) -> None:
    if database.exists() and backup.exists() and backup.samefile(database):
        raise ConfigurationError(f"{backup}: is the database itself; name another file")


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _articles(conn: sqlite3.Connection) -> int:
    number: int = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    return number


def _schema(conn: sqlite3.Connection) -> str:
    return max((one.name for one in MIGRATIONS.applied(sqlite_utils.Database(conn))), default="")
