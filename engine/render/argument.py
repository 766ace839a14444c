"""One argument in plain English: an item of a score, the demand behind it, and who says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.proof import Node, Proof
from engine.render.english import listed, lowered, sentence, told_once

if TYPE_CHECKING:
    from engine.answer import Recommendation

BULLET = "•"

FACTS = ("value", "task", "stated-need", "not-raised")


def argument(recommendation: Recommendation, proof: Proof, node: Node) -> list[str]:
    """One item of a score in words, then why the need that it serves is demanded."""
    wording = recommendation.wording
    item = {**node.properties, "kind": node.get("side", node.kind)}
    lines = [f"{BULLET} {wording.reason(item, node['technique'])}{cited(recommendation, node)}"]
    demand = proof.nodes.get(f"demand:{node['need']}") if node.get("need") else None
    if demand is not None:
        lines += [f"    {line}" for line in demand_lines(recommendation, proof, demand)]
    return lines


def cited(recommendation: Recommendation, node: Node) -> str:
    """Who says so, in brackets; empty where nobody is named."""
    claims = node.get("claims")
    return f" [{recommendation.wording.claims(claims)}]" if claims else ""


def demand_lines(recommendation: Recommendation, proof: Proof, demand: Node) -> list[str]:
    """Why a need is demanded: the facts, and the rule that makes them matter."""
    wording = recommendation.wording
    if not demand["statements"]:
        return [sentence(wording.fact(node)) for node in proof.premises(demand)]
    rules = [proof.nodes[f"rule:{rule}"] for rule in demand["statements"]]
    told = max(rules, key=lambda rule: (_precedence(recommendation, rule), rule.id))
    facts = told_once([wording.fact(premise, told) for premise in proof.premises(told) if premise.kind in FACTS])
    because = f"because {listed(facts)}: " if facts else ""
    claims = sorted({claim for rule in rules for claim in rule["claims"]}, key=_by_source(recommendation))
    said = sentence(because + lowered(wording.statement("rule", told["statements"][0])))
    return [f"{said} [{wording.claims(claims)}]" if claims else said]


def _precedence(recommendation: Recommendation, rule: Node) -> int:
    """How much a rule's pack counts: of several rules for one need the one that counts most is told."""
    knowledge = recommendation.knowledge
    return knowledge.packs[knowledge.rules[rule["statements"][0]].pack].precedence


def _by_source(recommendation: Recommendation) -> Callable[[str], tuple[bool, str]]:
    """Sources before judgements."""
    claims = recommendation.knowledge.claims
    return lambda claim: (claims[claim].kind == "judgement", claim)
