"""Under which address an article is known: the page's own, or the one that the page itself names as the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.index import index_of
from portal_crawler.platforms.sharepoint.addresses import clean_url, item_id, source_key
from portal_crawler.platforms.sharepoint.shapes import on_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from pipelines.items import Page
    from portal_crawler.extract.index import Index
    from portal_crawler.profile import Profile

_FORMS = frozenset(["aspnetForm", "form1"])


def true_address(page: Page, root: HtmlElement, profile: Profile) -> str:
    """The cleaned address whose source key identifies the article.

    A canonical link counts where it is on the portal, names an item, and the page's own address names the same item or
    none: portals are known to name their start page, or the last page visited, as canonical for all.
    """
    own = clean_url(page.url, page.url) or page.url
    index = index_of(root)
    actions = (one.get("action") for one in index.named("form") if one.get("id") in _FORMS)
    action = clean_url(own, next((one for one in actions if one is not None), ""))
    if action and source_key(action) == source_key(own):
        own = action  # ASP.NET writes the page's own address there, in the server's spelling
    for reference in _canonical(index):
        url = clean_url(own, reference)
        if url and on_hosts(url, profile.hosts) and item_id(url) and item_id(own) in ("", item_id(url)):
            return url
    return own


def _canonical(index: Index) -> Iterator[str]:
    """The addresses that a page names as its own, in page order."""
    links = [one for one in index.named("link") if one.get("rel") == "canonical"]
    shared = [one for one in index.named("meta") if one.get("property") == "og:url"]
    for element in index.ordered(links, shared):
        yield element.get("href" if element.tag == "link" else "content", "")
