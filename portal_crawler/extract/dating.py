"""Gathers every date a page gives for its article, and says which of them each line is."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.items import FieldNote
from portal_crawler.extract.date_choice import DateCandidate
from portal_crawler.extract.date_lines import read_byline, read_kicker
from portal_crawler.extract.dates import DateReading, read_date, read_url_date
from portal_crawler.extract.head import UPDATED_META
from portal_crawler.extract.lines import name_after_date
from portal_crawler.extract.xpath import elements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from pipelines.items import Page
    from portal_crawler.extract.head import Head
    from portal_crawler.platforms.sharepoint.forms import Form
    from portal_crawler.profile import Dates

#: Names under which pages state their publishing time for machines, most explicit first.
_META = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish_date",
    "dc.date.issued", "dc.date", "dcterms.created", "dcterms.date", "parsely-pub-date", "sailthru.date",
    "published", "citation_publication_date",
)  # fmt: skip
#: "Ngày đăng: … | Cập nhật: …": what stands behind the second label, up to a separator.
_UPDATED = re.compile(r"(?:cập nhật|sửa (?:đổi|lần cuối)|updated|modified)\b[^|•]*", re.IGNORECASE)
_PUBLISHED_MARKS = elements("//*[@itemprop='datePublished' or (self::time and @pubdate)]")
_TIMES = elements("//time[@datetime][not(ancestor::*[contains(@class,'comment') or self::aside or self::footer])]")
#: SharePoint's language numbers whose form dates put the month first.
_BY = re.compile(r"^(?:by|bởi)\s+", re.IGNORECASE)
_ON = re.compile(r"\s+(?:on|at)$", re.IGNORECASE)
_NO_NAMES = frozenset(["fact checked", "last", "updated", "last updated", "est", "edt", "pst", "utc", "gmt"])
_ENGLISH_CLOCK = re.compile(r"\d\s?[AP]M\b")
_MONTH_FIRST_LCIDS = frozenset([1033])


def line_candidates(
    lines: Iterable[tuple[str, bool]], dates: Dates, page: Page, head: Head | None = None
) -> tuple[list[DateCandidate], str | None]:
    """The dates of (line, inside the article's part) pairs, and the author a byline names.

    A line with a weekday and no name is a kicker, any other date line is what the editor printed: a byline.
    """
    candidates: list[DateCandidate] = []
    author = None
    base = captured(page)
    for line, inside in lines:
        kicker = read_kicker(line, dates)
        if kicker.weekday_agrees is not None or kicker.label == "clock":
            candidates.append(DateCandidate(source="kicker", raw=line, reading=kicker, inside=inside))
            continue
        reading, name = read_byline(line, dates)
        if head is not None and _ENGLISH_CLOCK.search(line) and (_is_month_first(head) or not head.lcid):
            reading = read_date(line, dates=dates, base=base, order="MDY")
        elif reading.problem in ("no_date", "not_a_byline") and kicker.problem in ("no_date", "not_a_dateline"):
            reading = read_date(line, dates=dates, base=base)
        if not inside:
            continue
        author = author or _name(name or name_after_date(line))
        candidates.append(DateCandidate(source="byline", raw=line, reading=reading))
    return candidates, author


def _name(text: str) -> str | None:
    """A name without "by" before and "on" behind it; None for what stands beside dates besides: a zone, "Last updated"."""
    name = _ON.sub("", _BY.sub("", text))
    return name if len(name) > 2 and name.casefold() not in _NO_NAMES else None


def updated_in(lines: Iterable[str], head: Head, dates: Dates) -> tuple[str | None, FieldNote | None]:
    """The day of the last change and where it was found, where a line or the head labels one so."""
    for line in lines:
        match = _UPDATED.search(line)
        if match and (value := read_date(match[0], dates=dates).value):
            return value, FieldNote(field="updated_at", rule="line labelled as updated", raw=match[0])
    stamps = [(f"meta:{name}", str(head.meta.get(name) or "")) for name in UPDATED_META]
    for rule, stamp in (*stamps, ("json-ld:dateModified", str(head.ld.get("dateModified") or ""))):
        if stamp and (value := read_date(stamp, dates=dates).value):
            return value, FieldNote(field="updated_at", rule=rule, raw=stamp)
    return None, None


def head_candidates(head: Head, dates: Dates) -> list[DateCandidate]:
    """The dates of meta elements and JSON-LD."""
    stamps = [str(head.ld.get("datePublished") or ""), *(head.meta.get(name, "") for name in _META)]
    return [
        DateCandidate(source="meta", raw=stamp, reading=read_date(stamp, dates=dates))
        for stamp in dict.fromkeys(stamps)
        if stamp
    ][:2]


def marked_candidate(root: HtmlElement, dates: Dates) -> DateCandidate | None:
    """The date that the page's markup calls that of publishing, or the day of all its time elements where they agree."""
    for marks in (_PUBLISHED_MARKS, _TIMES):
        readings = _readings(marks(root), dates)
        if len({reading.day for _, reading in readings}) == 1:
            return DateCandidate(source="meta", raw=readings[0][0], reading=readings[0][1])
    return None


def times_disagree(root: HtmlElement, dates: Dates) -> bool:
    """True where the page's time elements name several days: nothing tells which is the article's."""
    return len({reading.day for _, reading in _readings(_TIMES(root), dates)}) > 1


def _readings(elements: Iterable[HtmlElement], dates: Dates) -> list[tuple[str, DateReading]]:
    stamps = [element.get("datetime") or element.get("content") or "" for element in elements]
    return [(stamp, read_date(stamp, dates=dates)) for stamp in stamps if stamp]


def form_candidate(form: Form, head: Head, dates: Dates, others: list[DateCandidate]) -> DateCandidate | None:
    """The date of a form's field; none where nothing tells its day-month order.

    What tells it, in this order: the profile, the only order possible, agreement with another date of the page, the
    form's language.
    """
    field = form.first("published")
    if field is None:
        return None
    order = dates.form_order
    month_first = read_date(field.text, dates=dates, order="MDY")
    day_first = read_date(field.text, dates=dates, order="DMY")
    if not order and month_first.value != day_first.value:
        order = _order(month_first, day_first, head, others)
        if not order:
            reading = DateReading(raw=field.text, problem="ambiguous")
            return DateCandidate(source="form", raw=field.text, reading=reading)
    return DateCandidate(source="form", raw=field.text, reading=month_first if order == "MDY" else day_first)


def _order(month_first: DateReading, day_first: DateReading, head: Head, others: list[DateCandidate]) -> str:
    days = {one.reading.day for one in others if one.reading.value and one.source not in ("header", "capture")}
    for reading, order in ((month_first, "MDY"), (day_first, "DMY")):
        other = day_first if order == "MDY" else month_first
        if (
            reading.value
            and not reading.rule.endswith("swapped")
            and (not other.value or other.rule.endswith("swapped"))
        ):
            return order
        if reading.day in days and other.day not in days:
            return order
    if head.lcid or head.language:
        return "MDY" if _is_month_first(head) else "DMY"
    return ""


def _is_month_first(head: Head) -> bool:
    return head.lcid in _MONTH_FIRST_LCIDS if head.lcid else head.language in ("en", "en-us")


def other_candidates(page: Page, form: Form | None, dates: Dates, printed: list[DateCandidate]) -> list[DateCandidate]:
    """The dates that only confirm: address, audit line of the form, the answer's header.

    Where the page prints a date that is none (31/02/2018), the address does not overrule it: the date stays blank.
    """
    found = []
    url = read_url_date(page.url, dates)
    if url.value and not any(one.reading.problem in ("impossible_date", "null_date") for one in printed):
        found.append(DateCandidate(source="url", raw=url.raw, reading=url))
    if form is not None and "created" in form.audit:
        raw = f"Created at {form.audit['created']}"
        found.append(DateCandidate(source="audit", raw=raw, reading=read_date(raw, dates=dates, order="MDY")))
    modified = page.header("Last-Modified")
    if modified:
        found.append(DateCandidate(source="header", raw=modified, reading=read_date(modified, dates=dates)))
    return found


def captured(page: Page) -> datetime | None:
    """The time of the capture; None where the source does not know it."""
    try:
        return datetime.fromisoformat(page.captured_at)
    except ValueError:
        return None
