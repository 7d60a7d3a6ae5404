"""Which list showed which article: evidence for completeness, for what changed, and for a pager that never ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_crawler.frontier.queue import MOST_IN_MEMORY
from portal_crawler.platforms.sharepoint.addresses import source_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from portal_crawler.extract.reading import Link

#: A list that lost more articles than this, and than this share of them, has a hole that no failure explains.
SHRUNK_AT_LEAST = 3
SHRUNK_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one page of a list showed.

    `new` counts articles the list had not shown yet in this crawl; `changed` are the source keys of those whose row
    (title or date) is new or differs from what the list showed in an earlier crawl.
    """

    new: int
    changed: frozenset[str]


class Sightings:
    """What the lists of one crawl show. Never commits.

    Side boxes show the same few articles on page after page: what was written down lately is kept in memory, and not
    written again.
    """

    def __init__(self, connection: sqlite3.Connection, crawl_id: int, portal: str) -> None:
        self._db = connection
        self._crawl = crawl_id
        self._portal = portal
        self._written: set[tuple[str, str, tuple[str, ...]]] = set()

    def add(self, chain: str, links: Iterable[Link]) -> Seen:
        """Write down what a list shows. `chain` names the list ("related" stands for the side boxes of all article pages)."""
        new = 0
        changed = set()
        for link in links:
            fact = (chain, link.url, link.also)
            if fact in self._written:
                continue
            if len(self._written) >= MOST_IN_MEMORY:
                self._written.clear()
            self._written.add(fact)
            key = source_key(link.url)
            for url in (link.url, *link.also):
                self._db.execute(
                    "INSERT INTO address_sightings (portal, url, key, run_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (self._portal, url, key, self._crawl),
                )
            row = self._db.execute(
                "SELECT crawl_id, title, published FROM list_sightings WHERE portal = ? AND chain = ? AND key = ?",
                (self._portal, chain, key),
            ).fetchone()
            if row and row[0] == self._crawl:
                continue
            new += 1
            if row is None or (row[1], row[2]) != (link.text, link.published):
                changed.add(key)
            self._db.execute(
                "INSERT INTO list_sightings (portal, chain, key, url, route, title, published, image, crawl_id) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal, chain, key) DO UPDATE SET url = excluded.url, "
                "title = excluded.title, published = excluded.published, image = excluded.image, crawl_id = excluded.crawl_id",
                (
                    self._portal, chain, key, link.url, link.route, link.text, link.published, link.image, self._crawl,
                ),
            )  # fmt: skip
        return Seen(new=new, changed=frozenset(changed))


def shrunken_lists(connection: sqlite3.Connection, portal: str, crawl_id: int) -> list[str]:
    """Sentences about lists that show much less than in the crawl before; only a crawl that walks whole lists may ask.

    What an earlier crawl has said is not said again: its own rows are this crawl's now, those that were lost still older.
    Pages of archives are lists of their own, which no live crawl walks.
    """
    rows = connection.execute(
        """
        WITH walked AS (SELECT * FROM list_sightings WHERE portal = :portal AND route = 'listing' AND chain LIKE 'listing %'),
             before AS (SELECT chain, max(crawl_id) AS crawl FROM walked WHERE crawl_id < :now GROUP BY chain)
        SELECT b.chain, (SELECT count(*) FROM list_sightings s WHERE s.portal = :portal AND s.chain = b.chain AND s.crawl_id = b.crawl),
               (SELECT count(*) FROM list_sightings s WHERE s.portal = :portal AND s.chain = b.chain AND s.crawl_id = :now)
          FROM before b WHERE b.crawl = (SELECT max(crawl_id) FROM walked WHERE crawl_id < :now)
           AND NOT EXISTS (SELECT 1 FROM runs r, json_each(r.counts, '$.truncated') said
                            WHERE r.portal = :portal AND r.id > b.crawl AND r.id < :now
                              AND instr(said.value, 'the list ' || substr(b.chain, length('listing ') + 1) || ' shows ') = 1)
         ORDER BY b.chain
        """,
        {"portal": portal, "now": crawl_id},
    ).fetchall()
    return [
        f"the list {chain.removeprefix('listing ')} shows {now} articles, {now + lost} before"
        for chain, lost, now in rows
        if lost > max(SHRUNK_AT_LEAST, SHRUNK_SHARE * (lost + now))
    ]
