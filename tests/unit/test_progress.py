"""The progress bar: bar, numbers and clock stay to be seen however narrow the terminal is."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.progress import Progress

from portal_crawler.cli import progress


@pytest.mark.parametrize("width", [72, 80, 100, 120])
def test_bar_numbers_and_clock_are_shown_whole(width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system=None, record=True, file=StringIO())
    shown = Progress(*progress._columns(), console=console, expand=True)
    shown.add_task(
        "a_town_with_a_long_name", total=22900, completed=17900, counts="17600 articles, 12 failed, 17600 new"
    )
    console.print(shown.get_renderable())
    (line,) = console.export_text().splitlines()
    assert len(line) <= width
    assert line.count("━") >= 8
    assert "17900/22900 17600 articles" in line
    assert line.rstrip().endswith("0:00:00")
