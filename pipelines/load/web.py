"""Requests to one web site: one at a time, rate-limited, tried again while the site is busy, redirects told and not followed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3

from pipelines.errors import SourceError
from pipelines.retry import SERVICE, Patience, retry_call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Of these, what speaks of the whole site and not of one page.
BUSY = frozenset({429, 503})


class TargetDownError(SourceError):
    """The target gave no usable answer; worth another try.

    `retry_after` in seconds where it asked for a pause, `status` where it answered at all (else 0).
    """

    def __init__(self, message: str, retry_after: float | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class Fetched(NamedTuple):
    """What a reader gets: the status, where it leads (the header as written, else empty), the bytes."""

    status: int
    location: str
    body: bytes


class Web:
    """`rate` is the most requests a second (0: no limit). `timeout` in seconds for one answer."""

    def __init__(self, site: str, *, rate: float = 5.0, timeout: float = 60.0, patience: Patience = SERVICE) -> None:
        self.site = site.rstrip("/")
        self.requests = 0
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(timeout), retries=False, maxsize=1)
        self._pause = 1 / rate if rate else 0.0
        self._patience = patience
        self._next = 0.0

    def fetch(self, url: str) -> Fetched:
        """Any address of the site as a reader gets it, errors of a page included.

        Raises:
            TargetDownError: no answer after all tries.
        """
        try:
            answer = self.again(lambda: self.ask("GET", url, None, {}, BUSY))
        except TargetDownError as down:
            if down.status:
                return Fetched(down.status, "", b"")
            raise
        return Fetched(answer.status, answer.headers.get("Location", ""), answer.data)

    def again(self, once: Callable[[], Any]) -> Any:
        """Call, and call again while the target is down."""
        return retry_call(once, on=(TargetDownError,), patience=self._patience)

    def ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        transient: frozenset[int] = TRANSIENT,
    ) -> urllib3.BaseHTTPResponse:
        """One request, when its turn has come.

        Raises:
            TargetDownError: no answer, or a status that may pass.
        """
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._pause
        self.requests += 1
        try:
            answer = self._pool.request(method, url, body=body, headers=dict(headers), redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise TargetDownError(
                f"{self.site}: does not answer ({error}); see to it and run the same command again"
            ) from error
        if answer.status in transient:
            asked = answer.headers.get("Retry-After", "")
            pause = float(asked) if asked.isdecimal() else None
            raise TargetDownError(
                f"{url}: answered {answer.status}; run the same command again later", pause, answer.status
            )
        return answer
