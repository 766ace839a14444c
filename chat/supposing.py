"""Suppositions: what would be recommended if something were otherwise, not kept unless asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat import wording
from chat.advice import Advice
from chat.intent import Intent
from chat.outcome import Outcome
from chat.references import last_spoken_of
from chat.state import Case
from engine.answer import Recommendation

_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok|what|would|then|if|when|suppose|imagine|assume|let'?s say)\b[, ]*)+", re.IGNORECASE
)


class Supposing:
    """Answers "what if".

    Args:
        advice: the advisor on this conversation.
    """

    def __init__(self, advice: Advice) -> None:
        self._advice = advice
        self._knowledge = advice.knowledge
        self._state = advice.state

    def what_if(self, intent: Intent) -> Outcome | None:
        """The answer under other circumstances, not kept unless asked; None if it only names a technique."""
        before = self._advice.current
        said = Case(intent.said.task, dict(intent.said.constraints), dict(intent.said.needs), intent.said.exclude)
        if not said and (meant := last_spoken_of(intent.rest, self._state, self._knowledge)):
            said = Case(constraints=meant)
        dropped = self._dropped(intent) if not said else {}
        if not said and not dropped:
            if intent.techniques and before:
                return None
            state = replace(self._state, trial=None)
            return Outcome("what-if", [wording.what_if_unclear(_supposed(intent.rest))], state, before)
        trial = self._state.case.merged(said) if said else self._reduced(dropped)
        after = self._advice.on(trial)
        if before is None:
            supposed = wording.understood(self._knowledge, said, {}, self._advice.derived(after))
            parts = [wording.supposing(supposed), self._advice.summary(after)]
        else:
            difference = self._advice.advisor.what_if(before, self._as_changes(said, dropped))
            parts = [*self._counted(said, after), difference.as_text()]
        state = replace(self._state, trial=trial)
        parts.append(wording.take_as_given())
        return Outcome("what-if", parts, state, after, suggestions=[wording.ask_keep(), *self._next(before, after)])

    def _counted(self, said: Case, after: Recommendation) -> list[str]:
        """What the numbers of a supposition count as; the rest of it the engine repeats."""
        derived = self._advice.derived(after)
        return [
            wording.counts_as(self._knowledge, self._knowledge.constraints[name], value, derived[name])
            for name, value in said.constraints.items()
            if name in derived and (value,) != derived[name]
        ]

    def _next(self, before: Recommendation | None, after: Recommendation) -> list[str]:
        if before is not None and before.technique and before.technique != after.technique:
            return [wording.ask_why_not(self._advice.label(before.technique))]
        return [wording.ask_why()]

    def _as_changes(self, said: Case, dropped: Mapping[str, str]) -> dict[str, Any]:
        open_again: dict[str, None] = dict.fromkeys(dropped)
        changes: dict[str, Any] = {"constraints": {**said.constraints, **open_again}, "needs": dict(said.needs)}
        if said.task:
            changes["task"] = said.task
        if said.exclude:
            changes["exclude"] = [*dict.fromkeys((*self._state.case.exclude, *said.exclude))]
        return changes

    def _dropped(self, intent: Intent) -> dict[str, str]:
        """Stated constraints that the supposition takes to be unknown, with their labels."""
        doubted = {doubt.id for doubt in intent.said.unsure if doubt.unknown}
        stated = [name for name in intent.mentioned if name in self._state.case.constraints and name in doubted]
        return {name: self._knowledge.constraints[name].label for name in stated}

    def _reduced(self, dropped: Mapping[str, str]) -> Case:
        kept = {name: value for name, value in self._state.case.constraints.items() if name not in dropped}
        return replace(self._state.case, constraints=kept)


def _supposed(rest: str) -> str:
    """The words of a supposition without those that only introduce it."""
    return _LEAD.sub("", rest.strip(" ?!.,"))
