"""The live spider: sections -> listing pages -> next pages -> articles, each answer captured before it is read."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy import Spider, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider

from pipelines.errors import ConfigurationError, StorageError
from pipelines.normalize import normalize
from portal_crawler.extract.reading import Problem
from portal_crawler.frontier.refresh import plan_refresh
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.retrying import RetryPolicy, retry_after_seconds
from portal_crawler.session import Session, with_capture
from portal_crawler.spiders.arguments import Wish, apply_profile, check_arguments, profile_of
from portal_crawler.spiders.canaries import Canaries
from portal_crawler.spiders.following import Following
from portal_crawler.spiders.media import MediaDesk
from portal_crawler.spiders.probes import Probing
from portal_crawler.spiders.responses import is_permanent, problem_of, to_page
from portal_crawler.spiders.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from pipelines.items import Article, Page
    from portal_crawler.extract.reading import Door, PageReading
    from portal_crawler.frontier.queue import Entry
    from portal_crawler.profile import Profile

logger = logging.getLogger(__name__)

DOORS = ("feed", "sitemap", "lists")


class NewsSpider(Spider):
    """`scrapy crawl news -a portal=NAME [-a since= -a until= -a limit= -a section= -a start_url=]`.

    The database is the setting DATABASE (default data/portal.db).

    Raises:
        ConfigurationError: unknown portal, wrong argument.
        LockedError: another crawl holds the database.
    """

    name = "news"

    def __init__(self, *, session: Session, profile: Profile, arguments: dict[str, str], policy: RetryPolicy) -> None:
        super().__init__(self.name)
        self.session = session
        self.closes_in: float | None = None
        self.profile = profile
        self._wish = Wish.of(arguments)
        self._full = "full" in arguments
        refresh = plan_refresh(
            session.store.conn, profile.name, session.crawl_id, full=self._full, recheck=profile.crawl.recheck
        )
        self._following = Following(session, self._wish, refresh, reach=arguments.get("reach", ""))
        self._trouble = Trouble(session, policy)
        session.media = MediaDesk(session)
        session.walks_whole_lists = not self._wish.is_narrow and not refresh.ground
        session.tally.shape = "narrow" if self._wish.is_narrow else "refresh" if refresh.ground else "whole"
        self._canaries = Canaries(session)
        self._probing = Probing(session, profile.crawl.probe_ids) if session.walks_whole_lists else None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Scrapy's way to make a spider: loads the profile, opens the database, takes over the profile's limits."""
        if args:
            raise ConfigurationError("name the portal by -a portal=NAME")
        session: Session | None = kwargs.pop("session", None)
        profile = session.profile if session else profile_of(kwargs)
        kwargs.pop("portal", None)
        tick = kwargs.pop("tick", None)
        closes_in = kwargs.pop("closes_in", None)
        arguments = {name: str(value) for name, value in sorted(kwargs.items()) if value}
        check_arguments(arguments)
        settings = crawler.settings
        apply_profile(settings, profile)
        if session is None:
            session = Session.open(
                profile, Path(settings.get("DATABASE", "data/portal.db")), spider=cls.name, arguments=arguments
            )
        if not settings["FILES_STORE"]:
            settings.set("FILES_STORE", str(session.store.path.parent / "media"), priority="spider")
        policy = RetryPolicy(
            base=settings.getfloat("RETRY_BASE_DELAY"),
            longest=settings.getfloat("RETRY_MAX_DELAY"),
            attempts=settings.getint("RETRY_ATTEMPTS"),
        )
        spider = cls(session=session, profile=profile, arguments=arguments, policy=policy)
        spider.closes_in = closes_in
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.nothing_left, signal=signals.spider_idle)
        if tick:
            for signal in (signals.response_received, signals.item_scraped):
                crawler.signals.connect(tick, signal=signal, weak=False)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Nothing to yield: the first requests go into the frontier, where a resumed crawl has them already."""
        self.session.warm_up()
        if self.closes_in is not None:
            asyncio.get_running_loop().call_later(self.closes_in, self._close_for_today)
        try:
            self._following.begin()
            self.session.media.begin(leftovers=not self._wish.is_narrow, full=self._full)
        except StorageError as error:
            self.session.storage_failed(error)
            raise CloseSpider("storage") from error
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        """Every answer, whatever its status: capture, read, follow, store."""
        entry: Entry = response.meta["entry"]
        try:
            async for article in self._handle(entry, response):
                yield article
        except StorageError as error:
            self.session.storage_failed(error)
            raise CloseSpider("storage") from error
        except CloseSpider:
            raise
        except Exception as error:
            logger.exception("%s: a mistake of the crawler, written down as this page's failure", entry.url)
            problem = Problem(reason="crawler_error", detail=f"{type(error).__name__}: {error}")
            self._trouble.give_up(entry, problem, stage="read")

    def no_answer(self, failure: Any) -> None:
        """A request that brought no answer: try again later, or a failure row."""
        entry: Entry = failure.request.meta["entry"]
        try:
            self._trouble.settle(entry, problem_of(failure.value), stage="request")
        except StorageError as error:
            self.session.storage_failed(error)
            raise CloseSpider("storage") from error

    def _close_for_today(self) -> None:
        """The hours for crawling are over: what is queued waits for the next crawl."""
        if not self.session.closed and self.crawler.engine is not None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="window"))

    def nothing_left(self) -> None:
        """Everything that lists lead to is read: ask for ids between and above known ones, until none of them is news."""
        if (self._probing is not None and self._probing.queue()) or self._canaries.queue():
            self.session.scheduler.poke()
            raise DontCloseSpider

    async def _handle(self, entry: Entry, response: Response) -> AsyncIterator[Article]:
        if response.status == 304:
            self.session.tally.requests += 1
            self.session.not_modified(entry)
            return
        if entry.kind == "media":
            await self._file(entry, response)
            return
        page = to_page(response, self.profile)
        self.session.tally.requests += 1
        capture_id = self.session.capture(page)
        response.meta["capture_id"] = capture_id
        if entry.kind in DOORS:
            await self._door(entry, page)
            return
        is_list = entry.kind in ("start", "listing")
        reading = await self.session.read(page, "listing" if is_list else "article")
        if entry.kind in ("nowhere", "canary"):
            learn = self.session.learn_nowhere if entry.kind == "nowhere" else self._canaries.judge
            learn(reading)
            self.session.done(entry)
            return
        problem = self._problem(entry, reading)
        if problem and problem.reason == "listing_page" and reading.links:
            is_list, problem = True, None
        if problem:
            # what a bad page still shows is not lost with it
            self._following.links(reading.links, str(entry.context.get("section", "")))
            retry_after = retry_after_seconds(page.header("Retry-After"))
            self._trouble.settle(entry, problem, stage="read", retry_after=retry_after, capture_id=capture_id)
            return
        self._trouble.is_over()
        if is_list:
            self._list(entry, reading)
            return
        article = self._article(entry, response, page, reading)
        if article is not None:
            yield article  # Bookkeeping marks the entry as done when the pipelines have stored it

    async def _file(self, entry: Entry, response: Response) -> None:
        """A picture or document: kept, tried again later, or a failure row; the articles that name it stay as they are."""
        problem = await self.session.media.receive(entry, response)
        if problem is None:
            self._trouble.is_over()
            return
        wait = (response.headers.get("Retry-After") or b"").decode("latin-1")
        self._trouble.settle(entry, problem, stage="media", retry_after=retry_after_seconds(wait))

    def _problem(self, entry: Entry, reading: PageReading) -> Problem | None:
        """What is wrong with a page: what its reading says, or what only the crawl can know."""
        if reading.article and self.session.is_nowhere(reading.article):
            return Problem(reason="soft_404", detail="the same answer as for an address that cannot exist")
        lost = self.session.fields_lost(reading.article) if reading.article else []
        if lost:
            self.session.tally.lost_fields.update(lost)
            return Problem(reason="template_changed", detail=f"the page shows no {', '.join(lost)} any more")
        is_list = entry.kind in ("start", "listing")
        if is_list and not reading.problem and not reading.links and self._must_have_links(entry, reading):
            return Problem(reason="empty_listing", detail="a list that should hold articles shows none")
        if entry.kind == "start" and reading.problem and reading.problem.reason == "empty_shell" and reading.sections:
            return None  # a start page of menus alone
        return reading.problem

    def _must_have_links(self, entry: Entry, reading: PageReading) -> bool:
        """True for the first page of a list; the page behind the last one may well be empty, a menu link no list at all."""
        first = int(entry.context.get("number", 1)) == 1
        return first and not entry.context.get("candidate") and not (entry.kind == "start" and reading.sections)

    def _list(self, entry: Entry, reading: PageReading) -> None:
        if entry.kind == "start":
            self.session.tally.starts_ok += 1
        else:
            self.session.tally.listings_ok += 1
        self.session.tally.lists_read += int(entry.context.get("number", 1)) == 1
        self._following.list_page(entry, reading)
        self.session.done(entry)

    async def _door(self, entry: Entry, page: Page) -> None:
        """A side door: what it shows is followed; a shut one is a finding, as nothing is lost by it."""
        reading = await self.session.read(page, cast("Door", entry.kind))
        if reading.problem:
            self.session.note("side_door_shut", f"{entry.kind} {entry.url}: {reading.problem.reason}")
        self._following.door(entry, reading)
        self.session.done(entry)

    def _article(self, entry: Entry, response: Response, page: Page, reading: PageReading) -> Article | None:
        """The article of a page, on its way to the pipelines; None where it is not of the dates asked for."""
        assert reading.article is not None
        article = with_capture(reading.article, page, response.meta["capture_id"])
        if not self._wish.window.holds(article.published_at):
            self.session.tally.out_of_range += 1
            self.session.done(entry)
            return None
        known = self.session.store.as_known(article)
        if page.requested_url != page.url and source_key(entry.url) not in (article.key, known.key):
            known = self.session.moved(entry.url, normalize(known), for_good=is_permanent(response))
        self._following.article_page(entry, reading)
        self._following.twins(known)
        self._canaries.see(known)
        return known
