"""Finds articles for a person: words in any spelling, narrowed by section, author, year and state, with what each would leave."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipelines.fold import flatten
from pipelines.storage.search import search
from portal_crawler.explore.metadata import FACETS
from portal_crawler.explore.snapshot import records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

PAGE = 25
#: Hits that are ranked; whoever finds more narrows the search down.
MOST_HITS = 5000
_MOST_VALUES = 12
_AROUND = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of articles (rows of v_browse with `excerpt`), how many there are in all, and the facets.

    `facets` maps a column to its values with their counts under all other filters, most first.
    """

    total: int
    rows: list[dict[str, Any]] = field(repr=False)
    facets: dict[str, list[tuple[str, int]]]


def find(conn: sqlite3.Connection, words: str, chosen: Mapping[str, str], page: int) -> Found:
    """The articles that hold all words (all articles where none are given) and have the chosen values.

    An empty chosen value means "no value". With words the best hits come first, else the newest; pages count from 1.
    """
    hits = [hit.article_id for hit in search(conn, words, MOST_HITS)] if words.strip() else None
    ranks = json.dumps(hits or [])
    source = "v_browse b" if hits is None else "json_each(:hits) h JOIN v_browse b ON b.id = h.value"
    order = "b.published_at DESC, b.uid" if hits is None else "h.key"
    values = {"hits": ranks, "limit": PAGE, "offset": (page - 1) * PAGE, **{f"f_{k}": v for k, v in chosen.items()}}
    where = _where(chosen)
    total = conn.execute(f"SELECT count(*) FROM {source} WHERE {where}", values).fetchone()[0]  # noqa: S608 - names of ours
    rows = records(
        conn,
        f"SELECT b.*, (SELECT r.body_text FROM articles a JOIN article_revisions r ON r.id = a.revision_id WHERE a.id = b.id) "  # noqa: S608 - names of ours
        f"AS text FROM {source} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
        values,
    )
    facets = {}
    for name in FACETS:
        others = _where({key: value for key, value in chosen.items() if key != name})
        query = f"SELECT coalesce(b.{name}, ''), count(*) FROM {source} WHERE {others} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608 - names of ours
        facets[name] = _shortened(conn.execute(query, values).fetchall(), chosen.get(name))
    return Found(total=total, rows=[_row(row, words) for row in rows], facets=facets)


def _where(chosen: Mapping[str, str]) -> str:
    return " AND ".join(["1", *(f"coalesce(b.{name}, '') = :f_{name}" for name in chosen)])


def _shortened(values: Sequence[Any], chosen: str | None) -> list[tuple[str, int]]:
    """The most frequent values, and the chosen one wherever it stands."""
    found = [(value, count) for value, count in values]
    return [one for place, one in enumerate(found) if place < _MOST_VALUES or one[0] == chosen]


def _row(row: dict[str, Any], words: str) -> dict[str, Any]:
    text = row.pop("text")
    row["excerpt"] = excerpt(text if words.strip() else (row["summary"] or text), words)
    row["marked_title"] = marked(row["title"], words)
    return row


def excerpt(text: str, words: str) -> Markup:
    """The place of a text where the words stand first, marked; its beginning where they stand nowhere in it."""
    text = " ".join(text.split())
    found = _pattern(words).search(flatten(text)) if words.strip() else None
    start = max(0, found.start() - _AROUND) if found else 0
    end = start + 2 * _AROUND
    if start:
        start = text.find(" ", start) + 1
    cut = text[start:end].rpartition(" ")[0] if end < len(text) else text[start:]
    return Markup("{}{}{}").format("… " if start else "", marked(cut, words), " …" if end < len(text) else "")


def marked(text: str, words: str) -> Markup:
    """The text with every word of the search in <mark>, whatever its diacritics; escaped."""
    if not words.strip():
        return Markup("{}").format(text)
    parts, last = [], 0
    for match in _pattern(words).finditer(flatten(text)):
        parts.append(Markup("{}<mark>{}</mark>").format(text[last : match.start()], text[match.start() : match.end()]))
        last = match.end()
    return Markup("").join([*parts, Markup("{}").format(text[last:])])


def _pattern(words: str) -> re.Pattern[str]:
    """The search's words side by side or, failing that, each alone, as whole words of a flat text."""
    each = [re.escape(one) for one in re.findall(r"\w+", flatten(words))] or ["(?!)"]
    together = r"\W+".join(each)
    return re.compile(rf"\b(?:{together}|{'|'.join(each)})\b")
