"""Finds the measuring corpus beside the checkout, and skips with a clear reason where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus(name: str) -> Path:
    """The file or folder `name` of the corpus."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"the corpus is not beside the checkout: ../shared/corpus/{name} is missing")
    return path
