"""Turns the records of a WARC into Pages, and says of each that gives none why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

from pipelines.errors import Rejected
from pipelines.items import Page
from pipelines.storage.warc_headers import REDIRECT, REQUESTED, as_sent
from portal_crawler.sources.declared import mail_date, utc_of
from portal_crawler.sources.decode import BLOCK, read_body
from portal_crawler.sources.sniff import HEAD, asset_kind, may_be_page, page_kind

if TYPE_CHECKING:
    from pipelines.storage.warc_records import Record

_CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]{0,200})?\r\n")
_HTTP_URL = re.compile(r"https?://", re.IGNORECASE)


class Skipped(Exception):  # noqa: N818 - no error: the record is something else than a page
    """A record that is no page; `what` it is, for the count."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Head:
    """The HTTP head of a record: status (200 for a resource), and headers as the server sent them."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The first value of a header, empty where it is missing."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def url_of(record: Record) -> str:
    """The record's address, without the angle brackets that some versions of wget put around it."""
    return record.header("WARC-Target-URI").strip("<> ")


def head_of(record: Record) -> Head:
    """The HTTP head of a response, revisit or resource record.

    Raises:
        Rejected: `bad_record`, there is none.
    """
    if record.kind == "resource":
        return Head(200, (("Content-Type", record.header("Content-Type")),))
    parsed = record.http_head()
    if parsed is None:
        if record.kind == "revisit":
            return Head(0, ())
        raise Rejected("bad_record", "the record holds no HTTP head")
    status = parsed.statusline.split(" ", 1)[0]
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise Rejected("bad_record", f"no HTTP status in {parsed.statusline[:40]!r}")
    return Head(int(status), as_sent(tuple((name, value) for name, value in parsed.headers)))


def page_of(record: Record, source: str, max_bytes: int) -> Page:
    """The page of a response or resource record; answers 3xx are pages too, for the addresses they join.

    Raises:
        Skipped: it is no page.
        Rejected: it is one that cannot be had whole.
    """
    url = _checked_url(record)
    head = head_of(record)
    check_may_be_page(url, head)
    body = _whole_body(record, head, max_bytes)
    is_redirect = 300 <= head.status < 400
    if not is_redirect and body and not page_kind(body[:HEAD], head.get("content-type") or None):
        raise Skipped(asset_kind(url) or "other")
    return _page(record, url, head, body, source)


def file_of(record: Record, source: str, max_bytes: int) -> Page:
    """The picture or document of a response or resource record, as a Page; an answer 3xx too.

    Raises:
        Skipped: it is no answer with a file.
        Rejected: it is one that cannot be had whole.
    """
    url = _checked_url(record)
    head = head_of(record)
    check_may_be_file(url, head)
    return _page(record, url, head, _whole_body(record, head, max_bytes), source)


def check_may_be_file(_url: str, head: Head) -> None:
    """Tell by the head alone what gives no file.

    Raises:
        Skipped: the status is that of no file.
    """
    if head.status == 304 or not 200 <= head.status < 400:
        raise Skipped("no file")


def _checked_url(record: Record) -> str:
    url = url_of(record)
    if not _HTTP_URL.match(url):
        raise Skipped("other")
    return url


def _whole_body(record: Record, head: Head, max_bytes: int) -> bytes:
    if record.header("WARC-Truncated") or record.header("WARC-Segment-Number") or head.status == 206:
        why = record.header("WARC-Truncated") or "a part of a larger whole"
        raise Rejected("cut_short", f"the archive holds only the beginning or a part ({why})")
    return body_of(record, head, max_bytes)


def _page(record: Record, url: str, head: Head, body: bytes, source: str) -> Page:
    return Page(
        url=url,
        requested_url=record.header(REQUESTED) or url,
        redirects=record.headers(REDIRECT),
        status=head.status,
        headers=head.headers,
        body=body,
        captured_at=captured_at(record, head),
        origin="warc",
        source=source,
    )


def check_may_be_page(url: str, head: Head) -> None:
    """Tell by the head alone what need not be read.

    Raises:
        Skipped: the address or the Content-Type is that of no page.
    """
    asset = asset_kind(url)
    if head.status != 200 and asset:
        raise Skipped(asset)
    if head.status == 304:
        raise Skipped("not modified")
    if 300 <= head.status < 400:
        return
    if not may_be_page(head.get("content-type")):
        raise Skipped(asset or "other")


def captured_at(record: Record, head: Head) -> str:
    """When the record was made, by the archive, else by the server's own Date; empty where neither says."""
    return utc_of(record.header("WARC-Date")) or mail_date(head.get("date"))


def body_of(record: Record, head: Head, max_bytes: int) -> bytes:
    """The record's payload with transfer and content encoding undone.

    Raises:
        Rejected: too large, cut short or damaged.
    """
    if record.length is not None and record.length > max_bytes + BLOCK * 16:
        raise Rejected("too_large", f"{record.length} bytes (limit crawl.max_bytes of the profile: {max_bytes})")
    raw = read_body(record.stream, "", max_bytes)
    if head.get("transfer-encoding").lower() == "chunked":
        raw = _dechunked(raw, max_bytes)
    else:
        said = head.get("content-length").strip()
        if said.isascii() and said.isdigit() and head.status == 200 and raw and int(said) > len(raw):
            raise Rejected("cut_short", f"the server promised {said} bytes, the archive holds {len(raw)}")
    return read_body(BytesIO(raw), head.get("content-encoding"), max_bytes)


def _dechunked(raw: bytes, max_bytes: int) -> bytes:
    """A chunked body joined; as it is, where an archive has joined it already and kept the header."""
    if not _CHUNK_SIZE.match(raw):
        return raw
    reader = ChunkedDataReader(BytesIO(raw), raise_exceptions=True)
    try:
        return read_body(reader, "", max_bytes)
    except ChunkedDataException as error:
        raise Rejected("cut_short", f"the chunked body lacks its end ({str(error)[:80]})") from error
