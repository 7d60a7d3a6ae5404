"""How often: words like "daily" or "6h" as a calendar expression of systemd and as the first five fields of cron."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import time

from pipelines.errors import ConfigurationError

#: When a city's server has time, where no hours are given.
EVENING = time(20, 0)


@dataclass(frozen=True, slots=True)
class Cadence:
    """`calendar` is systemd's OnCalendar without a zone, `cron` minute to weekday; `delay` the seconds of random delay."""

    calendar: str
    cron: str
    delay: int


def cadence(every: str, portal: str, begin: time = EVENING) -> Cadence:
    """The cadence of a word: hourly, daily, weekly, monthly, or a number with min, h or d ("30min", "6h", "2d").

    What is daily or rarer begins at `begin` plus some minutes that depend on the portal's name alone, so that the crawls
    of one machine do not all begin at once.

    Raises:
        ConfigurationError: another word.
    """
    spread = zlib.crc32(portal.encode()) % 20
    minute = begin.minute + spread
    hour, minute = (begin.hour + minute // 60) % 24, minute % 60
    at = f"{hour:02}:{minute:02}:00"
    named = {
        "hourly": Cadence(f"*-*-* *:{spread:02}:00", f"{spread} * * * *", 300),
        "daily": Cadence(f"*-*-* {at}", f"{minute} {hour} * * *", 900),
        "weekly": Cadence(f"Sun *-*-* {at}", f"{minute} {hour} * * 0", 900),
        "monthly": Cadence(f"*-*-01 {at}", f"{minute} {hour} 1 * *", 900),
    }
    match = re.fullmatch(r"(\d+)(min|h|d)", every)
    number, unit = (int(match[1]), match[2]) if match else (0, "")
    if unit == "min" and number in (10, 15, 20, 30):
        return Cadence(f"*-*-* *:{spread % number:02}/{number}:00", f"{spread % number}-59/{number} * * * *", 60)
    if unit == "h" and number in (1, 2, 3, 4, 6, 8, 12):
        return Cadence(f"*-*-* 00/{number}:{spread:02}:00", f"{spread} */{number} * * *", 300)
    if unit == "d" and 1 <= number <= 15:
        return Cadence(f"*-*-01/{number} {at}", f"{minute} {hour} */{number} * *", 900)
    if every not in named:
        raise ConfigurationError(
            f'"{every}" is no cadence; use hourly, daily, weekly, monthly, 10min to 30min, 1h to 12h (parts of a day), or 1d to 15d'
        )
    return named[every]
