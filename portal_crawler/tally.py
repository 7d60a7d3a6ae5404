"""The counts of one run, kept in the database with what they count, so that a resumed crawl knows them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What is known of the whole portal at a run's end, and so not added up over the runs of one crawl.
LEVELS = frozenset({"duplicates", "shape"})

#: Of which the largest of all runs counts.
PEAKS = frozenset({"slowest_fetch"})

#: The fields whose share of filled articles is watched from run to run.
WATCHED = ("title", "summary", "author", "category", "published_at", "body_text")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Plain counts; reasons are failure reason codes, `filled` counts articles by field that has a value.

    `nowhere` are content hashes of what the portal answers for items that cannot exist. `shape` says how much the crawl
    asks for: "whole", "refresh" or "narrow". Times are in seconds. `asked` counts requests by host, files and robots.txt
    included, and `shortest_gap` is the least time between the beginnings of two of them. `sections` holds, for each
    section, how many of its articles were stored ("stored") and how many have each watched field. `lost_fields` counts
    known articles whose page lost a field, `canaries` and `canaries_lost` those asked again to prove a change.
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
    shape: str = ""
    lists_read: int = 0
    fetch_seconds: float = 0.0
    slowest_fetch: float = 0.0
    read_seconds: float = 0.0
    commit_seconds: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    shortest_gap: dict[str, float] = field(default_factory=dict)
    sections: dict[str, dict[str, int]] = field(default_factory=dict)
    lost_fields: Counter[str] = field(default_factory=Counter)
    canaries: int = 0
    canaries_lost: Counter[str] = field(default_factory=Counter)

    def count_article(self, section: str, filled: list[str]) -> None:
        """One article stored, with the watched fields that have a value."""
        self.filled.update(filled)
        counts = self.sections.setdefault(section, {})
        for name in ("stored", *filled):
            counts[name] = counts.get(name, 0) + 1

    def count_request(self, host: str, gap: float | None) -> None:
        """One request sent, so many seconds after the last one to its host."""
        self.asked[host] += 1
        if gap is not None:
            self.shortest_gap[host] = round(min(gap, self.shortest_gap.get(host, gap)), 3)

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

    @classmethod
    def of(cls, runs: Iterable[dict[str, Any]]) -> Tally:
        """The counts of a whole crawl out of those of its runs, in their order."""
        tally = cls()
        for counts in runs:
            tally.add(counts)
        return tally

    def add(self, data: dict[str, Any]) -> None:
        """Add the counts of another run of the same crawl."""
        for one in fields(self):
            value = data.get(one.name)
            if value is None:
                continue
            setattr(self, one.name, _sum(one.name, getattr(self, one.name), value))

    def coverage(self) -> dict[str, float]:
        """The share of stored articles that have each watched field; empty where none was stored."""
        return {name: self.filled[name] / self.stored for name in WATCHED} if self.stored else {}


def _sum(name: str, mine: Any, more: Any) -> Any:
    """A count of two runs together."""
    if isinstance(mine, dict):
        return _sum_by_name(name, mine, more)
    if isinstance(mine, list):
        return [*mine, *(text for text in more if text not in mine)]
    if name in LEVELS:
        return more
    if name in PEAKS:
        return max(mine, more)
    return round(mine + more, 3) if isinstance(mine, float) else mine + more


def _sum_by_name(name: str, mine: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    if name == "sections":
        return {one: dict(Counter(mine.get(one, {})) + Counter(more.get(one, {}))) for one in (*mine, *more)}
    if isinstance(mine, Counter):
        return mine + Counter(more)
    return {host: min(one[host] for one in (mine, more) if host in one) for host in (*mine, *more)}
