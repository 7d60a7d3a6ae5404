"""Asks for a known article only if it changed, where the portal's validators have proved honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from portal_crawler.session import Session


class ConditionalMiddleware:
    """Adds If-None-Match and If-Modified-Since to requests for articles (not with `--full`)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the conditions where they may be trusted."""
        entry = request.meta.get("entry")
        session: Session | None = getattr(self._crawler.spider, "session", None)
        if entry is None or entry.kind != "article" or session is None or session.walks_whole_lists:
            return
        if session.validators.trusted:
            for name, value in session.validators.conditions(request.url).items():
                request.headers[name] = value
