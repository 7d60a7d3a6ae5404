"""Portals that are crawled once for many tests."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import MINIMAL, TEXT_ONLY, Crawled, crawl, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def first_crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    """Two portals of 60 articles: one by the bundled profile, one by a profile of four keys and through post-backs.

    Only tests that read may use it.
    """
    folder = tmp_path_factory.mktemp("first")
    with ExitStack() as stack:
        get = stack.enter_context(SamplePortal(articles=60, seed=1))
        post = stack.enter_context(SamplePortal(articles=60, seed=2, pager="postback"))
        jobs = (
            lambda: Crawled(
                get, folder / "sample.db", crawl(get, folder / "sample.db", "--warc", folder / "sample.warc.gz")
            ),
            lambda: Crawled(
                post, folder / "minimal.db", crawl(post, folder / "minimal.db", "--json", *TEXT_ONLY, profile=MINIMAL)
            ),
        )
        sample, minimal = side_by_side(*jobs)
        yield {"sample": sample, "minimal_sample": minimal}
