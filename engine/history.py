"""What differs between two versions: terms, what they say, and what is recommended because of it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.impact import Impact, impact_of, questions_of
from engine.render import history as words
from kb.diff import TermChange, difference
from kb.model import Knowledge
from kb.versions import Delta

if TYPE_CHECKING:
    from engine.advisor import Advisor


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
    def impact(self) -> Impact:
        """The worked cases of the one version whose answer or explanation is another in the other.

        Raises:
            EngineError: and its kinds, if the engine cannot answer.
        """
        terms = {(one.kind, one.id) for one in self.difference.changes}
        questions = questions_of(self.before.knowledge)
        return impact_of(questions, self.before, self.after.knowledge, terms, lambda: nullcontext(self.after))

    def as_dict(self) -> dict[str, Any]:
        """Everything as data, and in words."""
        return {
            "from": self.before.version.number,
            "to": self.after.version.number,
            **self.difference.as_dict(),
            "impact": self.impact.as_dict(),
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return words.version_difference(self)
