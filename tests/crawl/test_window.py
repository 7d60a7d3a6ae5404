"""A crawl keeps to its hours: it stops when they are over, and the next one goes on as if nothing had been."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, assert_true, crawl_words, pages_asked, rows, run_cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.crawls

CLOCK = "tests.crawl.fixed_clock"


def test_a_crawl_that_reaches_the_end_of_its_hours_goes_on_in_the_next(tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    with SamplePortal(articles=24, seed=6) as portal:
        words = [*crawl_words(portal, db, *TEXT_ONLY, "--window", "20:00-06:00"), "-s", "DOWNLOAD_DELAY=0.05"]
        done = run_cli("2026-11-24T05:59:59+07:00", *words, module=CLOCK)
        assert (done.returncode, done.stderr) == (130, "")
        assert "INTERRUPTED: The hours for crawling ended with" in done.stdout
        assert len(portal.requests) < 60
        asked = len(portal.requests)
        done = run_cli("2026-11-24T12:00:00+07:00", *words, module=CLOCK)
        assert done.returncode == 130
        assert "begin in 8.0 hours" in done.stderr
        assert len(portal.requests) == asked
        done = run_cli("2026-11-24T21:00:00+07:00", *words, module=CLOCK)
        assert (done.returncode, done.stderr) == (0, "")
        assert [page for page, times in Counter(pages_asked(portal)).items() if times > 1] == []
        assert_true(portal, db)
    assert rows(db, "SELECT verdict, resumes FROM runs ORDER BY id") == [("interrupted", None), ("complete", 1)]
