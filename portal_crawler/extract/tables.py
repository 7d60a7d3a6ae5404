"""Tells tables of data from tables that only place things on the page, and dissolves the latter without losing a word."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block, Node

#: A caption is a line or two; a cell above this is a text.
CAPTION_WORDS = 60
#: A cell of this many words in a table of at most two columns holds an article, not a figure.
_PROSE_WORDS = 120


@dataclass(slots=True)
class _Table:
    node: Node
    rows: dict[Node, dict[Node, list[Block]]] = field(default_factory=dict)
    nested: bool = False

    def cells(self) -> list[list[Block]]:
        return [cell for row in self.rows.values() for cell in row.values()]


def settle_tables(
    blocks: list[Block], around: Container[HtmlElement]
) -> tuple[list[Block], dict[Block, Block], frozenset[HtmlElement]]:
    """The blocks without layout tables, the captions that such tables stood under pictures, and these tables.

    `around` are the elements that hold the whole article: tables among them are layout by nature. A table of pictures
    becomes pictures, each followed by its caption. The context of blocks is changed in place.
    """
    tables = _tables(blocks)
    captions: dict[Block, Block] = {}
    gone: set[Node] = set()
    order: dict[Block, int] = {block: at for at, block in enumerate(blocks)}
    for table in tables.values():
        if table.node.element in around or _is_layout(table):
            gone.add(table.node)
            _pair(table, captions, order)
    if not gone:
        return blocks, captions, frozenset()
    kept = [block for block in blocks if not _dissolve(block, gone)]
    kept.sort(key=order.__getitem__)
    return kept, captions, frozenset(node.element for node in gone)


def _tables(blocks: list[Block]) -> dict[Node, _Table]:
    tables: dict[Node, _Table] = {}
    for block in blocks:
        inner = False
        for at in range(len(block.context) - 1, -1, -1):
            node = block.context[at]
            if node.tag != "table":
                continue
            table = tables.setdefault(node, _Table(node))
            table.nested = table.nested or inner
            inner = True
            if at + 2 < len(block.context) and block.context[at + 1].tag == "tr":
                row = table.rows.setdefault(block.context[at + 1], {})
                row.setdefault(block.context[at + 2], []).append(block)
    return tables


def _is_layout(table: _Table) -> bool:
    cells = [cell for cell in table.cells() if any(block.kind != "cell" for block in cell)]
    if len(cells) <= 1 or table.node.element.get("role") == "presentation":
        return True
    if any(node.tag == "th" for row in table.rows.values() for node in row):
        return False
    columns = max(len(row) for row in table.rows.values())
    words = [sum(block.words for block in cell) for cell in cells]
    if columns <= 2 and (table.nested or max(words) >= _PROSE_WORDS):
        return True
    pictures = sum(any(block.kind == "image" for block in cell) for cell in cells)
    texts = sum(any(block.kind == "text" for block in cell) for cell in cells)
    return pictures > 0 and texts <= pictures + 1 and max(words) <= CAPTION_WORDS


def _pair(table: _Table, captions: dict[Block, Block], order: dict[Block, int]) -> None:
    """Puts a row of captions below a row of pictures together column by column."""
    rows = list(table.rows.values())
    for above, below in itertools.pairwise(rows):
        pictures = [[one for one in cell if one.kind != "cell"] for cell in above.values()]
        texts = [[one for one in cell if one.kind != "cell"] for cell in below.values()]
        if not all(len(cell) == 1 and cell[0].kind == "image" for cell in pictures):
            continue
        if len(texts) != len(pictures) or not all(len(cell) == 1 and cell[0].kind == "text" for cell in texts):
            continue
        if max(cell[0].words for cell in texts) > CAPTION_WORDS:
            continue
        places = sorted(order[cell[0]] for cell in (*pictures, *texts))
        for at, (picture, text) in enumerate(zip(pictures, texts, strict=True)):
            captions[picture[0]] = text[0]
            order[picture[0]], order[text[0]] = places[2 * at], places[2 * at + 1]


def _dissolve(block: Block, gone: set[Node]) -> bool:
    """Takes the nodes of dissolved tables out of a block's context; True for an empty cell of one."""
    kept: list[Node] = []
    dropping = False
    innermost = False
    for node in block.context:
        if node.tag == "table":
            dropping = innermost = node in gone
        elif node.tag not in ("tr", "td", "th"):
            dropping = False
        if not dropping:
            kept.append(node)
            innermost = False
    if len(kept) != len(block.context):
        block.context = tuple(kept)
        if block.tag == "caption":
            block.tag = "p"
        return block.kind == "cell" and innermost
    return False
