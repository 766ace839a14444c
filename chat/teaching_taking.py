"""Takes in what somebody who teaches a task says: an answer to the question asked, or a change of what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chat import teaching_forms as forms
from chat import teaching_wording as words
from chat.teaching_draft import Draft
from chat.teaching_reading import Demanded, Found, Names, owner_of
from chat.wording import label_of
from kb.definitions import LONGEST_NAME, LONGEST_TEXT, Demand, slug
from kb.model import Knowledge

_LONGEST_NAME_IN_WORDS, _MOST_SYNONYMS = 10, 50


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft after a message.

    Attributes:
        draft: the task as described now.
        lines: what was taken in, in words.
        troubles: what was not, in words.
        told: what is to be said besides.
        changed: whether something that was said before is different now.
        asks: whether the open question is asked after the troubles, which is so unless they ask themselves.
    """

    draft: Draft
    lines: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    changed: bool = False
    asks: bool = True
    told: tuple[str, ...] = ()

    def then(self, other: Taken) -> Taken:
        """What two parts of a message say together."""
        return Taken(
            other.draft,
            (*self.lines, *other.lines),
            (*self.troubles, *other.troubles),
            self.changed or other.changed,
            self.asks and other.asks,
            (*self.told, *other.told),
        )


class Taker:
    """Takes in one message.

    Args:
        knowledge: whose terms are named.
        draft: the task so far.
    """

    def __init__(self, knowledge: Knowledge, draft: Draft) -> None:
        self._knowledge, self._draft = knowledge, draft
        self._names = Names(knowledge, draft.choices)

    # --- Changes ------------------------------------------------------------------------------------------------

    def edited(self, message: str) -> Taken | None:
        """A message that names the part of the task that it is about; None if it names none."""
        conditional = forms.ON_CONDITION.match(message)
        if conditional and self._draft.demands:
            return self._on_condition(conditional.group("rest"))
        for one in forms.edits(message):
            if self._draft.slot == "label" and one.about != "label":
                continue
            if one.about == "remove" and not self._removable(one.text):
                continue
            if one.about in {"broader", "needs"} and one.text and forms.NONE.match(one.text):
                return self._emptied(one.about)
            return self.edit(one)
        return None

    def edit(self, said: forms.Said) -> Taken:
        """A part of the task, be it new or said before."""
        handlers = {
            "label": self._label,
            "synonyms": self._synonyms,
            "broader": self._broader,
            "needs": self._needs,
            "remove": self._removed,
        }
        handler = handlers.get(said.about)
        return handler(said.text) if handler else self._text(said)

    def _text(self, said: forms.Said) -> Taken:
        text = said.text[:LONGEST_TEXT]
        if said.about == "definition":
            return Taken(self._new(definition=text), (f"the definition, {words.defined()}",))
        text = re.sub(r"^(?:that|because)\s+", "", text, flags=re.IGNORECASE)
        return Taken(self._new(reason=text), (f"the reason, {words.defined()}",))

    def _emptied(self, about: str) -> Taken:
        """There is to be no broader task after all, or no need."""
        if about == "broader":
            gone = [label_of(self._knowledge.tasks, one) for one in self._draft.broader]
            draft = self._new(broader=()).settle("broader")
        else:
            gone = [label_of(self._knowledge.needs, one.need) for one in self._draft.demands]
            draft = self._new(demands=()).settle("needs")
        return Taken(draft, tuple(words.removed(one) for one in gone), changed=bool(gone))

    def _removable(self, text: str) -> tuple[str, str] | None:
        """The part of the draft that a text names: "need", "task" or "synonym", with its id or name."""
        need = self._names.one("need", text)
        if need and self._draft.demand(need):
            return "need", need
        task = self._names.one("task", text)
        if task in self._draft.broader and task:
            return "task", task
        found = next((one for one in self._draft.synonyms if one.casefold() == text.casefold()), None)
        return ("synonym", found) if found else None

    def _removed(self, text: str) -> Taken:
        kind, name = self._removable(text) or ("", "")
        if kind == "need":
            label = label_of(self._knowledge.needs, name)
            return Taken(replace(self._draft.without(name), base=0), (words.removed(label),), changed=True)
        if kind == "task":
            rest = tuple(one for one in self._draft.broader if one != name)
            return Taken(self._new(broader=rest), (words.removed(label_of(self._knowledge.tasks, name)),), changed=True)
        left = tuple(one for one in self._draft.synonyms if one != name)
        return Taken(self._new(synonyms=left), (words.removed(name),), changed=True)

    def _on_condition(self, text: str) -> Taken:
        """A condition by itself ("only if ..."): it is about the need spoken of last."""
        need = self._draft.spoken_of or self._draft.demands[-1].need
        when = self._names.condition(text)
        demand = self._draft.demand(need)
        if not when or demand is None:
            return Taken(self._draft, troubles=(words.no_condition(text),))
        draft = self._draft.demanding(Demand(need, demand.strength, when))
        shown = words.demand(self._knowledge, draft.demand(need) or demand)
        return Taken(replace(draft, base=0), (shown,), changed=bool(demand.when))

    # --- Answers ------------------------------------------------------------------------------------------------

    def answered(self, message: str) -> Taken:
        """The answer to the open question."""
        slot = self._draft.slot
        if slot in {"broader", "needs"} and forms.YES.match(message):
            if len(self._draft.choices) != 1:
                return Taken(self._draft, troubles=(words.which_one(),), asks=not self._draft.choices)
            message = "1"
        if slot == "label":
            return self._label(re.sub(r"^(?:it(?:'s| is)|this is|that's) (?:an? )?(?=\S)", "", message, flags=re.I))
        if slot == "synonyms":
            return self._synonyms(message)
        if slot == "broader":
            return self._broader(message)
        return self._strength(message) if slot == "strength" else self._needs(message)

    def passed(self, ended: bool = False) -> Taken:
        """The open question is passed over; once the list of needs is said to be complete, no more are asked for."""
        slot = self._draft.slot
        if slot == "label":
            return Taken(self._draft, troubles=(words.not_a_name(),))
        if slot != "strength":
            return Taken(replace(self._draft.settle(slot), base=0))
        strength = Demand("").strength
        weighed = self._draft
        for one in self._draft.demands:
            if not one.strength and (ended or one.need == self._draft.unweighed):
                weighed = weighed.demanding(Demand(one.need, strength))
        draft = weighed.settle("needs") if ended else weighed
        label = self._knowledge.strengths[strength].label
        return Taken(replace(draft, base=0), told=(words.assumed(label),))

    # --- Parts --------------------------------------------------------------------------------------------------

    def _new(self, draft: Draft | None = None, **parts: object) -> Draft:
        """The draft with new parts: what was shown of it no longer holds."""
        return replace(draft or self._draft, base=0, **parts)  # type: ignore[arg-type]

    def _label(self, text: str) -> Taken:
        name = forms.unquoted(text)
        if name and not slug(name):
            return Taken(self._draft, troubles=(words.no_latin(name),))
        plain = bool(name) and name.isprintable() and len(name) <= LONGEST_NAME
        answers = any(pattern.match(name) for pattern in (forms.YES, forms.NO, forms.HALF))
        if not plain or answers or len(name.split()) > _LONGEST_NAME_IN_WORDS:
            return Taken(self._draft, troubles=(words.not_a_name(),))
        other = owner_of(self._knowledge, name)
        if other is not None:
            return Taken(self._draft, troubles=(words.taken(name, other),), asks=False)
        synonyms = tuple(one for one in self._draft.synonyms if one.casefold() != name.casefold())
        changed = bool(self._draft.label)
        return Taken(self._new(label=name, synonyms=synonyms), (words.named(name),), changed=changed)

    def _synonyms(self, text: str) -> Taken:
        plain = re.sub(
            r"^(?:(?:it(?:'s| is)|people|we|some) )?(?:also )?(?:called|known as|say|call it)\s+", "", text, flags=re.I
        )
        names = [one for part in forms.by_comma(plain) for one in re.split(r"\s+or\s+", part) if forms.unquoted(one)]
        known = {self._draft.label.casefold(), *(one.casefold() for one in self._draft.synonyms)}
        fresh: list[str] = []
        troubles: list[str] = []
        for name in [*dict.fromkeys(map(forms.unquoted, names))][:_MOST_SYNONYMS]:
            if name.casefold() in known:
                continue
            known.add(name.casefold())
            owner = owner_of(self._knowledge, name)
            if owner is not None:
                troubles.append(words.taken(name, owner))
            elif len(name) > LONGEST_NAME or not name.isprintable():
                troubles.append(words.not_a_name())
            else:
                fresh.append(name)
        draft = self._new(synonyms=(*self._draft.synonyms, *fresh))
        lines = (words.also(fresh),) if fresh else ()
        return Taken(draft.settle("synonyms") if fresh or not troubles else draft, lines, tuple(troubles))

    def _broader(self, text: str) -> Taken:
        found = self._names.several(
            "task", re.sub(r"^(?:yes[,. ]+)?(?:(?:it(?:'s| is) )?an? kind of )?", "", text, flags=re.I)
        )
        if not found.terms:
            return Taken(self._draft_offering(found), troubles=(self._missed(found, "task"),), asks=not found.near)
        before = self._draft.broader
        labels = [label_of(self._knowledge.tasks, one) for one in found.terms]
        troubles = (self._missed(found, "task"),) if found.missed else ()
        draft = self._new(broader=found.terms).settle("broader")
        return Taken(draft, (words.kind_of(labels),), troubles, changed=bool(before))

    def _draft_offering(self, found: Found | Demanded) -> Draft:
        return replace(self._draft, choices=found.near or self._draft.choices)

    def _missed(self, found: Found | Demanded, kind: str) -> str:
        terms = self._knowledge.tasks if kind == "task" else self._knowledge.needs
        return words.not_known(found.missed, kind, [label_of(terms, one) for one in found.near])

    def _needs(self, text: str) -> Taken:
        found = self._names.demands(text)
        troubles: tuple[str, ...] = (words.no_condition(found.unread),) if found.unread else ()
        if found.missed:
            troubles = (*troubles, self._missed(found, "need"))
        if not found.demands:
            return Taken(self._draft_offering(found), troubles=troubles, asks=not found.near)
        draft = self._draft
        changed = False
        for one in found.demands:
            changed = changed or draft.demand(one.need) is not None
            draft = draft.demanding(one)
        shown = tuple(
            words.demand(self._knowledge, kept) for one in found.demands if (kept := draft.demand(one.need)) is not None
        )
        return Taken(replace(draft, base=0, choices=()), shown, troubles, changed)

    def _strength(self, text: str) -> Taken:
        need = self._draft.unweighed or ""
        if any(one.strength or one.need != need for one in self._names.demands(text).demands):
            return self._needs(text)  # "make ... moderate", or another need
        strength = self._names.strength(text)
        if strength is None:
            return Taken(self._draft, troubles=(words.no_strength(text),))
        demand = Demand(need, strength)
        conditioned = forms.CONDITION.match(text)
        when = self._names.condition(conditioned.group("rest")) if conditioned else {}
        draft = self._draft.demanding(Demand(need, strength, when) if when else demand)
        return Taken(replace(draft, base=0), (words.demand(self._knowledge, draft.demand(need) or demand),))
