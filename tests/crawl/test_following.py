"""What a refresh follows: known ground is left alone, and an entry that says something new makes its article due at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from portal_crawler.extract.reading import Link, PageReading
from portal_crawler.frontier.queue import Entry
from portal_crawler.frontier.refresh import Refresh
from portal_crawler.profile import load_profile
from portal_crawler.session import Session
from portal_crawler.spiders.arguments import Wish
from portal_crawler.spiders.following import Following
from tests.crawl.live import MINIMAL
from tests.storage.data import article, url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KNOWN = Link(url=url(1), text="Lễ trồng cây lần thứ 1", published="02/03/2020", route="listing")


def opened(folder: Path) -> Session:
    return Session.open(load_profile(MINIMAL), folder / "portal.db", spider="news", arguments={})


@pytest.fixture(params=["listing", "feed", "sitemap"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def session(tmp_path: Path, kind: str) -> Iterator[Session]:
    """A refresh: article 1 is stored, and was seen in a list, feed or sitemap by an earlier crawl."""
    earlier = opened(tmp_path)
    earlier.keep(article(1, portal=earlier.profile.name))
    follow(earlier, kind, KNOWN)
    earlier.store.conn.execute("DELETE FROM frontier")
    asyncio.run(earlier.close("finished"))
    session = opened(tmp_path)
    yield session
    asyncio.run(session.close("finished"))


def follow(session: Session, kind: str, *links: Link) -> list[str]:
    """The articles that are asked for because of what a page shows."""
    following = Following(session, Wish.of({}), Refresh(full=False, ground=True))
    entry = Entry(url="http://xa.example/x", kind=kind, fingerprint="x", host="xa.example")  # type: ignore[arg-type]
    reading = PageReading(links=links)
    following.list_page(entry, reading) if kind == "listing" else following.door(entry, reading)
    query = "SELECT url FROM frontier WHERE kind = 'article' AND crawl_id = ? ORDER BY id"
    return [asked for (asked,) in session.store.conn.execute(query, (session.crawl_id,))]


def test_what_is_known_and_shown_as_before_is_not_asked_for(session: Session, kind: str) -> None:
    assert follow(session, kind, KNOWN) == []


@pytest.mark.parametrize("said", [{"text": "Lễ trồng cây (cập nhật)"}, {"published": "05/03/2020"}])
def test_another_title_or_date_makes_a_known_article_due(session: Session, kind: str, said: dict[str, str]) -> None:
    values = {"url": KNOWN.url, "text": KNOWN.text, "published": KNOWN.published, "route": KNOWN.route}
    assert follow(session, kind, Link(**{**values, **said})) == [KNOWN.url]


@pytest.mark.parametrize("kind", ["sitemap"], indirect=True)
def test_a_later_lastmod_makes_a_known_article_due(session: Session, kind: str) -> None:
    values = {"url": KNOWN.url, "text": KNOWN.text, "published": KNOWN.published, "route": KNOWN.route}
    assert follow(session, kind, Link(**values, changed="2024-04-30")) == []
    assert follow(session, kind, Link(**values, changed="2024-05-02")) == [KNOWN.url]


def test_a_new_one_is_asked_for(session: Session, kind: str) -> None:
    assert follow(session, kind, KNOWN, Link(url=url(2), text="Tin mới", route="listing")) == [url(2)]
