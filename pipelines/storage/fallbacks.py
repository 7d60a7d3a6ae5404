"""What was tried in place of a missing file, as rows: each way once, with what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.text import storable

if TYPE_CHECKING:
    import sqlite3

#: A picture below so many pixels on either side shows nothing: a spacer, not a stand-in.
SMALLEST = 32


def tried(conn: sqlite3.Connection, portal: str, url: str) -> dict[str, str]:
    """What was tried for a missing file: address -> state."""
    rows = conn.execute("SELECT tried_url, state FROM media_fallbacks WHERE portal = ? AND url = ?", (portal, url))
    return dict(rows.fetchall())


def begin(conn: sqlite3.Connection, portal: str, url: str, way: tuple[str, str, bool], run_id: int, now: str) -> None:
    """A way (kind, address, is_lesser) is being tried."""
    kind, tried_url, is_lesser = way
    conn.execute(
        "INSERT INTO media_fallbacks (portal, url, position, kind, tried_url, is_lesser, state, changed_at, run_id) "
        "SELECT :portal, :url, 1 + count(*), :kind, :tried, :lesser, 'queued', :now, :run FROM media_fallbacks "
        "WHERE portal = :portal AND url = :url",
        {
            "portal": portal, "url": url, "kind": kind, "tried": tried_url, "lesser": int(is_lesser), "now": now,
            "run": run_id,
        },
    )  # fmt: skip


def under_way(conn: sqlite3.Connection, portal: str) -> list[str]:
    """The addresses that are being tried: a crawl that was stopped among them leaves them to the next."""
    query = "SELECT DISTINCT tried_url FROM media_fallbacks WHERE portal = ? AND state = 'queued' ORDER BY tried_url"
    return [url for (url,) in conn.execute(query, (portal,))]


def at_hand(conn: sqlite3.Connection, portal: str, url: str) -> int | None:
    """The stored file (media.id) that an address has served; None where it has served none."""
    row = conn.execute(
        "SELECT media_id FROM media_urls WHERE portal = ? AND url = ? ORDER BY served_at DESC, media_id DESC LIMIT 1",
        (portal, url),
    ).fetchone()
    return int(row[0]) if row else None


def failed_before(conn: sqlite3.Connection, portal: str, url: str) -> str:
    """Why an address gave no file, in its own right or in place of another; empty where nothing of the kind is known."""
    row = conn.execute(
        "SELECT reason FROM media_fetches WHERE portal = :portal AND url = :url AND state = 'failed' UNION ALL "
        "SELECT reason FROM media_fallbacks WHERE portal = :portal AND tried_url = :url AND state = 'failed' LIMIT 1",
        {"portal": portal, "url": url},
    ).fetchone()
    return str(row[0]) if row else ""


def kept_beside(conn: sqlite3.Connection, portal: str, url: str) -> list[str]:
    """Addresses with the same path, whatever their scheme and query, that have served a file: by an archive, for instance."""
    path = url.partition("://")[2].partition("?")[0]
    found: list[str] = []
    for scheme in ("https", "http"):
        base = f"{scheme}://{path}"
        rows = conn.execute(
            "SELECT DISTINCT url FROM media_urls WHERE portal = ? AND (url = ? OR (url > ? AND url < ?)) ORDER BY url",
            (portal, base, f"{base}?", f"{base}@"),
        )
        found += [one for (one,) in rows if one != url]
    return found


def list_thumbnails(conn: sqlite3.Connection, portal: str, url: str) -> list[str]:
    """The pictures by which lists announce the articles whose first picture this is; none that announces several articles."""
    query = """
    SELECT DISTINCT s.image FROM article_media m JOIN articles a ON a.id = m.article_id
      JOIN list_sightings s ON s.portal = a.portal AND s.key = a.key
     WHERE m.url = :url AND m.kind = 'image' AND m.position = 1 AND a.portal = :portal AND s.image NOT IN ('', :url)
       AND NOT EXISTS (SELECT 1 FROM list_sightings o WHERE o.portal = s.portal AND o.image = s.image AND o.key <> s.key)
     ORDER BY s.image
    """
    return [image for (image,) in conn.execute(query, {"portal": portal, "url": url})]


def settle(
    conn: sqlite3.Connection, portal: str, tried_url: str, media_id: int | None, why: tuple[str, str], now: str
) -> tuple[list[str], list[str]]:
    """An address that was tried has answered, with a file or with a reason and its detail.

    Returns the addresses whose place it takes now, and those that it cannot help. A picture too small to show anything
    (`too_small`) helps none.
    """
    waiting = conn.execute(
        "SELECT url, kind FROM media_fallbacks WHERE portal = ? AND tried_url = ? AND state = 'queued'",
        (portal, tried_url),
    ).fetchall()
    helped: list[str] = []
    left: list[str] = []
    for url, kind in waiting:
        reason, detail = why if media_id is None else _misfit(conn, media_id)
        if not reason and not _stand_in(conn, portal, url, media_id, kind):
            reason, detail = "does_not_fit", "no article has a use for a file of this type under the address"
        (left if reason else helped).append(url)
        conn.execute(
            "UPDATE media_fallbacks SET state = ?, reason = ?, detail = ?, media_id = ?, changed_at = ? "
            "WHERE portal = ? AND url = ? AND tried_url = ?",
            (
                "failed" if reason else "stored", reason, storable(detail), None if reason else media_id, now, portal,
                url, tried_url,
            ),
        )  # fmt: skip
    return helped, left


def _misfit(conn: sqlite3.Connection, media_id: int) -> tuple[str, str]:
    width, height = conn.execute("SELECT width, height FROM media WHERE id = ?", (media_id,)).fetchone()
    if width is not None and min(width, height) < SMALLEST:
        return "too_small", f"{width} x {height} pixels"
    return "", ""


def _stand_in(conn: sqlite3.Connection, portal: str, url: str, media_id: int | None, kind: str) -> bool:
    """Put a file in the place of a missing one; False where nothing takes it."""
    changed = conn.execute(
        "UPDATE article_media SET media_id = :media, fallback = :kind WHERE url = :url AND media_id IS NULL "
        "AND article_id IN (SELECT id FROM articles WHERE portal = :portal) AND EXISTS (SELECT 1 FROM media m "
        "WHERE m.id = :media AND (article_media.kind = 'attachment' OR m.content_type GLOB 'image/*'))",
        {"media": media_id, "kind": kind, "url": url, "portal": portal},
    ).rowcount
    return changed > 0
