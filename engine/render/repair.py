"""Ways out in plain English: what would lift each blocker, and what would make the technique win."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.render.comparison import no_set
from engine.render.english import listed, sentence
from engine.render.text import BULLET
from engine.repair import Repair

if TYPE_CHECKING:
    from engine.explanation import WhyNotAnswer

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def way_out(answer: WhyNotAnswer) -> list[str]:
    """The lines that tell the cheapest repairs, if they were searched."""
    found = answer.repairs
    if found is None or answer.technique in answer.recommendation.winners:
        return []
    lines = [line for index, node in enumerate(answer.blockers) for line in _lifted(answer, index, node.id)]
    overall = answer.repairs.overall if answer.repairs else None
    name = answer.recommendation.wording.technique(answer.technique)
    if overall is not None and overall.sets:
        told = condition(answer, Repair(tuple(overall.sets[0]["changes"]), admits=found.admits))
        return [
            "What would change that:",
            *lines,
            f"{BULLET} {sentence(f'{name} would be the recommendation if {told}')}",
        ]
    last = (
        f"what would make {name} the recommendation could not be found in time"
        if overall is None
        else f"{no_set(overall.size)} makes {name} the recommendation"
    )
    return ["What would change that:", *lines, f"{BULLET} But {last}."] if lines else [sentence(last)]


def _lifted(answer: WhyNotAnswer, index: int, node: str) -> list[str]:
    assert answer.repairs is not None
    repair = answer.repairs.blockers.get(node)
    one_of_many = len(answer.blockers) > 1
    which = (
        f"the {_ORDINALS[index] if index < len(_ORDINALS) else f'{index + 1}th'} of these" if one_of_many else "this"
    )
    if repair is None:
        return []
    return [f"{BULLET} {sentence(f'{which} would no longer stand in the way if {condition(answer, repair)}')}"]


def condition(answer: WhyNotAnswer, repair: Repair) -> str:
    """A repair as an if-clause."""
    wording = answer.recommendation.wording
    admitted = [f"you admitted {wording.techniques(repair.admits)} again"] if repair.admits else []
    return listed([*admitted, *(wording.changed(change) for change in repair.changes)])
