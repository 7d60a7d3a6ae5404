"""What each design got right of the articles of a written site, from its own database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.verify.compare import token_score, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{1,2})/(\d{1,2})/(\d{4})")
_OURS = (
    "SELECT u.url, v.title, v.published_at AS date, v.body_text AS text, v.author, v.category AS section "
    "FROM v_articles v JOIN article_urls u ON u.article_id = v.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Shares of the articles that links lead to: found at all, fields right; mean token recall and precision of the text.

    `author` and `section` are None for designs that do not look for them.
    """

    found: float
    title: float
    day: float
    author: float | None
    section: float | None
    recall: float
    precision: float


def reachable(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """The articles that links lead to from the start page."""
    return [one for one in truth["articles"] if {"listing", "related"} & set(one["found_by"])]


def target(url: str) -> str:
    """Path and query of an address, as a request names it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def judge(database: Path, truth: dict[str, Any]) -> Accuracy:
    """Compare the rows of a design's database with the truth."""
    with closing(sqlite3.connect(database)) as conn:
        conn.row_factory = sqlite3.Row
        ours = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'v_articles'").fetchone()
        rows = {target(row["url"]): dict(row) for row in conn.execute(_OURS if ours else "SELECT * FROM articles")}
    return score(rows, reachable(truth))


def score(rows: Mapping[str, Mapping[str, str | None]], wanted: Sequence[dict[str, Any]]) -> Accuracy:
    """Compare rows by their address, as `target` gives it, with what was wanted.

    A row has "title", "date" and "text", and "author" and "section" where the design looks for them.
    """
    pairs = [(one, next((rows[at] for at in map(target, one["urls"]) if at in rows), None)) for one in wanted]
    found = [(one, row) for one, row in pairs if row is not None]
    scores = [token_score(one["body_text"], row.get("text") or "") for one, row in found if one["body_text"]]
    return Accuracy(
        found=len(found) / len(wanted),
        title=_share(_same(row.get("title"), one["title"]) for one, row in found),
        day=_share(_day(row.get("date")) == _day(one["published_at"]) for one, row in found),
        author=_share_of(found, "author", "author"),
        section=_share_of(found, "section", "category"),
        recall=fmean(one.recall for one in scores),
        precision=fmean(one.precision for one in scores),
    )


def _share_of(
    found: Sequence[tuple[dict[str, Any], Mapping[str, str | None]]], name: str, expected: str
) -> float | None:
    """None where no row has the field at all."""
    if not any(name in row for _, row in found):
        return None
    return _share(_same(row.get(name), one[expected]) for one, row in found)


def _same(got: str | None, expected: str | None) -> bool:
    """The same words in the same order; several authors may be joined in any way."""
    return tokens(got or "") == tokens(expected or "")


def _share(values: Iterable[bool]) -> float:
    return fmean(map(float, values))


def _day(value: str | None) -> tuple[int, ...] | None:
    """The day in a value, whether written "2019-03-05…" or "05/03/2019"."""
    found = _DAY.search(value or "")
    if found is None:
        return None
    year, month, day, first, second, last = found.groups()
    return (int(year), int(month), int(day)) if year else (int(last), int(second), int(first))
