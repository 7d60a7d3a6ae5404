"""The schema's history: one file a step, applied in the order of their names, never edited once released."""

from __future__ import annotations

import importlib
import pkgutil

from pipelines.storage.migrations.registry import MIGRATIONS

for _module in sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name.startswith("m0")):
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["MIGRATIONS"]
