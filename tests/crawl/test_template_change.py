"""A portal that gets a new template half way through a crawl: the verdict names the fields that went with the old one."""

from __future__ import annotations

import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, Crawled, crawl_words, start_cli, value, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """A first crawl, so that nothing earlier can tell."""
    db = tmp_path_factory.mktemp("half") / "portal.db"
    with SamplePortal(articles=60, seed=1) as portal:
        process = start_cli(*crawl_words(portal, db, *TEXT_ONLY, "--json"), "-s", "DOWNLOAD_DELAY=0.02")
        wait_until(lambda: db.exists() and stored(db) >= 25)
        portal.set_faults(["redesign"])
        out, err = process.communicate(timeout=60)
        yield Crawled(portal, db, subprocess.CompletedProcess([], process.returncode, out, err))


def stored(db) -> int:
    try:
        return value(db, "SELECT count(*) FROM articles")
    except sqlite3.OperationalError:  # the tables are still being made
        return 0


def test_the_verdict_is_drifted_and_names_the_fields(changed: Crawled):
    told = changed.summary
    print(told["sentence"], told["findings"], told["counts"]["canaries_lost"], told["counts"]["sections"])
    assert (told["verdict"], changed.done.returncode) == ("drifted", 5)
    assert "category" in told["sentence"]
