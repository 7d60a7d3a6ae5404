"""Measures what of the source arrived: its text, pictures, table cells and links, counted without the reader's help."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_crawler.extract.markup import picture_source
from portal_crawler.extract.text import clean_text
from portal_crawler.extract.xpath import strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.serialize import Resolve

_WORD = re.compile(r"\w+")
_NO_LETTER = re.compile(r"[\W_]+")
_VISIBLE = strings(
    "descendant::text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template or ancestor::*[@hidden"
    " or contains(translate(@style,' ',''),'display:none') or contains(translate(@style,' ',''),'visibility:hidden')])]"
)
_CELL = re.compile(r"<t[dh][ >]")
_LINK = re.compile(r"<a ")
#: A body that misses more of its source's text than this is for a person to look at.
TEXT_FLOOR = 0.995


def words_of(text: str) -> list[str]:
    """The words of a text, lower-cased, in order."""
    return _WORD.findall(text.lower())


def share_kept(source: str, result: str) -> tuple[float, int]:
    """(share of the source's words that are in the result, number of words in the result that the source lacks)."""
    wanted, got = Counter(words_of(source)), Counter(words_of(result))
    total = wanted.total()
    kept = (wanted & got).total()
    return (kept / total if total else 1.0), got.total() - kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What arrived of the body's source: `text` is the share of its letters, the others are (arrived, in the source).

    Letters are counted, not words: editors cut words into runs, and only a reader knows which belong together. Lines
    that were taken out as chrome count as accounted for: they are named in the field's note.
    """

    text: float
    pictures: tuple[int, int]
    cells: tuple[int, int]
    links: tuple[int, int]

    @property
    def is_low(self) -> bool:
        """True where something of the source is neither in the body nor named as chrome."""
        counts = (self.pictures, self.cells, self.links)
        return self.text < TEXT_FLOOR or any(arrived < source for arrived, source in counts)

    def __str__(self) -> str:
        pairs = (("pictures", self.pictures), ("cells", self.cells), ("links", self.links))
        counts = [f"{name} {arrived}/{source}" for name, (arrived, source) in pairs if source]
        return ", ".join([f"text {self.text:.3f}", *counts])


def measure(
    sources: Iterable[HtmlElement], accounted: Iterable[Block], body: Iterable[Block], html: str, resolve: Resolve
) -> Coverage:
    """The coverage of a body.

    `sources` are the elements the body was read from, `accounted` every block that was read of them or around them,
    `body` the blocks that were written out as `html`.
    """
    elements = list(sources)
    read, written = list(accounted), list(body)
    wanted = _letters("".join(text for element in elements for text in _VISIBLE(element)))
    arrived = wanted & _letters("".join(block.text for block in read))
    shown = {resolve(picture_source(image)) for element in elements for image in element.iter("img")}
    shown = {url for url in shown if url.startswith("http")}
    missing = shown - {resolve(block.source) for block in read if block.kind == "image"}
    cells = {node for block in written for node in block.context if node.tag in ("td", "th")}
    links = sum(len({href for href in block.links if resolve(href)}) for block in written)
    return Coverage(
        text=arrived.total() / wanted.total() if wanted else 1.0,
        pictures=(len(shown) - len(missing), len(shown)),
        cells=(min(len(cells), len(_CELL.findall(html))), len(cells)),
        links=(min(links, len(_LINK.findall(html))), links),
    )


def _letters(text: str) -> Counter[str]:
    return Counter(_NO_LETTER.sub("", clean_text(text).lower()))
