"""Asks a web archive politely: one request at a time, with pauses, limits and patience with what can pass.

urllib3 and not the `wayback` package: that one can ask no other server than the Internet Archive's, keeps whole bodies in
memory without a limit, patches urllib3 for the whole process, and has its own retries beside ours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from pipelines.errors import ConfigurationError, Rejected
from pipelines.retry import SERVICE, retry_call
from portal_crawler import __version__
from portal_crawler.retrying import retry_after_seconds
from portal_crawler.sources.decode import read_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3 import BaseHTTPResponse


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the archive; `body` is decoded, or raw (`raw=True`) as the archived server sent it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value that is not empty, compared without letter case."""
        return next((value for key, value in self.headers if key.lower() == name and value.strip()), "")

    @property
    def is_memento(self) -> bool:
        """True where the answer is an archived one, whose status is then that of the archived server."""
        return bool(self.header("memento-datetime"))


class Passing(Exception):  # noqa: N818 - no verdict on anything: the next try may mend it
    """A problem that another try may mend; `retry_after` seconds were asked for, None where nothing was said."""

    def __init__(self, reason: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after


class ArchiveServer:
    """One archive, asked by one process. `delay` and `timeout` are seconds; the whole answer takes three timeouts at most.

    Raises:
        ConfigurationError: `base` is no http(s) address.
    """

    def __init__(
        self,
        base: str,
        *,
        contact: str = "",
        delay: float = 1.0,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
            raise ConfigurationError(f"--server {base!r} is no http(s) address, such as https://web.archive.org")
        self.base = base.rstrip("/")
        self._delay, self._timeout, self._sleep = delay, timeout, sleep
        self._free_at = 0.0
        agent = f"portal-crawler/{__version__}" + (f" (+{contact})" if contact else "")
        self._pool = urllib3.PoolManager(
            num_pools=1,
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
            retries=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def get(self, reference: str, max_bytes: int) -> Answer:
        """The answer to an address of this archive, redirects as they are.

        Raises:
            Passing: it could not be had after all tries.
            Rejected: too large, or its encoding is damaged.
        """
        url = urljoin(f"{self.base}/", reference)
        return retry_call(lambda: self._ask(url, max_bytes), on=(Passing,), patience=SERVICE, sleep=self._sleep)

    def _ask(self, url: str, max_bytes: int) -> Answer:
        pause = self._free_at - time.monotonic()
        if pause > 0:
            self._sleep(pause)
        try:
            response = self._pool.request("GET", url, redirect=False, preload_content=False, decode_content=False)
        except HTTPError as error:
            raise Passing(_reason(error), f"{url}: {error}") from error
        finally:
            self._free_at = time.monotonic() + self._delay
        try:
            return self._read(response, url, max_bytes)
        except HTTPError as error:
            raise Passing("cut_short", f"{url}: {error}") from error
        finally:
            response.close()

    def _read(self, response: BaseHTTPResponse, url: str, max_bytes: int) -> Answer:
        headers = tuple(response.headers.items())
        answer = Answer(url, response.status, headers, b"")
        if not answer.is_memento and (answer.status == 429 or answer.status >= 500):
            wait = retry_after_seconds(answer.header("retry-after"))
            raise Passing(f"http_{answer.status}", f"{url}: the archive asks for patience", wait)
        stream = _Deadline(response, self._timeout * 3)
        raw = read_body(stream, "", max_bytes)
        encoding = answer.header("content-encoding") or answer.header("x-archive-orig-content-encoding")
        try:
            body = read_body(BytesIO(raw), encoding, max_bytes)
        except Rejected as error:
            if error.reason == "cut_short" and not answer.is_memento:
                raise Passing("cut_short", f"{url}: {error.detail}") from error
            raise
        return Answer(url, answer.status, headers, body)


class _Deadline:
    """A response that must be over in time, however slowly it drips."""

    def __init__(self, response: BaseHTTPResponse, seconds: float) -> None:
        self._response = response
        self._until = time.monotonic() + seconds

    def read(self, size: int) -> bytes:
        if time.monotonic() > self._until:
            raise Passing("timeout", "the answer takes too long")
        return self._response.read(size, decode_content=False)


def _reason(error: HTTPError) -> str:
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "dns"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "connection_refused"
    return "timeout" if isinstance(error, urllib3.exceptions.TimeoutError) else "connection_lost"
