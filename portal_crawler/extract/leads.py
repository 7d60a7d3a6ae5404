"""Tells the lead (sapo) from the body, where the page has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal_crawler.extract.titles import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.head import Head
    from portal_crawler.extract.locate import Cut

_BYLINE = re.compile(r"^\W*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[^|]*\|\s*[^\W\d]")
_LEAST_WORDS, _MOST_WORDS = 6, 160
_PARAGRAPH_WORDS = 12


def split_lead(cut: Cut, head: Head) -> tuple[list[Block], list[Block]]:
    """(lead, body) of a cut: together they are every block of it, in order.

    The lead stands in an element of its own between header and body; or it is the first paragraph, set apart by bold
    or a heading's size, by the structure, or because the page's description repeats it. A lone paragraph is the body.
    """
    texts = [block for block in cut.lead if block.kind == "text"]
    if texts:
        first = texts[0]
        if len(texts) <= 2 and _fits(first) and any(block.kind == "text" for block in (*texts[1:], *cut.body)):
            return _lead_of(texts), [block for block in cut.lead if block not in _lead_of(texts)] + cut.body
        return [], [*cut.lead, *cut.body]
    body = [*cut.lead, *cut.body]
    if not body or body[0].kind != "text" or not _fits(body[0]) or body[0].tag in ("caption", "figcaption"):
        return [], body
    block, rest = body[0], body[1:]
    texts = [one for one in rest if one.kind == "text"]
    if not texts:
        return [], body
    if _described(block, head) or _set_apart(block, texts) or _own_branch(cut, block, rest) or _first_of_flat(cut):
        return [block], rest
    return [], body


def _lead_of(texts: list[Block]) -> list[Block]:
    """Both paragraphs where one element holds them, the first alone otherwise."""
    together = len(texts) == 2 and texts[0].element.getparent() is texts[1].element.getparent()
    return (
        texts if together and texts[0].element.tag == "p" and same(texts[0].text) != same(texts[1].text) else texts[:1]
    )


def _fits(block: Block) -> bool:
    return _LEAST_WORDS <= block.words <= _MOST_WORDS and block.link_share < 0.5 and not _is_structured(block)


def _is_structured(block: Block) -> bool:
    """True in a list, a quotation or a row of several cells; a row of one cell is how old vendor parts stack things."""
    for node in block.context:
        if node.tag in ("ul", "ol", "blockquote"):
            return True
        if node.tag == "tr" and len(node.element) != 1:
            return True
    return False


def _described(block: Block, head: Head) -> bool:
    """The description that search engines show is the lead, often cut short."""
    said = same(head.description.rstrip(". …"))
    return len(said) >= 40 and same(block.text).startswith(said)


def _set_apart(block: Block, rest: Sequence[Block]) -> bool:
    following = next((one for one in rest if one.tag == "p" and one.words >= _PARAGRAPH_WORDS), None)
    return block.words >= _PARAGRAPH_WORDS and following is not None and _emphatic(block) and not _emphatic(following)


def _emphatic(block: Block) -> bool:
    if block.tag != "p":
        return True
    return all("strong" in piece.marks for piece in block.pieces if piece.text.strip())


def _own_branch(cut: Cut, block: Block, rest: Sequence[Block]) -> bool:
    """True where the lead has an element of its own below the core and all the rest shares another kind of element."""
    branch = _branch(cut, block)
    others = {_branch(cut, one) for one in rest}
    if branch is None or len(others) != 1 or branch in others:
        return False
    other = others.pop()
    return other is not None and _kind(branch) != _kind(other)


def _branch(cut: Cut, block: Block) -> HtmlElement | None:
    element: HtmlElement | None = block.element
    while element is not None and element.getparent() is not cut.core:
        element = element.getparent()
    return element


def _kind(branch: HtmlElement) -> tuple[str, str, str]:
    """What a branch is at the level where it stops being a mere wrapper."""
    while len(branch) == 1 and isinstance(branch[0].tag, str) and branch.tag in ("tr", "td", "tbody", "table"):
        branch = branch[0]
    return branch.tag, branch.get("class") or "", branch.get("id") or ""


def _first_of_flat(cut: Cut) -> bool:
    """The named portal prints "date | author" right above the lead; where all stands in one element, that tells it."""
    header = (block for block in (*cut.above, *cut.dropped) if cut.names[block] == "dateline")
    return cut.flat and any(_BYLINE.match(block.text) for block in header)
