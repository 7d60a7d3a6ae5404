"""Reads a page as a listing: its article links row by row, the sections it leads to, its pager and its side doors."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from portal_crawler.extract.index import index_of
from portal_crawler.extract.reading import Link
from portal_crawler.extract.rows import cut_rows, heading_of, read_date, read_image, read_title
from portal_crawler.extract.sections import find_sections
from portal_crawler.extract.wording import ACTION, RELATED, folded, one_line
from portal_crawler.extract.xpath import elements
from portal_crawler.platforms.sharepoint.feeds import side_door_addresses
from portal_crawler.platforms.sharepoint.pagers import listdata_links, next_step
from portal_crawler.platforms.sharepoint.pagers.controls import role_of_label
from portal_crawler.platforms.sharepoint.shapes import (
    STRONG,
    WEAK,
    Target,
    host_is_of,
    key_of,
    on_hosts,
    shape_of,
    target_of,
)
from portal_crawler.selectors import selector_to_xpath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from portal_crawler.extract.document import Document
    from portal_crawler.extract.reading import Step
    from portal_crawler.extract.rows import Row
    from portal_crawler.profile import Profile

_LINKS_IN = elements("descendant-or-self::a[@href]")
_PARAGRAPHS = elements("//p[not(ancestor::li or ancestor::a)]")
_MENU = re.compile(r"(?i)nav(?!y)|menu|breadcrumb|sitemappath|footer|chan-?trang|quicklaunch|ribbon")
_SCHEME = re.compile(r"^\s*(?!https?:)[a-zA-Z][\w+.-]*:")

#: A page whose own prose (outside rows) is longer is an article, whatever list stands beside it.
_ARTICLE_PROSE = 800
#: A link text of so many words reads like a title; menu entries are shorter.
_TITLE_WORDS = 6
_KIN = 3
_NO_PAGES = frozenset({"none", "chrome", "file", "feed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingReading:
    """What a page offers to follow: article links and sections in page order, the next page, addresses of feeds."""

    links: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()
    next: Step | None = None
    side_doors: tuple[str, ...] = ()


@dataclass(slots=True)
class Anchor:
    """One link of a page that lies on the portal: its target, the key of what it shows, whether it stands in a menu."""

    element: HtmlElement
    target: Target
    key: str
    text: str
    in_menu: bool


def read_listing(document: Document, profile: Profile, page_number: int = 0) -> ListingReading:
    """The listing a page holds; every page is one to some degree, an article page too (its links are "related").

    Without a profile's word a link is an article where its address says so (shapes.py), or where it stands in a row
    with a date, or among at least three rows of its kind with titles for texts. `page_number` is the number this
    page was asked as (`Step.number`), 0 where that is not known.
    """
    anchors = _anchors(document, profile)
    rows = _article_rows(document, profile, anchors)
    written = _written(anchors, {key for key, _, _ in rows})
    step = next_step(document, profile, page_number)
    route = "related" if _is_article(document, rows, step) else "listing"
    known = {key for key, _, _ in rows}
    data = [] if profile.listing.links else _on_portal(listdata_links(document), profile)
    return ListingReading(
        links=_merge((*_links(document, rows, route, written), *data)),
        sections=find_sections(one for one in anchors if one.key not in known),
        next=step,
        side_doors=side_door_addresses(document, profile),
    )


def _anchors(document: Document, profile: Profile) -> list[Anchor]:
    """Every link that a reader could follow within the portal, but those of pagers, actions and this page itself."""
    own = {key_of(document.url), target_of(document.url, document.url).url.lower()}
    denied = _patterns(profile.listing.deny)
    hosts = frozenset(profile.hosts)
    menus: dict[HtmlElement, bool] = {}
    found = []
    for element, reference, _ in index_of(document.root).anchors:
        if (
            not reference
            or reference[0] == "#"
            or reference.startswith("javascript:")
            or (reference[0] != "/" and _SCHEME.match(reference))
        ):
            continue
        target = target_of(document.base, reference)
        if target.shape in _NO_PAGES or not host_is_of(target.host, target.url.partition(":")[0], hosts):
            continue
        if denied and any(pattern.search(target.url) for pattern in denied):
            continue
        text = one_line(element.text_content())
        # The full key costs as much as all the rest, and only items have several spellings that matter.
        key = key_of(target.url) if target.shape in STRONG else target.url.lower()
        if key in own or _turns_pages_or_acts(text):
            continue
        found.append(Anchor(element, target, key, text, _in_menu(element, menus)))
    return found


@lru_cache(maxsize=64)
def _patterns(expressions: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression) for expression in expressions)


def _turns_pages_or_acts(text: str) -> bool:
    if not text or len(text) > 40:
        return False
    return role_of_label(text)[0] not in {"", "more"} or bool(ACTION.match(folded(text)))


def _in_menu(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """True inside navigation, by HTML's own elements and the words that ids and classes of menus share."""
    path = []
    node: HtmlElement | None = element
    answer = False
    while node is not None:
        if node in known:
            answer = known[node]
            break
        path.append(node)
        if _names_menu(node):
            answer = True
            break
        node = node.getparent()
    known.update(dict.fromkeys(path, answer))
    return answer


def _names_menu(node: HtmlElement) -> bool:
    if node.tag in {"nav", "footer"} or node.get("role") in {"navigation", "menu", "menubar", "contentinfo"}:
        return True
    if node.tag in {"body", "form", "html"}:
        return False
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return len(names) > 1 and bool(_MENU.search(names))


def _article_rows(document: Document, profile: Profile, anchors: list[Anchor]) -> list[tuple[str, str, Row]]:
    """(key, address, row) of every article link, in page order."""
    addresses: dict[str, str] = {}
    for one in anchors:
        addresses.setdefault(one.key, one.target.url)
    chosen = _chosen(document, profile, anchors)
    if chosen is None:
        strong = [one for one in anchors if one.target.shape in STRONG and not _is_menu_entry(one)]
        weak = [one for one in anchors if one.target.shape in WEAK and not one.in_menu]
        trusted = {one.key for one in strong} | _trusted(weak, strong)
        chosen = [one for one in anchors if one.key in trusted and not _is_menu_entry(one)]
    rows = cut_rows((one.key, one.element) for one in chosen)
    return [(key, addresses[key], row) for key, row in rows]


def _is_menu_entry(anchor: Anchor) -> bool:
    return anchor.in_menu and anchor.text.count(" ") < _TITLE_WORDS - 1


def _chosen(document: Document, profile: Profile, anchors: list[Anchor]) -> list[Anchor] | None:
    """The article links a profile names; None where it names none, or its selector matches nothing on this page."""
    if profile.listing.links:
        matched = elements(selector_to_xpath(profile.listing.links))(document.root)
        inside = {link for element in matched for link in _LINKS_IN(element)}
        if inside:
            return [one for one in anchors if one.element in inside]
    if profile.listing.article:
        patterns = _patterns(profile.listing.article)
        return [one for one in anchors if any(pattern.search(one.target.url) for pattern in patterns)]
    return None


def _trusted(weak: list[Anchor], strong: list[Anchor]) -> set[str]:
    """Keys of links that their address leaves open and their rows prove to be articles."""
    labels = _labels(weak)
    weak = [one for one in weak if one.key not in labels]
    if not weak:
        return set()
    strong_keys = {one.key for one in strong}
    rows = [
        (key, row)
        for key, row in cut_rows((one.key, one.element) for one in (*weak, *strong))
        if key not in strong_keys
    ]
    beside = {holder for one in strong for holder in islice(one.element.iterancestors(), 3)}
    folders = {one.key: one.target.url.rpartition("/")[0].lower() for one in weak}
    titles: dict[str, str] = {}
    dated: set[str] = set()
    kin: dict[tuple[str, str, HtmlElement], dict[str, int]] = {}
    for key, row in rows:
        title = read_title(row)
        titles[key] = max(titles.get(key, ""), title, key=len)
        if row.container in beside:
            row.around.clear()  # a label beside an article's link: the date there is the article's
        if read_date(row, title):
            dated.add(key)
        family = kin.setdefault((folders[key], str(row.element.tag), row.container), {})
        family[key] = max(family.get(key, 0), title.count(" ") + 1 if title else 0)
    repeated = len(dated) >= 2
    trusted = {key for key in dated if titles[key] and (repeated or titles[key].count(" ") >= _TITLE_WORDS - 2)}
    for family in kin.values():
        words = sorted(family.values())
        if len(words) >= _KIN and words[len(words) // 2] >= _TITLE_WORDS:
            trusted.update(key for key, count in family.items() if count > 1)
    return trusted


def _labels(weak: list[Anchor]) -> set[str]:
    """Keys of links that stand on a page again and again under one short text: the section's name in every row."""
    texts: dict[str, list[str]] = {}
    for one in weak:
        if one.text:
            texts.setdefault(one.key, []).append(one.text)
    return {
        key
        for key, printed in texts.items()
        if len(printed) > 1 and len(set(printed)) == 1 and printed[0].count(" ") < _TITLE_WORDS - 2
    }


def _is_article(document: Document, rows: list[tuple[str, str, Row]], step: Step | None) -> bool:
    """True where the page itself is an article: by its address, its prose, or the heading above its only list.

    A pager speaks against it, but does not decide: lists of other news below an article have pagers too.
    """
    addressed = shape_of(document.url) in STRONG
    if addressed == (step is None):
        return addressed
    if not rows:
        return False
    holders = {row.container for _, _, row in rows}
    if all(RELATED.search(heading_of(holder)) for holder in holders):
        return True
    elements = {row.element for _, _, row in rows}
    prose = 0
    for paragraph in _PARAGRAPHS(document.root):
        if not any(holder in elements for holder in paragraph.iterancestors()):
            prose += len(paragraph.text_content())
            if prose > _ARTICLE_PROSE:
                return True
    return False


def _written(anchors: list[Anchor], keys: set[str]) -> dict[str, tuple[str, ...]]:
    """Every address by which the page links each of these articles, but the cleaned one: old links use them all."""
    found: dict[str, dict[str, None]] = {}
    for one in anchors:
        if one.key in keys:
            found.setdefault(one.key, {}).update(dict.fromkeys(one.target.spellings))
    return {key: tuple(urls) for key, urls in found.items()}


def _links(
    document: Document, rows: list[tuple[str, str, Row]], route: str, written: dict[str, tuple[str, ...]]
) -> list[Link]:
    links = []
    for key, url, row in rows:
        title = read_title(row)
        date = read_date(row, title)
        also = tuple(one for one in written.get(key, ()) if one != url)
        image = read_image(row, document.base)
        links.append(Link(url=url, text=title, published=date, image=image, route=route, also=also))
    return links


def _merge(links: Iterable[Link]) -> tuple[Link, ...]:
    """One link an article: the first place it stands, with the best that any of its places prints."""
    merged: dict[str, Link] = {}
    for link in links:
        key = key_of(link.url)
        first = merged.get(key)
        if first is None:
            merged[key] = link
            continue
        merged[key] = replace(
            first,
            text=max(first.text, link.text, key=len),
            published=first.published or link.published,
            image=first.image or link.image,
            also=tuple(dict.fromkeys((*first.also, *link.also, *((link.url,) if link.url != first.url else ())))),
        )
    return tuple(merged.values())


def _on_portal(links: Iterable[Link], profile: Profile) -> list[Link]:
    denied = _patterns(profile.listing.deny)
    wanted = _patterns(profile.listing.article)
    return [
        link
        for link in links
        if on_hosts(link.url, profile.hosts)
        and not any(pattern.search(link.url) for pattern in denied)
        and (not wanted or any(pattern.search(link.url) for pattern in wanted))
    ]
