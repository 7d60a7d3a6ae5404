"""By which routes articles were found, and by which other addresses they are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.storage.completeness import ANSWERED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

#: Answers whose Location is another address of the same thing.
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def record_routes(conn: sqlite3.Connection, portal: str, run_id: int) -> int:
    """Give every article the routes by which lists showed it, or probing reached it; returns how many were new.

    Sightings of earlier crawls count: an article that failed when it was listed may have been had only now.
    """
    return conn.execute(
        f"INSERT INTO article_routes (article_id, route, seen_in, run_id) WITH {ANSWERED} "  # noqa: S608 - a constant
        "SELECT n.article_id, s.route, min(s.chain), :run FROM list_sightings s CROSS JOIN answered n ON n.key = s.key "
        "WHERE s.portal = :portal GROUP BY n.article_id, s.route ON CONFLICT DO NOTHING",
        {"portal": portal, "run": run_id},
    ).rowcount


def record_addresses(conn: sqlite3.Connection, portal: str, run_id: int, at: str) -> int:
    """Give every article the addresses by which lists linked it; returns how many were new."""
    return conn.execute(
        "INSERT INTO article_urls (article_id, portal, url, first_seen_at, first_run_id) "
        "SELECT k.article_id, s.portal, s.url, :at, :run FROM address_sightings s JOIN ("
        "SELECT portal, key, id AS article_id FROM articles UNION ALL SELECT portal, key, article_id FROM article_moves"
        ") k ON k.portal = s.portal AND k.key = s.key WHERE s.portal = :portal ON CONFLICT DO NOTHING",
        {"at": at, "run": run_id, "portal": portal},
    ).rowcount


def redirects(conn: sqlite3.Connection, portal: str) -> Iterator[tuple[str, str, int]]:
    """(address, Location as sent, status) of every redirect that archives hold, each once."""
    query = (
        "SELECT DISTINCT c.url, h.value ->> 1, c.status FROM captures c, json_each(c.headers) h "
        "WHERE c.portal = ? AND c.origin <> 'live' AND c.status IN (SELECT value FROM json_each(?)) "
        "AND lower(h.value ->> 0) = 'location' ORDER BY c.id"
    )
    yield from conn.execute(query, (portal, json.dumps(sorted(REDIRECTS)))).fetchall()


def add_aliases(
    conn: sqlite3.Connection, portal: str, aliases: Iterable[tuple[str, str, str]], run_id: int, at: str
) -> int:
    """Addresses that lead to known articles: (address, address it leads to, that one's source key); returns how many."""
    added = 0
    for url, target, key in aliases:
        added += conn.execute(
            "INSERT INTO article_urls (article_id, portal, url, first_seen_at, first_run_id) "
            "SELECT id, portal, ?, ?, ? FROM articles WHERE portal = ? AND (key = ? OR id = "
            "(SELECT article_id FROM article_urls WHERE portal = ? AND url = ?)) LIMIT 1 ON CONFLICT DO NOTHING",
            (url, at, run_id, portal, key, portal, target),
        ).rowcount
    return added
