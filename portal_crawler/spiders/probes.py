"""Requests that no list asks for: item ids missing between and above known ones, and an address that cannot exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pipelines.storage.completeness import failed_keys, not_stored, other_keys
from portal_crawler.extract.completeness import id_spaces, keys_above
from portal_crawler.frontier.queue import Entry
from portal_crawler.platforms.sharepoint.addresses import host_of, item_id, source_key
from portal_crawler.verdict import GONE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from portal_crawler.session import Session

#: So many ids above the newest of a list are asked for; when one exists, as many above that one.
ABOVE = 3

#: An item id that no list of a town reaches.
NOWHERE = "987654321"


class Probing:
    """The probes of one crawl, at most `limit` of them, in rounds: what one finds shows what to ask in the next."""

    def __init__(self, session: Session, limit: int) -> None:
        self._session = session
        self._limit = limit
        self._told = False

    def queue(self) -> bool:
        """Queue what is to be asked for now; False where that is nothing."""
        session, portal = self._session, self._session.profile.name
        room = max(0, self._limit - session.frontier.count("probe"))
        entries, missing = missing_entries(session.store.conn, portal, room)
        if missing > len(entries) and not self._told:
            left = missing - len(entries)
            session.note("ids_not_probed", f"{left} missing ids were not asked for (crawl.probe_ids)")
        self._told = True
        if not session.answers_for_anything:  # there would be no end to what "exists"
            entries += entries_above(session.store.conn, portal)[: room - len(entries)]
        return sum(session.frontier.add(entry) for entry in entries) > 0


def entries_above(connection: sqlite3.Connection, portal: str) -> list[Entry]:
    """Requests for the ids above the newest known one of every list: the newest article may be one that no list shows."""
    known = dict(connection.execute("SELECT key, url FROM articles WHERE portal = ?", (portal,)).fetchall())
    listed = [one.key for one in not_stored(connection, portal)]
    keys = keys_above(known, [*listed, *other_keys(connection, portal)], ABOVE)
    return _entries(keys, known)


def missing_entries(connection: sqlite3.Connection, portal: str, limit: int) -> tuple[list[Entry], int]:
    """Requests for ids missing in the dense stretches of every list, newest first, and how many ids are missing in all.

    Ids that lists show have been asked for already, and those that answered that they are gone are not asked again;
    other failures of an earlier probing are (a server that was ill, a door that was shut).
    """
    known = dict(connection.execute("SELECT key, url FROM articles WHERE portal = ?", (portal,)).fetchall())
    settled = [key for key, reason, stage in failed_keys(connection, portal) if stage != "probe" or reason in GONE]
    listed = [one.key for one in not_stored(connection, portal)]
    keys: list[str] = []
    missing = 0
    for space in id_spaces(known, [*settled, *listed, *other_keys(connection, portal)]):
        missing += space.missing_count
        keys += space.missing_keys(limit - len(keys))
    return _entries(keys, known), missing


def nowhere_entry(url: str) -> Entry | None:
    """A request for an item that cannot exist, spelled like `url`; None where it names no item."""
    target = with_item(url, NOWHERE)
    return (
        Entry(url=target, kind="nowhere", fingerprint="nowhere", host=host_of(target), priority=20) if target else None
    )


def with_item(url: str, item: str) -> str:
    """The address of another item of the same list; empty where the address has no place for it."""
    old = item_id(url)
    if not old:
        return ""
    parts = urlsplit(url)
    query, count = re.subn(rf"(?i)(^|&)(\w*id)=0*{old}(?=&|$)", rf"\g<1>\g<2>={item}", parts.query, count=1)
    return urlunsplit(parts._replace(query=query)) if count else ""


def _entries(keys: Iterable[str], known: Mapping[str, str]) -> list[Entry]:
    """Requests for source keys, each spelled like a known address of its list (`known`: source key -> address)."""
    examples: dict[str, str] = {}
    for key, url in known.items():
        examples.setdefault(key.rpartition("#")[0], url)
    entries = []
    for key in keys:
        name, _, number = key.rpartition("#")
        url = with_item(examples[name], number)
        if url and source_key(url) == key:
            entries.append(_entry(url, key))
    return entries


def _entry(url: str, key: str) -> Entry:
    return Entry(
        url=url, kind="probe", fingerprint=f"article {key}", host=host_of(url), context={"route": "ids"}, priority=-10
    )
