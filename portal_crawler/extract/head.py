"""What a page says of itself outside its text: title element, meta elements, JSON-LD, language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal_crawler.extract.index import index_of, scripts_with
from portal_crawler.extract.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

#: The title area of SharePoint: 2013 and later, then 2010.
_AREA_IDS = frozenset(["DeltaPlaceHolderPageTitleInTitleArea", "pageTitle"])
_AREA_CLASSES = re.compile("ms-core-pageTitle|s4-titletext|s4-pagedescription|ms-titlearea")
#: Searched in lower-cased text: to ignore case takes three times as long.
_LCID = re.compile(r"(?:currentlanguage|weblanguage|lcid)\W{1,4}(\d{4})")
#: Names under which pages state when they were changed last.
UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")
_NEWS = re.compile(r"Article|Posting|Report", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The page's own words about itself; every one may be empty.

    `title_area` is the text of SharePoint's title area, `meta` the first content of each name or property,
    lower-cased. `ld` is the JSON-LD object of the article. `lcid` is the language of SharePoint's own form dates.
    """

    title: str
    title_area: tuple[str, ...]
    meta: dict[str, str]
    ld: dict[str, Any]
    language: str
    lcid: int

    @property
    def og_title(self) -> str:
        """The title meant for sharing."""
        return self.meta.get("og:title") or self.meta.get("twitter:title") or str(self.ld.get("headline") or "")

    @property
    def description(self) -> str:
        """The description meant for sharing or searching."""
        return self.meta.get("og:description") or self.meta.get("description") or str(self.ld.get("description") or "")


def read_head(root: HtmlElement) -> Head:
    """The head of a page."""
    index = index_of(root)
    meta: dict[str, str] = {}
    for element in index.named("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = clean_text(element.get("content") or "")
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    lcid = _LCID.search("".join(scripts_with(root, "_spPageContextInfo"))[:20000].lower())
    classed = set(index.of_class(_AREA_CLASSES))
    areas = (one for one, _, identity in index.marked if identity in _AREA_IDS or one in classed)
    linked = (one.text or "" for one in index.named("script") if one.get("type") == "application/ld+json")
    return Head(
        title=clean_text(title_element(root)),
        title_area=tuple(dict.fromkeys(text for one in areas if (text := clean_text(one.text_content())))),
        meta=meta,
        ld=_article_of(linked),
        language=(root.get("lang") or root.get("xml:lang") or "").lower(),
        lcid=int(lcid[1]) if lcid else 0,
    )


def title_element(root: HtmlElement) -> str:
    """The text of the title element as written; empty where a page has none."""
    return next((one.text_content() for one in index_of(root).named("title")), "")


def _article_of(scripts: Iterable[str]) -> dict[str, Any]:
    """The first JSON-LD object that is an article, at the top level, in a list or in a graph; else a page with its date."""
    pages: list[dict[str, Any]] = []
    for script in scripts:
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        pending = data if isinstance(data, list) else [data]
        for one in pending:
            if not isinstance(one, dict):
                continue
            graph = one.get("@graph")
            for item in [one, *(graph if isinstance(graph, list) else [])]:
                if isinstance(item, dict) and _NEWS.search(str(item.get("@type"))):
                    return item
                if isinstance(item, dict) and "WebPage" in str(item.get("@type")) and item.get("datePublished"):
                    pages.append(item)
    return pages[0] if pages else {}


def ld_names(value: Any) -> str:
    """The names of JSON-LD persons, joined by commas; an organisation is the publisher, not an author."""
    if isinstance(value, str):
        return "" if value.startswith("http") else clean_text(value)
    if isinstance(value, dict):
        return "" if "Organization" in str(value.get("@type")) else ld_names(value.get("name"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(name for one in value if (name := ld_names(one))))
    return ""
