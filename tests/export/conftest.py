from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.export.data import article, build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A database of five plain articles."""
    return build(tmp_path / "portal.db", [article(number) for number in range(1, 6)])
