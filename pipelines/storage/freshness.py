"""Whether a portal has been silent for longer than is its own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

#: The habit is that of the year before the newest article; from fewer days with news than these none can be told.
YEAR = 365
LEAST_DAYS = 10
#: Silence is lasting beyond three times the gap that 95 of 100 gaps keep, and never within a week: a holiday is no incident.
TIMES = 3
LEAST_SILENCE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The day of the newest article, days without news since, and how many would still be usual (None: no habit known)."""

    newest: str
    silent: int
    usual: int | None

    @property
    def is_stale(self) -> bool:
        """True where the silence is longer than the portal's habit."""
        return self.usual is not None and self.silent > self.usual

    @property
    def sentence(self) -> str:
        """For a person."""
        return f"No new article since {self.newest}: {self.silent} days, where up to {self.usual} are usual here."


def freshness(conn: sqlite3.Connection, portal: str, today: date) -> Freshness | None:
    """How fresh a portal's news are; None where no article has a date."""
    rows = conn.execute(
        "SELECT DISTINCT substr(published_at, 1, 10) FROM articles WHERE portal = ? AND published_at IS NOT NULL "
        "AND state <> 'quarantined' ORDER BY 1",
        (portal,),
    )
    days = [date.fromisoformat(day) for (day,) in rows]
    days = [day for day in days if day <= today]
    if not days:
        return None
    newest = days[-1]
    recent = [day for day in days if newest - day <= timedelta(days=YEAR)]
    gaps = sorted((after - before).days for before, after in pairwise(recent))
    usual = max(LEAST_SILENCE, TIMES * gaps[int(0.95 * (len(gaps) - 1))]) if len(recent) >= LEAST_DAYS else None
    return Freshness(newest=newest.isoformat(), silent=(today - newest).days, usual=usual)
