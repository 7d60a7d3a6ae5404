"""An article that the portal moved keeps its identity: the new address is one more of its own, no second article.

What proves it is the portal's permanent redirect (301, 308) from the known address to one that shows the same text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.storage import articles, revisions

if TYPE_CHECKING:
    import sqlite3

    from pipelines.items import Article
    from pipelines.storage.search import SearchIndex

#: Answers by which a server says that an address has changed for good (RFC 9110, 15.4.2 and 15.4.9).
PERMANENT = frozenset({301, 308})

#: Old addresses to ask, at most, for one new article that says the same as they do.
MOST_TWINS = 3

_ID_OF_KEY = """
SELECT id FROM articles WHERE portal = :portal AND key = :key
UNION ALL SELECT article_id FROM article_moves WHERE portal = :portal AND key = :key LIMIT 1
"""
_TWINS = """
SELECT a.url FROM articles a JOIN article_revisions r ON r.id = a.revision_id JOIN runs f ON f.id = a.first_run_id
 WHERE a.portal = ? AND a.published_at IS ? AND a.key <> ? AND a.title = ? AND r.body_text = ? AND a.state = 'live'
   AND f.series <> (SELECT series FROM runs WHERE id = ?)
 ORDER BY a.id LIMIT ?
"""
#: What belongs to an article and goes over to the other one, as far as that has not the same already.
_GIVEN = (
    "article_urls",
    "article_sightings",
    "article_revisions",
    "article_routes",
    "list_dates",
    "article_moves",
    "findings",
)
#: What is worked out from the rest, and would be wrong for another article.
_FORGOTTEN = ("article_routes", "list_dates", "article_flags", "article_media", "article_signatures", "article_repeats")


def as_known(conn: sqlite3.Connection, article: Article) -> Article:
    """The article under the key that it was known by before it moved; as it is where it never did."""
    row = conn.execute(
        "SELECT a.key FROM article_moves m JOIN articles a ON a.id = m.article_id WHERE m.portal = ? AND m.key = ?",
        (article.portal, article.key),
    ).fetchone()
    return replace(article, key=row[0]) if row else article


def twins(conn: sqlite3.Connection, article: Article, run_id: int) -> list[str]:
    """Addresses of articles of earlier crawls that say what this unknown one says: it may be one of them, moved."""
    values = (article.portal, article.published_at, article.key, article.title, article.body_text, run_id, MOST_TWINS)
    return [url for (url,) in conn.execute(_TWINS, values)]


def move(
    conn: sqlite3.Connection, index: SearchIndex, article: Article, old_key: str, run_id: int, at: str
) -> Article | None:
    """A permanent redirect from `old_key` led to `article`: it is known under the old key from now on, returned with it.

    None where the old one is unknown, says something else, or both were stored by earlier crawls (readers know both).
    """
    old_id, new_id = find(conn, article.portal, old_key), find(conn, article.portal, article.key)
    if old_id is None or not _says(conn, old_id, article.title, article.body_text):
        return None
    if new_id is not None and new_id != old_id:
        kept = _fold(conn, index, new_id, old_id, run_id, at)
        if kept is None:
            return None
        old_id = kept
    key = conn.execute("SELECT key FROM articles WHERE id = ?", (old_id,)).fetchone()[0]
    if key != article.key:
        _remember(conn, article.portal, article.key, old_id, run_id, at)
    conn.execute("UPDATE articles SET url = ? WHERE id = ?", (article.url, old_id))
    return replace(article, key=key)


def fold_stored(
    conn: sqlite3.Connection, index: SearchIndex, portal: str, keys: tuple[str, str], run_id: int, at: str
) -> bool:
    """An archive holds a permanent redirect from the first key to the second: one article, where both say the same."""
    old_id, new_id = (find(conn, portal, key) for key in keys)
    if old_id is None or new_id is None or old_id == new_id:
        return False
    url, title, text = conn.execute(
        "SELECT a.url, a.title, r.body_text FROM articles a JOIN article_revisions r ON r.article_id = a.id AND r.number = 1 "
        "WHERE a.id = ?",
        (new_id,),
    ).fetchone()
    if not _says(conn, old_id, title, text):
        return False
    kept = _fold(conn, index, new_id, old_id, run_id, at)
    if kept is not None:
        conn.execute("UPDATE articles SET url = ? WHERE id = ?", (url, kept))
    return kept is not None


def find(conn: sqlite3.Connection, portal: str, key: str) -> int | None:
    """The article of a source key: its own, or one that it moved to."""
    row = conn.execute(_ID_OF_KEY, {"portal": portal, "key": key}).fetchone()
    return row[0] if row else None


def _says(conn: sqlite3.Connection, article_id: int, title: str, text: str) -> bool:
    """True where the article's current version has this title and text."""
    row = conn.execute(
        "SELECT a.title, r.body_text FROM articles a JOIN article_revisions r ON r.id = a.revision_id WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    return bool(row == (title, text))


def _fold(conn: sqlite3.Connection, index: SearchIndex, new_id: int, old_id: int, run_id: int, at: str) -> int | None:
    """Make one row of two, of which this crawl stored at least one first; returns the one that stays, else None."""
    fresh = {
        row[0]
        for row in conn.execute(
            "SELECT a.id FROM articles a JOIN runs f ON f.id = a.first_run_id "
            "WHERE a.id IN (?, ?) AND f.series = (SELECT series FROM runs WHERE id = ?)",
            (new_id, old_id, run_id),
        )
    }
    if not fresh:
        return None
    gone, kept = (new_id, old_id) if new_id in fresh else (old_id, new_id)
    portal, key = conn.execute("SELECT portal, key FROM articles WHERE id = ?", (gone,)).fetchone()
    texts = articles.indexed_text(conn, gone), articles.indexed_text(conn, kept)
    conn.execute("UPDATE articles SET revision_id = NULL WHERE id = ?", (gone,))
    conn.execute("DELETE FROM findings WHERE article_id = ? AND code = 'address_conflict'", (gone,))
    for table in _GIVEN:
        conn.execute(f"UPDATE OR IGNORE {table} SET article_id = ? WHERE article_id = ?", (kept, gone))  # noqa: S608 - names of ours
    for table in _FORGOTTEN:
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (gone,))  # noqa: S608 - names of ours
    conn.execute("DELETE FROM article_repeats WHERE head_id = ?", (gone,))
    conn.execute(
        "UPDATE articles SET duplicate_of = NULL, duplicate_kind = NULL, similarity = NULL WHERE duplicate_of = ?",
        (gone,),
    )
    conn.execute("UPDATE article_links SET target_id = ? WHERE target_id = ?", (kept, gone))
    conn.execute("DELETE FROM articles WHERE id = ?", (gone,))
    index.forget(gone, texts[0])
    _remember(conn, portal, key, kept, run_id, at)
    articles.show(conn, kept, revisions.arrange(conn, kept))
    index.change(kept, texts[1], articles.indexed_text(conn, kept) or ("", "", ""))
    return kept


def _remember(conn: sqlite3.Connection, portal: str, key: str, article_id: int, run_id: int, at: str) -> None:
    conn.execute(
        "INSERT INTO article_moves (portal, key, article_id, at, run_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (portal, key, article_id, at, run_id),
    )
