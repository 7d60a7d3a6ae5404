"""Verdicts: the exit code tells an operator's scheduler the truth."""

from __future__ import annotations

from collections import Counter

import pytest

from portal_crawler.verdict import Evidence, judge


def good(**changes: object) -> Evidence:
    values: dict[str, object] = {
        "live": True,
        "starts": 1,
        "starts_ok": 1,
        "listings_ok": 6,
        "found": 60,
        "listed": 60,
        "stored": 60,
        **changes,
    }
    return Evidence(**values)  # type: ignore[arg-type]


def test_everything_read_is_complete() -> None:
    verdict = judge(good())
    assert (verdict.name, verdict.exit_code) == ("complete", 0)


def test_links_that_lead_to_nothing_are_named_but_lose_nothing() -> None:
    verdict = judge(good(stored=58, article_failures=Counter(http_404=2)))
    assert verdict.name == "complete"
    assert "2 links lead to nothing" in verdict.sentence


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"stored": 59, "article_failures": Counter(timeout=1)}, "partial", 3),
        ({"listing_failures": Counter(http_500=1)}, "partial", 3),
        ({"truncated": ["the list is longer than allowed"]}, "partial", 3),
        ({"open_requests": 4}, "partial", 3),
        (
            {"starts_ok": 0, "found": 0, "listed": 0, "stored": 0, "listing_failures": Counter(robots_disallowed=1)},
            "blocked",
            4,
        ),
        (
            {"starts_ok": 0, "found": 0, "listed": 0, "stored": 0, "listing_failures": Counter(login_required=1)},
            "blocked",
            4,
        ),
        ({"stored": 0, "article_failures": Counter(login_required=60)}, "blocked", 4),
        ({"stored": 10, "article_failures": Counter(no_body=50)}, "drifted", 5),
        ({"stored": 1, "article_failures": Counter(http_404=59)}, "drifted", 5),
        ({"starts_ok": 0, "found": 0, "listed": 0, "stored": 0, "listing_failures": Counter(dns=1)}, "down", 6),
        ({"stored": 0, "article_failures": Counter(http_500=60)}, "down", 6),
        ({"found": 0, "listed": 0, "stored": 0}, "empty", 7),
        ({"storage_error": "disk full"}, "storage", 8),
        ({"close_reason": "shutdown", "open_requests": 7}, "interrupted", 130),
    ],
)
def test_the_worst_thing_that_is_true_of_the_whole_wins(changes: dict[str, object], name: str, code: int) -> None:
    verdict = judge(good(**changes))
    assert (verdict.name, verdict.exit_code) == (name, code)


def test_an_archive_that_was_read_before_is_complete_and_not_empty() -> None:
    verdict = judge(good(live=False, found=0, listed=0, stored=0, known=12))
    assert (verdict.name, verdict.sentence) == ("complete", "Nothing new: 12 pages were read by an earlier run.")
    assert judge(good(live=False, found=0, listed=0, stored=0, known=0)).name == "empty"


def test_a_field_that_stopped_filling_is_named() -> None:
    verdict = judge(good(coverage={"author": 0.1, "title": 1.0}, coverage_before={"author": 0.9, "title": 1.0}))
    assert verdict.name == "drifted"
    assert "author is filled on 10% of the articles, 90% before" in verdict.sentence


def test_a_field_that_was_never_well_filled_is_no_drift() -> None:
    assert judge(good(coverage={"summary": 0.1}, coverage_before={"summary": 0.4})).name == "complete"


@pytest.mark.parametrize(("stored", "name"), [(2, "complete"), (8, "drifted"), (100_000, "drifted")])
def test_a_field_that_a_few_articles_happen_to_lack_is_no_drift(stored: int, name: str) -> None:
    """A refresh that reads two articles, neither with a lead, on a portal where three of four have one."""
    assert judge(good(stored=stored, coverage={"summary": 0.0}, coverage_before={"summary": 0.75})).name == name


def test_what_an_archive_kept_of_dead_links_says_nothing_of_its_articles() -> None:
    """A crawl that looked for missing ids and wrote a WARC file leaves more 404 in it than articles."""
    dead = {"stored": 2, "found": 2, "starts": 0, "article_failures": Counter(http_404=7)}
    assert judge(good(live=False, **dead)).name == "complete"
    assert judge(good(live=False, **(dead | {"article_failures": Counter(http_404=7, no_body=3)}))).name == "drifted"
    assert judge(good(live=True, **dead)).name == "drifted"


def test_files_that_are_not_there_are_named_but_lose_nothing() -> None:
    verdict = judge(good(media_failures=Counter(http_404=3, offsite=2)))
    assert verdict.name == "complete"
    assert "5 files could not be had (http_404 3, offsite 2)" in verdict.sentence


def test_files_that_a_later_crawl_may_have_make_it_partial() -> None:
    verdict = judge(good(media_failures=Counter(http_404=3, timeout=2)))
    assert verdict.name == "partial"
    assert "2 images or attachments (timeout 2)" in verdict.sentence
