"""Scrapy's scheduler on the database's frontier: nothing is handed out twice, nothing is lost with the process."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from portal_crawler.frontier.queue import Entry, Frontier


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
        self._most = crawler.settings.getint("CONCURRENT_REQUESTS")
        self.in_doubt = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take the frontier of the spider's session, which opened the database."""
        self._frontier: Frontier = spider.session.frontier  # type: ignore[attr-defined]
        spider.session.scheduler = self  # type: ignore[attr-defined]
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

        What is fetched but not stored yet counts as in flight: it is what a killed process has to fetch again.
        """
        if self._detours:
            return self._detours.pop(0)
        if self._frontier.in_flight >= self._most:
            return None
        now = time.time()
        self._held = {host: until for host, until in self._held.items() if until > now}
        entry = self._frontier.next(now, tuple(self._held), tried_only=self.in_doubt)
        return to_request(entry, self._no_answer) if entry else None

    def retry(self, entry: Entry, delay: float, *, hold_host: bool = False) -> None:
        """Try an entry again after `delay` seconds; with `hold_host` the host is not asked anything before."""
        not_before = time.time() + delay
        self._frontier.wait(entry.id, not_before)
        if hold_host:
            self._held[entry.host] = max(not_before, self._held.get(entry.host, 0.0))
        self._wake_after(delay)

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
