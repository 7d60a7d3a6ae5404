"""Tells how one article repeats another: posted to another section, published again, mended, cut, or from a press agency."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipelines.fold import fold

if TYPE_CHECKING:
    from pipelines.dedupe import TextFeatures

Relation = Literal[
    "agency_copy", "cross_posted", "republished", "posted_twice", "corrected", "extended", "shortened", "reworked"
]

#: A copy that keeps so much of the other's text, and is longer or shorter than it by LENGTH, was extended or shortened.
KEPT, LENGTH = 0.95, 0.04
#: From this similarity on what differs is a correction; below, the text was written anew in parts.
CORRECTED = 0.8

_AGENCIES = r"ttxvn|thong tan xa viet nam|vnanet|vietnam\+|vov|vtv"
#: "(TTXVN) …", "TTXVN - …", "(Báo An ninh) …" before a text (folded).
_CREDIT_BEFORE = re.compile(rf"\(?\s*({_AGENCIES})\b|\(\s*((?:bao|tap chi|cong thong tin|theo)\b[^)]{{2,50}})\)")
#: A last line (folded) that names where the text is from: "Nguồn: …", "(Theo TTXVN)", "Theo Báo …".
_CREDIT_AFTER = re.compile(rf"\(?\s*(?:(?:nguon|theo|trich)\b\s*:?\s*(.{{2,60}}?)|({_AGENCIES}))\s*[.)]*")
_CREDIT_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One article as it was posted. `place` is the list it stands in, `published_at` as in `articles`."""

    features: TextFeatures = field(repr=False)
    author: str
    section: str
    place: str
    published_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How an article repeats its head.

    `kept` is the share of the head's three-word sequences that it has, `added` the share of its own that the head has
    not (both 0..1).
    """

    relation: Relation
    kept: float
    added: float


def credit(text: str, author: str = "") -> str:
    """The agency, paper or portal that a text, or its author line, names as its source (folded); empty where none."""
    lines = text.strip().split("\n")
    before = _CREDIT_BEFORE.match(fold(lines[0]).strip())
    if before:
        return (before[1] or before[2]).strip()
    for line in (author, lines[-1]):
        after = _CREDIT_AFTER.fullmatch(fold(line).strip()) if line.count(" ") < _CREDIT_WORDS else None
        if after:
            return (after[1] or after[2]).strip()
    return ""


def relate(head: Posting, copy: Posting) -> Repeat:
    """How `copy`, which is a duplicate of `head`, repeats it.

    In this order: another source named -> agency_copy; the same words on another day -> republished, on the same day (or
    undated) in another section or list -> cross_posted, else posted_twice; all of the head and more -> extended, a part
    of it -> shortened; small edits -> corrected; anything else -> reworked.
    """
    first, second = head.features.shingles, copy.features.shingles
    shared = len(first & second)
    kept, own = shared / len(first), shared / len(second)
    return Repeat(relation=_relation(head, copy, kept, own), kept=kept, added=1 - own)


def _relation(head: Posting, copy: Posting, kept: float, own: float) -> Relation:
    one, other = head.features, copy.features
    if credit(one.text, head.author) != credit(other.text, copy.author):
        return "agency_copy"
    if one.words == other.words:
        days = {head.published_at[:10], copy.published_at[:10]}
        if len(days) > 1 and "" not in days:
            return "republished"
        elsewhere = fold(head.section) != fold(copy.section) or head.place != copy.place
        return "cross_posted" if elsewhere else "posted_twice"
    length = len(other.words) / len(one.words)
    if kept >= KEPT and length >= 1 + LENGTH:
        return "extended"
    if own >= KEPT and length <= 1 - LENGTH:
        return "shortened"
    similarity = 1 / (1 / kept + 1 / own - 1) if kept and own else 0.0
    return "corrected" if similarity >= CORRECTED else "reworked"
