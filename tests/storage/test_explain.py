"""`explain` and `schema`: where a value came from, what changed, what a column means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.items import Page
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.cli.explain import word_difference
from tests.storage.data import PORTAL, rich_article, url

UID = rich_article().uid


@pytest.fixture
def filled(db: Path) -> Path:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "archive", {})
        page = Page(
            url=url(1), body=b"<html>", captured_at="2024-05-01T08:00:00+07:00", origin="warc", source="a.warc.gz@120"
        )
        capture = store.save_capture(page, run)
        store.save_article(rich_article(1, title="Lễ trồng cây cũ"), run, route="listing")
        later = {"captured_at": "2024-06-01T08:00:00+07:00", "origin": "warc", "capture_id": capture}
        store.save_article(rich_article(1, title="Lễ trồng cây mới", **later), run)
    return db


def explain(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments, "--db", str(db)])


def test_a_value_is_shown_with_rule_raw_and_losers(filled: Path) -> None:
    output = explain(filled, UID, "published_at").output
    for part in (
        "2020-03-02T08:00:00+07:00",
        "byline",
        "01/03/2020 | Mẫu",
        "kicker: Chủ nhật, 09/03/2020",
        "kicker_disagrees",
    ):
        assert part in output
    assert "form:Tiêu đề" not in output


def test_an_article_is_shown_with_run_address_capture_layout_and_extractor(filled: Path) -> None:
    output = explain(filled, UID).output
    for part in (
        UID,
        url(1),
        "run 1",
        "capture 1 from a.warc.gz@120",
        "layout vendor",
        "portal-crawler 1",
        "version",
        "2 of 2",
        "listing (run 1)",
    ):
        assert part in output


@pytest.mark.parametrize("name", [UID, url(1), "1"])
def test_an_article_is_found_by_uid_address_or_id(filled: Path, name: str) -> None:
    assert json.loads(explain(filled, name, "--json").output)["uid"] == UID


def test_versions_are_compared_word_by_word(filled: Path) -> None:
    output = explain(filled, UID, "--revisions").output
    assert "Lễ trồng cây [-cũ-]{+mới+}" in output
    assert "body_text" not in output
    assert "version 2: captured 2024-06-01T08:00:00+07:00 (warc), capture 1 from a.warc.gz@120" in output


def test_long_equal_parts_are_cut_in_a_difference() -> None:
    long = "từ " * 200
    shown = word_difference(f"{long}cũ", f"{long}mới")
    assert " … " in shown
    assert len(shown) < 200


@pytest.mark.parametrize(
    ("arguments", "text"), [(("nobody",), 'no article "nobody"'), ((UID, "colour"), 'no field "colour"')]
)
def test_a_wrong_name_is_one_line_that_helps(filled: Path, arguments: tuple[str, ...], text: str) -> None:
    result = explain(filled, *arguments)
    assert result.exit_code == 1
    assert text in result.output


def test_the_schema_is_printed_for_people_and_machines() -> None:
    runner = CliRunner()
    assert "Reader count" in runner.invoke(main, ["schema"]).output
    assert "| `views` |" in runner.invoke(main, ["schema", "v_articles", "--format", "markdown"]).output
    tables = json.loads(runner.invoke(main, ["schema", "--json"]).output)
    assert {"v_articles", "runs", "failures"} <= {table["name"] for table in tables}
    refused = runner.invoke(main, ["schema", "nothing"])
    assert refused.exit_code == 1
    assert 'no table "nothing"' in refused.output
