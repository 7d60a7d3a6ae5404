"""Looks elsewhere for a file that is missing at its own address: politely, one way after the other, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage import fallbacks as rows
from pipelines.storage.media import uses
from portal_crawler.platforms.sharepoint.addresses import host_of
from portal_crawler.platforms.sharepoint.renditions import OtherWay, other_ways
from portal_crawler.retrying import can_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal_crawler.extract.reading import Problem
    from portal_crawler.session import Session

#: What says that a file is not there, or not what it should be; trouble that may pass is waited for instead.
MISSING = frozenset(
    {
        "http_400", "http_401", "http_403", "http_404", "http_406", "http_410", "soft_404", "login_required",
        "not_an_image", "not_a_document", "empty_file",
    }
)  # fmt: skip
#: What says that nothing at the file's host can be had.
HOST_SHUT = frozenset({"offsite", "private_address"})
#: The most ways tried for one file: old portals have thousands of dead pictures.
MOST = 6


class Fallbacks:
    """The stand-ins of one crawl. `ask` queues the request of an address."""

    def __init__(self, session: Session, ask: Callable[[list[str]], None]) -> None:
        self._session = session
        self._ask = ask

    def begin(self) -> None:
        """Go on with what an earlier crawl was stopped at."""
        self._ask(rows.under_way(self._session.store.conn, self._session.profile.name))

    def missing(self, url: str, reason: str) -> None:
        """A file that articles name cannot be had, by `reason`: try the next way, if that may help."""
        if reason in MISSING or reason in HOST_SHUT:
            self._advance(url, reason)

    def answered(self, url: str, problem: Problem | None = None) -> None:
        """An address has been settled, be it asked for itself or in place of others."""
        self._settle(url, (problem.reason, problem.detail[:500]) if problem else ("", ""))

    def _settle(self, tried_url: str, why: tuple[str, str]) -> None:
        session = self._session
        store, portal = session.store, session.profile.name
        media_id = None if why[0] else rows.at_hand(store.conn, portal, tried_url)
        helped, left = rows.settle(store.conn, portal, tried_url, media_id, why, store.now())
        session.tally.media_fallbacks += len(helped)
        for url in left:
            self._advance(url, rows.failed_before(store.conn, portal, url))

    def _advance(self, url: str, reason: str) -> None:
        """Try ways until one has a file at hand, or has to be asked for."""
        session = self._session
        store, portal = session.store, session.profile.name
        before = rows.tried(store.conn, portal, url)
        if len(before) >= MOST or not {"stored", "queued"}.isdisjoint(before.values()):
            return
        way = next((one for one in self._ways(url, reason) if one.url not in before), None)
        if way is None:
            return
        rows.begin(store.conn, portal, url, (way.kind, way.url, way.is_lesser), session.run_id, store.now())
        known = rows.failed_before(store.conn, portal, way.url)
        if rows.at_hand(store.conn, portal, way.url) is not None:
            self._settle(way.url, ("", ""))
        elif known and not can_pass(known) and known != "not_in_archive":
            self._settle(way.url, (known, "asked for itself before"))
        else:
            self._ask([way.url])

    def _ways(self, url: str, reason: str) -> Iterator[OtherWay]:
        """What keeps the quality first, then what is at hand, then smaller copies, then another picture."""
        conn, portal = self._session.store.conn, self._session.profile.name
        is_picture = "image" in uses(conn, portal, url)
        ways = [one for one in other_ways(url, is_picture=is_picture) if self._may_be_asked(one.url, url, reason)]
        yield from (way for way in ways if not way.is_lesser)
        for kept in rows.kept_beside(conn, portal, url):
            yield OtherWay(kind="archive", url=kept, is_lesser=True)
        yield from (way for way in ways if way.is_lesser)
        if is_picture:
            for image in rows.list_thumbnails(conn, portal, url):
                if self._may_be_asked(image, url, reason):
                    yield OtherWay(kind="list_thumbnail", url=image, is_lesser=True)

    def _may_be_asked(self, way: str, url: str, reason: str) -> bool:
        """False for hosts that are known to be shut to this crawl."""
        profile = self._session.profile
        host = host_of(way)
        if reason in HOST_SHUT and host == host_of(url):
            return False
        return host in (*profile.hosts, *profile.crawl.media_hosts) or host == host_of(url)
