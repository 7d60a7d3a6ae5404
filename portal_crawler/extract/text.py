"""The extraction's door to text cleaning, which stands on the floor because the pipelines clean again."""

from __future__ import annotations

from pipelines.fold import flatten, fold
from pipelines.legacy import legacy_encoding
from pipelines.text import clean_lines, clean_markup, clean_text, storable

__all__ = ["clean_lines", "clean_markup", "clean_text", "flatten", "fold", "legacy_encoding", "storable"]
