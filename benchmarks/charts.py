"""Charts of the report: plain SVG, readable on light and dark ground, with the figures beside the marks."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

WIDTH = 720
ROW, TOP, LEFT, RIGHT = 26, 40, 200, 110
HEIGHT = 260
COLOURS = ("#3b7dd8", "#d8693b", "#3b9c6a", "#9b59b6", "#b8860b", "#777777")
FOLDER = "ADAPTWISE_BENCH_IMAGES"
"""The variable with the folder for charts; without it none are drawn."""


def bars(name: str, title: str, rows: Sequence[tuple[str, float]], unit: str) -> str:
    """A bar for each row, from zero. Returns the Markdown that shows it, or nothing where none is drawn."""
    most = max((value for _, value in rows), default=1.0) or 1.0
    scale = (WIDTH - LEFT - RIGHT) / most
    parts = []
    for place, (label, value) in enumerate(rows):
        y = TOP + place * ROW
        width = max(1.0, value * scale)
        parts.append(_text(LEFT - 8, y + 15, label, "end"))
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="18" fill="{COLOURS[0]}"/>')
        parts.append(_text(LEFT + width + 6, y + 15, f"{_figure(value)} {unit}"))
    return _written(name, title, TOP + len(rows) * ROW + 10, parts)


def lines(
    name: str, title: str, series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, log: bool = False
) -> str:
    """A line for each series of points; ``log``: both axes by powers. Returns what :func:`bars` does."""
    points = [point for one in series.values() for point in one]
    if not points:
        return ""

    def place(value: float, least: float, most: float, start: float, length: float) -> float:
        if log:
            value, least, most = (math.log10(max(one, 1e-9)) for one in (value, least, most))
        return start + (length * (value - least) / (most - least) if most > least else 0)

    left, bottom, right = 80, HEIGHT - 50, WIDTH - 190
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low_y = min(ys) if log else 0.0
    parts = [f'<path d="M{left} {TOP}V{bottom}H{right}" fill="none" stroke="#888"/>']
    for value in (min(xs), max(xs)):
        x = place(value, min(xs), max(xs), left, right - left)
        parts.append(_text(x, bottom + 18, _figure(value), "middle"))
    for value in (low_y, max(ys)):
        parts.append(_text(left - 6, place(value, low_y, max(ys), bottom, TOP - bottom) + 4, _figure(value), "end"))
    parts.append(_text((left + right) / 2, bottom + 36, across, "middle"))
    parts.append(_text(left, TOP - 8, up))
    for number, (label, found) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        marks = [
            (place(x, min(xs), max(xs), left, right - left), place(y, low_y, max(ys), bottom, TOP - bottom))
            for x, y in found
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in marks)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in marks]
        y = TOP + 14 + number * 20
        parts.append(f'<rect x="{right + 16}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(right + 34, y, label))
    return _written(name, title, HEIGHT, parts)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2f}"


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _written(name: str, title: str, height: float, parts: Sequence[str]) -> str:
    folder = os.environ.get(FOLDER)
    if not folder:
        return ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(title)}" font-family="sans-serif" font-size="13" fill="#777">'
    )
    drawn = "\n".join([head, f"<title>{escape(title)}</title>", _text(10, 20, title), *parts, "</svg>", ""])
    (Path(folder) / f"{name}.svg").write_text(drawn, encoding="utf-8")
    return f"![{title}](images/{name}.svg)\n"
