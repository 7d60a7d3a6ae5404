"""Scores a table of date strings: each row is read as the crawl would read it in its role, and compared."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError, why
from portal_crawler.extract.dates import DateReading, read_date, read_url_date
from portal_crawler.profile import Dates

if TYPE_CHECKING:
    from pathlib import Path

#: Locales of SharePoint whose forms print the month first.
_MONTH_FIRST = frozenset({"enus", "enph"})
_ADDRESS = re.compile(r"(?:https?:/)?/(?!date\()\S*", re.IGNORECASE)
_BASE = re.compile(r"base[= ](\d{4}-\d\d-\d\d\S*?)(?=[;,)\s]|$)")
#: Behind an expected value: only year and month are told, so that a whole date would be invented.
_MONTH_ONLY = "~m"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow:
    """One row of a table. `role` says what the string is ("publish", "url", "nondate", …), empty where no column does."""

    line: int
    string: str
    expected: str
    role: str = ""
    base: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateScore:
    """What a row was read as; `got` is written like the expected value."""

    row: DateRow
    got: str
    right: bool
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        row = {**asdict(self.row), "base": self.row.base.isoformat() if self.row.base else ""}
        return {**row, "got": self.got, "right": self.right, "problem": self.problem}


def read_table(path: Path, base: datetime | None = None) -> list[DateRow]:
    """The rows of a tab-separated file with the columns string and expected, and role and note if it has them.

    A relative row counts from the `base=…` in its note, or in the header, or from `base`.

    Raises:
        ConfigurationError: the file cannot be read or lacks a column.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({why(error)}); give a tab-separated UTF-8 file") from error
    # a heading may explain itself: "expected(+07, base 2018-10-26T11:00)"
    header = [re.match(r"\s*(\w*)", cell)[1] for cell in lines[0].split("\t")]  # type: ignore[index]  # it always matches
    for needed in ("string", "expected"):
        if needed not in header:
            raise ConfigurationError(f'{path}: line 1 names no column "{needed}"; columns are parted by tabs')
    base = _base(lines[0]) or base
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            cells = dict(zip(header, line.split("\t"), strict=False))
            try:
                rows.append(_row(number, cells, base))
            except ValueError as error:
                raise ConfigurationError(f"{path}: line {number}: {error}; expected values are ISO 8601") from error
    return rows


def _row(number: int, cells: dict[str, str], base: datetime | None) -> DateRow:
    expected = cells.get("expected", "").strip()
    if expected:
        datetime.fromisoformat(expected.removesuffix(_MONTH_ONLY))
    return DateRow(
        line=number,
        string=cells["string"],
        expected=expected,
        role=cells.get("role", "").strip(),
        base=_base(cells.get("note", "")) or base,
    )


def _base(text: str) -> datetime | None:
    match = _BASE.search(text)
    return datetime.fromisoformat(match[1]) if match else None


def score_row(row: DateRow, dates: Dates | None = None) -> DateScore:
    """The row read as its role says.

    Addresses are read as addresses; "audit" rows and "spfield-enUS" in the order of an English form, audit rows without
    zone; only "relative" rows, or rows without a role, may count from a base.
    """
    dates = dates or Dates()
    reading = _read(row, dates)
    got = reading.value or ""
    if row.role == "audit" and len(row.expected) <= len("YYYY-MM-DDTHH:MM:SS"):
        got = got[:19]
    return DateScore(row=row, got=got, right=_is_right(row, got, reading), problem=reading.problem)


def _read(row: DateRow, dates: Dates) -> DateReading:
    if row.role == "url" or _ADDRESS.fullmatch(row.string.strip()):
        return read_url_date(row.string, dates)
    base = row.base if row.role in ("", "relative") else None
    locale = row.role.partition("spfield-")[2].replace("-", "").lower()
    order = "MDY" if row.role == "audit" or locale in _MONTH_FIRST else ""
    return read_date(row.string, dates=dates, base=base, order=order)


def _is_right(row: DateRow, got: str, reading: DateReading) -> bool:
    if row.expected.endswith(_MONTH_ONLY):
        return not got and reading.problem == "no_day"
    return same_date(row.expected, got, by_day=reading.rule == "relative")


def same_date(expected: str, got: str, *, by_day: bool = False) -> bool:
    """True where both are the same moment, to the precision of the expected one (minutes, seconds, with or without zone).

    A day is not the same as a day with a clock, unless `by_day`.
    """
    if not expected or not got:
        return expected == got
    if len(expected) == 10:
        return got == expected or (by_day and got[:10] == expected)
    wanted, found = datetime.fromisoformat(expected), datetime.fromisoformat(got)
    if wanted.tzinfo is None:
        found = found.replace(tzinfo=None)
    if not re.match(r".{10}.\d\d:\d\d:\d\d", expected):
        found = found.replace(second=0)
    return len(got) > 10 and wanted == found
