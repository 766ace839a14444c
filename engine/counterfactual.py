"""What would change an answer: the smallest sets of changes, and the map of where each technique wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.answer import Recommendation
from engine.render import comparison, region_map

LARGEST_SET = 3
"""The most changes that are considered together."""


class Changes:
    """The minimal sets of changes that make a technique win; each was replayed by the engine.

    Args:
        recommendation: the answer to start from.
        target: the technique that is to win.
        size: the most changes in a set.
        fixed: whether values that nobody can change were varied as well.
        sets: the engine's reply.
    """

    def __init__(
        self, recommendation: Recommendation, target: str, size: int, fixed: bool, sets: Sequence[Mapping[str, Any]]
    ) -> None:
        self.recommendation, self.target, self.size, self.fixed = recommendation, target, size, fixed
        self.sets = sets

    def as_dict(self) -> dict[str, Any]:
        """The sets, the least difficult first."""
        wording = self.recommendation.wording
        return {
            "id": self.recommendation.id,
            "to": self.target,
            "up_to": self.size,
            "fixed_varied": self.fixed,
            "already": bool(self.sets) and not self.sets[0]["changes"],
            "sets": [
                {
                    "difficulty": found["difficulty"],
                    "changes": [
                        {**change, "label": wording.constraint(change["constraint"]), "text": self.wording_of(change)}
                        for change in found["changes"]
                    ],
                }
                for found in self.sets
            ],
            "text": self.as_text(),
        }

    def wording_of(self, change: Mapping[str, Any]) -> str:
        """One change in words."""
        return self.recommendation.wording.changed(change)

    def as_text(self) -> str:
        """In plain English."""
        return comparison.changes(self)


class Regions:
    """For each value of one constraint, or pair of values of two, which technique wins; all else stays as it is."""

    def __init__(
        self, recommendation: Recommendation, x: str, y: str | None, cells: Sequence[Mapping[str, Any]]
    ) -> None:
        self.recommendation, self.x, self.y, self.cells = recommendation, x, y, cells

    @cached_property
    def here(self) -> dict[str, str | None]:
        """The values that the answer itself has for the two constraints."""
        values = {entry["constraint"]: entry["value"] for entry in self.recommendation.reply["values"]}
        return {"x": values.get(self.x), "y": values.get(self.y) if self.y else None}

    def axis(self, constraint: str | None) -> dict[str, Any] | None:
        """A constraint with its values and labels, in the order of its scale."""
        if constraint is None:
            return None
        record = self.recommendation.knowledge.constraints[constraint]
        return {
            "constraint": constraint,
            "label": record.label,
            "values": [{"id": value.id, "label": value.label} for value in record.values],
        }

    def as_dict(self) -> dict[str, Any]:
        """The map as JSON-able data."""
        wording = self.recommendation.wording
        winners = sorted({winner for cell in self.cells for winner in cell["winners"]})
        return {
            "id": self.recommendation.id,
            "x": self.axis(self.x),
            "y": self.axis(self.y),
            "here": self.here,
            "cells": list(self.cells),
            "techniques": {winner: wording.technique(winner) for winner in winners},
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return comparison.regions(self)

    def as_svg(self) -> str:
        """The map as a picture."""
        return region_map.svg(self)
