"""Storing articles: what is equal stays untouched, what changed is kept twice, and nothing is stored by halves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.items import Failure, FieldNote, Image, Page
from pipelines.storage.captures import read_capture
from pipelines.storage.failures import Finding
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article, rich_article, url


def rows(store: Store, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return store.conn.execute(query, values).fetchall()


def everything_but(store: Store, *columns: str) -> list[dict[str, Any]]:
    cursor = store.conn.execute("SELECT * FROM v_articles ORDER BY uid")
    names = [one[0] for one in cursor.description]
    return [{name: value for name, value in zip(names, row, strict=True) if name not in columns} for row in cursor]


def test_a_new_article_is_shown_with_all_its_companions(store: Store, run: int) -> None:
    saved = store.save_article(rich_article(), run, route="listing", seen_in="http://xa.example/tin")
    assert saved.outcome == "new"
    shown = everything_but(store)[0]
    wanted = rich_article()
    for name in (
        "uid",
        "portal",
        "url",
        "title",
        "summary",
        "author",
        "published_at",
        "body_text",
        "body_html",
        "views",
    ):
        assert shown[name] == getattr(wanted, name)
    assert shown["first_seen_at"] == shown["last_seen_at"] == shown["captured_at"] == wanted.captured_at
    assert [one[0] for one in rows(store, "SELECT url FROM article_urls ORDER BY url")] == sorted(wanted.urls)
    assert rows(store, "SELECT kind, role, name, caption, credit FROM article_media ORDER BY kind") == [
        ("attachment", "attachment", "Kế hoạch", "", ""),
        ("image", "lead", "", "Trồng cây", "Lê Mẫu"),
    ]
    assert rows(store, "SELECT route, seen_in FROM article_routes") == [("listing", "http://xa.example/tin")]
    assert rows(store, "SELECT flag FROM article_flags") == [("kicker_disagrees",)]
    assert len(rows(store, "SELECT * FROM article_notes")) == 2


def test_a_second_crawl_of_an_unchanged_article_moves_only_last_seen_and_the_views(store: Store, run: int) -> None:
    store.save_article(rich_article(views=7), run)
    store.finish_duplicates(PORTAL)
    before, tables = everything_but(store, "last_seen_at", "views"), _contents(store)
    saved = store.save_article(rich_article(views=9, captured_at="2024-06-01T08:00:00+07:00"), run)
    store.finish_duplicates(PORTAL)
    assert saved.outcome == "unchanged"
    assert everything_but(store, "last_seen_at", "views") == before
    assert _contents(store) == tables
    assert rows(store, "SELECT last_seen_at, views FROM v_articles") == [("2024-06-01T08:00:00+07:00", 9)]
    assert rows(store, "SELECT views FROM view_counts ORDER BY seen_at") == [(7,), (9,)]


def _contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    names = (
        "article_revisions",
        "article_urls",
        "article_notes",
        "article_media",
        "article_flags",
        "findings",
        "failures",
    )
    return {name: rows(store, f"SELECT * FROM {name}") for name in names}


def test_an_edit_makes_a_revision_and_keeps_the_old_one_whole(store: Store, run: int) -> None:
    old, new = rich_article(), rich_article(body_text="Nội dung đã sửa.", captured_at="2024-06-01T08:00:00+07:00")
    store.save_article(old, run)
    assert store.save_article(new, run).outcome == "changed"
    assert rows(store, "SELECT body_text, captured_at, revisions FROM v_articles") == [
        ("Nội dung đã sửa.", "2024-06-01T08:00:00+07:00", 2)
    ]
    assert rows(store, "SELECT number, title, body_text, content_hash FROM article_revisions ORDER BY number") == [
        (1, old.title, old.body_text, old.content_hash),
        (2, new.title, new.body_text, new.content_hash),
    ]


def test_every_address_of_an_article_leads_to_it(store: Store, run: int) -> None:
    first = store.save_article(article(1, urls=(url(1), "http://xa.example/a")), run)
    second = store.save_article(article(1, urls=("http://xa.example/b",)), run)
    assert first.article_id == second.article_id
    known = rows(store, "SELECT url FROM article_urls WHERE article_id = ? ORDER BY url", first.article_id)
    assert [one for (one,) in known] == sorted([url(1), "http://xa.example/a", "http://xa.example/b"])


def test_an_address_claimed_by_two_articles_stays_with_the_first_and_is_a_finding(store: Store, run: int) -> None:
    first = store.save_article(article(1, urls=("http://xa.example/chung",)), run)
    for _ in range(2):
        store.save_article(article(2, urls=("http://xa.example/chung",)), run)
    assert rows(store, "SELECT article_id FROM article_urls WHERE url = 'http://xa.example/chung'") == [
        (first.article_id,)
    ]
    assert rows(store, "SELECT code, detail FROM findings") == [("address_conflict", "http://xa.example/chung")]


def test_an_article_that_cannot_be_stored_leaves_nothing_and_spoils_nothing(store: Store, run: int) -> None:
    store.save_article(article(1), run)
    broken = replace(article(2), images=(Image(url="http://xa.example/a.jpg", alt="\ud800"),))
    with pytest.raises(UnicodeEncodeError):
        store.save_article(broken, run)
    store.save_article(article(3), run)
    store.commit()
    assert rows(store, "SELECT title FROM articles ORDER BY id") == [(article(1).title,), (article(3).title,)]
    assert rows(store, "SELECT count(*) FROM article_sightings") == [(2,)]
    assert len(rows(store, "SELECT id FROM articles_fts_docsize")) == 2


def test_what_a_block_wrote_is_undone_with_it_and_nothing_else(store: Store, run: int) -> None:
    store.save_article(article(1), run)
    with pytest.raises(RuntimeError), store.together():
        store.save_article(article(2), run)
        raise RuntimeError
    store.commit()
    assert rows(store, "SELECT key FROM articles") == [(article(1).key,)]
    assert len(rows(store, "SELECT id FROM articles_fts_docsize")) == 1


@pytest.mark.parametrize(
    "title",
    ["'; DROP TABLE articles; --", "%s %d {0} {title}", "../../etc/passwd", '"Nháy" & <b>', "=1+1", "Đà Nẵng 🌾"],
)
def test_hostile_titles_are_stored_letter_by_letter(store: Store, run: int, title: str) -> None:
    store.save_article(article(title=title), run)
    assert rows(store, "SELECT title FROM v_articles") == [(title,)]


def test_raw_values_that_sqlite_cannot_hold_are_cleaned_in_the_notes(store: Store, run: int) -> None:
    store.save_article(
        article(notes=(FieldNote(field="title", rule="r", raw="a\x00b\ud800c", others=(("r", "\x00"),)),)), run
    )
    assert rows(store, "SELECT raw FROM article_notes") == [("abc",)]


def test_a_failure_is_one_row_a_run_and_is_resolved_by_the_article(store: Store, run: int) -> None:
    failure = Failure(url=url(1), stage="fetch", reason="http_500", detail="một")
    store.save_failure(failure, run, PORTAL)
    store.save_failure(replace(failure, detail="hai \x00"), run, PORTAL)
    assert rows(store, "SELECT detail, resolved_run_id FROM failures") == [("hai ", None)]
    store.save_article(article(1), run)
    assert rows(store, "SELECT resolved_run_id FROM failures") == [(run,)]


def test_a_failure_under_another_address_is_resolved_by_the_source_key(store: Store, run: int) -> None:
    one = article(1)
    store.save_failure(Failure(url="http://xa.example/?x", stage="fetch", reason="timeout"), run, PORTAL, key=one.key)
    store.save_article(one, run)
    assert rows(store, "SELECT resolved_run_id FROM failures") == [(run,)]


def test_a_page_that_is_not_modified_counts_as_seen(store: Store, run: int) -> None:
    store.save_article(article(1), run)
    before = everything_but(store, "last_seen_at")
    store.now = lambda: "2024-07-01T00:00:00+00:00"
    assert store.touch_article(PORTAL, url(1), run)
    assert not store.touch_article(PORTAL, url(2), run)
    assert everything_but(store, "last_seen_at") == before
    assert rows(store, "SELECT last_seen_at FROM articles") == [("2024-07-01T00:00:00+00:00",)]


def test_the_routes_of_an_article_are_kept_once_each(store: Store, run: int) -> None:
    for route in ("listing", "feed", "feed"):
        store.save_article(article(1), run, route=route)
    assert rows(store, "SELECT route FROM article_routes ORDER BY route") == [("feed",), ("listing",)]


def test_a_capture_belongs_to_the_portal_of_its_run(store: Store, run: int) -> None:
    page = Page(url=url(1), requested_url=url(1), body=b"<html>1</html>", captured_at="2024-05-01T08:00:00+07:00")
    capture = store.save_capture(page, run)
    assert rows(store, "SELECT portal, run_id FROM captures") == [(PORTAL, run)]
    assert read_capture(store.conn, capture) == page


def test_a_finding_is_kept_once(store: Store, run: int) -> None:
    for _ in range(2):
        store.save_finding(Finding(portal=PORTAL, code="drift", detail="tiêu đề"), run)
    assert rows(store, "SELECT code FROM findings") == [("drift",)]


def test_a_run_that_died_is_closed_by_the_next_and_resumed_ones_are_one_crawl(store: Store, run: int) -> None:
    store.save_counts(run, {"stored": 4})
    again = store.begin_run(PORTAL, "news", {"limit": "5"}, resumes=run)
    assert rows(store, "SELECT id, series, verdict, exit_code FROM runs ORDER BY id") == [
        (run, run, "interrupted", 130),
        (again, run, None, None),
    ]
    store.finish_run(again, "complete", 0, {}, {"stored": 8, "filled": {"title": 8, "author": 4}})
    assert store.run_arguments(again) == {"limit": "5"}
    assert store.crawl_counts(run) == [{"stored": 4}, {"stored": 8, "filled": {"title": 8, "author": 4}}]
    assert store.last_coverage(PORTAL) == {"title": 1.0, "author": 0.5}
    assert store.last_coverage("another") == {}
