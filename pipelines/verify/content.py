"""What a reader sees in a piece of HTML, and how far it is the text, the files and the links that were expected."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import lxml.html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BLOCKS = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th",
        "td", "blockquote", "figure", "figcaption", "pre", "dl", "dt", "dd", "div", "hr", "br",
    }
)  # fmt: skip
#: Lines that are compared letter by letter when they have no equal; beyond that a pair is taken as it comes.
_PAIRS = 40


@dataclass(frozen=True, slots=True)
class Visible:
    """A piece of HTML: its lines of text in reading order, its links, its pictures (addresses as written)."""

    lines: tuple[str, ...]
    links: tuple[str, ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextMatch:
    """`similarity` 0 to 1 by letters; `missing` and `added` are lines without an equal, in reading order."""

    similarity: float
    missing: tuple[str, ...]
    added: tuple[str, ...]


def visible(html: str) -> Visible:
    """Read HTML as a reader does: one line a block, scripts and comments left out."""
    if not html.strip():
        return Visible((), (), ())
    return visible_of(lxml.html.fragment_fromstring(html, create_parent="div"))


def visible_of(root: lxml.html.HtmlElement) -> Visible:
    """The same of an element that was parsed before."""
    lines: list[str] = [""]
    _walk(root, lines)
    found = tuple(one for line in lines if (one := plain(line)))
    links = tuple(str(one.get("href")) for one in root.iter("a") if one.get("href"))
    return Visible(found, links, tuple(str(one.get("src")) for one in root.iter("img") if one.get("src")))


def visible_page(html: str) -> tuple[str, ...]:
    """The lines of a whole page, navigation and all."""
    lines: list[str] = [""]
    _walk(lxml.html.document_fromstring(html or "<p></p>"), lines)
    return tuple(one for line in lines if (one := plain(line)))


def plain(text: str) -> str:
    """A line for comparison: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def match_text(expected: Iterable[str], found: Sequence[str], allowed: Iterable[str] = ()) -> TextMatch:
    """Compare texts line by line; `allowed` lines may be added (captions, names of files) and may miss."""
    wanted = [line for one in expected if (line := plain(one))]
    have, spare = Counter(found), {plain(one) for one in allowed}
    missing = []
    for line in wanted:
        if have[line]:
            have[line] -= 1
        else:
            missing.append(line)
    added = [line for line in _left(found, have) if line not in spare]
    total = sum(map(len, wanted)) or 1
    equal = sum(map(len, wanted)) - sum(map(len, missing))
    return TextMatch((equal + _partly(missing, added)) / total if wanted else 1.0, tuple(missing), tuple(added))


def _left(found: Sequence[str], counts: Counter[str]) -> list[str]:
    left = counts.copy()
    lines = []
    for line in reversed(found):
        if left[line]:
            left[line] -= 1
            lines.append(line)
    return lines[::-1]


def _partly(missing: Sequence[str], added: Sequence[str]) -> float:
    """How many letters of lines without an equal stand in their best partner all the same."""
    others = list(added[:_PAIRS])
    letters = 0.0
    for line in missing[:_PAIRS]:
        ratios = [difflib.SequenceMatcher(None, line, other, autojunk=False).ratio() for other in others]
        if ratios and (best := max(ratios)) > 0.5:
            letters += best * len(line)
            others.pop(ratios.index(best))
    return letters


def _walk(element: lxml.html.HtmlElement, lines: list[str], *, in_row: bool = False) -> None:
    """Collect the text; a row of a table is one line, its cells a space apart, as in body_text."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return
    block = element.tag in _BLOCKS
    if block:
        _part(lines, in_row=in_row)
    lines[-1] += element.text or ""
    for child in element:
        _walk(child, lines, in_row=in_row or element.tag == "tr")
        lines[-1] += child.tail or ""
    if block:
        _part(lines, in_row=in_row)


def _part(lines: list[str], *, in_row: bool) -> None:
    if in_row:
        lines[-1] += " "
    else:
        lines.append("")
