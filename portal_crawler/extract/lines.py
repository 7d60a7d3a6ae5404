"""Names the short lines of a page by what they say: date line, author line, chrome; text is everything else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portal_crawler.extract.blocks import split_lines
from portal_crawler.extract.chrome import LONGEST_LINE, line_kind
from portal_crawler.extract.text import clean_text, flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal_crawler.extract.blocks import Block

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = (
    r"(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:(?:19|20)\d\d|0000)|(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-](?:{_MONTHS})[a-z]*\.?,?[\s-](?:19|20)\d\d"
    rf"|(?:{_MONTHS})[a-z]*\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    r"|\d{1,2} (?:thang|thg) (?:\d{1,2}|[a-z]{2,5}(?: (?:mot|hai))?)(?: nam|,)? (?:19|20)\d\d"
    r"|\d{1,2} thang \d{1,2}, (?:19|20)\d\d|thang [a-z]{2,5}(?: (?:mot|hai))? \d{1,2},? (?:19|20)\d\d)"
)
_CLOCK = (
    r"(?:\d{1,2}\s?(?::|h|gio|g)\s?\d{0,2}(?:\s?(?::|phut|')\s?\d{0,2})?\s?(?:sa|ch|am|pm)?(?: ?\(?gmt ?[+-]?\d*\)?)?)"
)
_WEEKDAY = r"(?:thu (?:hai|ba|tu|nam|sau|bay|\d)|t[2-7]|chu nhat|cn|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
_LABEL = (
    r"(?:ngay (?:dang|xuat ban|cap nhat|gui|dua tin|tao|phat hanh|viet)(?: tin| bai)?|(?:da )?(?:dang|cap nhat|xuat ban|gui)(?: luc| ngay| vao)?(?: luc)?|"
    r"thoi gian(?: dang)?|(?:release |press |publish(?:ing)? )?date(?: posted)?|posted(?: on)?|published(?: on)?|(?:last )?updated(?: on)?|issued(?: on)?)"
)
_DATELINE = re.compile(
    rf"^\W*(?:{_LABEL}\W*)?(?:(?P<before>{_CLOCK})[\W]*(?:ngay )?)?(?:{_WEEKDAY}\W*)?(?:ngay\W*)?(?:{_CLOCK}\W*(?:ngay )?)?"
    rf"{_DAY}(?:\W*(?:luc )?(?P<after>{_CLOCK}))?(?P<rest>.*)$"
)
#: What may follow the date: nothing, or a separator with an author, a section or a counter.
_REST = re.compile(
    r"^\W*$|^\s*[|•·–—/\-](?!\s*\d)|^\W+(?:luot|da xem|xem|views?|so luot|tac gia|nguoi (?:dang|viet)|nguon|boi|by|author|source|cap nhat|gmt)\b|^\s*\(gmt"
)
#: A name right behind the date, in capitals of its own ("13/03/2019 07:45 Minh Đức").
_NAME = re.compile(r"^[A-ZĐÀ-Ỹ][\w.]*(?:[\s,&-]+[A-ZĐÀ-Ỹ][\w.]*){1,5}$")
#: An office behind date and clock ("… 09:39 Đài Truyền thanh thành phố"): few words, no sentence.
_OFFICE = re.compile(r"^[A-ZĐÀ-Ỹ][^.,;:!?]{2,60}$")
_AUTHOR_FIRST = re.compile(rf"^[^\d,;:.]{{4,60}}(?<! ngay)[\s|,\-–]+{_DAY}(?:\W*{_CLOCK})?\W*$")
_AUTHOR = re.compile(
    r"^\W*(?:tac gia|nguoi (?:viet|dang|dua tin)|bai viet|bai(?:,| va|&)? anh|tin(?:,| va|&)? (?:anh|bai)|tin|bai|but danh|nguon(?: tin)?|"
    r"theo nguon|by|author|source|written by)\s*[:：]\s*\S|^\s*\|\s*[^\W\d][\w\s,.&-]{3,60}$"
)
#: A line of dates and names is short; a sentence that begins with a date is not.
_DATELINE_WORDS = 22
_DIGIT = re.compile(r"\d")
#: What has more words is text.
_NAMED_WORDS = 30


def is_dateline(text: str) -> bool:
    """True for a line that prints a date of publishing: a kicker, a byline, a labelled or a bare date."""
    short = len(text) <= LONGEST_LINE and text.count(" ") < _DATELINE_WORDS
    if not short or not _DIGIT.search(text):
        return False
    folded = flatten(clean_text(text))
    if folded.startswith(("hom nay", "today")):
        return False
    match = _DATELINE.match(folded)
    if match:
        rest = match["rest"]
        return bool(name_after_date(text)) or (bool(_REST.match(rest)) and rest.count(" ") <= 14)
    return bool(_AUTHOR_FIRST.match(folded))


def name_after_date(text: str) -> str:
    """The person or office that stands right behind date and clock, without a separator; empty where none does."""
    line = clean_text(text)
    folded = flatten(line)
    match = _DATELINE.match(folded)
    if match is None or not match["rest"]:
        return ""
    name = line[len(folded) - len(match["rest"]) :].strip()
    named = _NAME.match(name) or ((match["before"] or match["after"]) and _OFFICE.match(name))
    return name if named and not line_kind(name) else ""


def is_author_line(text: str) -> bool:
    """True for "Tác giả: …", "Tin, ảnh: …", "By: …"."""
    return text.count(" ") < 14 and bool(_AUTHOR.match(flatten(text)))


def author_in(text: str) -> str:
    """The name in "Tác giả: …"; empty for a source and for lines without a label."""
    line = clean_text(text)
    folded = flatten(line)
    if not _AUTHOR.match(folded) or folded.lstrip(" (*-").startswith(("nguon", "theo nguon", "source")):
        return ""
    return re.split(r"[:：|]", line, maxsplit=1)[1].strip(" .|-–")


def part_lines(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, where a block of lines holds a date line or a counter cut into one block a line: it is a header."""
    parted: list[Block] = []
    for block in blocks:
        lines = block.text.split("\n") if block.kind == "text" and "\n" in block.text else []
        if any(is_dateline(line) or line_kind(line) == "views" for line in lines):
            parted += split_lines(block)
        else:
            parted.append(block)
    return parted


def name_lines(blocks: Sequence[Block]) -> list[str]:
    """The name of each block: "dateline", "author", "views", "related", "audit", "tool", …; "" for text and pictures."""
    return [_name(block.text) if block.kind == "text" and block.words <= _NAMED_WORDS else "" for block in blocks]


def _name(text: str) -> str:
    if len(text) > LONGEST_LINE:
        return "author" if is_author_line(text) else ""
    return _line_name(text)


@lru_cache(maxsize=4096)
def _line_name(text: str) -> str:
    """Kept, because what is named is what a template prints on every page."""
    return "dateline" if is_dateline(text) else line_kind(text) or ("author" if is_author_line(text) else "")
