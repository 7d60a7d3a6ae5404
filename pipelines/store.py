"""The last item pipeline: an Article goes into the database, in the transaction of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pipelines.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Keeper(Protocol):
    """What the pipeline needs of a run: somewhere to put articles."""

    def keep(self, article: Article, *, route: str = "") -> str:
        """Store an article; "new", "changed", "unchanged" or "older_revision"."""
        ...


class StorePipeline:
    """Stores every Article; other items pass. A StorageError goes up: the crawl then stops and loses nothing."""

    def __init__(self, keeper: Keeper | None = None, crawler: Crawler | None = None) -> None:
        self._keeper = keeper
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Scrapy's way to make a component; the spider's session is the keeper."""
        return cls(crawler=crawler)

    def process_item(self, item: Any) -> Any:
        """Store an article and hand it on, for feed exports."""
        if isinstance(item, Article):
            keeper: Keeper = self._keeper or self._crawler.spider.session  # type: ignore[union-attr]
            keeper.keep(item)
        return item
