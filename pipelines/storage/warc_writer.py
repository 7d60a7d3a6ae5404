"""Writes captured pages as standard WARC, each record whole or not at all, so that any archive tool can read a crawl."""

from __future__ import annotations

import os
import re
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from pipelines.errors import StorageError
from pipelines.storage.payload_index import PayloadIndex, Place
from pipelines.storage.warc_headers import REDIRECT, REQUESTED, as_recorded
from pipelines.storage.warc_records import Damage, read_records

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from pipelines.items import Page

_VERSION = "WARC/1.1"  # 1.1 allows fractions of a second in dates
_RECORD_END = b"\r\n\r\n"
#: The first record (warcinfo) is a few hundred bytes: a longer file without a whole record was never ours.
_TORN_BEGINNING = 16 * 1024


class WarcWriter:
    """Appends request and response records to one file (".gz": one gzip member a record).

    A payload that the file holds already becomes a revisit record. Response and request go out in one write; a
    record torn by a crash is cut off when the file is opened again, and `sync` makes what was written last through a
    power cut. Use it as a context manager.

    Raises:
        StorageError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, *, software: str, info: dict[str, str] | None = None) -> None:
        self.path = path
        self._zipped = path.name.endswith(".gz")
        self._payloads = PayloadIndex()
        try:
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        except OSError as error:
            raise self._trouble(error) from error
        try:
            self._length = self._read_existing()
            self._file.truncate(self._length)
            self._file.seek(self._length)
        except OSError as error:
            self._abandon()
            raise self._trouble(error) from error
        except StorageError:
            self._abandon()
            raise
        if self._length == 0:
            self._write_info({"software": software, "format": "WARC File Format 1.1", **(info or {})})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, page: Page, request_headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Append one answer, whatever its status, and the request that led to it.

        The body is written decoded, as a Page holds it (see `warc_headers`). `requested_url` and `redirects` go into
        fields of the record; the answers on the way are records only where they are pages given to `write` too.
        """
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=self._zipped, warc_version=_VERSION)
        digest = _digest(page.body)
        known = self._payloads.find([digest]) if page.body else None
        response = self._response(writer, page, digest, known[1] if known else "")
        request = writer.create_warc_record(
            page.url,
            "request",
            payload=BytesIO(page.request_body),
            length=len(page.request_body),
            http_headers=_request_head(page, request_headers),
        )
        writer.write_request_response_pair(request, response)
        self._append(buffer.getvalue())
        if known is None and page.body:
            self._payloads.add([digest], Place(0, 0), f"{_warc_date(page.captured_at)} {page.url}")

    def sync(self) -> None:
        """Make what was written last through a power cut."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._trouble(error) from error

    def close(self) -> None:
        """Sync and close."""
        if not self._file.closed:
            try:
                self.sync()
            finally:
                self._abandon()

    def _abandon(self) -> None:
        self._file.close()
        self._payloads.close()

    def _response(self, writer: WARCWriter, page: Page, digest: str, original: str) -> Any:
        """A response record, or a revisit record where `original` ("date url") tells of the same payload."""
        head = _Head(_status_line(page.status), as_recorded(page.headers, len(page.body)), protocol="HTTP/1.1")
        fields = {"WARC-Date": _warc_date(page.captured_at)}
        if original:
            date, _, url = original.partition(" ")
            record = writer.create_revisit_record(
                page.url, digest, url, date, http_headers=head, warc_headers_dict=fields
            )
        else:
            record = writer.create_warc_record(
                page.url,
                "response",
                payload=BytesIO(page.body),
                length=len(page.body),
                http_headers=head,
                warc_headers_dict=fields,
            )
        if page.requested_url and page.requested_url != page.url:
            record.rec_headers.add_header(REQUESTED, _one_line(page.requested_url))
        for url in page.redirects:
            record.rec_headers.add_header(REDIRECT, _one_line(url))
        return record

    def _write_info(self, info: dict[str, str]) -> None:
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=self._zipped, warc_version=_VERSION)
        lines = {name: _one_line(value) for name, value in info.items()}
        writer.write_record(writer.create_warcinfo_record(self.path.name, lines))
        self._append(buffer.getvalue())

    def _append(self, data: bytes) -> None:
        """All of it or nothing: a full disk leaves no torn record in the file."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._length)
                self._file.seek(self._length)
            raise self._trouble(error) from error
        self._length += len(data)

    def _read_existing(self) -> int:
        """Index the payloads of the file; returns the length up to which its records are whole.

        Raises:
            StorageError: it is no WARC, or a record in its middle is damaged: what follows must not be cut off.
        """
        size = self._file.seek(0, os.SEEK_END)
        last, content_end, damaged_at = -1, -len(_RECORD_END), -1
        for found in read_records(self._file):
            if isinstance(found, Damage):
                damaged_at = found.offset if damaged_at < 0 else damaged_at
            elif damaged_at >= 0:
                raise StorageError(f"{self.path}: damaged at byte {damaged_at}; name another file to go on writing in")
            elif not found.is_cut():
                last, content_end = found.offset, found.content_end()
                digest = found.header("WARC-Payload-Digest")
                if found.kind == "response" and digest:
                    note = f"{found.header('WARC-Date')} {found.header('WARC-Target-URI')}"
                    self._payloads.add([digest], Place(0, last), note)
        if last < 0:
            self._refuse_others(size)
        if damaged_at >= 0 or last < 0:
            return max(damaged_at, 0)
        if self._zipped:
            return self._end_of_member(last)
        return size if content_end + len(_RECORD_END) <= size else last

    def _refuse_others(self, size: int) -> None:
        """A file without one whole record may only be the torn beginning of a WARC; any other is somebody's."""
        self._file.seek(0)
        head = self._file.read(16)
        if size > _TORN_BEGINNING or not (b"WARC/1.1".startswith(head[:8]) or b"\x1f\x8b".startswith(head[:2])):
            raise StorageError(f"{self.path}: exists and is no WARC; nothing was changed; name another file")

    def _end_of_member(self, last: int) -> int:
        """Where the gzip member at byte `last` ends; `last` itself where its trailer is missing."""
        self._file.seek(last)
        engine = zlib.decompressobj(31)
        read = 0
        while not engine.eof and (block := self._file.read(65536)):
            read += len(block)
            while block and not engine.eof:
                engine.decompress(block, 65536)
                block = engine.unconsumed_tail
        return last + read - len(engine.unused_data) if engine.eof else last

    def _trouble(self, error: OSError) -> StorageError:
        return StorageError(f"{self.path}: {error.strerror or error}; make room, or name another file, and run again")


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio ships no types
    """A status or request line and headers, written as they are: warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        """Warcio's hook: the bytes of the header block."""
        self.headers: list[tuple[str, str]]
        self.headers = [(_one_line(name), _one_line(value)) for name, value in self.headers]
        self.headers_buff = self.to_bytes(header_filter, "utf-8")


def _request_head(page: Page, headers: tuple[tuple[str, str], ...]) -> _Head:
    parts = urlsplit(page.url)
    target = quote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", safe="!$%&'()*+,/:;=?@[]~")
    given = {name.lower() for name, _ in headers}
    lines = list(headers)
    if "host" not in given:
        lines.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    if page.request_body and "content-length" not in given:
        lines.append(("Content-Length", str(len(page.request_body))))
    return _Head(f"{target} HTTP/1.1", lines, protocol=page.method)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _warc_date(captured_at: str) -> str:
    """ISO 8601 with any offset as a WARC date: UTC, "Z". A page without a date was captured now."""
    try:
        moment = datetime.fromisoformat(captured_at)
    except ValueError:
        moment = datetime.now(UTC)
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _digest(body: bytes) -> str:
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)


def _one_line(value: str) -> str:
    """A value that cannot begin a line of its own."""
    return re.sub(r"[\r\n]+", " ", value).encode("utf-8", "replace").decode("utf-8")
