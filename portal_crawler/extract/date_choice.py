"""Weighs everything a page says of its date and chooses the day of publication, or none with a reason.

The rules, in order:

1. The day comes from the first of byline, form, meta, feed, trusted kicker, listing that has a plausible one; then from
   one of them labelled as updated; then from the address. A byline is what the editor printed; a form field is the same
   value through a form whose language may turn day and month round.
2. A kicker is trusted alone only inside the article's own container, without the label "Hôm nay", and not on the day of the
   capture unless listing or address name the same day: a sister portal prints the day of the visit in exactly the
   kicker's shape (the clock trap). A real kicker of today's news is believed from tomorrow on.
3. The clock comes from the chosen source; where it has none, or midnight (an empty clock of a date-time field), from a
   source whose day agrees: kicker, form, meta, feed, listing.
4. An address gives a day only, and only where nothing else gives or breaks one ("inferred"). Audit lines ("Created at"), the answer's
   header and the capture never give one; they are recorded.
5. Every loser is recorded. Another day from a source that should agree is a finding: "date_disagrees", or "clock_trap"
   where it is a kicker showing the day of the capture.

Confidence stands at the end of the rule: "exact" (two sources agree on the day, and there is a clock), "confirmed" (two
agree), "single" (one source), "inferred" (from the address, or from the markup of a page of unknown make, alone).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipelines.items import FieldNote
from portal_crawler.extract.dates import VIETNAM, DateReading

Source = Literal["form", "byline", "kicker", "listing", "url", "meta", "feed", "markup", "header", "audit", "capture"]

#: Who may give the day, in order of trust.
DAY_ORDER: tuple[Source, ...] = ("byline", "form", "meta", "feed", "kicker", "listing", "url", "markup")
#: Sources that only stand in where no other says a day.
_INFERRED = frozenset({"url", "markup"})
#: Who may lend its clock to a day it agrees with, in order.
TIME_ORDER: tuple[Source, ...] = ("byline", "form", "kicker", "meta", "feed", "listing")
#: No portal has older news: Vietnam joined the internet in November 1997, and typed in but a few years before.
FIRST_DAY = date(1990, 1, 1)
MIDNIGHT = "T00:00:00"
_BROKEN = frozenset({"impossible_date", "null_date"})
#: Reasons worth a flag of their own beside date_missing, the most telling first.
REASONS = (
    "impossible_date", "null_date", "ambiguous", "range", "garbage", "lunar", "no_year", "no_day", "audit_line",
    "implausible_date", "clock_trap",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """One date that a page, its listing, its address or its server gives.

    `raw` is the text as found. `inside` is False for a kicker outside the article's own container (a page header).
    """

    source: Source
    raw: str
    reading: DateReading = field(default_factory=DateReading)
    inside: bool = True


def choose_published(
    candidates: list[DateCandidate], *, captured_at: str = ""
) -> tuple[str | None, FieldNote, tuple[str, ...]]:
    """The publishing date, its note (field "published_at") and the article's flags.

    `captured_at` is ISO 8601; only its day is used, to know a clock when it shows. Flags: date_missing with the reason,
    date_disagrees, date_inferred, impossible_date, and the warning of the chosen reading (weekday_disagrees, …).
    """
    captured = _local_day(captured_at)
    chosen = _chosen(candidates, captured)
    if chosen is None:
        return None, *_missing(candidates)
    clock = _clock_giver(chosen, candidates)
    value = clock.reading.value if clock else chosen.reading.day
    givers = [chosen, clock] if clock and clock is not chosen else [chosen]
    flags = _flags(chosen, candidates, captured)
    trapped = any(_is_trap(one, chosen, captured) for one in candidates)
    note = FieldNote(
        field="published_at",
        rule=f"{'+'.join(one.source for one in givers)}:{_confidence(chosen, candidates, value or '')}",
        raw=" · ".join(one.raw for one in givers),
        others=tuple((one.source, one.reading.value or one.raw) for one in candidates if one not in givers),
        problem=flags[0] if flags else "clock_trap" if trapped else "",
    )
    return value, note, flags


def _local_day(captured_at: str) -> str:
    try:
        moment = datetime.fromisoformat(captured_at)
    except ValueError:
        return ""
    return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).date().isoformat()


def _chosen(candidates: list[DateCandidate], captured: str) -> DateCandidate | None:
    usable = [one for one in candidates if _plausible(one.reading)]
    trusted = [one for one in usable if one.source != "kicker" or _trusted_kicker(one, usable, captured)]
    broken = any(one.source in DAY_ORDER and one.reading.problem in _BROKEN for one in candidates)
    ranked = [one for one in trusted if one.source in DAY_ORDER and not (one.source in _INFERRED and broken)]
    return min(ranked, key=_rank, default=None)


def _rank(candidate: DateCandidate) -> tuple[bool, bool, int]:
    updated = candidate.reading.label == "updated"
    return candidate.source in _INFERRED, updated, DAY_ORDER.index(candidate.source)


def _plausible(reading: DateReading) -> bool:
    """A day since there are portals, and not one labelled as today's or as that of a document."""
    return reading.day >= FIRST_DAY.isoformat() and reading.label not in ("clock", "other")


def _trusted_kicker(kicker: DateCandidate, usable: list[DateCandidate], captured: str) -> bool:
    if not kicker.inside:
        return False
    confirmed = any(one.source in ("listing", "url") and one.reading.day == kicker.reading.day for one in usable)
    return confirmed or kicker.reading.day != captured


def _clock_giver(chosen: DateCandidate, candidates: list[DateCandidate]) -> DateCandidate | None:
    """The candidate of the chosen day whose clock counts; None where no clock is printed."""
    if chosen.source in _INFERRED:
        return None
    same_day = [one for one in candidates if one.reading.day == chosen.reading.day and one.reading.has_time]
    telling = [one for one in same_day if MIDNIGHT not in (one.reading.value or "") and one.source in TIME_ORDER]
    if chosen in telling:
        return chosen
    fallback = chosen if chosen.reading.has_time else None
    return min(telling, key=lambda one: TIME_ORDER.index(one.source), default=fallback)


def _confidence(chosen: DateCandidate, candidates: list[DateCandidate], value: str) -> str:
    if chosen.source in _INFERRED:
        return "inferred"
    agreeing = any(
        one.source in DAY_ORDER and one.source != chosen.source and one.reading.day == chosen.reading.day
        for one in candidates
    )
    if not agreeing:
        return "single"
    return "exact" if len(value) > len("YYYY-MM-DD") else "confirmed"


def _is_trap(candidate: DateCandidate, chosen: DateCandidate, captured: str) -> bool:
    """True for a kicker of another day that shows the day of the visit."""
    reading = candidate.reading
    if candidate.source != "kicker" or not reading.value or reading.day == chosen.reading.day:
        return False
    return reading.day == captured or reading.label == "clock" or not candidate.inside


def _flags(chosen: DateCandidate, candidates: list[DateCandidate], captured: str) -> tuple[str, ...]:
    flags = []
    for one in candidates:
        if one.source not in DAY_ORDER or one.source in _INFERRED or _is_trap(one, chosen, captured):
            continue
        if one.reading.problem == "impossible_date":
            flags.append("impossible_date")
        other_day = one.reading.value and one.reading.day != chosen.reading.day
        if other_day and one.reading.label not in ("clock", "other", "updated"):
            flags.append("date_disagrees")
    if chosen.source in _INFERRED:
        flags.append("date_inferred")
    return tuple(dict.fromkeys([*flags, chosen.reading.problem] if chosen.reading.problem else flags))


def _missing(candidates: list[DateCandidate]) -> tuple[FieldNote, tuple[str, ...]]:
    told = [one for one in candidates if one.source in DAY_ORDER]
    problems = {one.reading.problem for one in told}
    if any(one.reading.day and not _plausible(one.reading) and not one.reading.label for one in told):
        problems.add("implausible_date")
    if any(one.source == "kicker" and (_plausible(one.reading) or one.reading.label == "clock") for one in told):
        problems.add("clock_trap")
    reason = next((code for code in REASONS if code in problems), "")
    note = FieldNote(
        field="published_at",
        rule="none",
        raw=told[0].raw if told else "",
        others=tuple((one.source, one.reading.value or one.raw) for one in candidates),
        problem=reason or "date_missing",
    )
    return note, ("date_missing", reason) if reason else ("date_missing",)
