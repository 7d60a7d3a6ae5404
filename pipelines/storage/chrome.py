"""Learns from the stored articles which boxes of a portal's templates are chrome, and keeps what was learned.

A box is learned where it stands in many articles of one template behind different lines: "same" where every article
that has this place holds the very same there, "list" where one heading stands over nothing but links. What stands in
few articles is never learned, nor what editors write (see portal_crawler.extract.boxes). What was learned stays: once
it is taken out of the articles they no longer show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.chrome import NO_CHROME, Chrome
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3

#: Of the articles of one template, this share holds a box that is equal everywhere, and one of links.
SAME_SHARE, LIST_SHARE = 0.9, 0.5
#: Of the articles with a box, so many have a line of their own above it: copies of one article prove nothing.
NEIGHBOURS = 0.5

_FIND = """
WITH shown AS (
  SELECT c.revision_id, c.region FROM article_coverage c JOIN articles a ON a.revision_id = c.revision_id
   WHERE a.portal = :portal
), sizes AS (SELECT region, count(*) AS of_articles FROM shown GROUP BY region),
signs AS (
  SELECT s.region, b.place, 'same' AS kind, b.key AS sign, b.text, b.before, b.revision_id
    FROM shown s JOIN article_boxes b USING (revision_id)
  UNION ALL
  SELECT s.region, b.place, 'list', b.heading, b.text, b.before, b.revision_id
    FROM shown s JOIN article_boxes b USING (revision_id) WHERE b.heading <> ''
)
SELECT g.region, g.place, g.kind, g.sign, min(g.text), count(DISTINCT g.revision_id) AS n, z.of_articles
  FROM signs g JOIN sizes z USING (region)
 GROUP BY g.region, g.place, g.kind, g.sign
HAVING n >= :least AND n >= z.of_articles * CASE g.kind WHEN 'same' THEN :same ELSE :list END
   AND count(DISTINCT g.before) >= n * :neighbours
 ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One thing that was learned; `state` "content" means a person said that it belongs to the articles."""

    id: int
    region: str
    place: str
    kind: str
    text: str
    articles: int
    of_articles: int
    state: str
    version: int
    learned_at: str


def learn(conn: sqlite3.Connection, portal: str, least: int, now: str) -> list[str]:
    """Learn from the current versions, in the open transaction; returns snippets of what is new.

    `least` is the number of articles that something must stand in, 0 to learn nothing.
    """
    if least <= 0:
        return []
    rates = {"same": SAME_SHARE, "list": LIST_SHARE, "neighbours": NEIGHBOURS}
    found = conn.execute(_FIND, {"portal": portal, "least": least, **rates}).fetchall()
    version = _version(conn, portal) + 1
    new = []
    for region, place, kind, sign, text, articles, of_articles in found:
        added = conn.execute(
            "INSERT INTO learned_chrome (portal, region, place, kind, sign, text, articles, of_articles, state, version, learned_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'chrome', ?, ?) ON CONFLICT DO NOTHING",
            (portal, region, place, kind, sign, text, articles, of_articles, version, now),
        )
        if added.rowcount:
            new.append(text)
    return new


def load(conn: sqlite3.Connection, portal: str) -> Chrome:
    """What is known of a portal, for extraction."""
    rows = conn.execute(
        "SELECT region, place, kind, sign FROM learned_chrome WHERE portal = ? AND state = 'chrome'", (portal,)
    ).fetchall()
    version = _version(conn, portal)
    return Chrome(version=version, signs=frozenset(rows)) if version else NO_CHROME


def listed(conn: sqlite3.Connection, portal: str) -> list[Learned]:
    """All that was learned of a portal, in the order of learning."""
    rows = conn.execute(
        "SELECT id, region, place, kind, text, articles, of_articles, state, version, learned_at FROM learned_chrome "
        "WHERE portal = ? ORDER BY id",
        (portal,),
    )
    names = tuple(Learned.__dataclass_fields__)
    return [Learned(**dict(zip(names, row, strict=True))) for row in rows]


def decide(conn: sqlite3.Connection, portal: str, number: int, state: str) -> None:
    """A person says what a learned thing is: "chrome" or "content". It makes a new version of the set.

    Raises:
        ConfigurationError: no such number.
    """
    changed = conn.execute(
        "UPDATE learned_chrome SET state = ?, version = (SELECT max(version) + 1 FROM learned_chrome WHERE portal = ?) "
        "WHERE portal = ? AND id = ?",
        (state, portal, portal, number),
    )
    if not changed.rowcount:
        raise ConfigurationError(f'nothing numbered {number} was learned of "{portal}"; list it without --content')


def _version(conn: sqlite3.Connection, portal: str) -> int:
    row = conn.execute("SELECT coalesce(max(version), 0) FROM learned_chrome WHERE portal = ?", (portal,)).fetchone()
    return int(row[0])
