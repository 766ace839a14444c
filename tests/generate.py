"""Hypothesis strategies for small, valid knowledge bases and for cases to ask them about.

Everything is acyclic by construction: a term refers only to terms of its kind with a smaller number, except that
rules which raise a need ask only for needs with a greater one (narrower needs have greater numbers than broader ones).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from kb.model import (
    ALWAYS,
    Advice,
    AllOf,
    AnyOf,
    Band,
    Claim,
    Condition,
    Conflict,
    Constraint,
    Contribution,
    Degree,
    DemandRule,
    Interaction,
    Knowledge,
    Need,
    NeedRaised,
    Not,
    Pack,
    Penalty,
    Prerequisite,
    Quality,
    Resolution,
    Source,
    Statement,
    Step,
    Strength,
    System,
    Task,
    TaskIs,
    Technique,
    Term,
    Tradeoff,
    TypicalValue,
    Unit,
    Value,
    ValueIs,
)
from tests.reference import DENIED, UNKNOWN, Case

T = TypeVar("T", bound=Term)
Draw = Callable[[st.SearchStrategy[Any]], Any]

# The closed lists of the schema, which every knowledge base has.
STRENGTHS = {"required": 4, "strong": 3, "moderate": 2, "weak": 1}
DEGREES = {
    "makes": (2, False),
    "helps": (1, False),
    "lacks": (-1, False),
    "lacks-entirely": (-2, False),
    "hurts": (-1, True),
    "breaks": (-2, True),
}


def schema_terms() -> dict[str, dict[str, Any]]:
    """The strengths and degrees of the schema as records."""
    return {
        "strengths": {k: Strength(id=k, pack="schema", label=k, weight=w) for k, w in STRENGTHS.items()},
        "degrees": {
            k: Degree(id=k, pack="schema", label=k.replace("-", " "), weight=w, damages=d)
            for k, (w, d) in DEGREES.items()
        },
    }


def by_id(terms: Sequence[T]) -> dict[str, T]:
    """Records by id, in the order of ids."""
    return {term.id: term for term in sorted(terms, key=lambda term: term.id)}


class Builder:
    """Draws one knowledge base, kind by kind; later kinds refer to earlier ones."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.packs = [
            Pack(id=f"pack-{n}", pack=f"pack-{n}", label=f"pack {n}", precedence=draw(st.integers(0, 2)) * 10)
            for n in range(draw(st.integers(1, 3)))
        ]

    def pick(self, items: Sequence[Any]) -> Any:
        """One of the items."""
        return self.draw(st.sampled_from(items))

    def some(self, items: Sequence[Any], least: int = 0, most: int = 2) -> tuple[Any, ...]:
        """Some of the items, each once."""
        if not items:
            return ()
        return tuple(self.draw(st.lists(st.sampled_from(items), min_size=least, max_size=most, unique=True)))

    def maybe(self, items: Sequence[Any]) -> Any:
        """One of the items, or None."""
        return self.pick([None, *items])

    def chance(self, of: int = 2) -> bool:
        """True once in about ``of`` draws; shrinks to False."""
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def pack(self) -> str:
        """The id of a pack."""
        return str(self.pick(self.packs).id)

    def head(self, kind: str, number: int) -> dict[str, Any]:
        """What every term has."""
        return {"id": f"{kind}-{number}", "pack": self.pack(), "label": f"{kind} {number}"}

    # --- Vocabulary -----------------------------------------------------------------------------------

    def hierarchy(self, make: type[Any], name: str, count: int, **more: Callable[[], Any]) -> list[Any]:
        """Terms with broader terms of the same kind."""
        ids: list[str] = []
        terms = []
        for number in range(count):
            extra = {key: value() for key, value in more.items()}
            terms.append(make(**self.head(name, number), broader=self.some(ids), **extra))
            ids.append(terms[-1].id)
        return terms

    def vocabulary(self) -> None:
        """Tasks, needs, constraints and techniques."""
        self.tasks = self.hierarchy(Task, "task", self.draw(st.integers(1, 4)))
        kinds = ["requirement", "requirement", "opportunity"]
        self.needs = self.hierarchy(Need, "need", self.draw(st.integers(1, 5)), kind=lambda: self.pick(kinds))
        self.constraints = [self.constraint(number) for number in range(self.draw(st.integers(1, 4)))]
        self.techniques: list[Technique] = []
        for number in range(self.draw(st.integers(2, 5))):
            self.techniques.append(self.technique(number))
        self.quality = Quality(**self.head("quality", 0))

    def constraint(self, number: int) -> Constraint:
        """A constraint with two or three values."""
        head = self.head("constraint", number)
        ids = [f"v{number}-{n}" for n in range(self.draw(st.integers(2, 3)))]
        values = tuple(Value(id=v, pack=head["pack"], label=v, constraint=head["id"]) for v in ids)
        ordered = self.chance()
        return Constraint(
            **head,
            ordered=ordered,
            values=values,
            question=f"Which constraint {number}?",
            unit="unit-0" if ordered and self.chance() else None,
            default=self.maybe(ids) if self.chance(3) else None,
        )

    def technique(self, number: int) -> Technique:
        """A technique: plain, a variant of an earlier one, or a composite of two earlier ones."""
        head, earlier = self.head("technique", number), [t.id for t in self.techniques]
        kind = self.pick(["plain", "plain", "variant", "composite"])
        refines = self.pick(earlier) if kind == "variant" and earlier else None
        parts = self.some(earlier, 2, 2) if kind == "composite" and len(earlier) > 1 else ()
        return Technique(**head, complexity=self.draw(st.integers(1, 4)), refines=refines, parts=parts)

    def bands(self) -> list[Band]:
        """For each constraint with a unit, bands that cover all numbers from 0 on, ten to a value."""
        found = []
        for constraint in self.constraints:
            for n, value in enumerate(constraint.values if constraint.unit else ()):
                end = None if n == len(constraint.values) - 1 else Decimal(10 * (n + 1))
                head = {"id": f"band-{constraint.id}-{n}", "pack": constraint.pack, "label": value.id}
                found.append(Band(**head, constraint=constraint.id, value=value.id, start=Decimal(10 * n), end=end))
        return found

    # --- Conditions -----------------------------------------------------------------------------------

    def condition(self, needs: Sequence[str], depth: int = 2) -> Condition:
        """A condition that asks for no needs but these."""
        kinds = ["value", "value", "task", *(["need"] if needs else []), *(["not", "any", "all"] if depth else [])]
        match self.pick(kinds):
            case "task":
                return TaskIs(self.pick(self.tasks).id)
            case "need":
                return NeedRaised(self.pick(needs), self.maybe(list(STRENGTHS)))
            case "not":
                return Not(self.condition(needs, depth - 1))
            case "any":
                return AnyOf(tuple(self.condition(needs, depth - 1) for _ in range(self.draw(st.integers(1, 2)))))
            case "all":
                return AllOf(tuple(self.condition(needs, depth - 1) for _ in range(2)))
        return self.value_is()

    def value_is(self) -> ValueIs:
        """A comparison with a constraint's values."""
        constraint = self.pick(self.constraints)
        ids = [value.id for value in constraint.values]
        operator = self.pick(["is", "at-least", "at-most"]) if constraint.ordered else "is"
        return ValueIs(constraint.id, operator, self.some(ids, 1, 2 if operator == "is" else 1))

    def when(self, needs: Sequence[str]) -> Condition:
        """A condition, or always."""
        return self.condition(needs) if self.chance() else ALWAYS

    # --- Statements -----------------------------------------------------------------------------------

    def provenance(self) -> None:
        """Claims, and conflicts with their resolutions."""
        self.source = Source(**self.head("source", 0), title="A source")
        self.claims = [
            Claim(
                **self.head("claim", n), text=f"Claim {n}.", kind="judgement", source="source-0", verification="judged"
            )
            for n in range(self.draw(st.integers(1, 4)))
        ]
        ids = [claim.id for claim in self.claims]
        self.conflicts, self.resolutions = [], []
        for n in range(self.draw(st.integers(0, 2)) if len(ids) > 1 else 0):
            prefers, overrules = self.some(ids, 2, 2)
            decision = self.pick(["supersedes", "supersedes", "qualifies", "open"])
            self.conflicts.append(Conflict(**self.head("conflict", n), between=(prefers, overrules)))
            self.resolutions.append(
                Resolution(
                    **self.head("resolution", n),
                    conflict=f"conflict-{n}",
                    decision=decision,
                    text="Decided.",
                    prefers=(prefers,),
                    overrules=(overrules,),
                )
            )

    def statements(self, make: type[Any], kind: str, most: int, least: int = 0, **more: Callable[[], Any]) -> list[Any]:
        """Statements of one kind that may ask for any need."""
        needs = [need.id for need in self.needs]
        return [
            make(
                **self.head(kind, number),
                claims=self.some([claim.id for claim in self.claims], 1, 2),
                when=self.when(needs),
                **{key: value() for key, value in more.items()},
            )
            for number in range(self.draw(st.integers(least, most)))
        ]

    def rules(self) -> list[DemandRule]:
        """Demand rules; each asks only for needs with greater numbers than the one that it raises."""
        found = []
        for number in range(self.draw(st.integers(1, 6))):
            position = self.draw(st.integers(0, len(self.needs) - 1))
            later = [need.id for need in self.needs[position + 1 :]]
            found.append(
                DemandRule(
                    **self.head("rule", number),
                    claims=self.some([claim.id for claim in self.claims], 1, 2),
                    when=self.when(later),
                    need=self.needs[position].id,
                    strength=self.pick(list(STRENGTHS)),
                )
            )
        return found

    def typical(self) -> list[TypicalValue]:
        """Typical values, without conditions; tasks and packs may contradict each other."""
        found = []
        for number in range(self.draw(st.integers(0, 3))):
            constraint = self.pick(self.constraints)
            found.append(
                TypicalValue(
                    **self.head("typical", number),
                    claims=self.some([claim.id for claim in self.claims], 1, 2),
                    task=self.pick(self.tasks).id,
                    constraint=constraint.id,
                    value=self.pick(constraint.values).id,
                )
            )
        return found

    def interactions(self) -> list[Interaction]:
        """What composites add to their parts."""
        composites = [t.id for t in self.techniques if t.parts]
        if not composites:
            return []
        found: list[Interaction] = []
        for item in self.statements(Interaction, "interaction", 2, technique=lambda: self.pick(composites)):
            fields = {name: getattr(item, name) for name in ("id", "pack", "label", "claims", "when", "technique")}
            if self.chance():
                need, degree = self.pick(self.needs).id, self.pick(list(DEGREES))
                found.append(Interaction(**fields, need=need, degree=degree))
            else:
                found.append(Interaction(**fields, points=self.draw(st.integers(1, 3))))
        return found

    def build(self) -> Knowledge:
        """The knowledge base."""
        self.vocabulary()
        self.provenance()
        ids = [need.id for need in self.needs]
        points, technique = st.integers(1, 3), lambda: self.pick(self.techniques).id
        need, degree = lambda: self.pick(ids), lambda: self.pick(list(DEGREES))
        return Knowledge(
            **schema_terms(),
            packs=by_id(self.packs),
            tasks=by_id(self.tasks),
            needs=by_id(self.needs),
            constraints=by_id(self.constraints),
            bands=by_id(self.bands()),
            units=by_id([Unit(id="unit-0", pack=self.packs[0].id, label="unit")]),
            qualities=by_id([self.quality]),
            techniques=by_id(self.techniques),
            sources=by_id([self.source]),
            claims=by_id(self.claims),
            conflicts=by_id(self.conflicts),
            resolutions=by_id(self.resolutions),
            systems=by_id(
                [System(id="system-0", pack=self.packs[0].id, label="System", question="Which?", noun="case")]
            ),
            rules=by_id(self.rules()),
            typical_values=by_id(self.typical()),
            contributions=by_id(
                self.statements(Contribution, "contribution", 9, 2, technique=technique, need=need, degree=degree)
            ),
            prerequisites=by_id(
                self.statements(
                    Prerequisite,
                    "prerequisite",
                    3,
                    technique=technique,
                    requires=lambda: self.condition(ids),
                    hard=self.chance,
                    points=lambda: self.draw(points),
                )
            ),
            penalties=by_id(
                self.statements(Penalty, "penalty", 2, technique=technique, points=lambda: self.draw(points))
            ),
            interactions=by_id(self.interactions()),
            tradeoffs=by_id(
                self.statements(
                    Tradeoff, "tradeoff", 1, technique=technique, quality=lambda: "quality-0", level=lambda: "higher"
                )
            ),
            advice=by_id(self.statements(Advice, "advice", 1, technique=technique, text=lambda: "Take care.")),
            steps=by_id(self.statements(Step, "step", 1, order=lambda: 1, text=lambda: "Begin.")),
        )


@st.composite
def knowledge_bases(draw: Draw) -> Knowledge:
    """Small valid knowledge bases with all kinds of terms that inference reads."""
    return Builder(draw).build()


def numbers_of(knowledge: Knowledge, constraint: Constraint) -> list[Decimal]:
    """Numbers that stand for values of a constraint: where a band begins, and one within it."""
    bands = [band for band in knowledge.bands.values() if band.constraint == constraint.id and band.task is None]
    starts = [band.start for band in bands if band.start is not None]
    return [
        *starts,
        *((band.start + band.end) / 2 for band in bands if band.start is not None and band.end is not None),
    ]


@st.composite
def cases(draw: Draw, knowledge: Knowledge, numbers: bool = True, packs: bool = True) -> Case:
    """Cases to ask a knowledge base about; numbers among the values, and packs switched off, if wanted."""
    values: dict[str, str | Decimal] = {}
    for constraint in knowledge.constraints.values():
        options: list[str | Decimal | None] = [None, *(value.id for value in constraint.values), UNKNOWN]
        if numbers:
            options += numbers_of(knowledge, constraint)
        if (value := draw(st.sampled_from(options))) is not None:
            values[constraint.id] = value
    needs = {}
    for need in knowledge.needs:
        if (strength := draw(st.sampled_from([None, None, None, *STRENGTHS, DENIED]))) is not None:
            needs[need] = strength
    known = sorted(knowledge.techniques)
    some = st.sets(st.sampled_from(known), max_size=1) if known else st.just(set())
    active = st.none() | st.sets(st.sampled_from(sorted(knowledge.packs))).map(frozenset)
    return Case(
        task=draw(st.sampled_from([None, *knowledge.tasks])),
        values=values,
        needs=needs,
        exclude=frozenset(draw(some)) if draw(st.booleans()) else frozenset(),
        packs=draw(active) if packs else None,
    )


@st.composite
def questions(draw: Draw, numbers: bool = True, packs: bool = True) -> tuple[Knowledge, Case]:
    """A knowledge base with a case to ask it about."""
    knowledge = draw(knowledge_bases())
    return knowledge, draw(cases(knowledge, numbers=numbers, packs=packs))


def statement_fields(statement: Statement) -> dict[str, Any]:
    """The fields of a statement by name, to make another from."""
    return {name: getattr(statement, name) for cls in type(statement).__mro__ for name in getattr(cls, "__slots__", ())}
