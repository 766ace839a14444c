"""A whole recommendation in plain English: what, why, what else there was, how to get there, what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.render import text
from engine.render.english import sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from engine.proof import Proof

_STATUS = {"excluded": "ruled out", "infeasible": "not feasible"}


def overview(recommendation: Recommendation, proof: Proof) -> str:
    """Everything a person needs of an answer, in paragraphs; what there is nothing to say about is left out."""
    core = recommendation.core("none")
    question = recommendation.next_question
    sections = (
        text.why(recommendation, proof),
        _list("Not settled:", (one["text"] for one in core["profile"]["unsettled"])),
        _list("Ranking:", (f"{one['label']}: {_place(one['status'], one['score'])}" for one in core["ranking"])),
        _list("Mind:", (advice["text"] for advice in (*core["warnings"], *core["hints"]))),
        _list("How to get there:", (f"{sentence(step['text'])} {step['test']}".strip() for step in core["path"])),
        f"What would help most to know: {question['question']} {question['why']}".strip() if question else "",
        f"Recommendation {recommendation.id}, as of {core['as_of']}.",
    )
    return "\n\n".join(section for section in sections if section)


def _place(status: str, score: int) -> str:
    return _STATUS.get(status) or f"{score} {'point' if score == 1 else 'points'}"


def _list(title: str, items: Iterable[str]) -> str:
    lines = [f"{BULLET} {item}" for item in items]
    return "\n".join([title, *lines]) if lines else ""
