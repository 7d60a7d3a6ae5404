"""Says of every line in an article's part of the page that is not the article's what it is instead; the rest is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.figures import is_file_name
from portal_crawler.extract.titles import same

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.locate import Cut

#: A line above the body with more words is a paragraph; only shorter ones are of the header.
_HEADER_WORDS = 10


def sources_of(cut: Cut) -> list[HtmlElement]:
    """The elements that the article was read from: its core, and those of blocks before and behind it."""
    within = set(cut.core.iter())
    around = dict.fromkeys(block.element for block in (*cut.lead, *cut.body) if block.element not in within)
    return [*(one for one in around if not any(above in around for above in one.iterancestors())), cut.core]


def set_aside(cut: Cut) -> list[tuple[Block, str]]:
    """The blocks of a page that were not taken for the article, each with a reason that its own words or place give.

    A paragraph that was left out without such a reason is not among them.
    """
    kept = {*cut.lead, *cut.body}
    above, below = set(cut.above), set(cut.below)
    title = same(cut.title.text) if cut.title is not None else ""
    found = []
    for block, name in cut.names.items():
        if block not in kept:
            reason = _reason(cut, block, name, title, above, below)
            if reason:
                found.append((block, reason))
    return found


def _reason(cut: Cut, block: Block, name: str, title: str, above: set[Block], below: set[Block]) -> str:
    if block is cut.title or (title and block.kind == "text" and same(block.text) == title):
        return "title"
    if name:
        return "header" if name in ("dateline", "author") else "chrome"
    if cut.ended and block in below:
        return "after_end"
    if block.kind == "text" and (block.link_share > 0.5 or is_file_name(block.text)):
        return "links" if block.links else "chrome"
    if block in above and block.words <= _HEADER_WORDS:
        return "header"
    return "links" if block.kind == "image" and block.href else ""
