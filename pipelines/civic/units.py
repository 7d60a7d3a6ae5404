"""The register of administrative units before and after 1 July 2025: the only door to its tables of names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

Level = Literal["province", "district", "commune"]
#: The first day of local government in two levels, with 34 provinces and without districts.
REFORM = "2025-07-01"
LAST_DAY_BEFORE = "2025-06-30"

_LEVELS: dict[str, Level] = {"P": "province", "D": "district", "W": "commune"}
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One unit as the register has it; `code` is the statistics office's, empty for one that only a profile names.

    `valid_from` and `valid_to` are ISO days, empty where open or unknown; `successors` hold its area since the reform.
    """

    level: Level
    kind: str
    name: str
    code: str = ""
    parent: Unit | None = None
    valid_from: str = ""
    valid_to: str = ""
    successors: list[Unit] = field(default_factory=list, repr=False)

    @property
    def full_name(self) -> str:
        """Rank and name with what it lies in: "phường An Hội, thành phố Bến Tre, tỉnh Bến Tre"."""
        return ", ".join(f"{one.kind} {one.name}" for one in self.line)

    @property
    def line(self) -> list[Unit]:
        """The unit itself and what it lies in, the province last."""
        return [self, *(self.parent.line if self.parent else [])]


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name for comparing: without letter case, hyphens and the placement of tones (hoà, hòa); "hoa" stays another."""
    words = _WORD.findall(unicodedata.normalize("NFC", name).lower())
    return " ".join(_tone_last(word) for word in words)


@lru_cache(maxsize=4096)
def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(one for one in letters if one not in _TONES) + "".join(one for one in letters if one in _TONES)


Register = dict[tuple[str, str], list[Unit]]


@cache
def registers() -> tuple[Register, Register]:
    """Units by (kind, name_key): those until the reform with their successors, and those since."""
    new, by_code = _read("units_from_2025.tsv", valid_from=REFORM)
    old, _ = _read("units_until_2025.tsv", valid_to=LAST_DAY_BEFORE, successors=by_code)
    return old, new


def _read(
    file: str, *, valid_from: str = "", valid_to: str = "", successors: dict[tuple[str, str], Unit] | None = None
) -> tuple[Register, dict[tuple[str, str], Unit]]:
    found: Register = {}
    by_code: dict[tuple[str, str], Unit] = {}
    parents: dict[Level, Unit] = {}
    text = (resources.files("pipelines.civic") / file).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        rank, code, kind, name, *later = line.split("\t")
        level = _LEVELS[rank]
        if level == "province":
            parents.clear()
        parent = None if level == "province" else parents.get("province")
        if level == "commune":
            parent = parents.get("district", parent)
        unit = Unit(level, kind, name, code, parent, valid_from, valid_to)
        parents[level] = by_code[rank, code] = unit
        found.setdefault((kind, name_key(name)), []).append(unit)
        for one in later[0].split() if later else ():
            _succeed(unit, (successors or {})["P" if level == "province" else "W", one])
    return found, by_code


def _succeed(unit: Unit, successor: Unit) -> None:
    """A commune's area goes to a unit, and with it a part of its district's."""
    for one in unit.line[:2] if unit.level == "commune" else [unit]:
        if successor not in one.successors:
            one.successors.append(successor)
