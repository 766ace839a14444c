"""Costs over the horizon as SVG: a line for each technique, and a mark where one gets cheaper than another."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from engine.render.cost import money, plain
from engine.render.palette import Palette, palette

if TYPE_CHECKING:
    from engine.costs import Costs

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 940, 440, 90, 320, 56, 60
"""Sizes in pixels."""

_CLOSE = 70
"""Nearer to each other than so many pixels the words of two marks would overlap."""

DASHES = ("", "9 4", "2 4", "12 4 2 4", "5 3", "1 3", "14 6", "7 2 2 2")


def svg(answer: Costs, *, dark: bool = False) -> str:
    """Draw the chart; it is understood without colour, as lines are named and dashed each in its own way."""
    title, colours = "What it costs over time", palette(dark)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "role": "img",
            "aria-labelledby": "title",
            "font-family": "system-ui, sans-serif",
            "font-size": "13",
            "fill": colours.ink,
        },
    )
    ET.SubElement(root, "title", {"id": "title"}).text = title
    ET.SubElement(root, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": colours.ground})
    _text(root, LEFT, 30, title, size=17, weight="600")
    lines = answer.lines("horizon") if answer.totals else {}
    if not lines:
        _text(root, LEFT, 80, "There are no formulas from which it could be drawn.")
        return ET.tostring(root, encoding="unicode")
    frame = _Frame(answer.horizon, max(lines[one].at(answer.horizon) for one in answer.shown))
    _axes(root, answer, frame, colours)
    labels = []
    for index, technique in enumerate(answer.shown):
        line = lines[technique]
        stops = [Fraction(0), *(bend for bend in line.bends if bend < answer.horizon), answer.horizon]
        points = " ".join(f"{frame.x(stop):.1f},{frame.y(line.at(stop)):.1f}" for stop in stops)
        ink = colours.inks[index % len(colours.inks)]
        attributes = {"points": points, "fill": "none", "stroke": ink, "stroke-width": "2.5"}
        if DASHES[index % len(DASHES)]:
            attributes["stroke-dasharray"] = DASHES[index % len(DASHES)]
        ET.SubElement(root, "polyline", attributes)
        name = answer.recommendation.wording.technique(technique)
        labels.append((frame.y(line.at(answer.horizon)), f"{name}: {money(answer, answer.totals[technique])}", ink))
    _marks(root, answer, frame, colours)
    _labels(root, labels)
    return ET.tostring(root, encoding="unicode")


class _Frame:
    """From periods and amounts to pixels."""

    def __init__(self, across: Fraction, up: Fraction) -> None:
        self.across = across
        self.step = _step(float(up) or 1.0)
        self.up = math.ceil(float(up) / self.step) * self.step or self.step

    def x(self, period: Fraction | float) -> float:
        return LEFT + float(period) / float(self.across) * (WIDTH - LEFT - RIGHT)

    def y(self, amount: Fraction | float) -> float:
        return HEIGHT - BOTTOM - float(amount) / self.up * (HEIGHT - TOP - BOTTOM)


def _step(up: float) -> float:
    """A round distance between lines of the grid, so that there are about five."""
    power = 10.0 ** math.floor(math.log10(up / 5))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= up / 5)


def _axes(root: ET.Element, answer: Costs, frame: _Frame, colours: Palette) -> None:
    amount = 0.0
    while amount <= frame.up * 1.0001:
        y = f"{frame.y(amount):.1f}"
        ends = {"x1": str(LEFT), "x2": str(WIDTH - RIGHT), "y1": y, "y2": y}
        ET.SubElement(root, "line", {**ends, "stroke": colours.grid})
        _text(root, LEFT - 8, frame.y(amount) + 4, money(answer, Fraction(round(amount, 9))), anchor="end")
        amount += frame.step
    unit = answer.model.knowledge.units.get(answer.model.in_role("horizon").unit or "")
    for part in range(5):
        period = answer.horizon * part / 4
        _text(root, frame.x(period), HEIGHT - BOTTOM + 20, plain(period), anchor="middle")
    label = f"{unit.label if unit else 'period'} →"
    _text(root, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, label, anchor="middle", weight="600")


def _marks(root: ET.Element, answer: Costs, frame: _Frame, colours: Palette) -> None:
    """A circle where two lines meet, with when that is; of marks close together the later is told higher up."""
    lines = answer.lines("horizon")
    told: list[tuple[float, float]] = []
    for found in answer.break_evens:
        for point in found.points if found.over == "horizon" else ():
            if point > answer.horizon or not {found.technique, found.other} <= {*answer.shown}:
                continue
            x, y = frame.x(point), frame.y(lines[found.technique].at(point))
            looks = {"fill": colours.ground, "stroke": colours.ink}
            circle = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "5", **looks}
            ET.SubElement(root, "circle", {**circle, "stroke-width": "2"})
            above = min([y - 8, *(height - 14 for place, height in told if abs(place - x) < _CLOSE)])
            told.append((x, above))
            _text(root, x + 8, above, plain(point), size=12)


def _labels(root: ET.Element, labels: list[tuple[float, str, str]]) -> None:
    """Names at the ends of the lines, moved apart where they would overlap."""
    lowest = -math.inf
    for y, text, ink in sorted(labels):
        lowest = max(y, lowest + 17)
        _text(root, WIDTH - RIGHT + 8, lowest + 4, text, fill=ink, weight="600")


def _text(
    root: ET.Element,
    x: float,
    y: float,
    text: str,
    size: int = 13,
    anchor: str = "start",
    weight: str = "400",
    fill: str | None = None,
) -> None:
    """Words, in the ink of the picture where no other is given."""
    attributes = {"x": f"{x:g}", "y": f"{y:g}", "font-size": str(size), "text-anchor": anchor}
    if fill:
        attributes["fill"] = fill
    ET.SubElement(root, "text", {**attributes, "font-weight": weight}).text = text
