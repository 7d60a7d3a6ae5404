"""Checks that a database keeps its own promises: sound file, whole articles, hashes that still agree."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import StorageError
from pipelines.items import Article, Attachment, Image
from pipelines.storage.captures import iter_capture_ids, read_capture

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One broken promise: a snake_case code, and what it is about."""

    code: str
    detail: str


#: What must not be: code -> a query that gives the offenders.
_INVARIANTS = {
    "no_revision": "SELECT uid FROM articles WHERE revision_id IS NULL",
    "no_address": "SELECT uid FROM articles a WHERE NOT EXISTS (SELECT 1 FROM article_urls u WHERE u.article_id = a.id)",
    "address_not_kept": "SELECT uid || ' ' || url FROM articles a WHERE NOT EXISTS "
    "(SELECT 1 FROM article_urls u WHERE u.article_id = a.id AND u.url = a.url)",
    "not_searchable": "SELECT uid FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)",
    "search_without_article": "SELECT id FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)",
    "not_the_last_revision": "SELECT uid FROM articles a JOIN article_revisions r ON r.id = a.revision_id "
    "WHERE r.article_id <> a.id OR r.number <> (SELECT max(number) FROM article_revisions n WHERE n.article_id = a.id)",
    "differs_from_revision": "SELECT uid FROM articles a JOIN article_revisions r ON r.id = a.revision_id "
    "WHERE (a.title, a.summary, a.author, a.category, a.published_at, a.content_hash) IS NOT "
    "(r.title, r.summary, r.author, r.category, r.published_at, r.content_hash)",
    "revision_gap": "SELECT a.uid FROM articles a JOIN article_revisions r ON r.article_id = a.id GROUP BY a.id "
    "HAVING count(*) <> max(r.number) OR count(DISTINCT r.number) <> max(r.number)",
    "repeated_revision": "SELECT a.uid FROM article_revisions r JOIN article_revisions n ON n.article_id = r.article_id "
    "AND n.number = r.number + 1 AND n.content_hash = r.content_hash JOIN articles a ON a.id = r.article_id",
    "duplicate_of_duplicate": "SELECT a.uid FROM articles a JOIN articles d ON d.id = a.duplicate_of "
    "WHERE d.duplicate_of IS NOT NULL OR d.portal <> a.portal",
}


def find_damage(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Everything that is wrong with a database; nothing for a sound one. Reads every page of the file."""
    for (line,) in conn.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Damage(code="file", detail=line)
    for table, row, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield Damage(code="foreign_key", detail=f"{table} row {row} refers to a row of {parent} that is missing")
    for code, query in _INVARIANTS.items():
        for (offender,) in conn.execute(query):
            yield Damage(code=code, detail=str(offender))
    yield from _wrong_hashes(conn)
    yield from _spoilt_captures(conn)


def _wrong_hashes(conn: sqlite3.Connection) -> Iterator[Damage]:
    cursor = conn.execute(
        "SELECT r.*, a.portal, a.key, a.uid FROM article_revisions r JOIN articles a ON a.id = r.article_id"
    )
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        article = _article(row)
        if article.content_hash != row["content_hash"]:
            yield Damage(code="content_hash", detail=f"{row['uid']} revision {row['number']}")
        if article.uid != row["uid"]:
            yield Damage(code="uid", detail=row["uid"])


def _spoilt_captures(conn: sqlite3.Connection) -> Iterator[Damage]:
    for capture_id in iter_capture_ids(conn):
        try:
            read_capture(conn, capture_id)
        except StorageError as error:
            yield Damage(code="capture", detail=str(error))


def _article(row: dict[str, Any]) -> Article:
    same = (
        "portal",
        "key",
        "url",
        "title",
        "summary",
        "author",
        "category",
        "published_at",
        "updated_at",
        "alternate_url",
    )
    return Article(
        **{name: row[name] for name in same},
        body_text=row["body_text"],
        body_html=row["body_html"],
        images=tuple(Image(**one) for one in json.loads(row["images"])),
        attachments=tuple(Attachment(**one) for one in json.loads(row["attachments"])),
    )
