"""Newer packs of the program over local changes: what stands against them, and deciding it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.auth import key_holder, needs_key
from api.changing import SECURITY, change, result
from api.problems import Fault, ProblemError, invalid
from api.schemas.base import problems
from api.schemas.knowledge import ChangeQuery, CommitQuery, KnowledgeChange, UpdateDecision, UpdateState
from api.services import services
from engine.render.text import BULLET
from kb.changes import Change
from kb.history import replace_lines
from kb.merge import Conflict, Side
from kb.nearest import nearest
from kb.packs import PackError
from kb.shipped import HOW_TO_RESOLVE, Update, update_of
from kb.store import Snapshot
from kb.versions import BaseMovedError

blueprint = APIBlueprint(
    "updates",
    __name__,
    url_prefix="/api/v1/updates",
    abp_tags=[Tag(name="updates", description="Newer packs of the program")],
)


@blueprint.get("", responses={200: UpdateState})
def state() -> Response:
    """Whether the program brings newer packs than are installed, and what stands against them."""
    update = _update()
    conflicts = update.conflicts if update else ()
    return jsonify(
        pending=update is not None,
        conflicts=[dataclasses.asdict(one) for one in conflicts],
        text=_words(update, conflicts),
    )


@blueprint.post("", security=SECURITY, responses={200: KnowledgeChange, **problems(400, 401, 409, 412, 413, 415, 422)})
@needs_key
def install(body: UpdateDecision, query: CommitQuery) -> Response:
    """Install the newer packs, merged with what was changed here; all of them or nothing."""
    update = _update(body.take, body.terms)
    if update is None:
        raise ProblemError(409, "up-to-date", "Nothing to install", "The packs of the program are installed already.")
    if update.conflicts:
        raise invalid(_fault(one) for one in update.conflicts)
    undecided = _update()
    _require_terms(body, undecided.conflicts if undecided else ())

    def make(snapshot: Snapshot) -> Change:
        if snapshot.version != update.head.version:
            raise BaseMovedError(update.head.version.number, snapshot.version)
        why = body.reason or "Update the packs that come with the program, as decided here"
        return replace_lines(snapshot, update.lines, key_holder(), why)

    return result(change(make, ChangeQuery(dry_run=query.dry_run, propose=False), update.note))


def _update(take: Side | None = None, terms: Mapping[str, Side] | None = None) -> Update | None:
    try:
        return update_of(services().store, take, terms)
    except PackError as error:
        raise ProblemError(409, "unreadable-packs", "The packs of the program cannot be read", str(error)) from None


def _fault(conflict: Conflict) -> Fault:
    return Fault(f"{conflict}.", pointer="/terms", expected=f"a decision: {conflict.term}: ours or theirs")


def _require_terms(body: UpdateDecision, conflicts: tuple[Conflict, ...]) -> None:
    """Refuse decisions on what needs none, which are slips of the pen."""
    terms = {one.term for one in conflicts}
    unknown = [term for term in body.terms if term not in terms]
    if unknown:
        raise invalid(
            Fault(f"{term} needs no decision.", pointer="/terms", expected="a conflict", nearest=nearest(term, terms))
            for term in unknown
        )


def _words(update: Update | None, conflicts: tuple[Conflict, ...]) -> str:
    if update is None:
        return "The packs of the program are installed as they are."
    if not conflicts:
        return "The program brings newer packs, against which nothing was changed here."
    return "\n".join([*(f"{BULLET} {one}." for one in conflicts), HOW_TO_RESOLVE])
