"""`explain` and `schema`: where a value came from, what changed, what a column means."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pipelines.adjustments import adjustments
from pipelines.differences import compare_fields, compare_texts
from pipelines.items import Failure, Page
from pipelines.storage.dataset import COLUMNS
from pipelines.storage.origins import MADE_FIELDS, PAGE_FIELDS
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.cli.revisions_view import marked
from tests.storage.data import BODY, PORTAL, rich_article, url

UID = rich_article().uid


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only, so one for all."""
    db = tmp_path_factory.mktemp("filled") / "portal.db"
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
    shown = marked(compare_texts(f"{long}cũ", f"{long}mới"), colours=False)
    assert " … " in shown
    assert len(shown) < 200


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("kinh phí 1,9 tỷ đồng.", "kinh phí 1,95 tỷ đồng.", "kinh phí [-1,9-]{+1,95+} tỷ đồng."),
        ("Ông Võ Văn Thuận, ấp 3", "Ông Võ Văn Thuần, ấp 3", "Ông Võ Văn [-Thuận-]{+Thuần+}, ấp 3"),
        ("dừa mứt gừng", "dừa, mứt gừng", "dừa{+,+} mứt gừng"),
        ("Đoạn một.\nĐoạn hai.", "Đoạn một.\nĐoạn mới.\nĐoạn hai.", "Đoạn một.\n{+Đoạn mới.+}\nĐoạn hai."),
        (
            "Hôm nay trời đẹp, bà con ra đồng sớm để gặt lúa.",
            "Chiều qua mưa to, nhiều hộ phải hoãn việc gặt lúa.",
            "[-Hôm nay trời đẹp, bà con ra đồng sớm để-]{+Chiều qua mưa to, nhiều hộ phải hoãn việc+} gặt lúa.",
        ),
        ("", "Mới", "{+Mới+}"),
    ],
)
def test_a_difference_is_read_by_syllables_numbers_and_signs(before: str, after: str, shown: str) -> None:
    assert marked(compare_texts(before, after), colours=False) == shown


@given(st.text("ab ,\n1"), st.text("ab ,\n1"))
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    parts = compare_texts(before, after)
    assert "".join(part.text for part in parts if part.kind != "gone").replace(" ", "") == after.replace(" ", "")
    assert "".join(part.text for part in parts if part.kind != "new").replace(" ", "") == before.replace(" ", "")


def test_in_a_terminal_colours_stand_for_the_brackets() -> None:
    shown = marked(compare_texts("cây cũ", "cây mới"), colours=True)
    assert "[-" not in shown
    assert click.style("mới", fg="green") in shown


def test_pictures_and_files_are_compared_one_by_one() -> None:
    one, other = {"url": "http://xa.example/a.jpg", "caption": "Cây"}, {"url": "http://xa.example/b.jpg", "caption": ""}
    (change,) = compare_fields({"images": [one]}, {"images": [one, other]})
    assert (change.gone, change.new) == ((), ("http://xa.example/b.jpg",))


def test_silent_edits_are_told_and_listed(filled: Path) -> None:
    assert "a silent edit: the page gives no date of change" in explain(filled, UID, "--revisions").output
    told = json.loads(explain(filled, UID, "--revisions", "--json").output)["versions"]
    assert [one["silent"] for one in told] == [None, True]
    assert [change["field"] for change in told[1]["changes"]] == ["title"]
    with closing(sqlite3.connect(filled)) as conn:
        assert conn.execute("SELECT uid, number, changed FROM v_silent_edits").fetchall() == [(UID, 2, "title")]


def test_an_edit_that_the_page_tells_of_is_not_silent(db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        store.save_article(rich_article(1, title="Cũ", updated_at="2020-04-01"), run)
        later = {"captured_at": "2024-06-01T08:00:00+07:00"}
        store.save_article(rich_article(1, title="Mới", updated_at="2020-05-01", **later), run)
        assert store.conn.execute("SELECT count(*) FROM v_silent_edits").fetchone() == (0,)
    assert "silent" not in explain(db, UID, "--revisions").output


@pytest.mark.parametrize("field", [*COLUMNS, "images", "attachments", "media"])
def test_every_field_of_the_reading_view_is_explained(filled: Path, field: str) -> None:
    result = explain(filled, UID, field)
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(filled)) as conn:
        if field in COLUMNS:
            value = conn.execute(f"SELECT {field} FROM v_articles").fetchone()[0]
            assert f"value       {'(empty)' if value is None else value}" in result.output
    steps = {line.split()[0] for line in result.output.splitlines() if line.startswith("  ")}
    assert steps & {"rule", "run"}, result.output
    if field in PAGE_FIELDS:
        assert {"capture", "layout", "extractor", "run"} <= steps


def test_no_field_is_forgotten() -> None:
    assert set(COLUMNS) <= {*PAGE_FIELDS, *MADE_FIELDS}


def test_a_value_out_of_an_archive_names_the_file_and_the_byte(filled: Path) -> None:
    assert "file        a.warc.gz, record at byte 120" in explain(filled, UID, "title").output


def test_what_was_done_to_a_value_is_told() -> None:
    assert adjustments("title", " Lễ  hội ", "Lễ hội") == ["invisible characters and runs of spaces cleaned"]
    assert adjustments("title", unicodedata.normalize("NFD", "Lễ hội"), "Lễ hội") == ["letters composed (Unicode NFC)"]
    assert adjustments("author", "01/03/2020 | Mẫu", "Mẫu") == ["cut out of what was found"]
    assert adjustments("published_at", "01/03/2020", "2020-03-01") == ["read as a date: 2020-03-01"]
    assert adjustments("title", "Lễ hội", "Lễ hội") == []


def test_a_redirect_stands_on_the_way_of_a_value(db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        page = Page(
            url=url(1), requested_url="http://xa.example/r/1", redirects=("http://xa.example/r/1",), body=b"<html>"
        )
        store.save_article(rich_article(1, capture_id=store.save_capture(page, run)), run)
    assert f"redirected  http://xa.example/r/1 -> {url(1)}" in explain(db, UID, "title").output


def test_why_an_article_is_gone_is_told_with_the_proofs(db: Path) -> None:
    with Store.open(db) as store:
        store.save_article(rich_article(1), store.begin_run(PORTAL, "news", {}))
        for _ in range(2):
            run = store.begin_run(PORTAL, "news", {})
            store.save_failure(Failure(url=url(1), stage="fetch", reason="http_404"), run, PORTAL)
            store.finish_run(run, "complete", 0, {}, {})
            store.mark_gone(PORTAL, run, reasons=("http_404",))
    output = explain(db, UID, "state").output
    assert "value       gone" in output
    assert output.count(f"proof       http_404 of {url(1)}") == 2


def test_why_an_article_is_a_duplicate_is_told(db: Path) -> None:
    with Store.open(db) as store:
        run = store.begin_run(PORTAL, "news", {})
        for number in (1, 2):
            store.save_article(
                rich_article(number, title="Lễ trồng cây", body_text=BODY, published_at=f"2020-03-0{number}"), run
            )
        store.finish_duplicates(PORTAL)
    output = explain(db, rich_article(2).uid, "duplicate").output
    assert "exact: similarity 1.00" in output
    assert "republished" in output
    assert UID in output
    assert f"repeated by {rich_article(2).uid} (republished)" in explain(db, UID, "duplicate_of").output


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
