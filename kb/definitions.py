"""The definition of a task as people give it, and whether it makes sense in a knowledge base."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.checks import UNKNOWN
from kb.lexicon import Lexicon
from kb.model import Kind, Knowledge
from kb.namespaces import is_id
from kb.nearest import nearest

LONGEST_NAME, LONGEST_TEXT, MOST_DEMANDS = 120, 4000, 100


@dataclass(frozen=True, slots=True)
class Demand:
    """A need that a task raises.

    Attributes:
        need: id or name of the need.
        strength: id of the strength.
        when: for each constraint (id or name) the value, or the values one of which must hold.
    """

    need: str
    strength: str = "strong"
    when: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDescription:
    """A task as people describe it; the label alone suffices.

    Attributes:
        label: its name.
        id: its id; made of the label where it is empty.
        synonyms: other names.
        broader: ids or names of the tasks whose rules it inherits.
        demands: what it needs beyond them.
        definition: what it is, in a sentence or two.
        reason: why it is added and why it needs what it needs.
    """

    label: str
    id: str = ""
    synonyms: Sequence[str] = ()
    broader: Sequence[str] = ()
    demands: Sequence[Demand] = ()
    definition: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a change.

    Attributes:
        path: where, as a JSON pointer into the definition (RFC 6901).
        message: what is wrong.
        expected: what would be right.
        nearest: the nearest valid choices, best first.
    """

    path: str
    message: str
    expected: str = ""
    nearest: tuple[str, ...] = ()


class ChangeError(ValueError):
    """A change that makes no sense; ``problems`` lists everything wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in self.problems))


def check_definition(knowledge: Knowledge, definition: TaskDescription, replaces: str | None = None) -> TaskDescription:
    """The same definition with every name replaced by the id it stands for.

    Args:
        knowledge: what the task is added to.
        definition: the task.
        replaces: the id of the task that it takes the place of, if any.

    Raises:
        ChangeError: with every problem.
    """
    checker = _Checker(knowledge, replaces)
    checked = checker.definition(definition)
    if checker.problems:
        raise ChangeError(checker.problems)
    return checked


def slug(label: str) -> str:
    """A kebab-case id made of a label; empty if it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


class _Checker:
    def __init__(self, knowledge: Knowledge, replaces: str | None) -> None:
        self.knowledge = knowledge
        self.lexicon = Lexicon(knowledge)
        self.replaces = replaces
        self.problems: list[Problem] = []

    def definition(self, given: TaskDescription) -> TaskDescription:
        own = given.id or slug(given.label)
        label = self.name("/label", given.label, own)
        synonyms = [self.name(f"/synonyms/{place}", one, own) for place, one in enumerate(given.synonyms)]
        self.text("/definition", given.definition)
        self.text("/reason", given.reason)
        if len(given.demands) > MOST_DEMANDS:
            self.report("/demands", f"{len(given.demands)} demands are too many", f"at most {MOST_DEMANDS}")
        demands = [self.demand(place, one) for place, one in enumerate(given.demands[:MOST_DEMANDS])]
        task = self.id(given.id, label)
        broader = [self.term("task", f"/broader/{place}", one) for place, one in enumerate(given.broader)]
        if task and task in broader:
            self.report("/broader", f"{task} cannot be broader than itself", "another task")
        return TaskDescription(
            label=label,
            id=task,
            synonyms=tuple(sorted({one for one in synonyms if one and one != label})),
            broader=tuple(sorted({one for one in broader if one})),
            demands=tuple(demands),
            definition=given.definition.strip(),
            reason=given.reason.strip(),
        )

    def report(self, path: str, message: str, expected: str = "", near: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem(path, message, expected, near))

    def id(self, given: str, label: str) -> str:
        path = "/id" if given else "/label"
        task = given or slug(label)
        if not given and label and not task:
            self.report("/id", f"no id can be made of the label '{label}'", "an id in kebab-case, such as two-words")
        elif given and not is_id(given):
            near = (slug(given),) if slug(given) else ()
            self.report("/id", f"'{given}' is no id", "lower-case letters and digits in kebab-case", near)
        elif task in self.knowledge.tasks and task != self.replaces:
            self.report(path, f"the task {task} already exists", "an id that is not taken")
        elif task == UNKNOWN:
            self.report(path, f"'{UNKNOWN}' stands for no task", "another name")
        return task

    def name(self, path: str, given: str, own: str) -> str:
        name = " ".join(given.split())
        if not name:
            self.report(path, "the name is empty", "a few words")
        elif len(name) > LONGEST_NAME or not name.isprintable():
            self.report(path, "the name is too long or not printable", f"at most {LONGEST_NAME} characters")
        else:
            other = self.lexicon.find("task", name)
            # That a task exists by the new one's own id is reported with the id.
            if other is not None and other not in (self.replaces, own):
                self.report(path, f"'{name}' is already a name of the task {other}", "a name that is not taken")
        return name

    def text(self, path: str, given: str) -> None:
        if len(given) > LONGEST_TEXT or "\x00" in given:
            self.report(path, "the text is too long or not printable", f"at most {LONGEST_TEXT} characters")

    def demand(self, place: int, given: Demand) -> Demand:
        need = self.term("need", f"/demands/{place}/need", given.need)
        strengths = sorted(self.knowledge.strengths, key=lambda one: -self.knowledge.strengths[one].weight)
        if given.strength not in strengths:
            message = f"'{given.strength}' is no strength"
            near = nearest(given.strength, strengths)
            self.report(f"/demands/{place}/strength", message, f"one of {', '.join(strengths)}", near)
        when: dict[str, tuple[str, ...]] = {}
        for name, values in given.when.items():
            path = f"/demands/{place}/when/{name.replace('~', '~0').replace('/', '~1')}"
            constraint = self.term("constraint", path, name)
            if constraint:
                when[constraint] = self.values(path, constraint, (values,) if isinstance(values, str) else values)
        return Demand(need, given.strength, when)

    def values(self, path: str, constraint: str, given: Sequence[str]) -> tuple[str, ...]:
        known = [value.id for value in self.knowledge.constraints[constraint].values]
        found = [(one, self.lexicon.find_value(constraint, one)) for one in given]
        for one, value in found:
            if value is None:
                near = self.lexicon.nearest_values(constraint, one)
                self.report(path, f"'{one}' is no value of {constraint}", f"one of {', '.join(known)}", near)
        if not given:
            self.report(path, f"no value of {constraint} is named", f"one of {', '.join(known)}")
        return tuple(sorted({value for _, value in found if value is not None}))

    def term(self, kind: Kind, path: str, given: str) -> str:
        found = self.lexicon.find(kind, given)
        if found is None:
            near = self.lexicon.nearest(kind, given)
            self.report(path, f"there is no {kind} '{given}'", f"the id of a {kind}", near)
        return found or ""
