"""Cuts a listing into its rows by structure alone, and reads the title, date and thumbnail each row prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from portal_crawler.extract.wording import GENERIC, folded, one_line
from portal_crawler.extract.xpath import elements, string, strings
from portal_crawler.platforms.sharepoint.addresses import join_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

#: Elements that are a row by nature, and those that hold a whole page.
_ROWS = frozenset({"li", "tr", "article", "dd", "dl"})
_HOLDERS = frozenset({"html", "body", "form", "main"})
#: A row prints a title, a date and a summary; a page that holds one link is no row.
_ROW_CHARACTERS = 1500
_LONE_ROW_CHARACTERS = 300
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLE_CHARACTERS = 300
_LINE_CHARACTERS = 160
_LEAF_CHARACTERS = 24
_HEADING_CHARACTERS = 80
_NEIGHBOUR_TEXTS = 6
_STYLE_CHARACTERS = 2000

_TEXTS = strings(".//text()[not(parent::script or parent::style or parent::noscript)]")
_PICTURES = elements("descendant-or-self::img")
_STYLED = string("descendant-or-self::*[contains(@style,'url(')]/@style")
_TIME = string(".//time/@datetime")

_DAY = (
    r"(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d\d|(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?"
    r"|(?:ngày\s+)?\d{1,2}\s+(?:tháng|thg)\.?\s+(?:\d{1,2}|[a-zà-ỹ]{2,5}(?:\s(?:một|hai))?)(?:,?\s*(?:năm\s*)?(?:19|20)\d\d)"
    r"|\d{1,2}\s+\d{1,2}\s?/\s?(?:19|20)\d\d"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?[\s-](?:19|20)\d\d)?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    r"|(?:\d{1,2}|một|hai|vài)\s+(?:phút|giờ|ngày|tuần|tháng)\s+trước|hôm\s(?:qua|nay|kia))"
)
_CLOCK = r"(?:\d{1,2}\s?(?::|h|giờ|g)\s?\d{0,2}(?:\s?(?::|phút)\s?\d{0,2})?\s?(?:sa|ch|am|pm)?)"
_WEEKDAY = (
    r"(?:(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|[2-7])|t[2-7]|chủ\snhật|cn|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
    r"[\s,.-]*(?:ngày\s)?)"
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:{_CLOCK}[\s,|-]*(?:ngày\s)?)?{_WEEKDAY}?(?:{_CLOCK}[\s,|-]*(?:ngày\s)?)?{_DAY}"
    rf"(?:[\s,|-]*(?:lúc\s)?{_CLOCK})?(?![\w/])",
    re.IGNORECASE,
)
#: What may stand before a publish date, and what after it; anything else makes it a date of the text.
_BEFORE = re.compile(
    r"^\W*(?:(?:ngày|thời gian|lúc|date|ngày giờ)?\s*(?:đăng(?: tin| bài| lúc)?|xuất bản|cập nhật(?: lúc| ngày)?|phát hành|gửi|tạo|posted(?: on)?|"
    r"published(?: on)?|updated)?\s*(?:ngày|lúc|vào)?|[^|•·–]{0,60}\s[|•·–-])\W*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^\W*$|^\s*[|•·–-]|^\W*(?:lượt|đã xem|xem|views?|số lượt|tác giả|nguồn|bởi|by|author|source)\b", re.IGNORECASE
)
_DIGIT_OR_AGO = re.compile(r"\d|(?:trước|hôm (?:qua|nay|kia))\W*$", re.IGNORECASE)
_FILE_NAME = re.compile(r"(?i)\.(?:jpe?g|png|gif|bmp|webp|svg)\W*$|^(?:img|dsc|image)[_\d]")
_SHORT_DATE = re.compile(r"^\W*\d{1,2}\s?[/-]\s?\d{1,2}\W*$")
_ICON = re.compile(
    r"(?i)/_layouts/|(?:^|/)(?:blank|spacer|pixel|transparent|new|hot|icon|arrow|bullet|dot|loading|next|prev)[\w-]*\.(?:gif|png|svg)"
)
_BACKGROUND = re.compile(r"(?i)background(?:-image)?\s*:[^;]*url\(\s*['\"]?([^'\")]+)")


@dataclass(slots=True)
class Row:
    """One article of a listing: every link to it in one place, and the element that holds only this article."""

    anchors: list[HtmlElement]
    element: HtmlElement
    around: list[str] = field(default_factory=list)

    @property
    def container(self) -> HtmlElement:
        """What holds the rows of this list."""
        parent = self.element.getparent()
        return self.element if parent is None else parent


def cut_rows(anchors: Iterable[tuple[str, HtmlElement]]) -> list[tuple[str, Row]]:
    """Rows of (key, anchor) pairs in page order; a key that stands in two places has two rows.

    A row is the highest element that holds links to one key only.
    """
    pairs = list(anchors)
    owners: dict[HtmlElement, str | None] = {}
    for key, anchor in pairs:
        element: HtmlElement | None = anchor
        while element is not None:
            owner = owners.setdefault(element, key)
            if owner is None and element is not anchor:
                break
            if owner != key:
                owners[element] = None
            element = element.getparent()
    rows: dict[HtmlElement, tuple[str, Row]] = {}
    lengths: dict[HtmlElement, int] = {}
    for key, anchor in pairs:
        top = _climb(anchor, key, owners, lengths)
        if top in rows and rows[top][0] == key:
            rows[top][1].anchors.append(anchor)
        else:
            rows[top] = (key, Row([anchor], top))
    found = list(rows.values())
    _share_between(found)
    return found


def _climb(
    anchor: HtmlElement, key: str, owners: dict[HtmlElement, str | None], lengths: dict[HtmlElement, int]
) -> HtmlElement:
    chain = [anchor]
    parent = anchor.getparent()
    while parent is not None and owners.get(parent) == key and parent.tag not in _HOLDERS:
        chain.append(parent)
        parent = parent.getparent()
    shared = parent is not None and owners.get(parent) is None
    while len(chain) > 1:
        top = chain[-1]
        if top not in lengths:
            lengths[top] = len(top.text_content())
        if lengths[top] <= (_ROW_CHARACTERS if shared or top.tag in _ROWS else _LONE_ROW_CHARACTERS):
            break
        chain.pop()
    return chain[-1]


def _share_between(rows: list[tuple[str, Row]]) -> None:
    """Gives each row what stands between it and its neighbours in a flat list: a date above or below a bare link."""
    by_container: dict[HtmlElement, list[Row]] = {}
    for _, row in rows:
        by_container.setdefault(row.container, []).append(row)
    for container, members in by_container.items():
        if len(members) > 1 and members[0].element.tag not in {"li", "article", "dl"}:
            _share(container, members)


def _share(container: HtmlElement, members: list[Row]) -> None:
    elements = {row.element: row for row in members}
    pieces: list[list[str]] = [[]]
    order: list[Row] = []
    for child in container:
        row = elements.get(child)
        if row is not None:
            order.append(row)
            pieces.append([])
        elif isinstance(child.tag, str) and len(pieces[-1]) < _NEIGHBOUR_TEXTS:
            pieces[-1].extend(_TEXTS(child))
        if child.tail and child.tail.strip():
            pieces[-1].append(child.tail)
    before = bool(find_date(pieces[0])) and not find_date(pieces[-1])
    for at, row in enumerate(order):
        row.around = (pieces[at] if before else pieces[at + 1])[:_NEIGHBOUR_TEXTS]


def find_date(texts: Iterable[str]) -> str:
    """The first date, as printed, that stands alone, behind a label or beside an author; empty where there is none.

    A date inside a sentence is the sentence's, not the article's: it is never taken.
    """
    short = ""
    for text in texts:
        if len(text) > _TITLE_CHARACTERS or not _DIGIT_OR_AGO.search(text):
            continue
        line = one_line(text)
        match = _DATE.search(line)
        if match and _BEFORE.match(line[: match.start()]) and _AFTER.match(line[match.end() :]):
            return match[0].strip(" ,|-")
        if not short and _SHORT_DATE.match(line):
            short = line.strip(" ()[]|,")
    return short


def read_date(row: Row, title: str) -> str:
    """The date printed in a row, or between it and its neighbours; `title` is never searched."""
    texts = [text for text in _TEXTS(row.element) if not text.isspace() and one_line(text) not in title]
    found = find_date(texts) or find_date(row.around)
    if found and not _SHORT_DATE.match(found):
        return found
    # A calendar leaf prints day and month in elements of their own: 26 | Tháng 10, 2018.
    leaf = [one_line(text) for text in texts if len(text) <= _LEAF_CHARACTERS]
    pairs = [f"{one} {two}" for one, two in pairwise(leaf)]
    return find_date(pairs) or _TIME(row.element) or found


def read_title(row: Row) -> str:
    """The best text among the links of a row: a heading, else the longest text, else a title or alt attribute."""
    best = (0, 0, "")
    for anchor in row.anchors:
        rank, text = _text_of(anchor)
        if len(text) <= _TITLE_CHARACTERS:
            best = max(best, (rank, len(text), text))
    text = best[2]
    if text.endswith(("...", "…")):
        return next((full for full in _attributes(row.anchors) if _continues(text, full)), text)
    return text


def _text_of(anchor: HtmlElement) -> tuple[int, str]:
    heading = next(anchor.iter(*_HEADINGS), None) if len(anchor) else None
    if heading is not None and (text := one_line(heading.text_content())):
        return 3, text
    texts = _TEXTS(anchor) if len(anchor) else [anchor.text or ""]
    nodes = [line for text in texts if (line := one_line(text)) and not _is_date(line)]
    text = one_line(" ".join(nodes))
    if len(text) > _LINE_CHARACTERS and len(nodes) > 1:
        text = next((line for line in nodes if line.count(" ") >= 3), nodes[0])
    if text and not GENERIC.match(folded(text)):
        return (3 if any(one.tag in _HEADINGS for one in islice(anchor.iterancestors(), 3)) else 2), text
    return 1, next(iter(_attributes([anchor])), "")


def _is_date(line: str) -> bool:
    return len(line) <= 60 and bool(find_date([line])) and not _SHORT_DATE.match(line)


def _attributes(anchors: Iterable[HtmlElement]) -> list[str]:
    """Titles and alternative texts that are words, not file names and not instructions."""
    values = [anchor.get("title") or "" for anchor in anchors]
    values += [image.get(name) or "" for anchor in anchors for image in _PICTURES(anchor) for name in ("title", "alt")]
    texts = [one_line(value) for value in values]
    return [text for text in texts if text and not _FILE_NAME.search(text) and not GENERIC.match(folded(text))]


def _continues(cut: str, full: str) -> bool:
    return len(full) > len(cut) - 3 and folded(full).startswith(folded(cut.rstrip(" .…")))


def read_image(row: Row, base: str) -> str:
    """The absolute address of a row's thumbnail; empty where it has none, icons do not count."""
    for image in _PICTURES(row.element):
        for name in ("data-src", "data-original", "src"):
            source = (image.get(name) or "").strip()
            if source and not source.startswith("data:") and not _ICON.search(source):
                return join_url(base, source)
    match = _BACKGROUND.search(_STYLED(row.element)[:_STYLE_CHARACTERS])
    return join_url(base, match[1]) if match and not match[1].startswith("data:") else ""


def heading_of(container: HtmlElement) -> str:
    """The folded short text that stands above a list: in its holder, or in the elements just before it."""
    level: HtmlElement | None = container
    for _ in range(3):
        if level is None or level.tag == "body":
            break
        above = level.getprevious()
        while above is not None and not isinstance(above.tag, str):
            above = above.getprevious()
        if above is not None and above.tag not in {"script", "style"}:
            text = one_line(above.text_content()) if len(above) < 20 else ""
            if text:
                return folded(text) if len(text) <= _HEADING_CHARACTERS else ""
        level = level.getparent()
    return ""
