"""Reads WARC files as a source: streams their pages in flat memory and resolves revisits, across files too."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from pipelines.errors import Rejected, SourceError
from pipelines.items import Failure, Page
from pipelines.storage.payload_index import PayloadIndex, Place
from pipelines.storage.warc_headers import REQUESTED
from pipelines.storage.warc_records import Damage, Record, read_records, record_at
from portal_crawler.sources.warc_pages import (
    Head,
    Skipped,
    captured_at,
    check_may_be_file,
    check_may_be_page,
    file_of,
    head_of,
    page_of,
    url_of,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from portal_crawler.sources.source import Item, Wanted

_PAYLOADS = ("response", "resource")


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC by its name for people and a way to open it, seekable, as often as needed."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class _Taking:
    """What of the records is taken: `check` tells by the head, `read` by the whole; both raise Skipped and Rejected."""

    check: Callable[[str, Head], None]
    read: Callable[[Record, str, int], Page]
    wanted: Wanted = lambda _url: True


def read_warcs(
    files: Sequence[WarcFile], max_bytes: int, skipped: Counter[str], wanted: Wanted | None = None
) -> Iterator[Item]:
    """The pages of WARC files in their order, or, with `wanted`, the pictures and documents at wanted addresses.

    Revisits whose original comes later are told at the end. `source` of a page is "file@offset". Answers of any status
    are pages, redirects (3xx) too: they join addresses. Records that are not taken are counted in `skipped`; what is
    damaged, cut short or too large is a Failure.

    Raises:
        SourceError: none of the files is a WARC.
    """
    taking = _Taking(check_may_be_file, file_of, wanted) if wanted else _Taking(check_may_be_page, page_of)
    with closing(PayloadIndex()) as payloads:
        yield from _Reading(files, max_bytes, skipped, payloads, taking).items()


@dataclass(slots=True)
class _Reading:
    files: Sequence[WarcFile]
    max_bytes: int
    skipped: Counter[str]
    payloads: PayloadIndex
    taking: _Taking

    def items(self) -> Iterator[Item]:
        records = 0
        for number, file in enumerate(self.files):
            pairs = _Pairs(self.max_bytes)
            try:
                opened = file.open()
            except OSError as error:
                yield _failure("", file.name, "unreadable", error.strerror or str(error))
                continue
            with opened:
                for found in read_records(opened):
                    if isinstance(found, Damage):
                        yield from pairs.flush()
                        yield _failure(found.url, f"{file.name}@{found.offset}", found.reason, found.detail)
                        continue
                    records += 1
                    if found.kind == "request":
                        yield from pairs.request(found)
                        continue
                    place = Place(number, found.offset, found.unpacked)
                    item = self._item(found, place, f"{file.name}@{found.offset}")
                    yield from pairs.answer(found, item)
            yield from pairs.flush()
        if not records:
            names = ", ".join(file.name for file in self.files)
            raise SourceError(f"{names}: no WARC record can be read; give a .warc or .warc.gz file that is whole")
        for place in self.payloads.waiting():
            yield from self._late(place)

    def _item(self, record: Record, place: Place, source: str) -> Item | None:
        """The page or failure of one record; None for what is neither, or is put off."""
        item: Item | None
        try:
            if record.kind in _PAYLOADS:
                self._check_wanted(record)
                item = self.taking.read(record, source, self.max_bytes)
            elif record.kind == "revisit":
                item = self._revisit(record, place, source)
            else:
                return None
        except Skipped as no_page:
            self.skipped[no_page.what] += 1
            item = None
        except Rejected as error:
            item = _failure(url_of(record), source, error.reason, error.detail)
        if record.is_cut():
            return None  # told by its Damage, which comes next
        if record.kind in _PAYLOADS:
            self.payloads.add(_names(record), place)
        return item

    def _revisit(self, record: Record, place: Place, source: str) -> Item | None:
        """The page that a revisit record stands for; None where its original is not read yet, or is no page."""
        url = url_of(record)
        self._check_wanted(record)
        head = head_of(record)
        if head.status not in (0, 304):
            self.taking.check(url, head)
        found = self.payloads.find(_originals(record))
        if found is None:
            self.payloads.put_off(place)
            return None
        original = self._original(found[0])
        if original is None:
            return _failure(url, source, "revisit_without_original", "the record it refers to can no longer be read")
        # a 304 has the original's status and headers; an equal answer has its own
        own = Head(original.status, original.headers) if head.status in (0, 304) else head
        return replace(
            original,
            url=url,
            requested_url=url,
            redirects=(),
            status=own.status,
            headers=own.headers,
            captured_at=captured_at(record, head),
            source=source,
        )

    def _original(self, place: Place) -> Page | None:
        file = self.files[place.file]
        with file.open() as opened, record_at(opened, place.offset, unpacked=place.unpacked) as record:
            return self.taking.read(record, file.name, self.max_bytes) if record else None

    def _check_wanted(self, record: Record) -> None:
        addresses = (url_of(record), record.header(REQUESTED))
        if not any(url and self.taking.wanted(url) for url in addresses):
            raise Skipped("not wanted")

    def _late(self, place: Place) -> Iterator[Item]:
        """A revisit put off, now that all originals are known."""
        file = self.files[place.file]
        source = f"{file.name}@{place.offset}"
        with file.open() as opened, record_at(opened, place.offset, unpacked=place.unpacked) as record:
            if record is None:
                return
            if self.payloads.find(_originals(record)) is None:
                yield _failure(
                    url_of(record), source, "revisit_without_original", "no file given holds the answer it repeats"
                )
                return
            item = self._item(record, place, source)
        if item is not None:
            yield item


class _Pairs:
    """Joins a POST to its answer, whichever of the two records comes first; holds one page back for that."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._page: Page | None = None
        self._page_id = ""
        self._request: tuple[str, str, bytes] | None = None

    def request(self, record: Record) -> Iterator[Item]:
        """A request record: it belongs to the page held back, or to the answer that comes next."""
        head = record.http_head()
        method = head.protocol.upper() if head else "GET"
        body = record.stream.read(min(record.length or 0, self._max_bytes)) if method != "GET" else b""
        if self._page is not None and record.header("WARC-Concurrent-To") == self._page_id != "":
            self._page = replace(self._page, method=method, request_body=body)
            yield from self.flush()
        else:
            yield from self.flush()
            self._request = (record.header("WARC-Record-ID"), method, body)

    def answer(self, record: Record, item: Item | None) -> Iterator[Item]:
        """What came of a record that is no request."""
        yield from self.flush()
        if isinstance(item, Page):
            asked = self._request
            if asked and asked[0] and record.header("WARC-Concurrent-To") == asked[0]:
                item = replace(item, method=asked[1], request_body=asked[2])
            self._page, self._page_id = item, record.header("WARC-Record-ID")
        elif item is not None:
            yield item
        self._request = None

    def flush(self) -> Iterator[Item]:
        """The page held back."""
        if self._page is not None:
            yield self._page
        self._page = None


def _names(record: Record) -> list[str]:
    """The names by which a revisit may refer to this record."""
    return [
        f"id {record.header('WARC-Record-ID')}",
        f"at {record.header('WARC-Date')} {url_of(record)}",
        f"digest {record.header('WARC-Payload-Digest')}",
    ]


def _originals(record: Record) -> list[str]:
    """The names of the record that a revisit stands for, the surest first."""
    digest = record.header("WARC-Payload-Digest")
    date, url = record.header("WARC-Refers-To-Date"), record.header("WARC-Refers-To-Target-URI").strip("<> ")
    referred = record.header("WARC-Refers-To")
    names = [f"id {referred}"] if referred else []
    names += [f"at {date} {url or url_of(record)}"] if date else []
    return names + ([f"digest {digest}"] if digest else [])


def _failure(url: str, source: str, reason: str, detail: str) -> Failure:
    return Failure(url=url, stage="fetch", reason=reason, detail=f"{source}: {detail}")
