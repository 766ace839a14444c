"""A proof as a graph in SVG, laid out by Graphviz.

 Graphviz is a program, not a library: ``dot`` is run with the graph as its input. What it is given is written here,
every text escaped (the DOT language, graphviz.org/doc/info/lang.html), so no label becomes syntax.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import RenderingUnavailable
from engine.proof import Proof
from engine.render.outline import Step, outline
from engine.render.palette import DARK, Palette, palette

if TYPE_CHECKING:
    from engine.answer import Recommendation

PROGRAM = "dot"
PACKAGE = "graphviz"
"""The package of Debian and most other systems that has the program."""

SECONDS = 10.0
WRAPPED_AT = 26

_FILLS = {
    "decision": ("#ffffff", "#262c2f"),
    "technique": ("#cfe8e0", "#1d4a41"),
    "contribution": ("#d9d7f1", "#37346b"),
    "interaction": ("#d9d7f1", "#37346b"),
    "penalty": ("#f7dcc4", "#5a3617"),
    "unmet-prerequisite": ("#f7dcc4", "#5a3617"),
    "blocker": ("#f3cfd8", "#5a2434"),
    "proviso": ("#f4e7a1", "#4f4510"),
    "demand": ("#c9e3f5", "#173f58"),
    "rule": ("#dfe6c1", "#3a4516"),
}
"""Fill on light and on dark ground by kind of node; facts, which rest on nothing, are plain ovals."""

_FACT = ("#f2f2f2", "#2a3033")


def svg(
    recommendation: Recommendation,
    proof: Proof,
    node: str | None = None,
    level: int | None = None,
    *,
    dark: bool = False,
) -> str:
    """Draw a proof from one node downwards; a node on which several rest is drawn once.

    Args:
        recommendation: the answer that is proved.
        proof: its proof.
        node: where to begin; by default at the recommended technique.
        level: how many levels below that node; all by default.
        dark: whether it stands on dark ground.

    Raises:
        InvalidProfile: if the proof has no such node.
        RenderingUnavailable: if Graphviz is not installed, or fails.
    """
    return laid_out(dot(outline(recommendation, proof, node, level), dark=dark))


def dot(root: Step, *, dark: bool = False) -> str:
    """The graph in the DOT language."""
    return "\n".join(["digraph proof {", *_statements(root, palette(dark)), "}", ""])


def _statements(root: Step, colours: Palette) -> Iterator[str]:
    line, dark = colours.line, colours is DARK
    yield f'graph [rankdir=LR, nodesep=0.15, ranksep=0.35, bgcolor="{colours.ground}", charset="UTF-8"];'
    written = f'fontname="Helvetica", fontsize=11, fontcolor="{colours.ink}"'
    yield f'node [style="filled,rounded", {written}, margin="0.12,0.07", color="{line}"];'
    yield f'edge [color="{line}", arrowsize=0.7];'
    names: dict[str, str] = {}
    for step in root.steps():
        if step.node not in names:
            names[step.node] = f"n{len(names)}"
            fill = _FILLS.get(step.kind, _FACT)[dark]
            shape = "octagon" if step.kind == "blocker" else "box" if step.kind in _FILLS else "ellipse"
            label = quoted(_label(step))
            looks = f'tooltip={quoted(step.text)}, fillcolor="{fill}", shape={shape}'
            yield f"{names[step.node]} [label={label}, {looks}];"
    drawn: set[tuple[str, str]] = set()
    for step in root.steps():
        for premise in step.premises:
            if (step.node, premise.node) not in drawn:
                drawn.add((step.node, premise.node))
                yield f"{names[step.node]} -> {names[premise.node]};"


def _label(step: Step) -> str:
    points = [] if step.points is None else [f"{step.points:+d}".replace("-", "−")]
    return "\n".join([*textwrap.wrap(step.text, WRAPPED_AT), *points])


def quoted(text: str) -> str:
    """A string of the DOT language; a backslash would begin an escape, some of which stand for names of nodes."""
    plain = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def laid_out(source: str) -> str:
    """SVG of a graph in the DOT language.

    Raises:
        RenderingUnavailable: if Graphviz is not installed, takes too long, or fails.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise RenderingUnavailable(
            f"Drawing a proof needs Graphviz, whose program {PROGRAM} was not found. Install the package {PACKAGE}."
        )
    try:
        done = subprocess.run(  # noqa: S603 - the program is fixed, its input no option
            [program, "-Tsvg"], input=source.encode(), capture_output=True, timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        raise RenderingUnavailable(
            f"Graphviz did not draw the proof within {SECONDS:g} seconds. Ask for fewer levels."
        ) from None
    except (subprocess.CalledProcessError, OSError):
        raise RenderingUnavailable(
            f"Graphviz could not draw the proof. Check that the package {PACKAGE} is complete."
        ) from None
    drawn = done.stdout.decode()
    # without the declarations of a file of its own the picture can stand in a page as well; our names say nothing there
    return re.sub(r"<title>n\d[^<]*</title>\n|<!--.*?-->\n", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
