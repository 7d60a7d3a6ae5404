"""While a crawl writes: readers of the published copy see whole runs only, and a backup taken meanwhile is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, crawl, crawl_words, run_cli, start_cli, value, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.crawls


def seen(path: Path) -> int:
    """How many articles a web page that reads the published copy would show."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return conn.execute("SELECT count(*) FROM v_articles").fetchone()[0]


def test_readers_of_what_is_published_never_see_half_a_run(tmp_path: Path):
    db, published = tmp_path / "portal.db", tmp_path / "www" / "portal.db"
    with SamplePortal(articles=16, seed=4) as portal:
        port = portal.port
        assert crawl(portal, db, *TEXT_ONLY, "--publish", published).returncode == 0
        first = seen(published)
    with SamplePortal(articles=16, seed=4, port=port, steps=3) as portal:
        process = start_cli(*crawl_words(portal, db, *TEXT_ONLY, "--full", "--publish", published))
        wait_until(lambda: value(db, "SELECT count(*) FROM v_articles") > first)
        copied = run_cli("db", "backup", tmp_path / "copy.db", "--db", db)
        counts = []
        while process.poll() is None:
            counts.append(seen(published))
        out, err = process.communicate()
    assert (process.returncode, err) == (0, ""), out
    last = value(db, "SELECT count(*) FROM v_articles")
    assert last > first
    assert set(counts) <= {first, last}
    assert seen(published) == last
    assert copied.returncode == 0, copied.stderr
    restored = tmp_path / "restored" / "portal.db"
    assert run_cli("db", "restore", tmp_path / "copy.db", "--db", restored).returncode == 0
    checked = run_cli("db", "check", "--db", restored)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout


def test_a_run_that_did_not_end_well_leaves_what_is_published(tmp_path: Path):
    published = tmp_path / "www.db"
    published.write_bytes(b"the last good state")
    with SamplePortal(articles=4, seed=4, faults=["empty_listing"]) as portal:
        done = crawl(portal, tmp_path / "portal.db", *TEXT_ONLY, "--publish", published)
    assert done.returncode == 7
    assert "stays as it was" in done.stderr
    assert published.read_bytes() == b"the last good state"
