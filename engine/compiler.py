"""From records of the knowledge base to Prolog facts (the forms are listed in ``prolog/knowledge.pl``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from engine.terms import Compound, PrologTerm, compound, write_term
from kb.graph import Key, all_terms
from kb.model import (
    Advice,
    AllOf,
    AnyOf,
    Band,
    Claim,
    Condition,
    Conflict,
    Constraint,
    Contribution,
    DemandRule,
    Interaction,
    Kind,
    Knowledge,
    Need,
    NeedRaised,
    Not,
    Pack,
    Penalty,
    Prerequisite,
    Resolution,
    Statement,
    Step,
    Task,
    TaskIs,
    Technique,
    Term,
    Tradeoff,
    TypicalValue,
    ValueIs,
)
from kb.users import Tested, Users

GATING_STRENGTHS = ("required", "strong")
"""Strengths of the schema at which gates act: no technique may lack what is required, and what is strong may call for
a composite."""


class Compiler:
    """Turns one version of the knowledge into facts."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._narrower = _narrower_needs(knowledge)

    def text(self) -> str:
        """All facts as Prolog text, one a line."""
        return "".join(f"{write_term(fact)}.\n" for fact in self.facts())

    def facts(self) -> Iterator[Compound]:
        """All facts, by kind of term and id."""
        for strength in GATING_STRENGTHS:
            yield compound("threshold", strength, self.knowledge.strengths[strength].weight)
        for kind, term in all_terms(self.knowledge):
            yield from self.facts_of(kind, term)
        yield from self.needs_tested()

    def facts_of(self, kind: Kind, term: Term) -> Iterator[Compound]:
        """The facts that stand for one term. They rest on it, and on what :func:`compiled_with` tells."""
        write = _WRITERS.get(kind)
        if write is not None:
            yield from write(self, term)
        if isinstance(term, Statement) or kind == "band":
            for claim in term.claims:
                yield compound("based_on", kind, term.id, claim)

    def needs_tested(self) -> Iterator[Compound]:
        """The facts that tell for which needs statements ask, narrower ones included."""
        for need in sorted({need for one in Tested.of(self.knowledge) for need in self._narrower.get(one, ())}):
            yield compound("need_tested", need)

    def _pack(self, pack: Pack) -> Iterator[Compound]:
        yield compound("pack", pack.id, pack.precedence)

    def _task(self, task: Task) -> Iterator[Compound]:
        yield compound("task", task.id)
        for broader in task.broader:
            yield compound("task_broader", task.id, broader)

    def _constraint(self, constraint: Constraint) -> Iterator[Compound]:
        scale = "ordered" if constraint.ordered else "plain"
        values = [value.id for value in constraint.values]
        yield compound("constraint", constraint.id, scale, constraint.effort_weight, values)
        if constraint.default is not None:
            yield compound("default_value", constraint.id, constraint.default)

    def _typical(self, typical: TypicalValue) -> Iterator[Compound]:
        yield compound("typical_value", typical.task, typical.id, typical.pack, typical.constraint, typical.value)

    def _band(self, band: Band) -> Iterator[Compound]:
        yield compound("band", band.id, band.pack)

    def _need(self, need: Need) -> Iterator[Compound]:
        yield compound("need", need.id, need.kind)
        for broader in need.broader:
            yield compound("need_broader", need.id, broader)

    def _rule(self, rule: DemandRule) -> Iterator[Compound]:
        weight = self.knowledge.strengths[rule.strength].weight
        yield compound("demand_rule", rule.id, rule.pack, rule.need, weight, self.condition(rule.when))
        for anchor in _anchors(rule.when):
            yield compound("demand_anchor", anchor, rule.id)

    def _technique(self, technique: Technique) -> Iterator[Compound]:
        yield compound("technique", technique.id, technique.complexity)
        if technique.refines is not None:
            yield compound("technique_refines", technique.id, technique.refines)
        for part in technique.parts:
            yield compound("technique_part", technique.id, part)

    def _contribution(self, given: Contribution) -> Iterator[Compound]:
        degree = self.knowledge.degrees[given.degree]
        kind = "damage" if degree.damages else "supply"
        when = self.condition(given.when)
        yield compound("contribution", given.need, given.technique, given.id, given.pack, kind, degree.weight, when)

    def _prerequisite(self, one: Prerequisite) -> Iterator[Compound]:
        severity = "hard" if one.hard else "soft"
        when = self.condition(_requirement(one.when, one.requires))
        yield compound("prerequisite", one.technique, one.id, one.pack, severity, one.points, when)

    def _penalty(self, penalty: Penalty) -> Iterator[Compound]:
        when = self.condition(penalty.when)
        yield compound("penalty", penalty.technique, penalty.id, penalty.pack, penalty.points, when)

    def _interaction(self, one: Interaction) -> Iterator[Compound]:
        if one.need is not None and one.degree is not None:
            effect = compound("on", one.need, self.knowledge.degrees[one.degree].weight)
        else:
            effect = compound("loses", one.points or 0)
        yield compound("interaction", one.technique, one.id, one.pack, effect, self.condition(one.when))

    def _advice(self, advice: Advice) -> Iterator[Compound]:
        about = advice.technique or "any"
        yield compound("advice", advice.id, advice.pack, about, advice.audience, self.condition(advice.when))

    def _step(self, step: Step) -> Iterator[Compound]:
        technique = step.technique or "none"
        yield compound("step", step.id, step.pack, step.order, technique, list(step.targets), self.condition(step.when))

    def _tradeoff(self, one: Tradeoff) -> Iterator[Compound]:
        than, when = one.than or "none", self.condition(one.when)
        yield compound("tradeoff", one.technique, one.id, one.pack, one.quality, one.level, than, when)

    def _claim(self, claim: Claim) -> Iterator[Compound]:
        yield compound("claim", claim.id, claim.pack)

    def _conflict(self, conflict: Conflict) -> Iterator[Compound]:
        for claim in conflict.between:
            yield compound("conflict", claim, conflict.id, conflict.pack)

    def _resolution(self, resolution: Resolution) -> Iterator[Compound]:
        yield compound("resolution", resolution.conflict, resolution.id, resolution.pack)
        yield from _sides(self.knowledge, resolution)
        if resolution.decision == "supersedes":
            for overruled in resolution.overrules:
                yield compound("overrules", resolution.id, resolution.pack, overruled, list(resolution.prefers))

    def condition(self, condition: Condition) -> PrologTerm:
        """A condition as a term of ``conditions.pl``."""
        match condition:
            case TaskIs(task):
                return compound("task", task)
            case ValueIs(constraint, operator, values):
                accepted = _accepted(self.knowledge.constraints[constraint], operator, values)
                return compound("value", constraint, operator.replace("-", "_"), list(values), accepted)
            case NeedRaised(need, minimum):
                weight = 1 if minimum is None else self.knowledge.strengths[minimum].weight
                return compound("needs", need, self._narrower[need], weight)
            case Not(inner):
                return compound("not", self.condition(inner))
            case AnyOf(conditions):
                return compound("or", [self.condition(inner) for inner in conditions])
            case AllOf(()):
                return "true"
            case AllOf(conditions):
                return compound("and", [self.condition(inner) for inner in conditions])


def _sides(knowledge: Knowledge, resolution: Resolution) -> Iterator[Compound]:
    """Which claims of its conflict a resolution upholds and which it overrules."""
    conflict = knowledge.conflicts.get(resolution.conflict)
    for side, claims in (("upheld", resolution.prefers), ("overruled", resolution.overrules)):
        for claim in claims:
            if conflict is not None and claim in conflict.between:
                yield compound("conflict_side", resolution.id, side, claim)


def _requirement(when: Condition, requires: Condition) -> Condition:
    """A prerequisite that applies only under a condition is met where that condition is not."""
    return requires if when == AllOf() else AnyOf((Not(when), requires))


def _accepted(constraint: Constraint, operator: str, values: tuple[str, ...]) -> list[str]:
    """The values of the scale for which a test holds."""
    scale = [value.id for value in constraint.values]
    if operator == "is":
        return [value for value in scale if value in values]
    place = scale.index(values[0])
    return scale[place:] if operator == "at-least" else scale[: place + 1]


def _anchors(condition: Condition) -> list[PrologTerm]:
    """Keys under which a rule is found: all of them fail to hold only if its condition cannot be true.

    A task is the most selective key, then a constraint; a rule that requires neither is always read.
    """
    parts: Iterable[Condition] = condition.conditions if isinstance(condition, AllOf) else (condition,)
    parts = list(parts)
    for part in parts:
        if isinstance(part, TaskIs):
            return [compound("task", part.task)]
    for part in parts:
        if isinstance(part, AnyOf) and all(isinstance(inner, TaskIs) for inner in part.conditions):
            named = dict.fromkeys(inner.task for inner in part.conditions if isinstance(inner, TaskIs))
            return [compound("task", task) for task in named]
    for part in parts:
        if isinstance(part, ValueIs):
            return [compound("constraint", part.constraint)]
    return ["always"]


def _narrower_needs(knowledge: Knowledge) -> dict[str, list[str]]:
    """Every need with itself and all narrower ones, sorted."""
    below: dict[str, set[str]] = {need: set() for need in knowledge.needs}
    for need in knowledge.needs.values():
        for broader in need.broader:
            below[broader].add(need.id)

    def closure(need: str) -> list[str]:
        found: set[str] = set()
        waiting = [need]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(below[current])
        return sorted(found)

    return {need: closure(need) for need in below}


_WRITERS: Mapping[Kind, Callable[[Compiler, Any], Iterator[Compound]]] = {
    "pack": Compiler._pack,
    "task": Compiler._task,
    "constraint": Compiler._constraint,
    "typical": Compiler._typical,
    "band": Compiler._band,
    "need": Compiler._need,
    "rule": Compiler._rule,
    "technique": Compiler._technique,
    "contribution": Compiler._contribution,
    "prerequisite": Compiler._prerequisite,
    "penalty": Compiler._penalty,
    "interaction": Compiler._interaction,
    "advice": Compiler._advice,
    "step": Compiler._step,
    "tradeoff": Compiler._tradeoff,
    "claim": Compiler._claim,
    "conflict": Compiler._conflict,
    "resolution": Compiler._resolution,
}
"""What writes the facts of each kind of term; the other kinds have none of their own."""


def compiled_with(knowledge: Knowledge, keys: Iterable[Key]) -> set[Key]:
    """The terms whose facts rest on these terms, beside their own.

    Conditions are written with the values of the scale for which they hold and with all narrower needs; rules and
    contributions with the weights of their strengths and degrees; a resolution with the claims of its conflict.
    """
    users = Users.of(knowledge)
    bases = {key for key in keys if key[0] in ("constraint", "conflict", "strength", "degree")}
    waiting = [key for key in keys if key[0] == "need"]
    while waiting:
        key = waiting.pop()
        if key not in bases:
            bases.add(key)
            need = knowledge.needs.get(key[1])
            waiting += [("need", broader) for broader in need.broader] if need else []
    return {user for key in bases for user in users.get(key)}
