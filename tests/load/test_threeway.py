"""Source then, source now, target now: an edit of either side is known, and told so that a person can decide."""

from __future__ import annotations

from typing import Any

from pipelines.load.posts import marked, row_hash, same, uid_of
from pipelines.load.threeway import arrived, difference, edited_fields

UID = "7b736a32-89b6-57bd-90d9-07c0f465dcf4"
BASE: dict[str, Any] = {
    "title": "Lễ trồng cây",
    "content": "<p>Sáng nay ra quân.</p><p>Chiều nay tổng kết.</p>",
    "excerpt": "",
    "status": "publish",
    "slug": "le-trong-cay",
    "date_gmt": "2020-03-01T01:00:00",
    "author": 2,
    "categories": [3],
    "featured_media": 0,
}


def test_the_marker_names_the_article_and_stands_inside_the_last_element() -> None:
    content = marked("<p>Một</p>\n<p>Hai</p>\n", UID)
    assert content == f"<p>Một</p>\n<p>Hai<!-- portal-crawler uid={UID} --></p>"
    assert uid_of(content) == UID
    assert uid_of(marked("", UID)) == uid_of(marked("chữ trơn", UID)) == UID


def test_content_without_a_marker_names_no_article() -> None:
    assert uid_of("<p>portal-crawler</p>") == ""


def test_spaces_and_spelling_of_characters_are_no_edit() -> None:
    assert same("Thu &amp; chi\n năm", "Thu & chi năm")
    assert not same("Thu & chi", "Thu và chi")
    assert not same([3], [3, 4])


def test_each_edited_field_is_found_and_no_other() -> None:
    now = {**BASE, "title": "Lễ ra quân", "categories": [4]}
    assert edited_fields(BASE, now, BASE) == ["title", "categories"]
    assert edited_fields(BASE, dict(BASE), BASE) == []


def test_an_unknown_date_that_the_target_moves_is_no_edit() -> None:
    sent = {name: value for name, value in BASE.items() if name != "date_gmt"}
    assert edited_fields(BASE, {**BASE, "date_gmt": "2024-01-01T00:00:00"}, sent) == []
    assert edited_fields(BASE, {**BASE, "date_gmt": "2024-01-01T00:00:00"}, BASE) == ["date_gmt"]


def test_the_same_edit_on_both_sides_has_arrived() -> None:
    sent = {**BASE, "title": "Lễ ra quân"}
    assert arrived(sent, {**BASE, "title": "Lễ ra quân"})
    assert not arrived(sent, BASE)


def test_the_difference_shows_what_each_side_changed_and_nothing_else() -> None:
    source = {**BASE, "content": "<p>Sáng nay ra quân.</p><p>Chiều nay bế mạc.</p>"}
    target = {**BASE, "content": "<p>Sáng qua ra quân.</p><p>Chiều nay tổng kết.</p>"}
    assert difference(["content"], BASE, source, target).splitlines() == [
        "content:",
        "  source now:",
        "    - <p>Chiều nay tổng kết.</p>",
        "    + <p>Chiều nay bế mạc.</p>",
        "  target now:",
        "    - <p>Sáng nay ra quân.</p>",
        "    + <p>Sáng qua ra quân.</p>",
    ]
    assert "  source: as loaded" in difference(["title"], BASE, BASE, {**BASE, "title": "Khác"})


def test_a_long_line_is_cut_around_its_first_difference() -> None:
    long = "chữ " * 500
    text = difference(["title"], {"title": long + "đầu" + long}, {"title": "x"}, {"title": long + "cuối" + long})
    assert "đầu" in text
    assert "cuối" in text
    assert max(map(len, text.splitlines())) < 320


def test_the_hash_is_of_what_is_sent_whatever_its_order() -> None:
    assert row_hash(BASE) == row_hash(dict(reversed(BASE.items())))
    assert row_hash(BASE) != row_hash({**BASE, "title": "Khác"})
