"""Claims that are no longer to be relied on unseen: those whose date of review has passed, and those nobody verified.

An answer rests on the statements that gave the recommended technique its points, raised the needs they serve, turned
numbers into values, or are told with it as a step or warning. A statement rests on a claim *alone* if none of its other
claims is better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kb.model import Claim, Kind, Term

if TYPE_CHECKING:
    from engine.answer import Recommendation

_STATEMENT_OF_ITEM: dict[str, Kind] = {"interaction": "interaction", "penalty": "penalty"}


def expired(recommendation: Recommendation) -> list[dict[str, Any]]:
    """The claims behind an answer that were due for review before its day, with the statements that rest on them."""
    as_of = recommendation.as_of.isoformat()
    return _resting_on(recommendation, lambda claim: bool(claim.review_by) and claim.review_by < as_of)


def unverified(recommendation: Recommendation) -> list[dict[str, Any]]:
    """The claims behind an answer that nobody checked, with the statements that rest on them."""
    return _resting_on(recommendation, lambda claim: claim.verification == "unverified")


def _resting_on(recommendation: Recommendation, doubtful: Callable[[Claim], bool]) -> list[dict[str, Any]]:
    records = recommendation.knowledge.claims
    found: dict[str, dict[str, Any]] = {}
    for kind, term in recommendation.statements:
        claims = [records[claim] for claim in term.claims if claim in records]
        doubted = [claim for claim in claims if doubtful(claim)]
        for claim in doubted:
            entry = found.setdefault(
                claim.id,
                {"claim": claim.id, "text": claim.text, "review_by": claim.review_by or None, "statements": []},
            )
            entry["statements"].append({"kind": kind, "id": term.id, "alone": len(doubted) == len(claims)})
    return [found[claim] for claim in sorted(found)]


def statements_behind(recommendation: Recommendation) -> Iterator[tuple[Kind, Term]]:
    """Every statement on which an answer rests, once."""
    for kind, name in dict.fromkeys(_named(recommendation)):
        term = recommendation.knowledge.find(kind, name)
        if term is not None:
            yield kind, term


def _named(recommendation: Recommendation) -> Iterator[tuple[Kind, str]]:
    reply = recommendation.reply
    served: set[str] = set()
    for technique in recommendation.winners:
        for item in recommendation.result(technique)["items"]:
            kind = _STATEMENT_OF_ITEM.get(item["kind"], "contribution" if "need" in item else "prerequisite")
            served |= {item["need"]} if "need" in item else set()
            yield from ((kind, name) for name in (*item["statements"], *(item.get("also") or ())))
    for demand in reply["demands"]:
        if demand["need"] in served:
            yield from (("rule", rule) for rule in (*demand["rules"], *demand["also"]))
    yield from (("band", value.band) for value in recommendation.profile.values if value.band)
    yield from (("advice", entry["advice"]) for entry in reply["advice"])
    yield from (("step", entry["step"]) for entry in reply["steps"])
