"""Finds the dates of a line: where each stands, its digits, its clock and weekday, and whether it may be trusted."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from pipelines.fold import flatten
from pipelines.text import clean_text
from portal_crawler.extract import date_patterns as patterns
from portal_crawler.extract.date_clock import clock_of, offset_of, valid_clock, weekday_of
from portal_crawler.extract.date_words import LATIN_MONTHS, VIETNAMESE_MONTHS, ZONES

#: How far before a date its clock and weekday may begin.
REACH = 70
#: Years of two digits: 00-40 are of this century, 69-99 of the last; those between could be either.
LAST_SHORT_YEAR, FIRST_SHORT_YEAR = 40, 69

#: Minutes from Greenwich of the zone farthest from it.
FARTHEST_ZONE = 14 * 60

_TYPED = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("⁄∕／", "/"),
        **dict.fromkeys("’‘′`", "'"),
        **dict.fromkeys("”“″", '"'),
        "：": ":", "．": ".", **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    }
)  # fmt: skip
_MONTHS = {word.replace(" ", ""): number for word, number in {**LATIN_MONTHS, **VIETNAMESE_MONTHS}.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One date of a line: text[start:end] with its clock and weekday, text[core_start:core_end] its bare day.

    `day` and `month` are as written first and second where `form` is "numeric", else already told apart.
    `clock` is (hour, minute, second) of a 24-hour day, `offset` minutes east of Greenwich; `weekday` counts from
    Monday 0. `label` is "published", "updated", "other", "clock" or empty. `problem` says why the day must not be used,
    `warning` why the clock beside it was not.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    form: str
    day: int
    month: int
    year: int
    clock: tuple[int, int, int] | None = None
    offset: int | None = None
    weekday: int | None = None
    english: bool = False
    label: str = ""
    problem: str = ""
    warning: str = ""


def prepare(text: str) -> str:
    """One line of clean text with the dashes, slashes, quotes and digits that people type on a keyboard."""
    line = html.unescape(text) if "&" in text else text
    return clean_text(line).translate(_TYPED)


@lru_cache(maxsize=64)
def find_cuts(line: str) -> tuple[Cut, ...]:
    """All full dates of a prepared line, in order; what must not be taken for a date is left out or marked.

    The last answers are kept: the same line is asked as a kicker, as a byline and for its date.
    """
    flat = flatten(line)
    if not re.search(r"\d", flat):
        return ()
    found: list[Cut] = []
    for form, pattern in patterns.FORMS:
        for match in pattern.finditer(flat):
            if not any(one.core_start < match.end() and match.start() < one.core_end for one in found):
                found.append(_cut(form, match, flat, line))
    found.sort(key=lambda one: one.core_start)
    kept = [one for one in found if one.problem != "no_date"]
    return _mark_ranges(kept, flat)


def month_number(word: str) -> int:
    """The number of a month's digits or folded name; 0 where it is no month."""
    return int(word) if word.isdecimal() else _MONTHS.get(re.sub(r"\s", "", word), 0)


def _cut(form: str, match: re.Match[str], flat: str, line: str) -> Cut:
    groups = match.groupdict()
    year = groups["y"] or groups["y2"]
    cut = Cut(
        start=match.start(),
        end=match.end(),
        core_start=match.start(),
        core_end=match.end(),
        form=form,
        day=int(groups["d"]),
        month=month_number(groups["m"]),
        year=_year(year),
    )
    if form == "asctime":
        hour, minute, second = (*map(int, groups["clock"].split(":")), 0)[:3]
        zone = groups["zone"]
        return replace(cut, clock=valid_clock(hour, minute, second), offset=ZONES[zone] if zone else None)
    cut = _with_surroundings(cut, flat)
    return replace(cut, label=_label(flat[: cut.start]), problem=_guard(cut, match, flat, line))


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    if number <= LAST_SHORT_YEAR:
        return 2000 + number
    return 1900 + number if number >= FIRST_SHORT_YEAR else 0


# --- Clock, weekday and zone beside the date --------------------------------------------------------------------------


def _with_surroundings(cut: Cut, flat: str) -> Cut:
    before = patterns.BEFORE.search(flat, max(0, cut.core_start - REACH), cut.core_start)
    after = patterns.WEEKDAY_AFTER.match(flat, cut.core_end)
    weekday = None
    problem = ""
    start, end = cut.core_start, cut.core_end
    if before:
        start = before.start()
        if _weekday_stands_alone(flat, before):
            weekday, problem = weekday_of(before)
    if after and weekday is None and not after["wx"]:
        weekday, _ = weekday_of(after)
        end = after.end()
    clock_after = patterns.CLOCK_AFTER.match(flat, end)
    if clock_after and not _is_clock(clock_after, flat):
        clock_after = None
    if clock_after:
        end = clock_after.end()
    cut = replace(cut, start=start, end=end, weekday=weekday, problem=problem)
    return _with_clock(cut, before, clock_after)


def _with_clock(cut: Cut, before: re.Match[str] | None, after: re.Match[str] | None) -> Cut:
    """The one clock beside the date; two different ones, or a span of hours, are none."""
    readings = []
    english = False
    for match in (before, after):
        if match is None or match["h"] is None:
            continue
        groups = match.groupdict()
        span = match["range"] or _is_span(match["zb"], cut.form)
        offset = offset_of(groups)
        clock = None if span or abs(offset or 0) > FARTHEST_ZONE else clock_of(groups)
        english = english or (groups["ap"] or "")[:1] in ("a", "p")
        warning = "clock_range" if span else "" if clock else "impossible_time"
        readings.append((clock, offset, warning))
    cut = replace(cut, english=english)
    if not readings:
        return cut
    if any(reading != readings[0] for reading in readings):
        return replace(cut, warning="two_clocks")
    clock, offset, warning = readings[0]
    return replace(cut, clock=clock, offset=offset if clock else None, warning=warning)


def _is_span(bare_offset: str | None, form: str) -> bool:
    """True for "11:00-12:00" behind a printed date; behind an ISO date it is an offset."""
    return form == "numeric" and bool(bare_offset) and str(bare_offset).startswith("-")


def _is_clock(match: re.Match[str], flat: str) -> bool:
    """False for a duration behind a date ("26/10/2018, 5 giờ liền") and for what goes on as another number."""
    if match["unit"] == "gio" and not (match["m2"] or match["half"] or match["at"] or match["dp"]):
        return False
    return not re.match(r"\d|/\d|\s?%", flat[match.end() :])


def _weekday_stands_alone(flat: str, match: re.Match[str]) -> bool:
    """False in "kỳ họp thứ 8, ngày …": there "thứ" counts sessions."""
    group = next((name for name in ("wt", "wx") if match[name]), "")
    if not group:
        return True
    word_start = flat.rfind("thu", 0, match.start(group))
    lead = flat[:word_start].rstrip()
    return not re.search(r"[a-z]$", lead) or bool(
        re.search(r"(?:^|[^a-z])(?:ngay|sang|trua|chieu|toi|dem|vao|nay|luc|gio|phut|nhat|sa|ch|am|pm|h|la)$", lead)
    )


# --- What is no date after all ----------------------------------------------------------------------------------------


def _guard(cut: Cut, match: re.Match[str], flat: str, line: str) -> str:
    """The problem of a cut: "no_date" where it is something else, "range", "lunar", "impossible_date", or none."""
    if _is_something_else(cut, match, flat):
        return "no_date"
    if _ends_range(cut, flat) or patterns.RANGE_AFTER.match(flat[cut.core_end :]):
        return "range"
    if patterns.LUNAR_BEFORE.search(line[: cut.core_start]) or patterns.LUNAR_AFTER.match(line[cut.core_end :]):
        return "lunar"
    return cut.problem


def _is_something_else(cut: Cut, match: re.Match[str], flat: str) -> bool:
    """True for parts of numbers, codes and names, and for what only a word beside it could make a date."""
    lead, tail = flat[: cut.core_start], flat[cut.core_end :]
    separator = match.groupdict().get("s") or ""
    if patterns.BAD_AFTER.match(tail) and not patterns.RANGE_AFTER.match(tail):
        return True
    if cut.start < cut.core_start:
        return False  # "ngày", a weekday or a clock stands before it
    if (patterns.BAD_BEFORE.search(lead) or _glued(lead, separator)) and not _ends_range(cut, flat):
        return True
    if match["m"] == "nam" and "nam nam" not in match[0]:
        return True  # "9 tháng năm 2018" are nine months of a year
    spaced = " " in match[0] and separator in ("-", ".")
    short_year = len(match["y"] or "") == 2 and not (cut.end > cut.core_end or cut.label)
    return (spaced or short_year) and not _alone(cut, flat)


def _glued(lead: str, separator: str) -> bool:
    """A letter right before the digits: a code or a file name, unless it is "ngày" or a place before a slash date."""
    match = patterns.GLUED_BEFORE.search(lead)
    if match is None or lead.endswith("ngay"):
        return False
    return not (match[0].endswith("-") and separator == "/")


def _ends_range(cut: Cut, flat: str) -> bool:
    if cut.clock is not None or cut.weekday is not None:
        return False
    return bool(patterns.RANGE_BEFORE.search(flat[: cut.core_start]))


def _alone(cut: Cut, flat: str) -> bool:
    """True where a bracket or the ends of the line enclose the date, labels and separators apart."""
    lead, tail = flat[: cut.core_start].rstrip(), flat[cut.core_end :].lstrip()
    return (not lead or lead[-1] in "([|") and (not tail or tail[0] in ")]|")


def _mark_ranges(cuts: list[Cut], flat: str) -> tuple[Cut, ...]:
    marked = list(cuts)
    for at, (first, second) in enumerate(pairwise(cuts)):
        if patterns.RANGE_BETWEEN.fullmatch(flat[first.core_end : second.core_start]):
            marked[at] = replace(first, problem="range")
            marked[at + 1] = replace(second, problem="range")
    return tuple(marked)


def _label(lead: str) -> str:
    tail = lead[-40:]
    for label, pattern in (
        ("clock", patterns.CLOCK_LABEL),
        ("other", patterns.OTHER_LABEL),
        ("updated", patterns.UPDATED_LABEL),
        ("published", patterns.PUBLISHED_LABEL),
    ):
        if pattern.search(tail):
            return label
    return ""
