"""Side doors of a portal: RSS of lists and searches, sitemaps, and where on a page they are announced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

from pipelines.errors import Rejected
from portal_crawler.extract.index import index_of, scripts_with
from portal_crawler.extract.reading import Link
from portal_crawler.extract.wording import one_line
from portal_crawler.platforms.sharepoint.addresses import clean_url, join_url
from portal_crawler.platforms.sharepoint.lists import PortalList, read_lists
from portal_crawler.platforms.sharepoint.pagers.tokens import unescape_script
from portal_crawler.platforms.sharepoint.shapes import on_hosts, shape_of, target_of, verbatim
from portal_crawler.platforms.sharepoint.xml_input import local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree
    from lxml.html import HtmlElement

    from portal_crawler.extract.document import Document
    from portal_crawler.profile import Profile

__all__ = ["PortalList", "portal_door_addresses", "read_feed", "read_lists", "read_sitemap", "side_door_addresses"]

_FEED_TYPE, _FEED_NAMES = re.compile("rss|atom"), ("feed", "Feed", "rss", "RSS")
_GUID = r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?"
_LIST_ID = re.compile(rf"(?:pageListId[\"']?\s*[:=]\s*[\"']|ctx\d*\.listName\s*=\s*[\"'])\s*{_GUID}", re.IGNORECASE)
_LIST_PARAMETER = re.compile(rf"[?&](?:list|listid)={_GUID}", re.IGNORECASE)
_WEB = re.compile(r"webServerRelativeUrl[\"']?\s*:\s*\"((?:[^\"\\]|\\.)*)\"")
_LAYOUTS = re.compile(r"_layouts/(1\d)/")


def read_feed(data: bytes, base: str) -> tuple[Link, ...]:
    """Links of a feed in its order: RSS 0.9x, 1.0, 2.0 or Atom; `base` is the feed's own address.

    Raises:
        Rejected: "not_a_feed" where it is other XML, else as `xml_input.parse_xml`.
    """
    root = parse_xml(data, "feed", else_reason="not_a_feed")
    if local_name(root).lower() not in {"rss", "rdf", "feed"}:
        raise Rejected("not_a_feed", f"{base}: the root element is <{local_name(root)}>")
    links: dict[str, Link] = {}
    for element in root.iter():
        if local_name(element) in {"item", "entry"}:
            link = _feed_link(element, base)
            if link and link.url not in links:
                links[link.url] = link
    return tuple(links.values())


def _feed_link(item: etree._Element, base: str) -> Link | None:
    fields: dict[str, list[etree._Element]] = {}
    for child in item:
        fields.setdefault(local_name(child), []).append(child)
    url = next((url for reference in _references(fields) if (url := clean_url(base, reference))), "")
    if not url or shape_of(url) in {"none", "file", "chrome", "feed"}:
        return None
    published = next(
        (text for name in ("pubDate", "published", "date", "updated") if (text := _first(fields, name))), ""
    )
    return Link(url=url, text=_first(fields, "title"), published=published, image=_enclosed(fields, base), route="feed")


def _references(fields: dict[str, list[etree._Element]]) -> Iterator[str]:
    for link in fields.get("link", ()):
        if link.get("rel", "alternate") == "alternate":
            yield link.get("href") or link.text or ""
    for guid in fields.get("guid", ()):
        if guid.get("isPermaLink", "true").lower() != "false":
            yield guid.text or ""


def _first(fields: dict[str, list[etree._Element]], name: str) -> str:
    """An element's text; titles may carry markup as escaped HTML."""
    text = next(("".join(map(str, one.itertext())) for one in fields.get(name, ())), "")
    if "<" in text or "&" in text:
        text = html.fragment_fromstring(text, create_parent="div").text_content()
    return one_line(text)


def _enclosed(fields: dict[str, list[etree._Element]], base: str) -> str:
    for name in ("enclosure", "thumbnail", "content"):
        for one in fields.get(name, ()):
            if one.get("url") and one.get("type", "image/").startswith("image/"):
                return join_url(base, one.get("url") or "")
    return ""


def read_sitemap(data: bytes, base: str) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(links, child sitemaps) of a sitemap or sitemap index, in order; `base` is its own address.

    An index that names itself has no child there: whoever follows children still has to ask each only once.
    `published` is set for news sitemaps only, as lastmod (`changed`) is not a publish date.

    Raises:
        Rejected: "not_a_sitemap" where it is other XML, else as `xml_input.parse_xml`.
    """
    root = parse_xml(data, "sitemap", else_reason="not_a_sitemap")
    if local_name(root) not in {"urlset", "sitemapindex"}:
        raise Rejected("not_a_sitemap", f"{base}: the root element is <{local_name(root)}>")
    links: dict[str, Link] = {}
    children: dict[str, None] = {}
    for entry in root:
        values = {local_name(one): one_line(one.text or "") for one in reversed(list(entry.iter())) if one is not entry}
        location = _location(entry)
        if local_name(entry) == "sitemap":
            url = join_url(base, location)
            if url and url != join_url(base, base):
                children[url] = None
        elif local_name(entry) == "url":
            url = clean_url(base, location)
            if url and shape_of(url) not in {"none", "file", "chrome", "feed"}:
                published, title = values.get("publication_date", ""), values.get("title", "")
                changed = values.get("lastmod", "")
                link = Link(url=url, text=title, published=published, changed=changed, route="sitemap")
                links.setdefault(url, link)
    return tuple(links.values()), tuple(children)


def _location(entry: etree._Element) -> str:
    """The entry's own <loc>, not that of an image inside it."""
    return next((one.text or "" for one in entry if local_name(one) == "loc"), "")


def side_door_addresses(document: Document, profile: Profile) -> tuple[str, ...]:
    """Addresses of feeds a page announces, and of the feeds of the lists it names by GUID, on the profile's hosts.

    Lists are named in `_spPageContextInfo.pageListId`, in a view's `ctx.listName` and in `List={GUID}` of links.
    """
    root = document.root
    found: dict[str, None] = {}
    for reference, typed in _announced(root):
        if typed or target_of(document.base, reference).shape == "feed":
            found[verbatim(document.base, reference)] = None
    announced = {guid.lower() for url in found for guid in _LIST_PARAMETER.findall(unquote(url))}
    web, layouts, guids = _lists_named(root)
    start = urljoin(document.url, "/")
    for guid in guids:
        if guid.lower() not in announced:
            found[verbatim(start, f"{web}/_layouts/{layouts}listfeed.aspx?List=%7B{guid.upper()}%7D")] = None
    return tuple(url for url in found if on_hosts(url, profile.hosts))


def _announced(root: HtmlElement) -> Iterator[tuple[str, bool]]:
    """(reference, True where a link element calls it a feed), in page order."""
    index = index_of(root)
    typed = [one for one in index.named("link") if "href" in one.attrib and _FEED_TYPE.search(one.get("type", ""))]
    words = [word for word in _FEED_NAMES if word in index.addresses]
    named = [one for one, reference, _ in index.anchors if any(word in reference for word in words)] if words else []
    addresses = {one.get("href") for one in typed}
    for element in index.ordered(typed, named):
        reference = element.get("href", "")
        yield reference, reference in addresses


def _lists_named(root: HtmlElement) -> tuple[str, str, tuple[str, ...]]:
    """(address of the web without its last slash, "15/" of its layouts folder, GUIDs of lists in page order)."""
    web, layouts = "", _LAYOUTS.search(_versioned(root))
    guids: dict[str, None] = {}
    for text in scripts_with(root, "ageListId", "listName"):
        guids.update(dict.fromkeys(guid.lower() for guid in _LIST_ID.findall(text)))
        match = _WEB.search(text)
        web = web or (unescape_script(match[1]).rstrip("/") if match else "")
        layouts = layouts or _LAYOUTS.search(text)
    index = index_of(root)
    listed = "ist=" in index.addresses or "istId=" in index.addresses
    for _, reference, _ in index.anchors if listed else ():
        if "ist=" in reference or "istId=" in reference:
            guids.update(dict.fromkeys(guid.lower() for guid in _LIST_PARAMETER.findall(unquote(reference))))
    return web, f"{layouts[1]}/" if layouts else "", tuple(guids)


def _versioned(root: HtmlElement) -> str:
    """The first address of a script or sheet in SharePoint's versioned folder."""
    index = index_of(root)
    scripts = [one for one in index.named("script") if "_layouts/1" in one.get("src", "")]
    sheets = [one for one in index.named("link") if "_layouts/1" in one.get("href", "")]
    return next((one.get("src" if one.tag == "script" else "href", "") for one in index.ordered(scripts, sheets)), "")


def portal_door_addresses(profile: Profile) -> tuple[str, ...]:
    """Side doors to try once a portal, whatever its pages announce: its sitemap and its list service."""
    found: dict[str, None] = {}
    for start in profile.start_urls:
        parts = urlsplit(start)
        root = f"{parts.scheme}://{parts.netloc}"
        found[f"{root}/sitemap.xml"] = None
        found[
            f"{root}/_api/web/lists?$select=Id,Title,Hidden,BaseTemplate,ItemCount,RootFolder/ServerRelativeUrl&$expand=RootFolder"
        ] = None
    return tuple(found)
