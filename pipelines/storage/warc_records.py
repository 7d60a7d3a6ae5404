"""Walks the records of one WARC file in flat memory, past whatever is damaged in it, and says what was lost."""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from warcio.limitreader import LimitReader

#: All header lines of one record together; real ones are a few kB.
MAX_HEADERS = 1024 * 1024
_SCAN = 1024 * 1024
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"\nWARC/1."
_HTTP = StatusAndHeadersParser([], verify=False)


class Record:
    """A record, and the byte in the file where it begins; in the unpacked file, where many share one gzip member.

    Its content is read from `stream`, once; `http_head` takes the HTTP head off it first.
    """

    def __init__(self, offset: int, warc: Any, records: _Iterator, *, unpacked: bool) -> None:
        self.offset = offset
        self.unpacked = unpacked
        self.kind: str = warc.rec_type or ""
        self.length: int | None = warc.length
        self.stream: LimitReader = warc.raw_stream
        self._fields = warc.rec_headers
        self._records = records
        self._misfits = records.err_count

    def header(self, name: str) -> str:
        """A named field of the record, empty where it is missing."""
        return self._fields.get_header(name) or ""

    def headers(self, name: str) -> tuple[str, ...]:
        """All values of a named field that may stand more than once."""
        return tuple(value for key, value in self._fields.headers if key.lower() == name.lower())

    def http_head(self) -> StatusAndHeaders | None:
        """The HTTP status or request line and headers at the beginning of the content; None where there are none."""
        try:
            return _HTTP.parse(self.stream)
        except EOFError:
            return None

    def is_cut(self) -> bool:
        """Read to the end; True where it is not what its Content-Length promises, or its gzip member is damaged."""
        reader = self._records.reader
        self._records.read_to_end()
        return self.length is None or self.stream.limit > 0 or bool(reader.damaged) or self.runs_on()

    def runs_on(self) -> bool:
        """True where text follows its end: it was torn, and its Content-Length covers a part of the next record."""
        return bool(self._records.err_count > self._misfits)

    def content_end(self) -> int:
        """Where its content ends in the file, before the two line ends that close it (not for gzip members)."""
        return int(self.offset + self._records.get_record_length())


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where records are lost; `url` is the record's where it is known, `reason` as in failure rows."""

    offset: int
    reason: str
    detail: str
    url: str = ""


def read_records(file: BinaryIO) -> Iterator[Record | Damage]:
    """The records of a seekable file in their order. Each must be used before the next is asked for.

    After a damaged or torn record (a crash while writing, a broken copy) reading goes on at the next one that can
    be found; a gzip file that holds all records in one member is read too, more slowly.
    """
    start = 0
    while True:
        end = yield from _read_from(file, start, unpacked=False)
        if end is None:
            return
        found = _next_start(file, end + 1)
        if found is None:
            return
        start = found


@contextmanager
def record_at(file: BinaryIO, offset: int, *, unpacked: bool) -> Iterator[Record | None]:
    """The record that begins where `read_records` told it does, to be read within the `with`; None where there is none."""
    with closing(_read_from(_Unpacked(file) if unpacked else file, offset, unpacked=unpacked)) as records:
        found = next(records, None)
        yield found if isinstance(found, Record) else None


class _Iterator(WARCIterator):  # type: ignore[misc]  # warcio ships no types
    """warcio's iterator with bounded headers, and silent: its warnings to stderr are our Damage."""

    INC_RECORD = ""

    def __init__(self, file: _Stream) -> None:
        super().__init__(file, no_record_parse=True)
        self.reader = _Reader(self.fh)


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]  # warcio ships no types
    """A buffered reader whose header blocks cannot grow without end and that remembers a broken gzip stream."""

    decompressor: Any
    num_block_read: int

    def __init__(self, file: _Stream) -> None:
        super().__init__(file)
        self.damaged = ""
        self.ended_within_member = False
        self._in_headers = 0

    def read(self, length: int | None = None) -> bytes:
        self._in_headers = 0
        block: bytes = super().read(length)
        return block

    def readline(self, length: int | None = None) -> bytes:
        allowed = MAX_HEADERS - self._in_headers
        line: bytes = super().readline(min(length, allowed) if length else allowed)
        self._in_headers += len(line)
        if self._in_headers >= MAX_HEADERS:
            raise ArchiveLoadFailed(f"the headers of a record are longer than {MAX_HEADERS} bytes")
        return line

    def close_decompressor(self) -> None:
        if self.decompressor is not None:
            self.ended_within_member = not self.decompressor.eof
        super().close_decompressor()

    def _decompress(self, data: bytes) -> bytes:
        if self.decompressor is None:
            return data
        try:
            unpacked: bytes = self.decompressor.decompress(data)
        except zlib.error as error:
            if self.num_block_read == 0 and not data.startswith(_GZIP):
                self.decompressor = None  # a plain file
                return data
            self.damaged = str(error)
            return b""
        return unpacked


class _Unpacked:
    """A gzip file as one stream; where it is cut or broken it ends, and the record there is short."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self.file = gzip.GzipFile(fileobj=file, mode="rb")

    def read(self, size: int = -1) -> bytes:
        try:
            return self.file.read(size)
        except (EOFError, OSError, zlib.error):
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self.file.seek(offset, whence)
        except (EOFError, OSError, zlib.error):
            return self.file.tell()

    def tell(self) -> int:
        return self.file.tell()


_Stream = BinaryIO | _Unpacked


def _read_from(file: _Stream, start: int, *, unpacked: bool) -> Generator[Record | Damage, None, int | None]:
    """Records from `start` on. Returns None at the file's good end, else the offset where trouble began."""
    file.seek(start)
    records = _Iterator(file)
    reader = records.reader
    at, told, torn = start, 0, False
    try:
        while True:
            try:
                warc = next(records, None)
            except ArchiveLoadFailed as error:
                if "non-chunked gzip" in str(error) and not isinstance(file, _Unpacked):
                    return (yield from _read_unpacked(file, told))
                yield Damage(records.offset, "damaged_record", str(error).strip().splitlines()[0][:200])
                return int(records.offset)
            if warc is None:
                break
            at = int(records.offset)
            record = Record(at, warc, records, unpacked=unpacked)
            yield record
            torn = record.is_cut()
            if torn:
                why = reader.damaged or "the file ends, or its next record begins, before the record's Content-Length"
                yield Damage(at, "cut_short", why, record.header("WARC-Target-URI"))
            if record.runs_on():
                return at
            told += 1 + torn
        if not torn and reader.ended_within_member and records.offset < file.seek(0, os.SEEK_END):
            yield Damage(int(records.offset), "cut_short", "the file ends within the head of a record")
        return at if torn or reader.damaged else None
    finally:
        records.close()


def _read_unpacked(file: BinaryIO, told: int) -> Generator[Record | Damage, None, int | None]:
    """The records of a file that was not zipped record by record, without the `told` ones already told."""
    records = _read_from(_Unpacked(file), 0, unpacked=True)
    for _ in range(told):
        next(records, None)
    yield from records
    return None


def _next_start(file: BinaryIO, after: int) -> int | None:
    """Where the next readable record begins, searched block by block."""
    file.seek(0)
    zipped = file.read(3) == _GZIP
    mark = _GZIP if zipped else _PLAIN
    at, tail = after, b""
    file.seek(at)
    while block := file.read(_SCAN):
        data = tail + block
        found = data.find(mark)
        while found >= 0:
            offset = at - len(tail) + found
            if not zipped:
                return offset + 1
            if _is_record(file, offset):
                return offset
            found = data.find(mark, found + 1)
        at += len(block)
        tail = data[-(len(mark) - 1) :]
        file.seek(at)
    return None


def _is_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(4096), 16).startswith(b"WARC/")
    except zlib.error:
        return False
