"""Changes: a task described in a few fields becomes statements, and is checked before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import cast

import pyoxigraph as ox

from kb.definitions import ChangeError, Demand, Problem, TaskDescription, check_definition
from kb.described import inner_nodes
from kb.findings import Finding
from kb.graph import Key
from kb.index import split_value
from kb.lexicon import Lexicon
from kb.model import Kind, Knowledge, Statement
from kb.namespaces import iri, try_split
from kb.neighbours import inspect_change
from kb.packs import graph_of
from kb.quads import line_of, parse_lines
from kb.source_lines import Source
from kb.statement_writer import LOCAL, StatementWriter
from kb.store import Snapshot
from kb.users import users_of
from kb.versions import Version, now

__all__ = [
    "LOCAL",
    "Change",
    "ChangeError",
    "Demand",
    "Problem",
    "TaskDescription",
    "add_task",
    "rehearse",
    "remove_task",
    "replace_task",
]


MOST_NAMED = 20
"""How many of those who still name a task a refusal names."""


@dataclass(frozen=True)
class Change:
    """What a change adds and removes, for the version it was made for.

    Attributes:
        base: the number of that version.
        added: quads to add.
        removed: quads to remove.
        author: who makes it.
        reason: why, in a sentence that history shows.
        term: the term it is about; None if it is about no single one.
        source: the document in which it was sent, to tell lines in messages; None where there is none.
    """

    base: int
    added: tuple[ox.Quad, ...]
    removed: tuple[ox.Quad, ...]
    author: str
    reason: str
    term: tuple[Kind, str] | None = None
    source: Source | None = None

    @cached_property
    def terms(self) -> frozenset[Key]:
        """The terms of which it adds or removes something, as far as they are records of their own."""
        names = {quad.subject.value for quad in (*self.added, *self.removed) if isinstance(quad.subject, ox.NamedNode)}
        found = (try_split(name) for name in names)
        return frozenset(_record(*split) for split in found if split is not None)


def _record(kind: str, term_id: str) -> Key:
    """The record that holds a term: a value belongs to its constraint."""
    return ("constraint", split_value(term_id)[0]) if kind == "value" else (cast("Kind", kind), term_id)


def add_task(snapshot: Snapshot, definition: TaskDescription, author: str, on: date | None = None) -> Change:
    """A new task with its demand rules, in the pack of this installation.

    Args:
        snapshot: what the task is added to.
        definition: the task; a label alone suffices.
        author: who judges so.
        on: the date of the judgement, today by default.

    Raises:
        ChangeError: with every problem of the definition.
    """
    task = check_definition(snapshot.knowledge, definition)
    writer = StatementWriter(snapshot.knowledge, author, on or _today())
    reason = definition.reason or f"Add the task {task.label}"
    return Change(snapshot.version.number, tuple(writer.task(task)), (), author, reason, ("task", task.id))


def replace_task(snapshot: Snapshot, definition: TaskDescription, author: str, on: date | None = None) -> Change:
    """The same task described anew: what was said of it before goes, in one change.

    Raises:
        ChangeError: if there is no such task, it is not this installation's own, or the definition has problems.
    """
    owned = _owned(snapshot.knowledge, definition.id)
    task = check_definition(snapshot.knowledge, definition, replaces=definition.id)
    taken = StatementWriter(snapshot.knowledge, author, on or _today(), free=owned)
    removed = _quads_of(snapshot, owned)
    added = tuple(taken.task(task))
    reason = definition.reason or f"Change the task {task.label}"
    return Change(snapshot.version.number, added, removed, author, reason, ("task", task.id))


def remove_task(snapshot: Snapshot, task: str, author: str, reason: str = "") -> Change:
    """Take away a task that this installation added, with the rules that came with it.

    Raises:
        ChangeError: if there is no such task, it came with the program, or something else still names it.
    """
    knowledge = snapshot.knowledge
    owned = _owned(knowledge, task)
    others = [key for key in users_of(knowledge, ("task", task)) if key not in owned]
    if others:
        users = ", ".join(f"{kind}:{term_id}" for kind, term_id in others[:MOST_NAMED])
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        message = f"the task {task} is still named by {users}{more}"
        expected = "a task that nothing else names; change or remove those first, or deprecate the task instead"
        raise ChangeError([Problem("/id", message, expected)])
    why = reason or f"Remove the task {knowledge.tasks[task].label}"
    return Change(snapshot.version.number, (), _quads_of(snapshot, owned), author, why, ("task", task))


def rehearse(snapshot: Snapshot, change: Change) -> tuple[Snapshot, list[Finding]]:
    """What a change would make of a version, without saving it.

    Returns:
        The version after the change (its records without terms that cannot be read), and the findings on form and
        structure that the change brings in; findings of severity error refuse it. What statements say is for
        :mod:`engine.verification` to look at.
    """
    content, step = snapshot.after(map(line_of, change.added), map(line_of, change.removed))
    findings = inspect_change(snapshot.knowledge, step)
    number = snapshot.version.number
    version = Version(number + 1, content.content_hash, change.author, change.reason, now(), number)
    return Snapshot(version, content, step.knowledge), findings


def _today() -> date:
    return datetime.now(UTC).date()


def _owned(knowledge: Knowledge, task: str) -> set[tuple[Kind, str]]:
    """A task of this installation, the statements that came with it, and the claims on which only these rest.

    Raises:
        ChangeError: if there is no such task or it is not this installation's own.
    """
    record = knowledge.tasks.get(task)
    if record is None:
        near = Lexicon(knowledge).nearest("task", task)
        raise ChangeError([Problem("/id", f"there is no task {task}", "the id of a task", near)])
    if record.pack != LOCAL:
        message = f"the task {task} belongs to the pack {record.pack}, which came with the program"
        raise ChangeError([Problem("/id", message, "a task that was added here; any task can be deprecated")])
    owned: set[tuple[Kind, str]] = {("task", task)}
    for kind, term_id in users_of(knowledge, ("task", task)):
        statement = knowledge.find(kind, term_id)
        if isinstance(statement, Statement) and statement.pack == LOCAL and _came_with(statement, {*record.claims}):
            owned.add((kind, term_id))
    for claim in record.claims:
        if knowledge.claims[claim].pack == LOCAL and {*users_of(knowledge, ("claim", claim))} <= owned:
            owned.add(("claim", claim))
    return owned


def _came_with(statement: Statement, claims: set[str]) -> bool:
    return bool(statement.claims) and {*statement.claims} <= claims


def _quads_of(snapshot: Snapshot, terms: set[tuple[Kind, str]]) -> tuple[ox.Quad, ...]:
    """The quads of terms in the pack of this installation, with their conditions."""
    graph, content = graph_of(LOCAL), snapshot.content
    names = [iri(kind, term_id) for kind, term_id in sorted(terms)]
    names += sorted(inner_nodes([content], names))
    lines = (line for name in names for line in content.lines_about(name))
    return tuple(quad for quad in parse_lines("\n".join(lines)) if quad.graph_name == graph)
