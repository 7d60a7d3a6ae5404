"""Puts Vietnamese of legacy fonts and wrong code pages right in a parsed page, line by line, and only where it is certain.

It runs on the few pages whose article was found damaged; the page is then read once more. Certain means: the page names
a font of that encoding (TCVN3 and VNI), the way back gives the same letters again, and what changed are Vietnamese
syllables. What is not certain stays as it is, and flagged. The raw page is in its capture.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.items import FieldNote
from portal_crawler.extract.legacy_text import NAMES, SURE, decode, draws_capitals, is_sure, names_font, words_changed
from portal_crawler.extract.markup import INLINE
from portal_crawler.extract.xpath import strings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.items import Article
    from portal_crawler.extract.article import Candidate

_FONTS = strings("//@face|//@style[contains(., 'ont')]|//style/text()")
_UNREAD = frozenset(["script", "style", "noscript", "template"])


@dataclass(slots=True)
class _Line:
    """The pieces of text between two boundaries: (element, "text" or "tail", the element whose font holds)."""

    places: list[tuple[HtmlElement, str, HtmlElement]] = field(default_factory=list)

    def pieces(self) -> list[str]:
        return [getattr(element, where) for element, where, _ in self.places]


def damage_of(found: Candidate | None) -> str:
    """The code of the damage in what would be an article, where it can be put right; empty without any."""
    if found is None or found.damage not in NAMES:
        return ""
    return found.damage if found.text or found.article() is not None else ""


def note_repair(article: Article, code: str) -> Article:
    """The article read from a page that was put right, with a note and a flag that say so."""
    note = FieldNote(field="body_text", rule=f"converted from {NAMES[code]}", raw="as in the capture")
    return replace(article, notes=(*article.notes, note), flags=(*article.flags, f"converted_{code}"))


def repair(root: HtmlElement, code: str) -> int:
    """Decode the page's damaged lines in place; returns how many, 0 where it is not certain (nothing is changed then)."""
    if code not in NAMES or not names_font(code, " ".join(_FONTS(root))):
        return 0
    lines: list[_Line] = []
    _collect(root, lines)
    decoded = [(line, after) for line in lines if (after := _decoded(line, code)) is not None]
    counts = [words_changed("".join(line.pieces()), "".join(after)) for line, after in decoded]
    if sum(good for good, _ in counts) < SURE * sum(changed for _, changed in counts):
        return 0
    for line, after in decoded:
        for (element, where, holder), text in zip(line.places, after, strict=True):
            setattr(element, where, text.upper() if draws_capitals(_font(holder)) else text)
    return len(decoded)


def _decoded(line: _Line, code: str) -> list[str] | None:
    """The pieces of a line decoded, all or none."""
    before = line.pieces()
    if all(piece.isascii() for piece in before):
        return None
    after = [decode(piece, code) for piece in before]
    if any(piece is None for piece in after):
        return None
    done = [piece or "" for piece in after]
    return done if is_sure("".join(before), "".join(done)) else None


def _collect(root: HtmlElement, lines: list[_Line]) -> None:
    """The lines of a page, its title element among them; deep pages are flattened by the parser, so a stack is enough."""
    lines.append(_Line())
    stack: list[tuple[HtmlElement, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        inline = element.tag in INLINE
        if done:
            if not inline:
                lines.append(_Line())
            if element.tail and element is not root:
                parent = element.getparent()
                lines[-1].places.append((element, "tail", parent if parent is not None else element))
            continue
        stack.append((element, True))
        if not isinstance(element.tag, str) or element.tag in _UNREAD:
            continue
        if not inline:
            lines.append(_Line())
        if element.text:
            lines[-1].places.append((element, "text", element))
        stack.extend((child, False) for child in reversed(element))


def _font(element: HtmlElement) -> str:
    """The font that the nearest element with one names."""
    current: HtmlElement | None = element
    while current is not None:
        style = current.get("style") or ""
        face = current.get("face") or (style if "font" in style else "")
        if face:
            return face
        current = current.getparent()
    return ""
