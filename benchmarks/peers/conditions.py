"""Conditions as a hand-written program would hold them: three-valued (Kleene), None for unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from kb import model

Truth: TypeAlias = bool | None
Leaf: TypeAlias = "tuple[Test | TaskTest | NeedTest, Truth]"


@dataclass(slots=True)
class View:
    """What is known of a case while it is decided: weights of needs that are raised, and of those that could be."""

    lineage: frozenset[str]
    values: Mapping[str, str]
    raised: dict[str, int] = field(default_factory=dict)
    possible: dict[str, int] = field(default_factory=dict)


class Condition(Protocol):
    """What can be asked of a condition."""

    def truth(self, view: View) -> Truth:
        """Whether it holds."""

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Add the tests to which it owes this truth."""


@dataclass(frozen=True, slots=True)
class TaskTest:
    """The task is this one or narrower."""

    task: str

    def truth(self, view: View) -> Truth:
        """Unknown without a task."""
        return self.task in view.lineage if view.lineage else None

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Itself, where it has this truth."""
        if self.truth(view) is truth:
            found.append((self, truth))


@dataclass(frozen=True, slots=True)
class Test:
    """The value of a constraint is one of those that are accepted."""

    constraint: str
    operator: str
    values: tuple[str, ...]
    accepted: frozenset[str]

    def truth(self, view: View) -> Truth:
        """Unknown without a value."""
        value = view.values.get(self.constraint)
        return None if value is None else value in self.accepted

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Itself, where it has this truth."""
        if self.truth(view) is truth:
            found.append((self, truth))


@dataclass(frozen=True, slots=True)
class NeedTest:
    """One of these needs is raised with at least this weight."""

    need: str
    within: tuple[str, ...]
    minimum: int

    def truth(self, view: View) -> Truth:
        """Unknown where a rule that is unknown could raise it."""
        for need in self.within:
            if view.raised.get(need, 0) >= self.minimum:
                return True
        for need in self.within:
            if view.possible.get(need, 0) >= self.minimum:
                return None
        return False

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Itself, where it has this truth."""
        if self.truth(view) is truth:
            found.append((self, truth))


@dataclass(frozen=True, slots=True)
class Negation:
    """It does not hold."""

    inner: Condition

    def truth(self, view: View) -> Truth:
        """The opposite; unknown stays unknown."""
        found = self.inner.truth(view)
        return None if found is None else not found

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Those of what is negated."""
        self.inner.leaves(view, None if truth is None else not truth, found)


@dataclass(frozen=True, slots=True)
class Joined:
    """All of several hold (``every``), or one of them does."""

    parts: tuple[Condition, ...]
    every: bool

    def truth(self, view: View) -> Truth:
        """Settled by the first that settles it."""
        settling, truth = not self.every, self.every
        found: Truth = truth
        for part in self.parts:
            inner = part.truth(view)
            if inner is settling:
                return settling
            if inner is None:
                found = None
        return found

    def leaves(self, view: View, truth: Truth, found: list[Leaf]) -> None:
        """Those of the parts that have this truth."""
        for part in self.parts:
            if part.truth(view) is truth:
                part.leaves(view, truth, found)


ALWAYS = Joined((), True)


def needs_of(condition: Condition) -> set[str]:
    """Every need that a condition tests, narrower ones included."""
    match condition:
        case NeedTest():
            return set(condition.within)
        case Negation():
            return needs_of(condition.inner)
        case Joined():
            return {need for part in condition.parts for need in needs_of(part)}
    return set()


class Reading:
    """Turns the conditions of a knowledge base into those of this module."""

    def __init__(self, knowledge: model.Knowledge, within: Mapping[str, tuple[str, ...]]) -> None:
        self.knowledge, self.within = knowledge, within

    def condition(self, raw: model.Condition) -> Condition:
        """One condition."""
        match raw:
            case model.TaskIs(task):
                return TaskTest(task)
            case model.ValueIs(constraint, operator, values):
                return Test(constraint, operator, values, self._accepted(constraint, operator, values))
            case model.NeedRaised(need, minimum):
                weight = 1 if minimum is None else self.knowledge.strengths[minimum].weight
                return NeedTest(need, self.within[need], weight)
            case model.Not(inner):
                return Negation(self.condition(inner))
            case model.AnyOf(parts) | model.AllOf(parts):
                return joined((self.condition(part) for part in parts), isinstance(raw, model.AllOf))
        raise TypeError(type(raw).__name__)

    def requirement(self, when: model.Condition, requires: model.Condition) -> Condition:
        """A prerequisite under a condition is met where that condition does not hold."""
        if when == model.ALWAYS:
            return self.condition(requires)
        return self.condition(model.AnyOf((model.Not(when), requires)))

    def _accepted(self, constraint: str, operator: str, values: tuple[str, ...]) -> frozenset[str]:
        scale = [value.id for value in self.knowledge.constraints[constraint].values]
        if operator == "is":
            return frozenset(values)
        place = scale.index(values[0])
        return frozenset(scale[place:] if operator == "at-least" else scale[: place + 1])


def joined(parts: Iterable[Condition], every: bool) -> Condition:
    """A conjunction or a disjunction; of one condition that condition."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else Joined(found, every)
