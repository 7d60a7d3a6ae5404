"""The earlier versions of an article, for targets that keep revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.storage.dataset import Dataset, Row

QUERY = """
SELECT r.number, r.captured_at, r.title, r.summary, r.author, r.category, r.published_at, r.updated_at, r.content_hash,
       r.body_text, r.body_html
  FROM article_revisions r JOIN articles a ON a.id = r.article_id
 WHERE r.article_id = ? AND r.id <> a.revision_id ORDER BY r.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What readers saw before the current text. `number` counts an article's versions from 1."""

    number: int
    captured_at: str
    title: str
    summary: str | None
    author: str | None
    category: str | None
    published_at: str | None
    updated_at: str | None
    content_hash: str
    body_text: str
    body_html: str


def earlier_versions(dataset: Dataset, row: Row) -> Iterator[Version]:
    """The versions of an article but the current one, oldest first."""
    if row.revisions < 2:
        return
    for values in dataset.conn.execute(QUERY, (row.id,)).fetchall():
        yield Version(**dict(zip(Version.__slots__, values, strict=True)))
