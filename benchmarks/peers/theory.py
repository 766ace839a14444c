"""A knowledge base laid out for deciding, once and before any case: what every engine of the comparison starts from.

It is read from :mod:`kb.model` alone. Hierarchies are closed, statements that do not count are left out, inheritance
between techniques is resolved into levels, and rules have an index by task, all of which ``engine/prolog/prepared.pl``
does for Adaptwise too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.peers.conditions import Condition, Joined, Reading, TaskTest, needs_of
from kb.model import Knowledge, Prerequisite, Statement


@dataclass(frozen=True, slots=True)
class Rule:
    """A demand rule; ``stage`` is 0 unless it tests needs, which rules of lower stages raise."""

    id: str
    need: str
    weight: int
    when: Condition
    claims: tuple[str, ...]
    stage: int


@dataclass(frozen=True, slots=True)
class Given:
    """A contribution as a technique has it from itself, its family or a part."""

    id: str
    precedence: int
    damages: bool
    degree: int
    when: Condition
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A prerequisite: ``met`` is its condition."""

    id: str
    hard: bool
    points: int
    met: Condition
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """A penalty (``need`` is None), or what an interaction takes or adds."""

    id: str
    kind: str
    points: int
    need: str | None
    degree: int
    when: Condition
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A technique with all that is said of it.

    Attributes:
        support: for each need, for each part (itself included) that says anything of it, levels: nearer ones first.
        simpler: the techniques that can make this composite superfluous.
        involved: whose exclusion excludes it.
    """

    id: str
    complexity: int
    family: str | None
    support: Mapping[str, tuple[tuple[tuple[Given, ...], ...], ...]]
    required: tuple[Required, ...]
    effects: tuple[Effect, ...]
    simpler: tuple[str, ...]
    involved: frozenset[str]


@dataclass(frozen=True, slots=True)
class Theory:
    """A knowledge base for deciding; candidates come simplest first."""

    knowledge: Knowledge
    kinds: Mapping[str, str]
    within: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    rules_of_task: Mapping[str, tuple[Rule, ...]]
    rules_of_all: tuple[Rule, ...]
    candidates: tuple[Candidate, ...]
    lineages: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]
    strong: int
    required: int

    @property
    def stages(self) -> int:
        """How many stages rules have."""
        return 1 + max((rule.stage for rule in self.rules), default=0)


def reached(start: str, above: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """``start``, then what is one step above it, two steps, ..., each id at its least distance."""
    found, seen = [[start]], {start}
    while found[-1]:
        found.append(sorted({up for item in found[-1] for up in above(item)} - seen))
        seen.update(found[-1])
    return found[:-1]


class _Layout:
    """Works a theory out."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.kb = knowledge
        self.active = {pack.id for pack in knowledge.packs.values() if pack.active}
        self.overruled = {
            claim
            for one in knowledge.resolutions.values()
            if one.decision == "supersedes" and one.pack in self.active
            if any(knowledge.claims[other].pack in self.active for other in one.prefers)
            for claim in one.overrules
        }
        self.above = {need: reached(need, lambda one: knowledge.needs[one].broader) for need in knowledge.needs}
        within: dict[str, list[str]] = {need: [] for need in knowledge.needs}
        for need, levels in self.above.items():
            for level in levels:
                for broader in level:
                    within[broader].append(need)
        self.within = {need: tuple(sorted(found)) for need, found in within.items()}
        self.reading = Reading(knowledge, self.within)
        self.contributions: dict[tuple[str, str], list[Given]] = {}
        for one in knowledge.contributions.values():
            if self.counts(one):
                degree, precedence = knowledge.degrees[one.degree], knowledge.packs[one.pack].precedence
                when = self.reading.condition(one.when)
                given = Given(one.id, precedence, degree.damages, degree.weight, when, tuple(sorted(one.claims)))
                self.contributions.setdefault((one.technique, one.need), []).append(given)

    def counts(self, one: Statement) -> bool:
        """Whether its pack is active and some claim of it is not overruled."""
        return one.pack in self.active and (not one.claims or not set(one.claims) <= self.overruled)

    def rules(self) -> Iterator[Rule]:
        """All rules with their stages."""
        knowledge = self.kb
        raw = [one for one in knowledge.rules.values() if self.counts(one)]
        tested = {one.id: self.reading.condition(one.when) for one in raw}
        asks = {one.id: needs_of(tested[one.id]) for one in raw}
        raisers: dict[str, list[str]] = {}
        for one in raw:
            raisers.setdefault(one.need, []).append(one.id)
        stages: dict[str, int] = {}

        def stage(rule: str) -> int:
            if rule not in stages:
                below = [stage(other) for need in asks[rule] for other in raisers.get(need, ())]
                stages[rule] = 1 + max(below, default=0) if asks[rule] else 0
            return stages[rule]

        for one in raw:
            weight = knowledge.strengths[one.strength].weight
            yield Rule(one.id, one.need, weight, tested[one.id], tuple(sorted(one.claims)), stage(one.id))

    def families(self, technique: str) -> list[str]:
        """The technique, the one that it refines, ..."""
        found: list[str] = []
        here: str | None = technique
        while here is not None:
            found.append(here)
            here = self.kb.techniques[here].refines
        return found

    def inside(self, technique: str) -> list[str]:
        """The technique and its parts at any depth."""
        parts = (self.inside(part) for part in self.kb.techniques[technique].parts)
        return sorted({technique}.union(*parts))

    def elements(self, technique: str) -> int:
        """How many parts it has that have none themselves."""
        return sum(not self.kb.techniques[one].parts for one in self.inside(technique))

    def levels(self, technique: str, need: str) -> tuple[tuple[Given, ...], ...]:
        """What it gives to a need, own needs before broader ones, its own before its families'."""
        found = []
        for giver in self.families(technique):
            for level in self.above[need]:
                given = [one for other in level for one in self.contributions.get((giver, other), ())]
                if given:
                    found.append(tuple(sorted(given, key=lambda one: one.id)))
        return tuple(found)

    def support(self, technique: str) -> dict[str, tuple[tuple[tuple[Given, ...], ...], ...]]:
        """What it and its parts give to each need."""
        found = {}
        for need in self.kb.needs:
            parts = [levels for part in self.inside(technique) if (levels := self.levels(part, need))]
            if parts:
                found[need] = tuple(parts)
        return found

    def candidate(self, technique: str) -> Candidate:
        """One technique."""
        knowledge, record = self.kb, self.kb.techniques[technique]
        inside, families = self.inside(technique), self.families(technique)
        givers = {family for part in inside for family in self.families(part)}
        required = tuple(
            Required(
                one.id,
                one.hard,
                one.points,
                self.reading.requirement(one.when, one.requires),
                tuple(sorted(one.claims)),
            )
            for one in knowledge.prerequisites.values()
            if one.technique in givers and self.counts(one)
        )
        simpler = [
            other.id
            for other in knowledge.techniques.values()
            if record.parts and other.refines is None and other.complexity < record.complexity
            if self.elements(other.id) <= self.elements(technique)
        ]
        return Candidate(
            technique, record.complexity, record.refines, self.support(technique), required,
            tuple(self.effects(set(families))), tuple(sorted(simpler)), frozenset(givers),
        )  # fmt: skip

    def _met(self, one: Prerequisite) -> Condition:
        return self.reading.requirement(one.when, one.requires)

    def effects(self, families: set[str]) -> Iterator[Effect]:
        """Penalties and interactions of a technique."""
        for one in self.kb.penalties.values():
            if one.technique in families and self.counts(one):
                when, claims = self.reading.condition(one.when), tuple(sorted(one.claims))
                yield Effect(one.id, "penalty", one.points, None, 0, when, claims)
        for other in self.kb.interactions.values():
            if other.technique in families and self.counts(other):
                when, claims = self.reading.condition(other.when), tuple(sorted(other.claims))
                degree = 0 if other.degree is None else self.kb.degrees[other.degree].weight
                need = other.need if other.degree is not None else None
                yield Effect(other.id, "interaction", other.points or 0, need, degree, when, claims)


def theory_of(knowledge: Knowledge) -> Theory:
    """Lay a knowledge base out, with the packs that are switched on.

    Raises:
        ValueError: if it has typical values, which the comparison leaves out.
    """
    if knowledge.typical_values:
        raise ValueError("typical values of tasks are not laid out")
    layout = _Layout(knowledge)
    rules = tuple(layout.rules())
    of_task: dict[str, list[Rule]] = {}
    of_all: list[Rule] = []
    for rule in rules:
        tasks = _tasks(rule.when)
        for task in tasks:
            of_task.setdefault(task, []).append(rule)
        if not tasks:
            of_all.append(rule)
    techniques = sorted(knowledge.techniques.values(), key=lambda one: (one.complexity, one.id))
    lineages = {one: reached(one, lambda task: knowledge.tasks[task].broader) for one in knowledge.tasks}
    return Theory(
        knowledge=knowledge,
        kinds={need.id: need.kind for need in knowledge.needs.values()},
        within=layout.within,
        rules=rules,
        rules_of_task={task: tuple(found) for task, found in of_task.items()},
        rules_of_all=tuple(of_all),
        candidates=tuple(layout.candidate(one.id) for one in techniques),
        lineages={task: tuple(one for level in levels for one in level) for task, levels in lineages.items()},
        defaults={one.id: one.default for one in knowledge.constraints.values() if one.default is not None},
        strong=knowledge.strengths["strong"].weight,
        required=knowledge.strengths["required"].weight,
    )


def _tasks(condition: Condition) -> list[str]:
    """The tasks without one of which a rule cannot fire; none if there are other ways."""
    parts = condition.parts if isinstance(condition, Joined) and condition.every else (condition,)
    for part in parts:
        if isinstance(part, TaskTest):
            return [part.task]
    for part in parts:
        if isinstance(part, Joined) and all(isinstance(one, TaskTest) for one in part.parts):
            return [one.task for one in part.parts if isinstance(one, TaskTest)]
    return []
