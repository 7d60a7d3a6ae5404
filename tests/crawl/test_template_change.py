"""A portal that gets a new template half way through a crawl: the verdict names the fields that went with the old one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import TEXT_ONLY, TIMEOUT, Crawled, crawl_words, start_cli, value, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.crawls


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """A first crawl, so that nothing earlier can tell."""
    db = tmp_path_factory.mktemp("half") / "portal.db"
    notices = db.with_name("notices.toml")
    notices.write_text(f"[[command]]\nrun = ['/bin/sh', '-c', 'cat > {db.parent}/notice.json']\n")
    with SamplePortal(articles=60, seed=1) as portal:
        words = crawl_words(portal, db, *TEXT_ONLY, "--json", "--notices", notices, "--report", db.parent)
        process = start_cli(*words, "-s", "DOWNLOAD_DELAY=0.02")
        wait_until(lambda: db.exists() and stored(db) >= 25)
        portal.set_faults(["redesign"])
        out, err = process.communicate(timeout=TIMEOUT)
        yield Crawled(portal, db, subprocess.CompletedProcess([], process.returncode, out, err))


def stored(db) -> int:
    try:
        return value(db, "SELECT count(*) FROM articles")
    except sqlite3.OperationalError:  # the tables are still being made
        return 0


NAMED = "category disappeared from articles that had shown it before"


def test_the_verdict_is_drifted_and_names_the_field(changed: Crawled):
    told = changed.summary
    assert (told["verdict"], changed.done.returncode, changed.done.stderr) == ("drifted", 5, "")
    assert NAMED in told["sentence"]


def test_three_articles_that_had_it_were_asked_again_for_the_proof(changed: Crawled):
    counts = changed.summary["counts"]
    assert (counts["canaries"], counts["canaries_lost"]["category"]) == (3, 3)


def test_the_notice_names_the_field(changed: Crawled):
    notice = json.loads((changed.db.parent / "notice.json").read_text(encoding="utf-8"))
    assert (notice["event"], notice["code"]) == ("opened", "drifted")
    assert NAMED in notice["sentence"]
    assert NAMED in notice["text"]


def test_the_report_names_the_field(changed: Crawled):
    page = (changed.db.parent / "run-1.html").read_text(encoding="utf-8")
    assert NAMED in page[: page.index("What changed")]
