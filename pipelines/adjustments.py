"""Tells what was done to a text on its way from the page into a field, by doing it again."""

from __future__ import annotations

import unicodedata
from typing import Any

from pipelines.text import clean_lines, clean_text, storable

_DATES = frozenset(["published_at", "updated_at"])


def adjustments(field: str, raw: str, value: Any) -> list[str]:
    """What was done to `raw`, the text as found, until it was `value`; told by doing it again."""
    if not raw or not isinstance(value, str) or raw == value or field == "body_text":
        return []
    done = []
    if storable(raw) != raw:
        done.append("control characters left out")
    if unicodedata.normalize("NFC", raw) != raw:
        done.append("letters composed (Unicode NFC)")
    clean = clean_lines(raw) if "\n" in value else clean_text(raw)
    if clean != unicodedata.normalize("NFC", storable(raw)):
        done.append("invisible characters and runs of spaces cleaned")
    if field in _DATES:
        done.append(f"read as a date: {value}")
    elif clean != value:
        done.append("cut out of what was found" if value in clean else "made of what was found, by the rule")
    return done
