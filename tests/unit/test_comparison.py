"""A crawl beside its earlier ones: what is told is true, and first, narrow and small crawls raise no false alarm."""

from __future__ import annotations

from collections import Counter

import pytest

from portal_crawler.comparison import compare, is_stopped
from portal_crawler.spiders.canaries import TAIL, suspect_fields
from portal_crawler.tally import Tally
from portal_crawler.verdict import Evidence, judge


def tally(**values) -> Tally:
    return Tally(**{"shape": "whole", "lists_read": 9, "listed": 200, "stored": 200, **values})


def filled(section: str, stored: int, **fields: int) -> dict[str, dict[str, int]]:
    return {section: {"stored": stored, **fields}}


def test_a_crawl_like_the_others_is_told_nothing_of():
    assert compare(tally(listed=185), [tally(), tally(listed=210)]) == compare(tally(), [])


@pytest.mark.parametrize("before", [[], [tally()]])
def test_nothing_is_less_than_usual_before_anything_is_usual(before: list[Tally]):
    assert compare(tally(lists_read=1, listed=1), before).fewer == []


def test_a_narrow_crawl_is_compared_in_nothing_and_nothing_with_it():
    few = filled("Tin", 50, author=0)
    usual = tally(sections=filled("Tin", 50, author=50))
    assert compare(tally(shape="narrow", lists_read=1, sections=few), [usual] * 3) == compare(tally(), [])
    assert compare(tally(sections=few), [tally(shape="narrow", sections=usual.sections)] * 3).stopped == []


def test_a_drop_is_named_with_both_numbers():
    found = compare(tally(lists_read=4, listed=80), [tally(), tally()])
    assert found.fewer == [
        "4 lists were found, 9 in the crawls before",
        "the lists show 80 articles, 200 in the crawls before",
    ]
    verdict = judge(Evidence(live=True, starts=1, starts_ok=1, listed=80, found=80, stored=80, fewer=found.fewer))
    assert (verdict.name, verdict.exit_code) == ("partial", 3)
    assert "4 lists were found, 9 in the crawls before" in verdict.sentence


def test_a_refresh_reads_fewer_pages_but_not_fewer_lists():
    assert compare(tally(shape="refresh", listed=20), [tally(), tally()]).fewer == []
    assert len(compare(tally(shape="refresh", lists_read=3), [tally(), tally()]).fewer) == 1


def test_a_field_that_stopped_filling_in_one_section_is_named():
    usual = tally(sections={**filled("Tin", 40, author=38, title=40), **filled("Y tế", 40, author=2, title=40)})
    now = tally(sections={**filled("Tin", 9, author=1, title=9), **filled("Y tế", 9, title=9)})
    found = compare(now, [usual])
    assert found.stopped == ['author is filled on 1 of 9 articles of section "Tin", 95% before']
    verdict = judge(Evidence(live=True, starts=1, starts_ok=1, listed=80, found=80, stored=80, stopped=found.stopped))
    assert (verdict.name, verdict.exit_code) == ("drifted", 5)
    assert 'author is filled on 1 of 9 articles of section "Tin"' in verdict.sentence


@pytest.mark.parametrize(
    ("have", "of", "before", "stopped"),
    [
        (0, 1, 1.0, False),  # one article may lack anything
        (0, 4, 1.0, False),
        (0, 5, 1.0, True),
        (0, 5, 0.6, False),  # 0.4^5 is one in a hundred
        (0, 8, 0.6, True),
        (2, 10, 0.95, True),
        (6, 10, 0.95, False),
        (0, 50, 0.5, False),  # never well filled
        (5_000, 20_000, 0.75, True),  # the chance itself would be no float
    ],
)
def test_chance_is_no_drift(have: int, of: int, before: float, stopped: bool):
    assert is_stopped(have, of, before) is stopped


def test_a_spike_is_for_a_person_and_changes_no_verdict():
    found = compare(tally(changed=60, article_failures=Counter(http_404=5)), [tally(changed=3), tally(changed=8)])
    assert found.unusual == ["60 changed articles, at most 8 in the crawls before"]
    assert found.fewer == found.stopped == []


# --- within one crawl

WITH, WITHOUT = frozenset({"title", "author"}), frozenset({"title"})


def test_a_field_that_the_last_articles_all_lack_is_suspect():
    assert suspect_fields([WITH] * TAIL + [WITHOUT] * TAIL) == {"author": TAIL}
    assert suspect_fields([WITHOUT] * 99 + [WITH] * 25 + [WITHOUT] * 400) == {"author": 124}


@pytest.mark.parametrize(
    "seen",
    [
        [WITH] * (TAIL - 1) + [WITHOUT] * TAIL,
        [WITH] * TAIL + [WITHOUT] * (TAIL - 1),
        [WITHOUT] * TAIL * 2,
        ([WITH] + [WITHOUT] * 3) * TAIL,
    ],
)
def test_what_was_seldom_there_or_too_shortly_is_not_suspect(seen):
    assert suspect_fields(seen) == {}


@pytest.mark.parametrize(("lost", "name"), [(3, "drifted"), (2, "drifted"), (1, "complete"), (0, "complete")])
def test_only_most_canaries_prove_a_change(lost: int, name: str):
    seen = Evidence(
        live=True, starts=1, starts_ok=1, listed=60, found=60, stored=60, canaries=3, canaries_lost=Counter(author=lost)
    )
    assert judge(seen).name == name


def test_known_articles_that_lost_a_field_are_drift_where_they_are_many():
    few, many = (
        judge(
            Evidence(
                live=True, starts=1, starts_ok=1, listed=200, found=200, stored=200 - count,
                article_failures=Counter(template_changed=count), lost_fields=Counter(category=count),
            )
        )
        for count in (4, 40)
    )  # fmt: skip
    assert (few.name, many.name) == ("partial", "drifted")
    assert "40 of 200 known articles lost what their pages showed before (category 40)" in many.sentence
