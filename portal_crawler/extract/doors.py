"""Reads the answers of side doors - feeds, sitemaps, the list service - as links and further doors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines.errors import Rejected
from portal_crawler.extract.reading import PageReading, Problem
from portal_crawler.platforms.sharepoint.feeds import read_feed, read_lists, read_sitemap
from portal_crawler.platforms.sharepoint.shapes import STRONG, on_hosts, shape_of

if TYPE_CHECKING:
    from pipelines.items import Page
    from portal_crawler.extract.reading import Door, Link
    from portal_crawler.profile import Profile

#: SPListTemplateType of lists that hold news: custom list, announcements, page library, blog posts.
NEWS_TEMPLATES = frozenset({0, 100, 104, 301, 850})


def read_door(page: Page, profile: Profile, door: Door) -> PageReading:
    """The article links a side door shows, on the profile's hosts; `side_doors` are child sitemaps or feeds of lists.

    A door that is shut, or holds something else, gives a problem: nothing is lost by it.
    """
    if page.status != 200:
        return PageReading(problem=Problem(reason=f"http_{page.status}"))
    try:
        links, doors = _read(page, door)
    except Rejected as error:
        return PageReading(problem=Problem(reason=error.reason, detail=error.detail))
    patterns = [re.compile(pattern) for pattern in profile.listing.article]
    wanted = tuple(
        link
        for link in links
        if on_hosts(link.url, profile.hosts)
        and (door == "feed" or shape_of(link.url) in STRONG or any(pattern.search(link.url) for pattern in patterns))
    )
    return PageReading(links=wanted, side_doors=tuple(url for url in doors if on_hosts(url, profile.hosts)))


def _read(page: Page, door: Door) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    if door == "feed":
        return read_feed(page.body, page.url), ()
    if door == "sitemap":
        return read_sitemap(page.body, page.url)
    web = page.url.partition("/_api/")[0] + "/"
    lists = [one for one in read_lists(page.body) if not one.hidden and one.items and one.template in NEWS_TEMPLATES]
    return (), tuple(urljoin(web, one.feed) for one in lists)
