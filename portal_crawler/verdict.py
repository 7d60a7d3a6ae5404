"""The verdict of a run: one word, one sentence and one exit code, computed from what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from portal_crawler.comparison import is_stopped

EXIT_CODES = {
    "complete": 0,
    "error": 1,
    "partial": 3,
    "blocked": 4,
    "drifted": 5,
    "down": 6,
    "empty": 7,
    "storage": 8,
    "locked": 9,
    "interrupted": 130,
}

BLOCKED = frozenset(
    {
        "login_required",
        "robots_disallowed",
        "robots_unavailable",
        "blocked_waf",
        "http_401",
        "http_403",
        "http_407",
        "http_429",
    }
)
DRIFTED = frozenset(
    {
        "no_title",
        "no_body",
        "empty_shell",
        "listing_page",
        "form_page",
        "extraction_error",
        "unrecognised",
        "template_changed",
    }
)
DOWN = frozenset(
    {
        "dns",
        "connection_refused",
        "connection_lost",
        "timeout",
        "maintenance",
        "error_page",
        "cut_short",
        "empty_page",
    }
)
#: An article that is not there any more is a finding, not a loss of the crawl.
GONE = frozenset({"http_404", "http_410", "soft_404"})

#: So many known articles that lost a field, and this share of all asked for, are a new template; fewer are pages that moved.
MANY_CHANGED = 5
SHARE_CHANGED = 0.05


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What a crawl saw.

    `..._failures` count reasons by the kind of page, `in_a_row` those of the last answers, where they were nothing but
    trouble; `coverage` is the share of articles by field. `lost_fields` and `canaries…` as in Tally, `fewer` and
    `stopped` are the sentences of a comparison with earlier crawls.
    """

    live: bool = False
    close_reason: str = "finished"
    storage_error: str = ""
    starts: int = 0
    starts_ok: int = 0
    listings_ok: int = 0
    found: int = 0
    stored: int = 0
    new: int = 0
    changed: int = 0
    known_before: int = 0
    known: int = 0
    listed: int = 0
    open_requests: int = 0
    limited: bool = False
    truncated: list[str] = field(default_factory=list)
    in_a_row: Counter[str] = field(default_factory=Counter)
    article_failures: Counter[str] = field(default_factory=Counter)
    listing_failures: Counter[str] = field(default_factory=Counter)
    unread_lists: list[str] = field(default_factory=list)
    media_failures: Counter[str] = field(default_factory=Counter)
    coverage: dict[str, float] = field(default_factory=dict)
    coverage_before: dict[str, float] = field(default_factory=dict)
    lost_fields: Counter[str] = field(default_factory=Counter)
    canaries: int = 0
    canaries_lost: Counter[str] = field(default_factory=Counter)
    fewer: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict as stored in `runs.verdict`, with the sentence for a manager and the findings behind it."""

    name: str
    sentence: str
    findings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The process's exit status for this verdict (DESIGN: run verdicts)."""
        return EXIT_CODES[self.name]

    def to_json(self) -> dict[str, Any]:
        """For `runs.evidence`."""
        return {"verdict": self.name, "sentence": self.sentence, "findings": list(self.findings)}


def judge(seen: Evidence) -> Verdict:
    """The verdict of what was seen. The worst thing that is true of the whole wins; single pages make it partial."""
    if seen.storage_error:
        return Verdict(name="storage", sentence=f"The database could not be written: {seen.storage_error}")
    if seen.close_reason in _STOPS:
        text = f"{_STOPS[seen.close_reason]} with {seen.open_requests} requests to go; run the same command to go on."
        return Verdict(name="interrupted", sentence=text)
    drifted = _drifted_fields(seen)
    whole = _trouble_with_the_whole(seen)
    if whole:
        return Verdict(name=whole[0], sentence=whole[1] + _lost(seen, whole[0]), findings=tuple(drifted))
    if drifted:
        return Verdict(
            name="drifted", sentence="The pages changed: " + "; ".join(drifted) + ".", findings=tuple(drifted)
        )
    holes = _holes(seen)
    if holes:
        return Verdict(
            name="partial", sentence="Not everything could be had: " + "; ".join(holes) + ".", findings=tuple(holes)
        )
    gone = sum(seen.article_failures[reason] for reason in GONE)
    read_before = 0 if seen.live or seen.stored else seen.known
    text = f"Every page that was found was read: {seen.stored} article pages"
    text = f"Nothing new: {read_before} pages were read by an earlier run" if read_before else text
    text += f", {gone} links lead to nothing" if gone else ""
    files = sum(seen.media_failures.values())
    text += f", {files} files could not be had ({_reasons(seen.media_failures)})" if files else ""
    text += ", within the limits asked for" if seen.limited else ""
    return Verdict(name="complete", sentence=text + ".")


def reread(captures: int, changes: int, *, applied: bool) -> Verdict:
    """The verdict of extraction again, which asks the portal nothing: it was done, and what it came to."""
    done = (
        f"{changes} readings changed" if applied else f"{changes} readings would change, nothing was written (--diff)"
    )
    return Verdict(name="complete", sentence=f"{captures} captures were read again: {done}.")


def _trouble_with_the_whole(seen: Evidence) -> tuple[str, str] | None:
    """Blocked, down, drifted or empty: something is wrong with more than single pages."""
    failures = seen.article_failures + seen.listing_failures
    failed = sum(failures.values())
    if seen.close_reason == "breaker":
        name = _class_of(seen.in_a_row)
        share = f"{seen.open_requests} pages; run the same command to go on"
        return name, _SENTENCES[name].format(reasons=_reasons(seen.in_a_row), share=share)
    if seen.starts and not seen.starts_ok:
        name = _class_of(seen.listing_failures)
        return name, _SENTENCES[name].format(reasons=_reasons(seen.listing_failures), share="no start page")
    read_before = 0 if seen.live else seen.known
    asked = read_before + seen.stored + sum(seen.article_failures.values())
    lost = sum(seen.article_failures.values())
    if not seen.live:  # what an archive kept of addresses that lead to nothing says nothing of its articles
        nothing_there = sum(seen.article_failures[reason] for reason in GONE)
        asked, lost = asked - nothing_there, lost - nothing_there
    if asked and lost * 2 > asked and (asked > 2 or not seen.stored):
        name = _class_of(seen.article_failures)
        return name, _SENTENCES[name].format(
            reasons=_reasons(seen.article_failures), share=f"{lost} of {asked} articles"
        )
    nothing = not seen.listed if seen.live else not (seen.found or seen.known)
    if nothing:
        if failed:
            name = _class_of(failures)
            return name, _SENTENCES[name].format(reasons=_reasons(failures), share="no article")
        before = f" although {seen.known_before} are known" if seen.known_before else ""
        return "empty", f"The lists hold no article{before}; nothing was marked as gone."
    return None


_STOPS = {"shutdown": "Stopped on request", "window": "The hours for crawling ended"}

_SENTENCES = {
    "blocked": "The portal does not let us in; not read: {share} ({reasons}).",
    "down": "The portal is down; not read: {share} ({reasons}).",
    "drifted": "The pages are not what they were; not read: {share} ({reasons}).",
    "empty": "The lists hold no article ({reasons}); nothing was marked as gone.",
    "partial": "Not everything could be had; not read: {share} ({reasons}).",
}


def _class_of(failures: Counter[str]) -> str:
    """The verdict that most of the failures speak for. Articles that are mostly gone at once mean a change, not removals."""
    votes: Counter[str] = Counter()
    for reason, count in failures.items():
        if reason == "empty_listing":
            votes["empty"] += count
        elif reason in BLOCKED:
            votes["blocked"] += count
        elif reason in DRIFTED or reason in GONE:
            votes["drifted"] += count
        elif reason in DOWN or reason.startswith("http_5"):
            votes["down"] += count
        else:
            votes["partial"] += count
    return votes.most_common(1)[0][0] if votes else "down"


def _lost(seen: Evidence, name: str) -> str:
    """The fields behind a drift, for the sentence; empty where none is known."""
    if name != "drifted" or not seen.lost_fields:
        return ""
    return f" Known articles lost: {_reasons(seen.lost_fields)}."


def _drifted_fields(seen: Evidence) -> list[str]:
    texts = []
    for name, before in sorted(seen.coverage_before.items()):
        now = seen.coverage.get(name)
        if now is not None and is_stopped(round(now * seen.stored), seen.stored, before):
            texts.append(f"{name} is filled on {now:.0%} of the articles, {before:.0%} before")
    changed = seen.article_failures["template_changed"]
    asked = seen.stored + sum(seen.article_failures.values())
    if changed >= max(MANY_CHANGED, SHARE_CHANGED * asked):
        texts.append(
            f"{changed} of {asked} known articles lost what their pages showed before ({_reasons(seen.lost_fields)})"
        )
    lost = [name for name, count in sorted(seen.canaries_lost.items()) if count * 2 > seen.canaries]
    if lost:
        texts.append(f"while the crawl went on, {', '.join(lost)} disappeared from articles that had shown it before")
    return [*texts, *seen.stopped]


def _holes(seen: Evidence) -> list[str]:
    holes = []
    lost = Counter({reason: count for reason, count in seen.article_failures.items() if reason not in GONE})
    if lost:
        holes.append(f"{sum(lost.values())} articles ({_reasons(lost)})")
    if seen.listing_failures:
        names = ", ".join(seen.unread_lists[:3]) + (", …" if len(seen.unread_lists) > 3 else "")
        count = sum(seen.listing_failures.values())
        holes.append(f"{count} listing pages ({_reasons(seen.listing_failures)}){': ' if names else ''}{names}")
    files = Counter({reason: count for reason, count in seen.media_failures.items() if _may_pass(reason)})
    if files:
        holes.append(f"{sum(files.values())} images or attachments ({_reasons(files)})")
    holes.extend(seen.truncated)
    holes.extend(seen.fewer)
    if seen.open_requests:
        holes.append(f"{seen.open_requests} requests were never answered")
    if seen.close_reason not in ("finished", "limit"):
        holes.append(f"the crawl ended early ({seen.close_reason})")
    return holes


def _may_pass(reason: str) -> bool:
    """True for a trouble of the portal, not a thing that is simply not there for any reader."""
    return reason in DOWN or reason.startswith("http_5") or reason in ("http_429", "too_large", "blocked_waf")


def _reasons(failures: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in failures.most_common(4))
