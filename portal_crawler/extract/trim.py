"""Trims a body: where it ends inside its element, what of it is chrome, and what outside still belongs to it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from portal_crawler.extract.figures import is_file_name
from portal_crawler.extract.media import is_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_crawler.extract.blocks import Block

#: Lines that may stand between title and body.
HEADER_NAMES = frozenset(["dateline", "author", "views", "tool", "rating", "clock", "masthead"])
#: Lines that end an article where little or no prose follows them.
STOPS = frozenset(["views", "related", "audit", "comments", "rating", "masthead"])
#: Of these, those that an article may say itself: "Đánh giá" is a fair heading, "Lượt xem: 118" is none.
_WEAK_STOPS = frozenset(["comments", "rating", "masthead"])
_TAIL_CHROME = frozenset([*STOPS, "tool", "tags", "clock"])
#: In a rich-text field the editor wrote every line; only these are known to be pasted there from a page.
_FIELD_CHROME = frozenset(["views", "related", "audit", "tags"])
#: The share of the prose before a stop that may follow it: comments, a legal note.
_AFTER_STOP = 0.25
_DATE_BEHIND = re.compile(r"\(?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[^)]{0,12}\)?$")
_DATED_ITEMS, _LINK_ITEMS = 2, 3
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])


def body_end(blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int], start: int, last: int) -> int:
    """Where the body ends inside its core: at a stop line with little prose behind it."""
    before = 0
    total: int = sum(weights[start:last])
    for at in range(start, last):
        if names[at] == "files" and blocks[at].zone is None and _links_follow(blocks, names, at, last, only=True):
            return at
        if names[at] in STOPS and (before or not total) and _stops(blocks, names, at, last, before, total):
            return at
        before += weights[at]
    return last


def without_link_list(blocks: Sequence[Block], start: int, end: int) -> int:
    """Where the body ends without a list of links to other pages that no heading announces.

    Two items with a date behind each link make such a list, or three that are nothing but links; files are the
    article's own, and so is what stands in a rich-text field.
    """
    at = end
    dated = 0
    while at > start:
        block = blocks[at - 1]
        if block.kind != "text" or block.zone is not None or block.link_share < 0.5 or any(map(is_file, block.links)):
            break
        dated += bool(_DATE_BEHIND.search(block.text))
        at -= 1
    return at if dated >= _DATED_ITEMS or end - at >= _LINK_ITEMS else end


def _stops(blocks: Sequence[Block], names: Sequence[str], at: int, last: int, before: int, total: int) -> bool:
    name = names[at]
    if name == "related" and not _links_follow(blocks, names, at, last):
        return False
    if name in _WEAK_STOPS:
        return blocks[at].zone is None and total == before
    return total - before <= _AFTER_STOP * before


def _links_follow(blocks: Sequence[Block], names: Sequence[str], at: int, last: int, *, only: bool = False) -> bool:
    """True where links stand right below a heading; `only` where nothing but links does, up to the next line of chrome."""
    count = 0
    for below in range(at + 1, last):
        if names[below] or (not only and count):
            break
        if blocks[below].link_share < 0.5:
            return False
        count += 1
    return count > 0


def is_chrome(blocks: Sequence[Block], names: Sequence[str], at: int, *, before: bool, after: bool) -> bool:
    """True for a line inside the body that is not of the article; `before` and `after` say on which side of its prose."""
    block, name = blocks[at], names[at]
    if block.kind == "text" and is_file_name(block.text):
        near = blocks[max(0, at - 1) : at + 2]
        return any(one.kind == "image" for one in near)
    if name == "related" and _links_follow(blocks, names, at, len(blocks)):
        return True
    if block.link_share > 0.5 and _in_related_list(blocks, names, at):
        return True
    if any(node.tag in ("td", "th") for node in block.context):
        return False
    tail = _TAIL_CHROME if block.zone is None else _FIELD_CHROME
    return (before and name in HEADER_NAMES) or (after and name in tail and name != "related")


def _in_related_list(blocks: Sequence[Block], names: Sequence[str], at: int) -> bool:
    """True for a link in an unbroken run of links below a heading such as "Tin liên quan"."""
    while at and blocks[at].link_share > 0.5 and names[at] != "related":
        at -= 1
    return names[at] == "related"


def grown(
    blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int], rest: Sequence[int], *, zoned: bool
) -> int:
    """How many blocks behind the core still belong to the article: prose, its headings, pictures, lists, tables.

    `rest` are the places of what follows inside the article's part of the page; `zoned` allows only rich-text fields.
    """
    taken = 0
    for count, (at, following) in enumerate(pairwise([*rest, len(blocks)]), 1):
        block = blocks[at]
        if names[at] or (zoned and block.zone is None):
            break
        structured = bool(block.context) and block.link_share < 0.5 and taken == count - 1 and not zoned
        if weights[at] or (block.kind == "image" and not block.href) or structured:
            taken = count
        elif not (block.tag in _HEADINGS and following < len(blocks) and weights[following]):
            break
    return taken
