"""What a task has of its own, what it inherits from broader tasks, and what of that it overrides.

A demand is inherited if its rule asks for a broader task. It is overridden where a rule nearer to the task covers it
and is stronger: then it never decides there (docs/semantics.md, demand). A typical value is overridden by one of a
nearer task.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from engine.render import inheritance as render
from engine.render.wording import Wording
from engine.verification.logic import Logic
from kb.graph import conditions
from kb.model import AllOf, AnyOf, Condition, DemandRule, Knowledge, TaskIs, TypicalValue
from kb.users import Users

Share: TypeAlias = Literal["added", "inherited", "overridden"]
SHARES: tuple[Share, ...] = ("added", "inherited", "overridden")


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule or a typical value, as a task sees it.

    Attributes:
        statement: the statement.
        task: the task about which it is: the task itself or a broader one.
        distance: how far above the task that is; 0 for itself.
        overridden_by: ids of the nearer statements that outdo it.
    """

    statement: DemandRule | TypicalValue
    task: str
    distance: int
    overridden_by: tuple[str, ...] = ()

    @property
    def share(self) -> Share:
        """Whether it is the task's own, inherited, or inherited and overridden."""
        if self.overridden_by:
            return "overridden"
        return "inherited" if self.distance else "added"


class Inheritance:
    """What holds for one task because of what it is.

    Args:
        knowledge: the knowledge base.
        task: the id of a task.
    """

    def __init__(self, knowledge: Knowledge, task: str) -> None:
        self.knowledge, self.task = knowledge, task
        self._logic = Logic(knowledge)
        self._wording = Wording(knowledge)

    @cached_property
    def distances(self) -> dict[str, int]:
        """The task and every broader one, nearest first, with the number of steps to it."""
        found, level, distance = {self.task: 0}, [self.task], 0
        while level:
            distance += 1
            above = {broader for one in level if one in self.knowledge.tasks for broader in self._broader(one)}
            level = sorted(above - found.keys())
            found.update(dict.fromkeys(level, distance))
        return found

    def _broader(self, task: str) -> tuple[str, ...]:
        return self.knowledge.tasks[task].broader

    @cached_property
    def demands(self) -> tuple[Entry, ...]:
        """The rules about the task and about broader ones, nearest first."""
        found = [
            Entry(rule, task, distance)
            for task, distance in self.distances.items()
            for rule in self._rules(task)
            if self._nearest_asked(rule.when) == task
        ]
        return tuple(Entry(one.statement, one.task, one.distance, self._stronger(one, found)) for one in found)

    def _rules(self, task: str) -> Iterator[DemandRule]:
        for kind, name in Users.of(self.knowledge).get(("task", task)):
            if kind == "rule" and task in _asked(self.knowledge.rules[name].when):
                yield self.knowledge.rules[name]

    def _nearest_asked(self, condition: Condition) -> str | None:
        """Of the tasks for which a rule asks, the one that is nearest above the task."""
        return next((task for task in self.distances if task in _asked(condition)), None)

    def _stronger(self, entry: Entry, among: list[Entry]) -> tuple[str, ...]:
        """The rules of nearer tasks that fire whenever this one does, and demand its need more strongly."""
        rule = entry.statement
        assert isinstance(rule, DemandRule)
        here = AllOf((TaskIs(self.task), rule.when))
        found = []
        for other in among:
            nearer = other.statement
            assert isinstance(nearer, DemandRule)
            outdoes = nearer.need == rule.need and self._weight(nearer) > self._weight(rule)
            if other.distance < entry.distance and outdoes and self._logic.implies(here, nearer.when):
                found.append(nearer.id)
        return tuple(found)

    def _weight(self, rule: DemandRule) -> int:
        return self.knowledge.strengths[rule.strength].weight

    @cached_property
    def typical_values(self) -> tuple[Entry, ...]:
        """The typical values of the task and of broader ones, nearest first."""
        found = [
            Entry(self.knowledge.typical_values[name], task, distance)
            for task, distance in self.distances.items()
            for kind, name in Users.of(self.knowledge).get(("task", task))
            if kind == "typical"
        ]
        return tuple(Entry(one.statement, one.task, one.distance, _nearer(one, found)) for one in found)

    def of(self, share: Share) -> tuple[Entry, ...]:
        """The demands and typical values of one kind."""
        return tuple(entry for entry in (*self.demands, *self.typical_values) if entry.share == share)

    def as_dict(self) -> dict[str, Any]:
        """What is added, inherited and overridden, each as demands and typical values, with words."""
        return {
            **{
                share: {
                    "demands": [self._demand(entry) for entry in self.demands if entry.share == share],
                    "typical_values": [self._typical(entry) for entry in self.typical_values if entry.share == share],
                }
                for share in SHARES
            },
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return render.inheritance(self, self._wording)

    def _demand(self, entry: Entry) -> dict[str, Any]:
        rule = entry.statement
        assert isinstance(rule, DemandRule)
        return {
            "rule": rule.id,
            "label": rule.label,
            "need": rule.need,
            "strength": rule.strength,
            **self._origin(entry),
            "text": render.demand(entry, self._wording),
        }

    def _typical(self, entry: Entry) -> dict[str, Any]:
        typical = entry.statement
        assert isinstance(typical, TypicalValue)
        return {
            "typical": typical.id,
            "constraint": typical.constraint,
            "value": typical.value,
            **self._origin(entry),
            "text": render.typical(entry, self._wording),
        }

    @staticmethod
    def _origin(entry: Entry) -> dict[str, Any]:
        return {
            "pack": entry.statement.pack,
            "from": entry.task if entry.distance else None,
            "overridden_by": list(entry.overridden_by),
        }


def _asked(condition: Condition) -> set[str]:
    """The tasks for which a condition asks, be it for one of several; not those that it excludes."""
    match condition:
        case TaskIs(task):
            return {task}
        case AllOf(inners):
            return {task for inner in inners for task in _asked(inner)}
        case AnyOf(inners) if all(isinstance(one, TaskIs) for inner in inners for one in conditions(inner)):
            return {task for inner in inners for task in _asked(inner)}
    return set()


def _nearer(entry: Entry, among: list[Entry]) -> tuple[str, ...]:
    """The typical values of nearer tasks for the same constraint: the nearest of them."""
    said = entry.statement
    assert isinstance(said, TypicalValue)
    found = [
        other
        for other in among
        if isinstance(other.statement, TypicalValue)
        and other.statement.constraint == said.constraint
        and other.distance < entry.distance
    ]
    nearest = min((other.distance for other in found), default=0)
    return tuple(other.statement.id for other in found if other.distance == nearest)
