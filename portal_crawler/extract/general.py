"""Finds the article on a page of unknown make: trafilatura says which words are the text, the page's own blocks carry them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from portal_crawler.extract.blocks import Block, Piece, count_words
from portal_crawler.extract.body import main_lines
from portal_crawler.extract.coverage import words_of
from portal_crawler.extract.index import index_of
from portal_crawler.extract.language import detect_language
from portal_crawler.extract.region import heaviest
from portal_crawler.extract.titles import same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement

    from portal_crawler.extract.head import Head
    from portal_crawler.extract.index import Index
    from portal_crawler.extract.locate import Cut

#: Words in a row that tell that a block is in the text; a block is in it where this share of its runs is.
_RUN, _SHARE = 3, 0.6
#: A word may stand in many places of a text: so many are tried.
_PLACES = 5
#: Below this share of trafilatura's words found again, its own lines are taken.
_LEAST_FOUND = 0.5
_GAP = 3
_LEAD_WORDS = 12
#: An element of which this share was kept is the article's own.
_WHOLE = 0.8
#: The cut may hold so many times the words that were voted for.
_MOST_EXTRA = 1.6
#: What the classes of captions and of what holds them are called; so many elements above a line are looked at.
_CAPTION = re.compile(r"caption|credit|photo|image|gallery|slide", re.IGNORECASE)
_HOLDERS = 3
#: No deck below a title is as long; the first paragraph of a text may be.
_OPENING_WORDS = 50
_BESIDE = re.compile(
    r"byline|attribution|publish-?date|newsletter|subscri|recirc|disclaim|sign-?up|donat|modal|footnote|advert|\bads?-|\bcta|cta\d|-cta",
    re.IGNORECASE,
)


def is_foreign(root: HtmlElement, head: Head) -> bool:
    """True for a page that shows no sign of SharePoint or ASP.NET."""
    return not (head.lcid or "sharepoint" in head.meta.get("generator", "").lower() or _names_platform(index_of(root)))


def _names_platform(index: Index) -> bool:
    """True for the view state and layouts folder of ASP.NET and SharePoint, their form and their rich text."""
    return (
        any("__VIEWSTATE" in (one.get("name"), one.get("id")) for one in index.named("input"))
        or any("_layouts/" in one.get("src", "") for one in index.named("script"))
        or any("_layouts/" in one.get("href", "") for one in index.named("link"))
        or any(
            identity == "aspnetForm" or names.startswith("ExternalClass") or "ms-rtestate-field" in names
            for _, names, identity in index.marked
        )
    )


@dataclass(frozen=True, slots=True)
class Vote:
    """The blocks of an article. `apart` are captions among them: the picture's, not of the text.

    `vietnamese` tells whether the text is; where it is, captions and lead are text.
    """

    blocks: list[Block]
    apart: frozenset[Block] = frozenset()
    vietnamese: bool = False


def vote(root: HtmlElement, blocks: Sequence[Block], cut: Cut) -> Vote:
    """The blocks of the page that trafilatura's text is made of, with what it is known to drop put back.

    Put back are: the other cells of a table, figcaptions and text among kept paragraphs of one parent, the lead between
    title and text, and list items and captions where nearly all of the element that holds the text was kept. Lines with
    names (dates, chrome) and the title are not text. Where the text cannot be found in the blocks (it was in a script),
    its lines become blocks. Outside Vietnamese a caption is its picture's, and what stands between title and text is no
    lead: in two public benchmarks people counted one in ten of those captions and one in six of those leads as text.
    """
    lines = main_lines(root)
    vietnamese = detect_language("\n".join(lines)) == "vi"
    kept = _find(blocks, lines)
    if not vietnamese and kept and not _is_lost(kept, lines):
        return _narrow(root, blocks, cut, kept)
    return Vote(_wide(root, blocks, cut, lines, kept), vietnamese=vietnamese)


def _is_lost(kept: set[Block], lines: Sequence[str]) -> bool:
    """True where most of the text is not in the blocks."""
    total = sum(len(words_of(line)) for line in lines)
    return sum(len(words_of(block.text)) for block in kept) < _LEAST_FOUND * total


def _narrow(root: HtmlElement, blocks: Sequence[Block], cut: Cut, found: set[Block]) -> Vote:
    """The voted blocks with what stands among them put back, captions apart."""
    kept = set(found)
    _add_tables(blocks, kept)
    _fill_gaps(blocks, kept)
    _fill_core(root, blocks, cut.names, kept)
    if outweighs(cut, _of_article(blocks, cut, kept)):
        kept.update(cut.lead, cut.body)
    among = _among(blocks, found, kept)
    kept = {block for block in kept & among if block in found or not _is_beside(block)}
    apart = {block for block in kept - found if _is_caption(block)}
    return Vote(_of_article(blocks, cut, kept), frozenset(apart))


def _among(blocks: Sequence[Block], found: set[Block], kept: set[Block]) -> set[Block]:
    """The blocks from the first voted paragraph to the last one that is more than links, and long ones above them."""
    places = [at for at, block in enumerate(blocks) if block in found]
    last = next((at for at in reversed(places) if blocks[at].link_share <= 0.5), places[-1])
    opening = {block for block in blocks[: places[0]] if block in kept and block.words >= _OPENING_WORDS}
    return {*blocks[places[0] : last + 1], *opening}


def _is_caption(block: Block) -> bool:
    """True for a caption by its element or its class; a table may stand in a figure."""
    if block.kind != "text" or any(node.tag == "table" for node in block.context):
        return False
    return any(one.tag in ("figure", "figcaption") or _CAPTION.search(_class(one)) for one in _holders(block))


def _is_beside(block: Block) -> bool:
    """True for what pages put between paragraphs: lines of links, bylines and appeals by the name of their class."""
    if block.kind != "text":
        return False
    linked = block.link_share > 0.5 and (block.element.tag == "div" or _is_caption(block))
    return linked or any(_BESIDE.search(_class(one)) for one in _holders(block))


def _holders(block: Block) -> list[HtmlElement]:
    return [block.element, *islice(block.element.iterancestors(), _HOLDERS)]


def _class(element: HtmlElement) -> str:
    return str(element.get("class") or "")


def _of_article(blocks: Sequence[Block], cut: Cut, kept: set[Block]) -> list[Block]:
    """The kept blocks that are neither the title nor, outside quotations, lines with names, and the pictures among them."""
    header = same(cut.title.text) if cut.title is not None else ""
    kept = {
        block
        for block in kept
        if (not cut.names.get(block) or _is_quoted(block)) and block is not cut.title and same(block.text) != header
    }
    inside = [at for at, block in enumerate(blocks) if block in kept]
    if not inside:
        return []
    pictures = {block for block in blocks[inside[0] : inside[-1] + 1] if block.kind == "image" and not block.href}
    return [block for block in blocks if block in kept or block in pictures]


def _is_quoted(block: Block) -> bool:
    """True for a line of a quotation: whom and when it names is who said it, not the article's line of that name."""
    return any(one.tag == "blockquote" for one in _holders(block))


def _wide(root: HtmlElement, blocks: Sequence[Block], cut: Cut, lines: Sequence[str], kept: set[Block]) -> list[Block]:
    """The voted blocks with all that a Vietnamese article counts as its text."""
    if _is_lost(kept, lines):
        return [Block("text", root, (), text=line, pieces=[Piece(line)], words=count_words(line)) for line in lines]
    if not kept:
        return []
    _add_tables(blocks, kept)
    _fill_gaps(blocks, kept)
    _fill_core(root, blocks, cut.names, kept)
    _add_lead(blocks, kept, cut.title)
    return _of_article(blocks, cut, kept)


def outweighs(cut: Cut, voted: Sequence[Block]) -> bool:
    """True where the cut is to be preferred: below a date line, with nearly all of the voted words and not many more.

    What it has more is what extractors drop, lists and captions.
    """
    at = cut.above.index(cut.title) if cut.title in cut.above else -1
    marked = at >= 0 and any(cut.names[block] == "dateline" for block in cut.above[max(0, at - 2) : at + 4])
    own = {block for block in (*cut.lead, *cut.body) if block.kind == "text"}
    words = sum(block.words for block in own)
    chosen = sum(block.words for block in voted if block.kind == "text")
    shared = sum(block.words for block in voted if block in own)
    return marked and shared >= 0.95 * chosen and words <= _MOST_EXTRA * chosen


def _find(blocks: Sequence[Block], lines: Sequence[str]) -> set[Block]:
    """The blocks whose words stand in the lines, in the same order: repeated teasers of a text do not count twice."""
    text = [word for line in lines for word in words_of(line)]
    runs: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(text) - _RUN + 1):
        runs.setdefault(tuple(text[at : at + _RUN]), []).append(at)
    starts: dict[tuple[str, ...], list[int]] = {}
    at = 0
    for line in lines:
        words = tuple(words_of(line))
        starts.setdefault(words, []).append(at)
        at += len(words)
    items: list[tuple[Block, int, int]] = []
    for block in blocks:
        words = tuple(words_of(block.text)) if block.kind == "text" else ()
        places = (starts.get(words) or _places(words, runs)) if words else []
        items += [(block, place, len(words)) for place in sorted(places[:_PLACES], reverse=True)]
    return _heaviest_chain(items)


def _places(words: tuple[str, ...], runs: dict[tuple[str, ...], list[int]]) -> list[int]:
    own = [words[at : at + _RUN] for at in range(len(words) - _RUN + 1)]
    hits = [run for run in own if run in runs]
    return runs[hits[0]] if own and len(hits) >= _SHARE * len(own) else []


def _heaviest_chain(items: Sequence[tuple[Block, int, int]]) -> set[Block]:
    """The blocks of the heaviest chain of increasing places: items are (block, place, weight) in block order."""
    frontier: list[tuple[int, int, int]] = []  # (place, weight so far, item): both increase
    before: list[int] = []
    best, best_weight = -1, 0
    for at, (_, place, weight) in enumerate(items):
        below = bisect_left(frontier, (place,)) - 1
        total = weight + (frontier[below][1] if below >= 0 else 0)
        before.append(frontier[below][2] if below >= 0 else -1)
        slot = below + 1
        while slot < len(frontier) and frontier[slot][1] <= total:
            frontier.pop(slot)
        frontier.insert(slot, (place, total, at))
        if total > best_weight:
            best, best_weight = at, total
    chain = set()
    while best >= 0:
        chain.add(items[best][0])
        best = before[best]
    return chain


def _add_tables(blocks: Sequence[Block], kept: set[Block]) -> None:
    """A table of which half is text is text."""
    words: dict[object, list[int]] = {}
    for block in blocks:
        for node in block.context:
            if node.tag == "table":
                share = words.setdefault(node, [0, 0])
                share[0] += block.words
                share[1] += block.words if block in kept else 0
    whole = {node for node, (total, found) in words.items() if found >= total / 2}
    kept.update(block for block in blocks if any(node in whole for node in block.context))


def _fill_gaps(blocks: Sequence[Block], kept: set[Block]) -> None:
    """Short gaps between kept blocks: text of the same parent that is no link, and captions."""
    places = [at for at, block in enumerate(blocks) if block in kept]
    for before, after in pairwise(places):
        if not 1 < after - before <= _GAP + 1:
            continue
        ends = (blocks[before].element, blocks[after].element)
        homes = (*ends, ends[0].getparent(), ends[1].getparent())
        for block in blocks[before + 1 : after]:
            at_home = block.element in ends or block.element.getparent() in homes[2:]
            if block.kind == "text" and ((at_home and block.link_share < 0.3) or block.tag == "figcaption"):
                kept.add(block)


def _fill_core(root: HtmlElement, blocks: Sequence[Block], names: Mapping[Block, str], kept: set[Block]) -> None:
    """Where an element is kept nearly whole, the rest of its text is of the article too."""
    core = heaviest(root, blocks, [block.words if block in kept and block.kind == "text" else 0 for block in blocks])
    within = set(core.iter())
    texts = [
        block
        for block in blocks
        if block.kind == "text" and block.element in within and block.link_share < 0.5 and not names.get(block)
    ]
    if sum(block.words for block in texts if block in kept) >= _WHOLE * sum(block.words for block in texts):
        kept.update(texts)


def _add_lead(blocks: Sequence[Block], kept: set[Block], title: Block | None) -> None:
    """Trafilatura drops the lead of Vietnamese news pages in every mode: a sentence or two right below the title."""
    first = next(at for at, block in enumerate(blocks) if block in kept)
    start = next((at for at, block in enumerate(blocks) if block is title), first)
    between = [block for block in blocks[start + 1 : first] if block.kind == "text" and block.words >= _LEAD_WORDS]
    if len(between) <= 2:
        kept.update(
            block for block in between if block.link_share < 0.3 and block.text.endswith((".", "!", "?", "…", "”", '"'))
        )
