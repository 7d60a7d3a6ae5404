"""Tells the lines that carry an article's date: the kicker above the title and the "date | author" byline beneath it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.fold import flatten
from portal_crawler.extract.date_cuts import find_cuts, prepare
from portal_crawler.extract.dates import DateReading, read_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_crawler.extract.date_cuts import Cut
    from portal_crawler.profile import Dates

#: A line longer than this is text, whatever dates it holds.
LONGEST = 160
LONGEST_AUTHOR = 80

_SEPARATORS = r"[\s|,;:()\[\]·•/–—-]"
_COUNTER = (
    r"(?:so\s)?(?:luot|lan)\s(?:nguoi\s)?(?:xem|doc|truy cap|view)\s?:?\s?[\d.,]*"
    r"|[\d.,]+\s?(?:luot\s(?:nguoi\s)?(?:xem|doc|truy cap)|views?|hits?)|(?:da\s)?(?:xem|doc|views?|hits?)\s?:\s?[\d.,]+"
)
_DATE_LABEL = (
    r"(?:ngay\s)?(?:dang|xuat ban|cap nhat|dua tin|viet|ban hanh|hieu luc|cong bao|sua doi|chinh sua)(?:\s(?:tin|bai|ngay|luc|lan cuoi))*"
    r"|posted(?:\son)?|published(?:\son)?|updated(?:\son)?|date|hom nay(?:\sla)?|bay gio(?:\sla)?|today|thoi gian|luc|ngay|gio"
)
_FILLING = re.compile(rf"(?:{_SEPARATORS}|{_COUNTER}|(?<![a-z])(?:{_DATE_LABEL})(?![a-z]))*")
_COUNTER_FOUND = re.compile(_COUNTER)
_LABEL_AT_END = re.compile(rf"(?:^|[^a-z])(?:{_DATE_LABEL})\s?:?\s?$")

_AUTHOR_LABEL = re.compile(
    r"(?:tac gia|nguoi (?:dang|viet|gui)|dang boi|viet boi|boi|(?:tin|bai)(?:\s?(?:,|-|va)\s?(?:bai|anh))*|thuc hien|bien tap|pv|ctv|phong vien|cong tac vien)"
    r"\s?:\s?|(?:dang boi|viet boi|by|posted by|written by|par)\s"
)
#: The source of a reprint is no author, and neither is what a page offers to do.
_NO_AUTHOR = re.compile(
    r"(?<![a-z])(?:nguon|theo|in (?:bai|trang|tin)|ban in|gui (?:bai|email|mail|cho)|chia se|binh luan|phan hoi|tro (?:ve|lai)"
    r"|co chu|doc bai|nghe|luot|xem|print|share|comments?|email|facebook|zalo|twitter|trang chu|home)(?![a-z])"
)
_SENTENCE = re.compile(r"[a-zà-ỹ]{3,}[.…]\s|[\"“”:;?!]")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = frozenset({"va", "tong", "hop", "the", "and", "et", "de", "la", "van", "von"})
_STRONG = re.compile(r"[|•·]")
_DASH = re.compile(r"\s?[-–—]\s?")


def read_kicker(line: str, dates: Dates) -> DateReading:
    """The date of a line that holds nothing else: weekday, date, clock, their labels and a view counter.

    Problem "not_a_dateline" where there is other text. A reading labelled "clock" ("Hôm nay: …") or "other" ("Ngày ban
    hành") is not the day of publication; the choice (date_choice) leaves it out.
    """
    text = prepare(line)
    cuts = find_cuts(text) if len(text) <= LONGEST else ()
    if not cuts:
        return DateReading(raw=text, problem="no_date")
    flat = flatten(text)
    if not all(_FILLING.fullmatch(flat[start:end]) for start, end in _gaps(cuts, len(text))):
        return DateReading(raw=text, problem="not_a_dateline")
    return read_date(text, dates=dates)


def read_byline(line: str, dates: Dates) -> tuple[DateReading, str | None]:
    """The date and the author of a line such as "26/10/2018 | Hồng Quốc" or "VĂN HÀO - TRẦN HỮU 30/04/2016 11:39".

    The author is None where the line names none or not for certain. Problem "not_a_byline" where the line is text with a
    date in it. An impossible date still gives its author.
    """
    text = prepare(line)
    cuts = find_cuts(text) if len(text) <= LONGEST else ()
    if not cuts:
        return DateReading(raw=text, problem="no_date"), None
    authors = []
    for start, end in _gaps(cuts, len(text)):
        rest = _without_labels(text[start:end])
        if not rest.strip(" |,;:()[]·•-–—"):
            continue
        author = _author(rest)
        if author is None and not _offers(rest):
            return DateReading(raw=text, problem="not_a_byline"), None
        authors.append(author)
    named = [author for author in authors if author]
    return read_date(text, dates=dates), named[-1] if named else None


def _gaps(cuts: Sequence[Cut], length: int) -> list[tuple[int, int]]:
    """What of a line is no date, in order."""
    edges = [0, *(edge for cut in cuts for edge in (cut.start, cut.end)), length]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _without_labels(rest: str) -> str:
    """The text between dates without the counter and without the label of the date behind it."""
    flat = flatten(rest)
    counter = _COUNTER_FOUND.search(flat)
    if counter:
        rest = f"{rest[: counter.start()]}|{rest[counter.end() :]}"
    label = _LABEL_AT_END.search(flatten(rest))
    return rest[: label.start() + 1] if label and label.start() else "" if label else rest


def _author(rest: str) -> str | None:
    """The name in the text beside a date. How sure a name must look depends on what parts it from the date."""
    beside = rest.strip()
    strong = bool(_STRONG.match(beside) or _STRONG.search(beside[-1:]))
    dashed = bool(_DASH.match(beside) or re.search(r"[-–—]$", beside))
    name = beside.strip(" |,;·•-–—")
    if name.count("(") != name.count(")"):
        name = name.strip("()")
    label = _AUTHOR_LABEL.match(flatten(name))
    if label:
        name = name[label.end() :].strip()
    elif _STRONG.search(name):
        # "Tin tức | Hồng Quốc": the part next to the date's end is the name only where the date ends the line
        name = _STRONG.split(name)[-1].strip()
    return name if _is_name(name, sure=bool(label) or strong, dashed=dashed) else None


def _is_name(name: str, *, sure: bool, dashed: bool) -> bool:
    words = _WORD.findall(name)
    if not words or len(name) > LONGEST_AUTHOR or re.search(r"\d", name) or _SENTENCE.search(name):
        return False
    if _NO_AUTHOR.search(flatten(name)):
        return False
    small = sum(1 for word in words if not word[0].isupper() and flatten(word) not in _SMALL_WORDS)
    if sure:
        return len(words) <= 12
    return small * 2 <= len(words) <= 8 if dashed else small == 0 and len(words) <= 12


def _offers(rest: str) -> bool:
    """True for what a page prints beside a byline without being text: "In bài viết", "Chia sẻ", a source."""
    return len(rest) <= LONGEST_AUTHOR and bool(_NO_AUTHOR.search(flatten(rest)))
