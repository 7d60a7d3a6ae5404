"""The reading door for exporters and checks: typed rows out of one snapshot, streamed, without the write lock."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from types import TracebackType

    from pipelines.items import Origin, State

#: How many articles are joined with their companions at a time: large enough to save queries, small enough to stay flat.
CHUNK = 200

COLUMNS = (
    "id", "uid", "portal", "key", "url", "title", "summary", "author", "category", "published_at", "updated_at",
    "body_text", "body_html", "views", "state", "duplicate_of", "duplicate_of_uid", "duplicate_kind", "similarity",
    "first_seen_at", "last_seen_at", "captured_at", "origin", "content_hash", "alternate_url", "language", "revisions",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """An image or attachment of an article, in reading order (`position` counts from 1 within its kind).

    `name` is the text of an attachment's link. `sha256`, `path` (below the media folder), `content_type`, `size`
    (bytes), `width` and `height` (pixels) are None until the file itself is stored. `fallback` says what stands in for
    a file that could not be had (a kind of `media_fallbacks`); empty for the file itself.
    """

    kind: Literal["image", "attachment"]
    position: int
    url: str
    role: str
    name: str
    caption: str
    credit: str
    alt: str
    sha256: str | None
    path: str | None
    content_type: str | None
    size: int | None
    width: int | None
    height: int | None
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article as `v_articles` shows it, with its companions.

    Dates as in Article; `duplicate_of` is the head's id in this database, `duplicate_of_uid` its lasting uid,
    `duplicate_kind` "exact" or "near", `similarity` 0..1. `urls` are all addresses ever seen, sorted, `url` among
    them. `revisions` is the number of versions kept.
    """

    id: int
    uid: str
    portal: str
    key: str
    url: str
    title: str
    summary: str | None
    author: str | None
    category: str | None
    published_at: str | None
    updated_at: str | None
    body_text: str = field(repr=False)
    body_html: str = field(repr=False)
    views: int | None
    state: State
    duplicate_of: int | None
    duplicate_of_uid: str | None
    duplicate_kind: Literal["exact", "near"] | None
    similarity: float | None
    first_seen_at: str
    last_seen_at: str
    captured_at: str
    origin: Origin
    content_hash: str
    alternate_url: str | None
    language: str | None
    revisions: int
    urls: tuple[str, ...] = ()
    images: tuple[MediaRow, ...] = ()
    attachments: tuple[MediaRow, ...] = ()
    flags: tuple[str, ...] = ()


class Dataset:
    """One snapshot of a database, read-only: a crawl may go on writing meanwhile and nothing here changes.

    Use it as a context manager; memory stays flat however many articles there are.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self.conn = conn
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a database for reading and take the snapshot.

        Raises:
            StorageError: the file is missing or cannot be read.
            SchemaError: it is not ours, or of an older or newer version.
        """
        return cls(open_reader(path), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the snapshot."""
        self.conn.close()

    def portals(self) -> tuple[str, ...]:
        """The names of the portals that have articles, sorted."""
        return tuple(name for (name,) in self.conn.execute("SELECT DISTINCT portal FROM articles ORDER BY portal"))

    def count(
        self,
        *,
        portal: str | None = None,
        since: str | None = None,
        until: str | None = None,
        states: Collection[State] = ("live", "gone"),
    ) -> int:
        """How many rows `articles` would give for the same arguments."""
        number: int = self.conn.execute(_COUNT, _values(portal, since, until, states)).fetchone()[0]
        return number

    def articles(
        self,
        *,
        portal: str | None = None,
        since: str | None = None,
        until: str | None = None,
        states: Collection[State] = ("live", "gone"),
    ) -> Iterator[Row]:
        """Articles in the order portal, published_at (undated first), uid: the same for the same data anywhere.

        `since` (ISO date or date-time) keeps what was published, updated, first seen or last edited then or later;
        `until` (ISO date, inclusive) what was published up to then. Duplicates are among the rows, marked.
        """
        with closing(self.conn.execute(_SELECT, _values(portal, since, until, states))) as cursor:
            while rows := cursor.fetchmany(CHUNK):
                yield from self._with_companions([dict(zip(COLUMNS, row, strict=True)) for row in rows])

    def media_of(self, article_id: int) -> tuple[MediaRow, ...]:
        """The images and attachments of one article."""
        return tuple(self._media(json.dumps([article_id]))[article_id])

    def cited_documents(self, article_id: int) -> list[tuple[str, str]]:
        """(symbol, date) of every citation in an article's title, then in its text; the date is empty where none is given."""
        return self.conn.execute(
            "SELECT symbol, date FROM v_citations WHERE article_id = ? ORDER BY field DESC, span_start", (article_id,)
        ).fetchall()

    def _with_companions(self, rows: list[dict[str, Any]]) -> Iterator[Row]:
        ids = json.dumps([row["id"] for row in rows])
        urls = self._grouped(_URLS, ids)
        flags = self._grouped(_FLAGS, ids)
        media = self._media(ids)
        for row in rows:
            files = media[row["id"]]
            yield Row(
                **row,
                urls=tuple(urls[row["id"]]),
                flags=tuple(flags[row["id"]]),
                images=tuple(one for one in files if one.kind == "image"),
                attachments=tuple(one for one in files if one.kind == "attachment"),
            )

    def _grouped(self, query: str, ids: str) -> defaultdict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for article_id, value in self.conn.execute(query, (ids,)):
            found[article_id].append(value)
        return found

    def _media(self, ids: str) -> defaultdict[int, list[MediaRow]]:
        names = MediaRow.__slots__
        found: defaultdict[int, list[MediaRow]] = defaultdict(list)
        for article_id, *values in self.conn.execute(_MEDIA, (ids,)):
            found[article_id].append(MediaRow(**dict(zip(names, values, strict=True))))
        return found


_CHOSEN = """
state IN (SELECT value FROM json_each(:states)) AND (:portal IS NULL OR portal = :portal)
AND (:since IS NULL OR published_at >= :since OR updated_at >= :since OR first_seen_at >= :since OR captured_at >= :since)
AND (:until IS NULL OR substr(published_at, 1, 10) <= :until)
"""
_COUNT = f"SELECT count(*) FROM articles WHERE {_CHOSEN}"  # noqa: S608 - constants of ours
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM v_articles WHERE {_CHOSEN} ORDER BY portal, published_at, uid"  # noqa: S608 - constants of ours
_URLS = "SELECT article_id, url FROM article_urls WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY url"
_FLAGS = "SELECT article_id, flag FROM article_flags WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY flag"
_MEDIA = """
SELECT a.article_id, a.kind, a.position, a.url, a.role, a.name, a.caption, a.credit, a.alt,
       m.sha256, m.path, m.content_type, m.size, m.width, m.height, a.fallback
  FROM article_media a LEFT JOIN media m ON m.id = a.media_id
 WHERE a.article_id IN (SELECT value FROM json_each(?)) ORDER BY a.article_id, a.kind, a.position
"""


def _values(portal: str | None, since: str | None, until: str | None, states: Collection[State]) -> dict[str, Any]:
    return {"portal": portal, "since": since, "until": until, "states": json.dumps(list(states))}
