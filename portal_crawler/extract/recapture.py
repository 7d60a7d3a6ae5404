"""Capture-recapture: how many articles there are in all, judged by how far two routes agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

#: Each tail of a 95 % interval.
_TAIL = 0.025
#: Below so many common items Chapman's estimate is biased (Robson and Regier 1964).
_LEAST_OVERLAP = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How many articles there are in all, from two routes that saw some of them (capture-recapture).

    `total` is Chapman's estimate, `low` and `high` its 95 % interval (`high` is None where nothing bounds it); `seen`
    is what either route found, so `total - seen` were seen by neither. `caveat` says why not to trust it, empty
    where nothing speaks against it. The routes are taken to be independent: a feed that shows only the newest items,
    which every listing has, makes the estimate too low.
    """

    first: str
    second: str
    first_count: int
    second_count: int
    both: int
    seen: int
    total: float
    low: int
    high: int | None
    caveat: str = ""

    def unseen(self, seen: int) -> tuple[int, int, int | None]:
        """How many articles no route at all saw, and the interval's ends; `seen` is what all routes together saw."""
        high = None if self.high is None else max(0, self.high - seen)
        return max(0, round(self.total) - seen), max(0, self.low - seen), high


def estimate_total(
    first: Collection[str], second: Collection[str], names: tuple[str, str] = ("first", "second")
) -> Estimate:
    """Chapman's estimate (1951) from the keys two routes found, with its exact hypergeometric interval.

    The interval holds every total under which an overlap as found, or one further off, has a chance of 2.5 % at
    least. Approximations (normal, logit) fail where the routes agree almost wholly, which is the usual case here.
    """
    one, two = set(first), set(second)
    both, seen = len(one & two), len(one | two)
    total = (len(one) + 1) * (len(two) + 1) / (both + 1) - 1
    overlap = _Overlap(len(one), len(two), both)
    low = _first_where(overlap.may_be_so_small, seen)
    high = _first_where(lambda size: not overlap.may_be_so_large(size), seen) - 1 if both else None
    return Estimate(
        first=names[0], second=names[1], first_count=len(one), second_count=len(two), both=both, seen=seen, total=total,
        low=min(low, int(total)), high=None if high is None else max(high, math.ceil(total)),
        caveat=_caveat(both, min(len(one), len(two))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Overlap:
    """The overlap of two independent samples out of `size` articles follows the hypergeometric distribution."""

    first: int
    second: int
    both: int

    def may_be_so_small(self, size: int) -> bool:
        """True where an overlap of at most `both` has a chance of 2.5 % among `size` articles."""
        rest = size - self.first - self.second
        steps = (
            at * (rest + at) / ((self.first - at + 1) * (self.second - at + 1))
            for at in range(self.both, max(0, -rest), -1)
        )
        return self._reaches_tail(size, steps)

    def may_be_so_large(self, size: int) -> bool:
        """True where an overlap of at least `both` has a chance of 2.5 % among `size` articles."""
        rest = size - self.first - self.second
        steps = (
            (self.first - at) * (self.second - at) / ((at + 1) * (rest + at + 1))
            for at in range(self.both, min(self.first, self.second))
        )
        return self._reaches_tail(size, steps)

    def _reaches_tail(self, size: int, steps: Iterable[float]) -> bool:
        """Sums the chances beginning at `both`; `steps` are the ratios of one chance to the one before it."""
        needed = math.log(_TAIL) - self._log_chance(size)
        term = total = 1.0
        for step in steps:
            if math.log(total) >= needed:
                break
            term *= step
            total += term
        return math.log(total) >= needed

    def _log_chance(self, size: int) -> float:
        return (
            _log_choose(self.first, self.both)
            + _log_choose(size - self.first, self.second - self.both)
            - _log_choose(size, self.second)
        )


def _log_choose(total: int, part: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(part + 1) - math.lgamma(total - part + 1)


def _first_where(holds: Callable[[int], bool], start: int) -> int:
    """The first number from `start` on for which `holds` is true; once true it stays so."""
    if holds(start):
        return start
    step = 1
    while not holds(start + step):
        step *= 2
    low, high = start + step // 2, start + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _caveat(both: int, smaller: int) -> str:
    if smaller == 0:
        return "one of the routes found nothing: no estimate"
    if both < _LEAST_OVERLAP:
        return f"the routes share only {both} articles: too few for a sound estimate"
    return ""
