"""Finds captures by what a person knows of them: an address, or that they are articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_BY_ADDRESS = """
SELECT c.id FROM captures c
 WHERE c.portal = :portal AND c.method = 'GET' AND (
       c.url = :url OR c.requested_url = :url
       OR c.url IN (SELECT u.url FROM article_urls u WHERE u.article_id =
                    (SELECT a.article_id FROM article_urls a WHERE a.portal = :portal AND a.url = :url)))
 ORDER BY c.status BETWEEN 200 AND 299 DESC, c.id DESC LIMIT 1
"""
_OF_ARTICLES = """
SELECT max(c.id) FROM frontier f JOIN captures c ON c.portal = f.portal AND c.requested_url = f.url
 WHERE f.kind = 'article' GROUP BY f.id ORDER BY f.id
"""


def capture_of(conn: sqlite3.Connection, portal: str, url: str) -> int | None:
    """The latest good capture of an address, or of another address of the same article; None where there is none."""
    row = conn.execute(_BY_ADDRESS, {"portal": portal, "url": url}).fetchone()
    return int(row[0]) if row else None


def captures_of_articles(conn: sqlite3.Connection) -> list[int]:
    """The latest capture of every page that unfinished and last crawls asked for as an article, in their order."""
    return [int(capture_id) for (capture_id,) in conn.execute(_OF_ARTICLES)]
