"""The board: what is known of a case as controls, those that matter first, and edits of it read from forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from api.page.packs import Packs, packs_of
from chat.state import State
from chat.wording import plural
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.profile import DENIED
from kb.model import Constraint, Knowledge, Term
from kb.search import Search
from kb.users import Users

Standing = Literal["stated", "inferred", "assumed", "open"]

SHOWN_NEXT = 4
"""How many open questions are in view: those that can move the answer, the engine's next question first."""

SHOWN_REST = 60
"""How many of the other questions are listed; the rest is found by words."""

OFFERED = 200
"""How many needs and techniques can be picked from a list; any can be named in the chat."""

SUGGESTED = 12
"""How many tasks are suggested at a time."""

_ORIGINS: Mapping[str, Standing] = {
    "stated": "stated",
    "derived": "stated",
    "inherited": "inferred",
    "assumed": "assumed",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen."""

    id: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """A constraint as a control.

    Attributes:
        id: the constraint.
        label: its label.
        question: what a person is asked.
        standing: where its value comes from.
        source: from what it was inferred, or the words that stated it.
        ordered: whether the values are a scale.
        choices: its values; none is chosen where nothing is known.
        unit: of its numbers; empty if it takes none.
        number: the number stated, as it is written.
        skipped: whether the user said that this is not known.
    """

    id: str
    label: str
    question: str
    standing: Standing
    source: str
    ordered: bool
    choices: tuple[Choice, ...]
    unit: str
    number: str
    skipped: bool

    @property
    def value(self) -> str:
        """The label of the value that holds; empty if none does."""
        return next((choice.label for choice in self.choices if choice.chosen), "")


@dataclass(frozen=True, slots=True)
class Board:
    """A case as controls.

    Attributes:
        task: label of the task; empty while it is not known.
        quote: the words that told the task.
        told: what was stated.
        next: open questions that can move the answer.
        taken: what was inferred or assumed.
        rest: all others, at most :data:`SHOWN_REST`, where they were asked for.
        more: how many others there are beside these.
        find: the words by which the others were searched; None where they were not asked for.
        needs: needs that were stated or denied: id, label, whether denied.
        exclude: techniques that were ruled out: id and label.
        packs: by which packs the answer is given.
        undoable: whether there is a change to undo.
        offered: what can be stated or ruled out besides: id and label of needs, strengths and techniques.
    """

    task: str
    quote: str
    told: tuple[Control, ...]
    next: tuple[Control, ...]
    taken: tuple[Control, ...]
    rest: tuple[Control, ...]
    more: int
    find: str | None
    needs: tuple[tuple[str, str, bool], ...]
    exclude: tuple[tuple[str, str], ...]
    packs: Packs
    undoable: bool
    offered: Mapping[str, tuple[tuple[str, str], ...]]

    def control(self, constraint: str) -> Control | None:
        """The control of a constraint, wherever it stands."""
        return next((one for one in (*self.told, *self.next, *self.taken, *self.rest) if one.id == constraint), None)


def board_of(recommendation: Recommendation, state: State, find: str | None = None) -> Board:
    """The board of a conversation.

    Args:
        recommendation: the answer for its case.
        state: the conversation.
        find: words by which the other questions are searched, empty for all; None where they are not wanted.
    """
    return _Laying(recommendation, state).board(None if find is None else " ".join(find.split())[:100])


class _Laying:
    """Lays a board out."""

    def __init__(self, recommendation: Recommendation, state: State) -> None:
        self._recommendation, self._state = recommendation, state
        self._knowledge: Knowledge = recommendation.knowledge
        self._values = {entry["constraint"]: entry for entry in recommendation.reply["values"]}
        profile = recommendation.profile
        self._numbers = {value.constraint: value.said for value in profile.values if value.number is not None}
        self._numbers |= {one.constraint: one.said for one in profile.unsettled}

    def board(self, find: str | None) -> Board:
        """The board, other questions searched by words."""
        known = {name: _ORIGINS.get(entry["origin"], "assumed") for name, entry in self._values.items()}
        told = [name for name in self._state.case.constraints if name in known or name in self._numbers]
        following = [name for name in self._next() if name not in told]
        taken = [name for name, how in known.items() if how != "stated" and name not in (*told, *following)]
        seen = {*told, *taken, *following}
        others = [] if find is None else [name for name in self._by_weight(self._open()) if name not in seen]
        if find:
            found = Search(self._knowledge, find, ["constraint"])
            wanted = {name for _, name in found.best(len(self._knowledge.constraints))}
            others = [name for name in others if name in wanted]
        knowledge, case = self._knowledge, self._state.case
        task = knowledge.tasks.get(case.task or "")
        return Board(
            task=task.label if task else "",
            quote=self._state.quotes.get("task", ""),
            told=self._controls(told),
            next=self._controls(following),
            taken=self._controls(taken),
            rest=self._controls(others[:SHOWN_REST]),
            more=max(0, len(others) - SHOWN_REST),
            find=find,
            needs=tuple(
                (need, knowledge.needs[need].label, strength == DENIED)
                for need, strength in case.needs.items()
                if need in knowledge.needs
            ),
            exclude=tuple(
                (name, knowledge.techniques[name].label) for name in case.exclude if name in knowledge.techniques
            ),
            packs=packs_of(self._recommendation),
            undoable=bool(self._state.past),
            offered=self._offered(),
        )

    def _offered(self) -> dict[str, tuple[tuple[str, str], ...]]:
        knowledge, case = self._knowledge, self._state.case
        strengths = sorted(knowledge.strengths.values(), key=lambda strength: -strength.weight)
        needs = [need for need in knowledge.needs.values() if need.id not in case.needs]
        techniques = [one for one in knowledge.techniques.values() if not one.refines and one.id not in case.exclude]
        return {
            "needs": tuple((need.id, need.label) for need in sorted(needs, key=_label)[:OFFERED]),
            "strengths": (*((one.id, one.label) for one in strengths), (DENIED, "not needed")),
            "techniques": tuple((one.id, one.label) for one in sorted(techniques, key=_label)[:OFFERED]),
        }

    def _open(self) -> list[str]:
        """The constraints of which nothing is known: those that can move the answer, then the others."""
        relevant = self._recommendation.reply["confidence"]["relevant"]
        return [
            *dict.fromkeys((*relevant, *(name for name in self._knowledge.constraints if name not in self._values)))
        ]

    def _next(self) -> list[str]:
        asked = self._recommendation.next_question
        skipped = set(self._state.skipped)
        relevant = [
            name
            for name in self._by_weight(self._recommendation.reply["confidence"]["relevant"])
            if name not in skipped
        ]
        first = [asked["constraint"]] if asked and asked["constraint"] not in skipped else []
        return [*dict.fromkeys((*first, *relevant))][:SHOWN_NEXT]

    def _by_weight(self, names: Iterable[str]) -> list[str]:
        """Constraints that can move the answer first, then by how many statements look at them."""
        relevant = set(self._recommendation.reply["confidence"]["relevant"])
        users = Users.of(self._knowledge)
        return sorted(names, key=lambda name: (name not in relevant, -users.count(("constraint", name)), name))

    def _controls(self, names: Iterable[str]) -> tuple[Control, ...]:
        return tuple(self._control(self._knowledge.constraints[name]) for name in names)

    def _control(self, record: Constraint) -> Control:
        entry = self._values.get(record.id)
        holds = entry["value"] if entry else None
        roughly: Standing = "stated" if record.id in self._numbers else "open"
        unit = self._knowledge.units.get(record.unit or "")
        task = self._knowledge.tasks.get((entry or {}).get("inherited_from") or "")
        return Control(
            id=record.id,
            label=record.label,
            question=record.question,
            standing=_ORIGINS.get(entry["origin"], "assumed") if entry else roughly,
            source=task.label if task else self._state.quotes.get(record.id, ""),
            ordered=record.ordered,
            choices=tuple(Choice(value.id, value.label, value.id == holds) for value in record.values),
            unit=plural(unit.label) if unit else "",
            number=self._numbers.get(record.id, ""),
            skipped=record.id in self._state.skipped,
        )


def _label(term: Term) -> str:
    return term.label.casefold()


# --- Edits ------------------------------------------------------------------------------------------------------


def edit_from(form: Mapping[str, str], control: Control | None) -> dict[str, Any]:
    """What a form of the board sets, as :func:`chat.editing.read_edit` takes it.

    Of a value and a number the one counts that differs from what the board shows.
    """
    if "task" in form:
        return {"task": form["task"].strip() or None}
    if form.get("drop"):
        return {"needs": {form["drop"]: None}}
    if form.get("need"):
        return {"needs": {form["need"]: form.get("strength", "")}}
    if form.get("exclude"):
        return {"exclude": [form["exclude"]]}
    if form.get("admit"):
        return {"admit": [form["admit"]]}
    if several := chosen(form):
        return {"constraints": several}
    name, value, typed = form.get("constraint", ""), form.get("value"), form.get("number", "").strip()
    if typed and (control is None or typed != control.number):
        return {"constraints": {name: typed}}
    unchanged = control and control.number and value == next((one.id for one in control.choices if one.chosen), "")
    if unchanged and typed:
        return {}
    return {"constraints": {name: value or None}}


def chosen(form: Mapping[str, str]) -> dict[str, str]:
    """The values that a form sets for several constraints at once, in fields such as "set-<constraint>"."""
    return {name.removeprefix("set-"): value for name, value in form.items() if name.startswith("set-")}


def suggested_tasks(advisor: Advisor, words: str) -> Iterator[str]:
    """Labels of tasks that go by these words, best first; without words some to begin with."""
    tasks = advisor.knowledge.tasks
    search = Search(advisor.knowledge, words, ["task"])
    keys = search.best(SUGGESTED) or (search.nearest(SUGGESTED) if words.strip() else [])
    if keys or words.strip():
        yield from dict.fromkeys(tasks[name].label for _, name in keys)
        return
    for _, name in zip(range(SUGGESTED * 2), tasks, strict=False):
        yield tasks[name].label
