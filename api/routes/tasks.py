"""Adding, replacing and removing tasks while the server runs.

The operations join those of :mod:`api.routes.knowledge`, as an address belongs to one blueprint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask_openapi import Tag

from api.auth import key_holder, needs_key
from api.documents import finding_document, term_document
from api.problems import Fault, ProblemError, invalid, not_found
from api.routes.knowledge import blueprint, term_link
from api.schemas.base import problems
from api.schemas.knowledge import ChangeQuery, ChangeResult, TaskRequest, TermPath
from api.services import services
from kb.changes import (
    LOCAL,
    Change,
    ChangeError,
    Demand,
    TaskDescription,
    add_task,
    remove_task,
    replace_task,
)
from kb.definitions import slug
from kb.findings import InvalidKnowledgeError
from kb.graph import all_terms
from kb.model import Knowledge
from kb.nearest import nearest
from kb.store import BaseMovedError, Snapshot

ATTEMPTS = 5
"""How often a change is made anew when another change was saved first."""

_SECURITY: list[dict[str, list[Any]]] = [{"key": []}]
_REFUSALS = problems(400, 401, 409, 412, 413, 415, 422)

_TAGS: list[Tag | dict[str, Any]] = [Tag(name="changes", description="Changing what is known, while it is used")]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a change did, or would do: the knowledge base after it, and what validation has to say."""

    before: Snapshot
    after: Knowledge
    version: int
    findings: list[dict[str, Any]]
    saved: bool


@blueprint.post("/tasks", tags=_TAGS, security=_SECURITY, responses={200: ChangeResult, 201: ChangeResult, **_REFUSALS})
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

    outcome = _change(make, query.dry_run)
    response = _result(outcome, task)
    if outcome.saved:
        response.status_code = 201
        response.headers["Location"] = term_link("task", task)
    return response


@blueprint.put(
    "/tasks/<term_id>", tags=_TAGS, security=_SECURITY, responses={200: ChangeResult, **problems(404), **_REFUSALS}
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

    return _result(_change(make, query.dry_run), path.term_id)


@blueprint.delete(
    "/tasks/<term_id>", tags=_TAGS, security=_SECURITY, responses={200: ChangeResult, **problems(404), **_REFUSALS}
)
@needs_key
def remove(path: TermPath, query: ChangeQuery) -> Response:
    """Remove a task that was added here."""

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        return remove_task(snapshot, path.term_id, key_holder())

    return _result(_change(make, query.dry_run), path.term_id)


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


def _change(make: Callable[[Snapshot], Change], dry_run: bool) -> _Outcome:
    """Make a change for the newest version and save it; make it anew if another change was saved meanwhile.

    A client that names the version it knows (If-Match) is told instead.

    Raises:
        ProblemError: 409 or 412 if other changes came first, 422 if the change makes no sense.
    """
    with services().changing:
        for _ in range(ATTEMPTS):
            snapshot = services().store.snapshot()
            _check_precondition(snapshot)
            try:
                return _attempt(snapshot, make, dry_run)
            except BaseMovedError:
                continue
            except ChangeError as error:
                raise invalid(
                    Fault(_sentence(p.message), pointer=p.path, expected=p.expected, nearest=p.nearest)
                    for p in error.problems
                ) from None
            except InvalidKnowledgeError as error:
                raise invalid(
                    Fault(_sentence(f"{f.name}: {f.message} {f.hint}"), expected=f.expected, nearest=f.nearest)
                    for f in error.findings
                ) from None
    detail = "Other changes were saved at the same time, again and again. Send this one once more."
    raise ProblemError(409, "busy", "Other changes came first", detail, headers={"Retry-After": "1"})


def _attempt(snapshot: Snapshot, make: Callable[[Snapshot], Change], dry_run: bool) -> _Outcome:
    """Make a change for this version, and save it unless it is a rehearsal."""
    pipeline = services().pipeline
    preview = pipeline.preview(make(snapshot))
    preview.require_valid()
    number = preview.after.version.number if dry_run else pipeline.save(preview).number
    findings = [finding_document(finding) for finding in preview.findings]
    return _Outcome(snapshot, preview.knowledge, number, findings, saved=not dry_run)


def _check_precondition(snapshot: Snapshot) -> None:
    """Refuse if the client knows another version than the newest (RFC 9110, section 13.1.1)."""
    tags = request.if_match
    if request.headers.get("If-Match") and not tags.contains(str(snapshot.version.number)):
        detail = f"The knowledge is at version {snapshot.version.number}, not at the one that If-Match names."
        raise ProblemError(412, "precondition-failed", "The knowledge has moved on", detail)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _result(outcome: _Outcome, task: str) -> Response:
    """What was, or would be, different: the task as it is then, and every term that came, went or changed."""
    before = {(kind, term.id): term for kind, term in all_terms(outcome.before.knowledge)}
    after = {(kind, term.id): term for kind, term in all_terms(outcome.after)}
    record = outcome.after.tasks.get(task)
    response = jsonify(
        task=term_document(record) if record else None,
        version=outcome.version,
        dry_run=not outcome.saved,
        added=[{"kind": kind, "id": term_id} for kind, term_id in after if (kind, term_id) not in before],
        changed=[
            {"kind": kind, "id": term_id}
            for (kind, term_id), term in after.items()
            if before.get((kind, term_id), term) != term
        ],
        removed=[{"kind": kind, "id": term_id} for kind, term_id in before if (kind, term_id) not in after],
        findings=outcome.findings,
    )
    if outcome.saved:
        response.set_etag(str(outcome.version))
    return response
