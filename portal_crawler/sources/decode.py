"""Undoes Content-Encoding and gzip within a size and a ratio, so that a bomb costs no more memory than a page."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Protocol

from pipelines.errors import Rejected

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK = 64 * 1024
#: Text of a page seldom shrinks 30-fold; deflate's ceiling is 1,032. Beneath RATIO_FROM bytes nobody is harmed.
MAX_RATIO = 300
RATIO_FROM = 4 * 1024 * 1024

Chunks = Iterable[bytes]


class Reader(Protocol):
    """Anything with `read(size)`."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, empty at the end."""
        ...


def read_body(stream: Reader | BinaryIO, encodings: str, max_bytes: int) -> bytes:
    """A body with its Content-Encoding undone; as it is, where it does not begin as the header claims.

    `encodings` is the header's value ("gzip", "br", "gzip, br", empty). Archives often keep the header over a body
    that was decoded long ago, so a first block that is not of the kind claimed is taken as plain.

    Raises:
        Rejected: `too_large` beyond `max_bytes` or the ratio, `cut_short` where a compressed stream ends early,
            `bad_encoding` where it breaks or its name is unknown.
    """
    raw = _Counted(stream)
    chunks: Chunks = raw
    for name in reversed([one.strip().lower() for one in encodings.split(",") if one.strip()]):
        if name == "identity":
            continue
        if name not in _DECODERS:
            raise Rejected("bad_encoding", f"unknown Content-Encoding {name[:40]!r}")
        chunks = _DECODERS[name](_peeked(chunks))
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise Rejected("too_large", f"more than {max_bytes} bytes (limit crawl.max_bytes of the profile)")
        if len(body) > RATIO_FROM and len(body) > MAX_RATIO * max(raw.count, 1):
            raise Rejected("too_large", f"{raw.count} bytes unpack to more than {MAX_RATIO} times as many")
    return bytes(body)


class _Counted:
    """The blocks of a stream, and how many bytes of it were read so far."""

    def __init__(self, stream: Reader | BinaryIO) -> None:
        self.stream = stream
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        while block := self.stream.read(BLOCK):
            self.count += len(block)
            yield block


def _peeked(chunks: Chunks) -> tuple[bytes, Iterator[bytes]]:
    """The first block, and the rest."""
    rest = iter(chunks)
    return next(rest, b""), rest


def _gunzip(peeked: tuple[bytes, Iterator[bytes]]) -> Iterator[bytes]:
    first, rest = peeked
    if not first.startswith(b"\x1f\x8b"):
        yield first
        yield from rest
        return
    engine = zlib.decompressobj(31)
    block = first
    while block:
        yield from _inflate(engine, block)
        if not engine.eof:
            block = next(rest, b"")
            continue
        block = engine.unused_data or next(rest, b"")
        if not block.startswith(b"\x1f\x8b"):  # the end, or padding after it
            return
        engine = zlib.decompressobj(31)
    raise Rejected("cut_short", "the gzip stream ends before its trailer")


def _deflate(peeked: tuple[bytes, Iterator[bytes]]) -> Iterator[bytes]:
    first, rest = peeked
    # "deflate" is zlib's format by the book and bare deflate in many servers
    zlib_header = len(first) >= 2 and first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    if not zlib_header and first.lstrip()[:1] == b"<":
        yield first
        yield from rest
        return
    engine = zlib.decompressobj() if zlib_header else zlib.decompressobj(-zlib.MAX_WBITS)
    block = first
    while block and not engine.eof:
        yield from _inflate(engine, block)
        block = next(rest, b"")
    if first and not engine.eof:
        raise Rejected("cut_short", "the deflate stream ends early")


def _inflate(engine: zlib._Decompress, block: bytes) -> Iterator[bytes]:
    try:
        while block and not engine.eof:
            yield engine.decompress(block, BLOCK)
            block = engine.unconsumed_tail
    except zlib.error as error:
        raise Rejected("bad_encoding", f"the compressed body is damaged: {error}") from error


def _unbrotli(peeked: tuple[bytes, Iterator[bytes]]) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]  # it ships no types

    first, rest = peeked
    engine = brotli.Decompressor()
    block, started = first, False
    while block:
        try:
            out = engine.process(block, output_buffer_limit=BLOCK)
            while out or not engine.can_accept_more_data():
                started = True
                yield out
                out = engine.process(b"", output_buffer_limit=BLOCK)
        except brotli.error as error:
            # brotli has no magic number: what cannot be read from its first byte was never brotli
            if block is first and not started and first.lstrip()[:1] == b"<":
                yield first
                yield from rest
                return
            raise Rejected("bad_encoding", f"the brotli body is damaged: {error}") from error
        block = next(rest, b"")
    if first and not engine.is_finished():
        raise Rejected("cut_short", "the brotli stream ends early")


def _unzstd(peeked: tuple[bytes, Iterator[bytes]]) -> Iterator[bytes]:
    first, rest = peeked
    if not first.startswith(b"\x28\xb5\x2f\xfd"):
        yield first
        yield from rest
        return
    engine = zstd.ZstdDecompressor()
    block = first
    try:
        while not engine.eof:
            if engine.needs_input:
                if not block:
                    raise Rejected("cut_short", "the zstd stream ends early")
                out, block = engine.decompress(block, BLOCK), next(rest, b"")
            else:
                out = engine.decompress(b"", BLOCK)
            yield out
    except zstd.ZstdError as error:
        raise Rejected("bad_encoding", f"the zstd body is damaged: {error}") from error


_DECODERS: dict[str, Callable[[tuple[bytes, Iterator[bytes]]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
