"""The colours of pictures on light and on dark ground. Files are drawn for light ground, as that of paper is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours, each with enough contrast to the ground (WCAG 2.2: 4.5:1 for text, 3:1 for what a picture says).

    Attributes:
        ground: behind everything.
        ink: of text.
        line: of borders and arrows.
        grid: of lines that only help the eye.
        inks: of what is told apart by colour, and always by something else as well.
    """

    ground: str
    ink: str
    line: str
    grid: str
    inks: tuple[str, ...]


LIGHT = Palette(
    ground="#ffffff",
    ink="#1b1b1b",
    line="#555555",
    grid="#dddddd",
    inks=("#0b5d4e", "#a4460a", "#3b3a9c", "#7a6200", "#0a5f8a", "#9c1f45", "#4d5f14", "#5b4a38"),
)
DARK = Palette(
    ground="#1d2224",
    ink="#e6e9e8",
    line="#8b979c",
    grid="#363e41",
    inks=("#7fcabf", "#f0a875", "#b4b2f5", "#e0c860", "#86c8f0", "#f2a0b5", "#bccd80", "#d2c3ae"),
)


def palette(dark: bool) -> Palette:
    """The colours for dark or for light ground."""
    return DARK if dark else LIGHT
