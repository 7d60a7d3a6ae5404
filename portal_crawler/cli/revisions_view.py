"""How `explain --revisions` looks: every version, and word by word what changed in it."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipelines.differences import Change, Part, compare_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.storage.provenance import Explained, Version

#: Equal stretches longer than this many characters are cut to their ends.
_KEPT = 60


def revisions(article: Explained, field: str | None) -> list[dict[str, Any]]:
    """The versions, oldest first, each with its changes against the one before and whether the page told of them.

    `silent` is true where the page's own date of change stayed as it was (None for the first version, and where
    another extractor read the page).
    """
    oldest_first = article.versions[::-1]
    told = [_told(oldest_first[0], (), silent=None)]
    for before, after in itertools.pairwise(oldest_first):
        changes = tuple(
            one for one in compare_fields(before.fields, after.fields) if field is None or one.field == field
        )
        silent = before.fields["updated_at"] == after.fields["updated_at"]
        told.append(_told(after, changes, silent=silent if before.extractor == after.extractor else None))
    return told


def _told(version: Version, changes: Iterable[Change], *, silent: bool | None) -> dict[str, Any]:
    names = ("number", "captured_at", "origin", "url", "run_id", "capture_id", "source", "layout", "extractor")
    return {
        **{name: getattr(version, name) for name in names},
        "updated_at": version.fields["updated_at"],
        "silent": silent,
        "changes": [asdict(change) for change in changes],
    }


def show_revisions(title: str, told: list[dict[str, Any]], *, colours: bool) -> None:
    """Print what `revisions` gives."""
    click.secho(title, bold=True)
    for version in told:
        capture = "no capture kept" if version["capture_id"] is None else f"capture {version['capture_id']}"
        source = f" from {version['source']}" if version["source"] else ""
        click.echo(
            f"version {version['number']}: captured {version['captured_at']} ({version['origin']}), {capture}{source}"
        )
        if version["silent"] and version["changes"]:
            updated = f"still says {version['updated_at']}" if version["updated_at"] else "gives no date of change"
            click.secho(f"  a silent edit: the page {updated}", fg="yellow")
        for change in version["changes"]:
            click.secho(f"  {change['field']}", bold=True)
            for line in _lines(change, colours=colours):
                click.echo(f"    {line}")


def _lines(change: dict[str, Any], *, colours: bool) -> list[str]:
    gone = [_mark("gone", one, colours=colours) for one in change["gone"]]
    new = [_mark("new", one, colours=colours) for one in change["new"]]
    if not gone and not new and not change["parts"]:
        return ["the same ones in another order"]
    text = marked([Part(**part) for part in change["parts"]], colours=colours)
    return [*gone, *new, *(text.split("\n") if text else ())]


def marked(parts: Iterable[Part], *, colours: bool) -> str:
    """Both texts as one: what went red and struck out (or [-so-]), what came green (or {+so+}); long equal parts cut."""
    shown = []
    for part in parts:
        if part.kind == "same":
            long = len(part.text) > 2 * _KEPT
            shown.append(f"{part.text[:_KEPT]} … {part.text[-_KEPT:]}" if long else part.text)
            continue
        core = part.text.strip(" \n") or "¶"
        at = part.text.find(core) if core in part.text else 0
        after = part.text[at + len(core) :] if core in part.text else part.text
        shown.append(part.text[:at] + _mark(part.kind, core, colours=colours) + after)
    return _tidy("".join(shown))


def _tidy(text: str) -> str:
    """No space between what went and what came in its place."""
    return text.replace("-] {+", "-]{+")


def _mark(kind: str, text: str, *, colours: bool) -> str:
    if not colours:
        return f"[-{text}-]" if kind == "gone" else f"{{+{text}+}}"
    return click.style(text, fg="red", strikethrough=True) if kind == "gone" else click.style(text, fg="green")
