"""Whether a portal's ETag and Last-Modified can be believed, and what they were for a page we have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

#: So many pages must have kept both their validator and their content before a portal is asked "changed since?".
PROOFS = 3


class Validators:
    """The probe: pages fetched anew are compared with what they were when they last had the same validator.

    One page whose text changed under an unchanged validator and no validator of the portal is used, in this crawl or
    later ones: the counts are kept with each run.
    """

    def __init__(self, connection: sqlite3.Connection, portal: str) -> None:
        self._db = connection
        self._portal = portal
        row = connection.execute(
            "SELECT total(json_extract(counts, '$.validators_kept')), total(json_extract(counts, '$.validators_lied')) "
            "FROM runs WHERE portal = ? AND counts IS NOT NULL",
            (portal,),
        ).fetchone()
        self._kept, self._lied = int(row[0]), int(row[1])

    @property
    def trusted(self) -> bool:
        """True where the portal has proved that its validators change with its pages."""
        return self._kept >= PROOFS and not self._lied

    def conditions(self, url: str) -> dict[str, str]:
        """The request headers that ask for a page only if it changed; empty where its last answer had no validator."""
        etag, modified, _ = self._last(url)
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in headers.items() if value}

    def compare(self, capture_id: int, content_hash: str) -> str:
        """What a page fetched without conditions says of the validators: "kept", "lied" or "" (nothing).

        `capture_id` is its capture; ask before its article is stored.
        """
        row = self._db.execute(
            "SELECT n.headers, c.headers, s.content_hash FROM captures n "
            "JOIN captures c ON c.portal = ? AND c.url = n.url AND c.status = 200 AND c.origin = 'live' "
            "JOIN article_sightings s ON s.capture_id = c.id WHERE n.id = ? ORDER BY c.id DESC LIMIT 1",
            (self._portal, capture_id),
        ).fetchone()
        if row is None:
            return ""
        new, old, old_hash = _validators(row[0]), _validators(row[1]), row[2]
        if new != old or not any(new) or not old_hash:
            return ""
        if old_hash == content_hash:
            self._kept += 1
            return "kept"
        self._lied += 1
        return "lied"

    def _last(self, url: str) -> tuple[str, str, str]:
        """(ETag, Last-Modified, content hash) of the last good answer of an address that was an article."""
        row = self._db.execute(
            "SELECT c.headers, s.content_hash FROM captures c JOIN article_sightings s ON s.capture_id = c.id "
            "WHERE c.portal = ? AND c.url = ? AND c.status = 200 AND c.origin = 'live' ORDER BY c.id DESC LIMIT 1",
            (self._portal, url),
        ).fetchone()
        return (*_validators(row[0]), row[1]) if row else ("", "", "")


def _validators(headers: str) -> tuple[str, str]:
    values = {name.lower(): value for name, value in json.loads(headers)}
    return values.get("etag", ""), values.get("last-modified", "")
