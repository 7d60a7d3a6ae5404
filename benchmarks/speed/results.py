"""What was measured, kept as JSON beside the sites, so that tables can be written again without measuring again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Results:
    """One file: part -> size (or "") -> what that part measured, with the time it was measured at.

    A part that is measured again replaces what it measured of that size; all else stays.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._all: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def keep(self, part: str, size: int, measured: dict[str, Any]) -> None:
        """Write it down at once: what follows may fail or be stopped."""
        stamp = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._all.setdefault(part, {})[str(size)] = stamp | measured
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._all, indent=1), encoding="utf-8")
        new.replace(self._file)

    def of(self, part: str) -> list[tuple[int, dict[str, Any]]]:
        """What a part measured, by size from the smallest."""
        return sorted((int(size), measured) for size, measured in self._all.get(part, {}).items())
