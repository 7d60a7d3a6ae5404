"""Writes blocks out again, faithfully: as minimal HTML and as plain text, both from the same stream, so that they agree."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from portal_crawler.extract.figures import is_file_name
from portal_crawler.extract.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from portal_crawler.extract.blocks import Block, Node, Piece

    Resolve = Callable[[str], str]

#: A row with more words than this is a layout of paragraphs, not a line of figures: its cells get lines of their own.
_ROW_WORDS = 80


def to_text(blocks: Iterable[Block]) -> str:
    """Plain text, one block a line; the cells of a table row share a line, separated by one space."""
    lines: list[str] = []
    for row, group in groupby(blocks, key=_row):
        texts = [block.text for block in group if block.kind == "text" or (block.kind == "embed" and block.text)]
        if row is not None and sum(text.count(" ") + 1 for text in texts) <= _ROW_WORDS:
            texts = [" ".join(text.replace("\n", " ") for text in texts)] if texts else []
        lines.extend(texts)
    return "\n".join(lines)


def _row(block: Block) -> Node | None:
    return next((node for node in block.context if node.tag == "tr"), None)


def to_html(blocks: Sequence[Block], captions: Mapping[Block, Block], resolve: Resolve) -> str:
    """Sanitised HTML of the blocks.

    `captions` maps a picture to the block printed as its figcaption; `resolve` turns an address as written into an
    absolute one, empty where it must not be linked.
    """
    writer = _Writer(blocks, captions, resolve)
    for block in blocks:
        writer.write(block)
    return sanitize(writer.finish())


class _Writer:
    """Keeps the open lists, tables and quotations as a stack and closes what the next block does not share."""

    def __init__(self, blocks: Sequence[Block], captions: Mapping[Block, Block], resolve: Resolve) -> None:
        self.out: list[str] = []
        self.stack: list[Node] = []
        self.captions = captions
        self.captioned = set(captions.values())
        self.resolve = resolve
        self.alone: dict[Node, int] = {}
        for block in blocks:
            if block.context and block.kind != "cell" and block not in self.captioned:
                self.alone[block.context[-1]] = self.alone.get(block.context[-1], 0) + 1

    def write(self, block: Block) -> None:
        if block in self.captioned:
            return
        self.move_to(block.context)
        if block.kind == "text":
            self.paragraph(block)
        elif block.kind == "image":
            self.figure(block)
        elif block.kind == "embed":
            address = self.resolve(block.source)
            if address:
                self.out.append(f'<p><a href="{escape(address)}">{escape(block.text)}</a></p>')

    def move_to(self, context: tuple[Node, ...]) -> None:
        shared = 0
        for ours, theirs in zip(self.stack, context, strict=False):
            if ours is not theirs:
                break
            shared += 1
        while len(self.stack) > shared:
            self.out.append(f"</{self.stack.pop().tag}>")
        for node in context[shared:]:
            attributes = "".join(f' {name}="{value}"' for name, value in node.attributes.items())
            self.out.append(f"<{node.tag}{attributes}>")
            self.stack.append(node)

    def paragraph(self, block: Block) -> None:
        heading = block.tag[0] == "h"
        inner = self.inline(block.pieces, plain=("strong",) if heading else ())
        parent = self.stack[-1] if self.stack else None
        if block.tag == "caption" and parent is not None and parent.tag == "table":
            self.out.append(f"<caption>{inner}</caption>")
        elif heading:
            self.out.append(f"<{block.tag}>{inner}</{block.tag}>")
        elif parent is not None and parent.tag in ("li", "td", "th") and self.alone[parent] == 1:
            self.out.append(inner)
        else:
            self.out.append(f"<p>{inner}</p>")

    def figure(self, block: Block) -> None:
        source = self.resolve(block.source)
        caption = self.captions.get(block)
        if not source.startswith("http"):
            if caption is not None:
                self.out.append(f"<p>{self.inline(caption.pieces)}</p>")
            return
        alt = "" if is_file_name(block.text) else escape(block.text)
        image = f'<img src="{escape(source)}" alt="{alt}">'
        target = self.resolve(block.href) if block.href else ""
        if target and target != source:
            image = f'<a href="{escape(target)}">{image}</a>'
        if caption is not None:
            image += f"<figcaption>{self.inline(caption.pieces)}</figcaption>"
        self.out.append(f"<figure>{image}</figure>")

    def inline(self, pieces: Iterable[Piece], plain: tuple[str, ...] = ()) -> str:
        out = []
        for href, group in groupby(pieces, key=lambda piece: piece.href):
            inner = "".join(_formatted(piece, plain) for piece in group)
            address = self.resolve(href) if href else ""
            out.append(f'<a href="{escape(address)}">{inner}</a>' if address else inner)
        return "".join(out)

    def finish(self) -> str:
        self.move_to(())
        return "".join(self.out)


def _formatted(piece: Piece, plain: tuple[str, ...]) -> str:
    if piece.text == "\n":
        return "<br>"
    text = escape(piece.text, quote=False)
    for mark in reversed(piece.marks):
        if mark not in plain:
            text = f"<{mark}>{text}</{mark}>"
    return text
