"""The counts of one run, kept in the database with what they count, so that a resumed crawl knows them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

#: What is known of the whole portal at a run's end, and so not added up over the runs of one crawl.
LEVELS = frozenset({"duplicates"})

#: The fields whose share of filled articles is watched from run to run.
WATCHED = ("title", "summary", "author", "category", "published_at", "body_text")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Plain counts; reasons are failure reason codes, `filled` counts articles by field that has a value.

    `nowhere` are content hashes of what the portal answers for items that cannot exist.
    """

    requests: int = 0
    bytes: int = 0
    starts: int = 0
    starts_ok: int = 0
    listings_ok: int = 0
    listed: int = 0
    found: int = 0
    known: int = 0
    stored: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    out_of_range: int = 0
    retries: int = 0
    not_modified: int = 0
    validators_kept: int = 0
    validators_lied: int = 0
    media_stored: int = 0
    media_new: int = 0
    media_fallbacks: int = 0
    media_failures: Counter[str] = field(default_factory=Counter)
    article_failures: Counter[str] = field(default_factory=Counter)
    listing_failures: Counter[str] = field(default_factory=Counter)
    unread_lists: list[str] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    truncated: list[str] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """For `runs.counts`."""
        # not asdict: it rebuilds a Counter from pairs and so counts the pairs
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        """The inverse of `to_json`; counts this version does not know are left out."""
        tally = cls()
        tally.add(data)
        return tally

    def add(self, data: dict[str, Any]) -> None:
        """Add the counts of another run of the same crawl."""
        for one in fields(self):
            value = data.get(one.name)
            if value is None:
                continue
            mine = getattr(self, one.name)
            if isinstance(mine, Counter):
                mine.update(value)
            elif isinstance(mine, list):
                mine.extend(text for text in value if text not in mine)
            elif one.name in LEVELS:
                setattr(self, one.name, value)
            else:
                setattr(self, one.name, mine + value)

    def coverage(self) -> dict[str, float]:
        """The share of stored articles that have each watched field; empty where none was stored."""
        return {name: self.filled[name] / self.stored for name in WATCHED} if self.stored else {}
