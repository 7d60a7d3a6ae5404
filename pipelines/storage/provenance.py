"""Answers where an article's values came from, and what changed between its versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.storage import coverage
from pipelines.storage.civic import Named, cited_in, places_in
from pipelines.storage.links import Link, links_in
from pipelines.storage.origins import Origin, Origins

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from pipelines.coverage import Coverage

#: Fields that are compared from version to version.
FIELDS = (
    "title", "summary", "author", "category", "published_at", "updated_at", "language", "alternate_url",
    "body_text", "images", "attachments",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an article: `fields` by name (images and attachments as lists), and where it was read.

    `source` names the file of an archive, `layout` and `extractor` what read it.
    """

    number: int
    captured_at: str
    origin: str
    url: str
    run_id: int
    capture_id: int | None
    source: str
    layout: str
    extractor: str
    flags: tuple[str, ...]
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Where the value of a field came from; as FieldNote."""

    field: str
    rule: str
    raw: str
    others: tuple[tuple[str, str], ...]
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One article: its current version first among `versions`, the notes on that one, and what stands around it.

    `documents` and `places` are those its text names, `links` those to the portal itself; `origins` tell of the fields that were asked for.
    """

    uid: str
    portal: str
    state: str
    urls: tuple[str, ...]
    routes: tuple[tuple[str, str, int], ...]
    duplicate_of: str | None
    versions: tuple[Version, ...]
    notes: tuple[Note, ...]
    coverage: Coverage | None = None
    documents: tuple[Named, ...]
    places: tuple[Named, ...]
    links: tuple[Link, ...]
    origins: tuple[Origin, ...]


def explained(conn: sqlite3.Connection, uid: str, *, fields: Iterable[str] = ()) -> Explained | None:
    """All that is known about the article with this uid, this id, or this address; None where there is none."""
    row = conn.execute(
        "SELECT a.id, a.uid, a.portal, a.state, a.revision_id, (SELECT d.uid FROM articles d WHERE d.id = a.duplicate_of) "
        "FROM articles a WHERE a.uid = ?1 OR CAST(a.id AS TEXT) = ?1 "
        "OR a.id IN (SELECT article_id FROM article_urls WHERE url = ?1) ORDER BY a.uid = ?1 DESC LIMIT 1",
        (uid,),
    ).fetchone()
    if row is None:
        return None
    article_id, found, portal, state, revision_id, duplicate_of = row
    urls = conn.execute("SELECT url FROM article_urls WHERE article_id = ? ORDER BY url", (article_id,))
    routes = conn.execute(
        "SELECT route, seen_in, run_id FROM article_routes WHERE article_id = ? ORDER BY run_id, route", (article_id,)
    )
    notes = _notes(conn, revision_id)
    origins = Origins(conn, article_id, notes)
    return Explained(
        uid=found,
        portal=portal,
        state=state,
        urls=tuple(url for (url,) in urls),
        routes=tuple(routes.fetchall()),
        duplicate_of=duplicate_of,
        versions=_versions(conn, article_id),
        notes=notes,
        coverage=coverage.read(conn, revision_id),
        documents=cited_in(conn, revision_id),
        places=places_in(conn, revision_id),
        links=links_in(conn, article_id),
        origins=tuple(origins.of(field) for field in fields),
    )


def _versions(conn: sqlite3.Connection, article_id: int) -> tuple[Version, ...]:
    cursor = conn.execute(
        "SELECT r.*, coalesce(c.source, '') AS source FROM article_revisions r LEFT JOIN captures c ON c.id = r.capture_id "
        "WHERE r.article_id = ? ORDER BY r.number DESC",
        (article_id,),
    )
    names = [column[0] for column in cursor.description]
    return tuple(_version(dict(zip(names, row, strict=True))) for row in cursor)


def _version(row: dict[str, Any]) -> Version:
    lists = {name: json.loads(row[name]) for name in ("images", "attachments", "flags")}
    same = ("number", "captured_at", "origin", "url", "run_id", "capture_id", "source", "layout", "extractor")
    return Version(
        **{name: row[name] for name in same},
        flags=tuple(lists["flags"]),
        fields={name: lists.get(name, row[name]) for name in FIELDS},
    )


def _notes(conn: sqlite3.Connection, revision_id: int) -> tuple[Note, ...]:
    rows = conn.execute(
        "SELECT field, rule, raw, others, problem FROM article_notes WHERE revision_id = ? ORDER BY position",
        (revision_id,),
    )
    return tuple(
        Note(
            field=field,
            rule=rule,
            raw=raw,
            others=tuple((one[0], one[1]) for one in json.loads(others)),
            problem=problem,
        )
        for field, rule, raw, others, problem in rows
    )
