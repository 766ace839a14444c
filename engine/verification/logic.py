"""Whether conditions can hold, and whether one implies another: decided by going through every case that differs.

A condition asks for tasks, for values of constraints and for raised needs. Cases that no test of the conditions at hand
tells apart count as one, so that a few dozen stand for all: for the task each set of named tasks it can lie below, for
a constraint each group of values that the tests treat alike, for needs each way in which they can be raised; and
"unknown" for each of them, as conditions are three-valued (docs/semantics.md). Beyond :data:`MOST_CASES` nothing is
decided, and the answer is None.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from kb.graph import conditions
from kb.model import AllOf, AnyOf, Condition, Knowledge, NeedRaised, Not, TaskIs, ValueIs

MOST_CASES = 20_000
"""How many cases are gone through at most: some 50 ms."""

MOST_TASKS = 12
"""How many tasks conditions may name at most: with tasks yet to come every set of them is a case."""

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""Truth as numbers: "and" is the least, "or" the greatest (Kleene 1952)."""

Below: TypeAlias = frozenset[str] | None
NeedTest: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Situation:
    """One case, as far as some conditions can tell it from others.

    Attributes:
        below: the named tasks that its task is or lies below; None while it has none.
        values: for each constraint a value that stands for its group; None while it is unknown.
        raised: the truth of each test of needs.
    """

    below: Below
    values: Mapping[str, str | None]
    raised: Mapping[NeedTest, int]


class Logic:
    """What follows from what in one knowledge base."""

    def __init__(self, knowledge: Knowledge, growing: bool = False) -> None:
        """Reason about the vocabulary of ``knowledge``.

        Args:
            knowledge: the knowledge base.
            growing: whether to reckon with tasks yet to be added, which may lie below any of those there are.
        """
        self._knowledge, self._growing = knowledge, growing
        self._implied: dict[tuple[Condition, Condition], bool | None] = {}
        self._possible: dict[Condition, bool | None] = {}

    def possible(self, condition: Condition) -> bool | None:
        """Whether some case makes the condition true; None if there are too many cases to say."""
        if condition not in self._possible:
            cases = self._cases(condition)
            self._possible[condition] = None if cases is None else any(self.truth(condition, s) == TRUE for s in cases)
        return self._possible[condition]

    def together(self, *joined: Condition) -> bool | None:
        """Whether some case makes all of these conditions true."""
        return self.possible(AllOf(joined))

    def implies(self, one: Condition, other: Condition) -> bool | None:
        """Whether ``other`` is true in every case that makes ``one`` true; None if there are too many to say."""
        if one == other or other == AllOf():
            return True
        if (one, other) not in self._implied:
            cases = self._cases(one, other)
            self._implied[one, other] = (
                None
                if cases is None
                else all(self.truth(other, case) == TRUE for case in cases if self.truth(one, case) == TRUE)
            )
        return self._implied[one, other]

    def equivalent(self, one: Condition, other: Condition) -> bool | None:
        """Whether the two are true in the same cases."""
        there = self.implies(one, other)
        return there and self.implies(other, one)

    def truth(self, condition: Condition, case: Situation) -> int:
        """The truth of a condition in a case."""
        match condition:
            case TaskIs(task):
                return UNKNOWN if case.below is None else TRUE if task in case.below else FALSE
            case ValueIs(constraint):
                value = case.values[constraint]
                return UNKNOWN if value is None else TRUE if value in self.accepted(condition) else FALSE
            case NeedRaised():
                return case.raised[self._need_test(condition)]
            case Not(inner):
                return TRUE - self.truth(inner, case)
            case AnyOf(inners):
                return max((self.truth(inner, case) for inner in inners), default=FALSE)
            case AllOf(inners):
                return min((self.truth(inner, case) for inner in inners), default=TRUE)

    def accepted(self, test: ValueIs) -> tuple[str, ...]:
        """The values of the scale for which a test holds."""
        record = self._knowledge.constraints.get(test.constraint)
        scale = [value.id for value in record.values] if record else []
        if test.operator == "is" or test.values[0] not in scale:
            return tuple(value for value in scale if value in test.values)
        place = scale.index(test.values[0])
        return tuple(scale[place:] if test.operator == "at-least" else scale[: place + 1])

    def lineage(self, task: str) -> frozenset[str]:
        """A task and every broader one."""
        found: set[str] = set()
        waiting = [task]
        while waiting:
            one = waiting.pop()
            if one not in found and one in self._knowledge.tasks:
                found.add(one)
                waiting += self._knowledge.tasks[one].broader
        return frozenset(found)

    def narrower(self, need: str) -> frozenset[str]:
        """A need and every narrower one."""
        if need not in self._narrower_needs:
            found, waiting = {need}, [need]
            while waiting:
                one = waiting.pop()
                more = [n.id for n in self._knowledge.needs.values() if one in n.broader and n.id not in found]
                found.update(more)
                waiting += more
            self._narrower_needs[need] = frozenset(found)
        return self._narrower_needs[need]

    @cached_property
    def _narrower_needs(self) -> dict[str, frozenset[str]]:
        return {}

    # --- the cases -------------------------------------------------------------------------------------------

    def _cases(self, *asked: Condition) -> Iterator[Situation] | None:
        """A case for each way in which the tests of these conditions can come out; None beyond the limit."""
        tests = [test for condition in asked for test in conditions(condition)]
        if len({test for test in tests if isinstance(test, TaskIs)}) > MOST_TASKS:
            return None
        below = self._below({test.task for test in tests if isinstance(test, TaskIs)})
        groups = self._groups([test for test in tests if isinstance(test, ValueIs)])
        needs = sorted({self._need_test(test) for test in tests if isinstance(test, NeedRaised)})
        count = len(below) * 3 ** len(needs)
        for values in groups.values():
            count *= len(values)
        return None if count > MOST_CASES else self._product(below, groups, needs)

    def _product(
        self, below: list[Below], groups: Mapping[str, list[str | None]], needs: list[NeedTest]
    ) -> Iterator[Situation]:
        raised = [*self._raised(needs)]
        for values in itertools.product(*groups.values()):
            known = dict(zip(groups, values, strict=True))
            for one, other in itertools.product(below, raised):
                yield Situation(one, known, other)

    def _below(self, named: set[str]) -> list[Below]:
        """The sets of these tasks below which a task can lie; there may always be one more that lies below none."""
        if not named:
            return [None]
        ends = sorted(named)
        # A task with one broader task lies below just what that one lies below, unless it is named itself.
        ends += self._joining if len(named) > 1 and not self._growing else []
        found: set[frozenset[str]] = {frozenset(self.lineage(task) & named) for task in ends} | {frozenset()}
        if self._growing:
            unions = (itertools.combinations(found, size) for size in range(2, len(found) + 1))
            found |= {frozenset().union(*one) for one in itertools.chain(*unions)}
        return [None, *sorted(found, key=sorted)]

    @cached_property
    def _joining(self) -> list[str]:
        """The tasks that lie directly below several."""
        return [task.id for task in self._knowledge.tasks.values() if len(task.broader) > 1]

    def _groups(self, tests: list[ValueIs]) -> dict[str, list[str | None]]:
        """For each constraint a value of each group that no test tells apart, and None for unknown."""
        groups: dict[str, list[str | None]] = {}
        for constraint in sorted({test.constraint for test in tests}):
            sets = [self.accepted(test) for test in tests if test.constraint == constraint]
            record = self._knowledge.constraints.get(constraint)
            standing = {tuple(value.id in one for one in sets): value.id for value in (record.values if record else ())}
            groups[constraint] = [None, *standing.values()]
        return groups

    def _raised(self, needs: list[NeedTest]) -> Iterator[dict[NeedTest, int]]:
        """Every way in which these tests of needs can come out: what a test implies is at least as true as it."""
        implied = [
            (one, other)
            for one, other in itertools.permutations(needs, 2)
            if one[1] >= other[1] and one[0] in self.narrower(other[0])
        ]
        for truths in itertools.product((FALSE, UNKNOWN, TRUE), repeat=len(needs)):
            found = dict(zip(needs, truths, strict=True))
            if all(found[one] <= found[other] for one, other in implied):
                yield found

    def _need_test(self, test: NeedRaised) -> NeedTest:
        strength = self._knowledge.strengths.get(test.minimum or "")
        return test.need, strength.weight if strength else 1
