"""Every article records by which routes it was found, and the report names what is missing, on a portal that knows the truth."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from portal_crawler.platforms.sharepoint.addresses import item_id, source_key
from portal_crawler.sample_portal import SamplePortal
from tests.crawl.live import Crawled, crawl, rows, run_cli, side_by_side, summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.crawls

REASONS = {"always_500": "http_500", "not_found": "http_404"}
ILL = ("always_500@article:0.08", "not_found@article:0.1", "always_403@listing:0.2")


@dataclass(frozen=True)
class Told:
    """A portal, its database, and what crawls and reports said one after the other."""

    portal: SamplePortal
    db: Path
    truth: list[dict[str, Any]]
    verdicts: tuple[str, ...]
    reports: tuple[dict[str, Any], ...]


def report(db: Path) -> dict[str, Any]:
    (one,) = json.loads(run_cli("status", "--completeness", "--json", "--db", db).stdout)["portals"]
    return one


def routes_of(db: Path) -> dict[str, set[str]]:
    """The routes on record by every address of an article."""
    found: dict[str, set[str]] = {}
    for address, route in rows(
        db, "SELECT u.url, r.route FROM article_urls u LEFT JOIN article_routes r ON r.article_id = u.article_id"
    ):
        found.setdefault(address, set()).update({route} - {None})
    return found


def ill_story(portal: SamplePortal, folder: Path) -> tuple[Told, Told]:
    """A crawl of an ill portal, one after it was cured, and what the first one's WARC file says in a database of its own."""
    db, archived, warc = folder / "ill.db", folder / "archived.db", folder / "ill.warc.gz"
    first = summary(crawl(portal, db, "--json", "--no-media", "-s", "RETRY_ATTEMPTS=2", "--warc", warc))
    before = report(db)
    read = summary(run_cli("archive", "sample", warc, "--db", archived, "--json"))
    truth = portal.truth()["articles"]
    saved = Told(portal, archived, truth, (read["verdict"],), (report(archived),))
    portal.set_faults(())
    second = summary(crawl(portal, db, "--json", "--no-media"))
    return Told(portal, db, truth, (first["verdict"], second["verdict"]), (before, report(db))), saved


def stopped_story(portal: SamplePortal, folder: Path) -> Told:
    db = folder / "stopped.db"
    first = summary(crawl(portal, db, "--json", "--no-media", "-s", "CLOSESPIDER_PAGECOUNT=15"))
    before = report(db)
    second = summary(crawl(portal, db, "--json", "--no-media"))
    truth = portal.truth()["articles"]
    return Told(portal, db, truth, (first["verdict"], second["verdict"]), (before, report(db)))


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    folder = tmp_path_factory.mktemp("completeness")
    with ExitStack() as stack:
        ill = stack.enter_context(SamplePortal(articles=40, seed=1, faults=ILL))
        stopped = stack.enter_context(SamplePortal(articles=40, seed=1))
        (live, saved), resumed = side_by_side(lambda: ill_story(ill, folder), lambda: stopped_story(stopped, folder))
        yield {"ill": live, "saved": saved, "stopped": resumed}


def test_the_routes_on_record_are_those_that_lead_to_the_article(first_crawls: dict[str, Crawled]) -> None:
    """Probing asks only for ids in gaps, so "ids" stands in the truth for more articles than it is needed for."""
    crawled = first_crawls["sample"]
    found = routes_of(crawled.db)
    for one in crawled.portal.truth()["articles"]:
        routes = found[one["url"]]
        assert routes, one["url"]
        if one["found_by"] == ["ids"]:
            assert routes == {"ids"}
        else:
            assert routes == set(one["found_by"]) - {"ids"}, one["url"]


def test_the_report_counts_them_and_finds_nothing_missing(first_crawls: dict[str, Crawled]) -> None:
    crawled = first_crawls["sample"]
    told = report(crawled.db)
    articles = crawled.portal.truth()["articles"]
    counts = Counter(route for one in articles for route in one["found_by"] if route != "ids")
    assert {one["name"]: one["found"] for one in told["routes"]} == {**counts, "ids": 1}
    assert (told["stored"], told["without_route"], told["listed_not_stored"], told["failed_pages"]) == (60, 0, [], [])
    assert told["missing_ids"], "the sample portal has gaps in its ids"
    known = {source_key(one["url"]) for one in articles}
    for one in told["missing_ids"]:
        assert one["key"] not in known
        assert one["reason"] == "http_404"
    assert all(one["low"] <= 60 for one in told["estimates"] if not one["caveat"])


def test_what_an_ill_portal_kept_back_is_named_with_its_reason(stories: dict[str, Told]) -> None:
    story = stories["ill"]
    before = story.reports[0]
    assert story.verdicts[0] == "partial"
    assert {one["reason"] for one in before["failed_pages"]} == {"http_403"}
    ill = {address: one["faults"] for one in story.truth for address in (one["url"], *one["urls"])}
    for one in before["listed_not_stored"]:
        assert one["reason"] in {REASONS[fault] for fault in ill[one["url"]]}, one["url"]
    assert {one["reason"] for one in before["listed_not_stored"]} == {"http_500", "http_404"}
    assert not {one["key"] for one in before["listed_not_stored"]} & {one["key"] for one in before["missing_ids"]}


def test_a_cured_portal_is_asked_again_for_what_it_kept_back(stories: dict[str, Told]) -> None:
    story = stories["ill"]
    after = story.reports[1]
    assert story.verdicts[1] == "complete"
    assert (after["stored"], after["listed_not_stored"], after["failed_pages"]) == (40, [], [])
    found = routes_of(story.db)
    for one in story.portal.truth()["articles"]:
        assert found[one["url"]] <= set(one["found_by"]), one["url"]
        assert found[one["url"]]


def test_an_archive_is_compared_with_what_its_own_pages_show(stories: dict[str, Told]) -> None:
    """The WARC file holds the failures too, so what it lacks is named with the reason the portal gave."""
    live, saved = stories["ill"].reports[0], stories["saved"].reports[0]
    assert saved["stored"] == live["stored"]
    counts = {one["name"]: one["found"] for one in saved["routes"]}
    assert counts["warc"] == saved["stored"]
    assert {"listing", "related"} <= set(counts)
    pending = {one["key"]: one["reason"] for one in live["listed_not_stored"]}
    told = {one["key"]: one["reason"] for one in saved["listed_not_stored"]}
    assert told.items() <= pending.items()
    assert told
    assert saved["full_crawl"] is None


def test_a_crawl_that_was_stopped_tells_what_is_still_queued(stories: dict[str, Told]) -> None:
    before = stories["stopped"].reports[0]
    assert "queued" in {one["reason"] for one in before["listed_not_stored"]}


def test_a_crawl_that_was_resumed_asks_for_the_gaps_too(stories: dict[str, Told]) -> None:
    story = stories["stopped"]
    after = story.reports[1]
    assert story.verdicts[1] == "complete"
    assert (after["stored"], after["listed_not_stored"]) == (40, [])
    assert {one["name"] for one in after["routes"]} == {"listing", "related", "feed", "sitemap", "ids"}
    hidden = next(one["url"] for one in story.portal.truth()["articles"] if one["found_by"] == ["ids"])
    assert routes_of(story.db)[hidden] == {"ids"}
    probes = [one.path for one in story.portal.requests if item_id(f"{story.portal.url}{one.path}") == item_id(hidden)]
    assert len([path for path in probes if source_key(story.portal.url.rstrip("/") + path) == source_key(hidden)]) == 1
