"""`score`: right only where the reading equals what a person wrote, and the exit code says so."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError
from pipelines.verify.compare import token_score
from portal_crawler.cli import main
from portal_crawler.quality.cases import find_cases
from portal_crawler.quality.date_table import read_table, same_date, score_row
from tests.corpus import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

HEADER = "string\tsource\texpected\tnote\trole\n"
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Tin tức - Ra quân trồng cây</title></head><body>
<div id="s4-ribbonrow"><a href="#">Skip Ribbon Commands</a></div>
<div class="menu"><a href="/">Trang chủ</a> <a href="/lien-he">Liên hệ</a></div>
<div id="DeltaPlaceHolderMain"><div class="chi-tiet">
<div class="kicker">Thứ 6, Ngày 26/10/2018, 11:00</div><h1 class="title">Ra quân trồng cây</h1>
<div class="byline">26/10/2018 | Hồng Quốc</div>
<div class="ms-rtestate-field"><p><strong>Sáng nay, Đoàn phường ra quân trồng cây ven sông.</strong></p>
<p>Hơn một trăm đoàn viên đã trồng hai trăm cây dừa dọc bờ kè, dọn cỏ và sơn lại hàng rào.</p>
<p>Chương trình kéo dài đến hết tháng, mỗi tuần một buổi, với sự góp sức của người dân các khu phố.</p></div>
</div></div></body></html>"""
TEXT = (
    "Sáng nay, Đoàn phường ra quân trồng cây ven sông.\n"
    "Hơn một trăm đoàn viên đã trồng hai trăm cây dừa dọc bờ kè, dọn cỏ và sơn lại hàng rào.\n"
    "Chương trình kéo dài đến hết tháng, mỗi tuần một buổi, với sự góp sức của người dân các khu phố."
)
EXPECTED = {"title": "Ra quân trồng cây", "author": "Hồng Quốc", "date": "2018-10-26T11:00", "text": TEXT}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["score", *map(str, arguments)])


def table(path: Path, *rows: str) -> Path:
    file = path / "dates.tsv"
    file.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    return file


# --- Dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dates.tsv", "articles-dev/dates/own51.tsv"])
def test_the_corpus_ends_with_0(name: str) -> None:
    result = run("dates", corpus(name))
    assert result.exit_code == 0, result.output
    assert "wrong" not in result.output


def test_a_false_date_and_a_missed_one_are_wrong(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "26/10/2018 11:00\t\t2018-10-26\t\tpublish",  # the clock is missing in the expected value
        "5/6 xã\t\t2018-06-05\t\tbody",
        "26/10/2018\t\t\t\tnondate",
        "27/10/2018\t\t2018-10-27\t\tpublish",
    )
    result = run("dates", file)
    assert result.exit_code == 1
    assert "publish             1 of 2" in result.output
    assert "all                 1 of 4" in result.output
    assert "wrong, line 4: 26/10/2018\n  expected no date, got 2018-10-26" in result.output
    data = json.loads(run("dates", file, "--json").output)
    assert (data["right"], data["wrong"], len(data["rows"])) == (1, 3, 4)
    assert data["rows"][1]["problem"] == "no_date"


def test_each_role_is_read_in_its_own_way(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "5/3/2017 12:15 PM\t\t2017-05-03T12:15:00\t\taudit",
        "5/3/2017 12:15 PM\t\t2017-05-03T12:15:00+07:00\t\tspfield-enUS",
        "5/3/2017 12:15 PM\t\t2017-03-05T12:15:00+07:00\t\tspfield-viVN",
        "/Pages/2018-10-26/A.aspx\t\t2018-10-26\t\turl",
        "/Attachments/20181/a.jpg\t\t\t\tnondate",
        "2 giờ trước\t\t2018-10-26T09:00:00+07:00\tbase=2018-10-26T11:00:00+07:00; listing\trelative",
        "hôm qua\t\t2018-10-25\t\trelative",
        "hôm qua\t\t\t\tbody-partial",
    )
    assert run("dates", file, "--base", "2018-10-26T08:00").exit_code == 0
    assert run("dates", file).exit_code == 1  # without a base, "hôm qua" of a listing is no date


def test_a_month_alone_must_not_become_a_day(tmp_path: Path) -> None:
    file = tmp_path / "t.tsv"
    file.write_text("string\texpected(+07)\nTháng 10/2018\t2018-10-01~m\n26/10/2018\t2018-10-01~m\n", encoding="utf-8")
    assert [score_row(row).right for row in read_table(file)] == [True, False]


@pytest.mark.parametrize(
    ("expected", "got", "by_day", "same"),
    [
        ("", "", False, True),
        ("", "2018-10-26", False, False),
        ("2018-10-26", "", False, False),
        ("2018-10-26", "2018-10-26T00:00:00+07:00", False, False),
        ("2018-10-26", "2018-10-26T11:00:00+07:00", True, True),
        ("2018-10-26T11:00", "2018-10-26T11:00:59+07:00", False, True),
        ("2018-10-26T11:00:00", "2018-10-26T11:00:59+07:00", False, False),
        ("2018-10-26T04:00:00+00:00", "2018-10-26T11:00:00+07:00", False, True),
        ("2018-10-26T11:00", "2018-10-26", False, False),
    ],
)
def test_dates_are_compared_to_the_precision_expected(expected: str, got: str, by_day: bool, same: bool) -> None:
    assert same_date(expected, got, by_day=by_day) is same


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tb\n1\t2\n", 'names no column "string"'),
        ("string\texpected\n26/10/2018\t26/10/2018\n", "line 2"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "t.tsv"
    file.write_text(content, encoding="utf-8")
    result = run("dates", file)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output
    assert run("dates", file, "--base", "yesterday").exit_code == 2


# --- Pages ------------------------------------------------------------------------------------------------------------


def case_folder(path: Path) -> None:
    (path / "case").mkdir()
    (path / "case" / "page.html").write_text(PAGE, encoding="utf-8")
    (path / "case" / "meta.toml").write_text('url = "https://portal.example/a.aspx?ID=1"\n', encoding="utf-8")
    (path / "case" / "expected.json").write_text(json.dumps(EXPECTED), encoding="utf-8")


def gold_file(path: Path) -> None:
    (path / "a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (path / "gold.json").write_text(json.dumps({"a": EXPECTED, "missing": {}}), encoding="utf-8")


def beside(path: Path) -> None:
    (path / "a.html").write_text(PAGE, encoding="utf-8")
    truth = {"title": EXPECTED["title"], "author": EXPECTED["author"], "publish_date": EXPECTED["date"]}
    (path / "a.json").write_text(json.dumps({"ground_truth": {**truth, "main_content": TEXT}}), encoding="utf-8")


@pytest.mark.parametrize("layout", [case_folder, gold_file, beside])
def test_pages_are_found_with_their_values_in_every_arrangement(tmp_path: Path, layout: object) -> None:
    layout(tmp_path)  # type: ignore[operator]
    result = run("pages", tmp_path)
    assert result.exit_code == 0, result.output
    for field in ("title", "author", "date"):
        assert f"{field:<12}    1 of 1" in result.output
    assert "text            1 of 1   recall 1.0000, precision 1.0000, f1 1.0000" in result.output


def test_a_wrong_field_is_shown_with_both_values(tmp_path: Path) -> None:
    wrong = {**EXPECTED, "author": "Minh Đức", "date": "2018-10-25", "text": TEXT + "\nMột đoạn nữa mà trang không có."}
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "gold.json").write_text(json.dumps({"a": wrong}), encoding="utf-8")
    result = run("pages", tmp_path)
    assert result.exit_code == 1
    assert "wrong: a author\n  expected Minh Đức\n  got      Hồng Quốc" in result.output
    data = json.loads(run("pages", tmp_path, "--json").output)
    assert data["fields"]["title"] == {"right": 1, "wrong": 0}
    assert [one["field"] for one in data["wrong_fields"]] == ["author", "date", "text"]
    assert 0.8 < data["text"]["recall"] < 1.0
    assert data["text"]["precision"] == 1.0


def test_a_page_that_is_no_article_is_wrong_in_every_field(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><p>404</p></body></html>", encoding="utf-8")
    (tmp_path / "gold.json").write_text(json.dumps({"a": EXPECTED}), encoding="utf-8")
    data = json.loads(run("pages", tmp_path, "--json").output)
    assert (data["right"], data["wrong"]) == (0, 4)


def test_a_folder_without_expected_values_says_what_to_put_there(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    result = run("pages", tmp_path)
    assert result.exit_code == 1
    assert "gold.json" in result.output


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "{"), ("a.json", "[]"), ("expected.json", "{}"), ("gold.json", '{"a": 1}')]
)
def test_values_that_cannot_be_read_are_an_expected_error(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        find_cases(tmp_path)


def test_a_damaged_archive_of_a_page_is_an_expected_error(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE.encode())[:50])
    (tmp_path / "gold.json").write_text(json.dumps({"a": EXPECTED}), encoding="utf-8")
    result = run("pages", tmp_path)
    assert result.exit_code == 1
    assert "a.html.gz: cannot be read" in result.output


def test_words_are_counted_as_often_as_they_stand() -> None:
    score = token_score("một hai hai ba", "Hai, MỘT năm")
    assert (score.recall, round(score.precision, 4)) == (0.5, 0.6667)
    assert round(score.f1, 4) == 0.5714
    assert token_score("", "").f1 == 1.0
    assert token_score("một", "").f1 == 0.0
