"""Copies are whole and proven, a restore loses nothing it should not, and a vacuum only makes a file smaller."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError, LockedError, StorageError
from pipelines.storage import backup as copies
from pipelines.storage.backup import back_up, prove, restore, vacuum
from pipelines.storage.publication import refuse_half_runs
from pipelines.storage.store import Store
from portal_crawler.cli import main
from tests.storage.data import PORTAL, article


@pytest.fixture
def filled(store: Store, run: int) -> Store:
    for number in range(1, 6):
        store.save_article(article(number), run)
    store.commit()
    return store


def titles(db: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        return [title for (title,) in conn.execute("SELECT title FROM v_articles ORDER BY id")]


def test_a_backup_taken_while_a_writer_writes_is_its_last_commit(filled: Store, run: int, tmp_path: Path):
    filled.save_article(article(6), run)  # not committed yet
    copied = back_up(filled.path, tmp_path / "backup" / "copy.db")
    assert copied.articles == 5
    assert [path.name for path in copied.path.parent.iterdir()] == ["copy.db"]
    filled.commit()
    assert len(titles(filled.path)) == 6
    assert CliRunner().invoke(main, ["db", "check", "--db", str(copied.path)]).exit_code == 0


def test_a_backup_that_cannot_be_written_leaves_the_old_one(filled: Store, tmp_path: Path, monkeypatch):
    target = tmp_path / "copy.db"
    back_up(filled.path, target)
    before = target.read_bytes()
    monkeypatch.setattr(copies, "prove", lambda path: (_ for _ in ()).throw(StorageError(f"{path}: damaged")))
    with pytest.raises(StorageError):
        back_up(filled.path, target)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".copy*"))


def damage(path: Path) -> None:
    """Spoil a page in the middle of the file."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 2048] = b"\xff" * 2048
    path.write_bytes(data)


def test_a_damaged_copy_is_told(filled: Store, tmp_path: Path):
    copied = back_up(filled.path, tmp_path / "copy.db")
    damage(copied.path)
    with pytest.raises(StorageError):
        prove(copied.path)


def test_a_restore_wants_force_and_keeps_what_stood_there(filled: Store, run: int, tmp_path: Path):
    copied = back_up(filled.path, tmp_path / "copy.db")
    filled.save_article(article(6), run)
    filled.close()
    with pytest.raises(ConfigurationError, match="--force"):
        restore(copied.path, filled.path)
    restore(copied.path, filled.path, force=True)
    assert len(titles(filled.path)) == 5
    assert len(titles(filled.path.with_name("portal.db.replaced"))) == 6
    with Store.open(filled.path) as again:
        assert again.count_articles(PORTAL) == 5


def test_a_restore_is_refused_while_a_crawl_holds_the_database(filled: Store, tmp_path: Path):
    copied = back_up(filled.path, tmp_path / "copy.db")
    with pytest.raises(LockedError, match="held by"):
        restore(copied.path, filled.path, force=True)
    done = CliRunner().invoke(main, ["db", "restore", str(copied.path), "--db", str(filled.path), "--force"])
    assert done.exit_code == 9


def test_a_damaged_backup_is_not_restored(filled: Store, tmp_path: Path):
    copied = back_up(filled.path, tmp_path / "copy.db")
    with closing(sqlite3.connect(copied.path)) as conn, conn:
        conn.execute("UPDATE article_revisions SET body_text = 'khác' WHERE number = 1")
    filled.close()
    before = filled.path.read_bytes()
    with pytest.raises(StorageError, match="content_hash"):
        restore(copied.path, filled.path, force=True)
    assert filled.path.read_bytes() == before


def test_what_a_killed_writer_left_in_its_journal_is_no_part_of_the_restored_database(filled: Store, tmp_path: Path):
    copied = back_up(filled.path, tmp_path / "copy.db")
    place = tmp_path / "killed" / "portal.db"
    place.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{filled.path}{ending}", f"{place}{ending}")
    restore(copied.path, place, force=True)
    assert sorted(path.name for path in place.parent.iterdir()) == ["portal.db", "portal.db.lock", "portal.db.replaced"]
    assert len(titles(place)) == len(titles(place.with_name("portal.db.replaced"))) == 5


def test_a_vacuum_makes_the_file_smaller_and_changes_no_row(filled: Store):
    filled.conn.execute("CREATE TABLE ballast AS SELECT randomblob(2000000) AS blob")
    filled.conn.execute("DROP TABLE ballast")
    path, before = filled.path, titles(filled.path)
    filled.close()
    was, now = vacuum(path)
    assert now < was - 1_500_000
    assert titles(path) == before


def test_a_vacuum_is_refused_without_room_and_while_a_crawl_runs(filled: Store, monkeypatch):
    with pytest.raises(LockedError):
        vacuum(filled.path)
    filled.close()
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**6, 10**6, 1000))
    with pytest.raises(StorageError, match="make room"):
        vacuum(filled.path)


@pytest.fixture
def ended(filled: Store, run: int) -> Store:
    filled.finish_run(run, "complete", 0, {}, {})
    return filled


def test_half_a_run_is_not_published(ended: Store):
    with pytest.raises(LockedError, match="is writing"):
        refuse_half_runs(ended.path)
    ended.close()
    refuse_half_runs(ended.path)
    with Store.open(ended.path) as again:
        again.finish_run(again.begin_run(PORTAL, "news", {}), "interrupted", 130, {}, {})
    with pytest.raises(StorageError, match="ended interrupted"):
        refuse_half_runs(ended.path)
