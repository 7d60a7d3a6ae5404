"""Draws an answer as SVG: no script, nothing loaded, every value readable by a screen reader and in the table below."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_crawler.explore.questions import Chart

WIDTH = 720
_HEIGHT, _LEFT, _BOTTOM, _TOP = 240, 44, 24, 12
_ROW, _NAMES = 26, 190
#: More names than these make a picture nobody reads; the table has them all.
MOST_BARS = 20
_LONGEST_NAME = 26


def draw(chart: Chart, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The answer as an SVG element in a box that scrolls where a phone is too narrow; empty where there is nothing to draw.

    `rows` have the order of `columns`. Names and title are escaped here.
    """
    at = {name: place for place, name in enumerate(columns)}
    series = [[_number(row[at[name]]) for row in rows] for name in chart.y]
    labels = [str(row[at[chart.x]] if row[at[chart.x]] is not None else "—") for row in rows]
    if not labels or not any(value for values in series for value in values):
        return ""
    if chart.kind == "columns":
        return _columns(title, labels, series[0])
    return _bars(title, labels[:MOST_BARS], [values[:MOST_BARS] for values in series])


def _columns(title: str, labels: list[str], values: list[float]) -> str:
    """Upright columns over time, with a scale at the left and as many labels below as have room."""
    top = nice_ceiling(max(values))
    step = (WIDTH - _LEFT) / len(values)
    room = _HEIGHT - _TOP - _BOTTOM
    parts = [
        f'<g class="scale"><line x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_shown(top * part)}</text></g>'
        for part in (0, 0.5, 1)
        for y in (_TOP + room * (1 - part),)
    ]
    every = math.ceil(max(len(label) for label in labels) * 8 / step)
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        x, height = _LEFT + place * step, room * value / top
        parts.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{_TOP + room - height:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}">'
            f"<title>{escape(label)}: {_shown(value)}</title></rect>"
        )
        if place % every == 0 and x + len(label) * 7 <= WIDTH:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(label)}</text>')
    return _svg(title, labels, values, _HEIGHT, parts)


def _bars(title: str, labels: list[str], series: list[list[float]]) -> str:
    """Lying bars by name, each with its number; a second series stands in front of the first."""
    top = max(max(values) for values in series)
    room = WIDTH - _NAMES - 60
    parts = []
    for place, label in enumerate(labels):
        y = place * _ROW + 4
        name = label if len(label) <= _LONGEST_NAME else label[: _LONGEST_NAME - 1] + "…"
        parts.append(f'<text x="{_NAMES - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        for rank, values in enumerate(series):
            width = room * values[place] / top
            parts.append(
                f'<rect class="s{rank}" x="{_NAMES}" y="{y + rank * 5}" width="{width:.1f}" height="{18 - rank * 10}">'
                f"<title>{escape(label)}: {_shown(values[place])}</title></rect>"
            )
        numbers = " / ".join(_shown(values[place]) for values in series)
        end = _NAMES + room * max(values[place] for values in series) / top
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 14}">{numbers}</text>')
    return _svg(title, labels, series[0], len(labels) * _ROW + 8, parts)


def _svg(title: str, labels: list[str], values: list[float], height: int, parts: list[str]) -> str:
    highest = max(range(len(values)), key=values.__getitem__)
    told = f"{title} ({labels[0]} – {labels[-1]}; max {labels[highest]}: {_shown(values[highest])})"
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(title)}"><svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg></div>'
    )


def nice_ceiling(value: float) -> float:
    """The least even and round number that is not below a value: a scale people read at a glance, halves included."""
    power = 10.0 ** math.floor(math.log10(max(value, 1)))
    steps = (2, 4, 6, 8, 10) if power == 1 else (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10)
    return next(power * step for step in steps if power * step >= value)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _shown(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".") if value == int(value) else f"{value:.1f}"
