"""Finds the dates, numbers and names of a text and where they stand: what tells one filled-in form from another."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter, deque

from pipelines.fold import fold

#: What stands in each place of a text: by kind (one of KINDS), the words before it -> the values found there.
Places = dict[str, dict[tuple[str, ...], Counter[str]]]

#: Kinds of values. An ordinal numbers one of a series ("Thông báo số 12", "đợt 2"): another one is another article.
KINDS = ("date", "ordinal", "number", "name")
#: Among so many places of numbers (or dates, or names) that two texts share, one may differ: a correction. In a form with
#: fewer, one different value is another matter.
PLACES_FOR_A_CORRECTION = 10
#: A value's place is told by so many words before it.
CONTEXT = 3

# Each pattern begins with a look at one character: most places of a text are no beginning, and are told so cheapest.
_CLOCK = re.compile(r"(?=\d)\b\d{1,2}\s*(?:giờ\b|[hg](?=\d|\b)|:(?=\d))\s*(?:\d{2}\b)?(?:\s*phút\b)?", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"(?=[nt])(?:ngày\s+(\d{1,2})\s+)?tháng\s+(\d{1,2})(?:\s+năm\s+(\d{4}))?", re.IGNORECASE)
_DATE = re.compile(
    r"(?=[\dn])(?:(?:\bngày\s+)?(?<![\d/.-])(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})(?![\d/])"
    r"|(?:\bngày\s+)?(?<![\d/.-])(\d{1,2})/(\d{1,2})(?![\d/]))",
    re.IGNORECASE,
)
#: Stands before a date that was found; a private character, so no text has it.
_MARK = "\ue000"
#: Words (folded) behind which a number says which one of a series.
_ORDINAL_AFTER = frozenset(
    ["so", "dot", "lan", "thu", "ky", "tuan", "thang", "quy", "nam", "khoa", "pho", "ap", "khu", "to", "lop", "tap",
     "chuong", "dieu", "vong"]
)  # fmt: skip
_TOKEN = re.compile(rf"{_MARK}(?P<date>\S+)|(?P<number>\d+(?:[.,/:-]\d+)*)|(?P<word>[^\W\d]+)|(?P<stop>[.!?:;\n“\"(])")


def read_places(text: str) -> Places:
    """Where the dates, the other numbers and the names of a text stand; times of day and first words are none.

    A date becomes "day/month/year" with what is missing left empty, however it is written.
    """
    marked = _DATE.sub(_mark_date, _WRITTEN_DATE.sub(_mark_date, _CLOCK.sub(" ", text)))
    places: Places = {kind: {} for kind in KINDS}
    before: deque[str] = deque(maxlen=CONTEXT)
    first_word = True
    # every word of every article passes here once a crawl: tuples, as match objects cost as much as all the rest
    for date, number, word, _ in _TOKEN.findall(marked):
        if word and (first_word or not word[0].isupper()):
            before.append(word.lower())
        elif word or number or date:
            kind = "name" if word else "number" if number else "date"
            if number and before and fold(before[-1]).strip() in _ORDINAL_AFTER:
                kind = "ordinal"
            places[kind].setdefault(tuple(before), Counter())[word or number or date] += 1
        first_word = not (word or number or date)
    return places


def _mark_date(match: re.Match[str]) -> str:
    day, month, year, *short = match.groups()
    if month is None:
        day, month = short
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return match[0]
    return f" {_MARK}{int(day) if day else ''}/{int(month)}/{year or ''} "


def pack(places: Places) -> bytes:
    """A digest: for each place with one value a hash of both, dates and ordinals first; what `may_agree` needs."""
    counts = [len(places[kind]) for kind in KINDS]
    pairs = [
        half
        for number, kind in enumerate(KINDS)
        for place, values in sorted(places[kind].items())
        if len(values) == 1
        for half in (_short_hash(*place) & ~3 | number, _short_hash(*values))
    ]
    return array("I", [*counts, *pairs]).tobytes()


def may_agree(one: dict[int, int], counts: array[int], other: bytes) -> bool:
    """False where two digests alone tell that the values of two texts differ in too many places for `near`.

    `one` and `counts` are of `opened`. This is what keeps a thousand notices of one form cheap: the first date or number
    that differs ends the comparison.
    """
    told = array("I")
    told.frombytes(other)
    left = [min(counts[kind], told[kind]) // PLACES_FOR_A_CORRECTION for kind in range(len(KINDS))]
    left[2] += 1
    left[3] += 1
    for at in range(len(KINDS), len(told), 2):
        place = told[at]
        if one.get(place, told[at + 1]) != told[at + 1]:
            left[place & 3] -= 1
            if left[place & 3] < 0:
                return False
    return True


def opened(digest: bytes) -> tuple[dict[int, int], array[int]]:
    """A digest as `may_agree` takes it: values by place, and how many places of each kind."""
    told = array("I")
    told.frombytes(digest)
    return dict(zip(told[len(KINDS) :: 2], told[len(KINDS) + 1 :: 2], strict=True)), told[: len(KINDS)]


def _short_hash(*words: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(words).encode(), digest_size=4).digest(), "little")
