"""Gathers all that stands about one article, ready to be shown: text, pictures, provenance, versions, relations."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from markupsafe import Markup

from pipelines.differences import compare_fields
from pipelines.export.body import target_html
from pipelines.storage.dictionary import internal_tables
from pipelines.storage.provenance import explained
from portal_crawler.explore.differences import marked_change
from portal_crawler.explore.snapshot import records

if TYPE_CHECKING:
    import sqlite3

    from pipelines.storage.provenance import Explained, Version

MISSING_PICTURE = "/explore/missing.svg"

#: Tables and views about articles that the page shows in words of its own.
_TOLD = frozenset(
    [
        "article_urls",
        "article_routes",
        "article_revisions",
        "article_media",
        "article_flags",
        "article_sightings",
        "view_counts",
        "findings",
        "article_repeats",
        "v_repeats",
        "v_silent_edits",
        "v_articles",
        "v_browse",
    ]
)
_MOST_ROWS = 200
#: Columns that say of every row what the page says already.
_OF_ARTICLE = frozenset(["article_id", "id", "uid", "portal", "title", "published_at", "url", "span_start", "span_end"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one version changed of the one before: (field, difference) where it differs."""

    version: Version
    fields: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Rows of another table about the article, with the table's meaning in Vietnamese and English."""

    table: str
    vietnamese: str
    english: str
    columns: tuple[tuple[str, str], ...]
    rows: list[tuple[Any, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article for the page; `row` is that of v_articles, media rows are dicts with `local` (an address here or None)."""

    row: dict[str, Any]
    body: Markup = field(repr=False)
    gallery: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    told: Explained
    changes: list[Change]
    relatives: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    views: list[dict[str, Any]]
    companions: list[Companion]


def article_page(conn: sqlite3.Connection, uid: str) -> ArticlePage | None:
    """All about the article with this uid; None where there is none."""
    found = records(conn, "SELECT * FROM v_articles WHERE uid = ?", (uid.lower(),))
    told = explained(conn, uid.lower())
    if not found or told is None:
        return None
    row = found[0]
    media = records(conn, _MEDIA, (row["id"],))
    for one in media:
        one["local"] = f"/media/{one['sha256']}" if one["sha256"] else None
    pictures = {one["url"]: one["local"] for one in media if one["local"] and one["kind"] == "image"}
    shown: set[str] = set()

    def picture(url: str) -> str:
        shown.add(url)
        return pictures.get(url) or MISSING_PICTURE

    body = target_html(row["body_html"], row["url"], lambda url: _here(conn, row["id"], url), picture)
    return ArticlePage(
        row=row,
        body=Markup(body),  # noqa: S704 - target_html lets only the allowed elements through
        gallery=[one for one in media if one["kind"] == "image" and one["url"] not in shown],
        attachments=[one for one in media if one["kind"] == "attachment"],
        told=told,
        changes=_changes(told),
        relatives=records(conn, _RELATIVES, (row["id"],)),
        findings=records(conn, _FINDINGS, (row["id"],)),
        views=records(conn, _VIEWS, (row["id"],)),
        companions=_companions(conn, row["id"]),
    )


def _here(conn: sqlite3.Connection, article_id: int, url: str) -> str | None:
    """Our own page for a link to another article of the portal, however the link is spelt."""
    row = conn.execute(_LINKED, (article_id, urldefrag(url).url)).fetchone()
    return f"/article/{row[0]}" if row else None


def _changes(told: Explained) -> list[Change]:
    """Newest change first."""
    found = []
    for after, before in itertools.pairwise(told.versions):
        changes = compare_fields(before.fields, after.fields)
        found.append(Change(version=after, fields=tuple((one.field, marked_change(one)) for one in changes)))
    return found


def _companions(conn: sqlite3.Connection, article_id: int) -> list[Companion]:
    """Whatever other tables say of the article: those that are in this database, as its own dictionary explains them."""
    hidden = internal_tables() | _TOLD
    found = []
    for table, key in conn.execute(_ABOUT_ARTICLES):
        if table in hidden:
            continue
        words = {row[0]: (row[1], row[2]) for row in conn.execute(_WORDS, (table,))}
        of_this = "(SELECT uid FROM articles WHERE id = ?)" if key == "uid" else "?"
        rows = records(conn, f'SELECT * FROM "{table}" WHERE {key} = {of_this} LIMIT {_MOST_ROWS}', (article_id,))  # noqa: S608 - names out of the schema
        if rows:
            kept = [name for name in rows[0] if name not in _OF_ARTICLE and not name.endswith("_id")]
            english, vietnamese = words.get("", ("", ""))
            found.append(
                Companion(
                    table=table,
                    vietnamese=vietnamese,
                    english=english,
                    columns=tuple((name, words.get(name, ("", ""))[1]) for name in kept),
                    rows=[tuple(row[name] for name in kept) for row in rows],
                )
            )
    return found


_MEDIA = """
SELECT a.kind, a.position, a.url, a.role, a.name, a.caption, a.credit, a.alt,
       m.sha256, m.content_type, m.size, m.width, m.height
  FROM article_media a LEFT JOIN media m ON m.id = a.media_id WHERE a.article_id = ?1 ORDER BY a.kind DESC, a.position
"""
_RELATIVES = """
SELECT o.uid, o.title, o.category, o.published_at, o.duplicate_kind, o.similarity, o.id = me.duplicate_of AS is_first
  FROM articles me JOIN articles o ON o.id <> me.id
   AND (o.id = me.duplicate_of OR o.duplicate_of = me.id OR o.duplicate_of = me.duplicate_of)
 WHERE me.id = ?1 ORDER BY o.published_at
"""
_FINDINGS = "SELECT code, detail, run_id FROM findings WHERE article_id = ? ORDER BY id"
_VIEWS = "SELECT seen_at, views FROM view_counts WHERE article_id = ? ORDER BY seen_at"
_LINKED = "SELECT target_uid FROM v_article_links WHERE article_id = ? AND url = ? AND target_uid IS NOT NULL LIMIT 1"
_ABOUT_ARTICLES = """
SELECT s.name, min(c.name)
  FROM sqlite_master s, pragma_table_info(s.name) c
 WHERE (s.type = 'table' AND c.name = 'article_id') OR (s.type = 'view' AND c.name IN ('article_id', 'uid'))
 GROUP BY s.name ORDER BY s.name
"""
_WORDS = "SELECT column_name, english, vietnamese FROM data_dictionary WHERE table_name = ?"
