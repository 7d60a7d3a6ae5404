"""Twenty kills at random moments of one crawl: nothing is lost, nothing doubled, only what was in flight fetched twice.

No pause is made between requests (live.QUICK), which is when most is under way at once.
"""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import assert_true, crawl_words, kill, run_cli, start_cli

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from portal_crawler.sample_portal.pagers import PagerName

pytestmark = pytest.mark.slow

KILLS = 20
#: One on the wire, one being read, one waiting for that (frontier/scheduler.py).
IN_FLIGHT = 3


@pytest.mark.parametrize(
    ("pager", "faults"),
    [("get", ()), ("postback", ("doubled_urls", "http_500:0.05", "reset:0.05", "cut:0.05"))],
    ids=["get", "flaky-postback"],
)
def test_a_crawl_survives_twenty_kills(pager: PagerName, faults: tuple[str, ...], tmp_path: Path) -> None:
    db, rng = tmp_path / "portal.db", random.Random(20)
    counts, killed_at = [0], []
    with SamplePortal(articles=500, seed=12, pager=pager, faults=faults) as portal:
        words = crawl_words(portal, db)
        for _ in range(KILLS):
            process = start_cli(*words)
            _wait_for(portal, len(portal.requests) + rng.randint(0, 45), process)
            time.sleep(rng.random() * 0.2)
            kill(process)
            killed_at.append(len(portal.requests))
            counts.append(_sound(db))
        assert counts == sorted(counts)
        done = run_cli(*words, timeout=300)
        assert (done.returncode, done.stderr) == (0, "")
        assert "resumed" in done.stdout
        assert_true(portal, db)
        if not faults:
            twice = _fetched_twice(portal, killed_at)
            print(f"{KILLS} kills, {len(portal.requests)} requests, fetched twice because of each: {twice}")
            assert max(twice) <= IN_FLIGHT
    assert counts[-1] < 500, "the kills came too late to prove anything"


def test_a_crawl_with_its_files_survives_twenty_kills(tmp_path: Path) -> None:
    db, rng = tmp_path / "portal.db", random.Random(21)
    killed_at, files = [], [0]
    with SamplePortal(articles=150, seed=12) as portal:
        words = crawl_words(portal, db, "-s", "MEDIA=1")
        for _ in range(KILLS):
            process = start_cli(*words)
            _wait_for(portal, len(portal.requests) + rng.randint(0, 30), process)
            time.sleep(rng.random() * 0.1)
            kill(process)
            killed_at.append(len(portal.requests))
            _sound(db)
            files.append(_files(db))
        done = run_cli(*words, timeout=300)
        assert (done.returncode, done.stderr) == (0, "")
        assert_true(portal, db)
        twice = _fetched_twice(portal, killed_at)
        print(f"{KILLS} kills, {len(portal.requests)} requests, fetched twice because of each: {twice}; files {files}")
        assert max(twice) <= IN_FLIGHT
    assert files == sorted(files)
    assert 0 < files[-1] < _files(db), "no kill fell among the files"


def _wait_for(portal: SamplePortal, requests: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while len(portal.requests) < requests and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert process.poll() is None, process.communicate()


def _sound(db: Path) -> int:
    """How many articles are stored; the file must be sound as it lies there."""
    if not db.is_file():
        return 0
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        known = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone()
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0]) if known else 0


def _files(db: Path) -> int:
    """How many files are stored."""
    if not db.is_file():
        return 0
    with closing(sqlite3.connect(db)) as conn:
        known = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'media'").fetchone()
        return int(conn.execute("SELECT count(*) FROM media").fetchone()[0]) if known else 0


def _fetched_twice(portal: SamplePortal, killed_at: list[int]) -> list[int]:
    """For each kill, how many pages that the dying process had fetched were fetched again."""
    last: dict[str, int] = {}
    twice = [0] * len(killed_at)
    for place, request in enumerate(portal.requests):
        if request.path == "/robots.txt":
            continue
        target = f"{request.method} {request.path}"
        if target in last:
            kill = next((number for number, at in enumerate(killed_at) if last[target] < at <= place), None)
            assert kill is not None, f"{target} was fetched twice by one process"
            twice[kill] += 1
        last[target] = place
    return twice
