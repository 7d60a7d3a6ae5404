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
