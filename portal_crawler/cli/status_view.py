"""How `status` looks to a person: tables that fit a terminal, sentences below them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.storage.failures import NOT_ARTICLES
from pipelines.storage.times import HOME

COLOURS = {"complete": "green", "running": "cyan", "interrupted": "yellow", "partial": "yellow", "died": "yellow"}

#: The spider of a run that only read captures again.
REREADING = "reextract"

#: A run may fail on thousands of pages, and find as many dates to disagree; a person reads the first, --json gives all.
SHOWN_FAILURES = 30

#: Plain counts of a run in the order in which they come about.
COUNTS = (
    "requests", "retries", "bytes", "starts_ok", "listings_ok", "listed", "found", "stored", "new", "changed",
    "unchanged", "duplicates", "out_of_range",
)  # fmt: skip


def show_overview(data: dict[str, Any]) -> None:
    """The last runs and what is kept, from the data of `status --json`."""
    console = Console(highlight=False)
    holder = data["held_by"]
    if holder:
        since = _moment(holder["since"])
        console.print(
            f"[cyan]Now:[/] {escape(holder['command'])} (process {holder['pid']} on {escape(holder['host'])}, since {since})"
        )
    console.print(_runs(data["runs"]))
    told = set()
    for run in data["runs"]:
        if run["portal"] not in told and run["sentence"]:
            console.print(f"[bold]{run['portal']}[/], run {run['run']}: {escape(run['sentence'])}", soft_wrap=True)
            if run["spider"] != REREADING:  # it says nothing of the portal: the crawl before it does
                told.add(run["portal"])
    for one in data["incidents"]:
        word = f"[red]{one['code']}[/] since {_moment(one['opened_at'])}, run {one['opened_run_id']}"
        console.print(f"[bold]{one['portal']}[/]: {word}: {escape(one['sentence'])}", soft_wrap=True)
    console.print(_kept(data["portals"]))
    for portal in data["portals"]:
        _after(console, portal)


def _runs(runs: list[dict[str, Any]]) -> Table:
    table = Table(box=None, title="Last runs", title_justify="left", title_style="bold", pad_edge=False)
    kinds = any(run["spider"] != "news" for run in runs)  # a column of nothing but crawls would tell nobody anything
    started = f"started ({datetime.now(HOME).isoformat()[-6:]})"  # said once: the table is wide enough
    texts = ("portal", *(("kind",) if kinds else ()), started, "verdict")
    for name in ("run", *texts, "new", "changed", "failed", "took"):
        table.add_column(name, justify="left" if name in texts else "right", no_wrap=name != "portal")
    for run in runs:
        colour = COLOURS.get(run["verdict"], "red")
        kind = ("crawl" if run["spider"] == "news" else run["spider"],) if kinds else ()
        table.add_row(
            str(run["run"]), run["portal"], *kind, f"{_local(run['started_at']):%Y-%m-%d %H:%M}", f"[{colour}]{run['verdict']}[/]",
            str(run["new"]), str(run["changed"]), str(run["failed"]), _clock(run["seconds"]),
        )  # fmt: skip
    return table


def _kept(portals: list[dict[str, Any]]) -> Table:
    table = Table(
        box=None,
        title="\nArticles kept",
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        collapse_padding=True,
    )
    for name in ("portal", "live", "gone", "quarantined", "duplicates", "undated", "first", "last"):
        table.add_column(
            name, justify="left" if name in ("portal", "first", "last") else "right", no_wrap=name != "portal"
        )
    for one in portals:
        numbers = (str(one[name]) for name in ("live", "gone", "quarantined", "duplicates", "undated"))
        table.add_row(one["portal"], *numbers, one["first"] or "–", one["last"] or "–")
    return table


def _after(console: Console, portal: dict[str, Any]) -> None:
    """What is open of a portal, and the next step."""
    failures = portal["failures"]
    if failures:
        reasons = ", ".join(f"{reason} {count}" for reason, count in failures.items())
        console.print(f"[bold]{portal['portal']}[/]: pages still failing: {escape(reasons)}", soft_wrap=True)
    arrived = portal["coverage"]
    if arrived["articles"]:
        low = f"; [yellow]{arrived['low']} articles below the floor[/] (flag coverage_low)" if arrived["low"] else ""
        console.print(
            f"[bold]{portal['portal']}[/]: {arrived['words_arrived']} of {arrived['words_wanted']} words of the source of "
            f"{arrived['articles']} articles arrived{low}",
            soft_wrap=True,
        )
    unfinished = portal["unfinished"]
    if unfinished:
        left = f" with {unfinished['requests']} requests to go" if unfinished["requests"] else ""
        console.print(f"[bold]{portal['portal']}[/]: [yellow]stopped before its end{left}[/]; go on with:")
        console.print(f"  {escape(unfinished['resume'])}", soft_wrap=True)


def show_run(data: dict[str, Any]) -> None:
    """One run in depth, from the data of `status --run N --json`."""
    console = Console(highlight=False)
    colour = COLOURS.get(data["verdict"], "red")
    console.print(f"[bold]Run {data['run']} of {data['portal']}[/]: [{colour} bold]{data['verdict'].upper()}[/]")
    if data["sentence"]:
        console.print(escape(data["sentence"]), soft_wrap=True)
    console.print(_facts(data))
    counts = data["counts"]
    _lines(console, "Lists cut short", counts.get("truncated", []))
    _lines(console, "Fields filled", _filled(counts))
    sections = counts.get("sections", {})
    if len(sections) > 1:
        console.print(_by_section(sections))
    _lines(console, "Pace", _pace(counts))
    _lines(console, "Flags on articles", [f"{name} {count}" for name, count in sorted(counts.get("flags", {}).items())])
    _lines(console, "Evidence", data["evidence"].get("findings", []))
    found = [f"{one['code']}: {one['detail']}" for one in data["findings"]]
    rest = [f"… and {len(found) - SHOWN_FAILURES} more with --json"] if len(found) > SHOWN_FAILURES else []
    _lines(console, "Findings", [*found[:SHOWN_FAILURES], *rest])
    others = [one for one in data["failures"] if one["stage"] == "classify" and one["reason"] in NOT_ARTICLES]
    kinds = Counter(one["reason"] for one in others).most_common()
    _lines(console, "Saved pages that are no articles", [f"{reason} {count}" for reason, count in kinds])
    failed = [one for one in data["failures"] if one["stage"] != "classify" or one["reason"] not in NOT_ARTICLES]
    if failed:
        console.print(_failures(failed))
        more = len(failed) - SHOWN_FAILURES
        if more > 0:
            console.print(
                f"… and {more} more: portal-crawler status --run {data['run']} --db {escape(data['database'])} --json",
                soft_wrap=True,
            )


def _facts(data: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    arguments = ", ".join(f"{name}={value}" for name, value in data["arguments"].items()) or "none"
    resumed = (
        [("goes on with", f"run {data['resumes']} (the crawl began with run {data['series']})")]
        if data["resumes"]
        else []
    )
    counts, asked = data["counts"], data["spider"] != REREADING
    counted = [name for name in COUNTS if name in counts and (asked or counts[name])]
    rows = [
        ("command", data["command"] or data["spider"]),
        ("arguments", arguments),
        *resumed,
        ("started", f"{_moment(data['started_at'])} on {data['host']}, process {data['pid']}"),
        ("took", _clock(data["seconds"])),
        *((name.replace("_", " "), str(data["counts"][name])) for name in counted),
    ]
    for name, text in rows:
        table.add_row(name, escape(text))
    return table


def _filled(counts: dict[str, Any]) -> list[str]:
    stored = counts.get("stored", 0)
    return [f"{name} {filled / stored:.0%}" for name, filled in counts.get("filled", {}).items()] if stored else []


def _by_section(sections: dict[str, dict[str, int]]) -> Table:
    """Share of articles with each field, a section a line; what is never filled stands out."""
    names = [name for name in dict.fromkeys(one for counts in sections.values() for one in counts) if name != "stored"]
    table = Table(
        box=None, title="\nFields filled by section", title_justify="left", title_style="bold", pad_edge=False
    )
    table.add_column("section", overflow="fold")
    for name in ("articles", *names):
        table.add_column(name, justify="right")
    for section, counts in sorted(sections.items()):
        stored = counts["stored"]
        shares = (f"{counts.get(name, 0) / stored:.0%}" for name in names)
        table.add_row(escape(section) or "(none)", str(stored), *shares)
    return table


def _pace(counts: dict[str, Any]) -> list[str]:
    """What was asked of each host, and where the time went."""
    gaps = counts.get("shortest_gap", {})
    lines = [
        f"{host}: {number} requests" + (f", never less than {gaps[host]:.2f} s apart" if host in gaps else "")
        for host, number in sorted(counts.get("asked", {}).items())
    ]
    if counts.get("fetch_seconds"):
        lines.append(
            f"waiting for answers {counts['fetch_seconds']:.1f} s (the slowest {counts['slowest_fetch']:.2f} s), "
            f"reading pages {counts['read_seconds']:.1f} s, writing {counts['commit_seconds']:.1f} s"
        )
    return lines


def _lines(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(f"\n[bold]{title}[/]")
        for line in lines:
            console.print(f"  {escape(line)}")


def _failures(failures: list[dict[str, Any]]) -> Table:
    table = Table(box=None, title="\nPages that failed", title_justify="left", title_style="bold", pad_edge=False)
    for name in ("reason", "stage", "address and detail"):
        table.add_column(name, overflow="fold")
    for one in failures[:SHOWN_FAILURES]:
        detail = f"\n{one['detail']}" if one["detail"] else ""
        since = f"\nread by run {one['resolved_run_id']}" if one["resolved_run_id"] else ""
        table.add_row(one["reason"], one["stage"], escape(f"{one['url']}{detail}{since}"))
    return table


def _moment(text: str) -> str:
    """A time of the portals' day, to the minute, with its offset."""
    return _local(text).isoformat(" ", "minutes")


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(HOME)


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
