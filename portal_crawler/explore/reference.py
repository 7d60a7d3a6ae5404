"""Writes the ready questions into the analysts' docs, each with the answer that the sample portal gives."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal

from portal_crawler.explore.questions import questions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Rows of an answer that a page shows; "…" stands for the others.
MOST_ROWS = 6

Language = Literal["en", "vi"]


def chapter(language: Language, answers: Path) -> str:
    """All ready questions as Markdown, by group; `answers` is the file that `make answers` writes."""
    known = tomllib.loads(answers.read_text(encoding="utf-8"))
    which = 0 if language == "en" else 1
    parts = []
    for group, title in questions().groups.items():
        parts.append(f"### {title[which]}\n")
        for one in questions().of_group(group):
            parts.append(f"#### {one.title[which]}\n\n{one.about[which]}\n\n```sql\n{one.sql};\n```\n")
            if one.name in known:
                parts.append(f"```text\n{known[one.name].strip()}\n```\n")
    return "\n".join(parts)


def drawn(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """An answer as a table of box characters; `uid`, which is another one for every sample portal, is left out."""
    kept = [place for place, name in enumerate(columns) if name != "uid"]
    lines = [[columns[place] for place in kept]]
    lines += [["" if row[place] is None else str(row[place]) for place in kept] for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(["…" for _ in kept])
    widths = [max(len(line[place]) for line in lines) for place in range(len(kept))]

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join("─" * (width + 2) for width in widths) + right

    def cells(line: list[str]) -> str:
        return "│" + "│".join(f" {cell:<{width}} " for cell, width in zip(line, widths, strict=True)) + "│"

    head, *body = lines
    return "\n".join([rule("┌", "┬", "┐"), cells(head), rule("├", "┼", "┤"), *map(cells, body), rule("└", "┴", "┘")])
