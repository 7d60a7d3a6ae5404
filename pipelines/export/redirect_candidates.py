"""The best place for an old address whose article is not in the target, for a person to decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.export.naming import collation_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from pipelines.storage.dataset import Dataset

WORDS = 16
NEAR = 20

LIKE = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid <> ? ORDER BY rank LIMIT ?"


class Candidates:
    """Looks among published articles: the one it is a copy of, one of the same title, the nearest by its title's words."""

    def __init__(self, dataset: Dataset, scratch: sqlite3.Connection, target: Callable[[int | None], str]) -> None:
        self._dataset = dataset
        self._target = target
        self._scratch = scratch
        self._scratch.execute("CREATE TABLE titles (article INTEGER PRIMARY KEY, title TEXT)")
        self._scratch.executemany(
            "INSERT INTO titles VALUES (?, ?)",
            (
                (article, collation_key(title))
                for article, title in dataset.conn.execute("SELECT id, title FROM articles")
            ),
        )
        self._scratch.execute("CREATE INDEX titles_title ON titles (title)")

    def best(self, article: int, title: str) -> tuple[str, str]:
        """(address, why) of the best candidate; two empty strings where there is none."""
        head = self._dataset.conn.execute("SELECT duplicate_of FROM articles WHERE id = ?", (article,)).fetchone()
        found = self._target(head[0] if head else None)
        if found:
            return found, "the article it is a copy of"
        same = self._scratch.execute(
            "SELECT article FROM titles WHERE title = ? ORDER BY article", (collation_key(title),)
        )
        for (other,) in same.fetchall():
            found = self._target(other) if other != article else ""
            if found:
                return found, "the same title"
        words = re.findall(r"\w+", title)[:WORDS]
        if not words:
            return "", ""
        query = "title: (" + " OR ".join(f'"{word}"' for word in words) + ")"
        for (other,) in self._dataset.conn.execute(LIKE, (query, article, NEAR)).fetchall():
            found = self._target(other)
            if found:
                return found, "words of the title"
        return "", ""
