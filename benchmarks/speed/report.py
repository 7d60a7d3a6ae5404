"""Writes the benchmark's tables and chart into docs/performance.md, between its markers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BEGIN = "<!-- bench: begin (written by `make bench DOCS=1`, not by hand) -->"
END = "<!-- bench: end -->"
_ROW, _LEFT, _WIDTH = 34, 210, 420


def write_report(docs: Path, chart: Path, parts: Sequence[str], bars: Sequence[tuple[str, float]]) -> None:
    """Put Markdown `parts` between the markers of `docs`, and `bars` (name, times the floor) into the SVG `chart`.

    Raises:
        ConfigurationError: the page has no markers.
    """
    text = docs.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ConfigurationError(f"{docs} lacks the markers {BEGIN!r} and {END!r}: put them where the tables belong")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    docs.write_text("\n\n".join([before + BEGIN, *parts, END + after]), encoding="utf-8")
    chart.write_text(_svg(bars), encoding="utf-8")


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head, all columns but the first are numbers."""
    head, *body = rows
    lines = [_line(head), _line(["---", *("---:" for _ in head[1:])]), *map(_line, body)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _svg(bars: Sequence[tuple[str, float]]) -> str:
    most = max(value for _, value in bars)
    height = _ROW * len(bars) + 30
    drawn = []
    for at, (name, value) in enumerate(bars):
        top = 24 + at * _ROW
        width = max(2, round(value / most * _WIDTH))
        drawn.append(
            f'<text x="{_LEFT - 10}" y="{top + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_ROW - 12}" fill="#2b6cb0"/>'
            f'<text x="{_LEFT + width + 8}" y="{top + 16}">{value:.1f} x</text>'
        )
    shapes = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 80}" height="{height}" role="img" '
        f'font-family="sans-serif" font-size="14"><title>CPU of a whole crawl, in times of the floor</title>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{shapes}\n</svg>\n'
    )
