from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.export.csv_table import CELL_LIMIT, inert, parts
from tests.export.data import article, build, export, old_url, with_urls

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "title", ["=1+1", "+84 75 3822", "-2 °C tại Mẫu Sơn", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r\n=1"]
)
def test_a_cell_that_would_run_is_neutralised(title: str) -> None:
    assert inert(title) == f"'{title}"


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    assert [inert(value) for value in (-5, None, "Bến Tre", "a=b")] == [-5, None, "Bến Tre", "a=b"]


def test_titles_are_neutral_in_csv_and_true_in_json(tmp_path: Path) -> None:
    titles = ["=cmd|' /C calc'!A0", "-2 °C", "+1", "@x"]
    db = build(tmp_path / "portal.db", [article(at, title) for at, title in enumerate(titles, 1)])
    export("csv", db, tmp_path / "csv")
    export("jsonl", db, tmp_path / "jsonl")
    assert [row["title"] for row in table(tmp_path / "csv", "articles.csv")] == [f"'{title}" for title in titles]
    lines = (tmp_path / "jsonl/articles.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line)["title"] for line in lines]
    assert found == titles


def test_a_spreadsheet_opens_it_rightly(tmp_path: Path) -> None:
    one = article(1, 'Tin "nóng", ngày 1', body_text="Đoạn một.\nĐoạn hai.")
    db = build(tmp_path / "portal.db", [with_urls(one, old_url(1, x="1"))])
    report = export("csv", db, tmp_path / "out")
    data = (tmp_path / "out/articles.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    (row,) = table(tmp_path / "out", "articles.csv")
    assert row["title"] == 'Tin "nóng", ngày 1'
    assert row["body_text"] == "Đoạn một.\nĐoạn hai."
    assert [line["url"] for line in table(tmp_path / "out", "article_urls.csv")] == [one.url, old_url(1, x="1")]
    assert report.rows["article_urls"] == 2


def test_a_text_longer_than_a_cell_goes_on_in_its_own_table(tmp_path: Path) -> None:
    text = "\n".join(f"Đoạn {number} của một văn bản rất dài." for number in range(3000))
    db = build(tmp_path / "portal.db", [article(1, body_text=text, body_html="<p>ngắn</p>")])
    report = export("csv", db, tmp_path / "out")
    (row,) = table(tmp_path / "out", "articles.csv")
    rest = table(tmp_path / "out", "long_texts.csv")
    assert len(row["body_text"]) <= CELL_LIMIT
    assert row["body_text"] + "".join(part["text"] for part in rest) == text
    assert {part["column"] for part in rest} == {"body_text"}
    assert report.warnings["cell_too_long"] == 1


@given(st.text(alphabet=st.sampled_from("ab\n😀đ"), max_size=200).map(lambda text: text * 700))
def test_parts_fit_a_cell_and_join_to_the_whole(text: str) -> None:
    found = list(parts(text))
    assert "".join(found) == text
    assert all(len(one.encode("utf-16-le")) // 2 <= CELL_LIMIT for one in found)
