"""Counts: what the runs of one crawl add up to, and what is known of the whole only at its end."""

from __future__ import annotations

from collections import Counter

from portal_crawler.tally import Tally


def test_runs_of_one_crawl_add_up() -> None:
    whole = Tally(found=20, stored=9, article_failures=Counter(http_500=1), truncated=["a list"])
    whole.add(Tally(found=4, stored=11, article_failures=Counter(http_500=2), truncated=["a list"]).to_json())
    assert (whole.found, whole.stored) == (24, 20)
    assert (whole.article_failures, whole.truncated) == (Counter(http_500=3), ["a list"])


def test_how_many_duplicates_there_are_is_not_added_up() -> None:
    """Each run counts those of the whole portal."""
    whole = Tally(duplicates=5)
    whole.add(Tally(duplicates=7).to_json())
    assert whole.duplicates == 7


def test_counts_of_another_version_are_left_out() -> None:
    assert Tally.from_json({"stored": 2, "of_a_later_version": 9}) == Tally(stored=2)


def test_the_pace_of_two_runs_is_the_sum_of_requests_and_the_shorter_gap() -> None:
    one, two = Tally(), Tally(slowest_fetch=2.0, fetch_seconds=3.5)
    for gap in (None, 1.2, 0.9):
        one.count_request("a.vn", gap)
    two.count_request("a.vn", 1.0)
    one.add(two.to_json())
    assert (one.asked, one.shortest_gap) == (Counter({"a.vn": 4}), {"a.vn": 0.9})
    assert (one.slowest_fetch, one.fetch_seconds) == (2.0, 3.5)


def test_fields_are_counted_by_section() -> None:
    one, two = Tally(), Tally()
    one.count_article("Tin", ["title", "author"])
    two.count_article("Tin", ["title"])
    two.count_article("", ["title"])
    one.add(two.to_json())
    assert one.sections == {"Tin": {"stored": 2, "title": 2, "author": 1}, "": {"stored": 1, "title": 1}}
    assert Tally.from_json(one.to_json()).sections == one.sections
