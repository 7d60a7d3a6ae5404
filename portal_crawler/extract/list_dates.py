"""Reads the date beside a link in a list or feed, in the order of day and month that fits the article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.extract.dates import read_date

if TYPE_CHECKING:
    from datetime import datetime

    from portal_crawler.profile import Dates


def read_list_date(raw: str, *, dates: Dates, base: datetime, published: str | None) -> str | None:
    """The date as ISO 8601; None where it is none.

    A list in English prints 7/1/2020 for the first of July, and nothing in the row tells: where the profile's order
    gives another day than `published`, or none, the other order is believed if it gives that very day.
    """
    value = read_date(raw, dates=dates, base=base).value
    if published and (value or "")[:10] != published[:10]:
        turned = read_date(raw, dates=dates, base=base, order="DMY" if dates.order == "MDY" else "MDY").value
        if turned and turned[:10] == published[:10]:
            return turned
    return value
