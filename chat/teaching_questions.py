"""The questions of a draft: what is asked next, with the choices that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from chat import teaching_wording as words
from chat.intent import IntentReader
from chat.state import State
from chat.teaching_desk import Caller
from chat.teaching_draft import Draft
from chat.teaching_reading import Names
from chat.vocabulary import UNSPECIFIED, vocabulary_of
from chat.wording import capital, label_of
from engine.inheritance import Inheritance
from kb.model import DemandRule, Knowledge, Term
from kb.users import Users

_SHOWN = 6
_SUGGESTED = 3


class Questions:
    """The question that is open in a draft.

    Args:
        knowledge: from which choices come.
        draft: the task so far.
        caller: who is asked.
    """

    def __init__(self, knowledge: Knowledge, draft: Draft, caller: Caller) -> None:
        self._knowledge, self._draft, self._caller = knowledge, draft, caller

    def text(self) -> tuple[str, tuple[str, ...]]:
        """The question, and the ids of the terms that it offers."""
        draft, knowledge = self._draft, self._knowledge
        if draft.slot == "label":
            return words.ask_label(), ()
        if draft.slot == "synonyms":
            return words.ask_synonyms(draft.label), ()
        if draft.slot == "broader":
            near = self._like()
            return words.ask_broader([label_of(knowledge.tasks, one) for one in near]), near
        if draft.slot == "needs":
            inherited = self._inherited()
            offered = () if draft.demands else self._needs(inherited)
            labels = [label_of(knowledge.needs, one) for one in offered]
            known = [label_of(knowledge.needs, one) for one in inherited[:_SHOWN]]
            return words.ask_needs(draft.demands, known, labels), offered
        if draft.slot == "strength":
            strengths = [knowledge.strengths[one] for one in Names(knowledge).strengths()]
            label = label_of(knowledge.needs, draft.unweighed or "")
            return words.ask_strength(label, [(one.label, one.definition) for one in strengths]), ()
        return words.ask_commit(self._caller, refused=False), ()

    def suggestions(self) -> list[str]:
        """Things to answer."""
        draft = self._draft
        if draft.slot == "review":
            can = self._caller.may_write and draft.base
            return [*([words.say_yes()] if can else []), words.say_cancel()]
        choices = {
            "synonyms": [words.say_none()],
            "broader": [*self._offered(self._knowledge.tasks, draft.choices or self._like()), words.say_none()],
            "needs": [
                *self._offered(self._knowledge.needs, draft.choices),
                words.say_done() if draft.demands else words.say_none(),
            ],
            "strength": [capital(self._knowledge.strengths[one].label) for one in Names(self._knowledge).strengths()],
        }
        found = choices.get(draft.slot, [])
        return found if len(found) > _SUGGESTED else [*found, words.say_cancel()]

    @staticmethod
    def _offered(terms: Mapping[str, Term], choices: Sequence[str]) -> list[str]:
        return [capital(label_of(terms, one)) for one in choices[:_SUGGESTED] if one in terms]

    def _like(self) -> tuple[str, ...]:
        """Tasks that the draft may be a kind of: what its names sound like, or else some of the most general."""
        knowledge, found = self._knowledge, dict[str, None]()
        for name in (self._draft.label, *self._draft.synonyms):
            said = IntentReader(knowledge, vocabulary_of(knowledge), State()).interpreted(name)
            doubts = [one for doubt in said.unsure if doubt.kind == "task" for one in doubt.options]
            found |= dict.fromkeys([*([said.task] if said.task else []), *doubts])
        general = (one for one, task in knowledge.tasks.items() if not task.broader and one != UNSPECIFIED)
        usable = [one for one in found or islice(general, _SUGGESTED) if knowledge.tasks[one].replaced_by is None]
        return tuple(usable[:_SUGGESTED])

    def _inherited(self) -> list[str]:
        """The needs that the draft takes over from broader tasks."""
        rules = (
            entry.statement
            for task in self._draft.broader
            for entry in Inheritance(self._knowledge, task).demands
            if entry.share != "overridden"
        )
        return list(dict.fromkeys(rule.need for rule in rules if isinstance(rule, DemandRule)))

    def _needs(self, inherited: list[str]) -> tuple[str, ...]:
        """Needs to name as examples: those that most rules raise and this task does not take over."""
        needs, users = self._knowledge.needs, Users.of(self._knowledge)
        known = {*inherited, *(one.need for one in self._draft.demands)}
        counts = {
            one: sum(kind == "rule" for kind, _ in users.get(("need", one)))
            for one, record in needs.items()
            if one not in known and record.kind == "requirement" and record.replaced_by is None
        }
        return tuple(sorted(counts, key=lambda one: (-counts[one], needs[one].label))[:_SHOWN])
