"""Judges what was got of a page against what was expected, alike for us and for others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipelines.verify.compare import TokenScore, token_score, tokens
from portal_crawler.quality.date_table import same_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.quality.model import Sample

#: Fields in the order they are shown. "day" and "clock" are both judged from the value "date"; "order" asks for the
#: very words of the text one behind the other; "row" is one of a table of dates.
FIELDS = (
    "problem", "title", "day", "clock", "author", "section", "lead", "views", "text", "order", "captions", "credits", "images",
    "attachments", "tables", "lists", "row",
)  # fmt: skip
#: Fields whose values are told as missing, wrong or invented, since nothing may be invented.
VALUES = ("title", "day", "author", "section", "lead")
#: What parts the names of several authors, and what stands before them.
_AND = re.compile(r"[,;|/&\n]|\band\b|\bvà\b")
_BY = re.compile(r"^\W*(?:by|written by|posted by)\b[:\s]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """One field of one page. `score` is 0 to 1; `kind` is right, wrong, missing (nothing got) or invented (nothing expected)."""

    score: float
    kind: str
    expected: Any = field(repr=False)
    got: Any = field(repr=False)
    words: TokenScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """All judged fields of one page; `refused` is the reason where it was not taken as an article."""

    sample: Sample
    fields: dict[str, FieldScore]
    refused: str = ""

    @property
    def score(self) -> float:
        """The mean of the fields."""
        return fmean(one.score for one in self.fields.values()) if self.fields else 1.0


def score_page(sample: Sample, got: dict[str, Any], *, only: Iterable[str] = FIELDS) -> PageScore:
    """The scores of the fields that are expected of a page and are among `only`."""
    wanted = _parted(sample.expected)
    found = _parted(got)
    fields = {name: _judge(name, wanted[name], found.get(name)) for name in FIELDS if name in wanted and name in only}
    return PageScore(sample=sample, fields=fields, refused=got.get("problem") or "")


def _parted(values: dict[str, Any]) -> dict[str, Any]:
    """The values with "date" as the day and, where it tells one, the clock."""
    if "date" not in values:
        return values
    date = str(values["date"] or "")
    clock = {"clock": date} if len(date) > 10 else {}
    return {**values, "day": date[:10], **clock}


def _judge(name: str, expected: Any, got: Any) -> FieldScore:
    if name == "text":
        lost = expected and not got  # nothing got has no wrong words, yet it is not precise
        words = TokenScore(recall=0.0, precision=0.0) if lost else token_score(expected or "", got or "")
        kind = "right" if words.f1 >= 0.995 else "missing" if not got else "wrong"
        return FieldScore(score=words.f1, kind=kind, expected=expected, got=got, words=words)
    if name == "row":
        right, expected, got = got["right"], expected["expected"], got["got"] or got["problem"]
    else:
        right = _is_right(name, expected, got)
    kind = "right" if right else "missing" if not got else "invented" if not expected else "wrong"
    return FieldScore(score=float(right), kind=kind, expected=expected, got=got)


def _is_right(name: str, expected: Any, got: Any) -> bool:
    if not expected or not got:
        return not expected and not got
    compare = _COMPARISONS.get(name, _same_words)
    return compare(expected, got)


def _names(text: str) -> set[tuple[str, ...]]:
    """The names of authors, in whatever order and however parted."""
    return {words for name in _AND.split(_BY.sub("", text)) if (words := tuple(tokens(name)))}


def _path(url: str) -> str:
    return unquote(urlsplit(url).path)


def _same_words(expected: str, got: str) -> bool:
    return tokens(expected) == tokens(got)


def _same_files(expected: Iterable[str], got: Iterable[str]) -> bool:
    return [_path(one) for one in expected] == [_path(one) for one in got]


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("day", "problem", "views"), lambda expected, got: str(expected) == str(got)),
    **dict.fromkeys(("captions", "credits", "tables", "lists"), lambda expected, got: bool(expected == got)),
    **dict.fromkeys(("images", "attachments"), _same_files),
    "clock": same_date,
    "author": lambda expected, got: _names(expected) == _names(got),
}


def figures(pages: Iterable[PageScore]) -> dict[str, float]:
    """The figures of a corpus, 0 to 1: each field's mean; of the text recall, precision and F1.

    "… not false" is the share of pages where a value is neither wrong nor invented: missing beats wrong.
    """
    fields: dict[str, list[FieldScore]] = {}
    for page in pages:
        for name, one in page.fields.items():
            fields.setdefault(name, []).append(one)
    found: dict[str, float] = {}
    for name in FIELDS:
        scores = fields.get(name)
        if not scores:
            continue
        if name == "text":
            words = [one.words for one in scores if one.words]
            found |= {
                f"text {part}": fmean(getattr(one, part) for one in words) for part in ("recall", "precision", "f1")
            }
            continue
        found[name] = fmean(one.score for one in scores)
        if name in VALUES:
            found[f"{name} not false"] = fmean(one.kind in ("right", "missing") for one in scores)
    return {name: round(value, 4) for name, value in found.items()}
