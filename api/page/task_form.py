"""A task as a form has it: what was typed, what it means, and where in it something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from werkzeug.datastructures import MultiDict

from api.page.forms import base_of
from api.problems import Fault
from kb.changes import Demand, TaskDescription
from kb.definitions import LONGEST_TEXT, MOST_DEMANDS
from kb.graph import Key
from kb.lexicon import Lexicon, normal
from kb.model import AllOf, Condition, DemandRule, Kind, Knowledge, Statement, TaskIs, ValueIs
from kb.users import Users

MOST_SUGGESTED = 300
"""Of kinds with more names than this those that fit are fetched while somebody types."""

_ROW = re.compile(r"(?:need|strength|when)-(\d{1,3})")
_POINTER = re.compile(r"/demands/(\d+)(?:/(need|strength|when))?")


@dataclass(slots=True)
class DemandRow:
    """A need in the form, with conditions as they were typed."""

    need: str = ""
    strength: str = ""
    when: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.need and not any(self.when)


@dataclass(slots=True)
class TaskForm:
    """What stands in the form.

    Attributes:
        label: the name.
        id: the id; made of the label where it is empty.
        synonyms: other names, one a line.
        broader: names or ids of the tasks above.
        demands: the needs.
        definition: what it is.
        reason: why.
        task: the id of the task that is described anew; empty for a new one.
        base: the version that was looked at.
    """

    label: str = ""
    id: str = ""
    synonyms: str = ""
    broader: list[str] = field(default_factory=list)
    demands: list[DemandRow] = field(default_factory=list)
    definition: str = ""
    reason: str = ""
    task: str = ""
    base: int = 0

    @classmethod
    def sent(cls, form: MultiDict[str, str], task: str = "") -> TaskForm:
        """What was sent; numbers that are none are left out."""
        rows = sorted({int(found[1]) for name in form if (found := _ROW.fullmatch(name))})[: MOST_DEMANDS + 1]
        return cls(
            label=form.get("label", ""),
            id=form.get("id", "").strip(),
            synonyms=form.get("synonyms", ""),
            broader=[one.strip() for one in form.getlist("broader") if one.strip()],
            demands=[
                DemandRow(
                    form.get(f"need-{row}", "").strip(),
                    form.get(f"strength-{row}", ""),
                    [one.strip() for one in form.getlist(f"when-{row}") if one.strip()],
                )
                for row in rows
            ],
            definition=form.get("definition", ""),
            reason=form.get("reason", ""),
            task=task,
            base=base_of(form),
        )

    @property
    def is_empty(self) -> bool:
        """Whether it has no name yet: then there is nothing to look at."""
        return not self.label.strip()

    def description(self, names: Names) -> TaskDescription:
        """The task that is meant; names are resolved and checked where it becomes a change."""
        return TaskDescription(
            label=self.label,
            id=self.task or self.id,
            synonyms=[one.strip() for one in self.synonyms.splitlines() if one.strip()],
            broader=self.broader,
            demands=[
                Demand(row.need, row.strength, names.conditions(row.when)) for row in self.demands if not row.is_empty
            ],
            definition=self.definition.replace("\r\n", "\n")[: LONGEST_TEXT + 1],
            reason=self.reason.replace("\r\n", "\n")[: LONGEST_TEXT + 1],
        )

    def place(self, fault: Fault) -> str:
        """The id of the field that a fault is about; empty where it is about no single one."""
        pointer = fault.pointer or ""
        if found := _POINTER.match(pointer):
            rows = [number for number, row in enumerate(self.demands) if not row.is_empty]
            place = int(found[1])
            row = rows[place] if place < len(rows) else 0
            return f"when-{row}-0" if found[2] == "when" else f"{found[2] or 'need'}-{row}"
        head, _, rest = pointer.removeprefix("/").partition("/")
        if head == "broader":
            return f"broader-{rest or 0}"
        return head if head in ("label", "id", "synonyms", "definition", "reason") else ""


def in_names(names: Names, place: str, fault: Fault) -> Fault:
    """A fault of a field whose nearest choices are called as the form calls them."""
    kind: Kind | None = "task" if place.startswith("broader") else "need" if place.startswith("need") else None
    return replace(fault, nearest=tuple(names.of(kind, one) for one in fault.nearest)) if kind else fault


class Names:
    """By what names a form speaks of terms: labels, and ids where a label stands for several."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._lexicon = Lexicon(knowledge)

    def of(self, kind: Kind, term_id: str) -> str:
        """What a term is called in the form."""
        term = self.knowledge.find(kind, term_id)
        return term.label if term and self._lexicon.find(kind, term.label) == term_id else term_id

    def all(self, kind: Kind) -> list[str]:
        """Every name of a kind in order; empty where there are too many."""
        terms = self.knowledge.of(kind)
        if len(terms) > MOST_SUGGESTED:
            return []
        return sorted((self.of(kind, one) for one in terms if terms[one].replaced_by is None), key=str.casefold)

    @cached_property
    def all_conditions(self) -> dict[str, tuple[str, str]]:
        """Every condition that a constraint has a value, by its text."""
        found: dict[str, tuple[str, str]] = {}
        for constraint in self.knowledge.constraints.values():
            for value in constraint.values:
                text = f"{self.of('constraint', constraint.id)}: {value.label}"
                text = text if text not in found else f"{constraint.id}: {value.id}"
                found[text] = (constraint.id, value.id)
        return found

    def condition(self, constraint: str, value: str) -> str:
        """A condition as the form says it."""
        texts = {pair: text for text, pair in self.all_conditions.items()}
        return texts.get((constraint, value), f"{constraint}: {value}")

    def conditions(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """What conditions mean: for each constraint the values one of which must hold."""
        known = {normal(text): pair for text, pair in self.all_conditions.items()}
        found: dict[str, list[str]] = {}
        for text in texts:
            pair = known.get(normal(text))
            if pair is None:
                constraint, _, value = (text if ":" in text else text.replace("=", ":", 1)).partition(":")
                pair = constraint.strip(), value.strip()
            found.setdefault(pair[0], []).append(pair[1])
        return found


def form_of(knowledge: Knowledge, task: str, base: int) -> tuple[TaskForm, list[Key]]:
    """A task as the form has it, and the statements that came with it and that the form cannot say.

    Args:
        knowledge: where it is.
        task: its id.
        base: the number of the version.
    """
    record, names = knowledge.tasks[task], Names(knowledge)
    claims = {*record.claims}
    rows: list[DemandRow] = []
    unsaid: list[Key] = []
    for kind, name in Users.of(knowledge).get(("task", task)):
        statement = knowledge.find(kind, name)
        came_along = isinstance(statement, Statement) and statement.pack == record.pack
        if not came_along or not statement or not {*statement.claims} or not {*statement.claims} <= claims:
            continue
        when = _plain(statement.when, task) if isinstance(statement, DemandRule) else None
        if when is None or not isinstance(statement, DemandRule):
            unsaid.append((kind, name))
        else:
            texts = [names.condition(constraint, value) for constraint, values in when for value in values]
            rows.append(DemandRow(names.of("need", statement.need), statement.strength, texts))
    reasons = [knowledge.claims[one].text for one in record.claims if one in knowledge.claims]
    form = TaskForm(
        label=record.label,
        synonyms="\n".join(record.synonyms),
        broader=[names.of("task", one) for one in record.broader],
        demands=rows,
        definition=record.definition,
        reason=reasons[0] if reasons else "",
        task=task,
        base=base,
    )
    return form, unsaid


def _plain(condition: Condition, task: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """The constraints with their values that a condition asks for beside the task; None if it asks for more."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    found: list[tuple[str, tuple[str, ...]]] = []
    for part in parts:
        if isinstance(part, ValueIs) and part.operator == "is":
            found.append((part.constraint, part.values))
        elif part != TaskIs(task):
            return None
    return found if len({constraint for constraint, _ in found}) == len(found) and TaskIs(task) in parts else None
