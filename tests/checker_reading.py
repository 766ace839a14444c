"""What a knowledge base says, as the proof checker reads it: hierarchies, statements that count, conditions.

Part of :mod:`tests.checker`; it shares no code with ``engine/`` nor with ``tests/reference.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol, TypeVar

from kb.model import (
    AllOf,
    AnyOf,
    Band,
    Condition,
    Contribution,
    DemandRule,
    Knowledge,
    NeedRaised,
    Not,
    Prerequisite,
    Statement,
    TaskIs,
    TypicalValue,
    ValueIs,
)

FALSE, UNKNOWN, TRUE = 0, 1, 2  # so that "and" is the least, "or" the greatest, and "not" the distance from TRUE
NAMES = ("false", "unknown", "true")
DENIED = "denied"

Test = TaskIs | ValueIs | NeedRaised
S = TypeVar("S", bound=Statement)


@dataclass(frozen=True)
class Question:
    """What was asked: the profile as a client states it, and the active packs."""

    packs: frozenset[str]
    task: str | None = None
    values: Mapping[str, str | int | float | Decimal] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    exclude: frozenset[str] = frozenset()


class Facts(Protocol):
    """What conditions are tested on."""

    def value(self, constraint: str) -> str | None:
        """The constraint's value, or None if it is unknown."""

    def raised(self, need: str) -> int:
        """The weight with which the need itself is raised, or 0."""

    def open(self, need: str) -> int:
        """The greatest weight of a rule for the need whose condition is unknown, or 0."""


@dataclass(frozen=True)
class Known:
    """What is known of a constraint: the value, where it comes from, and what says so."""

    value: str | None
    origin: str
    says: tuple[Band | TypicalValue, ...] = ()


def distances(start: str, above: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """Everything that is reached from ``start``, with the least number of steps."""
    found = {start: 0}
    waiting = [start]
    for item in waiting:
        for up in above(item):
            if up not in found:
                found[up] = found[item] + 1
                waiting.append(up)
    return found


class Reading:
    """A knowledge base as it counts for one question."""

    def __init__(self, knowledge: Knowledge, question: Question) -> None:
        self.kb, self.question = knowledge, question
        task = question.task
        self.lineage = distances(task, lambda item: knowledge.tasks[item].broader) if task else {}

    # --- hierarchies ------------------------------------------------------------------------------------------

    @cached_property
    def wider(self) -> dict[str, dict[str, int]]:
        """For every need itself and the broader ones, with their distance."""
        return {need: distances(need, lambda item: self.kb.needs[item].broader) for need in self.kb.needs}

    @cached_property
    def within(self) -> dict[str, list[str]]:
        """For every need itself and the narrower ones."""
        return {need: [other for other in self.kb.needs if need in self.wider[other]] for need in self.kb.needs}

    def contained(self, technique: str) -> dict[str, int]:
        """The technique and its parts all the way down."""
        return distances(technique, lambda item: self.kb.techniques[item].parts)

    def elements(self, technique: str) -> int:
        """How many parts it has in the end."""
        return sum(not self.kb.techniques[item].parts for item in self.contained(technique))

    def families(self, technique: str) -> list[str]:
        """The technique, then what it refines, nearest first."""
        return list(distances(technique, lambda item: filter(None, [self.kb.techniques[item].refines])))

    def all_families(self, technique: str) -> set[str]:
        """The families of the technique and of all its parts, themselves included."""
        return {family for item in self.contained(technique) for family in self.families(item)}

    # --- statements that count --------------------------------------------------------------------------------

    @cached_property
    def overruled(self) -> set[str]:
        """Claims that a resolution of an active pack sets aside for a claim of an active pack."""
        packs, claims = self.question.packs, self.kb.claims
        return {
            claim
            for resolution in self.kb.resolutions.values()
            if resolution.decision == "supersedes" and resolution.pack in packs
            if any(claims[preferred].pack in packs for preferred in resolution.prefers)
            for claim in resolution.overrules
        }

    def counting(self, statements: Mapping[str, S]) -> list[S]:
        """The statements of active packs that rest on no claim or on one that is not overruled."""
        return [
            item
            for item in statements.values()
            if item.pack in self.question.packs and (not item.claims or set(item.claims) - self.overruled)
        ]

    @cached_property
    def rules(self) -> dict[str, list[DemandRule]]:
        """The demand rules that count, by need; what the case states of a need stands instead of them."""
        found = defaultdict(list)
        for rule in self.counting(self.kb.rules):
            if rule.need not in self.question.needs:
                found[rule.need].append(rule)
        return found

    @cached_property
    def contributions(self) -> dict[tuple[str, str], list[Contribution]]:
        """The contributions that count, by technique and need."""
        found = defaultdict(list)
        for item in self.counting(self.kb.contributions):
            found[item.technique, item.need].append(item)
        return found

    def about(self, statements: Mapping[str, S], techniques: Iterable[str]) -> list[S]:
        """The statements that count and are about one of the techniques."""
        return [item for item in self.counting(statements) if item.technique in techniques]  # type: ignore[attr-defined]

    def weight(self, strength: str | None) -> int:
        """The weight of a strength; 0 of none and of what is denied."""
        return 0 if strength in (None, DENIED) else self.kb.strengths[strength].weight

    def precedence(self, statement: Statement) -> int:
        """That of the statement's pack."""
        return self.kb.packs[statement.pack].precedence

    # --- what is known of a constraint ------------------------------------------------------------------------

    def known(self, constraint: str) -> Known:
        """The value as stated, from a number, inherited or assumed."""
        given = self.question.values.get(constraint, "unknown")
        if not isinstance(given, str):
            band = self._band(constraint, Decimal(str(given)))
            return Known(band.value, "derived", (band,))
        if given != "unknown":
            return Known(given, "stated")
        typical = self._typical(constraint)
        if typical:
            return Known(typical[0].value, "inherited", tuple(typical))
        default = self.kb.constraints[constraint].default
        return Known(default, "unknown" if default is None else "assumed")

    def _band(self, constraint: str, number: Decimal) -> Band:
        bands = [band for band in self.kb.bands.values() if band.constraint == constraint]
        near = [self.lineage[band.task] for band in bands if band.task in self.lineage]
        (found,) = [
            band
            for band in bands
            if (self.lineage.get(band.task) == min(near) if near else band.task is None)
            and (band.start is None or number >= band.start)
            and (band.end is None or number < band.end)
        ]
        return found

    def _typical(self, constraint: str) -> list[TypicalValue]:
        """Those of the nearest task that says any, by the highest precedence; none where they differ."""
        found = [
            item
            for item in self.counting(self.kb.typical_values)
            if item.constraint == constraint and item.task in self.lineage
        ]
        for key in (lambda item: self.lineage[item.task], lambda item: -self.precedence(item)):
            least = min(map(key, found), default=0)
            found = [item for item in found if key(item) == least]
        return found if len({item.value for item in found}) == 1 else []

    # --- conditions -------------------------------------------------------------------------------------------

    def truth(self, condition: Condition, facts: Facts) -> int:
        """The three-valued truth of a condition."""
        match condition:
            case TaskIs(task):
                return UNKNOWN if self.question.task is None else TRUE if task in self.lineage else FALSE
            case ValueIs():
                return self._compared(condition, facts.value(condition.constraint))
            case NeedRaised(need, minimum):
                least = max(1, self.weight(minimum))
                within = self.within[need]
                if any(facts.raised(item) >= least for item in within):
                    return TRUE
                return UNKNOWN if any(facts.open(item) >= least for item in within) else FALSE
            case Not(inner):
                return TRUE - self.truth(inner, facts)
            case AnyOf(inner):
                return max((self.truth(item, facts) for item in inner), default=FALSE)
            case AllOf(inner):
                return min((self.truth(item, facts) for item in inner), default=TRUE)

    def _compared(self, test: ValueIs, value: str | None) -> int:
        if value is None:
            return UNKNOWN
        if test.operator == "is":
            return TRUE if value in test.values else FALSE
        scale = [item.id for item in self.kb.constraints[test.constraint].values]
        steps = scale.index(value) - scale.index(test.values[0])
        return TRUE if (steps >= 0 if test.operator == "at-least" else steps <= 0) else FALSE

    def responsible(self, condition: Condition, wanted: int, facts: Facts) -> set[tuple[Test, int]]:
        """The tests to which a condition owes its truth: those reached through what has that truth itself."""
        match condition:
            case Not(inner):
                return self.responsible(inner, TRUE - wanted, facts)
            case AnyOf(inner) | AllOf(inner):
                due = [item for item in inner if self.truth(item, facts) == wanted]
                return set().union(*(self.responsible(item, wanted, facts) for item in due))
        return {(condition, wanted)} if self.truth(condition, facts) == wanted else set()

    @staticmethod
    def requirement(item: Prerequisite) -> Condition:
        """What a prerequisite asks for: where its own condition does not hold it is met."""
        return item.requires if item.when == AllOf() else AnyOf((Not(item.when), item.requires))

    def asks_for_a_task(self, rule: DemandRule) -> bool:
        """Whether the rule can fire only for some task: without a task such rules are not listed one by one."""
        parts = rule.when.conditions if isinstance(rule.when, AllOf) else (rule.when,)
        return any(
            isinstance(part, TaskIs)
            or (isinstance(part, AnyOf) and all(isinstance(item, TaskIs) for item in part.conditions))
            for part in parts
        )

    def circular(self) -> set[str]:
        """Needs that depend on themselves; a proof about them could support itself."""
        asked: dict[str, set[str]] = {
            need: {
                item
                for rule in self.kb.rules.values()
                if rule.need == need
                for test in atoms(rule.when)
                if isinstance(test, NeedRaised)
                for item in self.within[test.need]
            }
            for need in self.kb.needs
        }
        return {need for need in asked if any(need in distances(item, asked.__getitem__) for item in asked[need])}


def atoms(condition: Condition) -> set[Any]:
    """Every test of a condition."""
    match condition:
        case Not(inner):
            return atoms(inner)
        case AnyOf(inner) | AllOf(inner):
            return set().union(*map(atoms, inner))
    return {condition}
