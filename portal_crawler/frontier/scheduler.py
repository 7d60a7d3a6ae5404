"""Scrapy's scheduler on the database's frontier: nothing is handed out twice, nothing is lost with the process."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from pipelines.errors import LockedError, StorageError
from portal_crawler.bookkeeping import Bookkeeping
from portal_crawler.platforms.sharepoint.addresses import host_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from portal_crawler.frontier.queue import Entry, Frontier
    from portal_crawler.session import Session


class FrontierScheduler(BaseScheduler):
    """Hands out what the frontier holds. The spider must have a `session` (portal_crawler/session.py).

    A request's `meta["entry"]` is its Entry. Requests that come back with one (redirects) go on under the same
    entry, so that one frontier row is finished by exactly one answer. While `in_doubt` only what was tried before is
    handed out.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._detours: list[Request] = []
        self._held: dict[str, float] = {}
        self.in_doubt = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take the frontier of the spider's session, which opened the database."""
        self._session: Session = spider.session  # type: ignore[attr-defined]
        self._session.scheduler = self
        self._most, self._most_undurable = _limits(self._crawler.settings, len(self._session.profile.hosts))
        self._frontier: Frontier = self._session.frontier
        self._no_answer: Any = spider.no_answer  # type: ignore[attr-defined]
        earliest = self._frontier.wake(time.time())
        if earliest is not None:
            self._wake_after(earliest - time.time())

    def close(self, reason: str) -> None:
        """Nothing to do: the session closes the database."""

    def has_pending_requests(self) -> bool:
        """True while requests are left, the ones that wait for their next try included."""
        return bool(self._detours) or self._frontier.pending

    def enqueue_request(self, request: Request) -> bool:
        """Queue a new request, or let one that was redirected go on at once."""
        if request.meta.get("entry_id"):
            self._detours.append(request)
            return True
        entry: Entry = request.meta["entry"]
        return self._frontier.add(entry)

    def next_request(self) -> Request | None:
        """The next request that politeness allows now.

        What is fetched but not stored yet counts as in flight: it is what a killed process has to fetch again. Nothing
        waits in the downloader's own queues, where no 429 would hold it back.
        """
        if self._detours:
            return self._detours.pop(0)
        try:
            entry = self._next_entry()
        except (StorageError, LockedError) as error:
            bookkeeping = self._crawler.get_extension(Bookkeeping)
            assert bookkeeping is not None
            bookkeeping.stop_for_storage(error)
            return None
        return to_request(entry, self._no_answer) if entry else None

    def _next_entry(self) -> Entry | None:
        frontier = self._frontier
        if frontier.loose and frontier.loose + frontier.in_flight >= self._most_undurable:
            self._session.commit()  # no more than this may be fetched twice
        if frontier.in_flight >= self._most:
            return None
        now = time.time()
        self._held = {host: until for host, until in self._held.items() if until > now}
        hosts = (*self._held, *self._busy())
        entry = frontier.next(now, hosts, tried_only=self.in_doubt)
        if entry is None and self.in_doubt and frontier.nothing_under_way:
            entry = frontier.next(now, hosts)  # nothing is left that was tried before: only a new one can end the doubt
        if entry is None and frontier.loose:
            self._session.commit_if_due()  # the next page may be minutes away
        return entry

    def retry(self, entry: Entry, delay: float, *, hold_host: bool = False) -> None:
        """Try an entry again after `delay` seconds; with `hold_host` the host is not asked anything before."""
        self._frontier.wait(entry.id, time.time() + delay)
        if hold_host:
            self.hold(entry.host, delay)
        self._wake_after(delay)

    def hold(self, host: str, seconds: float) -> None:
        """Ask a host nothing for some seconds."""
        self._held[host] = max(time.time() + seconds, self._held.get(host, 0.0))
        self._wake_after(seconds)

    def _busy(self) -> set[str]:
        """The hosts that are being asked as many things at once as they may be."""
        engine = self._crawler.engine
        if engine is None:
            return set()
        asked = Counter(host_of(request.url) for request in engine.downloader.active)
        return {host for host, number in asked.items() if number >= engine.downloader.domain_concurrency}

    def poke(self) -> None:
        """Make the engine ask for requests now."""
        engine = self._crawler.engine
        # The engine looks for requests by itself only every five seconds; this is the call that it makes after each answer.
        slot: Any = engine._slot if engine is not None else None  # noqa: SLF001
        if slot is not None:
            slot.nextcall.schedule()

    def _wake_after(self, delay: float) -> None:
        asyncio.get_running_loop().call_later(delay + 0.01, self._wake)

    def _wake(self) -> None:
        if not self._crawler.spider.session.closed:  # type: ignore[union-attr]
            self._frontier.wake(time.time())
            self.poke()


def _limits(settings: BaseSettings, hosts: int) -> tuple[int, int]:
    """How many requests may be handed out and not stored yet, and not durable yet; of both as few as keep everything busy.

    Those on the wire, one being read, one waiting for that: three where one thing is asked at a time. One commit for
    each page is dear where several are, so there twice as many again may be stored and not durable.
    """
    wire = hosts * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    most = min(settings.getint("CONCURRENT_REQUESTS"), wire + 2)
    return most, max(most, 3 * wire)


def to_request(entry: Entry, no_answer: Any) -> Request:
    """The Scrapy request of an entry; `no_answer` is called where none comes."""
    return Request(
        entry.url,
        method=entry.method,
        body=entry.body,
        headers=dict(entry.headers),
        dont_filter=True,
        errback=no_answer,
        meta={"entry": entry, "entry_id": entry.id},
    )
