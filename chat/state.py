"""What a conversation has established so far, as plain data that survives a restart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeAlias

from chat.scales import ends_of
from chat.teaching_draft import Draft
from kb.model import Knowledge

STEPS_BACK = 20
"""How many changes of a case can be undone."""

Number: TypeAlias = int | float
# The number of a message, and where words in it begin and end.
Span: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """The application as understood: what a profile is made of, and by which packs it is asked.

    Attributes:
        task: its id.
        constraints: values and numbers by constraint.
        needs: strengths by need.
        exclude: techniques that are ruled out.
        packs: the packs that count; None for those that are switched on.
    """

    task: str | None = None
    constraints: Mapping[str, str | Number] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.task or self.constraints or self.needs or self.exclude)

    def merged(self, changes: Case) -> Case:
        """This case with changes on top."""
        return Case(
            task=changes.task or self.task,
            constraints={**self.constraints, **changes.constraints},
            needs={**self.needs, **changes.needs},
            exclude=tuple(dict.fromkeys((*self.exclude, *changes.exclude))),
            packs=self.packs if changes.packs is None else changes.packs,
        )

    def without(self, names: Collection[str]) -> Case:
        """This case without some constraints and needs."""
        return replace(
            self,
            constraints={name: value for name, value in self.constraints.items() if name not in names},
            needs={need: strength for need, strength in self.needs.items() if need not in names},
        )

    def beside(self, other: Case) -> Case:
        """What of this case is not so in another."""
        return Case(
            task=self.task if self.task != other.task else None,
            constraints={
                name: value for name, value in self.constraints.items() if other.constraints.get(name) != value
            },
            needs={need: strength for need, strength in self.needs.items() if other.needs.get(need) != strength},
            exclude=tuple(technique for technique in self.exclude if technique not in other.exclude),
            packs=self.packs if self.packs != other.packs else None,
        )

    def as_dict(self) -> dict[str, Any]:
        """As the arguments of a profile."""
        return {
            "task": self.task,
            "constraints": dict(self.constraints),
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
        }

    def kept(self) -> dict[str, Any]:
        """All of it, as it is stored."""
        return {**self.as_dict(), "packs": None if self.packs is None else list(self.packs)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Case:
        """From :meth:`kept`."""
        packs = data.get("packs")  # cases kept by earlier versions have none
        return cls(
            data["task"],
            dict(data["constraints"]),
            dict(data["needs"]),
            tuple(data["exclude"]),
            None if packs is None else tuple(packs),
        )

    def known_to(self, knowledge: Knowledge) -> Case:
        """The case without what the knowledge base does not have (any more)."""
        constraints = {
            name: value
            for name, value in self.constraints.items()
            if (record := knowledge.constraints.get(name))
            and (not isinstance(value, str) or record.value(value) or (record.unit and ends_of(value)))
        }
        return Case(
            task=self.task if self.task in knowledge.tasks else None,
            constraints=constraints,
            needs={need: strength for need, strength in self.needs.items() if need in knowledge.needs},
            exclude=tuple(technique for technique in self.exclude if technique in knowledge.techniques),
            packs=None if self.packs is None else tuple(pack for pack in self.packs if pack in knowledge.packs),
        )


@dataclass(frozen=True, slots=True)
class State:
    """A conversation.

    Attributes:
        case: the application as understood.
        quotes: for a task ("task"), constraint, need or exclusion the words that led to it.
        skipped: constraints to which the user has no answer; not asked again.
        pending: the constraint that was asked last, if its answer is still open.
        trial: the last "what if", for the case that it is to be kept.
        ranking: ids of the techniques in the order last shown, for "the second".
        focus: the technique last spoken of, for "that one".
        last_act: what the previous message was taken for.
        wishes: techniques the user wished for.
        spans: for each constraint and need the message that stated it, and where in it the words begin and end.
        turn: how many messages there were.
        options: ids of the tasks of which the last reply asked which it is.
        past: the cases before each of the last changes, the newest last, for going back.
        draft: the task that is being described, in order to add it to the knowledge; None while none is.
    """

    case: Case = field(default_factory=Case)
    quotes: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    pending: str | None = None
    trial: Case | None = None
    ranking: tuple[str, ...] = ()
    focus: str | None = None
    last_act: str = ""
    wishes: tuple[str, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)
    turn: int = 0
    options: tuple[str, ...] = ()
    past: tuple[Case, ...] = ()
    draft: Draft | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        data = {name: getattr(self, name) for name in (item.name for item in fields(self))}
        return {
            **data,
            "case": self.case.kept(),
            "trial": self.trial.kept() if self.trial else None,
            "quotes": dict(self.quotes),
            "spans": {name: list(span) for name, span in self.spans.items()},
            "past": [case.kept() for case in self.past],
            "draft": self.draft.as_dict() if self.draft else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> State:
        """From :meth:`as_dict`."""
        return cls(
            case=Case.from_dict(data["case"]),
            quotes=dict(data["quotes"]),
            skipped=tuple(data["skipped"]),
            pending=data["pending"],
            trial=Case.from_dict(data["trial"]) if data["trial"] else None,
            ranking=tuple(data["ranking"]),
            focus=data["focus"],
            last_act=data["last_act"],
            wishes=tuple(data["wishes"]),
            # Conversations kept by earlier versions have neither.
            spans={name: (turn, start, end) for name, (turn, start, end) in data.get("spans", {}).items()},
            turn=data.get("turn", 0),
            options=tuple(data.get("options", ())),
            past=tuple(Case.from_dict(case) for case in data.get("past", ())),
            draft=Draft.from_dict(data["draft"]) if data.get("draft") else None,
        )

    def following(self, before: State) -> State:
        """This state, with the case of the one before it kept if it changed; what went back keeps what is left."""
        if len(self.past) < len(before.past):
            return self
        past = before.past if self.case == before.case else (*before.past, before.case)
        return replace(self, past=past[-STEPS_BACK:])

    @property
    def offered(self) -> bool:
        """Whether the last reply was a "what if", so that a bare yes or no is about it."""
        return self.trial is not None and self.last_act == "what-if"

    def from_the_words_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Other constraints and needs that were stated by the same words as ``names``, or by some of them."""
        known = {name: self.spans[name] for name in names if name in self.spans}
        return tuple(
            other
            for other, span in self.spans.items()
            if other not in known
            and (other in self.case.constraints or other in self.case.needs)
            and any(_overlap(span, theirs) for theirs in known.values())
        )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the program answers.

    Attributes:
        reply: the text, in short paragraphs; a list has "- " before its items.
        act: what the message was taken for.
        recommendation: the answer of the REST interface for the application as understood, or None before there is one.
        next_question: the question asked at the end of the reply, with its values, or None.
        suggestions: things to say next.
    """

    reply: str
    act: str
    recommendation: dict[str, Any] | None = None
    next_question: dict[str, Any] | None = None
    suggestions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As the REST interface sends it."""
        return {**asdict(self), "suggestions": list(self.suggestions)}


def forgotten(state: State, key: str) -> State:
    """The state without the words kept for ``key``."""
    return replace(state, quotes={name: quote for name, quote in state.quotes.items() if name != key})
