"""What whole crawls ask of the database, and what reading their pages asks of libraries: counted, never timed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import trafilatura
from dateparser.date import DateDataParser

from pipelines.storage.captures import iter_captures
from pipelines.storage.connection import connect_reader
from portal_crawler.extract.page import read_page
from portal_crawler.profile import load_profile
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import MINIMAL, TEXT_ONLY, crawl_words, run_cli, side_by_side, summary

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from pipelines.items import Page

pytestmark = pytest.mark.crawls

#: Measured: 80 statements and one commit for each further page of a first crawl, 49 and one for each of a refresh that asks
#: for every page; 3,520 calls of functions of ours to read a page. A sixth is left for growth that somebody means.
STATEMENTS_A_PAGE, STATEMENTS_A_PAGE_AGAIN, COMMITS_A_PAGE = 94, 57, 1.2
CALLS_A_PAGE, DAYS_ASKED_A_PAGE = 4_100, 1
PROFILE = load_profile(MINIMAL)


def counted(articles: int, folder: Path) -> list[dict[str, int]]:
    """Of a first crawl and of a second one: statements and commits of the main process, requests, articles."""
    found = []
    with SamplePortal(articles=articles, seed=3) as portal:
        for turn in ("first", "again"):
            out = folder / f"{articles}-{turn}.json"
            words = crawl_words(portal, folder / f"{articles}.db", "--json", *TEXT_ONLY, profile=MINIMAL)
            done = run_cli(out, *words, module="tests.crawl.counting")
            told = summary(done)["counts"]
            found.append({**json.loads(out.read_text(encoding="utf-8")), "requests": told["requests"]})
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counted")


@pytest.fixture(scope="module")
def small_and_large(folder: Path) -> list[list[dict[str, int]]]:
    return side_by_side(lambda: counted(20, folder), lambda: counted(60, folder))


def a_page(small_and_large: list[list[dict[str, int]]], turn: int, name: str) -> float:
    """How many each further page costs: what begins and ends a crawl drops out."""
    small, large = (one[turn] for one in small_and_large)
    return (large[name] - small[name]) / (large["requests"] - small["requests"])


def test_a_further_page_costs_a_bounded_number_of_statements_and_one_commit(small_and_large):
    assert a_page(small_and_large, 0, "statements") <= STATEMENTS_A_PAGE
    assert a_page(small_and_large, 0, "COMMIT") <= COMMITS_A_PAGE


def test_a_page_seen_again_unchanged_costs_fewer(small_and_large):
    assert a_page(small_and_large, 1, "statements") <= STATEMENTS_A_PAGE_AGAIN
    assert a_page(small_and_large, 1, "COMMIT") <= COMMITS_A_PAGE


@pytest.fixture(scope="module")
def pages(folder: Path, small_and_large) -> list[Page]:
    with closing(connect_reader(folder / "60.db")) as conn:
        return [page for _, page in iter_captures(conn, PROFILE.name) if page.status == 200][::4]


def test_reading_a_page_asks_trafilatura_once_and_dateparser_seldom(pages: list[Page], monkeypatch):
    asked: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            asked[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(trafilatura, "bare_extraction")
    count(DateDataParser, "get_date_data")
    articles = sum(read_page(page, PROFILE).article is not None for page in pages)
    assert articles >= 20
    assert asked["bare_extraction"] <= len(pages)
    assert asked["get_date_data"] <= DAYS_ASKED_A_PAGE * len(pages)


def test_reading_a_page_takes_a_bounded_number_of_calls(pages: list[Page]):
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        calls["all"] += event == "call" and (
            "/portal_crawler/" in (file := frame.f_code.co_filename) or "/pipelines/" in file
        )

    read_page(pages[0], PROFILE)
    sys.setprofile(note)
    try:
        for page in pages:
            read_page(page, PROFILE)
    finally:
        sys.setprofile(None)
    assert calls["all"] <= CALLS_A_PAGE * len(pages)
