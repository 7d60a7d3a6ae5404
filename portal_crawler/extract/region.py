"""Finds where on a page the article is: the part of the tree that holds its prose, by SharePoint's invariants and by weight."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from portal_crawler.extract.flow import read_flow
from portal_crawler.extract.index import index_of
from portal_crawler.extract.xpath import elements

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block

#: The placeholder for a page's own content in 2013 and later, and what marks it in any version, and in 2010.
_PLACEHOLDER, _ANCHOR, _CONTENT_DIV = "DeltaPlaceHolderMain", "mainContent", "MSO_ContentDiv"
_ANCHORED = elements(f"//a[@id='{_ANCHOR}' or @name='{_ANCHOR}']/parent::*")
#: A block of fewer words is a heading, a label or a menu entry; it does not tell where prose is.
_PROSE_WORDS = 10
#: An element that holds this share of its parent's prose is where the reader is led.
_LEADING_SHARE = 0.6
_PARAGRAPHS = frozenset(
    ["p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "span", "dd", "dt", "ul", "ol", "dl"]
)
_LEAST_PROSE = 25
#: So many paragraphs behind links make a list of teasers; each stands in a box of at most so many elements.
_TEASERS, _BOX = 3, 6


def weigh(blocks: Sequence[Block], names: Sequence[str]) -> list[int]:
    """The words of prose in each block: 0 for headings, labels, menus, chrome and the teasers of other articles."""
    weights = [
        block.words
        if block.kind == "text" and block.words >= _PROSE_WORDS and not names[at] and block.link_share < 0.5
        else 0
        for at, block in enumerate(blocks)
    ]
    teasers = [at for at in range(1, len(blocks)) if weights[at] and _is_teaser(blocks[at - 1], blocks[at])]
    if len(teasers) >= _TEASERS:
        for at in teasers:
            weights[at] = 0
    return weights


def _is_teaser(title: Block, text: Block) -> bool:
    """True for a paragraph right behind a link in a small box of their own: a row of a list."""
    if title.kind != "text" or title.link_share < 0.8 or title.words < 3:
        return False
    box = text.element.getparent()
    return (
        box is not None and len(box) <= _BOX and any(one is box for one in (title.element, title.element.getparent()))
    )


def read_region(
    root: HtmlElement, skip: Collection[HtmlElement] = (), *, exact: bool = False, whole: bool = False
) -> tuple[HtmlElement, list[Block]]:
    """The element that holds the page's own content, and its blocks; `exact` takes `root` for it, `whole` the body.

    SharePoint's placeholder is believed however little it holds: what stands outside is the master page's, and a footer
    must never become an article. Only where it holds nearly nothing is what it marks as furniture read too.
    """
    if exact:
        return root, read_flow(root, skip=skip, furniture=True)
    main = None if whole else _main(root)
    if main is None:
        body = root.find("body")
        main = body if body is not None else root
    blocks = read_flow(main, skip=skip)
    if sum(block.words for block in blocks if block.link_share < 0.5) < _LEAST_PROSE and not _shows_picture(blocks):
        more = read_flow(main, skip=skip, furniture=True)
        if sum(block.words for block in more) >= _LEAST_PROSE:
            blocks = more
    return main, blocks


def _main(root: HtmlElement) -> HtmlElement | None:
    """The element that marks a page's own content, by the most trusted mark there is; None where nothing does."""
    index = index_of(root)
    placeholder = next((one for one, _, identity in index.marked if identity == _PLACEHOLDER), None)
    if placeholder is not None:
        return placeholder
    if any(_ANCHOR in (link.get("id"), link.get("name")) for link in index.named("a")):
        return _ANCHORED(root)[0]
    content = (one for one, _, identity in index.marked if _CONTENT_DIV in identity)
    return next(chain(content, index.named("main")), None)


def _shows_picture(blocks: Sequence[Block]) -> bool:
    return any(block.kind == "image" for block in blocks)


def heaviest(root: HtmlElement, blocks: Sequence[Block], weights: Sequence[float]) -> HtmlElement:
    """The smallest element that a reader of the prose would not leave: at each level it holds the leading share."""
    shares: dict[HtmlElement, float] = {root: 0.0}
    children: dict[HtmlElement, set[HtmlElement]] = {}
    for block, weight in zip(blocks, weights, strict=True):
        if not weight:
            continue
        element = block.element
        while element is not root:
            shares[element] = shares.get(element, 0.0) + weight
            parent = element.getparent()
            if parent is None:
                break
            children.setdefault(parent, set()).add(element)
            element = parent
        shares[root] += weight
    current = root
    while current in children:
        best = max(children[current], key=shares.__getitem__)
        if shares[best] < _LEADING_SHARE * shares[current] or best.tag in _PARAGRAPHS:
            break
        current = best
    return current


def richest_zone(blocks: Sequence[Block], weights: Sequence[float]) -> tuple[HtmlElement | None, float]:
    """The rich-text field with most prose, and how much; pictures count for a little, so that a photo page has one."""
    zones: dict[HtmlElement, float] = {}
    for block, weight in zip(blocks, weights, strict=True):
        if block.zone is not None:
            extra = 3 if block.kind == "image" else min(block.words, 9) * 0.3 if not weight else 0
            zones[block.zone] = zones.get(block.zone, 0.0) + weight + extra
    if not zones:
        return None, 0.0
    best = max(zones, key=zones.__getitem__)
    return best, zones[best]


def common_ancestor(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    """The smallest element that holds both."""
    above = {one, *one.iterancestors()}
    current = other
    while current not in above:
        parent = current.getparent()
        if parent is None:
            break
        current = parent
    return current
