"""Kill, power cut, full disk, other programs: what was committed stays, whole, and everybody is told the truth."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.errors import LockedError, StorageError
from pipelines.items import Failure
from pipelines.storage.dataset import Dataset
from pipelines.storage.integrity import find_damage
from pipelines.storage.schema import open_reader
from pipelines.storage.store import Store
from tests.crawl.live import TIMEOUT
from tests.storage.data import PORTAL, article

ROOT = Path(__file__).resolve().parents[2]


def write_page(store: Store, run: int, number: int) -> None:
    """An article and its mark that it is done, as a crawl does it: they must live and die together."""
    store.save_failure(Failure(url=f"done {number}", stage="store", reason="done"), run, PORTAL)
    store.save_article(article(number), run)


def pages_in(db: Path) -> int:
    """How many pages a database holds; it must be sound, and hold them from the first on without a hole."""
    with closing(open_reader(db)) as conn:
        assert list(find_damage(conn)) == []
        articles = [int(key.rpartition("#")[2]) for (key,) in conn.execute("SELECT key FROM articles")]
        done = [int(one.removeprefix("done ")) for (one,) in conn.execute("SELECT url FROM failures")]
    assert sorted(articles) == sorted(done) == list(range(1, len(articles) + 1))
    return len(articles)


WRITER = """
    import sys
    from pathlib import Path
    from pipelines.storage.store import Store
    from tests.storage.data import PORTAL
    from tests.storage.test_durability import write_page

    store = Store.open(Path(sys.argv[1]), command="writer")
    run = store.begin_run(PORTAL, "news", {})
    for number in range(store.count_articles(PORTAL) + 1, 100_000):
        write_page(store, run, number)
        if number % 7 == 0:
            store.commit()
            print(number, flush=True)
"""


def python(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def test_after_a_kill_at_any_moment_every_commit_is_there_and_no_half_page(db: Path) -> None:
    rng = random.Random(4)
    before = 0
    for _ in range(3):
        with python(WRITER, db) as writer:
            assert writer.stdout is not None
            promised = 0
            for _ in range(rng.randint(2, 12)):
                promised = int(writer.stdout.readline())
            os.kill(writer.pid, signal.SIGKILL)
            promised = max([promised, *(int(line) for line in writer.stdout.read().split("\n")[:-1] if line)])
        assert pages_in(db) >= promised > before
        before = promised


def test_any_prefix_of_the_log_opens_to_a_whole_number_of_commits(tmp_path: Path, db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
    kept = db.read_bytes()
    commits = [0]
    with Store.open(db) as store:
        for number in range(1, 13):
            write_page(store, run, number)
            if number % 3 == 0:
                store.commit()
                commits.append(number)
        log = db.with_name("portal.db-wal").read_bytes()
    rng = random.Random(2)
    seen = set()
    for cut in [0, len(log), *(rng.randrange(len(log)) for _ in range(20))]:
        copy = tmp_path / f"cut-{cut}.db"
        copy.write_bytes(kept)
        torn = log[:cut] + rng.randbytes(min(512, len(log) - cut))  # the last sector is whatever the disk left
        copy.with_name(copy.name + "-wal").write_bytes(torn)
        with Store.open(copy) as store:
            seen.add(store.count_articles(PORTAL))
        assert pages_in(copy) in commits
    assert {0, 12} <= seen
    assert len(seen) > 2


def test_a_full_disk_is_named_poisons_the_store_and_spoils_nothing(db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        write_page(store, run, 1)
    store = Store.open(db)
    pages = store.conn.execute("PRAGMA page_count").fetchone()[0]
    store.conn.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StorageError, match=r"portal\.db: database or disk is full.*make room"):
        for number in range(2, 200):
            write_page(store, run, number)
            store.commit()
    for again in (
        store.commit,
        lambda: write_page(store, run, 300),
        lambda: store.conn.execute("UPDATE runs SET pid = 0"),
    ):
        with pytest.raises(StorageError, match="disk is full"):
            again()
    store.rollback()
    store.close()
    stored = pages_in(db)
    with Store.open(db) as store:
        write_page(store, run, stored + 1)
    assert pages_in(db) == stored + 1


def test_a_write_that_the_system_refuses_is_a_storage_error_and_the_rest_survives(db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        write_page(store, run, 1)
    code = """
        import resource, signal, sys
        from pathlib import Path
        from pipelines.errors import StorageError
        from pipelines.storage.store import Store
        from tests.storage.test_durability import write_page

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = Store.open(Path(sys.argv[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        try:
            for number in range(2, 2000):
                write_page(store, int(sys.argv[2]), number)
                store.commit()
        except StorageError as error:
            print(error)
            store.close()
            raise SystemExit(error.exit_code)
    """
    with python(code, db, run) as writer:
        out, err = writer.communicate(timeout=TIMEOUT)
    assert writer.returncode == 8, err
    assert str(db) in out
    assert pages_in(db) > 1


def test_a_second_writer_is_refused_and_told_who_holds_it(db: Path) -> None:
    with Store.open(db, command="portal-crawler crawl xa_mau"):
        with pytest.raises(LockedError, match=rf'held by "portal-crawler crawl xa_mau" \(process {os.getpid()} on '):
            Store.open(db)
    Store.open(db).close()


def test_the_lock_ends_with_its_process_even_when_a_forked_child_lives_on(db: Path) -> None:
    code = """
        import os, sys, time
        from pathlib import Path
        from pipelines.storage.store import Store

        store = Store.open(Path(sys.argv[1]))
        if os.fork() == 0:
            print("held", flush=True)
            sys.stdin.read()  # lives until the test closes its input
            os._exit(0)
        time.sleep(60)
    """
    with python(code, db, stdin=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError):
            Store.open(db)
        os.kill(holder.pid, signal.SIGKILL)
        os.waitpid(holder.pid, 0)
        Store.open(db).close()
        assert holder.stdin is not None
        holder.stdin.close()


def test_a_reader_keeps_its_snapshot_for_hours_and_hurts_nobody(db: Path, store: Store, run: int) -> None:
    write_page(store, run, 1)
    store.commit()
    with Dataset.open(db) as dataset:
        for number in range(2, 80):
            write_page(store, run, number)
            store.commit()
        assert dataset.count() == 1
        assert [row.title for row in dataset.articles()] == [article(1).title]
        store.close()
        assert dataset.count() == 1
    assert pages_in(db) == 79


def test_a_foreign_write_lock_is_waited_for_then_named(db: Path) -> None:
    with Store.open(db, patience=0.0) as store:
        run = store.begin_run(PORTAL, "news", {})
        with closing(sqlite3.connect(db, isolation_level=None)) as analyst:
            analyst.execute("BEGIN IMMEDIATE")
            with pytest.raises(LockedError, match="another program holds the write lock"):
                write_page(store, run, 1)
            analyst.execute("ROLLBACK")
        write_page(store, run, 1)
    assert pages_in(db) == 1


def test_what_shares_the_connection_shares_the_transaction(db: Path, store: Store, run: int) -> None:
    store.conn.execute("UPDATE runs SET pid = 4711 WHERE id = ?", (run,))
    store.save_article(article(1), run)
    store.rollback()
    store.commit()
    assert store.conn.execute("SELECT pid FROM runs").fetchone()[0] == os.getpid()
    assert store.count_articles(PORTAL) == 0
    with Dataset.open(db) as dataset:
        assert dataset.count() == 0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        Store.open(tmp_path / "file" / "portal.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_may_not_be_written_beside_can_be_read(tmp_path: Path, db: Path) -> None:
    with Store.open(db) as store:
        write_page(store, store.begin_run(PORTAL, "news", {}), 1)
    share = tmp_path / "share"
    share.mkdir()
    shutil.copy(db, share / "portal.db")
    share.chmod(0o555)
    try:
        assert pages_in(share / "portal.db") == 1
    finally:
        share.chmod(0o755)


def test_the_commit_waits_for_the_disk(store: Store) -> None:
    settings = {
        name: store.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_long_log_does_not_wait_for_its_turn_to_be_emptied(store, run, monkeypatch):
    monkeypatch.setattr("pipelines.storage.store.MOST_WAL", 300_000)
    log = store.path.with_name(f"{store.path.name}-wal")
    for number in range(1, 21):
        store.save_article(article(number, body_text=f"Tin số {number} của xã. " * 1000), run)
        store.commit()
    assert log.stat().st_size < 700_000
