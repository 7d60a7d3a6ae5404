"""The scheduler: what a killed process has to fetch again is bounded, and a commit is not made for every page."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import Settings

from portal_crawler import session as sessions
from portal_crawler.frontier.queue import Entry
from portal_crawler.frontier.scheduler import FrontierScheduler
from portal_crawler.profile import load_profile
from portal_crawler.session import Session
from tests.crawl.live import MINIMAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy import Request

PAGES = 48


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session.open(load_profile(MINIMAL), tmp_path / "portal.db", spider="news", arguments={})
    for number in range(PAGES):
        url = f"http://p.example/{number}"
        session.frontier.add(Entry(url=url, kind="article", fingerprint=url, host="p.example"))
    session.commit()
    yield session
    asyncio.run(session.close("finished"))


def scheduler_of(session: Session, at_once: int) -> FrontierScheduler:
    crawler: Any = SimpleNamespace(
        settings=Settings({"CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": at_once}), engine=None
    )
    scheduler = FrontierScheduler.from_crawler(crawler)
    scheduler.open(SimpleNamespace(session=session, no_answer=None))  # type: ignore[arg-type]
    return scheduler


def crawl(session: Session, scheduler: FrontierScheduler) -> tuple[int, int]:
    """Ask as a crawl at full speed does; returns the commits, and the most that was handed out and not durable."""
    commits, most, under_way = [0], 0, list["Request"]()
    make_durable = session.commit

    def commit() -> None:
        commits[0] += 1
        make_durable()

    session.commit = commit  # type: ignore[method-assign]
    while True:
        while (request := scheduler.next_request()) is not None:
            under_way.append(request)
            most = max(most, len(under_way) + session.frontier.loose)
        if not under_way:
            return commits[0], most
        session.done(under_way.pop(0).meta["entry"])


@pytest.mark.parametrize(("at_once", "commits", "most"), [(1, PAGES, 3), (4, PAGES // 6 + 1, 12)])
def test_what_is_not_durable_is_bounded_by_what_is_asked_at_once(
    at_once: int, commits: int, most: int, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "COMMIT_EVERY", 3600.0)
    made, seen = crawl(session, scheduler_of(session, at_once))
    assert made <= commits
    assert seen == most


def test_a_page_is_durable_soon_where_nothing_follows_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "COMMIT_EVERY", 0.0)
    scheduler = scheduler_of(session, 4)
    request = scheduler.next_request()
    assert request is not None
    session.frontier.finish(request.meta["entry"].id)
    assert session.frontier.loose == 1
    scheduler._held["p.example"] = float("inf")
    assert scheduler.next_request() is None
    assert session.frontier.loose == 0
