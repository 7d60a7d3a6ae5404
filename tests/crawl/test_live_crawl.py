"""A first crawl: everything is there, every field right, each page asked for once, and a person is told."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import (
    ROOT,
    TEXT_ONLY,
    TIMEOUT,
    Crawled,
    assert_true,
    crawl_words,
    pages_asked,
    rows,
    summary,
    value,
)

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = ("sample", "minimal_sample")


@pytest.mark.parametrize("name", PROFILES)
def test_nothing_is_missing_nothing_doubled_and_every_field_equal(first_crawls: dict[str, Crawled], name: str) -> None:
    crawled = first_crawls[name]
    assert (crawled.done.returncode, crawled.done.stderr) == (0, "")
    assert_true(crawled.portal, crawled.db, name)
    assert value(crawled.db, "SELECT count(*) FROM v_articles WHERE portal = ?", name) >= 57


@pytest.mark.parametrize("name", PROFILES)
def test_each_page_is_asked_for_once(first_crawls: dict[str, Crawled], name: str) -> None:
    portal = first_crawls[name].portal
    gets = Counter(page for page in pages_asked(portal) if page.startswith("GET"))
    assert [page for page, times in gets.items() if times > 1] == []
    assert [one.path for one in portal.requests].count("/robots.txt") == 1
    assert portal.most_in_flight == 1


@pytest.mark.parametrize("name", PROFILES)
def test_every_answer_is_kept_before_it_is_read(first_crawls: dict[str, Crawled], name: str) -> None:
    crawled = first_crawls[name]
    assert value(crawled.db, "SELECT count(*) FROM captures") == len(pages_asked(crawled.portal))
    assert rows(crawled.db, "SELECT url FROM article_revisions WHERE capture_id IS NULL") == []
    assert rows(crawled.db, "SELECT url FROM failures WHERE capture_id IS NULL") == []


@pytest.mark.parametrize("name", PROFILES)
def test_every_article_records_by_which_routes_it_was_found(first_crawls: dict[str, Crawled], name: str) -> None:
    crawled = first_crawls[name]
    routes = Counter(route for _, route in rows(crawled.db, "SELECT DISTINCT article_id, route FROM article_routes"))
    assert routes["listing"] > 50
    assert {"related", "feed", "sitemap"} <= routes.keys()
    without = "SELECT url FROM articles WHERE id NOT IN (SELECT article_id FROM article_routes)"
    assert rows(crawled.db, without) == []


def test_the_verdict_stands_in_the_database_with_its_evidence(first_crawls: dict[str, Crawled]) -> None:
    crawled = first_crawls["minimal_sample"]
    told = crawled.summary
    run = rows(crawled.db, "SELECT verdict, exit_code, evidence ->> 'sentence' FROM runs")
    assert run == [("complete", 0, told["sentence"])]
    assert told["counts"]["new"] == value(crawled.db, "SELECT count(*) FROM articles")
    assert told["database"] == str(crawled.db)


def test_standard_output_is_the_summary_alone(first_crawls: dict[str, Crawled]) -> None:
    crawled = first_crawls["sample"]
    lines = crawled.done.stdout.strip().splitlines()
    assert lines[0].startswith("Cổng thông tin điện tử")
    labels = [line.split()[0] for line in lines[1:-1]]
    assert labels[:6] == ["found", "new", "changed", "unchanged", "duplicates", "failed"]
    assert labels[-3:] == ["requests", "time", "database"]
    assert lines[-1].startswith("COMPLETE: ")
    assert "\x1b" not in crawled.done.stdout


def test_a_terminal_sees_the_counts_grow_up_to_the_limit(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with SamplePortal(articles=20) as portal:
        words = crawl_words(portal, tmp_path / "portal.db", "-a", "limit=3", "--json", *TEXT_ONLY)
        process = subprocess.Popen(
            [sys.executable, "-m", "portal_crawler.cli", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
        out, _ = process.communicate(timeout=TIMEOUT)
    os.close(ours)
    done = subprocess.CompletedProcess(words, process.returncode, out, "")
    told = summary(done)
    assert (done.returncode, told["counts"]["stored"]) == (0, 3)
    assert "within the limits asked for" in told["sentence"]
    assert "3 articles, 0 failed, 3 new" in shown
    assert "0 failed" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed the terminal
        return b""
