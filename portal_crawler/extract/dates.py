"""Reads the date of a line: cut out by strict patterns, normalised by dateparser, checked against its own digits.

Who does what, and why: whole lines confuse dateparser ("17,07%" is a date to it, "11 giờ 30 phút, ngày 26/10/2018" is
eleven and a half hours ago, "12 Tháng Sáu 2015" is in December), so the patterns of `date_cuts` find the day, its clock
and its weekday, and dateparser gets the bare day, or a relative expression with its base. What it answers must have the
day, month and year that the line shows, or there is no date. A day that is digits alone, its year of four
("26/10/2018", "/2018-10-26/"), is not handed over: that takes a third of a millisecond, and a test asks dateparser for
days of three centuries and gets each back. Days repeat all over a portal, so other answers are kept. This is
dateparser's only door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.fold import flatten
from pipelines.legacy import legacy_encoding
from portal_crawler.extract import date_patterns as patterns
from portal_crawler.extract.date_cuts import Cut, find_cuts, month_number, prepare
from portal_crawler.extract.machine_dates import machine_cut, profile_cut
from portal_crawler.extract.relative_dates import Relative, parse_relative
from portal_crawler.extract.url_dates import find_url_cut

if TYPE_CHECKING:
    from portal_crawler.profile import Dates

VIETNAM = timezone(timedelta(hours=7))
#: The zones of Vietnam are one fixed offset: no zone database is needed on a bare machine, and none tells us that
#: Saigon kept another time in 1970.
_VIETNAMESE_ZONES = ("Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Bangkok")

FIRST_YEAR, LAST_YEAR = 1800, 2100
#: What databases print for "no date": Excel's and SharePoint's day zero, 1900 and Unix time zero.
NULL_DATES = frozenset({date(1899, 12, 30), date(1900, 1, 1), date(1970, 1, 1)})
#: Days of digits alone, whose year cannot be mistaken: they leave nothing to normalise.
_DIGITS = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}|\d{4}([-/.])\d{1,2}\2\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What a line says of its date.

    `value` is "YYYY-MM-DD", or "YYYY-MM-DDTHH:MM:SS+07:00" where the line has a clock, or None. `rule` names the form
    ("numeric", "words", "relative", "url:folder", …; "numeric:swapped" where only month-day order is possible), `raw` is
    the cut, with its weekday and clock. `problem` says why there is no value: no_date, no_year, no_day, impossible_date,
    ambiguous, range, lunar, garbage, null_date, audit_line; beside a value it is a warning: weekday_disagrees,
    impossible_time, two_clocks, clock_range. `weekday_agrees` is None where no weekday is printed. `label` is the kind of
    label before the date: "published", "updated", "other" (issued, effective, …), "clock" ("Hôm nay") or empty.
    """

    value: str | None = None
    rule: str = ""
    raw: str = ""
    problem: str = ""
    weekday_agrees: bool | None = None
    label: str = ""

    @property
    def day(self) -> str:
        """YYYY-MM-DD, empty where there is no value."""
        return (self.value or "")[:10]

    @property
    def has_time(self) -> bool:
        """True where the value holds a clock."""
        return len(self.value or "") > 10


def read_date(text: str, *, dates: Dates, base: datetime | None = None, order: str = "") -> DateReading:
    """The one date that `text` gives.

    `order` ("DMY" or "MDY") overrides the profile's for numeric dates. `base` (the time of the capture; without zone it
    is the portal's own) makes relative expressions readable; without it they give no date. Where a line has several days,
    the one labelled as published wins; without such a label there is none ("ambiguous").
    """
    line = prepare(text)
    order = order or dates.order
    stamp = machine_cut(line) or profile_cut(line, dates.pattern)
    if stamp:
        return _read_cut(stamp, line, dates, order)
    if patterns.AUDIT.match(flatten(line)) and order == "DMY":
        return DateReading(raw=line, problem="audit_line")  # the form's own English book-keeping line is M/D/YYYY
    readings = [_read_cut(cut, line, dates, order) for cut in find_cuts(line)]
    if readings:
        return _one(readings)
    if base is not None:
        relative = parse_relative(line)
        if relative:
            return _read_relative(relative, line, base, dates)
    return DateReading(raw=line, problem=_why_none(line))


def read_url_date(url: str, dates: Dates) -> DateReading:
    """The date an address holds: a dated folder ("/2020-5-29/"), a stamp or a day at the end of its slug.

    A day inside a slug's words is part of the title, an event as a rule, and gives none; so do the stamps of a web archive.
    """
    cut, raw = find_url_cut(url)
    if cut is None:
        return DateReading(raw=raw, problem="no_date")
    return replace(_read_cut(cut, raw, dates, "DMY"), raw=raw)


def _read_cut(cut: Cut, line: str, dates: Dates, order: str) -> DateReading:
    """The reading of one cut: day checked and normalised, clock moved to the portal's zone."""
    found = DateReading(rule=cut.form, raw=line[cut.start : cut.end].strip(" ,;|-"), label=cut.label)
    if cut.problem:
        return replace(found, problem=cut.problem)
    day, rule, problem = _day(cut, order)
    if day is None:
        return replace(found, problem=problem)
    agrees = None if cut.weekday is None else day.weekday() == cut.weekday
    digits = _DIGITS.fullmatch(line[cut.core_start : cut.core_end].strip("/"))
    if not digits and _normalise(day) != day:
        return replace(found, problem="ambiguous")
    warning = "weekday_disagrees" if agrees is False else cut.warning
    return replace(found, value=_value(day, cut, dates), rule=rule, problem=warning, weekday_agrees=agrees)


# --- Day, month and year ----------------------------------------------------------------------------------------------


def _day(cut: Cut, order: str) -> tuple[date | None, str, str]:
    """The day of a cut, its rule, and the problem where there is none."""
    as_written = _date(cut.year, cut.month, cut.day)
    if cut.form != "numeric":
        return _checked(as_written, cut.form)
    swapped = _date(cut.year, cut.day, cut.month)
    first, second = (swapped, as_written) if order == "MDY" else (as_written, swapped)
    if first and second and second.weekday() == cut.weekday != first.weekday():
        return None, cut.form, "ambiguous"  # the weekday speaks for the other order: believe neither
    if first:
        return _checked(first, cut.form)
    if second and (cut.english or order == "MDY" or second.weekday() == cut.weekday):
        return _checked(second, f"{cut.form}:swapped")
    return None, cut.form, "impossible_date"


def _checked(day: date | None, rule: str) -> tuple[date | None, str, str]:
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, rule, "impossible_date"
    return (None, rule, "null_date") if day in NULL_DATES else (day, rule, "")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=16384)
def _normalise(day: date) -> date | None:
    """The day as dateparser reads it in the order Vietnam prints it; equal to ours, or one of us is wrong."""
    answer = _day_parser().get_date_data(f"{day.day:02d}/{day.month:02d}/{day.year:04d}").date_obj
    return answer.date() if answer else None


@lru_cache(maxsize=1)
def _day_parser() -> Any:
    # imported when first needed: it takes a seventh of a second, and most commands never read a date
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["vi"],
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],  # never "timestamp": to it 0914237777 is a day in 1998
        },
    )


# --- Clock and zone ---------------------------------------------------------------------------------------------------


def _value(day: date, cut: Cut, dates: Dates) -> str:
    if cut.clock is None:
        return day.isoformat()
    return _stamp(datetime(day.year, day.month, day.day, *cut.clock, tzinfo=_printed_zone(cut, dates)), dates)


def _printed_zone(cut: Cut, dates: Dates) -> tzinfo:
    return _zone(dates.timezone) if cut.offset is None else timezone(timedelta(minutes=cut.offset))


def _stamp(moment: datetime, dates: Dates) -> str:
    return moment.astimezone(_zone(dates.timezone)).isoformat(timespec="seconds")


@lru_cache(maxsize=8)
def _zone(name: str) -> tzinfo:
    if name in _VIETNAMESE_ZONES:
        return VIETNAM
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


# --- Relative expressions --------------------------------------------------------------------------------------------


def _read_relative(relative: Relative, line: str, base: datetime, dates: Dates) -> DateReading:
    """A relative expression, counted by dateparser from `base`; a day word gives a time only with a clock."""
    local = (
        base.replace(tzinfo=_zone(dates.timezone)) if base.tzinfo is None else base.astimezone(_zone(dates.timezone))
    )
    moment = _count_back(relative.expression, local.replace(tzinfo=None)) if relative.expression else local
    found = DateReading(rule="relative", raw=line)
    if moment is None:
        return replace(found, problem="no_date")
    if relative.day_month and relative.day_month != (moment.day, moment.month):
        return replace(found, problem="ambiguous")
    if relative.by_day:
        value = moment.date().isoformat()
        if relative.clock:
            hour, minute, second = relative.clock
            value = _stamp(moment.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(dates.timezone)), dates)
        return replace(found, value=value)
    return replace(found, value=_stamp(moment.replace(tzinfo=_zone(dates.timezone), microsecond=0), dates))


@lru_cache(maxsize=4096)
def _count_back(expression: str, base: datetime) -> datetime | None:
    import dateparser

    moment: datetime | None = dateparser.parse(
        expression, languages=["vi"], settings={"PARSERS": ["relative-time"], "RELATIVE_BASE": base}
    )
    return moment.replace(tzinfo=None) if moment else None


# --- One date of several, or the reason why none ----------------------------------------------------------------------


def _one(readings: list[DateReading]) -> DateReading:
    usable = [one for one in readings if one.value]
    broken = [one for one in readings if not one.value]
    if usable and len({one.day for one in usable}) == 1 and not broken:
        return next((one for one in usable if one.has_time), usable[0])
    labelled = [one for one in usable if one.label == "published"]
    if len({one.day for one in labelled}) == 1:
        return labelled[0]
    plain = [one for one in usable if one.label not in ("updated", "other")]
    if len(usable) > 1 and len(plain) == 1 and not broken:
        return plain[0]
    if broken and (not usable or any(one.problem != "range" for one in broken)):
        return replace(broken[0], value=None)
    return DateReading(raw=" ".join(one.raw for one in readings), problem="ambiguous" if not broken else "range")


def _why_none(line: str) -> str:
    flat = flatten(line)
    if re.search(r"\d", line) and (patterns.GARBAGE.search(line) or legacy_encoding(line)):
        return "garbage"
    if patterns.LUNAR.search(line):
        return "lunar"
    month = patterns.MONTH_ONLY.search(flat)
    if month and 1 <= month_number(month["m"] or month["m2"] or month["m3"]) <= 12:
        return "no_day"
    partial = patterns.DAY_MONTH.search(flat)
    if partial:
        day, month_word = (partial[name] or partial[f"{name}2"] or partial[f"{name}3"] for name in "dm")
        if _date(2000, month_number(month_word), int(day)):
            return "no_year"
    return "no_date"
