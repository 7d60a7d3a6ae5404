"""The strict patterns that cut a date out of a line, with the clock, weekday and zone beside it.

All of them run over flat text (pipelines.fold.flatten: lower case, no diacritics, single spaces), so that "Thứ sáu",
"THỨ SÁU" and "Thu sau" need one pattern. Each form is one a public portal prints.
"""

from __future__ import annotations

import re

from portal_crawler.extract.date_words import (
    LATIN_MONTHS,
    VIETNAMESE_MONTHS,
    WEEKDAY_NAMES,
    WEEKDAY_SHORT,
    ZONES,
    alternatives,
)

_VI = alternatives(VIETNAMESE_MONTHS)
_LATIN = alternatives(LATIN_MONTHS)
_CLOCK_24 = r"\d{1,2}:\d{2}(?::\d{2})?"

#: The forms of a full date. "numeric" is the only one whose day and month may stand in either order.
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 2018-10-26, 2018/10/26
    ("year-first", re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)")),
    # 26/10/2018, 26-10-2018, 26.10.2018, 26 / 10 / 2018; a year of two digits needs more (see date_cuts)
    (
        "numeric",
        re.compile(r"(?<!\d)(?P<d>\d{1,2})\s?(?P<s>[-/.])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d{2})(?!\d)"),
    ),
    # 26/10 năm 2018
    (
        "numeric-year",
        re.compile(r"(?<!\d)(?P<d>\d{1,2})\s?[-/.]\s?(?P<m>\d{1,2})\s?,?\s?nam\s(?P<y>\d{4})(?!\d)"),
    ),
    # ngày 26 tháng 10 năm 2018, 26 thg 10, 2018, 26 Th10 2018, 15 Tháng Mười Hai 2018, 26 tháng 10/2018
    (
        "words",
        re.compile(
            r"(?<!\d)(?P<d>\d{1,2})\s?[,/-]?\s?(?:(?:thang|thg)\.?\s?|th\.?\s?(?=\d))"
            rf"(?P<m>\d{{1,2}}(?!\d)|(?:{_VI})(?![a-z]))\s?[,/-]?\s?(?:nam\s?)?(?P<y>\d{{4}})(?!\d)"
        ),
    ),
    # Tháng Tám 17, 2020 · thg 10 26, 2018
    (
        "month-first",
        re.compile(
            rf"(?<![a-z])(?:thang|thg)\.?\s?(?P<m>(?:{_VI})(?![a-z])|\d{{1,2}}(?=\s\d{{1,2}}\s?,))"
            r"\s(?P<d>\d{1,2})(?:\s?,\s?|\s)(?P<y>\d{4})(?!\d)"
        ),
    ),
    # 31 January 2021, 6 septembre 2012, 1er mars 2019, 26-Oct-18
    (
        "latin",
        re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er)?[\s.-]{{0,2}}(?:of\s|de\s)?(?P<m>{_LATIN})(?![a-z])"
            r"(?:[\s,.-]{0,2}(?P<y>\d{4})|-(?P<y2>\d{2}))(?!\d)"
        ),
    ),
    # October 22, 2015
    (
        "latin-month-first",
        re.compile(
            rf"(?<![a-z])(?P<m>{_LATIN})\.?\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s?|\s)(?P<y>\d{{4}})(?!\d|:\d)"
        ),
    ),
    # Fri Oct 26 11:00:00 2018
    (
        "asctime",
        re.compile(
            rf"(?<![a-z])(?P<m>{_LATIN})\s(?P<d>\d{{1,2}})\s(?P<clock>{_CLOCK_24})\s(?:(?P<zone>gmt|utc|ict)\s)?(?P<y>\d{{4}})(?!\d)"
        ),
    ),
    # 2018年10月26日
    ("cjk", re.compile(r"(?<!\d)(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日")),
)

# --- Clocks -----------------------------------------------------------------------------------------------------------
_MINUTES = (
    r"\s?:?\s?(?P<m2>\d{1,2})(?!\d)(?:\s?(?:'|phut|ph|p)(?![a-z]))?(?:\s?(?P<s2>\d{1,2})\s?(?:''|\"|giay|s)(?![a-z]))?"
)
_HALF = r"\s(?P<half>ruoi)"
CLOCK = (
    rf"(?<![\d:/.,])(?P<h>\d{{1,2}})(?:\s?:\s?(?P<m1>\d{{2}})(?:\s?:\s?(?P<s1>\d{{2}})(?:[.,]\d{{1,7}})?)?(?!\d|:\d)'?"
    rf"|\s?(?P<unit>gio|[hg])(?![a-z])(?:{_MINUTES}|{_HALF})?)"
    r"(?:\s?(?P<ap>sa|ch|am|pm|a\.m\.?|p\.m\.?)(?![a-z]))?"
)
_ANY_CLOCK = r"\d{1,2}\s?(?::\s?\d{2}|(?:gio|[hg])(?:\s?\d{1,2})?)\s?(?:'|phut)?"
_NAMED = r"(?<![a-z])(?P<zn>" + "|".join(sorted(ZONES, key=len, reverse=True)) + r")"
ZONE = (
    rf"[\s,;-]{{0,2}}[\[(]?\s?(?:(?:{_NAMED}|(?<=\d)(?P<z>z))\s?(?P<zo>[+-]\s?\d{{1,2}}(?::?\d{{2}})?)?"
    r"|(?P<zb>[+-]\d{2}:?\d{2}))(?![a-z\d])\s?[\])]?(?:\s?\([^()\d]*\))?"
)
GAP = r"[\s,;|()\[\]·•:.-]*"
_PART = r"sang|trua|chieu|toi|dem|khuya"

# --- Weekdays ---------------------------------------------------------------------------------------------------------
_WEEKDAY = (
    r"(?<![a-z0-9])(?:thu\s?(?P<wt>hai|ba|tu|nam|sau|bay|[2-7])(?![a-z0-9])|(?:t|th)\.?\s?(?P<wd>[2-7])(?!\d)|t\.\s?(?P<wa>hai|ba|tu|nam|sau|bay)(?![a-z])"
    rf"|(?P<wn>{alternatives(WEEKDAY_NAMES)})(?![a-z])|(?P<ws>{alternatives(WEEKDAY_SHORT)})(?=[.,])"
    r"|thu\s?(?P<wx>[0189]|\d{2,}|tam|chin|muoi)(?![a-z0-9]))"
)

#: What may stand before a date and belongs to it, up to the date's first character (use with `endpos`).
BEFORE = re.compile(
    rf"(?:(?:(?P<range>{_ANY_CLOCK})\s?(?:-|den|toi)\s?)?{CLOCK}(?:{GAP}(?P<dp>{_PART})(?![a-z]))?(?:{ZONE})?{GAP})?"
    rf"(?:(?:cung\s|vao\s)?(?P<dp1>(?<![a-z])(?:{_PART}))(?![a-z]){GAP})?"
    rf"(?:(?:vao\s)?{_WEEKDAY}{GAP})?"
    rf"(?:(?P<dp2>(?<![a-z])(?:{_PART}))(?![a-z]){GAP})?"
    rf"(?:(?:(?<![a-z])vao\s)?(?P<word>(?<![a-z])(?:ngay|le|the|on)){GAP})?$"
)
#: A weekday behind the date: "26/10/2018 (Thứ 6)".
WEEKDAY_AFTER = re.compile(rf"{GAP}{_WEEKDAY}(?=\s?(?:[,;.|()\[\]·-]|$|\d|luc|vao))")
#: A clock behind the date, with the word that announces it.
CLOCK_AFTER = re.compile(
    rf"(?:t(?=\d{{2}}:)|{GAP}(?P<at>(?:vao\s)?(?:luc|hoi)|gio|at|a)?(?(at)\s?:?\s?)){CLOCK}"
    rf"(?:\s?(?P<dp>{_PART})(?![a-z]))?(?:{ZONE})?(?P<range>\s?(?:-|den|toi)\s?{_ANY_CLOCK})?"
)

# --- Guards: what looks like a date and is none -----------------------------------------------------------------------
_DAY = r"\d{1,2}"
_DAY_MONTH = rf"{_DAY}\s?[/.-]\s?{_DAY}(?:[/.-]\d{{2,4}})?"
_THEN = r"\s?(?:-|&|,|va|den|toi)\s?(?:het\s)?(?:ngay\s)?"
#: The date ends a range or a list of days: "25-26/10/2018", "từ 25/10 đến 26/10/2018", "các ngày 25, 26/10/2018".
RANGE_BEFORE = re.compile(
    rf"(?:(?:^|[(\[]|(?<![a-z])(?:ngay|tu|sang|trua|chieu|toi|dem|hom)\s){_DAY}(?:\s?[,&]\s?{_DAY})*{_THEN}"
    rf"|(?<![\d/.-]){_DAY_MONTH}{_THEN}|(?<![\d:]){_DAY}-)$"
)
RANGE_AFTER = re.compile(rf"\s?(?:-|den|toi|va)\s?(?:het\s)?(?:ngay\s)?{_DAY}\s?[/.]\s?{_DAY}(?!\d)")
#: Only this stands between two dates of a range.
RANGE_BETWEEN = re.compile(r"[\s,]*(?:-|->|den|toi|~)\s?(?:het\s)?(?:ngay\s)?")
#: Part of a longer number, a document number, an address, a file name, a phone number, a standard, a version.
BAD_BEFORE = re.compile(
    r"(?:\d[/.,:-]|\S/|[a-z][._]|_|(?<![a-z])(?:so|dt|dien thoai|tel|fax|hotline|phone|sdt|di dong|phien ban|version)"
    r"[\s.:]*|(?<![a-z])(?:tcvn|qcvn|tcxdvn|iso|astm|v)[\s\d:.-]*)$"
)
GLUED_BEFORE = re.compile(r"[a-z]-?$")
BAD_AFTER = re.compile(
    r"[/_]\w|[.,]\d|-\d(?!\d?\s?[:hg])|\s?%|\.(?:jpe?g|png|gif|pdf|docx?|xlsx?|pptx?|rar|zip|html?|aspx?|mp[34])(?![a-z])"
)

# --- Labels -----------------------------------------------------------------------------------------------------------
_LABEL_END = r"\s?(?:luc|vao|tren|on|at|le)?\s?(?:luc)?\s?[:.|-]*\s?$"
PUBLISHED_LABEL = re.compile(
    r"(?<![a-z])(?:ngay\s(?:dang|xuat ban|dua|viet|phat hanh)(?:\s(?:tin|bai))*|dang(?:\s(?:ngay|tin|bai))?|xuat ban|dua tin"
    rf"|posted|published|publie|date){_LABEL_END}"
)
UPDATED_LABEL = re.compile(
    r"(?<![a-z])(?:(?:ngay\s)?(?:cap nhat|sua doi|chinh sua|sua)(?:\s(?:lan\s)?cuoi)?|(?:last\s)?(?:updated|modified)|mis a jour)"
    + _LABEL_END
)
#: Days of the document or the event, not of the news item; "Created at" is the list's own book-keeping.
OTHER_LABEL = re.compile(
    r"(?<![a-z])(?:ngay\s)?(?:ban hanh|hieu luc|co hieu luc|het hieu luc|cong bao|het han|ky|dien ra|sinh)(?:\svan ban)?"
    + _LABEL_END
)
CLOCK_LABEL = re.compile(r"(?<![a-z])(?:hom nay|bay gio|today|aujourd'hui)(?:\s(?:la|is))?[\s:,.|-]*$")
AUDIT = re.compile(r"\s*(?:created|last modified)\s+at\b")

# --- What a line without a full date holds ----------------------------------------------------------------------------
MONTH_ONLY = re.compile(
    rf"(?:thang|thg)\s?(?P<m>\d{{1,2}}(?!\d)|(?:{_VI})(?![a-z]))\s?[-/,.]?\s?(?:nam\s?)?(?P<y>\d{{4}})(?!\d)"
    rf"|^(?P<m2>\d{{1,2}})\s?[/-]\s?(?P<y2>\d{{4}})$|^(?P<m3>{_LATIN})\.?,?\s(?P<y3>\d{{4}})$"
)
DAY_MONTH = re.compile(
    r"(?<![a-z])(?:ngay|hom|sang|trua|chieu|toi|dem|qua|nay)\s?\(?(?P<d>\d{1,2})\s?(?:[/.-]|thang)\s?(?P<m>\d{1,2})(?![\d/])"
    rf"|^\(?(?P<d3>\d{{1,2}})\s?[/.-]\s?(?P<m3>\d{{1,2}})\)?$|(?<!\d)(?P<d2>\d{{1,2}})\s(?P<m2>{_LATIN})(?![a-z])"
)
#: Lunar words, read with their diacritics: "chào mừng" (to greet) folds like "mùng".
LUNAR_BEFORE = re.compile(r"(?<!\w)(?:mùng|mồng|rằm|âm lịch(?:\s+là)?)\s+(?:ngày\s+)?$", re.IGNORECASE)
LUNAR_AFTER = re.compile(r"[\s,(]*(?:tức\s+)?(?:âm lịch|ÂL|AL)(?!\w)", re.IGNORECASE)
LUNAR = re.compile(r"(?<!\w)(?:mùng|mồng|rằm|âm lịch|tháng\s+(?:giêng|chạp))(?!\w)", re.IGNORECASE)
#: A letter lost or split by a legacy code page inside a word: "tha´ng ba?y".
GARBAGE = re.compile(r"[^\W\d_][?´`¨\ufffd][^\W\d_]|\ufffd")
