"""Finds the boxes of the page's template inside an article, and takes out those that the portal's learned chrome knows.

A box is a container that the template made, not the editor: an element with a class or id of its own, outside of any
rich-text field. Paragraphs of the article itself never make one, so a sentence that closes every announcement stays.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.coverage import Box
from portal_crawler.extract.markup import template_name
from portal_crawler.extract.media import is_file
from portal_crawler.extract.titles import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from pipelines.chrome import Chrome
    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.draft import Draft

_CONTAINERS = frozenset(
    ["div", "section", "aside", "ul", "ol", "dl", "table", "center", "fieldset", "article", "header", "footer"]
)
_NUMBERS = re.compile(r"\{?[0-9a-fA-F]{8,}\}?|\d+")
#: A place that an article has more often is how its template sets paragraphs.
_REPEATED = 3
#: A box with this share of the article's words is a wrapper around it.
_WRAPPER = 0.5
#: The heading of a list of links is this short; two links make a list.
_HEADING_WORDS, _LINKS = 9, 2
_SNIPPET = 120
_MOST = 24


def region_of(core: HtmlElement) -> str:
    """The name of an article's core and of the element around it, without numbers."""
    parent = core.getparent()
    names = [_name(one) for one in (parent, core) if one is not None]
    return ">".join(names)


def find_boxes(draft: Draft, chrome: Chrome) -> tuple[Box, ...]:
    """The boxes of a draft; those that `chrome` knows go from its body to what was set aside, and are marked so."""
    if not draft.sources or draft.core is None:
        return ()
    region = region_of(draft.core)
    held = _containers(draft.body, draft.core)
    total = sum(block.words for block in draft.body)
    places = {element: _place(element, draft.core) for element in held}
    often = Counter(places.values())
    gone: set[Block] = set()
    boxes = []
    order = {block: at for at, block in enumerate(draft.body)}
    for element, blocks in held.items():
        words = sum(block.words for block in blocks)
        if often[places[element]] > _REPEATED or words > _WRAPPER * total or gone.issuperset(blocks):
            continue
        box = _box(places[element], blocks, draft.body, order[blocks[0]])
        if chrome.knows(region, box):
            gone.update(blocks)
            box = replace(box, removed=True)
        boxes.append(box)
    if gone:
        draft.dropped += [block for block in draft.body if block in gone]
        draft.aside += [(block, "learned") for block in draft.body if block in gone]
        draft.body = [block for block in draft.body if block not in gone]
    return tuple(boxes[:_MOST])


def _containers(body: Sequence[Block], core: HtmlElement) -> dict[HtmlElement, list[Block]]:
    """The template's containers inside the core and the blocks in each, outer ones first."""
    chains: dict[HtmlElement, list[HtmlElement]] = {}
    held: dict[HtmlElement, list[Block]] = {}
    for block in body:
        if block.zone is not None or block.kind == "cell":
            continue
        if block.element not in chains:
            chains[block.element] = _chain(block.element, core)
        for element in chains[block.element]:
            held.setdefault(element, []).append(block)
    return held


def _chain(element: HtmlElement, core: HtmlElement) -> list[HtmlElement]:
    chain: list[HtmlElement] = []
    current: HtmlElement | None = element
    while current is not None and current is not core:
        if current.tag in _CONTAINERS and template_name(current):
            chain.append(current)
        current = current.getparent()
    return chain[::-1] if current is core else []


def _name(element: HtmlElement) -> str:
    return f"{element.tag}.{_NUMBERS.sub('0', template_name(element))}"


def _place(element: HtmlElement, core: HtmlElement) -> str:
    """The names from the core down to a container."""
    names = []
    current: HtmlElement | None = element
    while current is not None and current is not core:
        names.append(_name(current) if template_name(current) else str(current.tag))
        current = current.getparent()
    return ">".join(reversed(names))


def _box(place: str, blocks: Sequence[Block], body: Sequence[Block], first: int) -> Box:
    seen = [(same(block.text), block.source, block.links) for block in blocks]
    before = same(body[first - 1].text) if first else ""
    return Box(
        place=place,
        key=_hash(repr(seen)),
        heading=same(blocks[0].text) if _is_list(blocks) else "",
        before=_hash(before),
        text=" / ".join(block.text or block.source for block in blocks)[:_SNIPPET],
    )


def _is_list(blocks: Sequence[Block]) -> bool:
    """True for a heading and nothing but links to pages behind it."""
    heading, links = blocks[0], blocks[1:]
    if heading.kind != "text" or heading.link_share > 0.5 or not 0 < heading.words <= _HEADING_WORDS:
        return False
    return len(links) >= _LINKS and all(
        (block.kind == "image" and block.href) or (block.link_share > 0.5 and not any(map(is_file, block.links)))
        for block in links
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
