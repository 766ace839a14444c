"""From records of the knowledge base to Prolog facts (the forms are listed in ``prolog/knowledge.pl``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.terms import Compound, PrologTerm, compound, write_term
from kb.model import (
    AllOf,
    AnyOf,
    Condition,
    Constraint,
    Knowledge,
    NeedRaised,
    Not,
    Resolution,
    TaskIs,
    ValueIs,
)

GATING_STRENGTHS = ("required", "strong")
"""Strengths of the schema at which gates act: no technique may lack what is required, and what is strong may call for
a composite."""


class Compiler:
    """Turns one version of the knowledge into facts."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._narrower = _narrower_needs(knowledge)

    def text(self) -> str:
        """All facts as Prolog text, one a line, in the order of ids."""
        return "".join(f"{write_term(fact)}.\n" for fact in self.facts())

    def facts(self) -> Iterator[Compound]:
        """All facts."""
        yield from self._vocabulary()
        yield from self._rules()
        yield from self._techniques()
        yield from self._guidance()
        for need in sorted(self._tested_needs()):
            yield compound("need_tested", need)
        yield from self._provenance()

    def _vocabulary(self) -> Iterator[Compound]:
        knowledge = self._knowledge
        for pack in knowledge.packs.values():
            yield compound("pack", pack.id, pack.precedence)
        for strength in GATING_STRENGTHS:
            yield compound("threshold", strength, knowledge.strengths[strength].weight)
        for task in knowledge.tasks.values():
            yield compound("task", task.id)
            for broader in task.broader:
                yield compound("task_broader", task.id, broader)
        for constraint in knowledge.constraints.values():
            scale = "ordered" if constraint.ordered else "plain"
            values = [value.id for value in constraint.values]
            yield compound("constraint", constraint.id, scale, constraint.effort_weight, values)
            if constraint.default is not None:
                yield compound("default_value", constraint.id, constraint.default)
        for typical in knowledge.typical_values.values():
            yield compound("typical_value", typical.task, typical.id, typical.pack, typical.constraint, typical.value)
        for band in knowledge.bands.values():
            yield compound("band", band.id, band.pack)
        for need in knowledge.needs.values():
            yield compound("need", need.id, need.kind)
            for broader in need.broader:
                yield compound("need_broader", need.id, broader)

    def _rules(self) -> Iterator[Compound]:
        for rule in self._knowledge.rules.values():
            weight = self._knowledge.strengths[rule.strength].weight
            yield compound("demand_rule", rule.id, rule.pack, rule.need, weight, self.condition(rule.when))
            for anchor in _anchors(rule.when):
                yield compound("demand_anchor", anchor, rule.id)

    def _techniques(self) -> Iterator[Compound]:
        knowledge = self._knowledge
        for technique in knowledge.techniques.values():
            yield compound("technique", technique.id, technique.complexity)
            if technique.refines is not None:
                yield compound("technique_refines", technique.id, technique.refines)
            for part in technique.parts:
                yield compound("technique_part", technique.id, part)
        for given in knowledge.contributions.values():
            degree = knowledge.degrees[given.degree]
            kind = "damage" if degree.damages else "supply"
            when = self.condition(given.when)
            yield compound("contribution", given.need, given.technique, given.id, given.pack, kind, degree.weight, when)
        for prerequisite in knowledge.prerequisites.values():
            severity = "hard" if prerequisite.hard else "soft"
            yield compound(
                "prerequisite",
                prerequisite.technique,
                prerequisite.id,
                prerequisite.pack,
                severity,
                prerequisite.points,
                self.condition(_requirement(prerequisite.when, prerequisite.requires)),
            )
        for penalty in knowledge.penalties.values():
            when = self.condition(penalty.when)
            yield compound("penalty", penalty.technique, penalty.id, penalty.pack, penalty.points, when)
        for interaction in knowledge.interactions.values():
            if interaction.need is not None and interaction.degree is not None:
                weight = knowledge.degrees[interaction.degree].weight
                effect = compound("on", interaction.need, weight)
            else:
                effect = compound("loses", interaction.points or 0)
            when = self.condition(interaction.when)
            yield compound("interaction", interaction.technique, interaction.id, interaction.pack, effect, when)

    def _guidance(self) -> Iterator[Compound]:
        knowledge = self._knowledge
        for advice in knowledge.advice.values():
            about = advice.technique or "any"
            yield compound("advice", advice.id, advice.pack, about, advice.audience, self.condition(advice.when))
        for step in knowledge.steps.values():
            technique = step.technique or "none"
            targets = list(step.targets)
            yield compound("step", step.id, step.pack, step.order, technique, targets, self.condition(step.when))
        for tradeoff in knowledge.tradeoffs.values():
            than = tradeoff.than or "none"
            yield compound(
                "tradeoff",
                tradeoff.technique,
                tradeoff.id,
                tradeoff.pack,
                tradeoff.quality,
                tradeoff.level,
                than,
                self.condition(tradeoff.when),
            )

    def _provenance(self) -> Iterator[Compound]:
        knowledge = self._knowledge
        for kind, statement in knowledge.statements():
            for claim in statement.claims:
                yield compound("based_on", kind, statement.id, claim)
        for band in knowledge.bands.values():
            for claim in band.claims:
                yield compound("based_on", "band", band.id, claim)
        for claim_record in knowledge.claims.values():
            yield compound("claim", claim_record.id, claim_record.pack)
        for conflict in knowledge.conflicts.values():
            for claim in conflict.between:
                yield compound("conflict", claim, conflict.id, conflict.pack)
        for resolution in knowledge.resolutions.values():
            yield compound("resolution", resolution.conflict, resolution.id, resolution.pack)
            yield from _sides(knowledge, resolution)
            if resolution.decision == "supersedes":
                for overruled in resolution.overrules:
                    preferred = list(resolution.prefers)
                    yield compound("overrules", resolution.id, resolution.pack, overruled, preferred)

    def _tested_needs(self) -> set[str]:
        """The needs that some condition asks for, narrower ones included."""
        conditions = [statement.when for _, statement in self._knowledge.statements()]
        conditions += [prerequisite.requires for prerequisite in self._knowledge.prerequisites.values()]
        found: set[str] = set()
        while conditions:
            match conditions.pop():
                case NeedRaised(need, _):
                    found.update(self._narrower[need])
                case Not(inner):
                    conditions.append(inner)
                case AnyOf(inners) | AllOf(inners):
                    conditions.extend(inners)
        return found

    def condition(self, condition: Condition) -> PrologTerm:
        """A condition as a term of ``conditions.pl``."""
        match condition:
            case TaskIs(task):
                return compound("task", task)
            case ValueIs(constraint, operator, values):
                accepted = _accepted(self._knowledge.constraints[constraint], operator, values)
                return compound("value", constraint, operator.replace("-", "_"), list(values), accepted)
            case NeedRaised(need, minimum):
                weight = 1 if minimum is None else self._knowledge.strengths[minimum].weight
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
            return [compound("task", inner.task) for inner in part.conditions if isinstance(inner, TaskIs)]
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
