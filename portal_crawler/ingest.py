"""Reads pages that exist already - archives, folders, our own captures - through the live crawl's extraction and pipelines."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import Rejected
from pipelines.items import Failure, Page
from pipelines.normalize import normalize
from pipelines.storage import coverage
from pipelines.storage.captures import iter_captures
from pipelines.storage.failures import NOT_ARTICLES
from pipelines.storage.moves import PERMANENT
from pipelines.storage.rereading import FIELDS, content_of_capture, has_capture, reading_of_capture, unread_captures
from pipelines.storage.routes import REDIRECTS, add_aliases, redirects
from pipelines.validate import validate
from portal_crawler.platforms.sharepoint.addresses import item_id, join_url, source_key
from portal_crawler.platforms.sharepoint.shapes import on_hosts
from portal_crawler.session import with_capture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipelines.coverage import Coverage
    from pipelines.items import Article
    from pipelines.storage.rereading import Unread
    from portal_crawler.extract.reading import PageReading
    from portal_crawler.session import Session

#: What a page that never was an article (an "About us") is refused for; a page that an item or a link stands for was one.
NO_ARTICLE = frozenset({"no_title", "no_body", "empty_shell"})

#: What only machines ask SharePoint for.
_SYSTEM = re.compile(r"/(?:_layouts|_api|_vti_bin)/|/(?:sitemap[^/]*\.xml|robots\.txt)$", re.IGNORECASE)

#: Pages read ahead of the one being written, per extraction process.
AHEAD = 3


class Ingest:
    """Feeds one session. Pages are read in parallel and written in their order, so the result is always the same."""

    def __init__(self, session: Session, *, jobs: int, tick: Callable[[], None] = lambda: None) -> None:
        self._session = session
        self._ahead = jobs * AHEAD
        self._tick = tick
        self.known = 0
        self.foreign = 0
        self.refused: dict[str, int] = {}

    async def run(self, items: Iterable[Page | Failure]) -> None:
        """Read every item. Raises StorageError, never for a page."""
        waiting: deque[tuple[Page, asyncio.Task[PageReading]]] = deque()
        for item in items:
            if isinstance(item, Failure):
                self._session.record_failure(item, listing=False)  # a damaged file stands for itself
            elif item.origin in ("warc", "wayback") and not on_hosts(item.url, self._session.profile.hosts):
                self.foreign += 1  # an archive holds what its pages embed; a folder was chosen by hand
            elif self._stored_before(item):
                self.count_known(1)
            elif item.status in REDIRECTS:
                self._session.capture(item)
            else:
                waiting.append((item, asyncio.create_task(self._session.read(item, "any"))))
            while len(waiting) > self._ahead:
                await self._write(waiting.popleft())
        while waiting:
            await self._write(waiting.popleft())
        self._settle_redirects()
        self._count_losses()

    def count_known(self, number: int) -> None:
        """Count pages that were read by an earlier run: they are there, and nothing is missing."""
        self.known += number
        self._session.tally.known += number

    async def _write(self, job: tuple[Page, asyncio.Task[PageReading]]) -> None:
        page, task = job
        reading = await task
        tally = self._session.tally
        tally.requests += 1
        capture_id = self._session.capture(page)
        if reading.article is None:
            self._refuse(page, reading, capture_id)
        else:
            tally.found += 1
            self._see("related", reading)
            try:
                article = validate(normalize(with_capture(reading.article, page, capture_id)))
            except Rejected as error:
                self._fail(
                    Failure(
                        url=page.url, stage="validate", reason=error.reason, detail=error.detail, capture_id=capture_id
                    )
                )
            else:
                self._session.keep(article, route=page.origin)
        self._session.commit_if_due()
        self._tick()

    def _refuse(self, page: Page, reading: PageReading, capture_id: int) -> None:
        reason = reading.problem.reason if reading.problem else "listing_page"
        detail = reading.problem.detail if reading.problem else ""
        self._see(page.url, reading)
        self.refused[reason] = self.refused.get(reason, 0) + 1
        if reason in NOT_ARTICLES:
            self._session.tally.listings_ok += bool(reading.links)
        self._fail(Failure(url=page.url, stage="classify", reason=reason, detail=detail[:500], capture_id=capture_id))

    def _see(self, chain: str, reading: PageReading) -> None:
        """What a saved page shows may be missing from the archive: completeness is judged by it."""
        self._session.sightings.add(chain, reading.links)

    def _fail(self, failure: Failure) -> None:
        session = self._session
        session.store.save_failure(failure, session.run_id, session.profile.name, key=source_key(failure.url))

    def _count_losses(self) -> None:
        """Count what was not had, by everything read so far: another capture may have given the article, now or earlier."""
        session = self._session
        for one in unread_captures(session.store.conn, session.profile.name):
            if _is_loss(one):
                session.tally.article_failures[one.reason] += 1

    def _stored_before(self, page: Page) -> bool:
        return has_capture(self._session.store.conn, self._session.profile.name, page)

    def _settle_redirects(self) -> None:
        """What the redirects of every archive say of its articles: other addresses, and moves where both places are known.

        Read from the captures, as the three may come from three archives, or from a run that was killed.
        """
        session, store, portal = self._session, self._session.store, self._session.profile.name
        aliases = []
        for url, location, status in redirects(store.conn, portal):
            target = join_url(url, location)
            old, new = source_key(url), source_key(target) if target else ""
            if not new or new == old:
                continue
            aliases.append((url, target, new))
            if status in PERMANENT and store.fold_moved(portal, old, new, session.run_id):
                session.note("moved", f"{url} leads to {target}")
        add_aliases(store.conn, portal, aliases, session.run_id, store.now())


def _is_loss(one: Unread) -> bool:
    """True where an archived page that could not be read was, as far as anybody can tell, an article."""
    if one.reason in NOT_ARTICLES or _SYSTEM.search(one.url):
        return False
    return one.is_linked or bool(item_id(one.url)) or one.reason not in NO_ARTICLE


async def read_again(
    session: Session, *, jobs: int, apply: bool, tick: Callable[[], None] = lambda: None
) -> list[dict[str, Any]]:
    """Run extraction over every capture that an article was read from; returns what changes, field by field.

    Each entry: `uid`, `url`, `fields` {name: (stored, new)}; with `apply` the new readings are stored.
    """
    changes: list[dict[str, Any]] = []
    waiting: deque[tuple[int, Page, asyncio.Task[PageReading]]] = deque()

    async def write(job: tuple[int, Page, asyncio.Task[PageReading]]) -> None:
        capture_id, page, task = job
        reading = await task
        session.tally.requests += 1
        article = _article(reading, page, capture_id)
        difference = _difference(session, capture_id, page, reading, article)
        if difference:
            changes.append(difference)
        if apply and article is not None and (difference or _knows_less(session, capture_id, article)):
            session.keep(article, route="" if page.origin == "live" else page.origin)
            session.commit_if_due()
        tick()

    for capture_id, page in iter_captures(session.store.conn, session.profile.name):
        if page.status != 200:
            continue
        waiting.append((capture_id, page, asyncio.create_task(session.read(page, "any"))))
        while len(waiting) > jobs * AHEAD:
            await write(waiting.popleft())
    while waiting:
        await write(waiting.popleft())
    return changes


def _article(reading: PageReading, page: Page, capture_id: int) -> Article | None:
    """The article of a reading as it would be stored; None where there is none, or it would be refused."""
    if reading.article is None:
        return None
    try:
        return validate(normalize(with_capture(reading.article, page, capture_id)))
    except Rejected:
        return None


def _difference(
    session: Session, capture_id: int, page: Page, reading: PageReading, article: Article | None
) -> dict[str, Any] | None:
    """What a new reading of a capture changes; None where it says what is stored."""
    if article is not None and content_of_capture(session.store.conn, capture_id) == article.content_hash:
        return None  # nearly all: the hash is of all FIELDS
    before = reading_of_capture(session.store.conn, capture_id)
    if article is None:
        if before is None:
            return None
        reason = reading.problem.reason if reading.problem else "no article"
        return {"uid": before["uid"], "url": page.url, "fields": {"article": ("stored", reason)}}
    if before is None:
        return {"uid": article.uid, "url": page.url, "fields": {"article": ("none", "new")}}
    now = _comparable(article)
    fields = {name: (before[name], now[name]) for name in FIELDS if before[name] != now[name]}
    return {"uid": article.uid, "url": page.url, "fields": fields} if fields else None


def _knows_less(session: Session, capture_id: int, article: Article) -> bool:
    """True where the stored reading lacks coverage or flags that this one has: an older version knew none."""
    known, flags = coverage.of_capture(session.store.conn, capture_id)
    return flags != list(article.flags) or _plain(known) != _plain(article.coverage)


def _plain(known: Coverage | None) -> Coverage | None:
    """Boxes are stored apart."""
    return replace(known, boxes=()) if known is not None else None


def _comparable(article: Article) -> dict[str, Any]:
    values = asdict(article)
    return {name: list(value) if isinstance(value := values[name], tuple) else value for name in FIELDS}
