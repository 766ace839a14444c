"""The ranking as bars around a common zero, with what each technique's standing is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STANDING = {
    "recommended": "recommended",
    "viable": "",
    "infeasible": "not feasible",
    "excluded": "ruled out",
}
"""What a status is called beside a technique."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One technique of a ranking; places are in hundredths of the width.

    Attributes:
        technique: its id.
        label: its label.
        status: what the engine says of it.
        standing: that in words; empty for one that is merely not the best.
        score: its points.
        zero: where the bars begin.
        start: where this bar begins.
        width: how wide it is.
        moved: by how many points it changed against an answer before; None if there was none.
        reasons: why, weightiest first.
    """

    technique: str
    label: str
    status: str
    standing: str
    score: int
    zero: float
    start: float
    width: float
    moved: int | None
    reasons: tuple[Mapping[str, Any], ...]


def bars(ranking: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]] = ()) -> tuple[Bar, ...]:
    """The ranking of an answer as bars.

    Args:
        ranking: as the answer has it.
        before: that of an answer before, for what moved.
    """
    scores = [entry["score"] for entry in ranking]
    low, high = min([0, *scores]), max([0, *scores])
    span = (high - low) or 1
    zero = -low / span * 100
    old = {entry["technique"]: entry["score"] for entry in before}
    return tuple(
        Bar(
            technique=entry["technique"],
            label=entry["label"],
            status=entry["status"],
            standing=STANDING.get(entry["status"], entry["status"]),
            score=entry["score"],
            zero=round(zero, 2),
            start=round(zero + min(0, entry["score"]) / span * 100, 2),
            width=round(abs(entry["score"]) / span * 100, 2),
            moved=entry["score"] - old[entry["technique"]] if entry["technique"] in old else None,
            reasons=tuple(entry["reasons"]),
        )
        for entry in ranking
    )
