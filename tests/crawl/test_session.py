"""A session's own memory: what it takes back, what an article lost, and what a later run still knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pipelines.items import Failure
from portal_crawler.extract.reading import PageReading
from portal_crawler.frontier.queue import Entry
from portal_crawler.profile import load_profile
from portal_crawler.session import Session
from tests.crawl.live import MINIMAL
from tests.storage.data import article, key, url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.items import Article

NAME = "minimal_sample"


def opened(folder: Path, **arguments: str) -> Session:
    return Session.open(load_profile(MINIMAL), folder / "portal.db", spider="news", arguments=arguments)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = opened(tmp_path)
    yield session
    asyncio.run(session.close("finished"))


def ours(number: int = 1, **values: object) -> Article:
    return article(number, portal=NAME, **values)


def given_up(session: Session, kind: str, item: int, **context: object) -> Entry:
    """An entry that was asked for and written down as failed."""
    session.frontier.add(Entry(url=url(item), kind=kind, fingerprint=f"{kind} {item}", host="xa", context=context))  # type: ignore[arg-type]
    entry = session.frontier.next(0.0)
    assert entry is not None
    session.fail(entry, Failure(url=entry.url, stage="read", reason="http_503"))
    return entry


class TestTakeBack:
    def test_an_article_is_to_be_asked_for_again_and_counts_no_more(self, session: Session) -> None:
        first, second = (given_up(session, "article", number) for number in (1, 2))
        assert session.tally.article_failures == {"http_503": 2}
        session.take_back(first, "http_503")
        assert (session.tally.article_failures, session.frontier.open) == ({"http_503": 1}, 1)
        session.take_back(second, "http_503")
        assert (session.tally.article_failures, session.frontier.open) == ({}, 2)
        assert session.tally.listing_failures == {}

    def test_a_list_page_is_no_hole_any_more(self, session: Session) -> None:
        entry = given_up(session, "listing", 1, number=3)
        assert session.tally.unread_lists == [f"page 3 of {url(1)}"]
        session.take_back(entry, "http_503")
        assert (session.tally.unread_lists, session.tally.listing_failures) == ([], {})


class TestFieldsLost:
    def test_a_reading_without_what_was_there_before_names_it(self, session: Session) -> None:
        session.keep(ours())
        assert session.fields_lost(ours(published_at=None)) == ["published_at"]
        assert session.fields_lost(ours(published_at=None, category=None)) == ["category", "published_at"]

    def test_what_an_editor_may_take_away_is_no_loss(self, session: Session) -> None:
        session.keep(ours())
        assert session.fields_lost(ours(author=None, summary=None)) == []

    def test_what_never_was_there_is_not_lost(self, session: Session) -> None:
        session.keep(ours(published_at=None))
        assert session.fields_lost(ours(published_at=None)) == []
        assert session.fields_lost(ours(2, published_at=None)) == []

    def test_an_article_that_was_gone_may_come_back_as_it_likes(self, session: Session) -> None:
        session.keep(ours())
        session.store.conn.execute("UPDATE articles SET state = 'gone' WHERE key = ?", (key(1),))
        assert session.fields_lost(ours(published_at=None)) == []


def test_what_a_portal_answers_for_nothing_is_known_to_the_runs_after(tmp_path: Path) -> None:
    """Also to the one that goes on after a kill, as the question is not asked again."""
    answer = ours(99, title="Bài viết")
    killed = opened(tmp_path)
    assert not killed.answers_for_anything
    killed.frontier.add(Entry(url=url(1), kind="article", fingerprint="article 1", host="xa"))
    killed.learn_nowhere(PageReading(article=answer))
    assert killed.is_nowhere(answer)
    killed.commit()
    killed.store.close()
    resumed = opened(tmp_path)
    try:
        assert resumed.crawl_id == killed.crawl_id
        assert resumed.is_nowhere(answer)
        assert resumed.answers_for_anything
        assert not resumed.is_nowhere(ours(1))
    finally:
        asyncio.run(resumed.close("finished"))
