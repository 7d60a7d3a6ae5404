"""How the coverage of an article looks to a person: one sentence, or a table with all that did not arrive and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.coverage import KINDS, LOST

if TYPE_CHECKING:
    from pipelines.coverage import Coverage

#: What the reasons mean, for people.
REASONS = {
    LOST: "nothing explains it",
    "title": "the title",
    "header": "date, author and section lines",
    "chrome": "a line that pages print around articles",
    "links": "links to other pages",
    "after_end": "behind the line that ends the article",
    "repeated": "the lead, printed twice",
    "learned": "repeats on many pages of the portal",
    "profile": "taken out by the profile",
    "hidden": "not shown to readers",
    "furniture": "SharePoint's own",
    "control": "a form's control",
    "icon": "an icon or spacer",
    "tracker": "counts readers",
    "layout": "a table that places things; its text arrived",
    "unsafe": "an address that no CMS must link",
    "frame": "a frame that shows no video",
}


def sentence(coverage: Coverage | None) -> str:
    """The figure and its counts, in a line."""
    if coverage is None:
        return "not measured: the source is a whole page of unknown make"
    return f"{_percent(coverage.share)} ({coverage})"


def show(title: str, coverage: Coverage | None) -> None:
    """Print what arrived and what did not."""
    click.secho(title, bold=True)
    click.echo(f"  coverage {sentence(coverage)}")
    if coverage is None:
        return
    click.echo(f"\n  {'':<8}{'in source':>10}{'set aside':>11}{'arrived':>9}{'lost':>6}")
    for kind in KINDS:
        one = getattr(coverage, kind)
        colour = "red" if one.lost else None
        click.secho(f"  {kind:<8}{one.source:>10}{one.aside:>11}{one.arrived:>9}{one.lost:>6}", fg=colour)
    if coverage.chrome_version:
        click.echo(f"\n  read with version {coverage.chrome_version} of the portal's learned chrome")
    if coverage.missing:
        click.echo("\nNot in the article:")
    for missing in coverage.missing:
        lost = missing.reason == LOST
        why = REASONS.get(missing.reason, missing.reason)
        click.secho(f"  {missing.reason:<10}{missing.kind}: {missing.text}  ({why})", fg="red" if lost else None)


def _percent(share: float) -> str:
    """Never rounded up to 100: what is not whole must not look so."""
    return "100 %" if share == 1 else f"{int(share * 1000) / 10:.1f} %"
