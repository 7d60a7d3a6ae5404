"""Faults of rows C and F2: the server fails for good."""

from __future__ import annotations

import base64
import gzip
import struct
import zlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from portal_crawler.sample_portal import error_pages
from portal_crawler.sample_portal.exchange import Response, page, redirect
from portal_crawler.sample_portal.faults.registry import Call, Fault
from portal_crawler.sample_portal.faults.transport import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GIBIBYTE = 2**30
#: CRC-32 of 2**30 zero bytes.
_ZERO_CRC = 0x5B64C2B0
#: 2**30 zero bytes in brotli, 841 bytes; deflated once more because the stream repeats itself.
_BROTLI = (
    "c-lMv|9|}tb%sY99TdL*oB#j+{}28QM-mwu-u<-)avsiS=s2vzaQAopzyJRa+cOHZvoh@Z{{PSa|Lyfm3VhrQCGY?L{QsZ-KZ}Em7{iNu|3Cl#FaM9T!"
    "9s`O!ruSS|NpoDBg{}3!LXqE|9PlI8yFmLS;RDI(Wpg3)FOKTR_Nxa"
)


def _forbidden(_good: Response, _call: Call) -> Response:
    return page(
        "<html><head><title>403 Forbidden</title></head><body><h1>403 FORBIDDEN</h1></body></html>", 403, "error"
    )


def _failing(_good: Response, _call: Call) -> Response:
    return error_pages.went_wrong(500)


def _sign_in(_good: Response, call: Call) -> Response:
    return error_pages.sign_in(call.request.target)


def _loop(_good: Response, call: Call) -> Response:
    path, _, query = call.request.target.partition("?")
    turn = 1 - int(call.request.query.get("vong", "0") or 0)
    kept = "&".join(pair for pair in query.split("&") if pair and not pair.startswith("vong="))
    return redirect(f"{path}?{kept + '&' if kept else ''}vong={turn}")


def _other_host(_good: Response, call: Call) -> Response:
    """The same machine by another port, and by every name that hides it."""
    port = call.elsewhere.rpartition(":")[2]
    names = ("127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]")
    return redirect(f"http://{names[call.dice % len(names)]}:{port}{call.request.target}")


def _meta_refresh(_good: Response, call: Call) -> Response:
    target = f"{call.elsewhere}{call.request.target}".replace("&", "&amp;")
    return page(
        f'<html><head><meta http-equiv="refresh" content="0;url={target}"><title>Chuyển trang</title></head><body></body></html>'
    )


def _to_file(_good: Response, _call: Call) -> Response:
    return redirect("file:///etc/passwd")


def _gzip_bomb(good: Response, _call: Call) -> Response:
    return good.with_body(gzip_zeros()).with_header("Content-Encoding", "gzip")


def _brotli_bomb(good: Response, _call: Call) -> Response:
    return good.with_body(zlib.decompress(base64.b85decode(_BROTLI))).with_header("Content-Encoding", "br")


def _zstd_bomb(good: Response, _call: Call) -> Response:
    return good.with_body(zstd_zeros()).with_header("Content-Encoding", "zstd")


def _huge_page(good: Response, _call: Call) -> Response:
    """50 MB of true page: the article followed by a very long comment."""

    def stream() -> Iterator[tuple[bytes, float]]:
        end = b"</body></html>"
        text = good.body.removesuffix(end)
        padding = b"<!-- " + b"x" * (1024 * 1024 - 9) + b" -->"
        yield good.head(len(text) + 50 * len(padding) + len(end)) + text, 0.0
        for _ in range(50):
            yield padding, 0.0
        yield end, 0.0

    return replace(good, stream=stream)


@cache
def gzip_zeros() -> bytes:
    """A gigabyte of zeros in a megabyte of gzip: one flushed block of a mebibyte, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    head = gzip.compress(b"", 9, mtime=0)[:10]
    return head + block * 1024 + end + struct.pack("<II", _ZERO_CRC, GIBIBYTE % 2**32)


@cache
def zstd_zeros() -> bytes:
    """A gigabyte of zeros in 32 kB of Zstandard: 8,192 run-length blocks of 128 KiB (RFC 8878)."""
    size = 128 * 1024
    head = bytes.fromhex("28b52ffd") + b"\x00" + bytes([0x38])
    blocks = GIBIBYTE // size
    middle = struct.pack("<I", size << 3 | 1 << 1)[:3] + b"\x00"
    last = struct.pack("<I", size << 3 | 1 << 1 | 1)[:3] + b"\x00"
    return head + middle * (blocks - 1) + last


def _listing_hole(good: Response, call: Call) -> Response:
    section = call.portal.section_of(call.request)
    return (
        error_pages.went_wrong(500)
        if section is not None and call.portal.page_number(section, call.request) == 3
        else good
    )


def _only_one_left(good: Response, call: Call) -> Response:
    first = call.portal.world.live[0]
    return good if call.item is not None and call.item.index == first.index else error_pages.not_found()


def _soft_missing(good: Response, _call: Call) -> Response:
    """The vendor's page for an unknown id, with status 200, wherever the portal would answer 404."""
    return error_pages.no_such_article() if good.status in (404, 410) else good


def _fault(
    name: str, row: str, summary: str, answer: Callable[[Response, Call], Response], scope: str = "article"
) -> Fault:
    return Fault(name=name, row=row, summary=summary, scope=scope, answer=answer)  # type: ignore[arg-type]


FAULTS = (
    _fault("always_500", "C1 F2", "always 500", _failing),
    _fault("always_403", "C1", "always 403", _forbidden),
    _fault("always_error", "C1", "always the error page with status 200", lambda _good, _call: error_pages.went_wrong(200)),
    _fault("always_cut", "C1", "always cut in mid-text", cut),
    _fault("not_found", "C2", "404 although listed", lambda _good, _call: error_pages.not_found()),
    _fault("gone", "C2", "410 although listed", lambda _good, _call: error_pages.gone()),
    _fault("soft_404", "C2 F1", "'Bài viết không tồn tại' with status 200 although listed", lambda _good, _call: error_pages.no_such_article()),
    _fault("soft_missing", "C2", "unknown ids answer 200 'Bài viết không tồn tại'", _soft_missing, "any"),
    _fault("login", "C3 F2", "redirect to the sign-in page, then a 200 login form", _sign_in),
    _fault("redirect_loop", "C4", "a redirect that leads back", _loop),
    _fault("redirect_host", "C5", "redirect to another port, also as localhost, 2130706433, 127.1, ::ffff:127.0.0.1", _other_host),
    _fault("meta_refresh", "C5", "meta refresh to another port", _meta_refresh),
    _fault("redirect_file", "C6", "redirect to file:///etc/passwd", _to_file),
    _fault("gzip_bomb", "C7", "1 MB of gzip that becomes 1 GiB", _gzip_bomb),
    _fault("brotli_bomb", "C7", "841 bytes of brotli that become 1 GiB", _brotli_bomb),
    _fault("zstd_bomb", "C7", "32 kB of zstd that become 1 GiB", _zstd_bomb),
    _fault("huge_page", "C8", "a page of 50 MB", _huge_page),
    _fault("listing_hole", "C9", "page 3 of every list always 500", _listing_hole, "listing"),
    _fault("only_one_left", "F2", "all articles but one answer 404", _only_one_left),
)  # fmt: skip
