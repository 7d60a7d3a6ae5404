"""The summary at the end of a run: what was found, what became of it, where it is, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from portal_crawler.session import Session

COLOURS = {"complete": "green", "interrupted": "yellow", "partial": "yellow"}


def summary_json(session: Session, db: Path, seconds: float) -> dict[str, Any]:
    """The summary for machines."""
    verdict = session.verdict
    assert verdict is not None
    return {
        "portal": session.profile.name,
        "run": session.run_id,
        "verdict": verdict.name,
        "exit_code": verdict.exit_code,
        "sentence": verdict.sentence,
        "findings": list(verdict.findings),
        "counts": session.total().to_json(),
        "seconds": round(seconds, 1),
        "database": str(db),
    }


def print_summary(session: Session, db: Path, seconds: float) -> None:
    """The summary for people."""
    verdict = session.verdict
    assert verdict is not None
    tally = session.total()
    rows = [
        ("found", f"{tally.found} articles on {tally.starts_ok + tally.listings_ok} list pages"),
        ("new", str(tally.new)),
        ("changed", str(tally.changed)),
        ("unchanged", str(tally.unchanged)),
        ("duplicates", f"{tally.duplicates} (kept and marked)"),
        ("failed", _failed(tally.article_failures + tally.listing_failures)),
        ("requests", f"{tally.requests} ({tally.retries} tried again), {tally.bytes / 1e6:.1f} MB"),
        ("time", _clock(seconds)),
        ("database", str(db)),
    ]
    if tally.media_stored or tally.media_failures:
        stand_ins = f", {tally.media_fallbacks} of them replaced" if tally.media_fallbacks else ""
        text = f"{tally.media_stored} fetched, {_failed(tally.media_failures)} not to be had{stand_ins}"
        rows.insert(6, ("files", text))
    if tally.out_of_range:
        rows.insert(5, ("outside", f"{tally.out_of_range} outside the dates asked for"))
    if session.resumed or session.crawl_id != session.run_id:
        rows.insert(0, ("resumed", f"run {session.crawl_id}; counts are of the whole crawl"))
    click.secho(f"\n{session.profile.title}", bold=True)
    for name, text in rows:
        click.echo(f"  {name:<11}{text}")
    colour = COLOURS.get(verdict.name, "red")
    click.secho(f"{verdict.name.upper()}: {verdict.sentence}", fg=colour, bold=True)


def _failed(reasons: Counter[str]) -> str:
    total = sum(reasons.values())
    if not total:
        return "0"
    return f"{total} ({', '.join(f'{reason} {count}' for reason, count in reasons.most_common())})"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
