"""Reads the clock, the zone and the weekday that stand beside a date; contradictions are none rather than a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.date_words import WEEKDAY_NAMES, WEEKDAY_NUMBERS, WEEKDAY_SHORT, ZONES

if TYPE_CHECKING:
    import re

_NAMES = {word.replace(" ", ""): number for word, number in WEEKDAY_NAMES.items()}

#: Part of the day -> the hours it is said of as they stand, and those it moves to the afternoon.
_PARTS: dict[str, tuple[frozenset[int], range]] = {
    "sang": (frozenset(range(12)), range(0)),
    "trua": (frozenset(range(10, 15)), range(1, 3)),
    "chieu": (frozenset(range(12, 20)), range(1, 7)),
    "toi": (frozenset(range(13, 24)), range(5, 12)),
    "dem": (frozenset([*range(6), *range(13, 24)]), range(8, 12)),
    "khuya": (frozenset([*range(6), *range(13, 24)]), range(8, 12)),
}


def clock_of(groups: dict[str, str | None]) -> tuple[int, int, int] | None:
    """(hour, minute, second) of a 24-hour day from the groups of a clock pattern; None where there is no such time."""
    hour = int(groups["h"] or 0)
    minute = 30 if groups["half"] else int(groups["m1"] or groups["m2"] or 0)
    second = int(groups["s1"] or groups["s2"] or 0)
    part = groups.get("dp") or groups.get("dp1") or groups.get("dp2") or ""
    told = _hour_by_marker(hour, groups["ap"] or "", part)
    return None if told is None else valid_clock(told, minute, second)


def _hour_by_marker(hour: int, marker: str, part: str) -> int | None:
    """The hour of a 24-hour day; None where the words contradict the number ("13:30 SA", "12 giờ đêm")."""
    if marker in ("sa", "am", "a.m", "a.m."):
        return None if hour > 12 else hour % 12
    if marker:
        return None if hour == 0 else hour + 12 if hour < 12 else hour  # "20:00 CH" is seen: redundant, not wrong
    if not part:
        return hour
    as_written, afternoon = _PARTS[part]
    return hour if hour in as_written else hour + 12 if hour in afternoon else None


def valid_clock(hour: int, minute: int, second: int) -> tuple[int, int, int] | None:
    """The three numbers where a clock can show them."""
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def offset_of(groups: dict[str, str | None]) -> int | None:
    """Minutes east of Greenwich where a zone is printed."""
    bare = groups["zb"]
    shift = (groups["zo"] or bare or "").replace(" ", "").replace(":", "")
    minutes = 0
    if shift:
        digits = shift[1:]
        hours, rest = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        minutes = (hours * 60 + rest) * (-1 if shift[0] == "-" else 1)
    name = groups["zn"] or groups["z"]
    if name:
        return ZONES[name] + minutes
    return minutes if shift else None


def weekday_of(match: re.Match[str]) -> tuple[int | None, str]:
    """Monday 0 to Sunday 6, and "impossible_date" for a weekday that there is not ("Thứ 8")."""
    if match["wx"]:
        return None, "impossible_date"
    number = match["wt"] or match["wd"] or match["wa"]
    if number:
        return WEEKDAY_NUMBERS[number], ""
    if match["wn"]:
        return _NAMES[match["wn"].replace(" ", "")], ""
    return (WEEKDAY_SHORT[match["ws"]] if match["ws"] else None), ""
