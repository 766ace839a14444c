"""The map of regions as a table: who wins for each pair of values, and where the case itself stands."""

from __future__ import annotations

from typing import Any

from api.page.asked import Asked
from kb.users import Users

COLOURS = 8
"""How many colours the style sheet has for techniques; each field also carries its name."""

TRIED = 6
"""How many constraints are tried for the second axis where none was asked for."""

OFFERED = 200
"""How many constraints can be chosen for an axis; others can be named in the address."""


def map_of(asked: Asked) -> dict[str, Any]:
    """Axes, fields and choices of the map; by default across the next question and what is known best."""
    x, y = axes_of(asked)
    regions = asked.advisor.regions(asked.recommendation, x, y)
    across, up = regions.axis(regions.x), regions.axis(regions.y)
    here = regions.here
    names = {
        winner: asked.recommendation.wording.technique(winner) for cell in regions.cells for winner in cell["winners"]
    }
    colours = {winner: index % COLOURS for index, winner in enumerate(sorted(names))}
    cells = {}
    for cell in regions.cells:
        known = [cell[axis] == here[axis] for axis in ("x", "y") if here[axis] is not None]
        cells[cell["x"], cell["y"]] = {
            "winners": [names[winner] for winner in cell["winners"]],
            "colour": colours[cell["winners"][0]] if cell["winners"] else None,
            "here": len(known) == (2 if up else 1) and all(known),
            "possible": bool(known) and all(known),
            "query": {regions.x: cell["x"], **({regions.y: cell["y"]} if regions.y else {})},
        }
    return {
        "across": across,
        "up": up,
        "rows": [*reversed(up["values"])] if up else [{"id": None, "label": ""}],
        "cells": cells,
        "place": here,
        "legend": [(names[winner], colours[winner]) for winner in sorted(names)],
        "choices": _choices(asked),
        "text": regions.as_text(),
    }


def axes_of(asked: Asked) -> tuple[str, str | None]:
    """The axes asked for, else the next question's and that of the few next to it across which most techniques win."""
    x, y = asked.query.get("x"), asked.query.get("y")
    if x:
        return x, y or None
    names = [name for name, _ in _choices(asked)]
    question = asked.core["next_question"]
    first = question["constraint"] if question else names[0]
    known = asked.core["profile"]["constraints"]
    others = [name for name in names if name != first]
    stated = [name for name in others if name in known][:TRIED]

    def winners(name: str) -> int:
        cells = asked.advisor.regions(asked.recommendation, first, name).cells
        return len({tuple(cell["winners"]) for cell in cells})

    # an axis on which the case has a place is worth more than one on which everything is possible
    best = max(stated, key=winners, default=None)
    if best is None or winners(best) < 2:
        best = max([*([best] if best else []), *others[len(stated) :][:TRIED]], key=winners, default=None)
    return first, best


def _choices(asked: Asked) -> list[tuple[str, str]]:
    """Constraints for an axis: what is known, what can move the answer, then the others."""
    knowledge = asked.recommendation.knowledge
    known = asked.core["profile"]["constraints"]
    open_ones = {entry["constraint"] for entry in asked.core["unknowns"]}
    users = Users.of(knowledge)

    def place(name: str) -> tuple[bool, bool, int, str]:
        return name not in known, name not in open_ones, -users.count(("constraint", name)), name

    return [(name, knowledge.constraints[name].label) for name in sorted(knowledge.constraints, key=place)][:OFFERED]
