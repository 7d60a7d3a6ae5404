"""What is stored of a capture: asked before an archive is read again, and to compare a new reading with the old."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.text import storable

if TYPE_CHECKING:
    import sqlite3

    from pipelines.items import Page

FIELDS = (
    "title", "summary", "author", "category", "published_at", "updated_at", "alternate_url", "body_text", "body_html",
    "images", "attachments",
)  # fmt: skip


def has_capture(conn: sqlite3.Connection, portal: str, page: Page) -> bool:
    """True where this very record of an archive (same place in it, same bytes) was read before."""
    row = conn.execute(
        "SELECT 1 FROM captures WHERE portal = ? AND url = ? AND origin = ? AND source = ? AND captured_at = ? AND sha256 = ? LIMIT 1",
        (
            portal, storable(page.url), page.origin, storable(page.source), page.captured_at,
            hashlib.sha256(page.body).hexdigest(),
        ),
    ).fetchone()  # fmt: skip
    return row is not None


def reading_of_capture(conn: sqlite3.Connection, capture_id: int) -> dict[str, Any] | None:
    """The article that was read from a capture, as `uid` and FIELDS (lists for images and attachments); None for none."""
    row = conn.execute(
        f"""
        SELECT a.uid, {", ".join(f"r.{name}" for name in FIELDS)}
          FROM article_sightings s JOIN articles a ON a.id = s.article_id
          JOIN article_revisions r ON r.article_id = s.article_id AND r.content_hash = s.content_hash
         WHERE s.capture_id = ? LIMIT 1
        """,  # noqa: S608 - names of the table above
        (capture_id,),
    ).fetchone()
    if row is None:
        return None
    values: dict[str, Any] = dict(zip(("uid", *FIELDS), row, strict=True))
    for name in ("images", "attachments"):
        values[name] = json.loads(values[name])
    return values


def content_of_capture(conn: sqlite3.Connection, capture_id: int) -> str | None:
    """The content hash, which is of all FIELDS, of the article that was read from a capture; None for none."""
    row = conn.execute(
        "SELECT content_hash FROM article_sightings WHERE capture_id = ? LIMIT 1", (capture_id,)
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An archived page that no article came of; `is_linked`: a page of the portal links it as one."""

    reason: str
    url: str
    is_linked: bool


def unread_captures(conn: sqlite3.Connection, portal: str) -> list[Unread]:
    """One an address, whichever run read it; not those of which another capture gave an article."""
    rows = conn.execute(
        """
        SELECT f.reason, f.url, EXISTS (SELECT 1 FROM list_sightings s WHERE s.portal = f.portal AND s.key = f.key), max(f.id)
          FROM failures f JOIN captures c ON c.id = f.capture_id
         WHERE f.portal = ? AND c.origin <> 'live' AND f.resolved_run_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.portal = f.portal AND a.key = f.key)
           AND NOT EXISTS (SELECT 1 FROM article_urls u WHERE u.portal = f.portal AND u.url = f.url)
         GROUP BY f.url ORDER BY f.url
        """,
        (portal,),
    )
    return [Unread(reason=reason, url=url, is_linked=bool(linked)) for reason, url, linked, _ in rows]
