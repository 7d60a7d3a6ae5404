"""Marks of duplicates: the same whatever the order of arrival, and mended when articles change."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import Article
from pipelines.storage import duplicates
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article
from tests.storage.test_dedupe import CALENDAR, NOTICE, SENTENCES, TEXT

Marks = dict[int, tuple[int | None, str | None]]


def posted(number: int, body: str, day: int = 1, **values: object) -> Article:
    defaults = {"title": "Trồng cây bên kênh", "body_text": body, "published_at": f"2020-03-{day:02d}"}
    return article(number, **(defaults | values))


NEWS = (
    "Người dân trong vùng đều vui mừng trước sự đổi thay của quê hương mình, ai cũng mong hàng cây mau lớn để che mát con "
    "đường. Chính quyền xã cho biết sẽ tiếp tục vận động bà con góp đất, góp công mở rộng thêm hai tuyến đường nữa."
)
#: Item 2 is the head of its texts, though item 30 came out the same day; 9 is chained to it through 7 only.
POSTINGS = (
    posted(30, TEXT),
    posted(2, TEXT),
    posted(7, f"{TEXT} {NEWS}", day=2),
    posted(9, " ".join(SENTENCES[2:]) + f" {NEWS}", day=3),
    posted(4, "Xem tệp đính kèm."),
    posted(5, "Xem tệp đính kèm.", day=2),
    posted(11, CALENDAR.format("05", "06", "07", "08", "09", "6")),
    posted(12, CALENDAR.format(12, 13, 14, 15, 16, "6"), day=8),
)


def marks(store: Store) -> Marks:
    rows = store.conn.execute(
        "SELECT a.key, d.key, a.duplicate_kind FROM articles a LEFT JOIN articles d ON d.id = a.duplicate_of"
    ).fetchall()
    return {
        int(key.rpartition("#")[2]): (int(head.rpartition("#")[2]) if head else None, kind) for key, head, kind in rows
    }


EXPECTED: Marks = {
    2: (None, None),
    30: (2, "exact"),
    7: (2, "near"),
    9: (None, None),
    4: (None, None),
    5: (4, "exact"),
    11: (None, None),
    12: (None, None),
}


def test_reposted_and_edited_texts_are_marked_and_kept(store: Store, run: int) -> None:
    for one in POSTINGS:
        store.save_article(one, run)
    assert store.finish_duplicates(PORTAL) == 3
    assert marks(store) == EXPECTED
    assert store.count_articles(PORTAL) == len(POSTINGS)
    assert store.conn.execute(
        "SELECT duplicate_of_uid, similarity FROM v_articles WHERE key LIKE '%#30'"
    ).fetchall() == [(posted(2, TEXT).uid, 1.0)]


@settings(max_examples=15, deadline=None)
@given(st.permutations(POSTINGS), st.integers(0, len(POSTINGS)))
def test_the_order_of_arrival_does_not_matter(order: list[Article], first: int) -> None:
    """Two crawls bring them: `first` the one, the rest the other."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "a.db") as store:
        run = store.begin_run(PORTAL, "news", {})
        for part in (order[:first], order[first:]):
            for one in part:
                store.save_article(one, run)
            store.finish_duplicates(PORTAL)
        assert marks(store) == EXPECTED


def test_a_text_that_nobody_has_any_more_leaves_no_bands(store: Store, run: int) -> None:
    def bands() -> tuple[int, int]:
        counted = "SELECT count(*), count(s.number) FROM text_bands LEFT JOIN text_signatures s USING (number)"
        return tuple(store.conn.execute(counted).fetchone())

    store.save_article(posted(2, TEXT), run)
    store.finish_duplicates(PORTAL)
    first = bands()
    store.save_article(posted(2, f"{NEWS} {NEWS}", captured_at="2024-06-01T00:00:00+07:00"), run)
    store.finish_duplicates(PORTAL)
    assert first == bands() == (20, 20)


def test_an_edit_mends_the_marks_of_its_old_and_its_new_group(store: Store, run: int) -> None:
    for one in POSTINGS:
        store.save_article(one, run)
    store.finish_duplicates(PORTAL)
    later = {"captured_at": "2024-06-01T00:00:00+07:00"}
    store.save_article(posted(2, "Nội dung của bài này đã được thay hoàn toàn bằng một việc khác hẳn.", **later), run)
    store.save_article(posted(5, "Xem tệp đính kèm. Hết.", day=2, **later), run)
    store.finish_duplicates(PORTAL)
    assert marks(store) == EXPECTED | {2: (None, None), 30: (None, None), 7: (30, "near"), 5: (None, None)}


def test_an_article_that_loses_its_text_loses_its_mark(store: Store, run: int) -> None:
    store.save_article(posted(1, TEXT), run)
    store.save_article(posted(2, TEXT), run)
    store.finish_duplicates(PORTAL)
    store.save_article(posted(2, "", captured_at="2024-06-01T00:00:00+07:00"), run)
    assert store.finish_duplicates(PORTAL) == 0


def test_marking_again_writes_nothing(db: Path, store: Store, run: int) -> None:
    for one in POSTINGS:
        store.save_article(one, run)
    store.finish_duplicates(PORTAL)
    before = store.conn.total_changes
    assert store.finish_duplicates(PORTAL) == 3
    assert store.conn.total_changes == before


def test_marks_grow_with_the_changes_and_not_with_the_database(store: Store, run: int) -> None:
    rng = random.Random(1)
    words = TEXT.split()
    for number in range(100, 400):
        store.save_article(posted(number, " ".join(rng.choices(words, k=60))), run)
    store.finish_duplicates(PORTAL)
    before = store.conn.total_changes
    store.save_article(posted(1, TEXT), run)
    store.finish_duplicates(PORTAL)
    assert store.conn.total_changes - before < 60


def test_a_form_filled_in_again_and_again_is_not_compared_with_all_of_its_kind(
    store: Store, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    monkeypatch.setattr(duplicates, "near", lambda one, other: compared.append((one, other)))
    for number in range(300):
        store.save_article(posted(number, f"{TEXT} Giấy mời số {number}."), run)
    store.finish_duplicates(PORTAL)
    assert len(compared) < 300 * 299 / 2 / 4


#: More than any limit on look-alikes that ever stood here; every twentieth is posted again with a sentence more.
LOOKALIKES = [
    posted(number, f"{NOTICE.format(number % 28 + 1, number % 12 + 1)} Phòng {number // 28}.", title="Thông báo")
    for number in range(190)
]
AGAIN = [
    posted(
        1000 + number, f"{LOOKALIKES[number].body_text} Mời bà con sắp xếp thời gian đến dự.", day=9, title="Thông báo"
    )
    for number in range(0, 190, 19)
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_among_two_hundred_lookalikes_the_order_of_arrival_does_not_matter(store: Store, run: int, seed: int) -> None:
    order = [*LOOKALIKES, *AGAIN]
    random.Random(seed).shuffle(order)
    for part in (order[:70], order[70:]):
        for one in part:
            store.save_article(one, run)
        store.finish_duplicates(PORTAL)
    expected = {1000 + number: (number, "near") for number in range(0, 190, 19)}
    assert {number: mark for number, mark in marks(store).items() if mark[0] is not None} == expected


def test_how_an_article_repeats_another_is_kept_and_follows_its_edits(store: Store, run: int) -> None:
    for one in POSTINGS:
        store.save_article(one, run)
    store.finish_duplicates(PORTAL)
    query = "SELECT CAST(substr(url, instr(url, 'ID=') + 3) AS INTEGER), relation FROM v_repeats ORDER BY 1"
    assert store.conn.execute(query).fetchall() == [(5, "republished"), (7, "extended"), (30, "posted_twice")]
    later = {"captured_at": "2024-06-01T00:00:00+07:00"}
    store.save_article(posted(30, TEXT, category="Nông thôn", **later), run)
    store.save_article(posted(7, TEXT.replace("Sáng nay", "Sáng qua"), day=2, **later), run)
    store.save_article(posted(5, "", day=2, **later), run)
    store.finish_duplicates(PORTAL)
    assert store.conn.execute(query).fetchall() == [(7, "corrected"), (30, "cross_posted")]


def test_two_portals_are_not_compared(store: Store, run: int) -> None:
    store.save_article(posted(1, TEXT), run)
    other = store.begin_run("xa_khac", "news", {})
    store.save_article(article(2, portal="xa_khac", body_text=TEXT), other)
    assert store.finish_duplicates(PORTAL) == store.finish_duplicates("xa_khac") == 0


def test_item_ids_are_compared_as_numbers(store: Store, run: int) -> None:
    for number in (10, 9, 100):
        store.save_article(posted(number, TEXT), run)
    store.finish_duplicates(PORTAL)
    assert marks(store) == {9: (None, None), 10: (9, "exact"), 100: (9, "exact")}


def test_dated_articles_come_before_undated_ones(store: Store, run: int) -> None:
    store.save_article(article(1, title="Trồng cây", body_text=TEXT, published_at=None), run)
    store.save_article(article(2, title="Trồng cây", body_text=TEXT, published_at="2021-01-01"), run)
    store.finish_duplicates(PORTAL)
    assert marks(store) == {1: (2, "exact"), 2: (None, None)}
