"""Finds names of places and offices in a text, and every unit that each may mean; which one it is, places.py decides."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipelines.civic.grammar import CAPITALS, at_word
from pipelines.civic.units import Level, Register, Unit, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OFFICES = tomllib.loads((resources.files("pipelines.civic") / "offices.toml").read_text(encoding="utf-8"))

_KINDS = {
    "tỉnh": "tỉnh", "thành phố": "thành phố", "tp": "thành phố", "t.p": "thành phố", "quận": "quận", "q.": "quận",
    "huyện": "huyện", "thị xã": "thị xã", "tx.": "thị xã", "thị trấn": "thị trấn", "tt.": "thị trấn", "xã": "xã",
    "phường": "phường", "p.": "phường", "đặc khu": "đặc khu",
}  # fmt: skip
_LEVEL_OF: dict[str, tuple[Level, ...]] = {
    "tỉnh": ("province",), "thành phố": ("province", "district"), "quận": ("district",), "huyện": ("district",),
    "thị xã": ("district",), "thị trấn": ("commune",), "xã": ("commune",), "phường": ("commune",), "đặc khu": ("commune",),
}  # fmt: skip
_RANKS = ("tỉnh", "thành phố", "quận", "huyện", "thị xã", "thị trấn", "xã", "phường", "đặc khu")
_WRITTEN = [form.replace(" ", r"[^\S\n]") for one in _RANKS for form in (one, one[0].upper() + one[1:], one.upper())]
_RANK = "|".join(_WRITTEN)
#: A unit's rank, and at once a capital letter or a figure; what follows is looked up in the register.
_BEFORE_NAME = [
    *(rf"{one}(?=[^\S\n])" for one in _WRITTEN),
    rf"T\.?[Pp]\.?(?=[^\S\n.]?[{CAPITALS}])",
    *(rf"{one}\." for one in ("TX", "TT", "P", "Q")),
]
_PLACE = re.compile(rf"(?P<kind>{at_word(*_BEFORE_NAME)})[^\S\n]?(?=[{CAPITALS}\d])")
_TOKEN = re.compile(r"[^\W_]+")
_LONGEST = 6
#: The words of a name, and one more, as what is joined like a name goes on.
_CHAIN = re.compile(rf"[^\W_]+(?:(?: | ?[-–] ?|['’])[^\W_]+){{0,{_LONGEST}}}")
_ALIASES = {"hcm": name_key("Hồ Chí Minh")}
#: A capital letter after a name continues it ("xã Tân Phú Đông"), unless a person begins there ("huyện X Nguyễn Văn A").
_SURNAMES = frozenset(
    (
        "Nguyễn",
        "Trần",
        "Lê",
        "Phạm",
        "Hoàng",
        "Huỳnh",
        "Phan",
        "Vũ",
        "Võ",
        "Đặng",
        "Bùi",
        "Đỗ",
        "Hồ",
        "Ngô",
        "Dương",
        "Lý",
        "Đoàn",
        "Trương",
        "Đinh",
        "Mai",
        "Trịnh",
        "Lâm",
        "Cao",
        "Lương",
        "Tô",
        "Châu",
        "Thái",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in a text: `text[start:end]`. `units` are all that it may mean, before the reform and since.

    `office` is empty for a place. A mention without `units` says only the `ranks` ("UBND thành phố", "Sở Y tế"):
    the unit follows from the portal's own place, or not at all. `level` is the level it must be of, where it is known.
    """

    start: int
    end: int
    units: tuple[Unit, ...] = ()
    office: str = ""
    ranks: tuple[str, ...] = ()
    level: Level | None = None


def find_mentions(text: str, registers: tuple[Register, ...]) -> list[Mention]:
    """All mentions in order; an office takes the place it stands before."""
    places = {one.start: one for one in _places(text, registers)}
    offices = list(_offices(text, places, registers))
    covered = [(one.start, one.end) for one in offices]
    alone = [one for one in places.values() if not any(start <= one.start < end for start, end in covered)]
    return sorted([*alone, *offices], key=lambda one: one.start)


def _places(text: str, registers: tuple[Register, ...]) -> Iterator[Mention]:
    for match in _PLACE.finditer(text):
        written = _spaced(match["kind"].lower())
        kind = _KINDS.get(written.removesuffix(".")) or _KINDS[written]
        found = _named(text, match.end(), kind, registers)
        if found:
            yield Mention(start=match.start(), end=found[0], units=found[1])


def _spaced(written: str) -> str:
    """With every space the usual one."""
    return " ".join(written.split())


def _named(text: str, at: int, kind: str, registers: tuple[Register, ...]) -> tuple[int, tuple[Unit, ...]] | None:
    """The end and the units of the longest name of a kind that begins at a place; None where a longer one may be meant."""
    chain = _CHAIN.match(text, at, at + 80)
    tokens = list(_TOKEN.finditer(text, at, chain.end())) if chain else []
    words = [name_key(one[0]) for one in tokens]
    for count in range(min(len(tokens), _LONGEST), 0, -1):
        name = kind, _ALIASES.get(words[0], words[0]) if count == 1 else " ".join(words[:count])
        units = tuple([unit for register in registers for unit in register.get(name, ())])
        if units:
            ends = tokens[count - 1].end()
            return None if _goes_on(text, tokens, count, text[at:ends]) else (ends, units)
    return None


def _goes_on(text: str, tokens: list[re.Match[str]], count: int, written: str) -> bool:
    if not all(one[0][0].isupper() or one[0].isdigit() for one in tokens[:count]):
        return True  # "xã hội Nghĩa": no name is written so
    if count == len(tokens):
        return False
    following = tokens[count][0]
    spaced = text[tokens[count - 1].end() : tokens[count].start()] == " "
    if not spaced or (written.isupper() and not written.isdigit()):
        return False
    return following[0].isupper() and following not in _SURNAMES and following.lower() not in {"tp", "tỉnh", "thành"}


# --- offices


def _longest_first(names: Iterable[str]) -> list[str]:
    return [re.escape(one).replace(r"\ ", r"[^\S\n]") for one in sorted(names, key=len, reverse=True)]


@cache
def _office_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    departments = {kind: "|".join(_longest_first(names)) for kind, names in _OFFICES["departments"].items()}
    of_province = rf"Sở[^\S\n](?P<province>{departments['province']})"
    of_district = rf"Phòng[^\S\n](?P<district>{departments['district']})"
    return (
        re.compile(
            rf"(?P<office>{at_word(*_longest_first(_OFFICES['of_any']))})[^\S\n](?P<rank>{_RANK}|TP\.?)?(?![^\W_])"
        ),
        re.compile(rf"(?P<office>{at_word(*_longest_first(_OFFICES['of_rank']))})(?![^\W_])"),
        re.compile(rf"(?:{at_word(of_province, of_district)})(?![^\W_])"),
    )


def _offices(text: str, places: dict[int, Mention], registers: tuple[Register, ...]) -> Iterator[Mention]:
    text = text.replace("uỷ", "ủy").replace("Uỷ", "Ủy")
    of_any, of_rank, departments = _office_patterns()
    for match in of_any.finditer(text):
        office = _OFFICES["of_any"][_spaced(match["office"])]
        place = places.get(match.start("rank")) if match["rank"] else None
        rank = _KINDS.get((match["rank"] or "").lower().rstrip("."), "")
        if place:
            yield Mention(start=match.start(), end=place.end, units=place.units, office=office)
        elif rank and not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=office, ranks=(rank,))
    for match in of_rank.finditer(text):
        office = _spaced(match["office"])
        ranks = tuple(_OFFICES["of_rank"][office])
        found = (
            _named(text, match.end() + 1, ranks[0], registers) if text[match.end() : match.end() + 1] == " " else None
        )
        if found:
            yield Mention(start=match.start(), end=found[0], units=found[1], office=office, ranks=ranks)
        elif not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=office, ranks=ranks)
    for match in departments.finditer(text):
        level: Level = "province" if match["province"] else "district"
        office = _spaced(match[0])
        place = places.get(match.end() + 1)
        if place and any(unit.level == level for unit in place.units):
            units = tuple(unit for unit in place.units if unit.level == level)
            yield Mention(start=match.start(), end=place.end, units=units, office=office, level=level)
        elif not place and not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=office, level=level)


_NEXT_NAME = re.compile(
    rf"[^\S\n](?:(?:tỉnh|thành[^\S\n]phố|TP\.?|quận|huyện|thị[^\S\n]xã|xã|phường)[^\S\n]?)?(?P<word>[{CAPITALS}\d][^\W_]*)"
)


def _names_something(text: str, at: int) -> bool:
    """True where a name follows that was not understood: then the office is somebody else's."""
    following = _NEXT_NAME.match(text, at, at + 60)
    return following is not None and following["word"] not in _SURNAMES


def fits_level(kind: str, level: Level) -> bool:
    """Whether a unit of this kind may be of this level."""
    return level in _LEVEL_OF.get(kind, ())
