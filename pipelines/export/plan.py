"""Decides everything about all articles before the first is written: statuses, slugs, addresses, moments, links."""

from __future__ import annotations

import sqlite3
import string
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urldefrag, urlsplit

from pipelines.errors import ConfigurationError
from pipelines.export.mapping import resolved_mapping
from pipelines.export.naming import SLUG_LIMIT, collation_key, numbered, safe_slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.export.mapping import Author, Section, TargetMapping
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset

VIETNAM = timezone(timedelta(hours=7))
PLACEHOLDERS = {"slug", "uid", "year", "month", "day", "section"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRules:
    """What a target demands.

    `permalink` is its usual article address; `title_limit` is in characters (0: none); `distinct_moments` says that title
    and moment together must be unique.
    """

    permalink: str
    title_limit: int = 0
    distinct_moments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What was decided about one article.

    `status` is of mapping.STATUSES, `reason` says why where it is "skip" or "refuse". `address` is its path in the
    target, empty unless it is published. `moment` is local wall-clock time, None where the date is unknown; `moved`
    tells that it is a second or more later than the source's, because of a collision.
    """

    status: str
    reason: str
    slug: str
    address: str
    moment: datetime | None
    moved: int
    section: Section | None
    author: Author


SCHEMA = """
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, status TEXT, reason TEXT, slug TEXT, address TEXT, moment TEXT, moved INTEGER,
  category TEXT, byline TEXT, head INTEGER
);
CREATE TABLE slugs (slug TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE bases (base TEXT PRIMARY KEY, last INTEGER) WITHOUT ROWID;
CREATE TABLE moments (title TEXT, moment TEXT, PRIMARY KEY (title, moment)) WITHOUT ROWID;
CREATE TABLE addresses (key TEXT PRIMARY KEY, article INTEGER) WITHOUT ROWID;
"""

QUERY = """
SELECT a.id, a.uid, a.title, a.category, a.author, a.published_at, a.state, a.duplicate_of,
       EXISTS (SELECT * FROM article_flags f WHERE f.article_id = a.id) AS flagged,
       (SELECT r.title FROM article_revisions r WHERE r.article_id = a.id ORDER BY r.id LIMIT 1) AS first_title
  FROM v_articles a WHERE a.state IN ({}) AND (? = '' OR a.portal = ?) ORDER BY a.id
"""


class _Seen(NamedTuple):
    """One row of QUERY."""

    id: int
    uid: str
    title: str
    category: str | None
    byline: str | None
    published: str | None
    state: str
    head: int | None
    flagged: int
    first_title: str


class Plan:
    """A temporary SQLite file (memory stays flat), filled from the whole data set before anything is written.

    Slugs and moments are given in the order in which articles were first stored, so that new articles never take
    an older one's; and a slug is of the title that was stored first, so that a mended title moves no address.
    """

    def __init__(self, dataset: Dataset, options: ExportOptions, rules: TargetRules, report: ExportReport) -> None:
        self.mapping: TargetMapping = resolved_mapping(dataset, options)
        self.rules = rules
        self.scratch = sqlite3.connect("")
        self.scratch.executescript(SCHEMA)
        self._dataset = dataset
        self.options = options
        self._report = report
        self._permalink = checked_permalink(options.permalink or rules.permalink)
        self._hosts: set[str] = set()

    def __enter__(self) -> Self:
        marks = ",".join("?" * len(self.options.states))
        values = (*self.options.states, self.options.portal, self.options.portal)
        for record in self._dataset.conn.execute(QUERY.format(marks), values):
            self._decide(_Seen(*record))
        self._learn_addresses()
        return self

    def __exit__(self, *_: object) -> None:
        self.scratch.close()

    def of(self, article_id: int) -> Planned:
        """What was decided about an article."""
        status, reason, slug_, address, moment, moved, category, byline = self.scratch.execute(
            "SELECT status, reason, slug, address, moment, moved, category, byline FROM articles WHERE id = ?",
            (article_id,),
        ).fetchone()
        return Planned(
            status=status,
            reason=reason,
            slug=slug_,
            address=address,
            moment=datetime.fromisoformat(moment) if moment else None,
            moved=moved,
            section=self.mapping.section(category),
            author=self.mapping.author(byline),
        )

    def left_out(self, article_id: int, state: str) -> str:
        """Why an article is not for the target; empty where it is. `state` is that of the article."""
        found = self.scratch.execute("SELECT status, reason FROM articles WHERE id = ?", (article_id,)).fetchone()
        if found is None:
            return state
        return str(found[1]) if found[0] in ("skip", "refuse") else ""

    def is_internal(self, url: str) -> bool:
        """True for an address on a host that articles of the data set were read from."""
        return (urlsplit(url).hostname or "") in self._hosts

    def address_of(self, url: str) -> str | None:
        """The target's address of the article that an old address shows.

        A duplicate that is left out leads to its head. Empty where the article has none (not exported, or not
        published); None where no article is known by that address.
        """
        bare, fragment = urldefrag(url)
        keys = (bare, self.options.addressing.key(bare), bare)
        known = "SELECT article FROM addresses WHERE key IN (?, ?) ORDER BY key = ? DESC LIMIT 1"
        found = self.scratch.execute(known, keys).fetchone()
        if found is None:
            return None
        address = self.published(found[0])
        return f"{address}{'#' + fragment if address and fragment else ''}"

    def published(self, article_id: int | None) -> str:
        """Where the target shows an article, or the head of a duplicate that is left out; empty where it does not."""
        query = """SELECT coalesce(nullif(a.address, ''), h.address) FROM articles a
                     LEFT JOIN articles h ON h.id = a.head AND a.status = 'skip' WHERE a.id = ?"""
        found = self.scratch.execute(query, (article_id,)).fetchone()
        return f"{self.options.site_url.rstrip('/')}{found[0]}" if found and found[0] else ""

    def old_addresses(self) -> Iterator[tuple[int, str]]:
        """Every address ever seen, as (article id, address), in the order of the addresses."""
        query = "SELECT article_id, url FROM article_urls WHERE ? = '' OR portal = ? ORDER BY url, article_id"
        yield from self._dataset.conn.execute(query, (self.options.portal, self.options.portal))

    def _decide(self, seen: _Seen) -> None:
        holds = {"undated": not seen.published, "duplicate": seen.head is not None, "flagged": bool(seen.flagged)}
        cases = [seen.state, *(case for case, true in holds.items() if true)]
        status, reason = self.mapping.status(cases), ""
        if status == "skip":
            reason = next(case for case in cases if self.mapping.statuses[case] == "skip")
        elif self.rules.title_limit and len(seen.title) > self.rules.title_limit:
            status, reason = "refuse", "title_too_long"
        moment = local_moment(seen.published)
        moved = 0
        if moment and self.rules.distinct_moments and status not in ("skip", "refuse"):
            moved = self._free_moment(seen.title, moment)
            moment += timedelta(seconds=moved)
        name = self._free_slug(seen.first_title, seen.uid)
        address = self._address(name, seen, moment) if status == "publish" else ""
        written = moment and moment.isoformat()
        values = (seen.id, status, reason, name, address, written, moved, seen.category, seen.byline, seen.head)
        self.scratch.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _free_slug(self, title: str, uid: str) -> str:
        base = safe_slug(title, f"bai-{uid[:8]}", SLUG_LIMIT)
        last = self.scratch.execute("SELECT last FROM bases WHERE base = ?", (base,)).fetchone()
        number = last[0] + 1 if last else 1
        while True:
            name = numbered(base, number, SLUG_LIMIT)
            taken = self.scratch.execute("INSERT OR IGNORE INTO slugs VALUES (?)", (name,)).rowcount == 0
            if not taken:
                self.scratch.execute("INSERT OR REPLACE INTO bases VALUES (?, ?)", (base, number))
                return name
            number += 1

    def _free_moment(self, title: str, moment: datetime) -> int:
        key, seconds = collation_key(title), 0
        while True:
            at = (moment + timedelta(seconds=seconds)).isoformat()
            if self.scratch.execute("INSERT OR IGNORE INTO moments VALUES (?, ?)", (key, at)).rowcount:
                return seconds
            seconds += 1

    def _address(self, name: str, seen: _Seen, moment: datetime | None) -> str:
        section = self.mapping.section(seen.category)
        date = moment or datetime(1970, 1, 1, tzinfo=VIETNAM)
        return self._permalink.format(
            slug=name,
            uid=seen.uid,
            year=f"{date:%Y}",
            month=f"{date:%m}",
            day=f"{date:%d}",
            section=section.slug if section else "tin",
        )

    def _learn_addresses(self) -> None:
        """All addresses ever seen, as written and as keys; a key that two articles share names neither."""
        insert = """INSERT INTO addresses VALUES (?, ?)
                    ON CONFLICT (key) DO UPDATE SET article = iif(article IS excluded.article, article, NULL)"""
        for article, url in self.old_addresses():
            self._hosts.add(urlsplit(url).hostname or "")
            self.scratch.executemany(insert, {(url, article), (self.options.addressing.key(url), article)})


def local_moment(published: str | None) -> datetime | None:
    """An ISO date or date-time as wall-clock time in Viet Nam; a date alone is its midnight."""
    if not published:
        return None
    moment = datetime.fromisoformat(published)
    return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def checked_permalink(pattern: str) -> str:
    """The pattern, if it makes one address for each article.

    Raises:
        ConfigurationError: it is no absolute path, has an unknown placeholder, or does not name the article.
    """
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    except ValueError as error:
        raise ConfigurationError(f"--permalink {pattern}: {error}; write it as /{{year}}/{{slug}}/") from error
    if not pattern.startswith("/") or not names <= PLACEHOLDERS or not names & {"slug", "uid"}:
        known = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
        raise ConfigurationError(
            f"--permalink {pattern}: must begin with / and hold {{slug}} or {{uid}}; known are {known}"
        )
    return pattern
