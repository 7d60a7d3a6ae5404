"""Builds WARC files as other programs write them, with warcio."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.items import Failure, Page
from portal_crawler.sources import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from portal_crawler.profile import Profile

HTML = ("Content-Type", "text/html; charset=utf-8")


class Builder:
    """Collects records; `write` puts them into a file, `offsets` are where they begin."""

    def __init__(self, *, gzip: bool = True) -> None:
        self.buffer = BytesIO()
        self.writer = WARCWriter(self.buffer, gzip=gzip)
        self.offsets: list[int] = []

    def response(
        self,
        url: str,
        body: bytes,
        *headers: tuple[str, str],
        status: str = "200 OK",
        date: str = "2018-10-26T04:00:00Z",
        kind: str = "response",
        fields: dict[str, str] | None = None,
    ) -> Any:
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, list(headers or (HTML,)), protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date, **(fields or {})},
        )
        return self.add(record)

    def revisit(
        self, url: str, *, digest: str, original: str, original_date: str, date: str, headers: bool = True
    ) -> Any:
        head = StatusAndHeaders("200 OK", [HTML], protocol="HTTP/1.1") if headers else None
        record = self.writer.create_revisit_record(
            url, digest, original, original_date, http_headers=head, warc_headers_dict={"WARC-Date": date}
        )
        return self.add(record)

    def add(self, record: Any) -> Any:
        self.offsets.append(self.buffer.tell())
        self.writer.write_record(record)
        return record

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.buffer.getvalue())
        return path


def digest_of(record: Any) -> str:
    digest: str = record.rec_headers.get_header("WARC-Payload-Digest")
    return digest


def read(path: Path, profile: Profile) -> tuple[list[Page], list[Failure]]:
    """The pages and the failures of an archive."""
    items = list(open_source(path, profile))
    return [one for one in items if isinstance(one, Page)], [one for one in items if isinstance(one, Failure)]


def chunked(body: bytes) -> bytes:
    """A body in two chunks, one with an extension."""
    return b"%x\r\n%s\r\n%x;ext=1\r\n%s\r\n0\r\n\r\n" % (100, body[:100], len(body) - 100, body[100:])
