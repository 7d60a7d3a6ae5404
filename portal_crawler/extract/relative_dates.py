"""Understands "3 giờ trước", "hôm qua lúc 17:20" and the like, as listings print them for fresh news."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.fold import flatten
from portal_crawler.extract.date_clock import clock_of
from portal_crawler.extract.date_patterns import CLOCK, GAP

#: Folded unit -> the word that dateparser's Vietnamese knows.
_UNITS = {
    "giay": "giây", "s": "giây", "second": "giây", "seconds": "giây", "sec": "giây", "seconde": "giây", "secondes": "giây",
    "phut": "phút", "'": "phút", "p": "phút", "minute": "phút", "minutes": "phút", "min": "phút", "mins": "phút",
    "gio": "giờ", "h": "giờ", "hour": "giờ", "hours": "giờ", "heure": "giờ", "heures": "giờ", "tieng": "giờ",
    "ngay": "ngày", "day": "ngày", "days": "ngày", "jour": "ngày", "jours": "ngày",
    "tuan": "tuần", "week": "tuần", "weeks": "tuần", "semaine": "tuần", "semaines": "tuần",
    "thang": "tháng", "month": "tháng", "months": "tháng", "mois": "tháng",
    "nam": "năm", "year": "năm", "years": "năm", "an": "năm", "ans": "năm",
}  # fmt: skip
_NUMBERS = {"mot": 1, "a": 1, "an": 1, "one": 1, "un": 1, "une": 1, "hai": 2, "two": 2, "ba": 3, "three": 3}

_COUNT = rf"(?P<n>\d{{1,5}}|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_MORE = r"(?:\s(?P<n2>\d{1,2})\s?(?P<unit2>phut|minutes?|gio|hours?))?"
_LABEL = r"(?:(?:da\s)?(?:cap nhat|dang|gui|xuat ban|posted|published|updated|publie)(?:\s(?:luc|tin|bai|vao))*\s?[:,-]?\s?)?"

#: A minus sign was seen before the number ("-5882 giây trước"): the same span, written by a program.
_SPAN = re.compile(
    rf"{_LABEL}(?:about\s|khoang\s)?{_COUNT}\s?{_UNIT}{_MORE}\s(?:truoc(?:\sday)?|ago)"
    rf"|{_LABEL}(?:cach day|il y a)\s(?:khoang\s|environ\s)?{_COUNT.replace('<n>', '<nb>')}\s?{_UNIT.replace('<unit>', '<unitb>')}"
)
_NOW = re.compile(rf"{_LABEL}(?:vua xong|vua moi dang|vai giay truoc|just now|now|a few seconds ago|a l'instant)")
_DAYS = re.compile(
    rf"{_LABEL}(?:(?P<today>hom nay|(?P<p1>sang|trua|chieu|toi|dem) nay|today|aujourd'hui)"
    r"|(?P<yesterday>hom qua|(?P<p2>sang|trua|chieu|toi|dem) (?:hom )?qua|yesterday|hier)"
    r"|(?P<before>hom kia|avant-hier)|(?P<tomorrow>ngay mai|(?P<p3>sang|trua|chieu|toi|dem) mai))"
    rf"(?:\s?\((?P<day>\d{{1,2}})\s?[/.-]\s?(?P<month>\d{{1,2}})\))?(?:{GAP}(?:luc|at|a|vao luc|vao)?{GAP}{CLOCK}(?:\s?(?P<dp>sang|trua|chieu|toi|dem))?)?\.?"
)
_WORD = {"today": "", "yesterday": "1 ngày trước", "before": "2 ngày trước", "tomorrow": "sau 1 ngày nữa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A relative expression: `expression` in dateparser's Vietnamese (empty: now), its clock where one is printed.

    `by_day` is True for day words ("hôm qua"), which say nothing of the hour; `day_month` is the day printed in brackets
    beside them and must agree.
    """

    expression: str
    by_day: bool = False
    clock: tuple[int, int, int] | None = None
    day_month: tuple[int, int] | None = None


def parse_relative(line: str) -> Relative | None:
    """The relative expression that a prepared line is; None where it says anything besides."""
    flat = flatten(line).strip(" .,;|-")
    flat = flat[1:-1] if flat[:1] == "(" and flat[-1:] == ")" else flat
    if _NOW.fullmatch(flat):
        return Relative(expression="")
    span = _SPAN.fullmatch(flat)
    if span:
        return Relative(expression=_span(span))
    days = _DAYS.fullmatch(flat)
    if not days:
        return None
    word = next(name for name in _WORD if days[name])
    groups = days.groupdict()
    groups["dp"] = groups["dp"] or groups["p1"] or groups["p2"] or groups["p3"]
    clock = clock_of(groups) if days["h"] else None
    if days["h"] and clock is None:
        return None
    day_month = (int(days["day"]), int(days["month"])) if days["day"] else None
    return Relative(expression=_WORD[word], by_day=True, clock=clock, day_month=day_month)


def _span(match: re.Match[str]) -> str:
    count, unit = match["n"] or match["nb"], match["unit"] or match["unitb"]
    number = int(count) if count.isdigit() else _NUMBERS[count]
    if match["n2"]:
        return f"{number} {_UNITS[unit]} {match['n2']} {_UNITS[match['unit2']]} trước"
    return f"{number} {_UNITS[unit]} trước"
