"""The fixed files that an export brings along: an app, a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

SUFFIXES = (".py", ".yml", ".md", ".php")


def asset_files(place: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """All files under a folder of the package as (path with "/", text), sorted by name."""
    for entry in sorted(place.iterdir(), key=lambda one: one.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from asset_files(entry, f"{name}/")
        elif name.endswith(SUFFIXES):
            yield name, entry.read_text(encoding="utf-8")
