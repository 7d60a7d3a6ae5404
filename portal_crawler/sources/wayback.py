"""Reads a portal out of a Wayback Machine: what its index lists, fetched raw, one polite request at a time."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.errors import ConfigurationError, Rejected, SourceError
from pipelines.items import Failure, Page
from portal_crawler.sources.archive_server import Answer, ArchiveServer, Passing
from portal_crawler.sources.cdx import CdxRow, list_captures
from portal_crawler.sources.declared import mail_date, utc
from portal_crawler.sources.sniff import HEAD, asset_kind, may_be_page, page_kind
from portal_crawler.sources.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from portal_crawler.profile import Profile
    from portal_crawler.sources.source import Item, Wanted

    Take = Callable[[ArchiveServer, CdxRow, int], Page | Failure | None]

#: After so many captures in a row that could not be had the archive is taken to be down.
MAX_IN_A_ROW = 5
#: So many captures of one file's address are asked for at most: the first may turn out to be no file.
MAX_CAPTURES = 2
_MAX_HOPS = 5
_ARCHIVED = re.compile(r"/web/(\d{4,14})(?:[a-z]{2}_)?/(.+)$", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ORIGINAL = "x-archive-orig-"


def open_wayback(
    profile: Profile,
    *,
    server: str = "https://web.archive.org",
    prefixes: Sequence[str] = (),
    since: str = "",
    until: str = "",
    seen: Callable[[str, str], bool] = lambda _url, _source: False,
    archive: ArchiveServer | None = None,
) -> Source:
    """What a Wayback Machine kept of a portal, by address, then time: the same order each time.

    `prefixes` are beginnings of addresses, by default every host of the profile. `seen` is asked with the `url` and
    the `source` a page would have ("web/20181026040000id_/http://…") and spares the request where it says True: that
    is how a later run goes on. `archive` replaces the connection (tests).

    Pages keep the archived server's status and headers; redirects (3xx) are pages too, their Location unwrapped.
    Captures of other statuses are not asked for: an archived 404 holds nothing.

    Raises:
        ConfigurationError: a day or the server's address is none. Iterating raises SourceError where the archive is down.
    """
    for name, day in (("--since", since), ("--until", until)):
        if day and not _DAY.fullmatch(day):
            raise ConfigurationError(f"{name} must be a day as YYYY-MM-DD, not {day!r}")
    crawl = profile.crawl
    asked = archive or ArchiveServer(server, contact=crawl.contact, delay=crawl.delay, timeout=crawl.timeout)
    wanted = tuple(prefixes) or tuple(f"{host}/" for host in profile.hosts)

    def read(skipped: Counter[str]) -> Iterator[Item]:
        with closing(asked):
            for prefix in wanted:
                rows = _worth_asking(list_captures(asked, prefix, since=since, until=until), skipped, seen)
                yield from _fetched(asked, rows, crawl.max_bytes, skipped, _page)

    def files(is_wanted: Wanted) -> Iterator[Item]:
        with closing(asked):
            for prefix in (*wanted, *(f"{host}/" for host in crawl.media_hosts)):
                rows = _of_files(list_captures(asked, prefix, since=since, until=until), is_wanted)
                yield from _fetched(asked, rows, crawl.max_bytes, Counter(), _file)

    return Source(asked.base, read, files)


def _of_files(rows: Iterator[CdxRow], wanted: Wanted) -> Iterator[CdxRow]:
    """Of each wanted address the captures that may hold its file, one after the other for as long as it is wanted.

    The newest goes first that the index does not call a page: portals answer with pages for what they have lost.
    """
    for _, group in groupby(rows, key=attrgetter("urlkey")):
        captures = [row for row in group if row.statuscode in ("200", "-") and wanted(row.original)]
        captures.sort(key=lambda row: (row.mimetype != "text/html", row.timestamp), reverse=True)
        for row in captures[:MAX_CAPTURES]:
            if wanted(row.original):
                yield row


def _worth_asking(rows: Iterator[CdxRow], skipped: Counter[str], seen: Callable[[str, str], bool]) -> Iterator[CdxRow]:
    """The rows that a request may bring something new for."""
    urlkey, digests = "", set[str]()
    for row in rows:
        if row.urlkey != urlkey:
            urlkey, digests = row.urlkey, set()
        why = _why_not(row, digests)
        digests.add(row.digest)
        if why:
            skipped[why] += 1
        elif seen(row.original, _source(row)):
            skipped["read before"] += 1
        else:
            yield row


def _why_not(row: CdxRow, digests: set[str]) -> str:
    """What a row is that need not be asked for; empty for one worth asking."""
    if row.digest in digests:
        return "unchanged"
    is_redirect = row.statuscode.startswith("3")
    if row.statuscode not in ("200", "-") and not is_redirect:
        return f"http_{row.statuscode[:3]}"
    kind = asset_kind(row.original)
    if kind or row.mimetype == "warc/revisit" or is_redirect:
        return kind
    return "" if may_be_page(row.mimetype) else "other"


def _fetched(
    server: ArchiveServer, rows: Iterator[CdxRow], max_bytes: int, skipped: Counter[str], take: Take
) -> Iterator[Item]:
    failed_in_a_row = 0
    for row in rows:
        try:
            page = take(server, row, max_bytes)
        except Passing as error:
            failed_in_a_row += 1
            yield Failure(
                url=row.original, stage="fetch", reason=error.reason, detail=f"{_source(row)}: {error.detail}"
            )
            if failed_in_a_row >= MAX_IN_A_ROW:
                cure = "what was read is kept; run the same command again later"
                raise SourceError(
                    f"{server.base}: {failed_in_a_row} captures in a row could not be had; {cure}"
                ) from error
            continue
        except Rejected as error:
            page = Failure(
                url=row.original, stage="fetch", reason=error.reason, detail=f"{_source(row)}: {error.detail}"
            )
        failed_in_a_row = 0
        if page is None:
            skipped[asset_kind(row.original) or "other"] += 1
        else:
            yield page


def _page(server: ArchiveServer, row: CdxRow, max_bytes: int) -> Page | Failure | None:
    """The page of a capture; None for what turns out to be none.

    Raises:
        Passing: the archive does not give it now.
        Rejected: the archive does not hold it, refuses it, or holds it only in part.
    """
    answer = _memento(server, f"/{_source(row)}", max_bytes)
    is_redirect = 300 <= answer.status < 400
    if not is_redirect and answer.body and not page_kind(answer.body[:HEAD], answer.header("content-type") or None):
        return None
    return _as_page(server, row, answer)


def _file(server: ArchiveServer, row: CdxRow, max_bytes: int) -> Page | None:
    """The picture or document of a capture, whatever it turns out to be; None where it is an error. Raises as `_page`."""
    answer = _memento(server, f"/{_source(row)}", max_bytes)
    return _as_page(server, row, answer) if answer.status == 200 else None


def _as_page(server: ArchiveServer, row: CdxRow, answer: Answer) -> Page:
    path = _ARCHIVED.search(answer.url)
    return Page(
        url=path[2] if path else row.original,
        requested_url=row.original,
        status=answer.status,
        headers=_headers(server, answer),
        body=answer.body,
        captured_at=mail_date(answer.header("memento-datetime")) or _time(row.timestamp),
        origin="wayback",
        source=_source(row),
    )


def _memento(server: ArchiveServer, reference: str, max_bytes: int) -> Answer:
    """The archived answer itself. An archive sends from a time it does not hold to the nearest one it does."""
    for _ in range(_MAX_HOPS):
        answer = server.get(reference, max_bytes)
        if answer.is_memento:
            return answer
        if 300 <= answer.status < 400:
            target = urljoin(answer.url, answer.header("location"))
            found = _ARCHIVED.search(target)
            if not found or urlsplit(target).netloc != urlsplit(server.base).netloc:
                raise Rejected("not_in_archive", f"the archive leads to {target[:200]!r}")
            reference = f"/web/{found[1]}id_/{found[2]}"
            continue
        if answer.status in (403, 451):
            raise Rejected(
                "blocked_by_archive", answer.header("x-archive-wayback-runtime-error") or f"http_{answer.status}"
            )
        raise Rejected("not_in_archive", f"the archive answers {answer.status} without a capture")
    raise Rejected("redirect_loop", f"the archive sends on more than {_MAX_HOPS} times")


def _headers(server: ArchiveServer, answer: Answer) -> tuple[tuple[str, str], ...]:
    """The archived server's own headers, the Location without the archive's prefix."""
    original = [(name[len(_ORIGINAL) :], value) for name, value in answer.headers if name.lower().startswith(_ORIGINAL)]
    names = {name.lower() for name, _ in original}
    if "content-type" not in names and answer.header("content-type"):
        original.append(("content-type", answer.header("content-type")))
    if "location" not in names and answer.header("location"):
        original.append(("location", urljoin(f"{server.base}/", answer.header("location"))))
    return tuple((name, _unwrapped(value) if name.lower() == "location" else value) for name, value in original)


def _unwrapped(location: str) -> str:
    found = _ARCHIVED.search(location)
    return found[2] if found else location


def _source(row: CdxRow) -> str:
    return f"web/{row.timestamp}id_/{row.original}"


def _time(timestamp: str) -> str:
    try:
        return utc(datetime.strptime(timestamp + "+0000", "%Y%m%d%H%M%S%z"))
    except ValueError:
        return utc(datetime(int(timestamp[:4]) or 1, 1, 1, tzinfo=UTC))
