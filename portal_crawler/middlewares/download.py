"""Fetches over HTTP(S), but not for as long as an answer may take once the crawl was asked to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadTimeoutError

from portal_crawler.watching import Watch

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from portal_crawler.session import Session

#: Seconds that an answer under way still has after a request to stop (Ctrl-C), and between two looks.
GRACE = 5.0
LOOK = 1.0


class StoppableDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler waits for the last answer up to DOWNLOAD_TIMEOUT, longer than anybody waits for a Ctrl-C."""

    async def download_request(self, request: Request) -> Response:
        """The answer.

        Raises:
            DownloadTimeoutError: the crawl was stopped meanwhile; the frontier still holds the request.
        """
        session: Session | None = getattr(self._crawler.spider, "session", None)
        sent = session.pace.sending(request.url) if session is not None else 0.0
        left = GRACE

        def is_over() -> bool:
            nonlocal left
            left = left - LOOK if self._is_stopping() else GRACE
            return left <= 0

        watch = Watch(LOOK, is_over)
        try:
            async with watch:
                return await super().download_request(request)
        except TimeoutError as error:
            if not watch.ended_it:
                raise
            raise DownloadTimeoutError(f"{request.url}: not waited for, as the crawl was stopped") from error
        finally:
            if session is not None:
                session.pace.answered(sent)

    def _is_stopping(self) -> bool:
        engine = self._crawler.engine
        return engine is not None and not engine.running
