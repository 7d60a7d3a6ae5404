"""robots.txt as RFC 9309 means it: a server that cannot answer for it is not crawled until it can; Crawl-delay is kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from portal_crawler.middlewares.guard import Refused
from portal_crawler.spiders.responses import problem_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

#: The longest Crawl-delay that we take for meant, in seconds.
LONGEST_DELAY = 60.0


class StrictRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy takes an error for "all allowed"; RFC 9309 section 2.3.1.4 takes an unreachable file for "all disallowed".

    A file that could not be had is asked for again by the next request, so that one bad moment costs no crawl.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host.

        Raises:
            Refused: they cannot be had; the reason is "robots_unavailable", or why the host cannot be reached.
        """
        parser = await super().robot_parser(request)
        if isinstance(parser, _Unknown):
            netloc = urlsplit(request.url).netloc
            if self._parsers.get(netloc) is parser:  # others that waited for the same file come here too
                del self._parsers[netloc]
            raise Refused(parser.reason, parser.detail)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._unavailable(netloc, "robots_unavailable", f"robots.txt answers {response.status}")
            return
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(
            exc, IgnoreRequest
        ):  # it leads to a login page or another host: no rules, as where there is no file
            super()._robots_error(exc, netloc)
            return
        problem = problem_of(exc)
        self._unavailable(netloc, problem.reason, f"robots.txt cannot be had: {problem.detail}")

    def _unavailable(self, netloc: str, reason: str, detail: str) -> None:
        waiting: Any = self._parsers[netloc]
        unknown = _Unknown(reason, detail)
        self._parsers[netloc] = unknown  # type: ignore[assignment]
        waiting.callback(unknown)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what robots.txt disallows; keep its Crawl-delay.

        Raises:
            Refused: reason "robots_disallowed".
        """
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Refused("robots_disallowed", f"robots.txt disallows {request.url}") from error
        self._keep_delay(rp, request)

    def _keep_delay(self, rp: Any, request: Request) -> None:
        """Slow the host's download slot down to the Crawl-delay, never speed it up."""
        parser = getattr(rp, "rp", None)
        wanted = parser.crawl_delay(self._default_useragent) if parser is not None else None
        engine = self.crawler.engine
        if not wanted or engine is None:
            return
        _, slot = engine.downloader._get_slot(request)  # noqa: SLF001 - as Scrapy's AutoThrottle does
        slot.delay = max(slot.delay, min(float(wanted), LONGEST_DELAY))


class _Unknown:
    """Stands for the robots.txt that a server could not give."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail


#: Scrapy reports every robots.txt that it cannot have as an error with a traceback; here it is a failure row.
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
