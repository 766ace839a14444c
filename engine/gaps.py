"""How far a blocker is from being lifted: for each test on which it rests, in the constraint's own unit or in steps."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.proof import Node, Proof
from engine.render.english import sentence
from kb.bands import bands_of, plain
from kb.model import Unit

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from kb.model import Knowledge


def gaps(recommendation: Recommendation, node: Node, proof: Proof) -> list[dict[str, Any]]:
    """For every test to which a node owes that it holds: what is, and what it would have to be."""
    return [_gap(recommendation, test, proof) for test in node.get("tests", ())]


def wanted_values(knowledge: Knowledge, test: Mapping[str, Any]) -> list[str]:
    """The values with which a test of a constraint comes out the other way, in the order of the scale."""
    record = knowledge.constraints[test["constraint"]]
    named, holds = set(test["values"]), test["truth"] == "true"
    if test["operator"] != "is":
        scale = [value.id for value in record.values]
        place = scale.index(test["values"][0])
        named = set(scale[place:] if test["operator"] == "at-least" else scale[: place + 1])
    return [value.id for value in record.values if (value.id in named) != holds]


def _gap(recommendation: Recommendation, test: Mapping[str, Any], proof: Proof) -> dict[str, Any]:
    wording = recommendation.wording
    holds = test["truth"] == "true"
    said = _negated(wording.test(test)) if holds else wording.test(test)
    if "constraint" not in test:
        return {"test": test, "text": sentence(f"it would take that {said}")}
    constraint = test["constraint"]
    fact = proof.nodes.get(f"value:{constraint}")
    current = fact["value"] if fact else None
    distance = _distance(recommendation, test)
    amount = f" ({distance.pop('text')})" if distance else ""
    now = f"{wording.constraint(constraint)} is “{wording.value(constraint, current)}”"
    return {
        "test": test,
        "current": current,
        "steps": _steps(recommendation.knowledge, test, current),
        "distance": distance,
        "text": sentence(f"{now}; it would take that {said}{amount}"),
    }


def _negated(clause: str) -> str:
    return clause.replace(" is ", " is not ", 1)


def _steps(knowledge: Knowledge, test: Mapping[str, Any], current: str | None) -> int | None:
    """How many steps of an ordered scale lie between the current value and the nearest that would do."""
    record = knowledge.constraints[test["constraint"]]
    if not record.ordered or current is None:
        return None
    scale = [value.id for value in record.values]
    wanted = wanted_values(knowledge, test)
    return min((abs(scale.index(value) - scale.index(current)) for value in wanted), default=None)


def _distance(recommendation: Recommendation, test: Mapping[str, Any]) -> dict[str, Any] | None:
    """The gap in the constraint's own unit, where a number was stated: the "least" it would take, or "below" what."""
    knowledge, constraint = recommendation.knowledge, test["constraint"]
    stated = next((one for one in recommendation.profile.values if one.constraint == constraint), None)
    unit = knowledge.units.get(stated.unit or "") if stated else None
    if stated is None or stated.number is None or unit is None:
        return None
    wanted = set(wanted_values(knowledge, test))
    bands = [band for band in bands_of(knowledge, constraint, recommendation.profile.task) if band.value in wanted]
    above = [band.start for band in bands if band.start is not None and band.start > stated.number]
    below = [band.end for band in bands if band.end is not None and band.end <= stated.number]
    up = min((one - stated.number for one in above), default=None)
    down = min((stated.number - one for one in below), default=None)
    if up is None and down is None:
        return None
    found: dict[str, Any] = {"number": stated.number, "unit": unit.id}
    if down is None or (up is not None and up <= down):
        least = min(above)
        text = f"at least {amount_of(least, unit)}; now {plain(stated.number)}"
        return {**found, "least": least, "difference": least - stated.number, "text": text}
    most = max(below)
    text = f"below {amount_of(most, unit)}; now {plain(stated.number)}"
    return {**found, "below": most, "difference": most - stated.number, "text": text}


def amount_of(number: Decimal, unit: Unit) -> str:
    """A number with its unit, in the plural where the knowledge base has one for it."""
    first = unit.label.split(" ", 1)[0]
    plurals = [name for name in (f"{unit.label}s", f"{first}s") if name in unit.synonyms]
    return f"{plain(number)} {unit.label if number == 1 or not plurals else plurals[0]}"
