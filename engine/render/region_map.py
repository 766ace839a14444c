"""The map of regions as SVG: a field for each value or pair of values, coloured by who wins there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from engine.counterfactual import Regions

FIELD_WIDTH, FIELD_HEIGHT, LEFT, TOP, BOTTOM, LEGEND = 150, 64, 190, 64, 76, 26
"""Sizes in pixels."""

PALETTE = ("#cfe8e0", "#f7dcc4", "#d9d7f1", "#f4e7a1", "#c9e3f5", "#f3cfd8", "#dfe6c1", "#d8d2c8")
"""Light fields on which black text has a contrast of more than 7:1 (WCAG 2.2, 1.4.6); each also carries its name."""


def svg(answer: Regions) -> str:
    """Draw the map. It is understood without colour: each field names its technique, and "you are here" is written."""
    x, y = answer.axis(answer.x), answer.axis(answer.y)
    assert x is not None
    columns = [value["id"] for value in x["values"]]
    rows: list[str | None] = [value["id"] for value in y["values"]][::-1] if y else [None]
    names = answer.as_dict()["techniques"]
    colours = {technique: PALETTE[index % len(PALETTE)] for index, technique in enumerate(names)}
    width = LEFT + FIELD_WIDTH * len(columns) + 20
    height = TOP + FIELD_HEIGHT * len(rows) + BOTTOM + LEGEND
    title = f"Which technique wins, by {x['label']}" + (f" and {y['label']}" if y else "")
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "aria-labelledby": "title",
            "font-family": "system-ui, sans-serif",
            "font-size": "14",
        },
    )
    ET.SubElement(root, "title", {"id": "title"}).text = title
    ET.SubElement(root, "rect", {"width": str(width), "height": str(height), "fill": "#ffffff"})
    _text(root, 16, 30, title, size=17, weight="600")
    for cell in answer.cells:
        _field(root, answer, cell, columns.index(cell["x"]), rows.index(cell["y"]), colours, names)
    _axes(root, x, y, columns, rows)
    return ET.tostring(root, encoding="unicode")


def _field(
    root: ET.Element,
    answer: Regions,
    cell: Any,
    column: int,
    row: int,
    colours: dict[str, str],
    names: dict[str, str],
) -> None:
    left, top = LEFT + column * FIELD_WIDTH, TOP + row * FIELD_HEIGHT
    winners = cell["winners"]
    fill = colours[winners[0]] if winners else "#eeeeee"
    here = answer.here
    is_here = cell["x"] == here["x"] and cell["y"] == here["y"]
    attributes = {
        "x": str(left + 2),
        "y": str(top + 2),
        "width": str(FIELD_WIDTH - 4),
        "height": str(FIELD_HEIGHT - 4),
        "rx": "6",
        "fill": fill,
    }
    if is_here:
        attributes |= {"stroke": "#1b1b1b", "stroke-width": "3"}
    ET.SubElement(root, "rect", attributes)
    label = " = ".join(names[winner] for winner in winners) or "nothing"
    lines = _wrapped(label, 20)
    if is_here:
        lines = [*lines[:2], "you are here"]
    start = top + FIELD_HEIGHT / 2 + 5 - 8 * (len(lines) - 1)
    for index, line in enumerate(lines[:3]):
        style = "italic" if is_here and line == "you are here" else "normal"
        _text(root, left + FIELD_WIDTH / 2, start + 16 * index, line, size=13, anchor="middle", style=style)


def _axes(root: ET.Element, x: Any, y: Any, columns: list[str], rows: list[str | None]) -> None:
    bottom = TOP + FIELD_HEIGHT * len(rows)
    labels = {value["id"]: value["label"] for value in x["values"]}
    for index, column in enumerate(columns):
        for offset, line in enumerate(_wrapped(labels[column], 20)[:2]):
            _text(root, LEFT + FIELD_WIDTH * (index + 0.5), bottom + 20 + 15 * offset, line, size=13, anchor="middle")
    centre = LEFT + FIELD_WIDTH * len(columns) / 2
    _text(root, centre, bottom + 60, f"{x['label']} →", anchor="middle", weight="600")
    if y is None:
        return
    sides = {value["id"]: value["label"] for value in y["values"]}
    for index, row in enumerate(rows):
        for offset, line in enumerate(_wrapped(sides[row or ""], 22)[:2]):
            _text(root, LEFT - 12, TOP + FIELD_HEIGHT * (index + 0.5) + 5 + 15 * offset, line, size=13, anchor="end")
    _text(root, 16, TOP - 12, f"↑ {y['label']}", weight="600")


def _text(
    root: ET.Element,
    x: float,
    y: float,
    text: str,
    size: int = 14,
    anchor: str = "start",
    weight: str = "400",
    style: str = "normal",
) -> None:
    attributes = {"x": f"{x:g}", "y": f"{y:g}", "font-size": str(size), "text-anchor": anchor, "fill": "#1b1b1b"}
    ET.SubElement(root, "text", {**attributes, "font-weight": weight, "font-style": style}).text = text


def _wrapped(text: str, width: int) -> list[str]:
    """Text in lines of about ``width`` characters; SVG does not wrap."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]
