"""Shows figures as a table: for a terminal, and as the part of docs/quality.md that is written by the command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.quality.contenders import Contender
    from benchmarks.quality.model import Corpus

OURS = "portal-crawler"
#: What all extractors are compared by, and the heads of the columns.
COMPARED = {
    "text recall": "recall", "text precision": "precision", "text f1": "F1", "title": "title", "day": "date", "author": "author",
    "author not false": "author not false",
}  # fmt: skip
_PART = re.compile(r"(<!-- quality: begin[^>]*-->\n).*?(<!-- quality: end -->)", re.DOTALL)

Row = tuple[str, ...]


def compared(ours: Mapping[str, float], others: Sequence[Contender]) -> list[Row]:
    """One row an extractor, the head first; a field that nobody is judged by on this corpus has no column."""
    names = [name for name in COMPARED if name in ours]
    rows = [(OURS, *(_shown(ours[name]) for name in names))]
    rows += [(f"{one.name} ({one.setting})", *(_shown(one.figures.get(name)) for name in names)) for one in others]
    return [("", *(COMPARED[name] for name in names)), *rows]


def own_fields(ours: Mapping[str, float]) -> list[Row]:
    """The figures that only we are judged by."""
    names = [name for name in ours if name not in COMPARED and not name.endswith("not false")]
    return [tuple(names), tuple(_shown(ours[name]) for name in names)] if names else []


def behind(ours: Mapping[str, float], others: Iterable[Contender]) -> list[str]:
    """Where another is ahead of us: "author: newspaper4k 0.71, ours 0.63"."""
    return [
        f"{COMPARED[name]}: {one.name} {one.figures[name]:.3f}, ours {ours[name]:.3f}"
        for one in others
        for name in COMPARED
        if one.figures.get(name, 0.0) > ours.get(name, 0.0)
    ]


def _shown(value: float | None) -> str:
    """Three places, never rounded up to 1."""
    if value is None:
        return "-"
    return "1" if value == 1 else f"{min(value, 0.9994):.3f}"


def as_text(rows: Sequence[Row]) -> str:
    """Columns for a terminal."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  "
        + "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """A table for the docs."""
    head, *rest = rows
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rest)])


def section(corpus: Corpus, ours: Mapping[str, float], others: Sequence[Contender]) -> str:
    """What the docs say of one corpus."""
    parts = [f"### {corpus.name}", f"{corpus.told}: {len(corpus.samples)} {'pages' if corpus.others else 'strings'}."]
    if others:
        parts.append(as_markdown(compared(ours, others)))
    fields = own_fields(ours)
    if fields:
        parts.append(("Ours also:\n\n" if others else "") + as_markdown(fields))
    ahead = behind(ours, others)
    if ahead:
        parts.append("Ahead of us: " + "; ".join(ahead) + ".")
    return "\n\n".join(parts)


def write(path: Path, text: str) -> None:
    """Put the text between the marks of the page."""
    page = path.read_text(encoding="utf-8")
    path.write_text(_PART.sub(lambda match: f"{match[1]}\n{text}\n\n{match[2]}", page), encoding="utf-8")
