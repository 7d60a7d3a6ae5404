"""Crawls on a full disk, beside analysts and other crawls, and with a clock that jumps."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import assert_true, crawl, crawl_words, kill, pages_asked, rows, run_cli, start_cli, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


#: Seconds for which an analyst holds the database: less than the crawl waits at a time, and more.
HELD = (8, 75)


@pytest.fixture(scope="module", autouse=True)
def held(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[int, Future[None]]]:
    """The crawls that an analyst holds up, those that are asked for: mostly waiting, so beside the other tests."""
    asked = {
        item.callspec.params["seconds"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "seconds" in item.callspec.params
    }
    folder = tmp_path_factory.mktemp("held")
    with ThreadPoolExecutor(len(HELD)) as pool:
        yield {
            seconds: pool.submit(_crawl_held_up, seconds, folder / f"{seconds}.db")
            for seconds in HELD
            if seconds in asked
        }
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 5 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=5m", "portal-crawler-test", str(place)]
    try:
        subprocess.run(words, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small tmpfs needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_ends_the_crawl_and_with_room_it_is_resumed_to_the_truth(small_disk: Path) -> None:
    db = small_disk / "portal.db"
    with SamplePortal(articles=90, seed=11) as portal:
        full = crawl(portal, db)
        assert (full.returncode, full.stderr) == (8, ""), full.stdout
        assert "portal.db" in full.stdout
        assert "full" in full.stdout
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        assert value(db, "PRAGMA integrity_check") == "ok"
        stored = value(db, "SELECT count(*) FROM articles")
        asked = len(pages_asked(portal))
        assert 0 < stored < 90
        done = crawl(portal, db)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert len(pages_asked(portal)) - asked < asked + 100
        assert_true(portal, db)


def test_a_write_that_the_system_refuses_ends_the_crawl_and_the_same_command_resumes_it(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=40, seed=12) as portal:
        process = start_cli(*crawl_words(portal, db))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (2_500_000, resource.RLIM_INFINITY))
        out, err = _end(process)
        assert (process.returncode, err) == (8, ""), out
        assert "portal.db" in out
        assert value(db, "PRAGMA integrity_check") == "ok"
        done = crawl(portal, db)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert_true(portal, db)


def test_an_analyst_may_read_for_the_whole_crawl(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=30, seed=13) as portal:
        process = start_cli(*crawl_words(portal, db))
        _until(lambda: db.exists() and rows(db, "SELECT 1 FROM sqlite_master WHERE name = 'articles'"))
        with closing(sqlite3.connect(db, isolation_level=None)) as analyst:
            analyst.execute("BEGIN")
            seen = analyst.execute("SELECT count(*) FROM articles").fetchone()
            out, err = _end(process)
            assert (process.returncode, err) == (0, ""), out
            assert analyst.execute("SELECT count(*) FROM articles").fetchone() == seen
        assert_true(portal, db)


@pytest.mark.parametrize("seconds", HELD)
def test_an_analyst_who_holds_the_write_lock_is_waited_for(seconds: int, held: dict[int, Future[None]]) -> None:
    held[seconds].result()


def _crawl_held_up(seconds: int, db: Path) -> None:
    with SamplePortal(articles=30, seed=14) as portal:
        process = start_cli(*crawl_words(portal, db))
        _until(lambda: db.exists() and len(portal.requests) > 10)
        with closing(sqlite3.connect(db, isolation_level=None, timeout=30)) as analyst:
            analyst.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)  # the fault itself
            analyst.execute("ROLLBACK")
        out, err = _end(process)
        assert err == ""
        assert process.returncode in (0, 8, 9), out
        if process.returncode:
            assert crawl(portal, db).returncode == 0
        assert_true(portal, db)


def test_of_two_crawls_at_once_the_second_is_refused_and_no_page_is_asked_twice(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=30, seed=15) as portal:
        first = start_cli(*crawl_words(portal, db), "-s", "DOWNLOAD_DELAY=0.3")
        _until(lambda: len(portal.requests) > 2)
        began = time.monotonic()
        second = crawl(portal, db)
        assert second.returncode == 9, second.stdout
        assert "held by" in second.stderr
        assert time.monotonic() - began < 15
        out, err = _end(first)
        assert (first.returncode, err) == (0, ""), out
        assert max(Counter(pages_asked(portal)).values()) == 1
        assert_true(portal, db)


def test_a_clock_that_jumps_back_and_forth_loses_and_invents_nothing(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=24, seed=16) as portal:
        assert _crawl_on_day(portal, db, 0).returncode == 0
        edited = next(one["url"] for one in portal.truth()["articles"] if "listing" in one["found_by"])
        portal.edit(edited, text="Bản sửa thứ nhất của đoạn này.")
        assert _crawl_on_day(portal, db, -400, "--full").returncode == 0
        assert_true(portal, db)
        portal.edit(edited, text="Bản sửa thứ hai của đoạn này.")
        assert _crawl_on_day(portal, db, 400, "--full").returncode == 0
        assert_true(portal, db)
    numbers = rows(db, "SELECT article_id, count(*) FROM article_revisions GROUP BY article_id HAVING count(*) > 1")
    assert [count for _, count in numbers] == [3]
    assert value(db, "SELECT count(*) FROM articles WHERE state <> 'live'") == 0


def _crawl_on_day(portal: SamplePortal, db: Path, days: int, *more: str) -> subprocess.CompletedProcess[str]:
    """A crawl whose clock is some days off."""
    return run_cli(str(days), *crawl_words(portal, db, *more), module="tests.crawl.shifted_clock", timeout=120)


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return process.communicate(timeout=150)
    except BaseException:
        kill(process)
        raise


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
