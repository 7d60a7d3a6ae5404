"""Decides which unit a name means: by what stands beside it, the rest of the article, and the portal's own place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pipelines.civic.mentions import Mention, find_mentions, fits_level
from pipelines.civic.units import REFORM, Level, Register, Unit, name_key, registers
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

How = Literal["chain", "context", "home", "unique", "ambiguous"]
Beside = tuple[tuple[Unit, ...], ...]
_BESIDE = re.compile(r"[^\S\n]?[,–-]?[^\S\n]?\(?(?:thuộc[^\S\n])?")
_FORMER = re.compile(r"[^\S\n]?\(?(?:cũ|trước đây)")
_KIND = re.compile(r"(?:^|,) *(tỉnh|thành phố|quận|huyện|thị xã|thị trấn|xã|phường|đặc khu) ([^,]*[^, ])(?= *(?:,|$))")
#: More than this many units of a name say nothing.
MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mention decided. `unit` is None where it is ambiguous; `candidates` are then what it may mean.

    `how`: "chain" (what it lies in stands beside it), "context" (it stands elsewhere in the article), "home" (the
    portal's own place), "unique" (there is only one of that name), "ambiguous".
    """

    start: int
    end: int
    office: str
    unit: Unit | None
    how: How
    candidates: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """Where a portal belongs: its units as they were before the reform, the smallest first, and its own names."""

    line: tuple[Unit, ...] = ()
    own: tuple[tuple[tuple[str, str], Unit], ...] = ()

    def holds(self, unit: Unit) -> bool:
        """Whether a unit is the place itself, lies in it or around it, or holds part of its area since the reform."""
        lines = [unit, *unit.line]
        return any(one in lines or any(later in lines for later in one.successors) for one in self.line[:1])


def place_problem(place: str) -> str:
    """What is wrong with a profile's place; empty where nothing is."""
    if len(_KIND.findall(place)) == place.count(",") + 1:
        return ""
    return (
        f'place "{place}" must be ranks and names as of June 2025, the smallest first, such as '
        '"thành phố Bến Tre, tỉnh Bến Tre"'
    )


@lru_cache(maxsize=8)
def home_of(place: str) -> Home:
    """The home that a profile names: "thành phố Bến Tre, tỉnh Bến Tre"; units that no register knows are its own.

    Raises:
        ConfigurationError: a part is not the rank and the name of a unit.
    """
    if not place:
        return Home()
    problem = place_problem(place)
    if problem:
        raise ConfigurationError(problem)
    old, _ = registers()
    above: Unit | None = None
    line: list[Unit] = []
    own: list[tuple[tuple[str, str], Unit]] = []
    for kind, name in reversed(_KIND.findall(place)):
        known = [one for one in old.get((kind, name_key(name)), ()) if one.parent is above]
        if known:
            above = known[0]
        else:
            above = Unit(_level(kind, above), kind, name, "", above)
            own.append(((kind, name_key(name)), above))
        line.insert(0, above)
    return Home(tuple(line), tuple(own))


def _level(kind: str, above: Unit | None) -> Level:
    if above is None:
        return "province"
    return "commune" if fits_level(kind, "commune") else "district"


def find_places(text: str, day: str, home: Home, context: Iterable[Unit] = ()) -> list[Found]:
    """The places and offices named in a text of an article published on `day` (ISO, empty: before the reform).

    `context` are units known from elsewhere in the article, such as its title.
    """
    old, new = registers()
    own: Register = {key: [unit] for key, unit in home.own}
    mentions = find_mentions(text, (old, new, own))
    beside = _chains(text, mentions)
    around = {unit for unit in context if unit.level != "commune"}
    for one in mentions:
        around.update(_sure(one, day))
    foreign = {unit for unit in around if not (set(home.line) & {unit, *unit.line}) and not home.holds(unit)}
    foreign = {unit for unit in foreign if not any(unit in one.successors for one in home.line)}
    found = (_decide(text, one, beside.get(at, ()), day, home, foreign) for at, one in enumerate(mentions))
    return [one for one in found if one is not None]


def _sure(mention: Mention, day: str) -> set[Unit]:
    """The unit above communes that a mention means by its name alone; empty where there are several."""
    units = {unit for unit in _of_day(mention.units, day) if unit.level != "commune"}
    return units if len(units) == 1 else set()


def _of_day(units: tuple[Unit, ...], day: str) -> list[Unit]:
    """The units as of a day; names that went with the reform stay in use after it."""
    before = [unit for unit in units if not unit.valid_from]
    since = [unit for unit in units if unit.valid_from or not unit.valid_to]
    return (since or before) if day >= REFORM else before


def _chains(text: str, mentions: list[Mention]) -> dict[int, Beside]:
    """For each mention, what the names directly after it may mean ("…, huyện Châu Thành, tỉnh Bến Tre"), in order."""
    chains: dict[int, Beside] = {}
    for at in range(len(mentions) - 2, -1, -1):
        one, following = mentions[at], mentions[at + 1]
        if not following.office and one.units and _BESIDE.fullmatch(text, one.end, following.start):
            chains[at] = (following.units, *chains.get(at + 1, ()))
    return chains


def _decide(text: str, one: Mention, beside: Beside, day: str, home: Home, foreign: set[Unit]) -> Found | None:
    if not one.units:
        return _of_home(one, home, foreign, day)
    day = "" if _FORMER.match(text, one.end) else day
    pools = [_of_day(one.units, day)]
    if day >= REFORM:
        pools.append([unit for unit in one.units if not unit.valid_from])
    for pool in pools:
        within = pool
        for names in beside:
            within = [unit for unit in within if set(names).intersection(unit.line[1:])] or within
        if beside and len(within) == 1 and set(beside[0]).intersection(within[0].line[1:]):
            return _found(one, within[0], "chain")
        if beside and _says_otherwise(within, beside[0]):
            continue
        decided = _by_support(one, within, home, foreign)
        if decided:
            return decided
    return None


def _says_otherwise(pool: list[Unit], names: tuple[Unit, ...]) -> bool:
    """Whether the name beside is that of a higher unit, and none of these lies in one of that name."""
    higher = any(
        unit.level == "province" or (unit.level == "district" and pool and pool[0].level == "commune") for unit in names
    )
    is_lower = any(unit.level != "province" for unit in pool)
    return higher and is_lower and not any(set(names).intersection(unit.line[1:]) for unit in pool)


def _by_support(one: Mention, pool: list[Unit], home: Home, foreign: set[Unit]) -> Found | None:
    if len(pool) == 1 and pool[0].level != "commune":
        return _found(one, pool[0], "home" if pool[0] in home.line else "unique")
    near = [unit for unit in pool if home.holds(unit)]
    if not near and home.line:
        province = home.line[-1]
        near = [
            unit for unit in pool if province in unit.line or any(later in unit.line for later in province.successors)
        ]
    named = [unit for unit in pool if foreign.intersection(unit.line[1:])]
    both = list(dict.fromkeys([*near, *named]))
    if len(both) == 1:
        return _found(one, both[0], "context" if named else "home")
    if 1 < len(both) <= MOST_CANDIDATES:
        return Found(
            start=one.start, end=one.end, office=one.office, unit=None, how="ambiguous", candidates=tuple(both)
        )
    return None


def _of_home(one: Mention, home: Home, foreign: set[Unit], day: str) -> Found | None:
    """An office without a name is that of the portal's own unit, unless the article speaks of another of that level."""
    unit = next((own for own in home.line if own.kind in one.ranks or own.level == one.level), None)
    if unit is None or any(other.level == unit.level for other in foreign):
        return None
    if day >= REFORM and unit.valid_to:
        if unit.level != "province" or len(unit.successors) != 1:
            return None  # the level was abolished
        unit = unit.successors[0]
    return _found(one, unit, "home")


def _found(one: Mention, unit: Unit, how: How) -> Found:
    return Found(start=one.start, end=one.end, office=one.office, unit=unit, how=how)
