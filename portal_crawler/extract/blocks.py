"""The records of the stream that a page is read as: blocks of text, pictures and cells, and where each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u2e80-\uffef]")
#: Longer than the average word of any text with spaces.
_LONGEST_WORD = 12

Kind = Literal["text", "image", "embed", "cell"]


@dataclass(slots=True, eq=False)
class Node:
    """One structural ancestor of a block (list, item, table, row, cell, quotation); compared by identity."""

    tag: str
    element: HtmlElement
    attributes: dict[str, str]


@dataclass(slots=True, eq=False)
class Piece:
    """A run of text in one format. `href` is as written in the page; a line break is a piece of its own."""

    text: str
    marks: tuple[str, ...] = ()
    href: str = ""


@dataclass(slots=True, eq=False)
class Block:
    """A paragraph, a picture, an embedded video, or an empty table cell (which keeps its row in shape).

    `tag` is "p", "h2" to "h6", "caption" or "figcaption". `text` has one line or more. For pictures and videos
    `source` is the address as written and `text` the alternative text. `zone` is the outermost rich-text field.
    """

    kind: Kind
    element: HtmlElement
    context: tuple[Node, ...]
    tag: str = "p"
    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    source: str = ""
    href: str = ""
    zone: HtmlElement | None = None
    words: int = 0
    linked: int = 0

    @property
    def link_share(self) -> float:
        """The share of the text that is links, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0

    @property
    def links(self) -> list[str]:
        """The addresses of the block's links as written, in order."""
        return [piece.href for piece in self.pieces if piece.href]


def count_words(text: str) -> int:
    """How many words a text has; in scripts without spaces (Chinese, Japanese, Thai, Khmer) four characters make one."""
    words = text.count(" ") + text.count("\n") + 1
    if words * _LONGEST_WORD < len(text) and _UNSPACED.search(text):
        return len(text) // 4
    return words


def split_lines(block: Block) -> list[Block]:
    """The lines of a text block as blocks of their own."""
    lines: list[list[Piece]] = [[]]
    for piece in block.pieces:
        if piece.text == "\n":
            lines.append([])
        else:
            lines[-1].append(piece)
    return [
        replace(
            block,
            text=text,
            pieces=pieces,
            words=count_words(text),
            linked=sum(len(one.text) for one in pieces if one.href),
        )
        for pieces in lines
        if (text := "".join(piece.text for piece in pieces))
    ]
