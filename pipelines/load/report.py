"""What a load or a rollback did, for a person and for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.export.protocol import COUNTERS, ExportReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article of the target that was left alone, why (a snake_case reason), and the readable difference."""

    uid: str
    title: str
    reason: str
    address: str
    difference: str = ""


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """Articles by what happened to them; `kept` were edited or deleted in the target.

    `findings` counts what was left out or is worth a look, by reason, as an export does. `media`, `sections` and
    `authors` were made, `requests` asked of the site.
    """

    batch: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    undone: int = 0
    media: int = 0
    sections: int = 0
    authors: int = 0
    requests: int = 0
    kept: list[Kept] = field(default_factory=list)
    findings: ExportReport = field(default_factory=ExportReport)

    def counts(self) -> dict[str, Any]:
        """The numbers alone."""
        names = (
            "batch", "created", "updated", "unchanged", "undone", "media", "sections", "authors", "requests",
        )  # fmt: skip
        numbers: dict[str, Any] = {name: getattr(self, name) for name in names}
        found = self.findings.to_json()
        return {**numbers, "kept": len(self.kept), **{name: found[name] for name in COUNTERS if name != "rows"}}

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        kept = [{name: getattr(one, name) for name in one.__slots__} for one in self.kept]
        return {**self.counts(), "conflicts": kept, "cases": self.findings.to_json()["cases"]}
