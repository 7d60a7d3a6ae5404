"""Captures are read again with today's extraction: what changed is told field by field, and stored only where that is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import Article, Page
from portal_crawler import ingest
from portal_crawler.extract.reading import PageReading, Problem
from portal_crawler.profile import load_profile
from portal_crawler.session import Session
from portal_crawler.verdict import reread
from tests.crawl.live import MINIMAL, rows
from tests.storage.data import article, url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portal_crawler.extract.reading import Door, Expect

NAME = "minimal_sample"
AT = "2024-05-01T08:00:00+07:00"


def ours(number: int, **values: object) -> Article:
    return article(number, portal=NAME, **values)


def page(number: int) -> Page:
    return Page(
        url=url(number), body=f"<p>{number}</p>".encode(), origin="folder", captured_at=AT, source=f"{number}.html"
    )


def again(
    db: Path, reading: Callable[[Article], PageReading], *, stored: bool = True, apply: bool = True
) -> list[dict[str, Any]]:
    """What reading two captures again finds; of them, `reading` makes a new reading out of the articles stored first."""

    async def run() -> list[dict[str, Any]]:
        session = Session.open(load_profile(MINIMAL), db, spider="reextract", arguments={}, live=False)
        articles = {}
        for number in (1, 2):
            capture_id = session.capture(page(number))
            articles[url(number)] = ours(number, capture_id=capture_id, origin="folder")
            if stored:
                session.keep(articles[url(number)])

        async def read(one: Page, _: Expect | Door) -> PageReading:
            return reading(articles[one.url])

        session.read = read  # type: ignore[method-assign]
        changes = await ingest.read_again(session, jobs=1, apply=apply)
        await session.close("finished", reread(session.tally.requests, len(changes), applied=apply))
        return changes

    return asyncio.run(run())


def retitled(one: Article) -> PageReading:
    return PageReading(article=ours(1, title="Lễ hội khác") if one.url == url(1) else one)


@pytest.mark.parametrize("apply", [False, True])
def test_what_changed_is_told_and_stored_only_where_asked(tmp_path: Path, *, apply: bool) -> None:
    changes = again(tmp_path / "portal.db", retitled, apply=apply)
    before = ours(1).title
    assert changes == [{"uid": ours(1).uid, "url": url(1), "fields": {"title": (before, "Lễ hội khác")}}]
    (title,) = rows(tmp_path / "portal.db", "SELECT title FROM articles ORDER BY key LIMIT 1")[0]
    assert title == ("Lễ hội khác" if apply else before)


def test_an_article_that_is_read_no_more_is_told_and_stays(tmp_path: Path) -> None:
    changes = again(tmp_path / "portal.db", lambda _: PageReading(problem=Problem(reason="no_title", detail="")))
    assert [one["fields"] for one in changes] == [{"article": ("stored", "no_title")}] * 2
    assert rows(tmp_path / "portal.db", "SELECT count(*) FROM articles") == [(2,)]


def test_an_article_that_was_not_read_before_is_new(tmp_path: Path) -> None:
    changes = again(tmp_path / "portal.db", lambda one: PageReading(article=one), stored=False)
    assert [one["fields"] for one in changes] == [{"article": ("none", "new")}] * 2
    assert rows(tmp_path / "portal.db", "SELECT count(*) FROM articles") == [(2,)]


def test_a_page_that_is_refused_now_as_before_is_passed_over(tmp_path: Path) -> None:
    refused = ours(1, title="Lỗi", body_text="Đã xảy ra lỗi", body_html="")
    assert again(tmp_path / "portal.db", lambda _: PageReading(article=refused), stored=False) == []


def test_a_reading_that_says_what_is_stored_is_told_by_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "reading_of_capture", lambda *_: pytest.fail("the stored text was read"))
    assert again(tmp_path / "portal.db", lambda one: PageReading(article=one)) == []
