"""Tells which texts are the same article published again: exactly, or with some editing. Marks; never drops anything.

Two texts are near duplicates when enough of their three-word shingles are equal *and* the same dates, numbers and names
stand in the same places: work calendars and notices of power cuts repeat a whole form and differ in nothing else, while
an editor adds and drops sentences. Candidates come from MinHash bands, and the verdict from the texts themselves, so the
sketch only saves time.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rensa import RMinHash

from pipelines.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["exact", "near"]
#: What stands in each place of a text: by kind ("date", "number", "name"), the words before it -> the values found there.
Places = dict[str, dict[tuple[str, ...], Counter[str]]]

#: Least Jaccard similarity of shingles. A republication with a paragraph dropped and two sentences added keeps 0.72 or
#: more in 250 words; different articles of one kind stay below 0.4 unless they fill in the same form, and then the
#: values tell them apart (measured on the sample portal and in tests/storage/test_dedupe.py).
NEAR = 0.6
#: Among so many places of numbers (or dates, or names) that two texts share, one may differ: a correction. In a form with
#: fewer, one different value is another matter.
PLACES_FOR_A_CORRECTION = 10
#: A value's place is told by so many words before it.
CONTEXT = 3
#: Texts of fewer words are one stock sentence ("Xem nội dung chi tiết tại tệp đính kèm"): only exact, under one title.
SHORT = 30

SHINGLE = 3
#: 20 bands of 3 values: a pair at 0.6 is missed once in 130 times, at 0.7 once in 4,000.
BANDS, ROWS = 20, 3
#: A pair whose sketches agree on less is not read: three standard deviations below NEAR.
SKETCH_FLOOR = 0.4
#: Part of every stored sketch; another one makes all be computed anew.
SCHEME = f"1-{RMinHash.ALGORITHM_VERSION}-{BANDS}x{ROWS}-{NEAR}"

_WORD = re.compile(r"\w+")
_CLOCK = re.compile(r"\b\d{1,2}\s*(?:giờ\b|[hg](?=\d|\b)|:(?=\d))\s*(?:\d{2}\b)?(?:\s*phút\b)?", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"(?:ngày\s+(\d{1,2})\s+)?tháng\s+(\d{1,2})(?:\s+năm\s+(\d{4}))?", re.IGNORECASE)
_DATE = re.compile(
    r"(?:\bngày\s+)?(?<![\d/.-])(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})(?![\d/])"
    r"|(?:\bngày\s+)?(?<![\d/.-])(\d{1,2})/(\d{1,2})(?![\d/])",
    re.IGNORECASE,
)
#: Stands before a date that was found; a private character, so no text has it.
_MARK = "\ue000"
_TOKEN = re.compile(rf"{_MARK}(?P<date>\S+)|(?P<number>\d+(?:[.,/:-]\d+)*)|(?P<word>[^\W\d]+)|(?P<stop>[.!?:;\n“\"(])")


@dataclass(frozen=True, kw_only=True)
class TextFeatures:
    """What is compared of one text; `identity` is equal for exact duplicates only.

    Most texts resemble no other, so what costs time is worked out when it is first asked for.
    """

    identity: str
    text: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    title_values: tuple[str, ...] = field(repr=False)
    attachments: frozenset[str] = field(repr=False)

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Every three words that stand together."""
        words = self.words
        if len(words) < SHINGLE:
            return frozenset((" ".join(words),))
        return frozenset(map(" ".join, zip(*(words[at:] for at in range(SHINGLE)), strict=False)))

    @cached_property
    def places(self) -> Places:
        """The values that tell one filled-in form from another."""
        return _places(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A text's MinHash (`minhash`: 60 values of four bytes) and the hashes of its bands (signed 64-bit)."""

    minhash: bytes
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One article in a group of texts that are alike."""

    id: int
    key: str
    published_at: str | None
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The head an article repeats, how, and how similar they are (0..1)."""

    head: int
    kind: Kind
    similarity: float


def text_features(portal: str, title: str, body: str, attachments: Iterable[str]) -> TextFeatures | None:
    """The features of an article's text; None where it has none. `attachments` are file or link names."""
    text = unicodedata.normalize("NFC", body)
    words = _WORD.findall(text.lower())
    if not words:
        return None
    in_title = _places(title)
    title_values = tuple(
        sorted(value for kind in ("date", "number") for found in in_title[kind].values() for value in found.elements())
    )
    names = frozenset(fold(name).strip() for name in attachments)
    heading = fold(title) if len(words) < SHORT else " ".join(title_values)
    told = "\n".join((SCHEME, portal, heading, " ".join(sorted(names)), " ".join(words)))
    return TextFeatures(
        identity=hashlib.sha256(told.encode()).hexdigest()[:32],
        text=text,
        words=tuple(words),
        title_values=title_values,
        attachments=names,
    )


def sketch(features: TextFeatures) -> Sketch | None:
    """The sketch of a text that is long enough to have near duplicates."""
    if len(features.words) < SHORT:
        return None
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=1)
    minhash.update(sorted(features.shingles))
    packed = b"".join(value.to_bytes(4, "little") for value in minhash.digest())
    width = 4 * ROWS
    bands = tuple(_band(number, packed[number * width : (number + 1) * width]) for number in range(BANDS))
    return Sketch(minhash=packed, bands=bands)


def may_be_near(one: bytes, other: bytes) -> bool:
    """Whether two sketches agree enough for the texts to be read."""
    equal = sum(one[at : at + 4] == other[at : at + 4] for at in range(0, len(one), 4))
    return equal >= SKETCH_FLOOR * BANDS * ROWS


def near(one: TextFeatures, other: TextFeatures) -> float | None:
    """The similarity of two near duplicates; None where they are none."""
    if min(len(one.words), len(other.words)) < SHORT:
        return None
    if not all(_agree(found, other.places[kind]) for kind, found in one.places.items()):
        return None
    if one.title_values and other.title_values and one.title_values != other.title_values:
        return None
    if one.attachments and other.attachments and one.attachments.isdisjoint(other.attachments):
        return None
    shared = len(one.shingles & other.shingles)
    similarity = shared / (len(one.shingles) + len(other.shingles) - shared)
    return similarity if similarity >= NEAR else None


def choose_heads(
    candidates: Iterable[Candidate], similarities: Mapping[frozenset[str], float]
) -> dict[int, Mark | None]:
    """A mark (None for a head) for every article of a group; the order given does not matter.

    The earliest published is looked at first (undated last), then the lowest source key, item ids by number. Each
    repeats the first head that it equals or is near to, and is a head itself where there is none: so a mark always
    names a text that really is similar, not one at the other end of a chain. `similarities` are by pair of identities.
    """
    heads: list[Candidate] = []
    marks: dict[int, Mark | None] = {}
    of_text: dict[str, Mark] = {}
    for one in sorted(candidates, key=_precedence):
        mark = of_text.get(one.identity)
        if mark is None:
            mark = next(
                (
                    Mark(head=head.id, kind="near", similarity=similarities[pair])
                    for head in heads
                    if (pair := frozenset((head.identity, one.identity))) in similarities
                ),
                None,
            )
            of_text[one.identity] = mark or Mark(head=one.id, kind="exact", similarity=1.0)
        if mark is None:
            heads.append(one)
        marks[one.id] = mark
    return marks


def _precedence(candidate: Candidate) -> tuple[bool, str, int, str]:
    item = candidate.key.rpartition("#")[2]
    number = int(item) if item.isdecimal() and "#" in candidate.key else 1 << 62
    return candidate.published_at is None, candidate.published_at or "", number, candidate.key


def _band(number: int, values: bytes) -> int:
    digest = hashlib.blake2b(bytes([number]) + values, digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _places(text: str) -> Places:
    """Where the dates, the other numbers and the names of a text stand; times of day and first words are none.

    A date becomes "day/month/year" with what is missing left empty, however it is written.
    """
    marked = _DATE.sub(_mark_date, _WRITTEN_DATE.sub(_mark_date, _CLOCK.sub(" ", text)))
    places: Places = {"date": {}, "number": {}, "name": {}}
    before: deque[str] = deque(maxlen=CONTEXT)
    first_word = True
    for match in _TOKEN.finditer(marked):
        kind, value = str(match.lastgroup), match[match.lastgroup or 0]
        if kind == "word" and value[0].isupper() and not first_word:
            kind = "name"
        if kind == "word":
            before.append(value.lower())
        elif kind != "stop":
            places[kind].setdefault(tuple(before), Counter())[value] += 1
        first_word = kind == "stop"
    return places


def _mark_date(match: re.Match[str]) -> str:
    day, month, year, *short = match.groups()
    if month is None:
        day, month = short
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return match[0]
    return f" {_MARK}{int(day) if day else ''}/{int(month)}/{year or ''} "


def _agree(one: dict[tuple[str, ...], Counter[str]], other: dict[tuple[str, ...], Counter[str]]) -> bool:
    """Whether the values are the same in the places that both texts have; what only one of them says does not count."""
    shared = one.keys() & other.keys()
    different = sum(not (one[place] <= other[place] or other[place] <= one[place]) for place in shared)
    return different <= len(shared) // PLACES_FOR_A_CORRECTION
