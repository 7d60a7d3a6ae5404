"""Cuts the article out of a page's stream of blocks: what stands above the body, the body, and what follows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal_crawler.extract.lines import name_lines
from portal_crawler.extract.region import common_ancestor, heaviest, richest_zone, weigh
from portal_crawler.extract.titles import find_title, is_sure, same
from portal_crawler.extract.trim import HEADER_NAMES, STOPS, body_end, grown, is_chrome, without_link_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.head import Head

#: How far above the body the title may stand, in blocks, and how far inside it where the page is flat.
_ABOVE, _INSIDE = 16, 8
#: Short lines between title and date ("Press Release No.: 7") are header too; a lead or a picture is not.
_HEADER_LINES, _HEADER_LINE_WORDS = 8, 10
#: A rich-text field with less than this share of the prose around it is a box beside the article, not the article.
_ZONE_SHARE = 0.4
#: Prose outside the anchors of an article (above its byline, below its counter) weighs this much.
_DAMPED = 0.15


@dataclass(slots=True)
class Cut:
    """An article as it stands on its page.

    `above` are the lines from section to byline, `lead` the blocks between them and the core, `body` those of the
    core, `below` what follows inside the article's part of the page; `dropped` is chrome found inside. `names` are
    the line names of all blocks; `rule` says how the core was found. `flat` is True where header and body share the core,
    `ended` where a line of chrome ended the body inside its core.
    """

    rule: str
    core: HtmlElement
    title: Block | None = None
    above: list[Block] = field(default_factory=list)
    lead: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    below: list[Block] = field(default_factory=list)
    dropped: list[Block] = field(default_factory=list)
    names: dict[Block, str] = field(default_factory=dict)
    datelines: int = 0
    flat: bool = False
    ended: bool = False


def cut_article(root: HtmlElement, blocks: Sequence[Block], head: Head, core: HtmlElement | None = None) -> Cut | None:
    """The article among the blocks of a region; None where the region has no text at all.

    `core` is the element of the body where a profile names it.
    """
    names = name_lines(blocks)
    weights = weigh(blocks, names)
    if core is not None:
        found = _Found("layout", core, *_range(blocks, core))
    else:
        found = _Found(*(kind_and_core := _core(root, blocks, names, weights)), *_range(blocks, kind_and_core[1]))
    title = _title(blocks, names, weights, found, head)
    if core is None and title is not None and _is_only_prose(weights, title, found):
        weights[title] = 0
        found = _refind(root, blocks, names, weights, title)
        title = _title(blocks, names, weights, found, head)
    if found.first == found.last:
        return None
    return _cut(blocks, names, weights, found, title)


@dataclass(frozen=True, slots=True)
class _Found:
    """The core, the rule that found it, and the range of its blocks."""

    rule: str
    core: HtmlElement
    first: int
    last: int


def _range(blocks: Sequence[Block], core: HtmlElement) -> tuple[int, int]:
    within = set(core.iter())
    inside = [at for at, block in enumerate(blocks) if block.element in within]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _title(
    blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int], found: _Found, head: Head
) -> int | None:
    above = max(0, found.first - _ABOVE)
    title = find_title(blocks, names, range(above, _header_limit(weights, found.first, found.last)), found.first, head)
    inside = title is not None and title >= found.first
    if inside and found.rule == "rich_text" and title is not None and not is_sure(blocks, names, title, head):
        return find_title(blocks, names, range(above, found.first), found.first, head)
    return title


def _is_only_prose(weights: Sequence[int], title: int, found: _Found) -> bool:
    """True where a long title is all that made its element look like the body: the item has no text."""
    return found.first <= title < found.last and 2 * weights[title] > sum(weights[found.first : found.last])


def _refind(
    root: HtmlElement, blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int], title: int
) -> _Found:
    """The core once the title no longer counts as prose; without any prose it is what first holds something below it."""
    if any(weights):
        rule, core = _core(root, blocks, names, weights)
        return _Found(rule, core, *_range(blocks, core))
    core = blocks[title].element
    while core is not root:
        first, last = _range(blocks, core)
        if any(not names[at] for at in range(title + 1, last)):
            return _Found("below_title", core, first, last)
        parent = core.getparent()
        core = root if parent is None else parent
    return _Found("below_title", root, *_range(blocks, root))


def _cut(
    blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int], found: _Found, title: int | None
) -> Cut:
    first, last = found.first, found.last
    start = _header_end(blocks, names, title, first, last)
    part = found.core if title is None else common_ancestor(found.core, blocks[title].element)
    end = without_link_list(blocks, start, body_end(blocks, names, weights, start, last))
    cut = Cut(
        found.rule,
        found.core,
        title=blocks[title] if title is not None else None,
        names=dict(zip(blocks, names, strict=True)),
        datelines=names.count("dateline"),
        flat=start > first,
        ended=end < last,
    )
    cut.above = [block for at, block in enumerate(blocks[: max(start, first)]) if at >= _top(title, first)]
    cut.lead = _lead(blocks, names, start, first, cut)
    body = list(range(max(start, first), end))
    prose: list[int] = [at for at in body if weights[at]] or [end]
    for at in body:
        keep = not is_chrome(blocks, names, at, before=at < prose[0], after=at > prose[-1])
        (cut.body if keep else cut.dropped).append(blocks[at])
    members = set(part.iter())
    rest = [at for at in range(end, len(blocks)) if blocks[at].element in members]
    more = grown(blocks, names, weights, rest, zoned=found.rule == "rich_text") if end == last else 0
    cut.body += [blocks[at] for at in rest[:more]]
    cut.below = [blocks[at] for at in rest[more:]]
    return cut


def _core(
    root: HtmlElement, blocks: Sequence[Block], names: Sequence[str], weights: Sequence[int]
) -> tuple[str, HtmlElement]:
    damped = _damp(names, weights)
    heart = heaviest(root, blocks, damped)
    zone, prose = richest_zone(blocks, damped)
    if zone is None:
        return "prose_share", heart
    held = set(heart.iter())
    around = sum(weight for block, weight in zip(blocks, damped, strict=True) if block.element in held)
    if prose >= _ZONE_SHARE * around:
        return "rich_text", zone
    return "prose_share", heart


def _damp(names: Sequence[str], weights: Sequence[int]) -> list[float]:
    """Prose counts less above the article's own date line and below the line that ends it, where these are plain."""
    dates = [at for at, name in enumerate(names) if name == "dateline"]
    if not dates or len(dates) > 3 or dates[-1] - dates[0] > 6:
        return [float(weight) for weight in weights]
    begin = dates[0]
    end = next(
        (at for at in range(dates[-1] + 1, len(names)) if names[at] in STOPS and any(weights[begin:at])), len(names)
    )
    if not sum(weights[begin:end]):
        return [float(weight) for weight in weights]
    return [weight * (1.0 if begin <= at < end else _DAMPED) for at, weight in enumerate(weights)]


def _header_limit(weights: Sequence[int], first: int, last: int) -> int:
    """The title stands before the second paragraph of the core."""
    seen = 0
    for at in range(first, min(last, first + _INSIDE)):
        seen += bool(weights[at])
        if seen > 1:
            return at + 1
    return min(last, first + _INSIDE)


def _header_end(blocks: Sequence[Block], names: Sequence[str], title: int | None, first: int, last: int) -> int:
    """The index of the first block below the header lines: title, its repetition, dates, and short lines between them."""
    key = same(blocks[title].text) if title is not None else ""
    at = first if title is None else title + 1
    end = at
    for ahead in range(at, min(last, at + _HEADER_LINES)):
        block = blocks[ahead]
        if names[ahead] in HEADER_NAMES or (key and block.kind == "text" and same(block.text) == key):
            end = ahead + 1
        elif (
            block.words >= _HEADER_LINE_WORDS or block.link_share > 0.5 or (block.kind != "text" and title is not None)
        ):
            break
    return end


def _top(title: int | None, first: int) -> int:
    return max(0, (first if title is None else min(title, first)) - 5)


def _lead(blocks: Sequence[Block], names: Sequence[str], start: int, first: int, cut: Cut) -> list[Block]:
    """What stands between the header lines and the core: the lead, a picture; other short lines are chrome."""
    lead: list[Block] = []
    skipping = False
    for at in range(start, first):
        block = blocks[at]
        skipping = names[at] == "related" or (skipping and block.link_share > 0.5)
        text = block.kind == "text" and not names[at] and block.words >= 4 and block.link_share < 0.6
        if not skipping and (
            text or (block.kind in ("image", "embed") and bool(lead or block.tag != "p" or not block.href))
        ):
            lead.append(block)
        else:
            cut.dropped.append(block)
    return lead
