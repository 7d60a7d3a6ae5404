"""Finds names of places and offices in a text, and every unit that each may mean; which one it is, places.py decides."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipelines.civic.grammar import CAPITALS
from pipelines.civic.units import Level, Register, Unit, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_RANK = "|".join(f"[{one[0]}{one[0].upper()}]{one[1:]}|{one.upper()}" for one in _RANKS).replace(" ", r"[^\S\n]")
#: A unit's rank, and at once a capital letter or a figure; what follows is looked up in the register.
_PLACE = re.compile(
    rf"(?<![^\W_])(?P<kind>(?:{_RANK})(?=[^\S\n])|T\.?[Pp]\.?(?=[^\S\n.]?[{CAPITALS}])|(?:TX|TT|P|Q)\.)[^\S\n]?(?=[{CAPITALS}\d])"
)
_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r" | ?[-–] ?|['’]")
_LONGEST = 6
_ALIASES = {"hcm": "Hồ Chí Minh"}
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
        kind = _KINDS.get(re.sub(r"\s", " ", match["kind"].lower()).removesuffix("."))
        kind = kind or _KINDS[match["kind"].lower()]
        found = _named(text, match.end(), kind, registers)
        if found:
            yield Mention(start=match.start(), end=found[0], units=found[1])


def _named(text: str, at: int, kind: str, registers: tuple[Register, ...]) -> tuple[int, tuple[Unit, ...]] | None:
    """The end and the units of the longest name of a kind that begins at a place; None where a longer one may be meant."""
    tokens: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text, at, at + 80):
        follows = _GAP.fullmatch(text, tokens[-1].end(), token.start()) if tokens else token.start() == at
        if not follows:
            break
        tokens.append(token)
        if len(tokens) > _LONGEST:
            break
    for count in range(min(len(tokens), _LONGEST), 0, -1):
        written = text[at : tokens[count - 1].end()]
        key = name_key(_ALIASES.get(written.lower(), written))
        units = tuple(unit for register in registers for unit in register.get((kind, key), ()))
        if units:
            ends = tokens[count - 1].end()
            return None if _goes_on(text, tokens, count, written) else (ends, units)
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


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True)).replace(r"\ ", r"[^\S\n]")


@cache
def _office_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    departments = _OFFICES["departments"]
    return (
        re.compile(
            rf"(?<![^\W_])(?P<office>{_alternatives(list(_OFFICES['of_any']))})[^\S\n](?P<rank>{_RANK}|TP\.?)?(?![^\W_])"
        ),
        re.compile(rf"(?<![^\W_])(?P<office>{_alternatives(list(_OFFICES['of_rank']))})(?![^\W_])"),
        re.compile(
            rf"(?<![^\W_])(?:(?P<province>Sở)[^\S\n](?:{_alternatives(departments['province'])})"
            rf"|(?P<district>Phòng)[^\S\n](?:{_alternatives(departments['district'])}))(?![^\W_])"
        ),
    )


def _offices(text: str, places: dict[int, Mention], registers: tuple[Register, ...]) -> Iterator[Mention]:
    text = text.replace("uỷ", "ủy").replace("Uỷ", "Ủy")
    of_any, of_rank, departments = _office_patterns()
    for match in of_any.finditer(text):
        office = _OFFICES["of_any"][re.sub(r"\s", " ", match["office"])]
        place = places.get(match.start("rank")) if match["rank"] else None
        rank = _KINDS.get((match["rank"] or "").lower().rstrip("."), "")
        if place:
            yield Mention(start=match.start(), end=place.end, units=place.units, office=office)
        elif rank and not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=office, ranks=(rank,))
    for match in of_rank.finditer(text):
        ranks = tuple(_OFFICES["of_rank"][match["office"]])
        found = (
            _named(text, match.end() + 1, ranks[0], registers) if text[match.end() : match.end() + 1] == " " else None
        )
        if found:
            yield Mention(start=match.start(), end=found[0], units=found[1], office=match["office"], ranks=ranks)
        elif not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=match["office"], ranks=ranks)
    for match in departments.finditer(text):
        level: Level = "province" if match["province"] else "district"
        office = re.sub(r"\s", " ", match[0])
        place = places.get(match.end() + 1)
        if place and any(unit.level == level for unit in place.units):
            units = tuple(unit for unit in place.units if unit.level == level)
            yield Mention(start=match.start(), end=place.end, units=units, office=office, level=level)
        elif not place and not _names_something(text, match.end()):
            yield Mention(start=match.start(), end=match.end(), office=office, level=level)


def _names_something(text: str, at: int) -> bool:
    """True where a name follows that was not understood: then the office is somebody else's."""
    following = re.match(
        rf"[^\S\n](?:(?:tỉnh|thành[^\S\n]phố|TP\.?|quận|huyện|thị[^\S\n]xã|xã|phường)[^\S\n]?)?(?P<word>[{CAPITALS}\d][^\W_]*)",
        text[at : at + 60],
    )
    return bool(following) and following["word"] not in _SURNAMES  # type: ignore[index]


def fits_level(kind: str, level: Level) -> bool:
    """Whether a unit of this kind may be of this level."""
    return level in _LEVEL_OF.get(kind, ())
