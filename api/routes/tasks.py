"""Adding, replacing and removing tasks while the server runs.

The operations join those of :mod:`api.routes.knowledge`, as an address belongs to one blueprint.
"""

from __future__ import annotations

from flask import Response

from api.auth import key_holder, needs_key
from api.changing import SECURITY, TAGS, Outcome, change, result
from api.documents import term_document
from api.problems import Fault, ProblemError, invalid, not_found
from api.routes.knowledge import blueprint, term_link
from api.schemas.base import problems
from api.schemas.knowledge import ChangeQuery, ChangeResult, Deprecation, TaskRequest, TermPath
from kb.changes import (
    LOCAL,
    Change,
    Demand,
    TaskDescription,
    add_task,
    remove_task,
    replace_task,
)
from kb.definitions import slug
from kb.deprecation import deprecate_task, restore_task
from kb.nearest import nearest
from kb.store import Snapshot

_REFUSALS = problems(400, 401, 409, 412, 413, 415, 422)


@blueprint.post(
    "/tasks",
    tags=TAGS,
    security=SECURITY,
    responses={200: ChangeResult, 201: ChangeResult, 202: ChangeResult, **_REFUSALS},
)
@needs_key
def add(body: TaskRequest, query: ChangeQuery) -> Response:
    """Add a task; every request that starts after the answer knows it. A label alone suffices."""
    definition = _definition(body)
    task = definition.id or slug(definition.label)

    def make(snapshot: Snapshot) -> Change:
        if task in snapshot.knowledge.tasks:
            detail = f"There is a task “{task}” already. Choose another id"
            if snapshot.knowledge.tasks[task].pack == LOCAL:
                detail += f", or replace it: PUT {term_link('task', task)}"
            detail += "."
            fault = Fault(detail, pointer="/id" if definition.id else "/label", expected="an id that is not taken")
            raise ProblemError(409, "id-taken", "The id is taken", detail, (fault,))
        return add_task(snapshot, definition, key_holder())

    outcome = change(make, query)
    response = _result(outcome, task)
    if outcome.saved:
        response.status_code = 201
        response.headers["Location"] = term_link("task", task)
    return response


@blueprint.put(
    "/tasks/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: ChangeResult, 202: ChangeResult, **problems(404), **_REFUSALS},
)
@needs_key
def replace(path: TermPath, body: TaskRequest, query: ChangeQuery) -> Response:
    """Describe a task anew that was added here."""
    if body.id not in (None, path.term_id):
        detail = f"The body is about “{body.id}”, the address about “{path.term_id}”."
        raise invalid([Fault(detail, pointer="/id", expected=path.term_id)])
    definition = _definition(body, path.term_id)

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        return replace_task(snapshot, definition, key_holder())

    return _result(change(make, query), path.term_id)


@blueprint.delete(
    "/tasks/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: ChangeResult, 202: ChangeResult, **problems(404), **_REFUSALS},
)
@needs_key
def remove(path: TermPath, query: ChangeQuery) -> Response:
    """Remove a task that was added here."""

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        return remove_task(snapshot, path.term_id, key_holder())

    return _result(change(make, query), path.term_id)


@blueprint.post(
    "/tasks/<term_id>/deprecate",
    tags=TAGS,
    security=SECURITY,
    responses={200: ChangeResult, 202: ChangeResult, **problems(404), **_REFUSALS},
)
@needs_key
def deprecate(path: TermPath, body: Deprecation, query: ChangeQuery) -> Response:
    """Take a task out of use in favour of another, or (with null) back into use.

    It stays where it is named, and whoever asks about it is answered for the other, with a hint.
    """

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        if body.replaced_by is None:
            return restore_task(snapshot, path.term_id, key_holder(), body.reason)
        return deprecate_task(snapshot, path.term_id, body.replaced_by, key_holder(), body.reason)

    return _result(change(make, query), path.term_id)


def _definition(body: TaskRequest, task_id: str | None = None) -> TaskDescription:
    return TaskDescription(
        label=body.label,
        id=task_id or body.id or "",
        synonyms=body.synonyms,
        broader=[body.broader] if isinstance(body.broader, str) else body.broader,
        demands=[Demand(demand.need, demand.strength, demand.when) for demand in body.demands],
        definition=body.definition,
        reason=body.reason,
    )


def _require(snapshot: Snapshot, task: str) -> None:
    if task not in snapshot.knowledge.tasks:
        raise not_found("task", task, nearest(task, snapshot.knowledge.tasks))


def _result(outcome: Outcome, task: str) -> Response:
    """What was, or would be, different, and the task as it is then."""
    record = outcome.preview.knowledge.tasks.get(task)
    return result(outcome, task=term_document(record) if record else None)
