"""What is set by hand rather than said: a task, values, needs and exclusions, without any understanding of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chat import wording
from chat.advice import Advice
from chat.outcome import Outcome
from chat.state import Case, State
from engine.advisor import Advisor
from engine.profile import UNKNOWN
from kb.model import Knowledge

_TASK = "task"


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes to a case.

    Attributes:
        stated: what is set.
        cleared: what is no longer known: ids of constraints and needs, and "task" for the task.
        admitted: techniques that are no longer excluded.
        packs: by which packs it is asked from now on: all that count, None for those that are switched on; left out
            where that stays.
    """

    stated: Case = field(default_factory=Case)
    cleared: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()
    packs: tuple[tuple[str, ...] | None, ...] = ()

    def on(self, case: Case) -> Case:
        """The case with these changes."""
        kept = case.without(self.cleared).merged(self.stated)
        exclude = tuple(technique for technique in kept.exclude if technique not in self.admitted)
        task = None if _TASK in self.cleared else kept.task
        return replace(kept, exclude=exclude, task=task, packs=next(iter(self.packs), kept.packs))

    def touched(self) -> set[str]:
        """The names under which a conversation keeps words for what is changed."""
        stated = self.stated
        task = [_TASK] if stated.task else []
        return {*task, *stated.constraints, *stated.needs, *stated.exclude, *self.cleared, *self.admitted}

    def as_text(self, knowledge: Knowledge) -> str:
        """The changes in words, one a line: what a conversation shows as said."""
        lines = wording.understood(knowledge, self.stated, {}, {})
        terms = {**knowledge.constraints, **knowledge.needs}
        for name in self.cleared:
            label = "what it does" if name == _TASK else wording.label_of(terms, name)
            lines.append(f"{wording.capital(label)}: not known")
        lines += [f"No longer ruled out: {wording.label_of(knowledge.techniques, name)}" for name in self.admitted]
        lines += [wording.counting(knowledge, packs) for packs in self.packs]
        return "\n".join(lines)


def read_edit(advisor: Advisor, changes: Mapping[str, Any]) -> Edit:
    """Read what was set.

    Args:
        advisor: the version whose terms are meant.
        changes: "task", "constraints" and "needs" as a profile has them, where None and "unknown" take back; "exclude"
            and "admit" with techniques; "packs" with all that count.

    Raises:
        InvalidProfile: naming every problem.
    """
    task = changes.get("task", "")
    constraints, needs = dict(changes.get("constraints", {})), dict(changes.get("needs", {}))
    gone = [name for name, value in {**constraints, **needs}.items() if value is None or value == UNKNOWN]
    profile = advisor.profile(
        task or None,
        {name: value for name, value in constraints.items() if name not in gone},
        {name: value for name, value in needs.items() if name not in gone},
        changes.get("exclude", ()),
    )
    request, knowledge = profile.request(), advisor.knowledge
    known = tuple(name for name in gone if name in knowledge.constraints or name in knowledge.needs)
    cleared = (*([_TASK] if task is None else []), *known)
    stated = Case(profile.task, request["constraints"], request["needs"], tuple(request["exclude"]))
    admitted = tuple(name for name in changes.get("admit", ()) if name in knowledge.techniques)
    return Edit(stated, cleared, admitted, _packs_of(advisor, changes))


def _packs_of(advisor: Advisor, changes: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, ...]:
    """The packs of an edit; those that are switched on anyway are not named, so that later ones count too."""
    if changes.get("packs") is None:
        return ()
    packs = advisor.active(changes["packs"])
    return (None if set(packs) == set(advisor.active()) else packs,)


def made(advice: Advice, edit: Edit) -> Outcome:
    """The conversation after an edit, and what is said to it."""
    before, touched = advice.state.case, edit.touched()
    case = edit.on(before)
    state = replace(
        advice.state,
        case=case,
        quotes={name: quote for name, quote in advice.state.quotes.items() if name not in touched},
        spans={name: span for name, span in advice.state.spans.items() if name not in touched},
        skipped=tuple(name for name in advice.state.skipped if name not in edit.stated.constraints),
        trial=None,
    )
    stated = {*before.constraints, *before.needs}
    again = bool(stated & touched) or bool(before.task and edit.stated.task)
    return _told(advice, state, "retract" if edit.cleared else "correct" if again else "describe")


def undone(advice: Advice) -> Outcome:
    """The conversation with its case as it was before the last change."""
    past = advice.state.past
    case = past[-1].known_to(advice.knowledge) if past else advice.state.case
    return _told(advice, replace(advice.state, case=case, past=past[:-1], trial=None), "retract")


def _told(advice: Advice, state: State, act: str) -> Outcome:
    """What is recommended now; where nothing is known any more, a request for a description."""
    if not state.case:
        return Outcome(act, [wording.tell_me(advice.knowledge)], state)
    recommendation = advice.on(state.case)
    parts = [advice.summary(recommendation, advice.state.case)]
    return Outcome(act, parts, state, recommendation, asks=True, suggestions=advice.suggestions(recommendation))
