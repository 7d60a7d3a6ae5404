"""Tells which texts are the same article published again: exactly, or with some editing. Marks; never drops anything.

Two texts are near duplicates when enough of their three-word shingles are equal *and* the same dates, numbers and names
stand in the same places: work calendars and notices of power cuts repeat a whole form and differ in nothing else, while
an editor adds and drops sentences, or mends one figure of a report. Candidates come from MinHash bands, and the verdict
from the texts themselves, so the sketch only saves time.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from operator import eq
from typing import TYPE_CHECKING, Literal

from rensa import RMinHash

from pipelines.fold import fold
from pipelines.places import KINDS, PLACES_FOR_A_CORRECTION, Places, pack, read_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["exact", "near"]
#: Least Jaccard similarity of shingles, settled on the labelled set in tests/storage/repeats (the table stands in
#: docs/duplicates.md): from 0.7 on shortened and extended copies are lost, at 0.5 and below other articles come in.
NEAR = 0.6
#: A report (not a form) that is as similar as this and differs in one number or name was mended; below, it may be
#: another report of the same kind.
MENDED = 0.9
#: Texts of fewer words are one stock sentence ("Xem nội dung chi tiết tại tệp đính kèm"): only exact, under one title.
SHORT = 30

SHINGLE = 3
#: 20 bands of 3 values: a pair at 0.6 is missed once in 130 times, at 0.7 once in 4,000.
BANDS, ROWS = 20, 3
#: A pair whose sketches agree on less is not read: three standard deviations below NEAR.
SKETCH_FLOOR = 0.4
#: Part of every stored sketch; another one makes all be computed anew (where the bands change, a migration empties them).
SCHEME = f"2-{RMinHash.ALGORITHM_VERSION}-{BANDS}x{ROWS}-{NEAR}"

_WORD = re.compile(r"\w+")
#: Titles (folded) of papers that are filled in again and again.
_FORM_TITLE = re.compile(
    r"(?:thong bao|giay moi|thu moi|lich|danh sach|ban tin|cong khai|niem yet|ket qua|quyet dinh|ke hoach|bao cao)\b"
)
#: "Thời gian: …", "Địa điểm: …": two of these make a form.
_LABEL = re.compile(r"(?:^|[.;\n])\s*[^\W\d_][^.:;\n“\"]{2,40}:\s")


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
    title: str = field(repr=False)

    @cached_property
    def is_form(self) -> bool:
        """Whether this is a paper that is filled in again and again, by its title or its labels."""
        return bool(_FORM_TITLE.match(fold(self.title).strip())) or len(_LABEL.findall(self.text)) > 1

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
        return read_places(self.text)

    @cached_property
    def digest(self) -> bytes:
        """What `may_agree` needs of the places: for each with one value a hash of both, dates and ordinals first."""
        return pack(self.places)


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
    in_title = read_places(title)
    title_values = tuple(
        sorted(
            value
            for kind in ("date", "ordinal", "number")
            for found in in_title[kind].values()
            for value in found.elements()
        )
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
        title=title,
    )


def sketch(features: TextFeatures) -> Sketch | None:
    """The sketch of a text that is long enough to have near duplicates."""
    if len(features.words) < SHORT:
        return None
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=1)
    minhash.update(list(features.shingles))
    packed = struct.pack(f"<{BANDS * ROWS}I", *minhash.digest())
    return Sketch(minhash=packed, bands=bands_of(packed))


def bands_of(minhash: bytes) -> tuple[int, ...]:
    """The hashes of the bands of a MinHash, as `Sketch` has them."""
    width = 4 * ROWS
    return tuple(_band(number, minhash[number * width : (number + 1) * width]) for number in range(BANDS))


def may_be_near(one: bytes, other: bytes) -> bool:
    """Whether two sketches agree enough for the texts to be read."""
    equal: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return equal >= SKETCH_FLOOR * BANDS * ROWS


def near(one: TextFeatures, other: TextFeatures) -> float | None:
    """The similarity of two near duplicates; None where they are none."""
    if min(len(one.words), len(other.words)) < SHORT:
        return None
    if one.title_values and other.title_values and one.title_values != other.title_values:
        return None
    if one.attachments and other.attachments and one.attachments.isdisjoint(other.attachments):
        return None
    shared = len(one.shingles & other.shingles)
    similarity = shared / (len(one.shingles) + len(other.shingles) - shared)
    if similarity < NEAR or not _agree(one, other, similarity):
        return None
    return similarity


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


def _agree(one: TextFeatures, other: TextFeatures, similarity: float) -> bool:
    """Whether the values are the same in the places that both texts have; what only one of them says does not count."""
    shared: dict[str, int] = {}
    different: dict[str, int] = {}
    for kind in KINDS:
        mine, theirs = one.places[kind], other.places[kind]
        both = mine.keys() & theirs.keys()
        shared[kind] = len(both)
        different[kind] = sum(not (mine[place] <= theirs[place] or theirs[place] <= mine[place]) for place in both)
    if all(different[kind] <= shared[kind] // PLACES_FOR_A_CORRECTION for kind in KINDS):
        return True
    report = not one.is_form and not other.is_form
    return report and similarity >= MENDED and sum(different.values()) == different["number"] + different["name"] == 1
