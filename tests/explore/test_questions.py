"""The ready questions: described twice, drawn where they say so, and answered by a crawled portal."""

from __future__ import annotations

import csv
import io

import pytest

from portal_crawler.explore.questions import questions
from tests.explore.conftest import Site

pytestmark = pytest.mark.crawls

ALL = questions()
#: What a healthy sample portal has none of.
MAY_BE_EMPTY = {
    "missing_pictures",
    "gone",
    "silent_sections",
    "views_growth",
    "same_title",
    "undated",
    "dates_in_conflict",
    "not_all_arrived",
    "lost_links",
    "cited_documents",
    "citing_articles",
}


def test_there_are_at_least_twenty_and_each_group_has_some():
    assert len(ALL.by_name) >= 20
    assert all(ALL.of_group(group) for group in ALL.groups)
    assert {one.group for one in ALL.by_name.values()} == set(ALL.groups)


@pytest.mark.parametrize("name", ALL.by_name)
def test_a_question_is_answered_by_the_crawled_portal(name: str, site: Site):
    question = ALL.by_name[name]
    answer = site.get(f"/portal/{name}.json?_shape=objects")
    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert data["rows"] or name in MAY_BE_EMPTY
    assert set(data["columns"]) <= set(ALL.columns), "every column has a Vietnamese name"
    assert len(data["columns"]) == len(set(data["columns"]))
    page = site.get(f"/portal/{name}").text
    assert question.title[1] in page
    assert ("<svg" in page) == bool(question.chart and data["rows"])
    if data["rows"]:
        exported = list(csv.reader(io.StringIO(site.get(f"/portal/{name}.csv").text)))
        assert exported[0] == data["columns"]
        assert len(exported) == len(data["rows"]) + 1


@pytest.mark.parametrize("name", ALL.by_name)
def test_a_question_is_told_in_both_languages(name: str):
    question = ALL.by_name[name]
    for english, vietnamese in (question.title, question.about):
        assert english
        assert vietnamese
        assert english != vietnamese
        assert not vietnamese.isascii()


def test_no_column_is_named_that_no_answer_has(site: Site):
    used = {one for name in ALL.by_name for one in site.get(f"/portal/{name}.json").json()["columns"]}
    assert set(ALL.columns) == used


def test_months_without_an_article_are_counted_as_none(site: Site):
    rows = site.get("/portal/output_by_month.json").json()["rows"]
    months = [month for month, _ in rows]
    years = range(int(months[0][:4]), int(months[-1][:4]) + 1)
    every = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    assert months == [month for month in every if months[0] <= month <= months[-1]]
    assert sum(count for _, count in rows) == site.one(
        "SELECT count(*) FROM articles WHERE published_at IS NOT NULL AND duplicate_of IS NULL"
    )


def test_a_silent_edit_is_found(site: Site):
    rows = site.get("/portal/silent_edits.json?_shape=array").json()
    assert rows
    assert all(row["changed"] for row in rows)
