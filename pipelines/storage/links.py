"""Keeps what the articles of a portal link to within it: read once a version, resolved anew at the end of every run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

#: Versions read in one transaction.
CHUNK = 500

#: A link is an address of an article (as written, or by its key), of a file of an article, or of none that is known.
_RESOLVE = """
UPDATE article_links AS l SET (leads_to, target_id, media_id) = (f.leads_to, f.target_id, f.media_id)
  FROM (SELECT revision_id, position,
               CASE WHEN target_id IS NOT NULL THEN 'article' WHEN is_file THEN 'media' ELSE '' END AS leads_to, target_id,
               iif(target_id IS NULL, media_id, NULL) AS media_id
          FROM (SELECT o.revision_id, o.position,
                       coalesce((SELECT u.article_id FROM article_urls u WHERE u.portal = a.portal AND u.url = o.url),
                                (SELECT t.id FROM articles t WHERE t.portal = a.portal AND t.key = o.key)) AS target_id,
                       EXISTS (SELECT 1 FROM article_media m WHERE m.url = o.url) AS is_file,
                       (SELECT max(m.media_id) FROM article_media m WHERE m.url = o.url) AS media_id
                  FROM article_links o JOIN article_revisions r ON r.id = o.revision_id JOIN articles a ON a.id = r.article_id
                 WHERE a.portal = ?)) f
 WHERE (l.revision_id, l.position) = (f.revision_id, f.position) AND (f.leads_to <> '' OR l.leads_to <> '')
"""
_OPEN = """
FROM article_links l JOIN article_revisions r ON r.id = l.revision_id JOIN articles a ON a.id = r.article_id
WHERE a.portal = ? AND l.leads_to = ''
"""
#: Pages that answered and of which neither an article nor a failure came: lists, start pages, pages about the portal.
_PAGES = """
SELECT c.url, c.id FROM captures c
 WHERE c.portal = ? AND c.status = 200 AND NOT EXISTS (SELECT 1 FROM article_sightings s WHERE s.capture_id = c.id)
   AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.portal = c.portal AND f.url = c.url AND f.resolved_run_id IS NULL)
"""
_FILES = "SELECT m.url, max(m.media_id) FROM article_media m JOIN articles a ON a.id = m.article_id WHERE a.portal = ? GROUP BY m.url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What the platform says of addresses: `key` is that of what one shows, `is_internal` tells the portal's own."""

    key: Callable[[str], str]
    is_internal: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the current version, as `explain` shows it: `state` is that of v_article_links."""

    field: str
    url: str
    text: str
    state: str
    target_uid: str | None
    target_title: str | None
    head_uid: str | None
    file: str | None


def unread_revisions(conn: sqlite3.Connection, portal: str) -> Iterator[list[int]]:
    """The ids of versions whose links were not read as they are now, in chunks."""
    last = 0
    while True:
        # CROSS JOIN: as in civic.py, versions in their order and nothing sorted
        chunk = [
            revision_id
            for (revision_id,) in conn.execute(
                "SELECT r.id FROM article_revisions r CROSS JOIN articles a ON a.id = r.article_id "
                "LEFT JOIN link_readings k ON k.revision_id = r.id "
                "WHERE a.portal = ? AND r.id > ? AND k.content_hash IS NOT r.content_hash ORDER BY r.id LIMIT ?",
                (portal, last, CHUNK),
            )
        ]
        if not chunk:
            return
        yield chunk
        last = chunk[-1]


def read_revisions(conn: sqlite3.Connection, revisions: list[int], addresses: Addresses) -> None:
    """Read the links of versions anew, in the open transaction."""
    rows = conn.execute(
        "SELECT id, body_html, alternate_url, content_hash FROM article_revisions WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(revisions),),
    ).fetchall()
    for revision_id, body, alternate, content in rows:
        conn.execute("DELETE FROM article_links WHERE revision_id = ?", (revision_id,))
        named = [("body_html", url, text) for url, text in links_of(body)]
        if alternate:
            named.append(("alternate_url", urldefrag(alternate).url, ""))
        conn.executemany(
            "INSERT INTO article_links (revision_id, position, field, url, text, key) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (revision_id, position, field, url, text, addresses.key(url))
                for position, (field, url, text) in enumerate(named, 1)
                if addresses.is_internal(url)
            ],
        )
        conn.execute(
            "INSERT INTO link_readings (revision_id, content_hash) VALUES (?, ?) "
            "ON CONFLICT (revision_id) DO UPDATE SET content_hash = excluded.content_hash",
            (revision_id, content),
        )


def resolve(conn: sqlite3.Connection, portal: str, addresses: Addresses) -> int:
    """Find anew what every link of a portal leads to, in the open transaction; returns how many lead to nothing known.

    Targets that came after the article that links them are found here. Only what no address or key answers is looked
    for among the keys of all other addresses, files and pages: an address may name its article by another key.
    """
    conn.execute(_RESOLVE, (portal,))
    wanted = {key for (key,) in conn.execute(f"SELECT DISTINCT l.key {_OPEN}", (portal,))}
    if wanted:
        other = "SELECT url, article_id FROM article_urls WHERE portal = ?"
        for leads_to, column, query in (
            ("article", "target_id", other), ("media", "media_id", _FILES), ("page", "", _PAGES)
        ):  # fmt: skip
            found = _by_key(conn.execute(query, (portal,)), wanted, addresses)
            _settle(conn, portal, leads_to, column, found)
            wanted -= found.keys()
    number: int = conn.execute(f"SELECT count(*) {_OPEN}", (portal,)).fetchone()[0]
    return number


def links_in(conn: sqlite3.Connection, article_id: int) -> tuple[Link, ...]:
    """The links of an article's current version to the portal itself, in reading order."""
    rows = conn.execute(
        "SELECT field, url, text, state, target_uid, target_title, head_uid, file FROM v_article_links "
        "WHERE article_id = ? ORDER BY position",
        (article_id,),
    )
    return tuple(Link(**dict(zip(Link.__slots__, row, strict=True))) for row in rows)


def links_of(html: str) -> list[tuple[str, str]]:
    """(http(s) address without its fragment, text) of each link of a clean body, in reading order."""
    if "<a " not in html:
        return []
    reader = _Anchors()
    reader.feed(html)
    reader.close()
    return [(url, " ".join("".join(texts).split())) for url, texts in reader.found]


class _Anchors(HTMLParser):
    """Links never stand in links in a body that was cleaned."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        url = dict(attrs).get("href") if tag == "a" else None
        if url and url.startswith(("http://", "https://")):
            self.found.append((urldefrag(url).url, []))
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1][1].append(data)


def _by_key(rows: Iterable[tuple[str, int | None]], wanted: set[str], addresses: Addresses) -> dict[str, int | None]:
    """What the wanted keys name; a key that two different things share names neither."""
    found: dict[str, set[int | None]] = {}
    for url, value in rows:
        key = addresses.key(url)
        if key in wanted:
            found.setdefault(key, set()).add(value)
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}


def _settle(conn: sqlite3.Connection, portal: str, leads_to: str, column: str, found: dict[str, int | None]) -> None:
    given = f", {column} = :value" if column else ""
    conn.executemany(
        f"UPDATE article_links AS l SET leads_to = :leads_to{given} WHERE (l.revision_id, l.position) IN "  # noqa: S608 - names of ours
        f"(SELECT l.revision_id, l.position {_OPEN.replace('?', ':portal')} AND l.key = :key)",
        [{"leads_to": leads_to, "value": value, "portal": portal, "key": key} for key, value in found.items()],
    )
