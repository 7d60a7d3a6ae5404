"""Set arithmetic over the routes by which articles were found: what is missing, and how much no route saw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from portal_crawler.extract.recapture import Estimate, estimate_total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

#: Probing is aimed at what the other routes left out, so its overlap with them says nothing.
_AIMED = frozenset({"ids"})

#: Ids are evidence where so large a share of the numbers around them is taken, looking at so many of them.
DENSITY, WINDOW = 0.5, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRange:
    """Ids that no route found, first and last included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IdSpace:
    """One list whose items are numbered: what was found of it and what is missing between.

    `name` is the source key without the id ("host/lists/baiviet"); `first`, `last` and `found` tell of the ids found.
    `missing` are the holes of its dense stretches; numbers in sparse ones are no evidence of anything, and left out.
    """

    name: str
    first: int
    last: int
    found: int
    missing: tuple[IdRange, ...]

    @property
    def missing_count(self) -> int:
        """How many ids the holes hold."""
        return sum(map(len, self.missing))

    def missing_keys(self, limit: int) -> tuple[str, ...]:
        """Source keys of missing items, newest first, at most `limit`: those most likely to exist come first."""
        keys: list[str] = []
        for hole in reversed(self.missing):
            for number in range(hole.last, hole.first - 1, -1):
                if len(keys) >= limit:
                    return tuple(keys)
                keys.append(f"{self.name}#{number}")
        return tuple(keys)


def missing_ids(ids: Iterable[int], *, density: float = DENSITY, window: int = WINDOW) -> tuple[IdRange, ...]:
    """The holes in the dense stretches of a set of ids, in order.

    A hole counts where the ids around it (up to `window` on both sides) fill at least the share `density` of the
    numbers they span, the hole's own numbers left out; and where it is no longer than what surrounds it.
    """
    # SharePoint numbers from 1: what is missing before the first id is a hole like any other.
    known = sorted({0, *ids})
    holes = []
    for at in range(1, len(known)):
        before, after = known[at - 1], known[at]
        size = after - before - 1
        if size == 0:
            continue
        left = known[max(0, at - window) : at]
        right = known[at : at + window]
        spanned = (left[-1] - left[0] + 1) + (right[-1] - right[0] + 1)
        if size <= len(left) + len(right) and len(left) + len(right) >= density * spanned:
            holes.append(IdRange(first=before + 1, last=after - 1))
    return tuple(holes)


def id_spaces(keys: Iterable[str], others: Iterable[str] = ()) -> tuple[IdSpace, ...]:
    """The numbered lists behind source keys ("host/lists/baiviet#306"), largest first; other keys are ignored.

    `others` are keys that are no holes although nothing was found there: their numbers were asked for, or are shown.
    """
    numbers = _numbers(keys)
    accounted = _numbers(others)
    spaces = [
        IdSpace(
            name=name, first=min(ids), last=max(ids), found=len(ids),
            missing=missing_ids(ids | accounted.get(name, set())),
        )
        for name, ids in numbers.items()
    ]  # fmt: skip
    return tuple(sorted(spaces, key=lambda space: (-space.found, space.name)))


def keys_above(keys: Collection[str], others: Iterable[str], count: int) -> tuple[str, ...]:
    """Source keys of the `count` ids above the newest of every numbered list that is dense there, newest last.

    `others` are keys of items that exist and were not stored. Three articles are the least that make a numbering.
    """
    accounted = _numbers(others)
    above: list[str] = []
    for name, ids in sorted(_numbers(keys).items()):
        top = sorted(ids | accounted.get(name, set()))[-WINDOW:]
        if len(ids) >= 3 and len(top) >= DENSITY * (top[-1] - top[0] + 1):
            above += [f"{name}#{top[-1] + step}" for step in range(1, count + 1)]
    return tuple(above)


def _numbers(keys: Iterable[str]) -> dict[str, set[int]]:
    """The ids in source keys, by the list they belong to."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        name, hash_sign, number = key.rpartition("#")
        if hash_sign and number.isascii() and number.isdigit():
            numbers[name].add(int(number))
    return numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one route contributed: all it found, what no other route found, and what it shows that is not stored."""

    name: str
    found: int
    alone: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The routes compared: `lists` with their holes, `unexplained` missing keys, `estimates` best supported first.

    `found` articles are stored, `seen` counts what routes show besides. `explained` are (key, reason) of missing items
    for which something is on record ("http_404", "login_required"); holes hold only what was never asked for, and
    `not_named` is how many of those are beyond the limit.
    """

    found: int
    seen: int
    routes: tuple[Route, ...]
    lists: tuple[IdSpace, ...]
    explained: tuple[tuple[str, str], ...]
    unexplained: tuple[str, ...]
    not_named: int
    estimates: tuple[Estimate, ...]


def compare_routes(
    found: Mapping[str, Collection[str]],
    reasons: Mapping[str, str],
    limit: int = 10_000,
    *,
    pending: Mapping[str, Collection[str]] | None = None,
    elsewhere: Collection[str] = (),
) -> Completeness:
    """What is known to be missing and what may be.

    `found` maps the source key of each stored article to the routes it was found by ("listing", "related", "feed",
    "sitemap", "ids", "warc", …), `pending` those of what routes show and is not stored; estimates rest on both, for an
    archive holds only what it holds. `reasons` maps source keys of failures to their reason, `elsewhere` are further
    keys that are no holes, such as other addresses of articles. At most `limit` keys of holes are named.
    """
    seen = {**(pending or {}), **found}
    accounted = {*seen, *elsewhere}
    spaces = id_spaces(found, [*reasons, *accounted])
    holes = [key for space in spaces for key in space.missing_keys(limit)][:limit]
    return Completeness(
        found=len(found),
        seen=len(seen),
        routes=_routes(found, seen),
        lists=spaces,
        explained=_explained(spaces, {key: reason for key, reason in reasons.items() if key not in accounted}),
        unexplained=tuple(holes),
        not_named=sum(space.missing_count for space in spaces) - len(holes),
        estimates=_estimates(_by_route(seen), len(seen)),
    )


def _by_route(seen: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    by_route: dict[str, set[str]] = defaultdict(set)
    for key, routes in seen.items():
        for route in routes:
            by_route[route].add(key)
    return by_route


def _explained(spaces: tuple[IdSpace, ...], reasons: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Failed ids of lists with articles, newest first; those above the last article are guesses of others, not items."""
    failed = _numbers(reasons)
    return tuple(
        (key, reasons[key])
        for space in spaces
        for number in sorted(failed.get(space.name, ()), reverse=True)
        if number < space.last and (key := f"{space.name}#{number}") in reasons
    )


def _routes(found: Mapping[str, Collection[str]], seen: Mapping[str, Collection[str]]) -> tuple[Route, ...]:
    routes = []
    for name, keys in _by_route(seen).items():
        stored = [key for key in keys if key in found]
        alone = sum(1 for key in stored if len(set(found[key])) == 1)
        routes.append(Route(name=name, found=len(stored), alone=alone, pending=len(keys) - len(stored)))
    return tuple(sorted(routes, key=lambda route: (-route.found, route.name)))


def _estimates(by_route: Mapping[str, set[str]], seen: int) -> tuple[Estimate, ...]:
    """One estimate for each pair of routes, largest overlap first."""
    names = sorted(name for name in by_route if name not in _AIMED)
    pairs = [
        _checked(estimate_total(by_route[one], by_route[two], (one, two)), seen) for one, two in combinations(names, 2)
    ]
    return tuple(sorted(pairs, key=lambda one: (bool(one.caveat), -one.both, one.first, one.second)))


def _checked(estimate: Estimate, seen: int) -> Estimate:
    """An estimate that the other routes refute says so."""
    if estimate.caveat or estimate.high is None or seen <= estimate.high:
        return estimate
    caveat = f"all routes together saw {seen}, more than these two allow: they are not independent"
    return replace(estimate, caveat=caveat)
