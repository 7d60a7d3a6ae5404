from __future__ import annotations

from tests.export.conftest import small

__all__ = ["small"]
