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
_THEIRS = "SELECT url, title, published_at, body_text FROM articles"
_OURS = (
    "SELECT u.url, v.title, v.published_at, v.body_text FROM v_articles v JOIN article_urls u ON u.article_id = v.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Shares of the articles that links lead to: found at all, title and day right; mean token recall and precision of the text."""

    found: float
    title: float
    day: float
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
        ours = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'v_articles'").fetchone()
        rows = {target(url): row for url, *row in conn.execute(_OURS if ours else _THEIRS)}
    return score(rows, reachable(truth))


def score(rows: Mapping[str, Sequence[str | None]], wanted: Sequence[dict[str, Any]]) -> Accuracy:
    """Compare rows (title, date, text) by their address, as `target` gives it, with what was wanted."""
    pairs = [(one, next((rows[at] for at in map(target, one["urls"]) if at in rows), None)) for one in wanted]
    found = [(one, row) for one, row in pairs if row is not None]
    scores = [token_score(one["body_text"], row[2] or "") for one, row in found if one["body_text"]]
    return Accuracy(
        found=len(found) / len(wanted),
        title=_share(tokens(row[0] or "") == tokens(one["title"]) for one, row in found),
        day=_share(_day(row[1]) == _day(one["published_at"]) for one, row in found),
        recall=fmean(one.recall for one in scores),
        precision=fmean(one.precision for one in scores),
    )


def _share(values: Iterable[bool]) -> float:
    return fmean(map(float, values))


def _day(value: str | None) -> tuple[int, ...] | None:
    """The day in a value, whether written "2019-03-05…" or "05/03/2019"."""
    found = _DAY.search(value or "")
    if found is None:
        return None
    year, month, day, first, second, last = found.groups()
    return (int(year), int(month), int(day)) if year else (int(last), int(second), int(first))
