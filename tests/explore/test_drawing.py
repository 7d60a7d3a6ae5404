"""Charts and marked differences: every value is in the picture, and what strangers wrote is text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.differences import compare_fields
from portal_crawler.explore.browsing import excerpt, marked
from portal_crawler.explore.charts import MOST_BARS, draw, nice_ceiling
from portal_crawler.explore.differences import marked_change
from portal_crawler.explore.questions import Chart

COLUMNS = Chart(kind="columns", x="month", y=("articles",))
BARS = Chart(kind="bars", x="route", y=("articles", "only_by"))
NS = "{http://www.w3.org/2000/svg}"


def shapes(drawing: str) -> list[tuple[str, float]]:
    """(what a shape is called, its height or width) of every shape."""
    found = []
    for rect in ET.fromstring(drawing).iter(f"{NS}rect"):
        title = rect.find(f"{NS}title")
        found.append((title.text, float(rect.get("height"))))
    return found


def test_every_value_is_a_column_as_high_as_it_is_large():
    drawn = shapes(draw(COLUMNS, "Bài", ["month", "articles"], [("2018-01", 2), ("2018-02", 0), ("2018-03", 1)]))
    assert [name for name, _ in drawn] == ["2018-01: 2", "2018-02: 0", "2018-03: 1"]
    (_, two), (_, none), (_, one) = drawn
    assert none == 0
    assert two == pytest.approx(2 * one)


def test_a_picture_says_in_words_what_it_shows():
    drawing = ET.fromstring(draw(COLUMNS, "Bài mỗi tháng", ["month", "articles"], [("2018-01", 2), ("2018-02", 5)]))
    svg = drawing.find(f"{NS}svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Bài mỗi tháng (2018-01 – 2018-02; max 2018-02: 5)"


def test_names_are_text_and_only_the_first_ones_are_drawn():
    rows = [(f"<b>{number}&", 100 - number, 1) for number in range(40)]
    drawing = draw(BARS, "<script>", ["route", "articles", "only_by"], rows)
    assert len(shapes(drawing)) == 2 * MOST_BARS
    assert "<b>" not in drawing
    assert "<script>" not in drawing


def test_nothing_is_drawn_of_nothing():
    assert draw(COLUMNS, "Bài", ["month", "articles"], []) == ""
    assert draw(COLUMNS, "Bài", ["month", "articles"], [("2018-01", 0), ("2018-02", None)]) == ""


@given(st.integers(1, 10**9))
def test_the_scale_ends_close_above_the_highest_value(value: int):
    assert value <= nice_ceiling(value) <= max(2, 2 * value)


def test_a_difference_shows_what_went_and_what_came():
    (change,) = compare_fields(
        {"body_text": "Cấp 12 giấy phép <mới>"}, {"body_text": "Cấp 15 giấy phép <mới> trong tháng"}
    )
    shown = marked_change(change)
    assert "<del>12 </del><ins>15 </ins>" in shown
    assert "&lt;mới&gt;" in shown
    assert "<ins> trong tháng</ins>" in shown or "<ins>trong tháng</ins>" in shown


def test_a_long_text_that_stayed_is_cut_between_words():
    long = "Mười hai chữ đứng cạnh nhau trong một câu văn dài. " * 20
    (change,) = compare_fields({"body_text": long}, {"body_text": long + "Thêm."})
    shown = marked_change(change)
    assert len(shown) < 400
    assert all(word in long.split() for word in shown.partition("<ins>")[0].replace("[…]", "").split())


def test_pictures_that_came_and_went_are_named():
    before, after = (
        {"images": [{"url": "https://a/1.jpg"}]},
        {"images": [{"url": "https://a/<2>.jpg", "caption": "Lễ"}]},
    )
    (change,) = compare_fields(before, after)
    assert marked_change(change) == "<del>https://a/1.jpg</del>\n<ins>https://a/&lt;2&gt;.jpg (caption: Lễ)</ins>\n"


def test_words_are_marked_in_any_spelling_as_whole_words():
    assert marked("Phong trào Đồng Khởi, đồng", "dong khoi") == "Phong trào <mark>Đồng Khởi</mark>, <mark>đồng</mark>"
    assert marked("đồngruộng <i>", "dong") == "đồngruộng &lt;i&gt;"


def test_an_excerpt_begins_near_the_words():
    text = "Mở đầu dài. " * 60 + "Ngày hội Đồng Khởi ở xã. " + "Phần cuối. " * 60
    shown = excerpt(text, "dong khoi")
    assert "<mark>Đồng Khởi</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 400
