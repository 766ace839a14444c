"""Explanations in plain English as Markdown and as HTML: the same words, marked up.

 The plain text of this program has a form: paragraphs, headings that end with a colon, points with a bullet, and
under a point indented lines that belong to it. Nothing else is known of what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.render.text import BULLET

_LINK = re.compile(r"\][(\[:]")
_BLOCK = re.compile(r"^(\s*\d*)([#>+\-=~|.)])")
"""A mark that begins a heading, a quotation, a list or another block (CommonMark 0.31, section 4 and 5)."""


@dataclass(slots=True)
class Block:
    """A paragraph, or a list of points, each with its further lines."""

    paragraph: str = ""
    points: list[list[str]] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs and lists of a text."""
    block = Block()
    for line in text.splitlines():
        if line.startswith(f"{BULLET} "):
            block.points.append([line.removeprefix(f"{BULLET} ")])
        elif line.startswith("    ") and block.points:
            block.points[-1].append(line.strip())
        else:
            if block.paragraph or block.points:
                yield block
            block = Block(line.strip())
    if block.paragraph or block.points:
        yield block


def markdown(text: str) -> str:
    """The text as Markdown (CommonMark 0.31)."""
    lines: list[str] = []
    for block in blocks(text):
        if block.paragraph:
            lines += [escaped(block.paragraph), ""]
        for first, *further in block.points:
            lines += [f"- {escaped(first)}", *(f"  - {escaped(line)}" for line in further)]
        if block.points:
            lines.append("")
    return "\n".join(lines)


def html(text: str) -> str:
    """The text as a fragment of HTML, escaped."""
    return template("prose.html").render(blocks=list(blocks(text)))


def escaped(text: str) -> str:
    """Text as it stands, in Markdown: what would be markup is escaped (CommonMark 0.31, section 2.4), and only that.

    Brackets without a link after them are text; a number, a hash or a bar means something only where a block begins.
    """
    marks = "\\`*_<&[]" if _LINK.search(text) else "\\`*_<&"
    for mark in marks:
        text = text.replace(mark, f"\\{mark}")
    return _BLOCK.sub(r"\1\\\2", text)


def bullets(items: Sequence[str]) -> list[str]:
    """Points of a Markdown list, one a line."""
    return [f"- {item}" for item in items]


@cache
def template(name: str) -> Template:
    """A template of this folder; what it is given is escaped."""
    return Environment(
        loader=PackageLoader("engine.render"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    ).get_template(name)
