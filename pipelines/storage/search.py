"""Vietnamese full-text search: with or without diacritics, the exact spelling first, whatever a person types.

FTS5 cannot fold đ and cannot rank spellings, so each text is indexed twice: as written (lower case, one tone placement)
and folded. The index holds no text of its own (`v_search_text` shows it), so this module must be told of every change.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from pipelines.fold import flatten

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = "rowid, title, summary, body, title_folded, summary_folded, body_folded"
_EXACT, _FOLDED = "{title summary body}", "{title_folded summary_folded body_folded}"
_INSERT = f"INSERT INTO articles_fts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants of ours
_DELETE = f"INSERT INTO articles_fts (articles_fts, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants of ours
#: One level (see `search`); `rank` is BM25 with the weights that the schema sets: title 10, summary 4, body 1.
_LEVEL = "SELECT rowid, rank FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
#: Of what a level matches so many are ranked, the latest stored: to weigh all 100,000 that hold "tỉnh" takes a second, and
#: tells nobody more.
MOST_RANKED = 5000

#: "hoà" and "hòa", "thuý" and "thúy" are one word in two spellings: the tone moves to where the older one puts it.
_TONE = re.compile("o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]")
_MOVED = {
    old: new
    for olds, news in (
        (("oà", "oá", "oả", "oã", "oạ"), ("òa", "óa", "ỏa", "õa", "ọa")),
        (("oè", "oé", "oẻ", "oẽ", "oẹ"), ("òe", "óe", "ỏe", "õe", "ọe")),
        (("uỳ", "uý", "uỷ", "uỹ", "uỵ"), ("ùy", "úy", "ủy", "ũy", "ụy")),
    )
    for old, new in zip(olds, news, strict=True)
}
_PIECES = re.compile(r'"([^"]*)"|([^\s"]+)')

Text = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found; `exact` is True where it holds the words with the diacritics as typed."""

    article_id: int
    exact: bool


def spelled(text: str) -> str:
    """Lower-cased text with its diacritics, the tone of oa, oe and uy in one place."""
    return _TONE.sub(lambda match: _MOVED[match[0]], unicodedata.normalize("NFC", text).lower())


class SearchIndex:
    """Collects changed texts and writes them just before a commit.

    FTS5 flushes a segment at every savepoint while it has something pending; written together, the index of a
    batch costs a tenth.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._pending: dict[int, tuple[Text | None, Text]] = {}

    def change(self, article_id: int, old: Text | None, new: Text) -> None:
        """An article's title, summary and body were `old` (None: not indexed yet) and are `new` now."""
        if old == new:
            return
        first_old = self._pending[article_id][0] if article_id in self._pending else old
        self._pending[article_id] = (first_old, new)

    def forget(self, article_id: int, text: Text | None) -> None:
        """An article whose text is `text` is no more."""
        old = self._pending.pop(article_id)[0] if article_id in self._pending else text
        if old is not None:
            self._conn.execute(_DELETE, (article_id, *_indexed(old)))

    def flush(self) -> None:
        """Write what was collected, in the open transaction."""
        for article_id, (old, new) in self._pending.items():
            if old is not None:
                self._conn.execute(_DELETE, (article_id, *_indexed(old)))
            insert(self._conn, article_id, new)
        self._pending.clear()

    def collected(self) -> dict[int, tuple[Text | None, Text]]:
        """What is still to be written, for `restore`."""
        return dict(self._pending)

    def restore(self, collected: dict[int, tuple[Text | None, Text]]) -> None:
        """The database was rolled back to where this was what was collected."""
        self._pending = collected


def insert(conn: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Index a text for the first time."""
    conn.execute(_INSERT, (article_id, *_indexed(text)))


def rebuild(conn: sqlite3.Connection) -> None:
    """Index every article anew, in the open transaction."""
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    for article_id, *text in conn.execute("SELECT id, title, coalesce(summary, ''), body FROM v_search_text"):
        insert(conn, article_id, (text[0], text[1], text[2]))


def search(conn: sqlite3.Connection, query: str, limit: int = 20) -> list[Hit]:
    """The articles that hold all words of a query; "quoted words" must stand together.

    First come those with the diacritics as typed, before them those with the words side by side; then the same
    without diacritics; within each, FTS5's BM25 with title over summary over body, of the latest `MOST_RANKED` that
    match. Whatever is typed is text, never query syntax.
    """
    found: dict[int, tuple[int, float]] = {}
    for level, match in _levels(query):
        for article_id, score in conn.execute(_LEVEL, (match, max(limit, MOST_RANKED))):
            found.setdefault(article_id, (level, score))
        if len(found) >= limit:
            break  # whatever a later level finds stands below these
    best = nsmallest(limit, found, key=lambda one: (*found[one], one))
    return [Hit(article_id=article_id, exact=found[article_id][0] < 2) for article_id in best]


def _levels(query: str) -> list[tuple[int, str]]:
    pieces = [quoted or word for quoted, word in _PIECES.findall(query.replace("\0", " "))]
    pieces = [piece for piece in pieces if any(letter.isalnum() for letter in piece)]
    if not pieces:
        return []
    levels = []
    for level, columns, form in ((0, _EXACT, spelled), (2, _FOLDED, _folded)):
        phrases = [f'"{form(piece)}"' for piece in pieces]
        together = '"' + " ".join(form(piece) for piece in pieces) + '"'
        levels.append((level, f"{columns} : {together}"))
        if len(pieces) > 1:
            levels.append((level + 1, f"{columns} : ({' AND '.join(phrases)})"))
    return levels


def _folded(text: str) -> str:
    return flatten(unicodedata.normalize("NFC", text))


def _indexed(text: Text) -> tuple[str, ...]:
    return (*map(spelled, text), *map(_folded, text))
