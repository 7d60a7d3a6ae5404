"""Versions: the captures of an article give the same history in whatever order they come."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import Article, FieldNote, Page
from pipelines.storage.integrity import find_damage
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article, url


def version(text: str, day: int, origin: str = "warc") -> Article:
    return article(
        title=text, body_text=text, captured_at=f"2020-01-{day:02d}T00:00:00+07:00", origin=origin, views=day
    )


def history(store: Store) -> list[tuple[int, str, str]]:
    return store.conn.execute(
        "SELECT number, title, captured_at FROM article_revisions ORDER BY article_id, number"
    ).fetchall()


def shown(store: Store) -> list[tuple[object, ...]]:
    return store.conn.execute(
        "SELECT title, body_text, captured_at, first_seen_at, last_seen_at, views, revisions, content_hash FROM v_articles"
    ).fetchall()


def test_a_text_that_comes_back_is_a_third_revision(store: Store, run: int) -> None:
    outcomes = [store.save_article(version(text, day), run).outcome for text, day in (("A", 1), ("B", 2), ("A", 3))]
    assert outcomes == ["new", "changed", "changed"]
    assert [title for _, title, _ in history(store)] == ["A", "B", "A"]


def test_an_older_capture_becomes_an_older_revision_and_the_newest_stays_current(store: Store, run: int) -> None:
    store.save_article(version("mới", 9), run)
    assert store.save_article(version("cũ", 2), run).outcome == "older_revision"
    assert [title for _, title, _ in history(store)] == ["cũ", "mới"]
    assert shown(store)[0][:5] == (
        "mới", "mới", "2020-01-09T00:00:00+07:00", "2020-01-02T00:00:00+07:00", "2020-01-09T00:00:00+07:00",
    )  # fmt: skip


def test_a_capture_between_two_equal_ones_splits_them(store: Store, run: int) -> None:
    store.save_article(version("A", 1), run)
    assert store.save_article(version("A", 3), run).outcome == "unchanged"
    assert store.save_article(version("B", 2), run).outcome == "older_revision"
    assert [title for _, title, _ in history(store)] == ["A", "B", "A"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_one_history(texts: list[str], rng: random.Random) -> None:
    captures = [version(text, day) for day, text in enumerate(texts, 1)]
    runs = [(text, day) for day, text in enumerate(texts, 1) if day == 1 or texts[day - 2] != text]
    shuffled = captures.copy()
    rng.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "a.db") as store:
        run = store.begin_run(PORTAL, "archive", {})
        for one in shuffled:
            store.save_article(one, run)
        store.commit()
        assert history(store) == [
            (number, text, f"2020-01-{day:02d}T00:00:00+07:00") for number, (text, day) in enumerate(runs, 1)
        ]
        newest = captures[-1]
        assert shown(store) == [
            (
                newest.title, newest.body_text, f"2020-01-{runs[-1][1]:02d}T00:00:00+07:00", captures[0].captured_at,
                newest.captured_at, len(texts), len(runs), newest.content_hash,
            )
        ]  # fmt: skip
        assert list(find_damage(store.conn)) == []


def test_a_clock_set_back_does_not_make_new_text_old(store: Store, run: int) -> None:
    store.save_article(version("trước", 20, "live"), run)
    assert store.save_article(version("sau", 5, "live"), run).outcome == "changed"
    assert store.save_article(version("sau", 6, "live"), run).outcome == "unchanged"
    assert shown(store)[0][0] == "sau"
    assert [title for _, title, _ in history(store)] == ["trước", "sau"]


def test_times_with_different_offsets_are_ordered_as_times(store: Store, run: int) -> None:
    morning = article(title="sớm", captured_at="2020-01-02T01:00:00+07:00", origin="warc")
    later = article(title="muộn", captured_at="2020-01-01T20:00:00Z", origin="wayback")
    store.save_article(later, run)
    assert store.save_article(morning, run).outcome == "older_revision"
    assert shown(store)[0][0] == "muộn"


def captured(store: Store, run: int, title: str, day: int, note: str) -> Article:
    at = f"2020-01-{day:02d}T00:00:00+07:00"
    capture = store.save_capture(Page(url=url(1), body=title.encode(), captured_at=at), run)
    return article(title=title, capture_id=capture, captured_at=at, notes=(FieldNote(field="title", rule=note),))


def rules(store: Store) -> list[tuple[str, str]]:
    return store.conn.execute(
        "SELECT r.title, n.rule FROM article_revisions r JOIN article_notes n ON n.revision_id = r.id ORDER BY r.number"
    ).fetchall()


def test_a_capture_read_again_replaces_what_it_said_and_is_no_edit(store: Store, run: int) -> None:
    first = captured(store, run, "Tiêu đề sai", 1, "rule 1")
    store.save_article(first, run)
    better = article(title="Tiêu đề đúng", capture_id=first.capture_id, captured_at=first.captured_at)
    assert store.save_article(better, run).outcome == "changed"
    assert history(store) == [(1, "Tiêu đề đúng", first.captured_at)]


def test_all_captures_read_again_give_the_history_of_the_new_reading(store: Store, run: int) -> None:
    first, second = (captured(store, run, "Tiêu đề", day, "rule 1") for day in (1, 2))
    store.save_article(first, run)
    store.save_article(second, run)
    for one in (first, second):
        again = article(
            title="Tiêu đề (đọc lại)",
            capture_id=one.capture_id,
            captured_at=one.captured_at,
            notes=(FieldNote(field="title", rule="rule 2"),),
        )
        store.save_article(again, run)
    assert history(store) == [(1, "Tiêu đề (đọc lại)", first.captured_at)]
    assert rules(store) == [("Tiêu đề (đọc lại)", "rule 2")]


def test_reading_again_with_the_same_words_renews_only_the_provenance(store: Store, run: int) -> None:
    first = captured(store, run, "Tiêu đề", 1, "rule 1")
    store.save_article(first, run)
    again = article(
        title="Tiêu đề", capture_id=first.capture_id, captured_at=first.captured_at, extractor="2",
        notes=(FieldNote(field="title", rule="rule 2"),),
    )  # fmt: skip
    assert store.save_article(again, run).outcome == "unchanged"
    assert rules(store) == [("Tiêu đề", "rule 2")]
    assert store.conn.execute("SELECT extractor FROM article_revisions").fetchall() == [("2",)]


def test_archived_and_live_copies_of_one_text_are_one_version_with_the_earliest_origin(store: Store, run: int) -> None:
    store.save_article(version("A", 9, "live"), run)
    assert store.save_article(version("A", 2, "wayback"), run).outcome == "unchanged"
    assert history(store) == [(1, "A", "2020-01-02T00:00:00+07:00")]
    assert store.conn.execute("SELECT origin, first_seen_at, last_seen_at FROM v_articles").fetchall() == [
        ("wayback", "2020-01-02T00:00:00+07:00", "2020-01-09T00:00:00+07:00")
    ]
