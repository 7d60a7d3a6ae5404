"""Every kind of pager leads to all of 2,000 articles, and every field of them is right.

The plainest, "get", is that of the 2,000 articles in test_slow_thousands.py.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.pagers import PAGERS
from tests.crawl.live import MINIMAL, TEXT_ONLY, assert_true, crawl, pages_asked, summary

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.sample_portal.pagers import PagerName

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("pager", [pager for pager in PAGERS if pager != "get"])
def test_two_thousand_articles_are_found_and_right(pager: PagerName, tmp_path: Path) -> None:
    db = tmp_path / "portal.db"
    began = time.monotonic()
    with SamplePortal(articles=2000, seed=11, pager=pager) as portal:
        done = crawl(portal, db, "--json", *TEXT_ONLY, profile=MINIMAL, timeout=1500)
        assert (done.returncode, done.stderr) == (0, "")
        assert_true(portal, db, "minimal_sample")
        pages = len(pages_asked(portal))
    seconds = time.monotonic() - began
    print(f"{pager}: {pages} pages for {summary(done)['counts']['stored']} articles in {seconds:.0f} s")
