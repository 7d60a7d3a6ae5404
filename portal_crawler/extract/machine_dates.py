"""Reads stamps that programs print, and the pattern that a profile gives for a portal of its own ways."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pipelines.fold import flatten
from portal_crawler.extract.date_clock import offset_of, valid_clock
from portal_crawler.extract.date_cuts import FARTHEST_ZONE, Cut, month_number

#: The whole line is one stamp: 20181026T040000Z, 20181026 11:00:00 (SharePoint's paging tokens).
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[t ](?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})(?:\.\d+)?"
    r"\s?(?:(?P<z>z)|(?P<zb>[+-]\d{2}:?\d{2}))?",
    re.IGNORECASE,
)
#: ASP.NET's JSON dates: milliseconds since 1970 in UTC; the offset behind them is for display only.
_ASPNET = re.compile(r"\\?/date\((?P<ms>-?\d{1,14})(?:[+-]\d{4})?\)\\?/", re.IGNORECASE)


def machine_cut(line: str) -> Cut | None:
    """The date of a line that is nothing but one stamp for machines."""
    aspnet = _ASPNET.fullmatch(line)
    if aspnet:
        try:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(aspnet["ms"]))
        except OverflowError:
            return None
        clock = (moment.hour, moment.minute, moment.second)
        return _cut(line, "aspnet", (moment.year, moment.month, moment.day), clock, 0)
    match = _COMPACT.fullmatch(line)
    if not match:
        return None
    groups = {**match.groupdict(), "z": "z" if match["z"] else None, "zo": None, "zn": None}
    return _from_groups(line, "compact", groups, offset_of(groups))


def profile_cut(line: str, pattern: str) -> Cut | None:
    """The date that the profile's own pattern finds: groups day, month, year, and hour, minute, second if it has them."""
    match = re.search(pattern, line, re.IGNORECASE) if pattern else None
    groups = match.groupdict() if match else {}
    if not all(groups.get(name) for name in ("day", "month", "year")):
        return None
    return _from_groups(line, "profile", groups, None)


def _from_groups(line: str, form: str, groups: dict[str, str | None], offset: int | None) -> Cut:
    year = str(groups["year"])
    day = (
        int(year) if len(year) == 4 else 2000 + int(year),
        month_number(flatten(str(groups["month"]))),
        int(str(groups["day"])),
    )
    clock = None
    if groups.get("hour") and abs(offset or 0) <= FARTHEST_ZONE:
        clock = valid_clock(*(int(groups.get(name) or 0) for name in ("hour", "minute", "second")))
    return _cut(line, form, day, clock, offset)


def _cut(
    line: str, form: str, day: tuple[int, int, int], clock: tuple[int, int, int] | None, offset: int | None
) -> Cut:
    return Cut(
        start=0,
        end=len(line),
        core_start=0,
        core_end=len(line),
        form=form,
        year=day[0],
        month=day[1],
        day=day[2],
        clock=clock,
        offset=offset,
    )
