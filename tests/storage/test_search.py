"""Search: with or without diacritics, the exact spelling first, and whatever is typed."""

from __future__ import annotations

import pytest

from pipelines.fold import fold
from pipelines.storage.search import rebuild, search, spelled
from pipelines.storage.store import Store
from tests.storage.data import article


def keep(store: Store, run: int, *titles: str, **values: str) -> None:
    for number, title in enumerate(titles, 1):
        store.save_article(article(number, title=title, **values), run)
    store.commit()


def titles(store: Store, query: str) -> list[str]:
    found = [hit.article_id for hit in search(store.conn, query)]
    names = dict(store.conn.execute("SELECT id, title FROM articles").fetchall())
    return [names[one] for one in found]


def test_words_without_diacritics_find_those_with(store: Store, run: int) -> None:
    keep(store, run, "Phong trào Đồng Khởi", "Tin thành phố Bến Tre", "Việc khác")
    assert titles(store, "dong khoi") == ["Phong trào Đồng Khởi"]
    assert titles(store, "DONG KHOI") == ["Phong trào Đồng Khởi"]
    assert titles(store, "ben tre") == ["Tin thành phố Bến Tre"]


def test_the_spelling_that_was_typed_comes_first(store: Store, run: int) -> None:
    keep(store, run, "Bên tre xanh, bên tre vàng, bên tre già", "Bến Tre", "Bền trẻ và bên tre")
    assert titles(store, "Bến Tre")[0] == "Bến Tre"
    assert titles(store, "bên tre")[:2] == ["Bên tre xanh, bên tre vàng, bên tre già", "Bền trẻ và bên tre"]
    assert len(titles(store, "Bến Tre")) == 3
    assert [hit.exact for hit in search(store.conn, "Bến Tre")] == [True, False, False]


def test_words_side_by_side_come_before_words_apart(store: Store, run: int) -> None:
    keep(store, run, "Tre già ở bến sông", "Về bến tre")
    assert titles(store, "bến tre") == ["Về bến tre", "Tre già ở bến sông"]
    assert titles(store, '"bến tre"') == ["Về bến tre"]


def test_both_placements_of_a_tone_are_one_word(store: Store, run: int) -> None:
    keep(store, run, "Xây dựng đời sống hoà thuận", "Nền hòa bình", "Bà Thuý", "Ông Thụy")
    assert titles(store, "hòa") == titles(store, "hoà") == ["Nền hòa bình", "Xây dựng đời sống hoà thuận"]
    assert all(hit.exact for hit in search(store.conn, "hoà"))
    assert titles(store, "thúy")[0] == "Bà Thuý"


def test_document_numbers_are_found(store: Store, run: int) -> None:
    keep(store, run, "Nghị quyết số 02-NQ/TU", "Nghị quyết số 03-NQ/TU")
    assert titles(store, "02-nq/tu") == ["Nghị quyết số 02-NQ/TU"]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        "",
        "   ",
        "(",
        "AND",
        "NOT",
        "a AND",
        "title:",
        "*",
        "^",
        "-",
        "zzz*",
        "NEAR(a b)",
        "{",
        "a\x00b",
        "'; --",
        "b'",
        "😀",
    ],
)
def test_whatever_is_typed_is_text_and_not_syntax(store: Store, run: int, query: str) -> None:
    keep(store, run, "Một bài viết")
    assert titles(store, query) == []


def test_an_edited_article_is_found_by_its_new_words_only(store: Store, run: int) -> None:
    keep(store, run, "Cầu cũ")
    store.save_article(article(1, title="Cầu mới", captured_at="2024-06-01T00:00:00+07:00"), run)
    store.save_article(article(1, title="Cầu mới xây", captured_at="2024-06-02T00:00:00+07:00"), run)
    store.commit()
    assert titles(store, "cu") == []
    assert titles(store, "mới xây") == ["Cầu mới xây"]
    assert store.conn.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()[0] == 1


def test_the_text_is_shown_with_its_diacritics_where_the_folded_words_match(store: Store, run: int) -> None:
    keep(store, run, "Về Đồng Khởi")
    shown = store.conn.execute(
        "SELECT highlight(articles_fts, 3, '[', ']') FROM articles_fts WHERE articles_fts MATCH 'title_folded : (dong khoi)'"
    ).fetchall()
    assert shown == [("Về [Đồng] [Khởi]",)]


def test_the_index_keeps_no_second_copy_of_the_text(store: Store) -> None:
    tables = {name for (name,) in store.conn.execute("SELECT name FROM sqlite_master")}
    assert "articles_fts_content" not in tables


def test_an_index_made_anew_finds_the_same(store: Store, run: int) -> None:
    keep(store, run, "Phong trào Đồng Khởi", "Bến Tre", "bên tre")
    before = [titles(store, query) for query in ("dong khoi", "Bến Tre", "kênh")]
    rebuild(store.conn)
    assert [titles(store, query) for query in ("dong khoi", "Bến Tre", "kênh")] == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("loá", "lóa"), ("khoẻ", "khỏe"), ("loè", "lòe"), ("xoã", "xõa"), ("hoạ", "họa"), ("thuỷ", "thủy"),
     ("uý", "úy"), ("luỹ", "lũy"), ("tuỳ", "tùy"), ("thuỵ", "thụy")],
)  # fmt: skip
def test_every_vowel_pair_folds_to_one_spelling(old, new):
    assert spelled(old) == spelled(new)
    assert fold(old) == fold(new)
