"""The quality gate: what it judges as right, missing or invented, when it fails, and when it refuses to compare."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from benchmarks.quality import floors, portal, table, worst
from benchmarks.quality.contenders import Contender
from benchmarks.quality.corpora import ROOT
from benchmarks.quality.model import Corpus, Sample
from benchmarks.quality.scoring import figures, score_page
from pipelines.items import Page
from portal_crawler.quality.page_score import minimal_profile

URL = "https://portal.example/tin/1"
HTML = '<html><body><h1 onclick="x()">Tin</h1><img src="http://far.example/a.png"><a href="http://far.example/">xa</a></body></html>'
PROFILE = minimal_profile(URL)


def sample(name: str = "one", **expected):
    return Sample(name=name, page=Page(url=URL, body=HTML.encode()), profile=PROFILE, expected=expected)


def corpus(*samples: Sample) -> Corpus:
    return Corpus(name="small", told="two pages", samples=samples)


@pytest.fixture
def measured():
    """A corpus of two pages, read rightly."""
    small = corpus(sample("one", title="Tin một", author="Lê Minh"), sample("two", title="Tin hai", author=None))
    return small, [score_page(one, one.expected) for one in small.samples]


def read_worse(small: Corpus):
    first, second = small.samples
    return [score_page(first, {"title": "Trang chủ", "author": "Lê Minh"}), score_page(second, second.expected)]


@pytest.mark.parametrize(
    ("expected", "got", "kind"),
    [
        ("Lê Minh", "Lê Minh", "right"),
        ("Jane Roe and John Doe", "By John Doe, Jane Roe", "right"),
        ("Lê Minh", None, "missing"),
        ("Lê Minh", "Lê Mình", "wrong"),
        (None, "Lê Minh", "invented"),
        (None, "", "right"),
    ],
)
def test_a_missing_author_is_told_from_a_wrong_and_an_invented_one(expected, got, kind):
    assert score_page(sample(author=expected), {"author": got}).fields["author"].kind == kind


def test_missing_is_not_false_and_wrong_is():
    missing, wrong = (figures([score_page(sample(author="Lê Minh"), {"author": got})]) for got in (None, "Ai đó"))
    assert (missing["author"], missing["author not false"]) == (0, 1)
    assert (wrong["author"], wrong["author not false"]) == (0, 0)


def test_the_clock_is_judged_apart_from_the_day():
    fields = score_page(sample(date="2018-10-26T11:00"), {"date": "2018-10-26T17:00:00+07:00"}).fields
    assert (fields["day"].score, fields["clock"].score) == (1, 0)


def test_words_in_another_order_are_the_same_text_in_a_wrong_order():
    fields = score_page(
        sample(text="một hai ba", order="một hai ba"), {"text": "một ba hai", "order": "một ba hai"}
    ).fields
    assert (fields["text"].score, fields["order"].score) == (1, 0)


def test_a_figure_below_its_floor_fails_and_names_the_page(measured):
    small, pages = measured
    pinned = floors.Floors()
    assert floors.accept(small, pages, pinned) == []
    assert floors.compare(small, pages, pinned).problems == ()
    verdict = floors.compare(small, read_worse(small), pinned)
    assert "title" in verdict.sunk
    assert "small: title 0.5000, floor 1.0000" in verdict.problems
    assert "  worse: one: title 1 -> 0" in verdict.problems


def test_a_page_that_was_never_right_is_not_called_worse(measured):
    small, pages = measured
    pinned = floors.Floors()
    floors.accept(small, read_worse(small), pinned)
    assert pinned.corpora["small"]["imperfect"] == {"one": {"title": 0.0}}
    verdict = floors.compare(small, pages, pinned)
    assert verdict.problems == ()
    assert "title" in verdict.news[0]


def test_changed_content_is_not_compared_until_it_is_accepted(measured):
    small, pages = measured
    pinned = floors.Floors()
    floors.accept(small, pages, pinned)
    first, second = small.samples
    changed = corpus(replace(first, page=replace(first.page, body=b"<p>x</p>")), second)
    verdict = floors.compare(changed, read_worse(changed), pinned)
    assert verdict.sunk == ()
    assert "--accept" in verdict.problems[0]


def test_a_floor_sinks_only_with_a_reason_that_is_kept(measured, tmp_path):
    small, pages = measured
    pinned = floors.Floors()
    floors.accept(small, pages, pinned)
    refused = floors.accept(small, read_worse(small), pinned)
    assert refused[0] == "small: title 0.5000, floor 1.0000"
    assert pinned.corpora["small"]["floors"]["title"] == 1
    assert floors.accept(small, read_worse(small), pinned, lower="a harder page", day="2026-01-05") == []
    floors.save(tmp_path / "quality.json", pinned)
    kept = floors.load(tmp_path / "quality.json")
    assert kept.corpora["small"]["floors"]["title"] == 0.5
    assert kept.lowered[0] == {
        "corpus": "small", "figure": "title", "from": 1.0, "to": 0.5, "reason": "a harder page", "day": "2026-01-05",
    }  # fmt: skip


def test_a_figure_that_is_no_longer_measured_counts_as_sunk(measured):
    small, pages = measured
    pinned = floors.Floors()
    floors.accept(small, pages, pinned)
    assert "author" in floors.compare(small, [replace(one, fields={}) for one in pages], pinned).sunk


def test_the_same_seed_renders_the_same_bytes():
    first, second = (Corpus(name="seed", told="", samples=tuple(portal._samples(7))) for _ in range(2))
    assert first.sha256 == second.sha256


def test_every_floor_that_sank_says_why():
    assert all(one["reason"].strip() for one in json.loads((ROOT / "tests" / "quality.json").read_text())["lowered"])


def test_the_page_of_the_worst_shows_the_difference_and_leads_nowhere(tmp_path):
    bad = score_page(sample(title="Tin", text="một hai <b>"), {"title": "Tin", "text": "một bốn"})
    worst.write(tmp_path / "worst.html", {"small": [bad]})
    shown = (tmp_path / "worst.html").read_text(encoding="utf-8")
    assert "<del>hai &lt;b&gt;</del>" in shown
    assert "<ins>bốn</ins>" in shown
    assert not re.search(r"<[^>]*\b(?:src|href|onclick)\s*=|<script|url\(|@import", shown)


def test_the_table_says_where_others_are_ahead_and_never_rounds_up_to_one():
    other = Contender(name="other", setting="default", figures={"title": 0.9}, pages=())
    assert table.behind({"title": 0.8}, [other]) == ["title: other 0.900, ours 0.800"]
    assert table.compared({"title": 0.99999}, [other])[1] == ("portal-crawler", "0.999")
