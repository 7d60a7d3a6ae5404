"""Chooses the line of a page that is the article's title, by its place, its form and what the page calls itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portal_crawler.extract.text import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_crawler.extract.blocks import Block
    from portal_crawler.extract.head import Head

_SENTENCES = re.compile(r"[.!?…]\s+\w")
_SEPARATOR = re.compile(r"\s+[-–—|»:·•]\s+|\s*\|\s*")
#: "Press Release No.: 7", "Số: 12/TB": a label with its number is no title.
_LABELLED_NUMBER = re.compile(r"^[^:]{2,40}:\s*\S{0,12}$")
_LETTERS = re.compile(r"[\W_]+")
_MOST_WORDS = 75
_LEAST_SCORE = 1.0
#: SharePoint's title area names the list or the page: a short one is taken for a section, a long one for a title.
_SECTION_WORDS = 7
#: Lines of this length come back: on every page of a template, and several times while one page is read.
_LINE_CHARACTERS = 300


def same(text: str) -> str:
    """A key that is equal for titles that differ in letter case, diacritics, quotes and dashes only."""
    return _same_line(text) if len(text) <= _LINE_CHARACTERS else _key(text)


@lru_cache(maxsize=4096)
def _same_line(text: str) -> str:
    return _key(text)


def _key(text: str) -> str:
    return _LETTERS.sub(" ", fold(text)).strip()


def is_labelled_number(text: str) -> bool:
    """True for a label with a number or nothing behind it."""
    return bool(_LABELLED_NUMBER.match(text)) and (text.endswith(":") or any(one.isdigit() for one in text))


def find_title(blocks: Sequence[Block], names: Sequence[str], span: range, start: int, head: Head) -> int | None:
    """The index of the title among `span`; `start` is where the body begins. None where no line looks like one."""
    own = same(head.og_title)
    whole = f" {same(head.title)} "
    areas = [part for area in head.title_area for part in (area, *_SEPARATOR.split(area))]
    sections = {same(part) for part in areas if part.count(" ") < _SECTION_WORDS}
    seen: dict[str, int] = {}
    for at in range(span.stop):
        key = same(blocks[at].text) if blocks[at].words <= 12 else ""
        seen[key] = seen.get(key, 0) + 1
    best, best_score = None, _LEAST_SCORE
    for at in span:
        block = blocks[at]
        if names[at] or block.kind != "text" or block.words > _MOST_WORDS or is_labelled_number(block.text):
            continue
        key = same(block.text)
        if not key:
            continue
        score = _form(block) + _place(names, at) - 0.15 * max(0, start - at) - 0.3 * max(0, at - start)
        if key == own:
            score += 5
        elif block.words >= 4 and key not in sections and f" {key} " in whole:
            score += 4
        if key in sections or seen.get(key, 0) > 1:
            score -= 3 if key != own else 0
        if score > best_score:
            best, best_score = at, score
    return best


def is_sure(blocks: Sequence[Block], names: Sequence[str], at: int, head: Head) -> bool:
    """True where more than its looks says that a line is the title: the page's own name, or a date line beside it."""
    key = same(blocks[at].text)
    named = key == same(head.og_title) or f" {key} " in f" {same(head.title)} "
    return named or _place(names, at) > 0


def _form(block: Block) -> float:
    """How much a line looks like a title: by its element, its length, its punctuation."""
    score = {"h2": 3.0, "h3": 2.0, "h4": 1.0}.get(block.tag, 0.0) + _length_score(block.words)
    if any(element.tag == "h1" for element in (block.element, block.element.getparent()) if element is not None):
        score += 1.0
    if _SENTENCES.search(block.text):
        score -= 1.5
    if block.text.endswith((".", ":", ";", ",")):
        score -= 1.0
    if block.link_share > 0.8 and block.words <= 8:
        score -= 2.0
    if any(node.tag == "li" for node in block.context):
        score -= 2.0
    if all("strong" in piece.marks for piece in block.pieces if piece.text.strip()):
        score += 0.5
    return score


def _length_score(words: int) -> float:
    """Titles have 8 to 44 words as a rule."""
    if words >= 45:
        return -0.5
    if words >= 8:
        return 1.0
    if words >= 4:
        return 0.5
    return -1.5 if words <= 2 else 0.0


def _place(names: Sequence[str], at: int) -> float:
    score = 0.0
    if list(names[at + 1 : at + 4]) == ["dateline", "", "dateline"]:
        return -2.0  # a section above its kicker: the title stands between the two date lines
    if at and names[at - 1] == "dateline":
        score += 1.0
    if at + 1 < len(names) and names[at + 1] in ("dateline", "author", "views"):
        score += 2.0
    return score


def title_of_head(head: Head) -> tuple[str, str]:
    """(title, rule) from outside the text: the title element without the site's name, or the title meant for sharing.

    The title element is SharePoint's own field, so it wins unless it only names the site or a section.
    """
    own = _own_part(head)
    if own and (head.og_title == "" or same(own) == same(head.og_title) or own.count(" ") >= _SECTION_WORDS // 2):
        return own, "title_element"
    if head.og_title:
        return head.og_title, "meta:og:title"
    return (head.title_area[-1], "title_area") if head.title_area else (own, "title_element")


def _own_part(head: Head) -> str:
    """The title element without one leading or trailing part that names the site or the list."""
    title = head.title
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    names = {same(name) for name in (head.meta.get("og:site_name", ""), *head.title_area) if name}
    first, last = parts[0], parts[-1]
    if same(first) in names or (same(last) not in names and first.count(" ") < min(3, last.count(" "))):
        return clean_text(title[title.index(first) + len(first) :].lstrip(" -–—|»:·•"))
    if same(last) in names or last.count(" ") < first.count(" "):
        return clean_text(title[: title.rindex(last)].rstrip(" -–—|»:·•"))
    return title
