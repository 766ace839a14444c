"""Taking a task out of use without taking it away: whoever still names it is led to the one that replaces it.

Terms are never used again for something else (dcterms:isReplacedBy), so that answers given with a deprecated task can
still be looked at, and those who say its name are understood.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyoxigraph as ox

from kb.changes import Change, ChangeError
from kb.definitions import Problem
from kb.index import REPLACED_BY
from kb.lexicon import Lexicon
from kb.namespaces import iri
from kb.packs import graph_of
from kb.statement_writer import LOCAL, StatementWriter
from kb.store import Snapshot


def deprecate_task(
    snapshot: Snapshot, task: str, replaced_by: str, author: str, reason: str = "", on: date | None = None
) -> Change:
    """A task is from now on replaced by another; it may have come with the program.

    Args:
        snapshot: what it is changed in.
        task: the id of the task.
        replaced_by: id or name of the task that takes its place.
        author: who says so.
        reason: why.
        on: the date, today by default.

    Raises:
        ChangeError: if there is no such task, it is deprecated already, or it would replace itself.
    """
    knowledge, lexicon = snapshot.knowledge, Lexicon(snapshot.knowledge)
    if task not in knowledge.tasks:
        near = lexicon.nearest("task", task)
        raise ChangeError([Problem("/id", f"there is no task {task}", "the id of a task", near)])
    if now := knowledge.tasks[task].replaced_by:
        message = f"the task {task} is deprecated already, in favour of {now}"
        raise ChangeError([Problem("/id", message, "a task that is in use")])
    found = lexicon.find("task", replaced_by)
    if found is None:
        near = lexicon.nearest("task", replaced_by)
        message = f"there is no task '{replaced_by}'"
        raise ChangeError([Problem("/replaced_by", message, "the id of a task", near)])
    if found == task:
        message = f"{replaced_by} leads back to {task}, which cannot replace itself"
        raise ChangeError([Problem("/replaced_by", message, "another task")])
    header = StatementWriter(knowledge, author, on or datetime.now(UTC).date()).pack()
    why = reason or f"Deprecate the task {knowledge.tasks[task].label} in favour of {knowledge.tasks[found].label}"
    added = (*header, _replaced(task, found))
    return Change(snapshot.version.number, added, (), author, why, ("task", task))


def restore_task(snapshot: Snapshot, task: str, author: str, reason: str = "") -> Change:
    """A task that was deprecated here is in use again.

    Raises:
        ChangeError: if it is in use, or was deprecated elsewhere than here.
    """
    record = snapshot.knowledge.tasks.get(task)
    now = record.replaced_by if record else None
    if now is None:
        raise ChangeError([Problem("/id", f"the task {task} is not deprecated", "a task that is deprecated")])
    said = _replaced(task, now)
    if f"{said} ." not in snapshot.content:
        message = f"the task {task} was deprecated by the pack that brought it"
        raise ChangeError([Problem("/id", message, "a task that was deprecated here")])
    return Change(snapshot.version.number, (), (said,), author, reason or f"Use the task {task} again", ("task", task))


def _replaced(task: str, other: str) -> ox.Quad:
    predicate = ox.NamedNode(REPLACED_BY)
    subject, value = (ox.NamedNode(iri("task", one)) for one in (task, other))
    return ox.Quad(subject, predicate, value, graph_of(LOCAL))
