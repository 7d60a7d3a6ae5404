"""The files of a crawl without the crawl: pictures inside live pages, hosts that are shut, stops among the ways tried."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pipelines.items import Image, Page
from portal_crawler.extract.embedded import embedded_address
from portal_crawler.extract.reading import Problem
from portal_crawler.sample_portal.media import jpeg
from portal_crawler.session import Session
from portal_crawler.spiders.media import MediaDesk
from tests.crawl.test_session import opened, ours
from tests.storage.data import url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal_crawler.frontier.queue import Entry

PICTURE = "http://xa.example/PublishingImages/a.jpg"


def desk_of(session: Session, folder: Path) -> MediaDesk:
    """A desk whose shelf is a folder and nothing more."""
    desk = MediaDesk(session)
    desk.shelf = SimpleNamespace(folder=str(folder))  # type: ignore[assignment]
    return desk


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = opened(tmp_path)
    yield session
    if not session.closed:
        asyncio.run(session.close("finished"))


def next_file(session: Session) -> Entry:
    entry = session.frontier.next(0.0)
    assert entry is not None and entry.kind == "media"
    return entry


def wanting(session: Session, folder: Path) -> MediaDesk:
    """A desk whose one article lacks one picture, which is queued."""
    article = ours(images=(Image(url=PICTURE),))
    session.keep(article)
    desk = desk_of(session, folder)
    desk.want(article)
    return desk


def ways(session: Session) -> list[tuple[str, str]]:
    return session.store.conn.execute("SELECT tried_url, state FROM media_fallbacks ORDER BY position").fetchall()


def test_a_picture_inside_a_live_page_is_kept_and_asked_of_nobody(session: Session, tmp_path: Path) -> None:
    data = jpeg(3, "trong trang")
    reference = "data:image/jpeg;base64," + base64.b64encode(data * 3).decode()
    page = Page(url=url(1), body=f'<p><img src="{reference}"></p>'.encode(), captured_at="2024-05-01T08:00:00+07:00")
    capture_id = session.capture(page)
    article = ours(images=(Image(url=embedded_address(page.url, reference)),), capture_id=capture_id)
    session.keep(article)
    desk_of(session, tmp_path / "media").want(article)
    [(sha256, path)] = session.store.conn.execute(
        "SELECT m.sha256, m.path FROM article_media a JOIN media m ON m.id = a.media_id"
    ).fetchall()
    assert sha256 == hashlib.sha256(data * 3).hexdigest()
    assert (tmp_path / "media" / path).read_bytes() == data * 3
    assert session.frontier.next(0.0) is None


@pytest.mark.parametrize("reason", ["private_address", "offsite"])
def test_a_host_that_is_shut_is_not_asked_by_another_way(session: Session, tmp_path: Path, reason: str) -> None:
    desk = wanting(session, tmp_path)
    desk.give_up(next_file(session), Problem(reason=reason, detail="10.0.0.1"))
    assert ways(session) == []
    assert session.frontier.next(0.0) is None
    said = session.store.conn.execute("SELECT state, reason FROM media_fetches").fetchall()
    assert said == [("failed", reason)]


def test_a_crawl_that_was_stopped_among_the_ways_goes_on_where_it_was(session: Session, tmp_path: Path) -> None:
    desk = wanting(session, tmp_path)
    desk.give_up(next_file(session), Problem(reason="http_404", detail="HTTP 404"))
    [(first, state)] = ways(session)
    assert state == "queued"
    session.store.commit()
    asyncio.run(session.close("shutdown"))

    later = opened(tmp_path, again="yes")
    desk = desk_of(later, tmp_path)
    desk.begin(leftovers=True)
    asked = next_file(later)
    assert asked.url == first
    desk.give_up(asked, Problem(reason="http_404", detail="HTTP 404"))
    tried = ways(later)
    assert tried[0] == (first, "failed")
    assert len(tried) == len(set(tried)) == 2
    assert next_file(later).url == tried[1][0]
    asyncio.run(later.close("finished"))
