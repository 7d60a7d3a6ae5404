"""Stores one article: its identity, its addresses and routes, its version, and what readers see of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.items import plain
from pipelines.storage import revisions
from pipelines.storage.failures import Finding, resolve, save_finding
from pipelines.storage.media import link_known
from pipelines.storage.times import sortable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from pipelines.items import Article, State
    from pipelines.storage.search import SearchIndex, Text

Outcome = Literal["new", "changed", "unchanged", "older_revision"]

#: What `articles` shows of the current version; first and last sighting frame it. What moved keeps its newest address.
_SHOW = """
UPDATE articles SET revision_id = :revision,
  url = iif(EXISTS (SELECT 1 FROM article_moves WHERE article_id = :article), url,
            (SELECT url FROM article_revisions WHERE id = :revision)),
  (title, summary, author, category, published_at, updated_at, alternate_url, language, origin, content_hash, captured_at) =
  (SELECT title, summary, author, category, published_at, updated_at, alternate_url, language, origin, content_hash, captured_at
     FROM article_revisions WHERE id = :revision),
  first_seen_at = (SELECT seen_at FROM article_sightings WHERE article_id = :article ORDER BY ordered_at, id LIMIT 1),
  last_seen_at = (SELECT seen_at FROM article_sightings WHERE article_id = :article ORDER BY ordered_at DESC, id DESC LIMIT 1)
WHERE id = :article
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of an article: "older_revision" is a version that another one has followed already."""

    article_id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    id: int
    portal: str
    state: State
    content_hash: str


def save(
    conn: sqlite3.Connection,
    index: SearchIndex,
    article: Article,
    run_id: int,
    *,
    route: str,
    seen_in: str,
    state: State,
    now: str,
) -> Saved:
    """Store an article in the open transaction; equal content changes nothing but `last_seen_at`."""
    seen_at = article.captured_at if sortable(article.captured_at) else now
    known = _known(conn, article.portal, article.key)
    article_id = known.id if known else _insert(conn, article, run_id, seen_at, state)
    _add_urls(conn, article_id, article, run_id, seen_at)
    if route:
        add_route(conn, article_id, route, seen_in, run_id)
    resolve(conn, article.portal, article.urls or (article.url,), article.key, run_id)
    if known is None:
        outcome: Outcome = "new"
        _save_first_version(conn, index, article_id, article, seen_at, run_id)
    else:
        outcome = _save_sighting(conn, index, known, article, seen_at, run_id, state, now)
    return Saved(article_id=article_id, outcome=outcome)


def _save_first_version(
    conn: sqlite3.Connection, index: SearchIndex, article_id: int, article: Article, seen_at: str, run_id: int
) -> None:
    """A row that was just inserted shows its article already: nothing else is on record of it, so nothing is asked."""
    revision_id = revisions.add_first(conn, article_id, article, seen_at, run_id)
    conn.execute("UPDATE articles SET revision_id = ? WHERE id = ?", (revision_id, article_id))
    _add_flags(conn, article_id, article.flags)
    _add_media(conn, article_id, list(map(plain, article.images)), list(map(plain, article.attachments)), {})
    index.change(article_id, None, (article.title, article.summary or "", article.body_text))


def _save_sighting(
    conn: sqlite3.Connection,
    index: SearchIndex,
    known: _Known,
    article: Article,
    seen_at: str,
    run_id: int,
    state: State,
    now: str,
) -> Outcome:
    """A known article was seen: one more sighting, and a version where it says something else."""
    sighting_id, read_again = revisions.record_sighting(conn, known.id, article, seen_at, run_id)
    is_newest = revisions.newest_sighting(conn, known.id).id == sighting_id
    if is_newest:
        _set_state(conn, known, state, run_id, now)
    if is_newest and not read_again and article.content_hash == known.content_hash:
        conn.execute("UPDATE articles SET last_seen_at = ? WHERE id = ?", (seen_at, known.id))
        return "unchanged"
    versions_before = _versions(conn, known.id)
    before = indexed_text(conn, known.id)
    show(conn, known.id, revisions.arrange(conn, known.id, article, sighting_id))
    index.change(known.id, before, indexed_text(conn, known.id) or ("", "", ""))
    return _outcome(conn, known, versions_before)


def add_route(conn: sqlite3.Connection, article_id: int, route: str, seen_in: str, run_id: int) -> None:
    """Keep that an article was found by a route; the first page it was seen in counts."""
    conn.execute(
        "INSERT INTO article_routes (article_id, route, seen_in, run_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (article_id, route, seen_in, run_id),
    )


def find(conn: sqlite3.Connection, portal: str, url: str) -> int | None:
    """The id of the article known by an address."""
    row = conn.execute("SELECT article_id FROM article_urls WHERE portal = ? AND url = ?", (portal, url)).fetchone()
    return row[0] if row else None


def touch(conn: sqlite3.Connection, article_id: int, run_id: int, seen_at: str) -> None:
    """The portal said that an article has not changed (304): it was seen, as it is."""
    conn.execute(
        "INSERT INTO article_sightings (article_id, ordered_at, seen_at, origin, content_hash, run_id) "
        "SELECT article_id, max(ordered_at, ?), ?, 'live', content_hash, ? FROM article_sightings "
        "WHERE article_id = ? ORDER BY ordered_at DESC, id DESC LIMIT 1",
        (sortable(seen_at), seen_at, run_id, article_id),
    )
    portal, key = conn.execute("SELECT portal, key FROM articles WHERE id = ?", (article_id,)).fetchone()
    known = _known(conn, portal, key)
    assert known is not None
    if known.state == "gone":
        _set_state(conn, known, "live", run_id, seen_at)
    resolve(conn, portal, (), key, run_id)
    conn.execute("UPDATE articles SET last_seen_at = ? WHERE id = ?", (seen_at, article_id))


def _known(conn: sqlite3.Connection, portal: str, key: str) -> _Known | None:
    row = conn.execute(
        "SELECT id, state, content_hash FROM articles WHERE portal = ? AND key = ?", (portal, key)
    ).fetchone()
    return _Known(id=row[0], portal=portal, state=row[1], content_hash=row[2]) if row else None


def _insert(conn: sqlite3.Connection, article: Article, run_id: int, seen_at: str, state: State) -> int:
    cursor = conn.execute(
        "INSERT INTO articles (portal, key, uid, url, title, summary, author, category, published_at, updated_at, "
        "alternate_url, language, state, origin, content_hash, captured_at, first_seen_at, last_seen_at, first_run_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.portal, article.key, article.uid, article.url, article.title, article.summary, article.author,
            article.category, article.published_at, article.updated_at, article.alternate_url, article.language, state,
            article.origin, article.content_hash, seen_at, seen_at, seen_at, run_id,
        ),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def _add_urls(conn: sqlite3.Connection, article_id: int, article: Article, run_id: int, seen_at: str) -> None:
    for url in dict.fromkeys((article.url, *article.urls)):
        added = conn.execute(
            "INSERT INTO article_urls (article_id, portal, url, first_seen_at, first_run_id) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (article_id, article.portal, url, seen_at, run_id),
        )
        if added.rowcount == 0 and find(conn, article.portal, url) != article_id:
            finding = Finding(portal=article.portal, code="address_conflict", detail=url, article_id=article_id)
            save_finding(conn, finding, run_id, seen_at)


def _set_state(conn: sqlite3.Connection, known: _Known, state: State, run_id: int, at: str) -> None:
    if known.state != state:
        conn.execute("UPDATE articles SET state = ? WHERE id = ?", (state, known.id))
        finding = Finding(portal=known.portal, code=f"state_{state}", detail=f"was {known.state}", article_id=known.id)
        save_finding(conn, finding, run_id, at)


def show(conn: sqlite3.Connection, article_id: int, revision_id: int) -> None:
    """Make a version the current one: the article's row, its flags and its media follow."""
    conn.execute(_SHOW, {"article": article_id, "revision": revision_id})
    flags, images, attachments = conn.execute(
        "SELECT flags, images, attachments FROM article_revisions WHERE id = ?", (revision_id,)
    ).fetchone()
    conn.execute("DELETE FROM article_flags WHERE article_id = ?", (article_id,))
    _add_flags(conn, article_id, json.loads(flags))
    stored = dict(
        conn.execute(
            "SELECT url, media_id FROM article_media WHERE article_id = ? AND media_id IS NOT NULL AND fallback = ''",
            (article_id,),
        )
    )
    conn.execute("DELETE FROM article_media WHERE article_id = ?", (article_id,))
    _add_media(conn, article_id, json.loads(images), json.loads(attachments), stored)


def _add_flags(conn: sqlite3.Connection, article_id: int, flags: Iterable[str]) -> None:
    conn.executemany(
        "INSERT INTO article_flags (article_id, flag) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(article_id, flag) for flag in flags],
    )


def _add_media(
    conn: sqlite3.Connection,
    article_id: int,
    images: list[dict[str, str]],
    attachments: list[dict[str, str]],
    stored: dict[str, int],
) -> None:
    """The pictures and files of a version; `stored` are the media rows by address that the article had already."""
    rows = [
        (position, one["url"], one["role"], "", one["caption"], one["credit"], one["alt"], "image")
        for position, one in enumerate(images, 1)
    ] + [
        (position, one["url"], "attachment", one["name"], "", "", "", "attachment")
        for position, one in enumerate(attachments, 1)
    ]
    if not rows:
        return
    conn.executemany(
        "INSERT INTO article_media (position, url, role, name, caption, credit, alt, kind, article_id, media_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, article_id, stored.get(row[1])) for row in rows],
    )
    link_known(conn, article_id)


def _versions(conn: sqlite3.Connection, article_id: int) -> int:
    row = conn.execute("SELECT count(*) FROM article_revisions WHERE article_id = ?", (article_id,)).fetchone()
    return int(row[0])


def indexed_text(conn: sqlite3.Connection, article_id: int) -> Text | None:
    """What the search index holds of an article; None before it has a version."""
    row: Text | None = conn.execute(
        "SELECT title, coalesce(summary, ''), body FROM v_search_text WHERE id = ?", (article_id,)
    ).fetchone()
    return row


def _outcome(conn: sqlite3.Connection, known: _Known, versions_before: int) -> Outcome:
    now = conn.execute("SELECT content_hash FROM articles WHERE id = ?", (known.id,)).fetchone()[0]
    if now != known.content_hash:
        return "changed"
    return "older_revision" if _versions(conn, known.id) > versions_before else "unchanged"
