"""Chooses the links that may lead to listing pages, for portals whose profile names no sections."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from portal_crawler.extract.reading import Link
from portal_crawler.extract.wording import DOCUMENTS, HOME, NEWS, NO_NEWS, folded, one_line
from portal_crawler.platforms.sharepoint.shapes import STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal_crawler.extract.listing import Anchor

_TEXT_CHARACTERS = 200


def find_sections(anchors: Iterable[Anchor]) -> tuple[Link, ...]:
    """Candidates for listing pages in page order, each once, with the text a reader sees.

    The rule: every link of the portal that is no article, file or chrome is a candidate, wherever it stands (menu,
    breadcrumb, heading of a box, "Xem tất cả"). Left out are the start page, forms and services (contact, site map,
    login, search, questions and answers, public services, procedures) and pure document libraries ("Văn bản pháp
    luật"), unless their text also says news. One page too many is a request; one too few is a lost section.
    """
    found: dict[str, Link] = {}
    for anchor in anchors:
        text = anchor.text or _attribute_text(anchor)
        if not _may_list_news(text, anchor.target.url):
            continue
        if anchor.target.shape in STRONG and not anchor.in_menu:
            continue
        first = found.get(anchor.key)
        if first is None:
            found[anchor.key] = Link(url=anchor.target.url, text=text[:_TEXT_CHARACTERS], route="listing")
        elif not first.text and text:
            found[anchor.key] = Link(url=first.url, text=text[:_TEXT_CHARACTERS], route="listing")
    return tuple(found.values())


def _attribute_text(anchor: Anchor) -> str:
    """The words of a picture link: its title, or its picture's alternative text."""
    image = next(anchor.element.iter("img"), None)
    names = (anchor.element.get("title"), image.get("alt") if image is not None else None)
    return next((one_line(name) for name in names if name and name.strip()), "")


@lru_cache(maxsize=4096)
def _may_list_news(text: str, url: str) -> bool:
    path = unquote(urlsplit(url).path)
    if path in {"", "/"}:
        return False
    words = folded(text) or folded(path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " "))
    if NEWS.search(words):
        return True
    return not (HOME.match(words) or NO_NEWS.search(words) or DOCUMENTS.match(words))
