"""Keeps the marks of duplicates right: only texts that changed are compared, and only their groups are marked anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.dedupe import (
    SCHEME,
    Candidate,
    Mark,
    TextFeatures,
    bands_of,
    choose_heads,
    may_be_near,
    near,
    sketch,
    text_features,
)
from pipelines.places import may_agree, opened
from pipelines.relations import Posting, relate

if TYPE_CHECKING:
    import sqlite3
    from array import array
    from collections.abc import Iterator

#: Articles compared in one transaction: bands stand anywhere in their index, so each commit writes much of it.
CHUNK = 2000
#: Texts kept in memory because others were compared with them (up to 100 kB each).
REMEMBERED = 500

#: Whether two texts are compared depends on the two alone, never on how many others look alike: so the marks are the
#: same in whatever order the texts came. Look-alikes cost the comparison of two short digests.
_RIVALS = """
SELECT text_hash, minhash, digest FROM text_signatures WHERE number IN (
  SELECT t.number FROM json_each(:bands) mine JOIN text_bands t ON t.band = mine.value)
"""


def changed_articles(conn: sqlite3.Connection, portal: str) -> Iterator[list[int]]:
    """The ids of articles whose text was not compared yet as it is now, in chunks."""
    last = 0
    while True:
        # "+": not by the portal's index, whose articles SQLite would sort for each chunk
        chunk = [
            article_id
            for (article_id,) in conn.execute(
                "SELECT a.id FROM articles a LEFT JOIN article_signatures s ON s.article_id = a.id "
                "WHERE +a.portal = ? AND a.id > ? AND s.basis IS NOT ? || a.content_hash ORDER BY a.id LIMIT ?",
                (portal, last, f"{SCHEME}:", CHUNK),
            )
        ]
        if not chunk:
            return
        yield chunk
        last = chunk[-1]


def count_marked(conn: sqlite3.Connection, portal: str) -> int:
    """How many articles of a portal are marked as duplicates."""
    number: int = conn.execute(
        "SELECT count(*) FROM articles WHERE portal = ? AND duplicate_of IS NOT NULL", (portal,)
    ).fetchone()[0]
    return number


class Marker:
    """Compares changed articles with all others of their portal, and marks their groups, in the open transaction."""

    def __init__(self, conn: sqlite3.Connection, portal: str) -> None:
        self._conn = conn
        self._portal = portal
        self._remembered: dict[str, TextFeatures] = {}
        (self._last_number,) = conn.execute("SELECT coalesce(max(number), 0) FROM text_signatures").fetchone()

    def mark(self, changed: list[int]) -> None:
        """Bring the marks in line with the articles `changed` as they are now."""
        touched: set[str] = set()
        for article_id in changed:
            touched |= self._sign(article_id)
        touched -= _forget_unused(self._conn, touched)
        while touched:
            group = _group(self._conn, touched.pop())
            touched -= group
            self._mark_group(group)
        self._conn.execute(
            "DELETE FROM article_repeats WHERE article_id IN (SELECT value FROM json_each(?)) "
            "AND article_id IN (SELECT article_id FROM article_signatures WHERE text_hash IS NULL)",
            (json.dumps(changed),),
        )
        self._conn.execute(
            "UPDATE articles SET duplicate_of = NULL, duplicate_kind = NULL, similarity = NULL "
            "WHERE duplicate_of IS NOT NULL AND id IN (SELECT value FROM json_each(?)) "
            "AND id IN (SELECT article_id FROM article_signatures WHERE text_hash IS NULL)",
            (json.dumps(changed),),
        )

    def _sign(self, article_id: int) -> set[str]:
        """Store an article's signature; returns the texts whose groups this touches, its former one included."""
        content_hash, features = self._read(article_id)
        identity = features.identity if features else None
        old = self._conn.execute(
            "SELECT text_hash FROM article_signatures WHERE article_id = ?", (article_id,)
        ).fetchone()
        self._conn.execute(
            "INSERT INTO article_signatures (article_id, basis, text_hash) VALUES (?, ?, ?) "
            "ON CONFLICT (article_id) DO UPDATE SET basis = excluded.basis, text_hash = excluded.text_hash",
            (article_id, f"{SCHEME}:{content_hash}", identity),
        )
        if (
            features
            and not self._conn.execute("SELECT 1 FROM text_signatures WHERE text_hash = ?", (identity,)).fetchone()
        ):
            self._compare(features)
        return {text for text in (identity, old[0] if old else None) if text}

    def _compare(self, features: TextFeatures) -> None:
        """Sketch a new text and keep the texts that it is near to."""
        made = sketch(features)
        if made is None:
            return
        rivals = self._conn.execute(_RIVALS, {"bands": json.dumps(made.bands)}).fetchall()
        self._last_number += 1
        self._conn.execute(
            "INSERT INTO text_signatures (text_hash, minhash, number) VALUES (?, ?, ?)",
            (features.identity, made.minhash, self._last_number),
        )
        self._conn.executemany(
            "INSERT INTO text_bands (band, number) VALUES (?, ?)", [(band, self._last_number) for band in made.bands]
        )
        told: tuple[dict[int, int], array[int]] | None = None
        for identity, minhash, digest in rivals:
            # among many of one form the digests tell apart sooner than the sketches; most texts have none
            if told and digest and not may_agree(*told, digest):
                continue
            other = self._features_of(identity) if may_be_near(made.minhash, minhash) else None
            if other is None:
                continue
            told = told or opened(self._keep_digest(features))
            if not may_agree(*told, digest or self._keep_digest(other)):
                continue
            similarity = near(features, other)
            if similarity is not None:
                self._conn.execute(
                    "INSERT INTO text_similarities (text_hash, other_hash, similarity) VALUES (?, ?, ?)",
                    (features.identity, identity, similarity),
                )

    def _keep_digest(self, features: TextFeatures) -> bytes:
        """Work out the digest of a text that looks like another; most never do."""
        self._conn.execute(
            "UPDATE text_signatures SET digest = ? WHERE text_hash = ?", (features.digest, features.identity)
        )
        return features.digest

    def _mark_group(self, group: set[str]) -> None:
        candidates, before = [], {}
        similarities: dict[frozenset[str], float] = {}
        for text in group:
            for other, similarity in _neighbours(self._conn, text).items():
                similarities[frozenset((text, other))] = similarity
            for row in self._conn.execute(
                "SELECT a.id, a.key, a.published_at, a.duplicate_of, a.duplicate_kind, a.similarity "
                "FROM article_signatures s JOIN articles a ON a.id = s.article_id WHERE s.text_hash = ?",
                (text,),
            ):
                candidates.append(Candidate(id=row[0], key=row[1], published_at=row[2], identity=text))
                before[row[0]] = Mark(head=row[3], kind=row[4], similarity=row[5]) if row[3] is not None else None
        for article_id, after in choose_heads(candidates, similarities).items():
            if after != before[article_id]:
                self._conn.execute(
                    "UPDATE articles SET duplicate_of = ?, duplicate_kind = ?, similarity = ? WHERE id = ?",
                    (after.head, after.kind, after.similarity, article_id) if after else (None, None, None, article_id),
                )
            self._relate(article_id, after)

    def _relate(self, article_id: int, mark: Mark | None) -> None:
        """Keep how an article repeats its head; nothing is written that stands there already."""
        known = self._conn.execute(
            "SELECT head_id, relation, kept, added FROM article_repeats WHERE article_id = ?", (article_id,)
        ).fetchone()
        head, copy = (self._posting(mark.head), self._posting(article_id)) if mark else (None, None)
        if mark is None or head is None or copy is None:
            if known:
                self._conn.execute("DELETE FROM article_repeats WHERE article_id = ?", (article_id,))
            return
        found = relate(head, copy)
        values = (mark.head, found.relation, found.kept, found.added)
        if known != values:
            self._conn.execute(
                "INSERT INTO article_repeats (article_id, head_id, relation, kept, added) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (article_id) DO UPDATE SET head_id = excluded.head_id, relation = excluded.relation, "
                "kept = excluded.kept, added = excluded.added",
                (article_id, *values),
            )

    def _posting(self, article_id: int) -> Posting | None:
        key, author, section, published_at, identity = self._conn.execute(
            "SELECT a.key, coalesce(a.author, ''), coalesce(a.category, ''), coalesce(a.published_at, ''), s.text_hash "
            "FROM articles a JOIN article_signatures s ON s.article_id = a.id WHERE a.id = ?",
            (article_id,),
        ).fetchone()
        features = self._features_of(identity)
        place = key.rpartition("#")[0] or key
        if features is None:
            return None
        return Posting(features=features, author=author, section=section, place=place, published_at=published_at)

    def _features_of(self, identity: str) -> TextFeatures | None:
        """The features of a text, from an article that still has it; None where all of its articles have changed."""
        if identity in self._remembered:
            return self._remembered[identity]
        holders = self._conn.execute("SELECT article_id FROM article_signatures WHERE text_hash = ?", (identity,))
        for (article_id,) in holders.fetchall():
            _, features = self._read(article_id)
            if features and features.identity == identity:
                if len(self._remembered) >= REMEMBERED:
                    del self._remembered[next(iter(self._remembered))]
                self._remembered[identity] = features
                return features
        return None

    def _read(self, article_id: int) -> tuple[str, TextFeatures | None]:
        content_hash, title, body, attachments = self._conn.execute(
            "SELECT a.content_hash, a.title, r.body_text, r.attachments "
            "FROM articles a JOIN article_revisions r ON r.id = a.revision_id WHERE a.id = ?",
            (article_id,),
        ).fetchone()
        names = [one["name"] or one["url"].rpartition("/")[2] for one in json.loads(attachments)]
        return content_hash, text_features(self._portal, title, body, names)


def _forget_unused(conn: sqlite3.Connection, texts: set[str]) -> set[str]:
    """Delete texts that no article has any more; returns them. Their neighbours join `texts`: their group may fall apart."""
    unused = {
        text
        for text in texts
        if not conn.execute("SELECT 1 FROM article_signatures WHERE text_hash = ?", (text,)).fetchone()
    }
    for text in unused:
        texts.update(_neighbours(conn, text))
        row = conn.execute("SELECT number, minhash FROM text_signatures WHERE text_hash = ?", (text,)).fetchone()
        if row:
            bands = [(band, row[0]) for band in bands_of(row[1])]
            conn.executemany("DELETE FROM text_bands WHERE (band, number) = (?, ?)", bands)
        conn.execute("DELETE FROM text_signatures WHERE text_hash = ?", (text,))
    return unused


def _neighbours(conn: sqlite3.Connection, text: str) -> dict[str, float]:
    return dict(
        conn.execute(
            "SELECT other_hash, similarity FROM text_similarities WHERE text_hash = ?1 "
            "UNION ALL SELECT text_hash, similarity FROM text_similarities WHERE other_hash = ?1",
            (text,),
        )
    )


def _group(conn: sqlite3.Connection, text: str) -> set[str]:
    """All texts that hang together with one through near pairs."""
    group, border = {text}, [text]
    while border:
        for found in _neighbours(conn, border.pop()):
            if found not in group:
                group.add(found)
                border.append(found)
    return group
