"""From Scrapy's answers and errors to pages and problems."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from pipelines.items import Page
from pipelines.storage.moves import PERMANENT
from portal_crawler.extract.reading import Problem
from portal_crawler.middlewares.guard import Refused

if TYPE_CHECKING:
    from scrapy.http import Response

    from portal_crawler.profile import Profile

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "cut_short"),
    (DownloadFailedError, "connection_lost"),
    (DownloadCancelledError, "too_large"),
    (UnsupportedURLSchemeError, "bad_scheme"),
)


def to_page(response: Response, profile: Profile) -> Page:
    """The answer as a Page, stamped with the portal's own time."""
    request = response.request
    asked = response.meta.get("redirect_urls", [])
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Page(
        url=response.url,
        body=response.body,
        status=response.status,
        headers=headers,
        captured_at=datetime.now(ZoneInfo(profile.dates.timezone)).isoformat(timespec="seconds"),
        origin="live",
        requested_url=asked[0] if asked else response.url,
        redirects=tuple(asked[1:]),
        method=request.method if request is not None else "GET",
        request_body=request.body if request is not None else b"",
    )


def is_permanent(response: Response) -> bool:
    """True where every redirect on the way to this answer was one for good."""
    reasons = response.meta.get("redirect_reasons", [])
    return bool(reasons) and PERMANENT.issuperset(reasons)


def problem_of(error: BaseException) -> Problem:
    """Why a request brought no answer."""
    if isinstance(error, Refused):
        return Problem(reason=error.reason, detail=error.detail)
    detail = f"{type(error).__name__}: {error}"[:500]
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return Problem(reason=reason, detail=detail)
    if isinstance(error, IgnoreRequest):
        text = str(error)
        if "DOWNLOAD_MAXSIZE" in text:
            return Problem(reason="too_large", detail=text[:500])
        if "redirections" in text:
            return Problem(reason="redirect_loop", detail=text[:500])
        return Problem(reason="ignored", detail=text[:500])
    return Problem(reason="connection_lost", detail=detail)
