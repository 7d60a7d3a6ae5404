"""Says at the head of every run which kinds of tests are left out and what runs them; nothing is printed below the last line."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

KINDS = {
    "crawls": "whole crawls",
    "real": "real web servers and content systems",
    "browser": "a real browser",
    "slow": "faults, kills, thousands of pages",
}


def pytest_report_header(config: pytest.Config) -> str:
    """One line: what the marker expression leaves out."""
    chosen = str(config.option.markexpr)
    left = [f"{what} (make test-{kind})" for kind, what in KINDS.items() if f"not {kind}" in chosen]
    return f"left out: {', '.join(left)}" if left else f"markers: {chosen}"


def pytest_unconfigure() -> None:
    """Close what libraries keep open to the end: Python would complain of it below pytest's own last line."""
    for loop in [one for one in gc.get_objects() if isinstance(one, asyncio.BaseEventLoop)]:
        if not loop.is_running():
            loop.close()
