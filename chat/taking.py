"""Acts that change what is known about the case, or suppose that it were otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chat import forms, wording
from chat.advice import Advice
from chat.answering import is_bare_degree, plainly
from chat.intent import Intent
from chat.outcome import Outcome
from chat.references import last_spoken_of
from chat.state import Case, Number, Span, State
from chat.understanding import Interpretation, Unsure, interpret_whole
from chat.vocabulary import vocabulary_of

_SHORT_QUESTION = 6


class Taking:
    """Takes in what a message says.

    Args:
        advice: the advisor on this conversation.
        text: the message.
    """

    def __init__(self, advice: Advice, text: str) -> None:
        self._advice = advice
        self._knowledge = advice.knowledge
        self._state = advice.state
        self._text = text

    # --- Statements -----------------------------------------------------------------------------------------

    def statement(self, intent: Intent) -> Outcome:
        """A description, a correction in passing, an answer, a wish; or nothing that could be understood."""
        said = self._said(intent)
        unsure = intent.said.unsure
        if said:
            return self.take_in(said, intent.said)
        if any(doubt.unknown for doubt in unsure):
            return self._skip(tuple(doubt.id for doubt in unsure if doubt.unknown and doubt.kind == "constraint"))
        if any(doubt.kind == "constraint" or len(doubt.options) > 1 for doubt in unsure):
            return self._denied(unsure) or self._doubtful(unsure, "describe" if intent.describes else "unclear")
        if intent.said.wishes():
            return self._wished(intent.said)
        return self._not_offered() or self._not_understood(intent)

    def _not_offered(self) -> Outcome | None:
        """A degree in answer to a question whose scale has none so called: ask for the nearest it has."""
        asked = self._knowledge.constraints.get(self._state.pending or "")
        if asked is None or not asked.values or not is_bare_degree(self._text):
            return None
        values = [value.label for value in asked.values]
        parts = [wording.not_offered(self._text.strip(" .!"), asked.label), wording.question(wording.nearest(), values)]
        return Outcome("unclear", parts, self._state, self._advice.current, suggestions=values)

    def _said(self, intent: Intent) -> Case:
        constraints: dict[str, str | Number] = dict(intent.said.constraints)
        if intent.answer is not None and self._state.pending:
            constraints[self._state.pending] = intent.answer
        # A guess never replaces what was said, nor does a word in passing.
        passing = intent.act != "correct" and self._in_passing(intent.said)
        task = None if self._state.case.task and (intent.said.guessed or passing) else intent.said.task
        return Case(task, constraints, dict(intent.said.needs), intent.said.exclude)

    def _in_passing(self, said: Interpretation) -> bool:
        """Whether a task is told by a single word that is not one of its names."""
        quote = next((item.quote for item in said.evidence if item.kind == "task"), "")
        record = self._knowledge.tasks.get(said.task or "")
        names = {plainly(name) for name in (record.label, *record.synonyms, *record.hidden)} if record else set()
        return len(quote.split()) == 1 and plainly(quote) not in names and plainly(self._text) != plainly(quote)

    def take_in(self, said: Case, interpretation: Interpretation, act: str = "") -> Outcome:
        """Add what was said to the case, echo it, and advise."""
        before = self._state.case
        changes = self._changes(before, said)
        fallen = self._fallen(said)
        case = before.without(fallen).merged(said)
        recommendation = self._advice.on(case)
        state = replace(
            self._state,
            case=case,
            quotes={**self._without_quotes(said, fallen), **_quotes(interpretation)},
            spans={**self._without_spans(said, fallen), **self._spans(said, interpretation)},
            skipped=tuple(name for name in self._state.skipped if name not in said.constraints),
            wishes=tuple(dict.fromkeys((*self._state.wishes, *interpretation.wishes()))),
            trial=None,
        )
        told = said.task != before.task and "task" not in changes and not interpretation.guessed
        fresh = Case(
            said.task if told else None,
            {name: value for name, value in said.constraints.items() if name not in changes},
            said.needs,
            said.exclude,
        )
        lines = wording.understood(self._knowledge, fresh, state.quotes, self._advice.derived(recommendation))
        parts = [
            *changes.values(),
            wording.dropped_too(self._labels(fallen)) if fallen else None,
            wording.echo(lines, first=not before) if lines else None,
            *self._asides(interpretation),
            self._advice.summary(recommendation, before),
        ]
        taken_for = act or ("correct" if changes else "describe")
        rivals = self._rivals(interpretation)
        if rivals:
            state = replace(state, options=rivals, pending=None)
            return Outcome(taken_for, parts, state, recommendation, suggestions=self._task_labels(rivals))
        suggestions = self._advice.suggestions(recommendation, state.wishes)
        return Outcome(taken_for, parts, state, recommendation, asks=True, suggestions=suggestions)

    def _fallen(self, said: Case) -> tuple[str, ...]:
        """What was stated by words that are now corrected and is not said anew."""
        before = self._state.case
        corrected = [
            *(name for name, value in said.constraints.items() if before.constraints.get(name, value) != value),
            *(need for need, strength in said.needs.items() if before.needs.get(need, strength) != strength),
        ]
        return tuple(
            name
            for name in self._state.from_the_words_of(corrected)
            if name not in said.constraints and name not in said.needs
        )

    def _labels(self, names: Iterable[str]) -> list[str]:
        """The labels of constraints and needs."""
        return [wording.label_of({**self._knowledge.constraints, **self._knowledge.needs}, name) for name in names]

    def _without_quotes(self, said: Case, fallen: tuple[str, ...]) -> dict[str, str]:
        """The words kept so far, without those for what is now said anew."""
        anew = {*said.constraints, *said.needs, *said.exclude, *fallen, *(["task"] if said.task else [])}
        return {name: quote for name, quote in self._state.quotes.items() if name not in anew}

    def _without_spans(self, said: Case, fallen: tuple[str, ...]) -> dict[str, Span]:
        anew = {*said.constraints, *said.needs, *fallen}
        return {name: span for name, span in self._state.spans.items() if name not in anew}

    def _spans(self, said: Case, interpretation: Interpretation) -> dict[str, Span]:
        """Where each thing said stands; an answer is the whole message."""
        told = [item for item in interpretation.evidence if item.kind in {"constraint", "need"}]
        whole = (self._state.turn, 0, len(self._text))
        own = {item.id: (self._state.turn, item.start, item.end) for item in told}
        return {**dict.fromkeys(said.constraints, whole), **own}

    def _changes(self, before: Case, said: Case) -> dict[str, str]:
        """Sentences about what was stated differently before, by constraint; the task under "task"."""
        changes = {}
        if said.task and before.task and said.task != before.task:
            names = [wording.label_of(self._knowledge.tasks, task) for task in (before.task, said.task)]
            changes["task"] = wording.changed("what it does", *names)
        for name, value in said.constraints.items():
            if name in before.constraints and before.constraints[name] != value:
                constraint = self._knowledge.constraints[name]
                shown = [wording.value(self._knowledge, constraint, one) for one in (before.constraints[name], value)]
                changes[name] = wording.changed(constraint.label, *shown)
        return changes

    def _rivals(self, interpretation: Interpretation) -> tuple[str, ...]:
        """The tasks that the words fit, if several and none was stated before."""
        doubts = [doubt for doubt in interpretation.unsure if doubt.kind == "task" and len(doubt.options) > 1]
        return doubts[0].options[:3] if doubts and self._state.case.task is None else ()

    def _asides(self, interpretation: Interpretation) -> list[str]:
        """Wishes that are new, and tasks that the words fit as well."""
        fresh = [wish for wish in interpretation.wishes() if wish not in self._state.wishes]
        rivals = self._rivals(interpretation)
        said = [wording.wish(label) for label in self._advice.labels(fresh)]
        if rivals:
            said.append(wording.task_doubt(self._task_labels(rivals)))
        elif self._state.case.task is None and interpretation.guessed and interpretation.task:
            said.append(wording.task_guess(wording.label_of(self._knowledge.tasks, interpretation.task)))
        numbers = [doubt.quote for doubt in interpretation.unsure if doubt.kind == "number"][:2]
        return [*said, wording.unplaced(numbers)] if numbers else said

    def _task_labels(self, tasks: tuple[str, ...]) -> list[str]:
        return [wording.label_of(self._knowledge.tasks, task) for task in tasks]

    def _doubtful(self, doubts: tuple[Unsure, ...], act: str = "unclear") -> Outcome:
        """Something was mentioned without a value: ask for just that."""
        named = next((doubt.id for doubt in doubts if doubt.kind == "constraint"), None)
        if named is None:
            options = self._task_labels(next(doubt.options for doubt in doubts if doubt.options))
            return Outcome(act, [wording.task_doubt(options)], self._state, suggestions=options)
        constraint = self._knowledge.constraints[named]
        values = [value.label for value in constraint.values]
        parts = [wording.unclear_value(constraint.label), wording.question(constraint.question, values)]
        state = replace(self._state, pending=named)
        return Outcome(act, parts, state, self._advice.current, suggestions=values)

    def _wished(self, said: Interpretation) -> Outcome:
        wishes = said.wishes()
        state = replace(self._state, wishes=tuple(dict.fromkeys((*self._state.wishes, *wishes))), focus=wishes[0])
        parts = self._asides(said)
        recommendation = self._advice.current
        if recommendation is None:
            return Outcome("describe", [*parts, wording.tell_me(self._knowledge)], state)
        parts.append(self._advice.summary(recommendation, self._state.case))
        suggestions = self._advice.suggestions(recommendation, wishes)
        return Outcome("describe", parts, state, recommendation, asks=True, suggestions=suggestions)

    def _not_understood(self, intent: Intent) -> Outcome:
        begun = bool(self._state.case)
        if self._state.case.task and intent.said.guessed and intent.said.task not in {None, self._state.case.task}:
            label = wording.label_of(self._knowledge.tasks, intent.said.task or "")
            kept = wording.label_of(self._knowledge.tasks, self._state.case.task)
            part = wording.task_kept(_quotes(intent.said).get("task", ""), label, kept)
            return Outcome("unclear", [part], self._state, self._advice.current, asks=True)
        if intent.mentioned and len(self._text.split()) <= _SHORT_QUESTION and "?" in self._text:
            return self._asked_about(intent.mentioned[0])
        quotes = [doubt.quote for doubt in intent.said.unsure if doubt.kind == "number"][:1]
        numbers = [wording.unplaced(quotes)] if quotes else []
        if intent.describes:
            return self._not_placed(begun, numbers)
        if not intent.topical and len(self._text.split()) > 2:
            return self.beyond(intent)
        parts = numbers or [wording.unclear(self._knowledge, begun=begun)]
        suggestions = self._advice.openers()
        return Outcome("unclear", parts, self._state, self._advice.current, asks=begun, suggestions=suggestions)

    def _asked_about(self, name: str) -> Outcome:
        """A question that only names something: what is known of it, or the question for it."""
        constraint, case = self._knowledge.constraints[name], self._state.case
        known = Case(constraints={name: case.constraints[name]}) if name in case.constraints else Case()
        lines = self._advice.lines(known, self._advice.current) if known else []
        values = [value.label for value in constraint.values]
        parts = [wording.asked_about(lines, constraint), wording.question(constraint.question, values)]
        state = replace(self._state, pending=name)
        return Outcome("define", parts, state, self._advice.current, suggestions=values)

    def beyond(self, intent: Intent) -> Outcome:
        """Something that the program knows nothing of."""
        suggestions = self._advice.openers()
        parts = [wording.off_topic(self._knowledge)]
        return Outcome("off-topic", parts, self._state, self._advice.current, suggestions=suggestions)

    def _not_placed(self, begun: bool, numbers: list[str]) -> Outcome:
        """A description of which nothing could be placed: what comes nearest is offered, and nothing taken."""
        if self._state.case.task:
            parts = numbers or [wording.not_placed()]
            return Outcome("describe", parts, self._state, self._advice.current, asks=begun)
        found = interpret_whole(self._text, self._knowledge, vocabulary_of(self._knowledge))
        near = (found.task, *(option for doubt in found.unsure if doubt.kind == "task" for option in doubt.options))
        labels = self._task_labels(tuple(dict.fromkeys(task for task in near if task))[:3])
        part = wording.perhaps(labels) if labels else wording.ask_task(self._knowledge)
        suggestions = labels or wording.broad_tasks(self._knowledge)
        parts = [wording.not_placed(), part]
        return Outcome("describe", parts, self._state, self._advice.current, suggestions=suggestions)

    # --- Repairs --------------------------------------------------------------------------------------------

    def correct(self, intent: Intent) -> Outcome:
        """A correction ("no, it is …"), or a "no" to what was supposed."""
        said = self._said(intent)
        if not said and (meant := last_spoken_of(intent.rest, self._state, self._knowledge)):
            explained = tuple(doubt for doubt in intent.said.unsure if doubt.kind != "number")
            return self.take_in(Case(constraints=meant), replace(intent.said, unsure=explained), "correct")
        if said:
            return self.take_in(said, intent.said, "correct")
        if any(doubt.kind == "constraint" for doubt in intent.said.unsure):
            return self._denied(intent.said.unsure) or self._doubtful(intent.said.unsure)
        if self._state.offered:
            return self._discarded("correct")
        return Outcome("correct", [wording.correct_what(), self._so_far()], self._state, self._advice.current)

    def _discarded(self, act: str) -> Outcome:
        """What was supposed is dropped."""
        return Outcome(act, [wording.discarded()], replace(self._state, trial=None), self._advice.current, asks=True)

    def _denied(self, doubts: tuple[Unsure, ...]) -> Outcome | None:
        """What was stated and is now denied, without anything in its place, is open again."""
        case = self._state.case
        stated = [
            doubt.id
            for doubt in doubts
            if doubt.denied and doubt.id in case.constraints and case.constraints[doubt.id] not in doubt.options
        ]
        if not stated:
            return None
        names = (*dict.fromkeys(stated), *self._state.from_the_words_of(stated))
        case = case.without(names)
        state = replace(self._state, case=case, trial=None)
        parts: list[str | None] = [wording.taken_back(self._labels(names))]
        if not case:
            return Outcome("correct", [*parts, wording.tell_me(self._knowledge)], state)
        recommendation = self._advice.on(case)
        parts.append(self._advice.summary(recommendation, self._state.case))
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("correct", parts, state, recommendation, asks=True, suggestions=suggestions)

    def _so_far(self) -> str | None:
        lines = self._advice.lines(self._state.case, self._advice.current)
        return wording.so_far(lines) if lines else None

    def confirm(self, intent: Intent) -> Outcome:
        """A yes: to a supposition, or to what was understood."""
        if self._state.trial and (self._state.offered or forms.KEEP.search(self._text.lower())):
            recommendation = self._advice.on(self._state.trial)
            before, now = self._state.case, self._state.trial
            same = {name for name, value in now.constraints.items() if before.constraints.get(name) == value}
            supposed = {*now.constraints, *before.constraints} - same
            quotes = {name: quote for name, quote in self._state.quotes.items() if name not in supposed}
            spans = {name: span for name, span in self._state.spans.items() if name not in supposed}
            state = replace(self._state, case=now, quotes=quotes, spans=spans, trial=None)
            parts = [wording.kept(), self._advice.summary(recommendation)]
            suggestions = self._advice.suggestions(recommendation)
            return Outcome("confirm", parts, state, recommendation, asks=True, suggestions=suggestions)
        if not self._state.case:
            return Outcome("confirm", [wording.tell_me(self._knowledge)], self._state)
        return Outcome("confirm", [wording.good()], self._state, self._advice.current, asks=True)

    def dont_know(self, intent: Intent) -> Outcome:
        """The question asked has no answer."""
        return self._skip(intent.mentioned or ((self._state.pending,) if self._state.pending else ()))

    def _skip(self, names: tuple[str, ...]) -> Outcome:
        known = [name for name in names if name in self._knowledge.constraints]
        before = self._state.case
        stated = {name: value for name, value in before.constraints.items() if name not in known}
        case = replace(before, constraints=stated)
        skipped = tuple(dict.fromkeys((*self._state.skipped, *known)))
        state = replace(self._state, case=case, skipped=skipped, pending=None, trial=None)
        parts = [wording.skipped(self._knowledge.constraints[name].label) for name in known] or [wording.fine()]
        recommendation = self._advice.on(case) if case else None
        if recommendation and case != before:
            parts.append(self._advice.summary(recommendation, before))
        if recommendation is None:
            parts.append(wording.tell_me(self._knowledge))
        return Outcome("dont-know", parts, state, recommendation, asks=True)

    def restart(self, intent: Intent) -> Outcome:
        """Begin again."""
        examples = list(self._knowledge.system.examples[:3]) if self._knowledge.system else []
        return Outcome("restart", [wording.restarted(self._knowledge)], State(), suggestions=examples)


def _quotes(interpretation: Interpretation) -> dict[str, str]:
    """The words that led to each part of an interpretation."""
    told = (item for item in interpretation.evidence if item.kind != "wish")
    return {"task" if item.kind == "task" else item.id: item.quote for item in told}
