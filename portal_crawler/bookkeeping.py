"""Ties Scrapy's signals to the session: an entry is done when its article is stored, failed when it was refused."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals

from pipelines.errors import LockedError, Rejected, StorageError
from pipelines.items import Failure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from portal_crawler.frontier.queue import Entry
    from portal_crawler.session import Session

logger = logging.getLogger(__name__)


def _is_news(record: logging.LogRecord) -> bool:
    """False for Scrapy's traceback of a storage error: the verdict says it in one line."""
    return not (record.exc_info and isinstance(record.exc_info[1], StorageError))


class Bookkeeping:
    """A Scrapy extension for spiders that have a `session`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        logging.getLogger("scrapy.core.scraper").addFilter(_is_news)
        for handler, signal in (
            (self.item_scraped, signals.item_scraped),
            (self.item_dropped, signals.item_dropped),
            (self.item_error, signals.item_error),
            (self.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Bookkeeping:
        """Scrapy's way to make a component."""
        return cls(crawler)

    @property
    def _session(self) -> Session:
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        return session

    def item_scraped(self, response: Response) -> None:
        """The article went through all pipelines: its page is done."""
        self._guarded(self._session.done, response)

    def item_dropped(self, response: Response, exception: Exception) -> None:
        """A pipeline refused the article: its page is a failure row."""
        cause = exception.__cause__
        reason, detail = (cause.reason, cause.detail) if isinstance(cause, Rejected) else ("dropped", str(exception))
        self._fail(response, "validate", reason, detail)

    def item_error(self, response: Response, failure: Any) -> None:
        """A pipeline broke: a storage error ends the crawl, anything else is this page's failure."""
        error = failure.value
        if isinstance(error, StorageError | LockedError):
            self.stop_for_storage(error)
        else:
            self._fail(response, "store", "pipeline_error", f"{type(error).__name__}: {error}")

    async def spider_closed(self, reason: str) -> None:
        """Judge the run and close the database."""
        await self._session.close(reason)

    def stop_for_storage(self, error: Exception) -> None:
        """End the crawl: nothing can be made durable any more."""
        if self._session.storage_failed(error) and self._crawler.engine is not None:
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="storage"))

    def _fail(self, response: Response, stage: str, reason: str, detail: str) -> None:
        capture_id = response.meta.get("capture_id")

        def write(entry: Entry) -> None:
            failure = Failure(url=entry.url, stage=stage, reason=reason, detail=detail[:500], capture_id=capture_id)
            self._session.fail(entry, failure)

        self._guarded(write, response)

    def _guarded(self, write: Any, response: Response) -> None:
        try:
            write(response.meta["entry"])
        except (StorageError, LockedError) as error:
            self.stop_for_storage(error)
