"""The advisor's answers about the case of one conversation, in the words of a dialogue."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from chat import wording
from chat.state import Case, State
from engine.advisor import Advisor
from engine.answer import Recommendation
from kb.users import Users

_REASONS = 3
_CLOSE = 1


class Advice:
    """What the advisor says about a conversation's case.

    Args:
        advisor: the version that answers.
        state: the conversation so far.
    """

    def __init__(self, advisor: Advisor, state: State) -> None:
        self.advisor = advisor
        self.knowledge = advisor.knowledge
        self.state = state
        self.given: list[Recommendation] = []

    def on(self, case: Case) -> Recommendation:
        """The recommendation for a case.

        Raises:
            InvalidProfile: if the case has a number outside every band, or names a pack that there is not.
        """
        recommendation = self.advisor.recommend(self.advisor.profile(**case.as_dict()), packs=case.packs)
        self.given.append(recommendation)
        return recommendation

    @cached_property
    def current(self) -> Recommendation | None:
        """The recommendation for the case so far; None while nothing is known."""
        return self.on(self.state.case) if self.state.case else None

    def label(self, technique: str | None) -> str:
        """A technique's label."""
        return wording.label_of(self.knowledge.techniques, technique) if technique else ""

    def labels(self, techniques: tuple[str, ...] | list[str]) -> list[str]:
        """The labels of techniques."""
        return [self.label(technique) for technique in techniques]

    def others(self, recommendation: Recommendation) -> list[str]:
        """The techniques that are not recommended, best first."""
        ranked = (entry["technique"] for entry in recommendation.ranking)
        return [technique for technique in ranked if technique not in recommendation.winners]

    @staticmethod
    def derived(recommendation: Recommendation) -> dict[str, tuple[str, ...]]:
        """The value of each constraint, numbers turned into values; of a range across bands all that it may be."""
        known = {entry["constraint"]: (entry["value"],) for entry in recommendation.reply["values"]}
        return {**known, **{one.constraint: one.values for one in recommendation.profile.unsettled}}

    def lines(self, case: Case, recommendation: Recommendation | None) -> list[str]:
        """One line for each thing known about a case."""
        derived = self.derived(recommendation) if recommendation else {}
        return wording.understood(self.knowledge, case, self.state.quotes, derived)

    def summary(self, recommendation: Recommendation, before: Case | None = None) -> str:
        """The recommendation in words: in full where it is new, in a sentence where it stays as it was before."""
        core = recommendation.core("none")
        if core["recommended"] is None:
            return wording.nothing_left([(entry["label"], _blockers(entry)) for entry in core["ranking"]])
        if len(recommendation.winners) > 1:
            return wording.tied(self.labels(recommendation.winners))
        variant = core["recommended"]["variant"]
        same = bool(before) and self.state.ranking[:1] == (recommendation.technique,)
        reasons = [reason["text"] for reason in core["ranking"][0]["reasons"] if (reason["points"] or 0) > 0]
        text = wording.recommended(
            core["recommended"]["label"], variant and variant["label"], reasons[:_REASONS], same=same
        )
        return f"{text}\n{close}" if (close := self._close(core)) else text

    @staticmethod
    def _close(core: dict[str, Any]) -> str:
        margin = core["confidence"]["margin"]
        second = next((entry for entry in core["ranking"][1:] if entry["status"] == "viable"), None)
        if margin is None or not 0 <= margin <= _CLOSE or second is None:
            return ""
        return wording.runner_up(second["label"], margin)

    def ranking(self, recommendation: Recommendation) -> str:
        """Every technique with its points."""
        ranked = recommendation.core("none")["ranking"]
        return wording.ranking([(entry["label"], entry["score"], entry["status"]) for entry in ranked])

    def path(self, recommendation: Recommendation, most: int | None = None) -> str | None:
        """The steps towards what is recommended, at most so many."""
        steps = recommendation.core("none")["path"]
        return wording.path([(step["text"], step["test"]) for step in steps], most) if steps else None

    def openers(self) -> list[str]:
        """Things to say at any time: about the recommendation, or to begin with."""
        if self.current:
            return self.suggestions(self.current)
        return list(self.knowledge.system.examples[:3]) if self.knowledge.system else []

    def suggestions(self, recommendation: Recommendation, wishes: tuple[str, ...] = ()) -> list[str]:
        """Questions that suggest themselves about a recommendation; a technique wished for comes first."""
        others = self.others(recommendation)
        wished = [technique for technique in others if technique in (*wishes, *self.state.wishes)]
        why_not = [wording.ask_why_not(self.label(technique)) for technique in (wished or others)[:1]]
        return [wording.ask_why(), *why_not, wording.ask_downsides(), wording.ask_sources()]

    def question(self, recommendation: Recommendation, state: State) -> dict[str, Any] | None:
        """The engine's next question; where the user has passed it over, the next unknown that can matter."""
        core = recommendation.core("none")
        asked: dict[str, Any] | None = core["next_question"]
        if asked is None or asked["constraint"] not in state.skipped:
            return asked
        users = Users.of(self.knowledge)
        # What most statements look at moves the answer more often than not.
        for unknown in sorted(core["unknowns"], key=lambda one: -users.count(("constraint", one["constraint"]))):
            if unknown["constraint"] not in state.skipped:
                constraint = self.knowledge.constraints[unknown["constraint"]]
                values = [{"id": value.id, "label": value.label} for value in constraint.values]
                return {**unknown, "values": values, "why": wording.could_matter()}
        return None


def _blockers(entry: dict[str, Any]) -> list[str]:
    return [reason["text"] for reason in entry["reasons"] if reason["points"] is None]
