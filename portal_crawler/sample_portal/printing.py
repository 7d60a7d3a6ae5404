"""How pages print dates: the forms seen on real portals, each with the date a careful reader takes from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from portal_crawler.sample_portal.model import Printed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

WEEKDAYS = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")
WEEKDAY_WORDS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTH_WORDS = (
    "Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai",
)  # fmt: skip


def day_first(when: datetime) -> str:
    """Day first, as Vietnamese write: 26/10/2018."""
    return f"{when:%d/%m/%Y}"


def month_first(when: datetime, *, clock: bool = True) -> str:
    """As an en-US SharePoint prints a date field: "10/26/2018 11:00 AM"."""
    day = f"{when.month}/{when.day}/{when.year}"
    return f"{day} {_hour12(when)}:{when:%M} {'AM' if when.hour < 12 else 'PM'}" if clock else day


def kicker(when: datetime) -> str:
    """The line above a title: "Thứ 6, Ngày 26/10/2018, 11:00"."""
    return f"{WEEKDAYS[when.weekday()]}, Ngày {day_first(when)}, {when:%H:%M}"


def exact(when: datetime) -> str:
    """`published_at` with its minute."""
    return f"{when:%Y-%m-%dT%H:%M}:00+07:00"


def day_only(when: datetime) -> str:
    """`published_at` without a time."""
    return f"{when:%Y-%m-%d}"


def vendor_dates(when: datetime, way: str = "") -> Printed:
    """The kicker and the byline's date of the vendor page.

    Ways: "day" (kicker without a time), "none" (no kicker), "clock" (the kicker shows another day and must not be
    believed), "impossible" (31 February), "" the usual.
    """
    short = day_first(when)
    match way:
        case "day":
            line = f"{WEEKDAYS[when.weekday()]}, Ngày {short}"
            return Printed(published_at=day_only(when), kicker=line, byline=short, short=short)
        case "none":
            return Printed(published_at=day_only(when), byline=short, short=short)
        case "clock":
            return Printed(
                published_at=day_only(when), kicker=kicker(when + timedelta(days=8)), byline=short, short=short
            )
        case "impossible":
            short = f"31/02/{when.year}"
            return Printed(published_at=None, byline=short, short=short)
        case _:
            return Printed(published_at=exact(when), kicker=kicker(when), byline=short, short=short)


def form_dates(when: datetime, way: str = "") -> Printed:
    """The value of "Ngày xuất bản" in the stock form: month first. Ways: "day", "empty" (no value), "" the usual."""
    match way:
        case "day":
            value = month_first(when, clock=False)
            return Printed(published_at=day_only(when), value=value, short=value)
        case "empty":
            return Printed(published_at=None)
        case _:
            value = month_first(when)
            return Printed(published_at=exact(when), value=value, short=value)


def publishing_dates(when: datetime, choice: int) -> Printed:
    """The date line of the publishing page, in one of its many forms."""
    write, has_clock = PUBLISHING_FORMS[choice % len(PUBLISHING_FORMS)]
    return Printed(published_at=exact(when) if has_clock else day_only(when), value=write(when), short=day_first(when))


def _hour12(when: datetime) -> int:
    return when.hour % 12 or 12


def _with_update(when: datetime) -> str:
    later = when + timedelta(days=1, hours=3)
    return f"Ngày đăng: {day_first(when)} {when:%H:%M} | Cập nhật: {day_first(later)} {later:%H:%M}"


#: (how it is written, whether it tells the time)
PUBLISHING_FORMS: tuple[tuple[Callable[[datetime], str], bool], ...] = (
    (lambda when: f"{WEEKDAY_WORDS[when.weekday()]}, {day_first(when)}, {when:%H:%M} (GMT+7)", True),
    (lambda when: f"Ngày đăng: {day_first(when)} {when:%H:%M}", True),
    (lambda when: f"{day_first(when)} {_hour12(when)}:{when:%M} {'SA' if when.hour < 12 else 'CH'}", True),
    (lambda when: f"Đăng lúc {when:%H}h{when:%M} ngày {day_first(when)}", True),
    (lambda when: f"{when:%H} giờ {when:%M} phút, ngày {day_first(when)}", True),
    (lambda when: f"{ENGLISH_DAYS[when.weekday()]}, {ENGLISH_MONTHS[when.month - 1]} {when.day}, {when.year}", False),
    (lambda when: f"{when.day} Tháng {MONTH_WORDS[when.month - 1]} {when.year}", False),
    (_with_update, True),
    (lambda when: f"{when:%d-%m-%Y} {when:%H:%M}", True),
    (lambda when: f"{when:%H}h{when:%M}' - {when:%d.%m.%Y}", True),
    (lambda when: f"{WEEKDAY_WORDS[when.weekday()]}, {when.day} tháng {when.month}, {when.year}", False),
    (lambda when: f"Ngày {when.day} tháng {when.month} năm {when.year}", False),
)
#: the place of "Friday, October 26, 2018" among them
ENGLISH_FORM = 5
