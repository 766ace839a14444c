"""The act "retract": what is named is taken back, else the last change."""

from __future__ import annotations

from dataclasses import replace

from chat import acts, forms, wording
from chat.english import FUNCTION_WORDS
from chat.intent import Intent, IntentReader
from chat.outcome import Outcome
from chat.state import Case
from chat.taking import Taking
from chat.text import tokenise
from chat.vocabulary import vocabulary_of


class Retracting(Taking):
    """Takes back what was said."""

    def retract(self, intent: Intent) -> Outcome:
        """A retraction ("forget …")."""
        case, labels, admitted = self._without(intent)
        if (
            self._state.trial is not None
            and case == self._state.case
            and not intent.mentioned
            and len(intent.rest.split()) <= 1
        ):
            return self._discarded("retract")
        nothing = case == self._state.case
        if nothing and not intent.mentioned and forms.LAST_SAID.match(acts.plain(intent.rest)):
            return self._back()
        if nothing:
            named = [self._knowledge.constraints[name].label for name in intent.mentioned]
            part = wording.not_stated(named[0]) if named else wording.take_back_what()
            return Outcome("retract", [part, self._so_far()], self._state, self._advice.current)
        state = replace(self._state, case=case, trial=None)
        told = [
            wording.taken_back(labels) if labels else None,
            wording.admitted(admitted) if admitted else None,
        ]
        if not case:
            return Outcome("retract", [*told, wording.tell_me(self._knowledge)], state)
        recommendation = self._advice.on(case)
        parts = [*told, self._advice.summary(recommendation, self._state.case)]
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("retract", parts, state, recommendation, asks=True, suggestions=suggestions)

    def _back(self) -> Outcome:
        """The case as it was before it was last changed."""
        before, past = self._state.case, self._state.past
        if not past:
            return Outcome("retract", [wording.nothing_to_take_back()], self._state, self._advice.current)
        case = past[-1].known_to(self._knowledge)
        state = replace(self._state, case=case, past=past[:-1], trial=None)
        gone = [name for name in (*before.constraints, *before.needs) if name not in (*case.constraints, *case.needs)]
        labels = self._labels(gone) + self._advice.labels([name for name in before.exclude if name not in case.exclude])
        if before.task and not case.task:
            labels.append(wording.label_of(self._knowledge.tasks, before.task))
        restored = Case(
            task=case.task if case.task != before.task else None,
            constraints={
                name: value for name, value in case.constraints.items() if before.constraints.get(name) != value
            },
            needs={need: value for need, value in case.needs.items() if before.needs.get(need) != value},
            exclude=tuple(name for name in case.exclude if name not in before.exclude),
        )
        if not case:
            return Outcome("retract", [wording.taken_back(labels), wording.tell_me(self._knowledge)], state)
        recommendation = self._advice.on(case)
        lines = wording.understood(self._knowledge, restored, {}, self._advice.derived(recommendation))
        parts = [
            wording.taken_back(labels) if labels else None,
            wording.back_to(lines) if lines else None,
            self._advice.summary(recommendation, before),
        ]
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("retract", parts, state, recommendation, asks=True, suggestions=suggestions)

    def _without(self, intent: Intent) -> tuple[Case, list[str], list[str]]:
        """The case without what the message names, the labels of that, and of techniques that may be used again."""
        case = self._state.case
        said = IntentReader(self._knowledge, vocabulary_of(self._knowledge), self._state).interpreted(intent.rest)
        names = [name for name in intent.mentioned if name in case.constraints] or self._alluded(intent.rest)
        needs = [need for need in said.needs if need in case.needs]
        techniques = [technique for technique in intent.techniques if technique in case.exclude]
        named = said.task == case.task or intent.rest.strip() in {"task", "the task"}
        task = case.task if case.task and named else None
        labels = [self._knowledge.constraints[name].label for name in names]
        labels += [wording.label_of(self._knowledge.needs, need) for need in needs]
        labels += [wording.label_of(self._knowledge.tasks, task)] if task else []
        rest = replace(
            case,
            task=None if task else case.task,
            constraints={name: value for name, value in case.constraints.items() if name not in names},
            needs={need: strength for need, strength in case.needs.items() if need not in needs},
            exclude=tuple(technique for technique in case.exclude if technique not in techniques),
        )
        return rest, labels, self._advice.labels(techniques)

    def _alluded(self, text: str) -> list[str]:
        """The one stated constraint whose name or quoted words share a word with the text."""
        words = {token.stem for token in tokenise(text) if not token.sign and token.word not in FUNCTION_WORDS}
        found = []
        for name in self._state.case.constraints:
            record = self._knowledge.constraints[name]
            said = " ".join((record.label, *record.synonyms, self._state.quotes.get(name, "")))
            if words & {token.stem for token in tokenise(said) if token.word not in FUNCTION_WORDS}:
                found.append(name)
        return found if len(found) == 1 else []
