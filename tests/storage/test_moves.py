"""An article that the portal moved for good is one article with two addresses, in whatever order both are met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.items import Article
from pipelines.storage.search import search
from pipelines.storage.store import Store
from tests.storage.data import PORTAL, article, key, rich_article, url

OLD = rich_article(1, urls=(url(1),))
NEW = replace(OLD, key=key(9), url=url(9), urls=(url(1), url(9)), captured_at="2024-06-01T08:00:00+07:00")


def rows(store: Store, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return store.conn.execute(query, values).fetchall()


def one_article(store: Store) -> None:
    """What every order of events ends in."""
    assert rows(store, "SELECT uid, url, state, duplicate_of, revisions FROM v_articles") == [
        (OLD.uid, url(9), "live", None, 1)
    ]
    assert rows(store, "SELECT url FROM article_urls ORDER BY url") == [(url(1),), (url(9),)]
    assert rows(store, "SELECT key FROM article_moves") == [(key(9),)]
    assert rows(store, "PRAGMA foreign_key_check") == []
    store.commit()
    assert len(search(store.conn, "trồng cây")) == 1


def test_the_known_address_is_asked_first(store: Store, run: int) -> None:
    store.save_article(OLD, run)
    later = store.begin_run(PORTAL, "news", {})
    moved = store.move_article(NEW, OLD.key, later)
    assert moved is not None
    assert moved.uid == OLD.uid
    assert store.save_article(moved, later).outcome == "unchanged"
    assert store.save_article(NEW, later).outcome == "unchanged", "met under its new key again"
    one_article(store)


def test_the_new_address_is_asked_first(store: Store, run: int) -> None:
    store.save_article(OLD, run)
    later = store.begin_run(PORTAL, "news", {})
    assert store.twins_of(NEW, later) == [url(1)], "which is why the old one is asked at all"
    assert store.save_article(replace(NEW, urls=(url(9),)), later, route="listing").outcome == "new"
    store.finish_duplicates(PORTAL)  # as an interrupted crawl leaves it
    moved = store.move_article(NEW, OLD.key, later)
    assert moved is not None
    store.save_article(moved, later)
    store.finish_duplicates(PORTAL)
    one_article(store)
    assert rows(store, "SELECT route FROM article_routes") == [("listing",)]


def test_an_edit_at_the_new_address_is_a_revision(store: Store, run: int) -> None:
    store.save_article(OLD, run)
    later = store.begin_run(PORTAL, "news", {})
    assert store.move_article(NEW, OLD.key, later) is not None
    edited = replace(NEW, body_text="Nội dung đã được sửa.", captured_at="2024-07-01T08:00:00+07:00")
    assert store.save_article(edited, later).outcome == "changed"
    assert rows(store, "SELECT uid, url, revisions FROM v_articles") == [(OLD.uid, url(9), 2)]


def test_an_article_that_moves_back_has_its_first_address_again(store: Store, run: int) -> None:
    store.save_article(OLD, run)
    later = store.begin_run(PORTAL, "news", {})
    assert store.move_article(NEW, OLD.key, later) is not None
    back = store.move_article(OLD, NEW.key, later)
    assert back is not None
    assert (back.key, rows(store, "SELECT url FROM articles")) == (OLD.key, [(url(1),)])


def test_another_text_behind_a_redirect_is_another_article(store: Store, run: int) -> None:
    store.save_article(OLD, run)
    later = store.begin_run(PORTAL, "news", {})
    assert store.move_article(article(9), OLD.key, later) is None
    assert store.move_article(NEW, key(77), later) is None, "and an unknown address proves nothing"
    assert rows(store, "SELECT * FROM article_moves") == []


def test_two_rows_that_earlier_crawls_published_stay_two(store: Store, run: int) -> None:
    """Exports and a CMS may name both by their uid."""
    store.save_article(OLD, run)
    store.save_article(NEW, run)
    later = store.begin_run(PORTAL, "news", {})
    assert store.move_article(NEW, OLD.key, later) is None
    assert len(rows(store, "SELECT 1 FROM articles")) == 2


@pytest.mark.parametrize("first", [OLD, NEW])
def test_an_archive_that_holds_both_places_gives_one_article(store: Store, run: int, first: Article) -> None:
    for one in (first, NEW if first is OLD else OLD):
        store.save_article(replace(one, urls=(one.url,), origin="warc"), run)
    assert store.fold_moved(PORTAL, OLD.key, NEW.key, run)
    one_article(store)
    assert not store.fold_moved(PORTAL, OLD.key, NEW.key, run), "and read once more, it changes nothing"


def test_an_archive_that_brings_the_past_of_a_published_article_leaves_it_its_uid(store: Store, run: int) -> None:
    store.save_article(replace(NEW, urls=(NEW.url,)), run)
    later = store.begin_run(PORTAL, "archive", {})
    store.save_article(replace(OLD, origin="warc"), later)
    assert store.fold_moved(PORTAL, OLD.key, NEW.key, later)
    assert rows(store, "SELECT uid, url FROM v_articles") == [(NEW.uid, url(9))]
    assert rows(store, "SELECT key FROM article_moves") == [(OLD.key,)]
