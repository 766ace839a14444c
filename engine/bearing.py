"""Whether a change of the knowledge can bear on a question at all: decided from what answering it reads.

Errs on one side only: what it calls untouched has the same decision and the same proof before and after. So a change
that adds a task costs the same whatever is known of other tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.profile import Profile
from engine.verification.logic import FALSE, TRUE, UNKNOWN, Logic
from kb.graph import Key
from kb.model import (
    AllOf,
    AnyOf,
    Band,
    Condition,
    Constraint,
    DemandRule,
    Kind,
    Knowledge,
    Need,
    NeedRaised,
    Not,
    Pack,
    Prerequisite,
    Statement,
    TaskIs,
    Term,
    TypicalValue,
    ValueIs,
)
from kb.users import Tested

_NEVER: frozenset[Kind] = frozenset({"source", "word", "scenario", "system", "parameter", "formula", "quality"})
"""Kinds of terms that no decision and no proof of one reads."""

_CONFLICTS: frozenset[Kind] = frozenset({"conflict", "resolution"})
"""Kinds of terms that can bear on any statement, by setting it aside."""


@dataclass(frozen=True)
class Asked:
    """A question as far as it decides what is read: the profile and the active packs (None: those switched on)."""

    profile: Profile
    packs: tuple[str, ...] | None = None


class Bearing:
    """What the difference between two knowledge bases can bear on.

    Args:
        before: the knowledge base before a change.
        after: the same after it.
        terms: every term in which the two differ.
    """

    def __init__(self, before: Knowledge, after: Knowledge, terms: Iterable[Key]) -> None:
        self._sides = (_Side(before), _Side(after))
        differences = ((kind, before.find(kind, one), after.find(kind, one)) for kind, one in sorted(terms))
        self._differences = [(kind, old, new) for kind, old, new in differences if old != new]

    def touches(self, asked: Asked) -> bool:
        """Whether the answer or its proof can differ."""
        lineages = [side.lineage(asked.profile.task) for side in self._sides]
        views = [_View(side, asked, lineage) for side, lineage in zip(self._sides, lineages, strict=True)]
        return any(self._matters(kind, old, new, views) for kind, old, new in self._differences)

    def _matters(self, kind: Kind, old: Term | None, new: Term | None, views: list[_View]) -> bool:
        present = [(term, view) for term, view in zip((old, new), views, strict=True) if term is not None]
        changed = len(present) == 2
        if kind in _NEVER:
            return False
        if kind in _CONFLICTS:
            return True
        match present[0][0]:
            case Statement():
                return any(view.reads(kind, term) for term, view in present if isinstance(term, Statement))
            case Constraint() | Need():
                return changed or any(view.states(kind, term.id) for term, view in present)
            case Band(constraint=constraint):
                return any(view.states("constraint", constraint) for view in views)
            case Pack():
                return changed and not _only_described_anew(old, new)
        if kind == "task":
            return any(term.id in view.lineage for term, view in present)
        if kind == "claim":
            return any(term.id in side.weighed for side in self._sides for term, _ in present)
        return changed or kind != "unit"


def _only_described_anew(old: Term | None, new: Term | None) -> bool:
    """Whether a pack differs only in what nobody but people reads."""
    if not isinstance(old, Pack) or not isinstance(new, Pack):
        return False
    return replace(new, precedence=old.precedence, active=old.active) == new and old.id == new.id


class _Side:
    """One of the two knowledge bases."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.logic = Logic(knowledge)

    def lineage(self, task: str | None) -> frozenset[str]:
        return self.logic.lineage(task) if task else frozenset()

    @cached_property
    def weighed(self) -> frozenset[str]:
        """The claims that resolutions uphold or overrule."""
        found = self.knowledge.resolutions.values()
        return frozenset(claim for one in found for claim in (*one.prefers, *one.overrules))

    @cached_property
    def tested(self) -> frozenset[str]:
        """The needs that some condition asks for, narrower ones included."""
        return frozenset(need for one in Tested.of(self.knowledge) for need in self.logic.narrower(one))


class _View:
    """One of the two knowledge bases as a question sees it."""

    def __init__(self, side: _Side, asked: Asked, lineage: frozenset[str]) -> None:
        self._side, self._asked, self.lineage = side, asked, lineage
        self._values: Mapping[str, str] = {value.constraint: value.value for value in asked.profile.values}
        self._needs = dict(asked.profile.needs)

    def states(self, kind: Kind, term_id: str) -> bool:
        """Whether the question itself names a constraint or a need."""
        return term_id in (self._needs if kind == "need" else self._values)

    def reads(self, kind: Kind, statement: Statement) -> bool:
        """Whether a statement can show in the answer: it is active, and not settled to be false from the start."""
        if self._asked.packs is not None and statement.pack not in self._asked.packs:
            return False
        if isinstance(statement, TypicalValue):
            return statement.task in self.lineage
        if isinstance(statement, Prerequisite):
            return True  # one that is not met shows as well
        if self._truth(statement.when) == FALSE:
            return False
        if isinstance(statement, DemandRule):
            return statement.need not in self._needs and self._listed(statement)
        return True

    def _listed(self, rule: DemandRule) -> bool:
        """Without a task, the rules of tasks are read only for needs that some condition asks for."""
        if self._asked.profile.task is not None or not _of_a_task(rule.when):
            return True
        return rule.need in self._side.tested

    def _truth(self, condition: Condition) -> int:
        """The truth of a condition by what is stated alone, with everything else unknown."""
        match condition:
            case TaskIs(task):
                if self._asked.profile.task is None:
                    return UNKNOWN
                return TRUE if task in self.lineage else FALSE
            case ValueIs(constraint):
                value = self._values.get(constraint)
                if value is None:
                    return UNKNOWN
                return TRUE if value in self._side.logic.accepted(condition) else FALSE
            case NeedRaised():
                return UNKNOWN
            case Not(inner):
                return TRUE - self._truth(inner)
            case AnyOf(inners):
                return max((self._truth(inner) for inner in inners), default=FALSE)
            case AllOf(inners):
                return min((self._truth(inner) for inner in inners), default=TRUE)


def _of_a_task(condition: Condition) -> bool:
    """Whether a condition asks for a task, or one of several, beside whatever else."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    return any(
        isinstance(part, TaskIs)
        or (isinstance(part, AnyOf) and all(isinstance(inner, TaskIs) for inner in part.conditions))
        for part in parts
    )
