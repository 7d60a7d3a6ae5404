"""Requests that no list asks for: item ids missing between known ones, and an address that cannot exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pipelines.storage.completeness import failed_keys, not_stored, other_keys
from portal_crawler.extract.completeness import id_spaces
from portal_crawler.frontier.queue import Entry
from portal_crawler.platforms.sharepoint.addresses import host_of, item_id, source_key
from portal_crawler.verdict import GONE

if TYPE_CHECKING:
    import sqlite3

#: An item id that no list of a town reaches.
NOWHERE = "987654321"


def missing_entries(connection: sqlite3.Connection, portal: str, limit: int) -> tuple[list[Entry], int]:
    """Requests for ids missing in the dense stretches of every list, newest first, and how many ids are missing in all.

    Ids that lists show have been asked for already, and those that answered that they are gone are not asked again;
    other failures of an earlier probing are (a server that was ill, a door that was shut).
    """
    known = dict(connection.execute("SELECT key, url FROM articles WHERE portal = ?", (portal,)).fetchall())
    settled = [key for key, reason, stage in failed_keys(connection, portal) if stage != "probe" or reason in GONE]
    listed = [one.key for one in not_stored(connection, portal)]
    examples: dict[str, str] = {}
    for key, url in known.items():
        examples.setdefault(key.rpartition("#")[0], url)
    entries: list[Entry] = []
    missing = 0
    for space in id_spaces(known, [*settled, *listed, *other_keys(connection, portal)]):
        missing += space.missing_count
        for key in space.missing_keys(limit - len(entries)):
            url = with_item(examples[space.name], key.rpartition("#")[2])
            if url and source_key(url) == key:
                entries.append(_entry(url, key))
    return entries, missing


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


def _entry(url: str, key: str) -> Entry:
    return Entry(
        url=url, kind="probe", fingerprint=f"article {key}", host=host_of(url), context={"route": "ids"}, priority=-10
    )
