"""Fetches over HTTP(S), but not for as long as an answer may take once the crawl was asked to stop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadTimeoutError

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
        answer = asyncio.ensure_future(super().download_request(request))
        left = GRACE
        try:
            while not (await asyncio.wait({answer}, timeout=LOOK))[0]:
                left = left - LOOK if self._is_stopping() else GRACE
                if left <= 0:
                    raise DownloadTimeoutError(f"{request.url}: not waited for, as the crawl was stopped")  # noqa: TRY301 - the answer is cancelled below, as after any other end
        except BaseException:
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)  # else asyncio would complain of an error nobody saw
            raise
        finally:
            if session is not None:
                session.pace.answered(sent)
        return answer.result()

    def _is_stopping(self) -> bool:
        engine = self._crawler.engine
        return engine is not None and not engine.running
