"""An article's versions, worked out from its sightings: whatever order the captures arrive in, the result is one.

A *sighting* is one reading of one capture of an article. In order of time, each run of sightings with equal content is
one revision; the last one is the current version. Live captures are ordered as they came, because a clock that was set
back must not make new text old; archived ones take their place by the time the archive gives.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.items import plain
from pipelines.storage import coverage
from pipelines.storage.times import sortable
from pipelines.text import storable

if TYPE_CHECKING:
    import sqlite3

    from pipelines.items import Article

#: What the reading of a page fills in a revision; the rest is its place.
_CONTENT = (
    "content_hash", "url", "title", "summary", "author", "category", "published_at", "updated_at", "alternate_url",
    "language", "layout", "extractor", "flags", "images", "attachments", "body_text", "body_html",
)  # fmt: skip
_PLACE = ("article_id", "number", "sighting_id", "captured_at", "origin", "capture_id", "run_id")
_COLUMNS, _CONTENT_COLUMNS = ", ".join((*_PLACE, *_CONTENT)), ", ".join(_CONTENT)
_MARKS, _PLACE_MARKS = ", ".join("?" * len(_PLACE + _CONTENT)), ", ".join("?" * len(_PLACE))
_INSERT = f"INSERT INTO article_revisions ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608 - constants of ours
_COPY = f"INSERT INTO article_revisions ({_COLUMNS}) SELECT {_PLACE_MARKS}, {_CONTENT_COLUMNS} FROM article_revisions WHERE id = ?"  # noqa: S608 - constants of ours
_REPLACE = f"UPDATE article_revisions SET {', '.join(f'{name} = ?' for name in _CONTENT)} WHERE id = ?"  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One row of `article_sightings`."""

    id: int
    content_hash: str
    seen_at: str
    origin: str
    capture_id: int | None
    run_id: int


@dataclass(slots=True, kw_only=True)
class _Version:
    """One row of `article_revisions` on its way to its place: `sighting_id` is what the database has now."""

    id: int
    sighting_id: int
    content_hash: str


def record_sighting(
    conn: sqlite3.Connection, article_id: int, article: Article, seen_at: str, run_id: int
) -> tuple[int, bool]:
    """Keep that a capture showed this content; returns the sighting and whether it was known (read again)."""
    if article.capture_id is not None:
        known = conn.execute(
            "UPDATE article_sightings SET content_hash = ?, views = ? WHERE article_id = ? AND capture_id = ? RETURNING id",
            (article.content_hash, article.views, article_id, article.capture_id),
        ).fetchone()
        if known:
            return known[0], True
    ordered_at = _ordered_at(conn, article_id, seen_at, article.origin)
    return _add_sighting(conn, article_id, article, (ordered_at, seen_at), run_id), False


def add_first(conn: sqlite3.Connection, article_id: int, article: Article, seen_at: str, run_id: int) -> int:
    """The first sighting of an article of which there is none yet, and its version; returns the version's id."""
    sighting_id = _add_sighting(conn, article_id, article, (sortable(seen_at), seen_at), run_id)
    return _insert(conn, (article_id, 1, sighting_id, seen_at, article.origin, article.capture_id, run_id), article)


def _add_sighting(
    conn: sqlite3.Connection, article_id: int, article: Article, moments: tuple[str, str], run_id: int
) -> int:
    cursor = conn.execute(
        "INSERT INTO article_sightings (article_id, ordered_at, seen_at, origin, content_hash, views, capture_id, run_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (article_id, *moments, article.origin, article.content_hash, article.views, article.capture_id, run_id),
    )
    return int(cursor.lastrowid or 0)


def _ordered_at(conn: sqlite3.Connection, article_id: int, seen_at: str, origin: str) -> str:
    moment = sortable(seen_at)
    if origin != "live":
        return moment
    latest = conn.execute(
        "SELECT max(ordered_at) FROM article_sightings WHERE article_id = ? AND origin = 'live'", (article_id,)
    ).fetchone()[0]
    return max(moment, latest or "")


def newest_sighting(conn: sqlite3.Connection, article_id: int) -> Sighting:
    """The last sighting in order; the article has at least one."""
    row = conn.execute(
        "SELECT id, content_hash, seen_at, origin, capture_id, run_id FROM article_sightings WHERE article_id = ? "
        "ORDER BY ordered_at DESC, id DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    return _sighting(row)


def arrange(conn: sqlite3.Connection, article_id: int, article: Article | None = None, sighting_id: int = 0) -> int:
    """Bring `article_revisions` in line with the sightings, `article` being what `sighting_id` showed, if there is a new one.

    Revisions keep their row while their content stays; returns the id of the current one.
    """
    firsts = _first_of_each_run(conn, article_id)
    stored = [
        _Version(id=row[0], sighting_id=row[1], content_hash=row[2])
        for row in conn.execute(
            "SELECT id, sighting_id, content_hash FROM article_revisions WHERE article_id = ? ORDER BY number",
            (article_id,),
        )
    ]
    free = list(stored)
    current = 0
    for number, first in enumerate(firsts, 1):
        version = _take(free, first)
        in_hand = article if first.id == sighting_id else None
        place = (article_id, number, first.id, first.seen_at, first.origin, first.capture_id, first.run_id)
        if version is None and in_hand is not None:
            current = _insert(conn, place, in_hand)
        elif version is None:
            source = next(one.id for one in stored if one.content_hash == first.content_hash)
            current = _copy(conn, place, source)
        else:
            current = version.id
            _move(conn, version.id, place)
            if in_hand is not None:
                _read_again(conn, version.id, in_hand)
    for version in free:
        conn.execute("UPDATE articles SET revision_id = NULL WHERE revision_id = ?", (version.id,))
        conn.execute("DELETE FROM article_revisions WHERE id = ?", (version.id,))
    return current


def _first_of_each_run(conn: sqlite3.Connection, article_id: int) -> list[Sighting]:
    rows = conn.execute(
        "SELECT id, content_hash, seen_at, origin, capture_id, run_id FROM article_sightings WHERE article_id = ? "
        "ORDER BY ordered_at, id",
        (article_id,),
    )
    firsts: list[Sighting] = []
    for sighting in map(_sighting, rows):
        if not firsts or firsts[-1].content_hash != sighting.content_hash:
            firsts.append(sighting)
    return firsts


def _sighting(row: tuple[Any, ...]) -> Sighting:
    return Sighting(id=row[0], content_hash=row[1], seen_at=row[2], origin=row[3], capture_id=row[4], run_id=row[5])


def _take(free: list[_Version], first: Sighting) -> _Version | None:
    """The stored version for a place: the one already there, or else one of the same content whose place moved."""
    same = [one for one in free if one.content_hash == first.content_hash]
    chosen = next((one for one in same if one.sighting_id == first.id), same[0] if same else None)
    if chosen:
        free.remove(chosen)
    return chosen


def _insert(conn: sqlite3.Connection, place: tuple[Any, ...], article: Article) -> int:
    """A new version: of the article in hand."""
    cursor = conn.execute(_INSERT, (*place, *_content(article)))
    revision_id = int(cursor.lastrowid or 0)
    _write_notes(conn, revision_id, article)
    coverage.add(conn, revision_id, article.coverage)
    return revision_id


def _copy(conn: sqlite3.Connection, place: tuple[Any, ...], source: int) -> int:
    """A new version that says what version `source` says: the text came back after another."""
    cursor = conn.execute(_COPY, (*place, source))
    revision_id = int(cursor.lastrowid or 0)
    conn.execute(
        "INSERT INTO article_notes SELECT ?, position, field, rule, raw, others, problem FROM article_notes WHERE revision_id = ?",
        (revision_id, source),
    )
    coverage.copy(conn, revision_id, source)
    return revision_id


def _move(conn: sqlite3.Connection, revision_id: int, place: tuple[Any, ...]) -> None:
    conn.execute(
        "UPDATE article_revisions SET article_id = ?, number = ?, sighting_id = ?, captured_at = ?, origin = ?, "
        "capture_id = ?, run_id = ? WHERE id = ?",
        (*place, revision_id),
    )


def _read_again(conn: sqlite3.Connection, revision_id: int, article: Article) -> None:
    """The version's own capture was read once more: what the new reading says of its provenance counts."""
    conn.execute(_REPLACE, (*_content(article), revision_id))
    conn.execute("DELETE FROM article_notes WHERE revision_id = ?", (revision_id,))
    _write_notes(conn, revision_id, article)
    coverage.replace(conn, revision_id, article.coverage)


def _content(article: Article) -> tuple[Any, ...]:
    lists = {
        "flags": _json(list(article.flags)),
        "images": _json([plain(one) for one in article.images]),
        "attachments": _json([plain(one) for one in article.attachments]),
    }
    return tuple(lists.get(name) or getattr(article, name) for name in _CONTENT)


def _write_notes(conn: sqlite3.Connection, revision_id: int, article: Article) -> None:
    conn.executemany(
        "INSERT INTO article_notes (revision_id, position, field, rule, raw, others, problem) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                revision_id,
                position,
                note.field,
                note.rule,
                storable(note.raw),
                storable(_json(note.others)) if note.others else "[]",
                note.problem,
            )
            for position, note in enumerate(article.notes, 1)
        ],
    )


#: One for all: `json.dumps` makes another for each call that is not plain.
_json = json.JSONEncoder(ensure_ascii=False).encode
