"""Why one kind of the recommended technique is named beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.proof import Node, Proof
from engine.render.argument import argument

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from kb.model import Knowledge

_ITEMS = ("contribution", "interaction", "penalty", "unmet-prerequisite")


def kind_of(knowledge: Knowledge, technique: str, family: str) -> bool:
    """Whether a technique refines another, at any depth."""
    above = knowledge.techniques[technique].refines
    return above is not None and (above == family or kind_of(knowledge, above, family))


def gains(recommendation: Recommendation, proof: Proof) -> list[Node]:
    """What earns the named variant points that its family does not have, most first; empty without a variant."""
    variant, family = recommendation.reply["variant"], recommendation.technique
    if variant is None or family is None:
        return []
    earned: dict[str | None, int] = {}
    for node in proof.about(family, _ITEMS):
        if node.get("need"):
            earned[node["need"]] = earned.get(node["need"], 0) + node["points"]
    own = [node for node in proof.about(variant, _ITEMS) if node.get("need") and node["points"] > 0]
    return sorted(
        (node for node in own if node["points"] > earned.get(node["need"], 0)), key=lambda node: -node["points"]
    )


def best_as(recommendation: Recommendation, proof: Proof) -> list[str]:
    """The variant and why it is named, as lines."""
    variant = recommendation.reply["variant"]
    if variant is None:
        return []
    lines = [line for node in gains(recommendation, proof) for line in argument(recommendation, proof, node)]
    return [f"Best as {recommendation.wording.technique(variant)}:", *lines]
