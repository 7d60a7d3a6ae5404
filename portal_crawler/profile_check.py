"""The rules between the values of a profile: each refusal names the file, the key and the cure."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipelines.civic.places import place_problem
from pipelines.errors import ConfigurationError
from portal_crawler.selectors import check_selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal_crawler.profile import Crawl, Dates, Labels, Layout, Listing, Profile

#: How the next page of a list is asked for; "auto" finds out.
PAGERS = ("auto", "get", "path", "paged", "postback", "updatepanel", "listdata", "none")
ORDERS = ("DMY", "MDY")

_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+")
_LEAST = {
    "delay": 0,
    "concurrency": 1,
    "timeout": 1,
    "max_bytes": 1024,
    "max_listing_pages": 1,
    "probe_ids": 0,
    "recheck": 0,
}


def check_profile(profile: Profile, where: str) -> None:
    """Nothing, where all is well; `where` names the file.

    Raises:
        ConfigurationError: the first rule that is broken.
    """
    for problem in _problems(profile):
        raise ConfigurationError(f"{where}: {problem}")


def _problems(profile: Profile) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", profile.name):
        yield f'name "{profile.name}" must be lower-case letters, digits and _, such as "ben_tre_city"'
    if profile.platform != "sharepoint":
        yield f'platform "{profile.platform}" is unknown; the only one is "sharepoint"'
    if profile.place and (problem := place_problem(profile.place)):
        yield problem
    yield from _hosts("hosts", profile.hosts)
    yield from _hosts("crawl.media_hosts", profile.crawl.media_hosts)
    for at, url in enumerate(profile.start_urls, 1):
        yield from _address(f"start_urls[{at}]", url, profile.hosts)
    for at, section in enumerate(profile.sections, 1):
        yield from _address(f"sections[{at}].url", section.url, profile.hosts)
    yield from _layouts(profile.layouts)
    yield from _labels(profile.labels)
    yield from _dates(profile.dates)
    if profile.quality.chrome_articles < 0:
        yield f"quality.chrome_articles = {profile.quality.chrome_articles} must be at least 0; 0 learns nothing"
    if not 0 <= profile.quality.coverage_floor <= 1:
        yield f"quality.coverage_floor = {profile.quality.coverage_floor} must be a share from 0 to 1, such as 0.995"
    yield from _listing(profile.listing)
    yield from _crawl(profile.crawl)


def _hosts(key: str, hosts: tuple[str, ...]) -> Iterator[str]:
    for at, host in enumerate(hosts, 1):
        if not _HOST.fullmatch(host) or host != host.lower():
            yield f'{key}[{at}] "{host}" must be a host name alone, in lower case, such as "www.example.gov.vn"'


def _address(key: str, url: str, hosts: tuple[str, ...]) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        host, netloc = (parts.hostname or "").lower(), parts.netloc.lower()
    except ValueError:
        yield f"{key} is no address: {url!r}"
        return
    if parts.scheme not in ("http", "https") or not host:
        yield f"{key} must be http(s)://…, not {url!r}"
    elif netloc not in hosts and host not in hosts:
        yield f'{key} {url} is not on one of the hosts; add "{netloc}" to hosts'


def _layouts(layouts: tuple[Layout, ...]) -> Iterator[str]:
    names = [layout.name for layout in layouts]
    for at, layout in enumerate(layouts, 1):
        key = f"layouts[{at}]"
        if names.index(layout.name) < at - 1:
            yield f'{key}.name "{layout.name}" is taken by an earlier layout; name each one differently'
        for name in ("valid_from", "valid_until"):
            if not _is_day(getattr(layout, name)):
                yield f"{key}.{name} must be a day, YYYY-MM-DD, not {getattr(layout, name)!r}"
        if layout.valid_from and layout.valid_until and layout.valid_from > layout.valid_until:
            yield f"{key}.valid_from {layout.valid_from} is later than its valid_until {layout.valid_until}; swap them"
        for name in ("match", "container", "title", "summary", "body", "author", "category", "published", "views"):
            yield from check_selector(f"{key}.{name}", getattr(layout, name), elements=name in ("container", "body"))
        for selector in layout.remove:
            yield from check_selector(f"{key}.remove", selector)


def _is_day(value: str) -> bool:
    if not value:
        return True
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _labels(labels: Labels) -> Iterator[str]:
    taken: dict[str, str] = {}
    for name in labels.__dataclass_fields__:
        for label in getattr(labels, name):
            folded = " ".join(label.casefold().split())
            if not folded:
                yield f"labels.{name} holds an empty label; remove it"
            elif taken.setdefault(folded, name) != name:
                yield f'labels: "{label}" stands under {taken[folded]} and {name}; a label names one field'


def _dates(dates: Dates) -> Iterator[str]:
    if dates.order not in ORDERS:
        yield f"dates.order must be {' or '.join(ORDERS)}, not {dates.order!r}"
    if dates.form_order not in ("", *ORDERS):
        yield f"dates.form_order must be {' or '.join(ORDERS)}, not {dates.form_order!r}"
    try:
        ZoneInfo(dates.timezone)
    except (KeyError, ValueError, OSError):
        yield f'dates.timezone "{dates.timezone}" is unknown; write it as in "Asia/Ho_Chi_Minh"'
    yield from _pattern("dates.pattern", dates.pattern)
    missing = [name for name in ("day", "month", "year") if f"(?P<{name}>" not in dates.pattern]
    if dates.pattern and missing:
        yield f"dates.pattern {dates.pattern!r} lacks the named groups {', '.join(missing)}; write (?P<day>…) and so on"


def _listing(listing: Listing) -> Iterator[str]:
    if listing.pager not in PAGERS:
        yield f'listing.pager "{listing.pager}" must be one of {", ".join(PAGERS)}'
    yield from check_selector("listing.links", listing.links)
    yield from check_selector("listing.next", listing.next)
    for name in ("article", "deny"):
        for at, pattern in enumerate(getattr(listing, name), 1):
            yield from _pattern(f"listing.{name}[{at}]", pattern)


def _pattern(key: str, pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"{key} {pattern!r} is no regular expression: {error}; write it in single quotes, '…'"


def _crawl(crawl: Crawl) -> Iterator[str]:
    for name, least in _LEAST.items():
        value = getattr(crawl, name)
        if not math.isfinite(value) or value < least:
            yield f"crawl.{name} must be at least {least}, not {value}"
    if crawl.contact and not _CONTACT.fullmatch(crawl.contact):
        yield f"crawl.contact must be an e-mail or http(s) address, not {crawl.contact!r}: a server's owner reads it"
