"""Compares a crawl with the portal's earlier ones: what it found less of, what stopped filling, what is out of the ordinary."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from portal_crawler.tally import Tally

#: Earlier crawls that a comparison wants at least, and looks at most.
LEAST_CRAWLS, MOST_CRAWLS = 2, 5
#: Less than this share of the usual number is a drop; portals remove an article now and then, not a fifth of a list.
DROP = 0.8
#: A field that filled on this share of articles is expected, and one that fills on less than half as many has stopped.
WELL_FILLED = 0.6
STOPPED = 0.5
#: So seldom would chance alone leave so few articles with a field; the fewest articles that can tell.
CHANCE = 0.001
LEAST_ARTICLES = 5
#: Among more articles than these, half as many as before are never chance.
FOR_SURE = 200
#: More than so many times the most ever is a spike, from so many on.
SPIKE = 5
LEAST_SPIKE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Sentences: `fewer` make a crawl partial, `stopped` make it drifted, `unusual` are for a person to look at."""

    fewer: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    unusual: list[str] = field(default_factory=list)


def compare(now: Tally, before: Sequence[Tally]) -> Comparison:
    """What sets a crawl apart from good ones before it (newest first).

    A narrow crawl (dates, section, limit) is compared in nothing, as it was to find less; so is the first.
    """
    if now.shape in ("", "narrow"):
        return Comparison()
    earlier = [one for one in before if one.shape not in ("", "narrow")][:MOST_CRAWLS]
    return Comparison(
        fewer=list(_fewer(now, earlier)), stopped=list(_stopped(now, earlier)), unusual=list(_unusual(now, earlier))
    )


def is_stopped(filled: int, of: int, share_before: float) -> bool:
    """True where a field that was well filled now is on so few articles that chance does not explain it."""
    if of < LEAST_ARTICLES or share_before < WELL_FILLED or filled >= of * share_before * STOPPED:
        return False
    if of > FOR_SURE:  # where the numbers below would outgrow a float
        return True
    share = min(share_before, 0.99)  # one article without it is no wonder, however full it always was
    chance = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(filled + 1))
    return chance < CHANCE


def _fewer(now: Tally, earlier: list[Tally]) -> Iterator[str]:
    lists = [one.lists_read for one in earlier if one.lists_read]
    if len(lists) >= LEAST_CRAWLS and now.lists_read < DROP * median(lists) and median(lists) - now.lists_read >= 2:
        yield f"{now.lists_read} lists were found, {median(lists):.0f} in the crawls before"
    wholes = [one.listed for one in earlier if one.shape == "whole"]
    if now.shape == "whole" and len(wholes) >= LEAST_CRAWLS and now.listed < DROP * median(wholes):
        yield f"the lists show {now.listed} articles, {median(wholes):.0f} in the crawls before"


def _stopped(now: Tally, earlier: list[Tally]) -> Iterator[str]:
    for section, counts in sorted(now.sections.items()):
        past: dict[str, int] = {}
        for one in earlier:
            for name, number in one.sections.get(section, {}).items():
                past[name] = past.get(name, 0) + number
        stored = past.pop("stored", 0)
        for name, filled in sorted(past.items()):
            of, have = counts["stored"], counts.get(name, 0)
            if stored >= LEAST_ARTICLES and is_stopped(have, of, filled / stored):
                where = f'of section "{section}"' if section else "without a section"
                yield f"{name} is filled on {have} of {of} articles {where}, {filled / stored:.0%} before"


def _unusual(now: Tally, earlier: list[Tally]) -> Iterator[str]:
    if len(earlier) < LEAST_CRAWLS:
        return
    for name, count in _WATCHED_COUNTS.items():
        most = max(count(one) for one in earlier)
        if count(now) > max(LEAST_SPIKE, SPIKE * most):
            yield f"{count(now)} {name}, at most {most} in the crawls before"


_WATCHED_COUNTS: dict[str, Callable[[Tally], int]] = {
    "changed articles": lambda one: one.changed,
    "failed pages": lambda one: sum((one.article_failures + one.listing_failures).values()),
    "new articles": lambda one: one.new if one.shape == "refresh" else 0,
    "requests tried again": lambda one: one.retries,
}
