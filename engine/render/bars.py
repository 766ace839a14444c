"""Shares as horizontal bars, in text and as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

WIDTH, LEFT, RIGHT, HEIGHT, TOP = 720, 260, 70, 24, 12
"""Sizes in pixels."""

_CELLS = 40


def bar(share: float) -> str:
    """A share as a bar of characters; the whole is forty of them."""
    filled = round(share * _CELLS)
    return "█" * filled + "·" * (_CELLS - filled)


def svg(title: str, shares: Sequence[tuple[str, float]], name: str = "title") -> str:
    """Each share as a bar with its label and its number.

    Args:
        title: what is shown, for those who cannot see it.
        shares: labels with shares from 0 to 1.
        name: id of the title's element, one for each chart of a page.
    """
    height = TOP * 2 + HEIGHT * len(shares)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
            "aria-labelledby": name,
            "font-family": "system-ui, sans-serif",
            "font-size": "13",
        },
    )
    ET.SubElement(root, "title", {"id": name}).text = title
    ET.SubElement(root, "rect", {"width": str(WIDTH), "height": str(height), "fill": "#ffffff"})
    whole = WIDTH - LEFT - RIGHT
    for index, (label, share) in enumerate(shares):
        y = TOP + HEIGHT * index
        _text(root, LEFT - 10, y + 16, label, "end")
        frame = {"x": str(LEFT), "y": str(y + 3), "height": str(HEIGHT - 8)}
        ET.SubElement(root, "rect", {**frame, "width": str(whole), "fill": "#eeeeee"})
        ET.SubElement(root, "rect", {**frame, "width": f"{whole * share:.1f}", "fill": "#0b5d4e"})
        _text(root, WIDTH - RIGHT + 8, y + 16, f"{share:.3f}", "start")
    return ET.tostring(root, encoding="unicode")


def _text(root: ET.Element, x: float, y: float, text: str, anchor: str) -> None:
    attributes = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": "#1b1b1b"}
    ET.SubElement(root, "text", attributes).text = text
