"""What differs between two versions: terms, what they say, and what is recommended because of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.accuracy import case_of
from engine.render import history as words
from kb.diff import TermChange, difference
from kb.model import Knowledge
from kb.versions import Delta

if TYPE_CHECKING:
    from engine.advisor import Advisor


@dataclass(frozen=True, slots=True)
class Consequence:
    """A scenario for which something else is recommended than before.

    Attributes:
        scenario: its id.
        label: what it is called.
        before: the technique recommended before; None if there was none.
        after: the technique recommended after.
    """

    scenario: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """What differs between two states of the knowledge, by terms.

    Attributes:
        before: the one state.
        after: the other.
        delta: the lines that lead from the one to the other.
    """

    before: Knowledge
    after: Knowledge
    delta: Delta

    @cached_property
    def changes(self) -> tuple[TermChange, ...]:
        """The terms that came, changed and went."""
        return difference(self.before, self.after, self.delta)

    def as_dict(self) -> dict[str, Any]:
        """Everything as data, and in words."""
        told = words.Telling(self.before, self.after)
        by_kind: dict[str, list[dict[str, Any]]] = {"added": [], "changed": [], "removed": []}
        for change in self.changes:
            by_kind[change.happened].append(told.document(change))
        return {**by_kind, "lines": {"added": len(self.delta.added), "removed": len(self.delta.removed)}}

    def as_text(self) -> str:
        """In plain English."""
        return words.changes(self.before, self.after, self.changes)


@dataclass(frozen=True)
class VersionDifference:
    """What differs between two versions, with its consequences.

    Attributes:
        before: the advisor of the one version.
        after: the advisor of the other.
        delta: the lines that lead from the one to the other.
    """

    before: Advisor
    after: Advisor
    delta: Delta

    @cached_property
    def difference(self) -> Difference:
        """What differs by terms."""
        return Difference(self.before.knowledge, self.after.knowledge, self.delta)

    @cached_property
    def consequences(self) -> Sequence[Consequence]:
        """The scenarios of both versions for which something else is recommended, all asked on the same day.

        Raises:
            EngineError: and its kinds, if the engine cannot answer.
        """
        before, after = (_recommended(advisor) for advisor in (self.before, self.after))
        labels = self.after.knowledge.scenarios
        return [
            Consequence(scenario, labels[scenario].label, before[scenario], after[scenario])
            for scenario in sorted(before.keys() & after.keys())
            if before[scenario] != after[scenario]
        ]

    def as_dict(self) -> dict[str, Any]:
        """Everything as data, and in words."""
        return {
            "from": self.before.version.number,
            "to": self.after.version.number,
            **self.difference.as_dict(),
            "scenarios": len(self.before.knowledge.scenarios.keys() & self.after.knowledge.scenarios.keys()),
            "consequences": [
                {"scenario": one.scenario, "label": one.label, "before": one.before, "after": one.after}
                for one in self.consequences
            ],
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return words.version_difference(self)


def _recommended(advisor: Advisor) -> dict[str, str | None]:
    """What one version recommends for each of its scenarios."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    found: dict[str, str | None] = {}
    for scenario in advisor.knowledge.scenarios.values():
        case = case_of(scenario, advisor.knowledge)
        profile = advisor.profile(case.task, case.constraints, case.needs)
        found[scenario.id] = advisor.recommend(profile, as_of=today, explain="none").technique
    return found
