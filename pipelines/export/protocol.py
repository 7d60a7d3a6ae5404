"""The door of the exporters: what one must offer, what it is told, what it hands back, and how they are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pipelines.errors import ConfigurationError
from pipelines.export.addresses import Addressing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.export.mapping import TargetMapping
    from pipelines.items import State
    from pipelines.storage.dataset import Dataset

GROUP = "portal_crawler.exporters"

#: Cases of one reason that are kept with uid and detail; the counts are always whole.
CASES_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What an exporter is told besides the data set and its destination.

    `portal` is a portal's name or empty for all; `since` an ISO date or date-time, empty for all: only articles
    published, updated, first seen or edited then or later are written; others are taken to be in the target already. `states` are the article states asked for.
    `max_bytes` limits one file where the target limits uploads (0: no limit). `media_folder` holds the files that
    the table `media` names; `media_base_url` is the address they will be served from. `permalink` is the pattern
    of the target's article addresses (empty: the exporter's own), `site_url` the target's own address.
    `addressing` are the rules of the platform's old addresses.
    `targets` is a CSV file "uid,address" of addresses that a CMS really gave (empty: they are computed).
    `advance` is called with the number of articles just done.
    """

    portal: str = ""
    since: str = ""
    states: tuple[State, ...] = ("live", "gone")
    mapping: TargetMapping | None = None
    max_bytes: int = 1_900_000
    media_folder: Path | None = None
    media_base_url: str = ""
    permalink: str = ""
    site_url: str = ""
    targets: Path | None = None
    addressing: Addressing = field(default_factory=Addressing)
    dry_run: bool = False
    force: bool = False
    advance: Callable[[int], None] = field(default=lambda _done: None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One finding about one article: a snake_case reason, and a sentence part for a person."""

    reason: str
    uid: str
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class ExportReport:
    """What an export did, or would do.

    `articles` were written, of these `created`, `changed` and `unchanged` compared with the earlier export in the
    same place, which had `removed` more. `skipped` and `refused` articles were not written, `warnings` are findings on written ones: counts
    by reason. `cases` hold the first of each reason. `files` were written, `rows` counts per kind of row.
    """

    articles: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    files: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    cases: list[Case] = field(default_factory=list)

    def skip(self, reason: str, uid: str, detail: str = "") -> None:
        """Count an article that is left out because somebody decided so."""
        self._note(self.skipped, reason, uid, detail)

    def refuse(self, reason: str, uid: str, detail: str = "") -> None:
        """Count an article that the target could not take."""
        self._note(self.refused, reason, uid, detail)

    def warn(self, reason: str, uid: str, detail: str = "") -> None:
        """Count a finding on an article that is written all the same."""
        self._note(self.warnings, reason, uid, detail)

    def _note(self, counts: Counter[str], reason: str, uid: str, detail: str) -> None:
        counts[reason] += 1
        if counts[reason] <= CASES_KEPT:
            self.cases.append(Case(reason=reason, uid=uid, detail=detail))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; counts sorted by name so that the same export prints the same text."""
        counts = {name: dict(sorted(getattr(self, name).items())) for name in COUNTERS}
        numbers = {name: getattr(self, name) for name in NUMBERS}
        cases = [{"reason": one.reason, "uid": one.uid, "detail": one.detail} for one in self.cases]
        return {**numbers, **counts, "cases": cases}


NUMBERS = ("articles", "created", "changed", "unchanged", "removed", "files")
COUNTERS = ("rows", "skipped", "refused", "warnings")


@runtime_checkable
class Exporter(Protocol):
    """One target. Writes into `destination`, which is a folder of its own that does not exist yet or is ours."""

    name: str
    description: str

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Stream the data set to the folder `destination`; the same data give the same bytes.

        Raises:
            ConfigurationError: the destination or the options cannot be used, or values are unmapped.
            StorageError: the files cannot be written.
        """
        ...


def exporter_names() -> list[str]:
    """The names of all installed exporters, sorted; imports none of them."""
    return sorted({one.name for one in entry_points(group=GROUP)})


def load_exporter(name: str) -> Exporter:
    """The exporter of that name, ours or somebody else's.

    Raises:
        ConfigurationError: there is none, or it cannot be imported.
    """
    found = [one for one in entry_points(group=GROUP) if one.name == name]
    if not found:
        raise ConfigurationError(f'no exporter "{name}"; known are: {", ".join(exporter_names())}')
    try:
        exporter = found[0].load()()
    except Exception as error:  # whatever a plug-in raises is its own failing, and is said so
        raise ConfigurationError(
            f'the exporter "{name}" ({found[0].value}) cannot be loaded: {error}; reinstall or remove its package'
        ) from error
    if not isinstance(exporter, Exporter):
        raise ConfigurationError(f'the exporter "{name}" ({found[0].value}) lacks name, description or export()')
    return exporter


def load_exporters() -> dict[str, Exporter]:
    """All installed exporters by name.

    Raises:
        ConfigurationError: one cannot be loaded.
    """
    return {name: load_exporter(name) for name in exporter_names()}
