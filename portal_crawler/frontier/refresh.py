"""What a re-crawl asks for: what lists show as new or changed, what is due by its age, and a rotating share of the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.storage.completeness import NOT_KEPT, not_stored
from portal_crawler.platforms.sharepoint.addresses import source_key
from portal_crawler.verdict import GONE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from portal_crawler.extract.reading import Link

#: An article published less than `days` ago is asked for again after `every` days: text is corrected soon or never.
CADENCE = ((7, 1), (90, 7), (None, 90))

#: What "recent" means, in days.
RECENT = 90

#: More known articles than these at once are not believed to be changed where they are most of a sitemap's.
MANY_NEWER = 50

#: As a number of articles to ask for: every one of them.
ALL = -1

#: What an address answered once and for all: it is gone, or no page of news; asking again would bring nothing.
SETTLED = GONE | {NOT_KEPT, "not_html", "feed", "form_page", "survey_form", "library_form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """How much a crawl asks again.

    `full` asks for everything. Otherwise known articles are skipped unless they are due, and a list is left where it
    shows only what is known (`ground`: only where the last crawl of the lists had no hole). `recheck` is how many of
    the articles not looked at for longest are asked for whatever their age.
    """

    full: bool
    ground: bool
    recheck: int = 0


def plan_refresh(connection: sqlite3.Connection, portal: str, crawl_id: int, *, full: bool, recheck: int) -> Refresh:
    """How the crawl `crawl_id` should go about it: the first crawl of a portal is always a full one, resumed or not."""
    known = connection.execute(
        "SELECT 1 FROM articles a JOIN runs r ON r.id = a.first_run_id WHERE a.portal = ? AND r.series <> ? LIMIT 1",
        (portal, crawl_id),
    ).fetchone()
    if full or known is None:
        return Refresh(full=True, ground=False)
    return Refresh(full=False, ground=_lists_were_whole(connection, portal, crawl_id), recheck=recheck)


def _lists_were_whole(connection: sqlite3.Connection, portal: str, crawl_id: int) -> bool:
    """True where the last crawl that was to walk every list did so without a hole."""
    rows = connection.execute(
        "SELECT verdict, arguments, series FROM runs WHERE portal = ? AND spider = 'news' AND series <> ? "
        "AND verdict IS NOT NULL ORDER BY id DESC",
        (portal, crawl_id),
    )
    for verdict, arguments, series in rows:
        if set(json.loads(arguments)) - {"start_url", "full", "reach"}:
            continue
        if verdict not in ("complete", "partial"):
            return False
        # a crawl that was resumed may have found the hole before it was interrupted
        parts = connection.execute("SELECT counts FROM runs WHERE series = ? AND counts IS NOT NULL", (series,))
        seen = [json.loads(counts) for (counts,) in parts]
        return not any(one.get("listing_failures") or one.get("truncated") for one in seen)
    return False


def is_settled(connection: sqlite3.Connection, portal: str, key: str, url: str) -> bool:
    """True for an article that is known, live, and has no open failure at any of its addresses."""
    row = connection.execute(
        "SELECT id FROM articles WHERE portal = :portal AND state = 'live' AND (key = :key OR id IN ("
        "SELECT article_id FROM article_urls WHERE portal = :portal AND url = :url "
        "UNION ALL SELECT article_id FROM article_moves WHERE portal = :portal AND key = :key)) LIMIT 1",
        {"portal": portal, "key": key, "url": url},
    ).fetchone()
    if row is None:
        return False
    open_failure = connection.execute(
        "SELECT 1 FROM failures WHERE portal = ? AND resolved_run_id IS NULL AND "
        "(key = ? OR url = ? OR url IN (SELECT url FROM article_urls WHERE article_id = ?)) LIMIT 1",
        (portal, key, url, row[0]),
    ).fetchone()
    return open_failure is None


def said_changed(connection: sqlite3.Connection, portal: str, links: Iterable[Link], now: str) -> frozenset[str]:
    """Source keys of known articles that a sitemap says were changed since they were seen last, or on that very day.

    None where it says so of most of many: such a sitemap bears the time of its making, not that of changes.
    """
    known, newer = 0, set()
    for link in links:
        key = source_key(link.url)
        row = connection.execute(
            "SELECT last_seen_at FROM articles WHERE portal = ? AND key = ? AND state = 'live'", (portal, key)
        ).fetchone()
        if row and link.changed:
            known += 1
            if _is_between(link.changed, row[0], now):
                newer.add(key)
    honest = len(newer) <= MANY_NEWER or len(newer) * 2 <= known
    return frozenset(newer) if honest else frozenset()


def _is_between(stamp: str, seen: str, now: str) -> bool:
    """True for a W3C date or time from `seen` on, but not after `now`; False for anything else."""
    first, last = datetime.fromisoformat(seen), datetime.fromisoformat(now)
    first = first if first.tzinfo else first.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if len(stamp) <= len("2026-01-31"):  # a day of the portal's own calendar, mostly
        return first.date() <= moment.date() <= last.astimezone(first.tzinfo).date()
    moment = moment if moment.tzinfo else moment.replace(tzinfo=first.tzinfo)
    return first < moment <= last


def due_articles(
    connection: sqlite3.Connection, portal: str, now: str, recheck: int, *, recent: bool = False
) -> Iterator[str]:
    """The addresses of known articles that are due: by age, by open failures, and the `recheck` least recently seen (or ALL).

    With `recent` every article of the last `RECENT` days is due.
    """
    cases = " ".join(
        f"WHEN julianday(:now) - julianday(coalesce(published_at, first_seen_at)) < {days} THEN {every}"
        if days
        else f"ELSE {every}"
        for days, every in CADENCE
    )
    rows = connection.execute(
        f"""
        SELECT url FROM articles WHERE portal = :portal AND state = 'live'
           AND julianday(:now) - julianday(last_seen_at) >= CASE {cases} END
        UNION
        SELECT url FROM (SELECT url FROM articles WHERE portal = :portal AND state = 'live' ORDER BY last_seen_at, id LIMIT :recheck)
        UNION
        SELECT DISTINCT a.url FROM failures f JOIN articles a ON a.portal = f.portal AND a.key = f.key
         WHERE f.portal = :portal AND f.resolved_run_id IS NULL AND a.state = 'live'
        UNION
        SELECT url FROM articles WHERE :recent AND portal = :portal AND state = 'live'
           AND julianday(:now) - julianday(coalesce(published_at, first_seen_at)) < :days
        """,  # noqa: S608 - numbers of the table above only
        {"portal": portal, "now": now, "recheck": recheck, "recent": recent, "days": RECENT},
    ).fetchall()
    for (url,) in rows:
        yield url


def owed_articles(connection: sqlite3.Connection, portal: str) -> Iterator[str]:
    """The addresses of what lists show and earlier crawls left out or failed on, but for what is gone or no article.

    A crawl that stops at known ground would not meet them again, and call itself complete without them.
    """
    for one in not_stored(connection, portal):
        if one.reason not in SETTLED:
            yield one.url
