"""A host that says "too many requests" is left alone from that moment on, not only once its answer has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.retrying import LONGEST_RETRY_AFTER, retry_after_seconds

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from portal_crawler.session import Session


class HoldMiddleware:
    """Tells the scheduler of each 429; between the answer and its reading further requests would go out."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._least = crawler.settings.getfloat("RETRY_BASE_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HoldMiddleware:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass every answer on."""
        session: Session | None = getattr(self._crawler.spider, "session", None)
        if response.status == 429 and session is not None and session.scheduler is not None:
            said = retry_after_seconds((response.headers.get(b"Retry-After") or b"").decode("latin-1"))
            session.scheduler.hold(host_of(request.url), min(said or self._least, LONGEST_RETRY_AFTER))
        return response
