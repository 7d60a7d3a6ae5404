"""Takes stock of what stands in an article's source and in its finished HTML, by markup alone, to hold one against the other.

It shares no step with the reader (`flow`) or the writer (`serialize`) but the vocabulary of HTML: a paragraph that either
of them loses is still counted here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from portal_crawler.extract.markup import INLINE, is_furniture, is_hidden, is_rich_text, picture_flaw, video_source

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.html import HtmlElement

_WORD = re.compile(r"\w+")
#: A longer line is read each time it is asked for.
_LONGEST_KEPT = 2000
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
_ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')
_UNREAD = frozenset(
    ["script", "style", "noscript", "template", "head", "title", "meta", "link", "base", "param", "source"]
)
_CONTROLS = frozenset(["select", "option", "textarea", "input", "button", "datalist", "svg", "canvas", "map", "dialog"])
_FRAMES = frozenset(["iframe", "video", "audio", "embed"])
_MARKS = frozenset(["strong", "em", "sub", "sup"])
#: Blocks that say nothing but where a line ends, unless an attribute does.
_PLAIN_BLOCKS = frozenset(["p", "div", "li"])


@dataclass(slots=True)
class Line:
    """The text between two boundaries of blocks, the addresses its links have, and its cell, if any.

    `key` are its letters and digits alone (editors cut words into runs, and only a reader knows which belong together),
    `count` is the number of its words. `aside` says why readers do not see it, empty for what they see.
    """

    text: str
    key: str
    count: int
    links: list[str] = field(default_factory=list)
    cell: object = None
    aside: str = ""

    @property
    def words(self) -> list[str]:
        """The words, lower-cased, in order."""
        return words_in(self.text)


@dataclass(slots=True)
class Stock:
    """All that stands somewhere, in order.

    `images` and `frames` are (address as written, flaw or reason), `cells` (cell, its table), `lines` those with words
    or links.
    """

    lines: list[Line] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    frames: list[tuple[str, str]] = field(default_factory=list)
    cells: list[tuple[object, object]] = field(default_factory=list)


def words_in(text: str) -> list[str]:
    """The words of a text, lower-cased, in order."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def letters_of(line: str) -> tuple[str, int]:
    """The letters and digits of a line without anything between them, lower-cased, and the number of its words.

    A line of the source is often that of the finished text but for its hard spaces: without them both are worked out once.
    """
    line = line.replace("\xa0", " ").strip()
    return _letters(line) if len(line) <= _LONGEST_KEPT else _counted(line)


@lru_cache(maxsize=512)
def _letters(line: str) -> tuple[str, int]:
    """Kept for the lines of a page: each is asked for in the source, in the finished HTML and in the finished text."""
    return _counted(line)


def _counted(line: str) -> tuple[str, int]:
    words = words_in(line)
    return "".join(words), len(words)


def stock_of_source(elements: Collection[HtmlElement], removed: Collection[HtmlElement] = ()) -> Stock:
    """What stands in elements of a page; `removed` are elements that the profile takes out."""
    walk = _Walk(removed)
    for element in elements:
        walk.begin(element)
    return walk.stock


class _Taking:
    """Collects what is inline until a boundary ends the line."""

    def __init__(self) -> None:
        self.stock = Stock()
        self._texts: list[str] = []
        self._links: list[str] = []
        self._href = ""
        self._aside = ""
        self._cell: object = None

    def flush(self) -> None:
        """End a line."""
        if self._texts or self._links:
            text = "".join(self._texts)
            key, count = letters_of(text)
            if count or self._links:
                self.stock.lines.append(Line(text, key, count, self._links, self._cell, self._aside))
            self._texts, self._links = [], []

    def write(self, text: str) -> None:
        """Text of the line; a link that shows any of it is the line's. A line begins with no space."""
        if not text.isspace():
            self._texts.append(text)
            if self._href:
                self.link()
        elif self._texts:
            self._texts.append(text)

    def link(self) -> None:
        """The line shows something of the link it is in; a link counts once a line."""
        if self._href and self._href not in self._links:
            self._links.append(self._href)


class _Walk(_Taking):
    """One pass through a tree."""

    def __init__(self, removed: Collection[HtmlElement]) -> None:
        super().__init__()
        self.removed = removed
        self.rich = False
        self._table: object = None

    def begin(self, element: HtmlElement) -> None:
        """One element, as part of what it stands in."""
        self.rich = is_rich_text(element)
        self._table = element if element.tag == "table" else next(element.iterancestors("table"), None)
        self._cell = element if element.tag in ("td", "th") else None
        self.enter(element)
        self.flush()

    def enter(self, element: HtmlElement) -> None:
        """All that an element holds."""
        text = element.text
        if text:
            self.write(text)
        for child in element:
            name = child.tag
            if isinstance(name, str) and name not in _UNREAD:
                self._visit(child, name)
            tail = child.tail
            if tail:
                self.write(tail)

    def _visit(self, child: HtmlElement, name: str) -> None:
        if name == "br":
            self.flush()
        elif name == "img":
            self._picture(child)
        elif name in _FRAMES or (name == "object" and video_source(child)):
            self._frame(child)
        elif name in INLINE or ":" in name:
            self._inline(child, name)
        else:
            self._block(child, name)

    def _picture(self, child: HtmlElement) -> None:
        source, flaw = picture_flaw(child)
        self.stock.images.append((source, self._aside or flaw))
        if not flaw:
            self.link()

    def _frame(self, child: HtmlElement) -> None:
        source = video_source(child)
        written = source or (child.get("src") or child.get("data") or "").strip()
        if written:
            self.stock.frames.append((written, self._aside or ("" if source else "frame")))

    def _inline(self, child: HtmlElement, name: str) -> None:
        aside, href = self._aside, self._href
        why = self._hiding(child, name)
        if why and not aside:
            self.flush()
            self._aside = why
        if name == "a":
            target = (child.get("href") or "").strip()
            self._href = target if target and not target.startswith("#") else href
        self.enter(child)
        if self._aside is not aside:
            self.flush()
        self._aside, self._href = aside, href

    def _block(self, child: HtmlElement, name: str) -> None:
        self.flush()
        if name in _PLAIN_BLOCKS and not child.keys():
            self.enter(child)
            self.flush()
            return
        before = (self._aside, self._cell, self._table, self.rich)
        self._aside = self._aside or self._hiding(child, name)
        if name == "table":
            self._table = child
        elif name in ("td", "th"):
            self._cell = child
            self.stock.cells.append((child, self._table))
        self.rich = self.rich or is_rich_text(child)
        self.enter(child)
        self.flush()
        self._aside, self._cell, self._table, self.rich = before

    def _hiding(self, child: HtmlElement, name: str) -> str:
        if name in _CONTROLS:
            return "control"
        attributes = child.keys()
        if not attributes:
            return "furniture" if name == "nav" else ""
        if child in self.removed:
            return "profile"
        if "hidden" in attributes or is_hidden(child):
            return "hidden"
        furniture = name == "nav" or (not self.rich and "class" in attributes and is_furniture(child, forms_only=False))
        return "furniture" if furniture else ""


def stock_of_html(html: str) -> Stock:
    """What stands in finished, sanitised HTML."""
    tags = _Tags()
    for closing, name, attributes, text in _TOKEN.findall(html):
        if text:
            tags.write(unescape(text) if "&" in text else text)
        elif name not in _MARKS:
            tags.tag(name, attributes, closing=bool(closing))
    tags.flush()
    return tags.stock


class _Tags(_Taking):
    """One pass over the tags of finished HTML, where every cell is one of data."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[object] = []

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        """One tag that is no mark of text."""
        if name == "img":
            self.stock.images.append((_address(attributes), ""))
            self.link()
        elif name == "a":
            self._href = "" if closing else _address(attributes)
        else:
            self.flush()
            if name in ("td", "th"):
                self._cell_edge(closing=closing)

    def _cell_edge(self, *, closing: bool) -> None:
        if closing:
            self._open.pop()
        else:
            self._open.append(object())
            self.stock.cells.append((self._open[-1], None))
        self._cell = self._open[-1] if self._open else None


def _address(attributes: str) -> str:
    found = _ADDRESS.search(attributes)
    return unescape(found[1]) if found else ""
