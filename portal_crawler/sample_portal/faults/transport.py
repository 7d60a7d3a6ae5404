"""Faults of rows B: the server answers badly a few times, then well."""

from __future__ import annotations

import gzip
import random
from dataclasses import replace
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING

from portal_crawler.sample_portal import error_pages
from portal_crawler.sample_portal.exchange import Response, page
from portal_crawler.sample_portal.faults.registry import Call, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal_crawler.sample_portal.exchange import Stream

#: Seconds a client is told to wait; short, so that tests are.
PATIENCE = 2
#: Seconds a stalled answer holds its connection: longer than any client should wait.
STALL = 300.0


def _status(code: int) -> Callable[[Response, Call], Response]:
    def answer(_good: Response, _call: Call) -> Response:
        return page(
            f"<html><head><title>{code}</title></head><body><h1>HTTP Error {code}</h1></body></html>", code, "error"
        )

    return answer


def _retry_seconds(_good: Response, _call: Call) -> Response:
    return page("<h1>Service Unavailable</h1>", 503, "error").with_header("Retry-After", str(PATIENCE))


def _retry_date(_good: Response, _call: Call) -> Response:
    moment = formatdate(time() + PATIENCE, usegmt=True)
    return page("<h1>Service Unavailable</h1>", 503, "error").with_header("Retry-After", moment)


def _too_many(_good: Response, _call: Call) -> Response:
    return page("<h1>Too Many Requests</h1>", 429, "error").with_header("Retry-After", str(PATIENCE))


def _half(body: bytes) -> bytes:
    """The first half of a page, cut inside its text."""
    return body[: len(body) * 6 // 10]


def _reset(good: Response, _call: Call) -> Response:
    return replace(good, stream=_once(good.head(len(good.body)) + _half(good.body)), end="reset")


def _early_close(good: Response, _call: Call) -> Response:
    return replace(good, stream=_once(good.head(len(good.body)) + _half(good.body)), end="close")


def cut(good: Response, _call: Call) -> Response:
    """HTTP is content: the length fits, but the page ends in mid-text."""
    return good.with_body(_half(good.body))


def _cut_gzip(good: Response, _call: Call) -> Response:
    packed = gzip.compress(good.body, 6)
    return good.with_body(packed[: len(packed) * 6 // 10]).with_header("Content-Encoding", "gzip")


def _cut_chunks(good: Response, _call: Call) -> Response:
    head = good.with_header("Transfer-Encoding", "chunked").head()
    piece = _half(good.body)
    return replace(good, stream=_once(head + f"{len(piece):x}\r\n".encode() + piece + b"\r\n"), end="close")


def _drip(good: Response, _call: Call) -> Response:
    """Slow loris: a byte every half second, for ever."""

    def stream() -> Iterator[tuple[bytes, float]]:
        yield good.head(len(good.body)) + good.body[:200], 0.5
        for at in range(200, len(good.body)):
            yield good.body[at : at + 1], 0.5

    return replace(good, stream=stream, end="close")


def _stall_midway(good: Response, _call: Call) -> Response:
    def stream() -> Iterator[tuple[bytes, float]]:
        yield good.head(len(good.body)) + _half(good.body), STALL

    return replace(good, stream=stream, end="close")


def _no_answer(good: Response, _call: Call) -> Response:
    def stream() -> Iterator[tuple[bytes, float]]:
        yield b"", STALL

    return replace(good, stream=stream, end="close")


def _garbage(good: Response, call: Call) -> Response:
    return replace(good, stream=_once(random.Random(call.dice).randbytes(4096)), end="close")


def _huge_headers(good: Response, _call: Call) -> Response:
    for number in range(128):
        good = good.with_header(f"X-Padding-{number}", "x" * 8192)
    return good


def _empty(good: Response, _call: Call) -> Response:
    return good.with_body(b"")


def _once(data: bytes) -> Stream:
    def stream() -> Iterator[tuple[bytes, float]]:
        yield data, 0.0

    return stream


def _mixed(good: Response, call: Call) -> Response:
    """One of the quick faults, chosen by address and turn."""
    makers = [fault.answer for fault in FAULTS if fault.name in _QUICK and fault.answer]
    return makers[(call.dice + call.before * 7) % len(makers)](good, call)


_QUICK = frozenset(
    {
        "http_500", "http_502", "reset", "early_close", "cut", "cut_gzip", "cut_chunks", "garbage", "empty",
        "sp_error", "sp_error_vi", "yellow_page", "maintenance",
    }
)  # fmt: skip


def _fault(name: str, row: str, summary: str, answer: Callable[[Response, Call], Response]) -> Fault:
    return Fault(name=name, row=row, summary=summary, passing=True, answer=answer)


FAULTS = (
    _fault("http_500", "B1 B11", "500 first", _status(500)),
    _fault("http_502", "B1 B11", "502 first", _status(502)),
    _fault("retry_after", "B2 B11", "503 with Retry-After in seconds", _retry_seconds),
    _fault("retry_date", "B2 B11", "503 with Retry-After as HTTP-date", _retry_date),
    _fault("too_many", "B2 B11", "429 with Retry-After", _too_many),
    _fault("reset", "B3 B11", "connection reset in mid-text", _reset),
    _fault("early_close", "B3 B11", "connection closed in mid-text", _early_close),
    _fault("cut", "B4 B11", "Content-Length too small: the page ends in mid-text", cut),
    _fault("cut_gzip", "B5 B11", "gzip stream cut off, Content-Length right", _cut_gzip),
    _fault("cut_chunks", "B6 B11", "chunked body without its end", _cut_chunks),
    _fault("drip", "B7 B11", "slow loris: a byte every half second", _drip),
    _fault("stall", "B7 B11", "nothing more after half the page", _stall_midway),
    _fault("no_answer", "B7 B11", "no answer at all", _no_answer),
    _fault("garbage", "B8 B11", "random bytes for a status line", _garbage),
    _fault("huge_headers", "B8 B11", "1 MiB of headers", _huge_headers),
    _fault("empty", "B8 B11", "200 with nothing in it", _empty),
    _fault("sp_error", "B9 B11", "SharePoint's error page with status 200", lambda _good, _call: error_pages.went_wrong(200)),
    _fault("sp_error_vi", "B9 B11", "the same in Vietnamese", lambda _good, _call: error_pages.went_wrong(200, vietnamese=True)),
    _fault("yellow_page", "B9 B11", "ASP.NET's yellow page with status 200", lambda _good, _call: error_pages.yellow("Runtime Error", 200)),
    _fault("maintenance", "B9 B11", "'Hệ thống đang bảo trì' with status 200", lambda _good, _call: error_pages.maintenance()),
    _fault("mixed", "B12 A2", "one of the above (but those that only cost time), by chance", _mixed),
)  # fmt: skip
