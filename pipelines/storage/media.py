"""The files of articles as rows: what is stored, which addresses served it, and what is still to be fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.storage.failures import resolve, save_failure
from pipelines.storage.integrity import Damage
from pipelines.text import storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.items import Failure, Origin

STAGE = "media"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in the media folder. `path` is below that folder, `content_type` what the bytes say; pixels where known."""

    sha256: str
    path: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a file was had: all addresses from the one asked to the one that answered, its name and type there.

    `origin` and `source` are those of the Page that brought it; `at` (ISO 8601, UTC) is when, empty for now.
    """

    urls: tuple[str, ...]
    name: str = ""
    claimed_type: str = ""
    origin: Origin = "live"
    source: str = ""
    at: str = ""


def link_known(conn: sqlite3.Connection, article_id: int) -> None:
    """Give an article the files that its addresses have served before, to this article or to another one."""
    conn.execute(_LINK, {"article": article_id})
    conn.execute(_LINK_FALLBACK, {"article": article_id})


def queue_article(conn: sqlite3.Connection, article_id: int, run_id: int, now: str) -> list[str]:
    """Note what an article still lacks as queued; returns the addresses that may be asked for now, in reading order."""
    return _queued(conn, _LACKING.format(which="a.id = :article"), {"article": article_id, "now": now}, run_id)


def queue_portal(conn: sqlite3.Connection, portal: str, run_id: int, now: str) -> list[str]:
    """The same for every article of a portal that is live: what earlier crawls and archives have left."""
    which = "a.portal = :portal AND a.state = 'live'"
    return _queued(conn, _LACKING.format(which=which), {"portal": portal, "now": now}, run_id)


def uses(conn: sqlite3.Connection, portal: str, url: str) -> frozenset[str]:
    """As what articles use an address, or want it in place of another: "image", "attachment", both, or nothing any more."""
    rows = conn.execute(
        "SELECT DISTINCT m.kind FROM article_media m JOIN articles a ON a.id = m.article_id WHERE a.portal = :portal "
        "AND m.url IN (SELECT :url UNION SELECT url FROM media_fallbacks "
        "WHERE portal = :portal AND tried_url = :url AND state = 'queued')",
        {"portal": portal, "url": url},
    )
    return frozenset(kind for (kind,) in rows)


def save_file(
    conn: sqlite3.Connection, portal: str, url: str, file: StoredFile, served: Served, run_id: int, now: str
) -> bool:
    """A file that lies in the media folder becomes a row and that of every article that names one of its addresses.

    True where the content is new. Earlier failures of the address are resolved.
    """
    added = conn.execute(
        "INSERT INTO media (sha256, path, content_type, size, width, height, stored_at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (sha256) DO NOTHING",
        (file.sha256, file.path, file.content_type, file.size, file.width, file.height, now, run_id),
    ).rowcount
    media_id: int = conn.execute("SELECT id FROM media WHERE sha256 = ?", (file.sha256,)).fetchone()[0]
    for address in dict.fromkeys((url, *served.urls)):
        conn.execute(
            "INSERT INTO media_urls (portal, url, media_id, name, claimed_type, served_at, origin, source, run_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, "
            "claimed_type = excluded.claimed_type, served_at = max(served_at, excluded.served_at), source = excluded.source, "
            "origin = CASE origin WHEN 'live' THEN origin ELSE excluded.origin END",
            (
                portal, address, media_id, storable(served.name), storable(served.claimed_type), served.at or now,
                served.origin, served.source, run_id,
            ),
        )  # fmt: skip
        conn.execute(_LINK_ADDRESS, {"portal": portal, "url": address, "media": media_id})
    if not is_stand_in(conn, portal, url):
        _set_state(conn, portal, url, "stored", ("", "", ""), run_id, now)
    resolve(conn, portal, (url,), "", run_id)
    return added == 1


def is_stand_in(conn: sqlite3.Connection, portal: str, url: str) -> bool:
    """True for an address that was only tried in place of others: no article has ever named it."""
    query = (
        "SELECT 1 FROM media_fallbacks WHERE portal = :portal AND tried_url = :url "
        "AND NOT EXISTS (SELECT 1 FROM media_fetches WHERE portal = :portal AND url = :url)"
    )
    return conn.execute(query, {"portal": portal, "url": url}).fetchone() is not None


def save_failed(
    conn: sqlite3.Connection, portal: str, failure: Failure, *, not_before: str, run_id: int, now: str
) -> None:
    """An address that gave no file: its state, and a failure row where nothing of the kind is on record yet.

    It is asked again by a crawl that begins at or after `not_before` (ISO 8601; empty for any). An address whose file
    is stored stays so: asking again, to see whether it still serves what an archive gave, loses nothing.
    """
    before = conn.execute(
        "SELECT state, reason FROM media_fetches WHERE portal = ? AND url = ?", (portal, failure.url)
    ).fetchone()
    words = (failure.reason, storable(failure.detail), not_before)
    if before is None or before[0] != "stored":
        _set_state(conn, portal, failure.url, "failed", words, run_id, now)
    if before is None or tuple(before)[1] != failure.reason:
        save_refusal(conn, portal, failure, run_id=run_id, now=now)


def save_refusal(conn: sqlite3.Connection, portal: str, failure: Failure, *, run_id: int, now: str) -> None:
    """A failure row, without a change of state: the file is stored, but not everything that uses it can."""
    save_failure(conn, failure, portal=portal, key="", run_id=run_id, at=now)


def lacking(conn: sqlite3.Connection, portal: str) -> list[str]:
    """Every address whose own file is not stored, in reading order."""
    query = (
        "SELECT m.url FROM article_media m JOIN articles a ON a.id = m.article_id "
        "WHERE a.portal = ? AND (m.media_id IS NULL OR m.fallback <> '') ORDER BY a.id, m.kind DESC, m.position"
    )
    return list(dict.fromkeys(url for (url,) in conn.execute(query, (portal,))))


def save_absent(conn: sqlite3.Connection, portal: str, failure: Failure, *, run_id: int, now: str) -> bool:
    """An archive gave no file for an address; what a portal itself has said of it counts more. True where it is written.

    The next crawl asks the portal.
    """
    said = conn.execute(
        "SELECT 1 FROM failures WHERE portal = ? AND url = ? AND stage = ? AND reason <> ? AND resolved_run_id IS NULL",
        (portal, failure.url, STAGE, failure.reason),
    ).fetchone()
    if said is None:
        save_failed(conn, portal, failure, not_before="", run_id=run_id, now=now)
    return said is None


def only_archived(conn: sqlite3.Connection, portal: str) -> list[str]:
    """Addresses whose file only archives gave so far: a full crawl asks the portal itself for them."""
    query = (
        "SELECT DISTINCT m.url FROM article_media m JOIN articles a ON a.id = m.article_id "
        "JOIN media_urls u ON u.portal = a.portal AND u.url = m.url WHERE a.portal = :portal AND a.state = 'live' "
        "AND NOT EXISTS (SELECT 1 FROM media_urls o WHERE o.portal = :portal AND o.url = m.url AND o.origin = 'live') "
        "ORDER BY m.article_id, m.kind DESC, m.position"
    )
    return [url for (url,) in conn.execute(query, {"portal": portal})]


def queue_lost(conn: sqlite3.Connection, portal: str, folder: Path, run_id: int, now: str) -> list[str]:
    """Queue again what is stored by its row, but lies no more in the media folder; returns the addresses."""
    lost = [
        url
        for url, path, size in conn.execute(_STORED, (portal,)).fetchall()
        if not (folder / path).is_file() or (folder / path).stat().st_size != size
    ]
    for url in lost:
        conn.execute(
            "UPDATE media_fetches SET state = 'queued', changed_at = ?, run_id = ? WHERE portal = ? AND url = ?",
            (now, run_id, portal, url),
        )
    return lost


def find_damage(conn: sqlite3.Connection, folder: Path) -> Iterator[Damage]:
    """Stored files that are missing from the media folder or not what their row says. Reads every file."""
    for path, sha256 in conn.execute("SELECT path, sha256 FROM media ORDER BY path"):
        place = folder / path
        if not place.is_file():
            yield Damage(code="media_missing", detail=str(place))
        elif hashlib.sha256(place.read_bytes()).hexdigest() != sha256:
            yield Damage(code="media_changed", detail=str(place))


def _queued(conn: sqlite3.Connection, query: str, values: dict[str, object], run_id: int) -> list[str]:
    urls: list[str] = []
    for portal, url in conn.execute(query, values).fetchall():
        conn.execute(
            "INSERT INTO media_fetches (portal, url, state, changed_at, run_id) VALUES (?, ?, 'queued', ?, ?) ON CONFLICT DO NOTHING",
            (portal, url, values["now"], run_id),
        )
        urls.append(url)
    return list(dict.fromkeys(urls))


def _set_state(
    conn: sqlite3.Connection, portal: str, url: str, state: str, why: tuple[str, str, str], run_id: int, now: str
) -> None:
    conn.execute(
        "INSERT INTO media_fetches (portal, url, state, attempts, reason, detail, not_before, changed_at, run_id) "
        "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, attempts = attempts + 1, "
        "reason = excluded.reason, detail = excluded.detail, not_before = excluded.not_before, "
        "changed_at = excluded.changed_at, run_id = excluded.run_id",
        (portal, url, state, *why, now, run_id),
    )


#: An article shows a picture only where the bytes are one.
_FITS = "(article_media.kind = 'attachment' OR m.content_type GLOB 'image/*')"
_LINK = f"""
UPDATE article_media SET media_id = (
  SELECT u.media_id FROM media_urls u JOIN media m ON m.id = u.media_id
   WHERE u.portal = (SELECT portal FROM articles WHERE id = :article) AND u.url = article_media.url AND {_FITS}
   ORDER BY u.served_at DESC, u.media_id DESC LIMIT 1)
 WHERE article_id = :article AND media_id IS NULL AND EXISTS (
  SELECT 1 FROM media_urls u WHERE u.portal = (SELECT portal FROM articles WHERE id = :article) AND u.url = article_media.url)
"""  # noqa: S608 - a constant of ours
_LINK_FALLBACK = f"""
UPDATE article_media SET (media_id, fallback) = (
  SELECT b.media_id, b.kind FROM media_fallbacks b JOIN media m ON m.id = b.media_id
   WHERE b.portal = (SELECT portal FROM articles WHERE id = :article) AND b.url = article_media.url
     AND b.state = 'stored' AND {_FITS})
 WHERE article_id = :article AND media_id IS NULL AND EXISTS (
  SELECT 1 FROM media_fallbacks b JOIN media m ON m.id = b.media_id
   WHERE b.portal = (SELECT portal FROM articles WHERE id = :article) AND b.url = article_media.url
     AND b.state = 'stored' AND {_FITS})
"""  # noqa: S608 - a constant of ours
#: The file of the address itself takes the place of what stood in for it.
_LINK_ADDRESS = f"""
UPDATE article_media SET media_id = :media, fallback = ''
 WHERE url = :url AND (media_id IS NULL OR fallback <> '') AND article_id IN (SELECT id FROM articles WHERE portal = :portal)
   AND EXISTS (SELECT 1 FROM media m WHERE m.id = :media AND {_FITS})
"""  # noqa: S608 - a constant of ours
#: A picture that stands in a page itself has no address that could be asked.
_LACKING = """
SELECT a.portal, m.url FROM article_media m JOIN articles a ON a.id = m.article_id
  LEFT JOIN media_fetches f ON f.portal = a.portal AND f.url = m.url
 WHERE {which} AND (m.media_id IS NULL OR m.fallback <> '')
   AND instr(m.url, '#sha256=') = 0
   AND (f.state IS NULL OR f.state = 'queued' OR (f.state = 'failed' AND f.not_before <= :now))
 ORDER BY a.id, m.kind DESC, m.position
"""
_STORED = """
SELECT f.url, m.path, m.size FROM media_fetches f JOIN media_urls u ON u.portal = f.portal AND u.url = f.url
  JOIN media m ON m.id = u.media_id
 WHERE f.portal = ? AND f.state = 'stored'
   AND u.media_id = (SELECT n.media_id FROM media_urls n WHERE n.portal = f.portal AND n.url = f.url
                      ORDER BY n.served_at DESC, n.media_id DESC LIMIT 1)
 ORDER BY f.url
"""
