"""The hours in which a portal may be crawled: a city's server has time at night."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.errors import ConfigurationError

_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)(?:\s+(\S+))?")


def present() -> datetime:
    """Now, with its zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` to `end` of the local time of a zone; over midnight where `end` is the earlier one."""

    begin: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: str = "Asia/Ho_Chi_Minh") -> Hours:
        """Hours as "20:00-06:00", or with a zone of their own: "20:00-06:00 Asia/Ho_Chi_Minh".

        Raises:
            ConfigurationError: not of that form, no such time or zone, or no time at all.
        """
        match = _HOURS.fullmatch(text.strip())
        problem = "not of the form HH:MM-HH:MM"
        if match is not None:
            try:
                hours = cls(
                    time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])), ZoneInfo(match[5] or zone)
                )
            except (ValueError, OSError, KeyError) as error:
                problem = str(error)
            else:
                if hours.begin != hours.end:
                    return hours
                problem = "begins when it ends"
        raise ConfigurationError(
            f'--window "{text}": {problem}; write hours as "20:00-06:00", with a zone as "20:00-06:00 Asia/Ho_Chi_Minh"'
        )

    def seconds_left(self, now: datetime) -> float:
        """Seconds until the hours are over; 0 outside them."""
        if self.opens_in(now):
            return 0.0
        return (self._next(self.end, now) - now).total_seconds()

    def opens_in(self, now: datetime) -> float:
        """Seconds until they begin; 0 within them."""
        local = now.astimezone(self.zone).timetz().replace(tzinfo=None)
        over_midnight = self.end < self.begin
        inside = (local >= self.begin or local < self.end) if over_midnight else self.begin <= local < self.end
        return 0.0 if inside else (self._next(self.begin, now) - now).total_seconds()

    def _next(self, clock: time, now: datetime) -> datetime:
        """The next moment at which clocks of the zone show that time."""
        local = now.astimezone(self.zone)
        moment = datetime.combine(local.date(), clock, self.zone)
        return moment if moment > local else datetime.combine(local.date() + timedelta(days=1), clock, self.zone)

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M} {self.zone.key}"
