"""Teaching a task in conversation: one question at a time, then the dry run, then saved on a clear yes.

What somebody says is read by :mod:`chat.teaching_reading`, kept as a :class:`~chat.teaching_draft.Draft`, and shown and
saved by :mod:`chat.teaching_review`. Whether it makes sense the one pipeline says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from chat import acts, forms
from chat import teaching_forms as said
from chat import teaching_verdict as verdict
from chat import teaching_wording as words
from chat.advice import Advice
from chat.intent import IntentReader
from chat.outcome import Outcome
from chat.state import State
from chat.teaching_desk import Desk, Saving
from chat.teaching_draft import Draft, Slot
from chat.teaching_questions import Questions
from chat.teaching_review import Review
from chat.teaching_taking import Taken, Taker
from chat.vocabulary import vocabulary_of
from chat.wording import capital, noun

_ASIDES = frozenset({"help", "greeting", "how-decides", "accuracy", "export", "evidence"})
"""Acts that are answered as ever while a draft is open, even without a question mark, where their form says so."""

_LOOKED_UP = frozenset({"define", "list"})
"""Acts that are answered as ever, however they are worded."""

_FREE: frozenset[Slot] = frozenset({"label", "synonyms"})
"""Slots that take any words."""

_LONGEST_OPENING, _LONGEST_NAME = 40, 5
# In characters. Reading takes time by the square of it.
_LONGEST_ANSWER = 1000


class Teaching:
    """The teaching side of one turn.

    Attributes:
        saving: saves what the turn adds to the knowledge; None if it adds nothing.
        advice: the advisor from this turn on: with what it adds.

    Args:
        advice: the advisor on this conversation.
        text: the message.
        desk: rehearses and saves.
    """

    def __init__(self, advice: Advice, text: str, desk: Desk) -> None:
        self._advice, self._desk = advice, desk
        self.advice = advice
        self._knowledge = advice.knowledge
        self._state = advice.state
        self._text = text.strip()
        self._noun = noun(self._knowledge)
        self.saving: Saving | None = None

    def outcome(self) -> Outcome | None:
        """The answer to a message that teaches; None if the message is about something else."""
        opening = self._opening()
        draft = self._state.draft
        if draft is None:
            return None if opening is None else self._begun(opening)
        if opening is not None:
            return self._asked("teach", draft, words.already(draft.label))
        if len(self._text) > _LONGEST_ANSWER:
            return self._asked("unclear", draft, words.too_long())
        return self._command(draft) or self._answer(draft)

    def begin(self) -> Outcome:
        """The answer to a message that asks to teach in other words than those known here."""
        draft = self._state.draft
        if draft is not None:
            return self._asked("teach", draft, words.already(draft.label))
        text = said.straight(self._text)
        if said.OTHERS.search(text) or not said.ADDRESSED.search(text):
            return Outcome("teach", [words.only_tasks(self._noun)], self._state, self._advice.current)
        return self._begun(())

    @property
    def concerned(self) -> bool:
        """Whether a task is being described, or the message begins to."""
        return self._state.draft is not None or self._opening() is not None

    def reminder(self) -> str | None:
        """The open question, after an answer to something else; None if no draft is open."""
        draft = self._state.draft
        if draft is None:
            return None
        return f"{words.still_open(draft.label)} {Questions(self._knowledge, draft, self._desk.caller).text()[0]}"

    def suggestions(self) -> list[str]:
        """Answers to the open question."""
        return Questions(self._knowledge, self._state.draft or Draft(), self._desk.caller).suggestions()

    # --- Beginning and ending -----------------------------------------------------------------------------------

    def _opening(self) -> list[said.Said] | None:
        """What a message that begins to teach says already; None if it does not begin to."""
        if len(self._text.split()) > _LONGEST_OPENING:
            return None
        # "..., let me add a new task": what comes before says why.
        clauses = (self._text, *acts.split_sentences(self._text), self._text.rpartition(", ")[2])
        return next((parts for one in clauses if (parts := self._opened(said.straight(one))) is not None), None)

    def _opened(self, message: str) -> list[said.Said] | None:
        found = said.opening(self._noun).match(message)
        direct = said.DIRECT.match(message)
        if (
            not found
            and direct
            and len(direct.group("label").split()) <= _LONGEST_NAME
            and not said.OTHERS.search(message)
        ):
            return [said.Said("label", said.unquoted(direct.group("label")))]
        if not found:
            return None
        parts, rest = said.parts_of_opening(found.group("rest")), found.group("rest")
        plain = "task" in found.group("what").lower() or found.group("new") or self._noun in found.group("what").lower()
        return parts if parts or (plain and said.TAIL.match(rest)) else None

    def _begun(self, parts: Sequence[said.Said]) -> Outcome:
        taken = Taken(Draft())
        for part in sorted(parts, key=lambda one: one.about == "broader"):  # what is asked last, is asked by choices
            taken = taken.then(Taker(self._knowledge, taken.draft).edit(part))
        draft = taken.draft.settled_by_what_it_has()
        if not draft.broader and any(part.about == "broader" for part in parts):
            draft = draft.settle("synonyms", keep=True)  # what it is a kind of is to be settled first
        taken = replace(taken, draft=draft)
        told = [words.begin(self._noun)]
        if not self._desk.caller.may_write:
            told.append(verdict.lacking_so_far(self._desk.caller))
        return self._taken("teach", taken, told)

    def _command(self, draft: Draft) -> Outcome | None:
        message = said.straight(self._text)
        commands: Sequence[tuple[re.Pattern[str], Callable[[Draft], Outcome]]] = (
            (said.CANCEL, self._cancelled),
            (said.ANEW, lambda _: self._asked("restart", Draft(), words.anew())),
            (said.SHOW, self._shown),
            (said.HELP, lambda one: self._asked("help", one, words.help_text())),
            (said.WHY, lambda one: self._asked("why-asked", one, words.why(one.slot, self._noun))),
        )
        return next((handle(draft) for pattern, handle in commands if pattern.match(message)), None)

    def _cancelled(self, draft: Draft) -> Outcome:
        state = replace(self._state, draft=None)
        current = self._advice.current
        return Outcome("retract", [words.dropped(draft.label)], state, current, asks=bool(current))

    def _shown(self, draft: Draft) -> Outcome:
        if draft.slot == "review":
            return self._reviewed("summary", draft, ())
        return self._asked("summary", draft, words.shown(self._knowledge, draft))

    # --- Answers -------------------------------------------------------------------------------------------------

    def _answer(self, draft: Draft) -> Outcome | None:
        taker = Taker(self._knowledge, draft)
        slot, message = draft.slot, said.straight(self._text)
        if self._is_question():
            request = said.REQUEST.match(message)
            wanted = taker.edited(request.group("rest")) or taker.answered(request.group("rest")) if request else None
            return self._taken("correct", wanted) if wanted and wanted.lines and slot not in _FREE else None
        edited = taker.edited(message)
        if edited is not None:
            return self._taken("correct" if edited.changed else "teach", edited)
        if slot == "review":
            return self._decided(draft, message)
        if slot in _FREE and (form := acts.form_of(message)) and form[0] in _ASIDES:
            return None
        if said.NONE.match(message) or (slot not in _FREE and forms.DONT_KNOW.match(acts.plain(message))):
            passed = taker.passed(ended=bool(said.DONE.match(message)))
            return self._taken("dont-know" if forms.DONT_KNOW.match(acts.plain(message)) else "teach", passed)
        answered = taker.answered(message)
        aside = not answered.lines and slot not in _FREE and self._is_aside()
        return None if aside else self._taken("correct" if answered.changed else "teach", answered)

    def _is_question(self) -> bool:
        return self._text.endswith("?")

    def _is_aside(self) -> bool:
        form = acts.form_of(self._text)
        if form is not None and form[0] in _ASIDES:
            return True
        intent = IntentReader(self._knowledge, vocabulary_of(self._knowledge), self._state).read(self._text)
        return intent.act in _LOOKED_UP

    def _decided(self, draft: Draft, message: str) -> Outcome | None:
        """An answer to the question whether to add the task."""
        if said.YES.match(message):
            return self._agreed(draft)
        if said.NO.match(message):
            return self._asked("correct", draft, words.which(), ask=False)
        if said.HALF.match(message):
            return self._asked("unclear", draft, words.not_clear())
        if self._is_aside():
            return None
        more = Taker(self._knowledge, draft).answered(message)
        if more.lines:
            return self._taken("correct" if more.changed else "teach", more)
        return self._asked("unclear", draft, words.which(), ask=False)

    def _agreed(self, draft: Draft) -> Outcome:
        """Save it, if whoever talks may, and if what was shown is what would be saved."""
        if not self._desk.caller.may_write:
            return self._asked("confirm", draft)
        review = self._review(draft)
        if not draft.base:
            return self._reviewed("confirm", draft, ())  # what it is now was not shown yet
        if review.moved:
            return self._reviewed("confirm", draft, (review.what_moved(),))
        if review.refused:
            return self._reviewed("confirm", draft, ())
        self.saving = review.saving()
        state = replace(self._state, draft=None)
        self.advice = review.advice(state)
        part = verdict.added(draft.label, review.version, self._noun)
        return Outcome("confirm", [part], state, self.advice.current, suggestions=[capital(draft.label)])

    # --- Replies -------------------------------------------------------------------------------------------------

    def _taken(self, act: str, taken: Taken, before: Sequence[str] = ()) -> Outcome:
        """What was taken in and what was not, then the next question."""
        parts = [*before, *([words.noted(taken.lines)] if taken.lines else []), *taken.told, *taken.troubles]
        draft = taken.draft
        if draft.slot == "review" and not taken.troubles:
            return self._reviewed(act, draft, parts)
        if taken.troubles and not taken.asks:
            return self._said(act, draft, parts, Questions(self._knowledge, draft, self._desk.caller).suggestions())
        return self._asked(act, draft, *parts)

    def _asked(self, act: str, draft: Draft, *parts: str, ask: bool = True) -> Outcome:
        """The parts, then the open question."""
        text, choices = Questions(self._knowledge, draft, self._desk.caller).text()
        offering = replace(draft, choices=choices or draft.choices)
        suggestions = Questions(self._knowledge, offering, self._desk.caller).suggestions()
        return self._said(act, offering, [*parts, text] if ask else parts, suggestions)

    def _said(self, act: str, draft: Draft, parts: Sequence[str], suggestions: list[str]) -> Outcome:
        # What was asked about the case waits; it is asked again when the draft is done.
        state: State = replace(self._state, draft=draft, pending=None)
        return Outcome(act, parts, state, self._advice.current, suggestions=suggestions)

    def _reviewed(self, act: str, draft: Draft, parts: Sequence[str]) -> Outcome:
        """The dry run, and the question whether to add the task."""
        review = self._review(draft)
        told = [*parts, words.shown(self._knowledge, draft), *review.parts()]
        told.append(words.ask_commit(self._desk.caller, refused=review.refused))
        shown = replace(draft, base=0 if review.refused else self._advice.advisor.version.number)
        suggestions = Questions(self._knowledge, shown, self._desk.caller).suggestions()
        return self._said(act, shown, told, suggestions)

    def _review(self, draft: Draft) -> Review:
        return Review(self._desk, self._advice.advisor, draft)
