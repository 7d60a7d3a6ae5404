"""Reads a region of a page as a reader does: one stream of text blocks, pictures and cells, each knowing its place.

Everything after this works on the stream: what is header, article or chrome is told by the text of blocks and their
order, and what is kept is written out again with the lists, tables and quotations that the blocks stood in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.blocks import Block, Node, Piece, count_words
from portal_crawler.extract.markup import (
    EMBEDS,
    HEADINGS,
    INLINE,
    SKIPPED,
    STRUCTURE,
    is_furniture,
    is_hidden,
    is_rich_text,
    marks_of,
    picture_source,
    spans_of,
    stands_apart,
    video_source,
)
from portal_crawler.extract.runs import paragraphs
from portal_crawler.extract.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Container

    from lxml.html import HtmlElement


def read_flow(root: HtmlElement, *, skip: Container[HtmlElement] = (), furniture: bool = False) -> list[Block]:
    """The blocks of a region in reading order.

    `skip` are elements to leave out. `furniture` keeps what carries SharePoint's chrome classes: the last resort for
    a page that has its article there.
    """
    reader = _Reader(root, skip, furniture=furniture)
    reader.children(root, (), "")
    reader.flush()
    return reader.blocks


class _Reader:
    """Walks a tree once; what is inline collects into the run of the current block until a boundary flushes it."""

    def __init__(self, root: HtmlElement, skip: Container[HtmlElement], *, furniture: bool) -> None:
        self.blocks: list[Block] = []
        self.run: list[Piece] = []
        self.pending: list[Block] = []
        self.skip = skip
        self.furniture = furniture
        self.owner = root
        self.context: tuple[Node, ...] = ()
        self.tag = "p"
        self.zone: HtmlElement | None = root if is_rich_text(root) else None
        self.pre = False

    def enter(self, element: HtmlElement, marks: tuple[str, ...] = (), href: str = "") -> None:
        """The children of `element`, as blocks of their own; a link or a mark around blocks goes on inside them."""
        before = (self.owner, self.context, self.tag, self.zone, self.pre)
        if self.run or self.pending:
            self.flush()
        self.owner = element
        name = element.tag
        if name in STRUCTURE:
            self.context = (*self.context, Node(STRUCTURE[name], element, spans_of(element)))
            self.tag = "p"
        elif name in HEADINGS:
            self.tag = HEADINGS[name]
        elif name in ("caption", "figcaption"):
            self.tag = name
        self.pre = self.pre or name == "pre"
        if self.zone is None and is_rich_text(element):
            self.zone = element
        count = len(self.blocks)
        self.children(element, marks, href)
        if self.run or self.pending:
            self.flush()
        if name in ("td", "th") and len(self.blocks) == count:
            self.blocks.append(Block("cell", element, self.context, zone=self.zone))
        self.owner, self.context, self.tag, self.zone, self.pre = before

    def children(self, element: HtmlElement, marks: tuple[str, ...], href: str) -> None:
        text = element.text
        if text:
            self.write(text, marks, href)
        for child in element:
            if isinstance(child.tag, str):
                if self.run and stands_apart(child):
                    self.run.append(Piece(" "))
                self.visit(child, marks, href)
            tail = child.tail
            if tail:
                self.write(tail, marks, href)

    def visit(self, child: HtmlElement, marks: tuple[str, ...], href: str) -> None:
        name = child.tag
        if name == "br":
            self.run.append(Piece("\n"))
        elif name == "img":
            self.picture(child, href)
        elif name in SKIPPED or self.is_chrome(child):
            return
        elif name in EMBEDS:
            self.embed(child)
        elif name == "time" and self.owner.tag != "p":
            self.enter(child)
        elif name in INLINE or (":" in name and not name.startswith("ie:")):
            self.inline(child, marks, href)
        else:
            self.enter(child, marks, href)

    def inline(self, child: HtmlElement, marks: tuple[str, ...], href: str) -> None:
        if child.tag == "a":
            target = (child.get("href") or "").strip()
            href = target if target and not target.startswith("#") else href
        self.children(child, marks_of(child, marks), href)

    def is_chrome(self, child: HtmlElement) -> bool:
        if child in self.skip:
            return True
        names = child.keys()
        if not names:
            return False
        if is_hidden(child) or ("hidden" in names and not self.furniture):
            return True
        return self.zone is None and is_furniture(child, forms_only=self.furniture)

    def write(self, text: str, marks: tuple[str, ...], href: str) -> None:
        if self.pre and "\n" in text:
            for at, line in enumerate(text.split("\n")):
                if at:
                    self.run.append(Piece("\n"))
                self.run.append(Piece(line, marks, href))
        elif not text.isspace():
            self.run.append(Piece(text, marks, href))
        elif self.run:  # at the start of a line a space is nothing
            self.run.append(Piece(" ", marks, href))

    def picture(self, child: HtmlElement, href: str) -> None:
        source = picture_source(child)
        if not source:
            return
        alt = clean_text(child.get("alt") or child.get("title") or "")
        block = Block(
            "image", child, self.full_context(), text=alt, source=source, href=href, zone=self.zone, tag=self.tag
        )
        if self.is_in_sentence():
            self.pending.append(block)  # it stands in the middle of a sentence: the sentence goes first, whole
            return
        self.flush()
        self.blocks.append(block)

    def is_in_sentence(self) -> bool:
        """True where the current line has text already."""
        for piece in reversed(self.run):
            if piece.text == "\n":
                return False
            if clean_text(piece.text):
                return True
        return False

    def embed(self, child: HtmlElement) -> None:
        """A video becomes a link; of other plug-ins and frames the text they hold for want of them."""
        source = video_source(child)
        if source:
            self.flush()
            title = clean_text(child.get("title") or "") or "Video"
            block = Block("embed", child, self.full_context(), text=title, source=source, zone=self.zone)
            self.blocks.append(block)
        elif child.tag == "object":
            self.enter(child)

    def full_context(self) -> tuple[Node, ...]:
        """The context, with the item or cell that broken markup left out."""
        last = self.context[-1].tag if self.context else ""
        if last in ("ul", "ol"):
            return (*self.context, Node("li", self.owner, {}))
        if last == "table" and self.tag != "caption":
            return (*self.context, Node("tr", self.owner, {}), Node("td", self.owner, {}))
        if last == "tr":
            return (*self.context, Node("td", self.owner, {}))
        return self.context

    def flush(self) -> None:
        """End the line: what has collected becomes blocks."""
        run, self.run = self.run, []
        if run:
            for paragraph in paragraphs(run):
                text = "".join(piece.text for piece in paragraph)
                self.blocks.append(
                    Block(
                        "text",
                        self.owner,
                        self.full_context(),
                        tag=self.tag,
                        text=text,
                        pieces=paragraph,
                        zone=self.zone,
                        words=count_words(text),
                        linked=sum(len(piece.text) for piece in paragraph if piece.href),
                    )
                )
        if self.pending:
            self.blocks.extend(self.pending)
            self.pending = []
