"""How `status --completeness` is put together and looks: what each route found, what is missing and why, what no route saw."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.storage.completeness import (
    NEVER_ASKED,
    failed_keys,
    failed_pages,
    found_articles,
    not_stored,
    other_keys,
)
from pipelines.storage.schema import open_reader
from portal_crawler.extract.completeness import compare_routes
from portal_crawler.verdict import GONE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from portal_crawler.extract.completeness import Completeness
    from portal_crawler.extract.recapture import Estimate

#: A person reads the first ones, --json gives all.
SHOWN = 30
SHOWN_ESTIMATES = 3

#: Reasons by which something that a list shows is no article, or none any more.
NO_ARTICLE = GONE | {
    "listing_page", "form_page", "home_page", "survey_form", "library_form", "not_html", "feed", "offsite", "not_kept",
}  # fmt: skip

#: What a reason means where no failure says it, or where it is no loss.
WORDS = {
    "never_asked": "never asked",
    "queued": "still queued",
    "not_kept": "read, but no article or not of the dates asked for",
}


def completeness(db: Path, portals: Iterable[str]) -> dict[str, Any]:
    """The completeness of some portals of a database as plain JSON types, read in one snapshot."""
    with closing(open_reader(db)) as conn:
        return {"database": str(db), "portals": [completeness_of(conn, portal) for portal in portals]}


def completeness_of(conn: sqlite3.Connection, portal: str) -> dict[str, Any]:
    """The completeness of one portal, everything named that is missing."""
    found: dict[str, tuple[str, ...]] = {}
    states: Counter[str] = Counter()
    for article in found_articles(conn, portal):
        found[article.key] = article.routes
        states[article.state] += 1
    pending = list(not_stored(conn, portal))
    reasons = {key: reason for key, reason, _ in failed_keys(conn, portal)}
    report = compare_routes(
        found,
        reasons,
        pending={one.key: one.routes for one in pending if one.reason not in NO_ARTICLE},
        elsewhere=[*other_keys(conn, portal), *(one.key for one in pending)],
    )
    missing = [*report.explained, *((key, NEVER_ASKED) for key in report.unexplained)]
    data = {
        "portal": portal,
        "stored": report.found,
        "states": dict(states),
        "routes": [asdict(route) for route in report.routes],
        "without_route": sum(not routes for routes in found.values()),
        "listed_not_stored": [asdict(one) for one in pending],
        "failed_pages": [asdict(one) for one in failed_pages(conn, portal)],
        "missing_ids": [{"key": key, "reason": reason} for key, reason in missing],
        "missing_ids_not_named": report.not_named,
        "lists": _lists(report),
        "estimates": [_estimate(one, report.seen) for one in report.estimates],
    }
    return {**data, "sentence": _sentence(data, report)}


def _lists(report: Completeness) -> list[dict[str, Any]]:
    return [
        {"list": one.name, "first": one.first, "last": one.last, "found": one.found, "never_asked": one.missing_count}
        for one in report.lists
    ]


def _estimate(estimate: Estimate, seen: int) -> dict[str, Any]:
    unseen, low, high = estimate.unseen(seen)
    more = {"total": round(estimate.total, 1), "unseen": unseen, "unseen_low": low, "unseen_high": high}
    return {**asdict(estimate), **more}


def _sentence(data: dict[str, Any], report: Completeness) -> str:
    """The whole report for a manager."""
    parts = [f"{report.found} articles are stored"]
    pending = Counter(row["reason"] for row in data["listed_not_stored"] if row["reason"] not in GONE)
    if pending:
        parts.append(f"{sum(pending.values())} more that lists show are not ({_reasons(pending)})")
    else:
        parts.append("none is missing that lists show")
    holes = Counter(row["reason"] for row in data["failed_pages"])
    if holes:
        parts.append(
            f"{sum(holes.values())} list pages could not be read ({_reasons(holes)}), and what they show is not known"
        )
    unasked = len(report.unexplained) + report.not_named
    if unasked:
        parts.append(f"{unasked} item ids between known ones were never asked for")
    elif report.lists:
        parts.append("every item id between known ones was asked for")
    return "; ".join(parts) + f". {_estimated(report)}"


def _estimated(report: Completeness) -> str:
    sound = next((one for one in report.estimates if not one.caveat), None)
    if sound is None:
        return "How many articles no route saw cannot be estimated from these routes."
    unseen, low, high = sound.unseen(report.seen)
    most = "any number" if high is None else str(high)
    if unseen:
        return f"No route saw about {unseen} more ({low} to {most}, 95 %)."
    return "Most likely no article was missed by all routes" + ("." if high == 0 else f" (at most {most}, 95 %).")


def show_completeness(data: dict[str, Any]) -> None:
    """The data of `status --completeness --json` for a person; `full_crawl` is the command that asks for the rest."""
    console = Console(highlight=False)
    for number, one in enumerate(data["portals"]):
        if number:
            console.print()
        _show_portal(console, one)


def _show_portal(console: Console, one: dict[str, Any]) -> None:
    states = ", ".join(f"{count} {state}" for state, count in one["states"].items())
    console.print(
        f"[bold]Completeness of {escape(one['portal'])}[/]: {one['stored']} articles ({states or 'none yet'})"
    )
    if one["routes"]:
        _show_routes(console, one)
    _show_not_stored(console, one["listed_not_stored"])
    _show_failed_pages(console, one["failed_pages"])
    _show_missing(console, one)
    if one["estimates"]:
        _show_estimates(console, one["estimates"])
    _head(console, "In short", one["sentence"])
    unasked = any(row["reason"] == NEVER_ASKED for row in (*one["missing_ids"], *one["listed_not_stored"]))
    if unasked and one["full_crawl"]:
        console.print("A full crawl asks for what was never asked, of ids as many as the profile's crawl.probe_ids:")
        console.print(f"  {escape(one['full_crawl'])}", soft_wrap=True)


def _head(console: Console, title: str, text: str) -> None:
    console.print(f"\n[bold]{title}[/]: {escape(text)}", soft_wrap=True)


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", header_style="dim")
    return table


def _show_routes(console: Console, one: dict[str, Any]) -> None:
    numbers = ("articles", "only by it", "not stored")
    table = _table("found by", *numbers, right=numbers)
    for route in one["routes"]:
        table.add_row(route["name"], str(route["found"]), str(route["alone"]), str(route["pending"]))
    if one["without_route"]:
        table.add_row("not on record", str(one["without_route"]), "", "")
    console.print(table)


def _show_not_stored(console: Console, rows: list[dict[str, Any]]) -> None:
    _head(console, "Shown by lists, but not stored", _counted(rows) or "none")
    for row in sorted(rows, key=lambda row: (row["reason"] in GONE, row["reason"], row["key"]))[:SHOWN]:
        routes = ", ".join(row["routes"])
        console.print(f"  {_word(row['reason'])}  {escape(row['title'])} [dim]({routes})[/]", soft_wrap=True)
        console.print(f"    {escape(row['url'])}", soft_wrap=True)
    _more(console, len(rows) - SHOWN)


def _show_failed_pages(console: Console, rows: list[dict[str, Any]]) -> None:
    if rows:
        _head(console, "List pages that could not be read", _counted(rows))
        for row in rows[:SHOWN]:
            console.print(f"  {row['reason']}  {escape(row['url'])}", soft_wrap=True)
        _more(console, len(rows) - SHOWN)


def _show_missing(console: Console, one: dict[str, Any]) -> None:
    rows, not_named = one["missing_ids"], one["missing_ids_not_named"]
    _head(console, "Item ids missing between known ones", _counted(rows, not_named) or "none")
    if rows:
        numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for row in rows:
            name, _, number = row["key"].rpartition("#")
            numbers[row["reason"], name].append(int(number))
        table = _table("reason", "list", "ids")
        for (reason, name), ids in sorted(numbers.items(), key=lambda pair: (pair[0][0] in GONE, *pair[0]))[:SHOWN]:
            table.add_row(_word(reason), escape(name), _ranges(ids))
        console.print(table)
        _more(console, len(numbers) - SHOWN)


def _show_estimates(console: Console, estimates: list[dict[str, Any]]) -> None:
    _head(console, "What no route saw", "capture-recapture by two routes each, with the 95 % interval")
    numbers = ("both saw", "in all", "seen by no route")
    table = _table("routes", *numbers, right=numbers)
    for one in estimates[:SHOWN_ESTIMATES]:
        total = _interval(round(one["total"]), one["low"], one["high"])
        unseen = _interval(one["unseen"], one["unseen_low"], one["unseen_high"])
        table.add_row(f"{one['first']}, {one['second']}", str(one["both"]), total, unseen)
    console.print(table)
    for one in estimates[:SHOWN_ESTIMATES]:
        if one["caveat"]:
            console.print(f"{one['first']}, {one['second']}: {one['caveat']}", soft_wrap=True)
    console.print(
        "To be taken with care: routes that favour the same articles make it too low, routes that avoid each other too high.",
        soft_wrap=True,
    )


def _interval(value: int, low: int, high: int | None) -> str:
    return f"{value} ({low}–{'?' if high is None else high})"


def _counted(rows: Iterable[dict[str, Any]], never_asked: int = 0) -> str:
    """How many for each reason; `never_asked` more that are not named."""
    counts = Counter(row["reason"] for row in rows)
    counts[NEVER_ASKED] += never_asked
    return _reasons(counts)


def _reasons(counts: Counter[str]) -> str:
    return ", ".join(f"{_word(reason)} {count}" for reason, count in counts.most_common() if count)


def _word(reason: str) -> str:
    return WORDS.get(reason, reason)


def _ranges(ids: list[int]) -> str:
    """Numbers in order, runs of them drawn together: "2, 4, 47–49"."""
    runs: list[list[int]] = []
    for number in sorted(ids):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _more(console: Console, count: int) -> None:
    if count > 0:
        console.print(f"… and {count} more rows: add --json", soft_wrap=True)
