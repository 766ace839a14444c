"""A second, naive implementation of ``docs/semantics.md``, to compare the engine with.

It shares no code with ``engine/`` and reads records of :mod:`kb.model` only. It is written to be checked against the
document sentence by sentence, not to be fast: nothing is indexed and nothing is cached beyond one case.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from kb.model import (
    AllOf,
    AnyOf,
    Condition,
    Contribution,
    Knowledge,
    NeedRaised,
    Not,
    Prerequisite,
    Statement,
    TaskIs,
    ValueIs,
)

Truth = bool | None  # None: unknown
DENIED = "denied"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Case:
    """What is asked about. ``values`` may hold numbers, in the constraint's unit; ``needs`` a strength or "denied"."""

    task: str | None = None
    values: Mapping[str, str | int | Decimal] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    exclude: frozenset[str] = frozenset()
    packs: frozenset[str] | None = None


@dataclass(frozen=True)
class Line:
    """One line of a score: ``points`` = demand x degree."""

    need: str
    damage: bool
    degree: int
    points: int
    by: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What is concluded about one technique."""

    technique: str
    status: str
    score: int
    penalty: int
    lines: tuple[Line, ...]
    blockers: frozenset[tuple[str, str]]
    provisos: frozenset[str]


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's conjunction."""
    found = list(truths)
    return False if False in found else None if None in found else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's disjunction."""
    found = list(truths)
    return True if True in found else None if None in found else False


def negate(truth: Truth) -> Truth:
    """Kleene's negation."""
    return None if truth is None else not truth


def levels(start: str, above: Callable[[str], Iterable[str]]) -> list[set[str]]:
    """``start``, then what is one step above it, two steps, ...; each id at its least distance."""
    found, seen = [{start}], {start}
    while found[-1]:
        found.append({up for item in found[-1] for up in above(item)} - seen)
        seen |= found[-1]
    return found[:-1]


class Reference:
    """The conclusions for one case over one knowledge base."""

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        self.kb = knowledge
        self.case = case
        self.packs = set(knowledge.packs) if case.packs is None else set(case.packs)

    # --- Statements that count, hierarchies ---------------------------------------------------------

    def counts(self, statement: Statement) -> bool:
        """Whether the statement belongs to an active pack and has a claim that no resolution overrules."""
        if not statement.claims:
            return statement.pack in self.packs
        return statement.pack in self.packs and not set(statement.claims) <= self.overruled

    @cached_property
    def overruled(self) -> set[str]:
        """The claims that resolutions in active packs overrule in favour of claims of active packs."""
        return {
            claim
            for resolution in self.kb.resolutions.values()
            if resolution.decision == "supersedes"
            and resolution.pack in self.packs
            and any(self.kb.claims[preferred].pack in self.packs for preferred in resolution.prefers)
            for claim in resolution.overrules
        }

    def tasks_above(self, task: str) -> list[set[str]]:
        """The task, its broader tasks, theirs, ..."""
        return levels(task, lambda item: self.kb.tasks[item].broader)

    def needs_above(self, need: str) -> list[set[str]]:
        """The need, its broader needs, theirs, ..."""
        return levels(need, lambda item: self.kb.needs[item].broader)

    def narrower_or_same(self, need: str) -> set[str]:
        """The need and everything narrower."""
        return {other for other in self.kb.needs if need in set().union(*self.needs_above(other))}

    def inside(self, technique: str) -> set[str]:
        """The technique and its parts at any depth."""
        return {technique}.union(*(self.inside(part) for part in self.kb.techniques[technique].parts))

    def elements(self, technique: str) -> set[str]:
        """The parts of a technique that have no parts themselves."""
        return {item for item in self.inside(technique) if not self.kb.techniques[item].parts}

    def families(self, technique: str) -> list[str]:
        """The technique, the family that it refines, that family's, ..."""
        family = self.kb.techniques[technique].refines
        return [technique, *(self.families(family) if family else [])]

    # --- Values -----------------------------------------------------------------------------------------

    @cached_property
    def values(self) -> dict[str, tuple[str, str]]:
        """The value of each constraint that has one, and its origin."""
        found = {}
        for constraint in self.kb.constraints:
            for origin in (self.stated, self.inherited, self.assumed):
                if (value := origin(constraint)) is not None:
                    found[constraint] = value
                    break
        return found

    def stated(self, constraint: str) -> tuple[str, str] | None:
        """The value that the case states, or the one that its number stands for."""
        value = self.case.values.get(constraint, UNKNOWN)
        if isinstance(value, str):
            return None if value == UNKNOWN else (value, "stated")
        bands = [band for band in self.kb.bands.values() if band.constraint == constraint]
        own = set().union(*self.tasks_above(self.case.task)) if self.case.task else set()
        fitting = [
            band
            for band in bands
            if (band.start is None or band.start <= value)
            and (band.end is None or value < band.end)
            and (band.task is None or band.task in own)
        ]
        fitting.sort(key=lambda band: band.task is None)
        return (fitting[0].value, "derived") if fitting else None

    def inherited(self, constraint: str) -> tuple[str, str] | None:
        """The typical value of the task or its nearest broader one, by the pack of highest precedence; else nothing."""
        for level in self.tasks_above(self.case.task) if self.case.task else []:
            typical = [
                item
                for item in self.kb.typical_values.values()
                if item.constraint == constraint and item.task in level and self.counts(item)
            ]
            if typical:
                top = max(self.kb.packs[item.pack].precedence for item in typical)
                found = {item.value for item in typical if self.kb.packs[item.pack].precedence == top}
                return (found.pop(), "inherited") if len(found) == 1 else None
        return None

    def assumed(self, constraint: str) -> tuple[str, str] | None:
        """The constraint's default."""
        default = self.kb.constraints[constraint].default
        return None if default is None else (default, "assumed")

    # --- Conditions -------------------------------------------------------------------------------------

    def truth(self, condition: Condition) -> Truth:
        """The three-valued truth of a condition."""
        match condition:
            case TaskIs(task):
                return None if self.case.task is None else task in set().union(*self.tasks_above(self.case.task))
            case ValueIs():
                return self.compare(condition)
            case NeedRaised(need, minimum):
                return self.raised(need, 1 if minimum is None else self.kb.strengths[minimum].weight)
            case Not(inner):
                return negate(self.truth(inner))
            case AnyOf(inner):
                return any_of(map(self.truth, inner))
            case AllOf(inner):
                return all_of(map(self.truth, inner))

    def compare(self, condition: ValueIs) -> Truth:
        """The truth of a comparison on the constraint's scale."""
        if condition.constraint not in self.values:
            return None
        value = self.values[condition.constraint][0]
        if condition.operator == "is":
            return value in condition.values
        scale = [item.id for item in self.kb.constraints[condition.constraint].values]
        here, there = scale.index(value), scale.index(condition.values[0])
        return here >= there if condition.operator == "at-least" else here <= there

    def raised(self, need: str, minimum: int) -> Truth:
        """Whether the need, or a narrower one, is raised with at least this weight."""
        return any_of(self.raised_itself(item, minimum) for item in self.narrower_or_same(need))

    def raised_itself(self, need: str, minimum: int) -> Truth:
        """The same, narrower needs left out."""
        if (weight := self.stated_weight(need)) is not None:
            return weight >= minimum
        return any_of(
            self.truth(rule.when)
            for rule in self.kb.rules.values()
            if rule.need == need and self.counts(rule) and self.kb.strengths[rule.strength].weight >= minimum
        )

    # --- Demand -----------------------------------------------------------------------------------------

    def stated_weight(self, need: str) -> int | None:
        """The weight that the case states for a need, 0 where it is denied."""
        strength = self.case.needs.get(need)
        return None if strength is None else 0 if strength == DENIED else self.kb.strengths[strength].weight

    @cached_property
    def demands(self) -> dict[str, int]:
        """Every demanded need with its weight."""
        found = {}
        for need in self.kb.needs:
            weight = self.stated_weight(need)
            if weight is None:
                fired = [
                    self.kb.strengths[rule.strength].weight
                    for rule in self.kb.rules.values()
                    if rule.need == need and self.counts(rule) and self.truth(rule.when) is True
                ]
                weight = max(fired, default=0)
            if weight > 0:
                found[need] = weight
        return found

    @cached_property
    def unknown_rules(self) -> set[str]:
        """The rules whose condition is unknown, for needs of which the case says nothing."""
        return {
            rule.id
            for rule in self.kb.rules.values()
            if self.counts(rule) and rule.need not in self.case.needs and self.truth(rule.when) is None
        }

    @cached_property
    def subsumed(self) -> set[str]:
        """Demanded needs of which a narrower one is demanded at least as strongly."""
        return {
            need
            for need, weight in self.demands.items()
            if any(self.demands.get(other, 0) >= weight for other in self.narrower_or_same(need) - {need})
        }

    @cached_property
    def counted(self) -> dict[str, int]:
        """The demands that count for scores and gates."""
        return {need: weight for need, weight in self.demands.items() if need not in self.subsumed}

    # --- Supply and damage ------------------------------------------------------------------------------

    def applying(self, technique: str, need: str) -> list[Contribution]:
        """The technique's contributions to the need, else to the nearest broader needs, else its family's."""
        for member, level in itertools.product(self.families(technique), self.needs_above(need)):
            found = [
                item
                for item in self.kb.contributions.values()
                if item.technique == member
                and item.need in level
                and self.counts(item)
                and self.truth(item.when) is True
            ]
            if found:
                return found
        return []

    def best(self, technique: str, need: str, damage: bool) -> list[tuple[int, str]]:
        """The degrees that count on one line, with contributions: those of the pack with the highest precedence."""
        found = [c for c in self.applying(technique, need) if self.kb.degrees[c.degree].damages == damage]
        top = max((self.kb.packs[item.pack].precedence for item in found), default=None)
        return [
            (self.kb.degrees[item.degree].weight, item.id)
            for item in found
            if self.kb.packs[item.pack].precedence == top
        ]

    def degree(self, technique: str, need: str, damage: bool) -> tuple[int, frozenset[str]] | None:
        """The best supply or the worst damage over the technique and its parts, with the contributions that say so."""
        found = [item for member in self.inside(technique) for item in self.best(member, need, damage)]
        if not found:
            return None
        extreme = (min if damage else max)(weight for weight, _ in found)
        return extreme, frozenset(item for weight, item in found if weight == extreme)

    def lines(self, technique: str) -> Iterator[Line]:
        """Supply and damage of the technique and its parts."""
        for need, weight in self.counted.items():
            for damage in (False, True):
                if (found := self.degree(technique, need, damage)) is not None:
                    yield Line(need, damage, found[0], weight * found[0], found[1])

    def added(self, technique: str) -> Iterator[Line]:
        """What interactions add to demanded needs."""
        for item in self.own(self.kb.interactions, technique):
            if item.degree is not None and item.need in self.counted:
                degree = self.kb.degrees[item.degree]
                points = self.counted[item.need] * degree.weight
                yield Line(item.need, degree.damages, degree.weight, points, frozenset({item.id}))

    def own(self, statements: Mapping[str, Any], technique: str) -> list[Any]:
        """The statements on the technique or its families, not its parts, that apply."""
        return [
            item
            for item in statements.values()
            if item.technique in self.families(technique) and self.counts(item) and self.truth(item.when) is True
        ]

    # --- Prerequisites and penalties ----------------------------------------------------------------------

    def prerequisites(self, technique: str) -> list[tuple[Prerequisite, Truth]]:
        """The prerequisites of the technique, its parts and their families, each with whether it is met."""
        members = {family for member in self.inside(technique) for family in self.families(member)}
        return [
            (item, any_of([negate(self.truth(item.when)), self.truth(item.requires)]))
            for item in self.kb.prerequisites.values()
            if item.technique in members and self.counts(item)
        ]

    def penalty(self, technique: str) -> int:
        """All points that the technique loses."""
        own = [item.points for item in self.own(self.kb.penalties, technique)]
        soft = [item.points for item, met in self.prerequisites(technique) if not item.hard and met is False]
        lost = [item.points for item in self.own(self.kb.interactions, technique) if item.points is not None]
        return sum(own) + sum(soft) + sum(lost)

    # --- Gates ------------------------------------------------------------------------------------------

    def exclusions(self, technique: str) -> set[tuple[str, str]]:
        """Why the technique is excluded, as pairs of a reason and what it is about."""
        required = self.kb.strengths["required"].weight
        found = {
            ("breaks" if line.damage else "lacks", line.need)
            for line in self.lines(technique)
            if self.counted[line.need] >= required and line.degree <= (-2 if line.damage else -1)
        }
        involved = {family for member in self.inside(technique) for family in self.families(member)}
        found |= {("user", item) for item in involved & self.case.exclude}
        if self.kb.techniques[technique].parts:
            found |= {("simpler", other) for other in self.kb.techniques if self.is_enough(other, technique)}
        return found

    def is_enough(self, other: str, composite: str) -> bool:
        """Whether ``other``, no variant, is simpler than the composite and serves every strong requirement."""
        strong = self.kb.strengths["strong"].weight
        simple, elaborate = self.kb.techniques[other], self.kb.techniques[composite]
        if simple.refines or simple.complexity >= elaborate.complexity:
            return False
        if len(self.elements(other)) > len(self.elements(composite)):
            return False
        lines = list(self.lines(other))
        needs = [n for n, w in self.counted.items() if w >= strong and self.kb.needs[n].kind == "requirement"]
        serves = all(
            any(line.need == need and line.degree > 0 for line in lines)
            and not any(line.need == need and line.damage and line.degree <= -2 for line in lines)
            for need in needs
        )
        return serves and self.verdict(other).status == "viable"

    def verdict(self, technique: str) -> Verdict:
        """Everything concluded about a technique, but for its rank."""
        penalty = self.penalty(technique)
        lines = (*self.lines(technique), *self.added(technique))
        excluded = self.exclusions(technique)
        unmet = {("unmet", item.id) for item, met in self.prerequisites(technique) if item.hard and met is False}
        return Verdict(
            technique=technique,
            status="excluded" if excluded else "infeasible" if unmet else "viable",
            score=sum(line.points for line in lines) - penalty,
            penalty=penalty,
            lines=lines,
            blockers=frozenset(excluded | unmet),
            provisos=frozenset(item.id for item, met in self.prerequisites(technique) if met is None),
        )

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on every technique."""
        return {technique: self.verdict(technique) for technique in self.kb.techniques}

    # --- Ranking ----------------------------------------------------------------------------------------

    def standing(self, technique: str) -> tuple[int, int, int]:
        """What techniques are ordered by; the least comes first."""
        verdict = self.verdicts[technique]
        return (-verdict.score, verdict.penalty, self.kb.techniques[technique].complexity)

    @cached_property
    def ranking(self) -> list[set[str]]:
        """The viable techniques that refine no other, best first; those of one set share a rank."""
        viable = [t for t, v in self.verdicts.items() if v.status == "viable" and self.kb.techniques[t].refines is None]
        viable.sort(key=self.standing)
        return [set(group) for _, group in itertools.groupby(viable, key=self.standing)]

    @property
    def winners(self) -> frozenset[str]:
        """The techniques of the first rank; empty if nothing is left."""
        return frozenset(self.ranking[0]) if self.ranking else frozenset()

    def variants(self, family: str) -> set[str]:
        """The best viable variant that ranks strictly before its family; empty if none does, or several are level."""
        better = [
            item
            for item, technique in self.kb.techniques.items()
            if technique.refines is not None
            and family in self.families(item)
            and self.verdicts[item].status == "viable"
            and self.standing(item) < self.standing(family)
        ]
        best = min(map(self.standing, better), default=None)
        level = {item for item in better if self.standing(item) == best}
        named = {item for item in level if not (level - {item}) & set(self.families(item))}
        return named if len(named) == 1 else set()

    @property
    def margin(self) -> int | None:
        """Score of the winner minus that of the next viable technique; None where there is no next."""
        order = [self.verdicts[item].score for rank in self.ranking for item in sorted(rank)]
        return order[0] - order[1] if len(order) > 1 else None

    # --- Completions ------------------------------------------------------------------------------------

    def completions(self) -> Iterator[Reference]:
        """The case with every combination of values for what the user has not said."""
        open_ = [c for c in self.kb.constraints if self.stated(c) is None]
        scales = [[value.id for value in self.kb.constraints[constraint].values] for constraint in open_]
        for combination in itertools.product(*scales):
            values = {**self.case.values, **dict(zip(open_, combination, strict=True))}
            yield Reference(self.kb, replace(self.case, values=values))

    def decided(self, winner: Callable[[Reference], object]) -> bool:
        """Whether what ``winner`` picks is the same in every completion."""
        mine = winner(self)
        return all(winner(completion) == mine for completion in self.completions())
