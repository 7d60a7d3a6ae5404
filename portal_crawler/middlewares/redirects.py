"""Redirects: they go into the WARC file, as an archive without them has dead links, and tell nobody where we come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.spidermiddlewares.referer import RefererMiddleware

from portal_crawler.spiders.responses import to_page

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from portal_crawler.session import Session


class NoReferer(RefererMiddleware):
    """Scrapy's redirect middleware wants a referer middleware; this one names no page, whatever policy a portal sends.

    What spiders yield does not pass through it.
    """

    process_spider_output = None  # type: ignore[assignment] # so does Scrapy know that a middleware has no such method
    process_spider_output_async = None  # type: ignore[assignment]

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:  # noqa: ARG002 - Scrapy's signature
        """Pass a request on as it is."""
        return request


class RedirectRecordMiddleware:
    """Writes each answer that redirects, where the run writes a WARC file."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RedirectRecordMiddleware:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass every answer on; record redirects."""
        session: Session | None = getattr(self._crawler.spider, "session", None)
        if session is not None and session.warc is not None and response.status in (301, 302, 303, 307, 308):
            # the body of a redirect is a courtesy sentence; a compressed one is left out rather than recorded undecoded
            body = b"" if response.headers.get(b"Content-Encoding") else response.body
            session.write_warc(to_page(response.replace(body=body, request=request), session.profile))
        return response
