"""The cheapest ways out: what would lift a blocker, and what would make a technique win.

 Every repair is replayed: the engine answers for the repaired case, and only what it confirms is told. What a change
costs is declared in the knowledge base (the effort to change a constraint) and counted as for counterfactuals.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import EngineTimeout
from engine.gaps import wanted_values
from engine.proof import Node, Proof
from kb.model import Constraint

if TYPE_CHECKING:
    from engine.advisor import Advisor
    from engine.answer import Recommendation
    from engine.counterfactual import Changes

MOST_REPLAYED = 12
"""How many candidates are replayed for one blocker; the cheapest come first."""

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Repair:
    """What lifts a blocker.

    Attributes:
        changes: changes of constraints, as counterfactuals have them.
        difficulty: how hard they are together.
        admits: techniques that would have to be admitted again.
    """

    changes: tuple[Change, ...] = ()
    difficulty: int = 0
    admits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repairs:
    """The ways out for one technique.

    Attributes:
        blockers: for each blocker's node the cheapest repair, or None if no change of what it tests lifts it.
        overall: the sets of changes that make the technique win; None if that could not be searched in time.
        admits: techniques that have to be admitted again first; ``overall`` is what else it takes.
    """

    blockers: Mapping[str, Repair | None]
    overall: Changes | None
    admits: tuple[str, ...] = ()


def repairs(advisor: Advisor, recommendation: Recommendation, proof: Proof, technique: str) -> Repairs:
    """Search and replay the repairs of a technique.

    Raises:
        EngineError: and its kinds, if the engine cannot answer; running out of time only leaves the last search out.
    """
    search = _Search(advisor, recommendation, proof, technique)
    blockers = {node.id: search.of(node) for node in proof.about(technique, ("blocker",))}
    admits = tuple(sorted({one for found in blockers.values() if found for one in found.admits}))
    if admits:
        kept = [one for one in recommendation.profile.exclude if one not in admits]
        recommendation = advisor.what_if(recommendation, {"exclude": kept}).after
    return Repairs(blockers, _overall(advisor, recommendation, technique), admits)


def _overall(advisor: Advisor, recommendation: Recommendation, technique: str) -> Changes | None:
    try:
        return advisor.changes(recommendation, technique)
    except EngineTimeout:
        return None


class _Search:
    """The search for repairs of one technique's blockers."""

    def __init__(self, advisor: Advisor, recommendation: Recommendation, proof: Proof, technique: str) -> None:
        self._advisor, self._recommendation, self._proof = advisor, recommendation, proof
        self._technique = technique
        self._values = {entry["constraint"]: entry for entry in recommendation.reply["values"]}

    def of(self, blocker: Node) -> Repair | None:
        """The cheapest candidate that lifts the blocker, replayed."""
        candidates = sorted(self._candidates(blocker), key=lambda one: (one.difficulty, len(one.changes)))
        return next((one for one in candidates[:MOST_REPLAYED] if self._lifts(one, blocker)), None)

    def _candidates(self, blocker: Node) -> Iterator[Repair]:
        match blocker["reason"]:
            case "ruled-out":
                yield Repair(admits=tuple(blocker["techniques"]))
            case "prerequisite":
                yield from self._sets([self._meeting(test) for test in blocker["tests"]])
            case "required":
                yield from (Repair((change,), change["difficulty"]) for change in self._easing(blocker["need"]))

    @staticmethod
    def _sets(choices: Sequence[list[Change]]) -> Iterator[Repair]:
        """One change alone, and one for each test together."""
        possible = [found for found in choices if found]
        for change in itertools.chain.from_iterable(possible):
            yield Repair((change,), change["difficulty"])
        if len(possible) > 1:
            for together in itertools.islice(itertools.product(*possible), MOST_REPLAYED):
                distinct = {change["constraint"]: change for change in together}
                if len(distinct) == len(together):
                    yield Repair(together, sum(change["difficulty"] for change in together))

    def _meeting(self, test: Mapping[str, Any]) -> list[Change]:
        """Changes of one constraint that turn a test round."""
        if "constraint" not in test:
            return []
        return self._changes(test["constraint"], wanted_values(self._recommendation.knowledge, test))

    def _easing(self, need: str) -> Iterator[Change]:
        """Changes of one constraint on which the demand for a need rests."""
        demand = self._proof.nodes.get(f"demand:{need}")
        rules = self._proof.premises(demand) if demand else []
        facts = {fact["constraint"] for rule in rules for fact in self._proof.premises(rule) if fact.kind == "value"}
        for constraint in sorted(facts):
            record = self._recommendation.knowledge.constraints[constraint]
            yield from self._changes(constraint, [value.id for value in record.values])

    def _changes(self, constraint: str, wanted: Sequence[str]) -> list[Change]:
        record = self._recommendation.knowledge.constraints[constraint]
        entry = self._values.get(constraint, {"value": None, "origin": "unknown"})
        learnt = entry["value"] is None or entry["origin"] in {"assumed", "inherited", "unknown"}
        if not learnt and record.effort_weight == 0:
            return []
        return [
            {
                "constraint": constraint,
                "value": value.id,
                "kind": "learn" if learnt else "change",
                "difficulty": _difficulty(record, None if learnt else entry["value"], value.id),
            }
            for value in record.values
            if value.id != entry["value"] and value.id in wanted
        ]

    def _lifts(self, repair: Repair, blocker: Node) -> bool:
        recommendation = self._recommendation
        changed: dict[str, Any] = {
            "constraints": {change["constraint"]: change["value"] for change in repair.changes},
        }
        if repair.admits:
            changed["exclude"] = [one for one in recommendation.profile.exclude if one not in repair.admits]
        after = self._advisor.decide_if(recommendation, changed)
        return all(_key(left) != _key(blocker.properties) for left in after.result(self._technique)["blockers"])


def _difficulty(record: Constraint, current: str | None, value: str) -> int:
    """The effort to change the constraint times the steps along its scale."""
    scale = [one.id for one in record.values]
    steps = abs(scale.index(value) - scale.index(current)) if record.ordered and current in scale else 1
    return max(1, record.effort_weight) * steps


def _key(blocker: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one blocker of a technique from another."""
    about = blocker["statements"] if blocker["reason"] == "prerequisite" else []
    return blocker["reason"], blocker.get("need"), blocker.get("side"), tuple(about)
