"""The layout once more as flat rows under two-valued conditions, for engines that have neither levels nor "unknown".

A three-valued condition becomes two: that it certainly holds, and that it possibly does. What nearer levels and packs
of higher precedence take away from a contribution becomes part of its condition, so that a row counts or does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from benchmarks.peers.conditions import Condition, Joined, NeedTest, Negation, TaskTest, Test
from benchmarks.peers.theory import Candidate, Given, Required, Rule, Theory


@dataclass(frozen=True, slots=True)
class Value:
    """The constraint has one of these values; where ``possibly``, or none that is known."""

    constraint: str
    accepted: tuple[str, ...]
    possibly: bool


@dataclass(frozen=True, slots=True)
class Task:
    """The task is this or narrower; where ``possibly``, or not known."""

    task: str
    possibly: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """One of these needs is raised with this weight; where ``possibly``, or could be by a rule that is unknown."""

    within: tuple[str, ...]
    minimum: int
    possibly: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The need is demanded, and not subsumed by a narrower one."""

    need: str


@dataclass(frozen=True, slots=True)
class Opposite:
    """It does not hold."""

    inner: Flat


@dataclass(frozen=True, slots=True)
class Together:
    """All hold (``every``), or one does."""

    parts: tuple[Flat, ...]
    every: bool


Flat: TypeAlias = Value | Task | Raised | Counted | Opposite | Together | bool


def together(parts: Iterable[Flat], every: bool) -> Flat:
    """A conjunction or disjunction, simplified."""
    found: list[Flat] = []
    for part in parts:
        if part is (not every):
            return not every
        if part is not every and part not in found:
            found.append(part)
    return every if not found else found[0] if len(found) == 1 else Together(tuple(found), every)


def opposite(inner: Flat) -> Flat:
    """A negation, simplified."""
    if isinstance(inner, bool):
        return not inner
    return inner.inner if isinstance(inner, Opposite) else Opposite(inner)


def flat(condition: Condition, possibly: bool) -> Flat:
    """That a condition certainly holds, or possibly."""
    match condition:
        case Test():
            return Value(condition.constraint, tuple(sorted(condition.accepted)), possibly)
        case TaskTest():
            return Task(condition.task, possibly)
        case NeedTest():
            return Raised(condition.within, condition.minimum, possibly)
        case Negation():
            return opposite(flat(condition.inner, not possibly))
        case Joined():
            return together((flat(part, possibly) for part in condition.parts), condition.every)
    raise TypeError(type(condition).__name__)


@dataclass(frozen=True, slots=True)
class Supply:
    """What a technique gives to a need where ``when`` holds: among those that hold the best, or the worst damage."""

    technique: str
    need: str
    damages: bool
    degree: int
    id: str
    when: Flat


@dataclass(frozen=True, slots=True)
class Change:
    """Points that a technique gains or loses where ``when`` holds: a loss, or by the weight of a need."""

    technique: str
    id: str
    lost: int
    need: str | None
    degree: int
    when: Flat


@dataclass(frozen=True, slots=True)
class Bar:
    """What keeps a technique from being chosen where ``when`` holds."""

    technique: str
    id: str
    when: Flat


class FlatTheory:
    """All rows."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory

    @cached_property
    def rules(self) -> list[tuple[Rule, Flat, Flat]]:
        """Rules with when they fire, and when they could."""
        return [(rule, flat(rule.when, False), flat(rule.when, True)) for rule in self.theory.rules]

    @cached_property
    def tested(self) -> set[str]:
        """Needs for which some condition asks."""
        rows: list[Flat] = [when for _, when, _ in self.rules]
        rows += [
            *(row.when for row in self.supplies),
            *(row.when for row in self.changes),
            *(row.when for row in self.bars),
        ]
        return {need for row in rows for need in _tested(row)}

    @cached_property
    def supplies(self) -> list[Supply]:
        """What every technique gives to every need."""
        return [
            row
            for candidate in self.theory.candidates
            for need, parts in candidate.support.items()
            for levels in parts
            for row in _supplies(candidate, need, levels)
            if row.when is not False
        ]

    @cached_property
    def changes(self) -> list[Change]:
        """Penalties, interactions and soft prerequisites."""
        found = []
        for candidate in self.theory.candidates:
            for effect in candidate.effects:
                when = flat(effect.when, False)
                found.append(Change(candidate.id, effect.id, effect.points, effect.need, effect.degree, when))
            for one in candidate.required:
                if not one.hard:
                    found.append(Change(candidate.id, one.id, one.points, None, 0, _unmet(one)))
        return found

    @cached_property
    def bars(self) -> list[Bar]:
        """Hard prerequisites."""
        candidates = self.theory.candidates
        return [Bar(one.id, row.id, _unmet(row)) for one in candidates for row in one.required if row.hard]

    @cached_property
    def narrower(self) -> list[tuple[str, str]]:
        """Each need with every narrower one."""
        within = self.theory.within
        return [(need, other) for need in within for other in within[need] if other != need]


def _unmet(one: Required) -> Flat:
    return opposite(flat(one.met, True))


def _supplies(candidate: Candidate, need: str, levels: tuple[tuple[Given, ...], ...]) -> Iterator[Supply]:
    nearer: Flat = False
    for level in levels:
        certain = {one.id: flat(one.when, False) for one in level}
        for one in level:
            before = [other for other in level if other.damages == one.damages and other.precedence > one.precedence]
            beaten = together((certain[other.id] for other in before), False)
            when = together((Counted(need), certain[one.id], opposite(nearer), opposite(beaten)), True)
            yield Supply(candidate.id, need, one.damages, one.degree, one.id, when)
        nearer = together((nearer, *certain.values()), False)
        if nearer is True:
            return


def _tested(row: Flat) -> set[str]:
    match row:
        case Raised():
            return set(row.within)
        case Opposite():
            return _tested(row.inner)
        case Together():
            return {need for part in row.parts for need in _tested(part)}
    return set()
