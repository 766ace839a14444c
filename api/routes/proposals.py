"""Changes that wait for the holder of another key to look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, url_for
from flask_openapi import APIBlueprint, Tag

from api.auth import key_holder, needs_key
from api.changing import (
    ATTEMPTS,
    SECURITY,
    check_precondition,
    preview_document,
    refused_findings,
)
from api.negotiation import WORDS, in_words, negotiated, renderings
from api.problems import ProblemError, not_found
from api.routes.knowledge import page_links
from api.schemas.base import problems
from api.schemas.knowledge import (
    CommitQuery,
    Decision,
    KnowledgeChange,
    ProposalDocument,
    ProposalList,
    ProposalPath,
    ProposalsQuery,
)
from api.services import services
from engine.history import Difference
from engine.pipeline import Preview
from engine.render.history import proposal_text
from kb.findings import InvalidKnowledgeError
from kb.history import delta_of
from kb.proposals import (
    DecidedProposalError,
    OwnProposalError,
    Proposal,
    StaleProposalError,
    UnknownProposalError,
    rebased,
)
from kb.store import BaseMovedError

blueprint = APIBlueprint(
    "proposals",
    __name__,
    url_prefix="/api/v1/proposals",
    abp_tags=[Tag(name="proposals", description="Changes that wait for a second pair of eyes")],
)


@blueprint.get("", responses={200: ProposalList, **problems(422)})
def proposals(query: ProposalsQuery) -> Response:
    """All proposals, newest first."""
    found, total = services().proposals.all(query.status, query.limit, query.offset)
    return jsonify(
        items=[_summary(one) for one in found],
        total=total,
        limit=query.limit,
        offset=query.offset,
        links=page_links(query, total),
    )


@blueprint.get(
    "/<number>", responses={200: ProposalDocument, **problems(404, 406)}, openapi_extensions=renderings(*WORDS)
)
def proposal(path: ProposalPath) -> Response:
    """A proposal: what it changes and what checks say of it, for the newest version where that is possible."""
    found = _find(path.number)
    preview, stale = _preview(found)
    made = preview.change
    difference = Difference(preview.before.knowledge, preview.knowledge, delta_of(made.added, made.removed))

    def document() -> dict[str, Any]:
        return {
            **_summary(found),
            "for_version": made.base,
            "stale": stale or None,
            "diff": difference.as_dict(),
            **preview_document(preview),
            "text": text(),
        }

    def text() -> str:
        return proposal_text(found, stale, difference.as_text(), preview.findings)

    return negotiated(in_words(document, text))


@blueprint.post(
    "/<number>/commit",
    security=SECURITY,
    responses={200: KnowledgeChange, **problems(401, 403, 404, 409, 412, 422)},
)
@needs_key
def commit(path: ProposalPath, query: CommitQuery) -> Response:
    """Make a proposal the newest version. Whoever proposed it cannot do that."""
    with services().changing:
        for _ in range(ATTEMPTS):
            try:
                return _attempt(path.number, query.dry_run)
            except BaseMovedError:
                continue
    detail = "Other changes were saved at the same time, again and again. Send this one once more."
    raise ProblemError(409, "busy", "Other changes came first", detail, headers={"Retry-After": "1"})


def _attempt(text: str, dry_run: bool) -> Response:
    store, kept, who = services().store, services().proposals, key_holder()
    try:
        found = kept.for_commit(_find(text).number, who)
        head = store.snapshot()
        check_precondition(head.version.number)
        made = rebased(store, found, head)
        reason = f"{made.reason} (proposal {found.number}, committed by {who})"
        preview = services().pipeline.preview(replace(made, reason=reason))
        preview.require_valid()
        number = preview.after.version.number
        if not dry_run:
            number = services().pipeline.save(preview, kept.committing(found.number, who)).number
    except OwnProposalError as error:
        raise ProblemError(403, "own-proposal", "Another key is needed", str(error)) from None
    except DecidedProposalError as error:
        raise _decided(error) from None
    except StaleProposalError as error:
        raise ProblemError(409, "stale", "The knowledge has moved on", str(error)) from None
    except InvalidKnowledgeError as error:
        raise refused_findings(error.findings) from None
    response = jsonify(version=number, dry_run=dry_run, proposal=found.number, **preview_document(preview))
    response.set_etag(str(number))
    return response


@blueprint.post(
    "/<number>/withdraw",
    security=SECURITY,
    responses={200: ProposalDocument, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
)
@needs_key
def withdraw(path: ProposalPath, body: Decision) -> Response:
    """Take a proposal of one's own back."""
    found = _open(path.number)
    if found.change.author != key_holder():
        detail = f"The proposal {found.number} is by {found.change.author}, who can withdraw it. You can reject it."
        raise ProblemError(403, "not-yours", "Another key is needed", detail)
    return _closed(lambda: services().proposals.close(found.number, "withdrawn", key_holder(), body.reason))


@blueprint.post(
    "/<number>/reject",
    security=SECURITY,
    responses={200: ProposalDocument, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
)
@needs_key
def reject(path: ProposalPath, body: Decision) -> Response:
    """Turn a proposal of somebody else down."""
    found = _open(path.number)
    if found.change.author == key_holder():
        raise ProblemError(403, "own-proposal", "Another key is needed", "Your own proposal you can withdraw.")
    return _closed(lambda: services().proposals.close(found.number, "rejected", key_holder(), body.reason))


def _open(text: str) -> Proposal:
    found = _find(text)
    if found.status != "open":
        raise _decided(DecidedProposalError(found))
    return found


def _closed(close: Callable[[], Proposal]) -> Response:
    try:
        return jsonify(_summary(close()))
    except DecidedProposalError as error:
        raise _decided(error) from None


def _decided(error: DecidedProposalError) -> ProblemError:
    return ProblemError(409, "decided", "The proposal was decided already", str(error))


def _find(text: str) -> Proposal:
    if text.isascii() and text.isdigit() and len(text) < 10:
        try:
            return services().proposals.find(int(text))
        except UnknownProposalError:
            pass
    raise not_found("proposal", text)


def _preview(found: Proposal) -> tuple[Preview, str]:
    """What a proposal means: for the newest version if it is open and fits there, else for its own; and why not."""
    store, pipeline = services().store, services().pipeline
    if found.status != "open":
        return pipeline.preview(found.change), ""
    try:
        return pipeline.preview(rebased(store, found, store.snapshot())), ""
    except StaleProposalError as error:
        return pipeline.preview(found.change), str(error)


def _summary(found: Proposal) -> dict[str, Any]:
    change = found.change
    return {
        "number": found.number,
        "status": found.status,
        "author": change.author,
        "reason": change.reason,
        "base": change.base,
        "created": found.created,
        "term": {"kind": change.term[0], "id": change.term[1]} if change.term else None,
        "decided": found.decided or None,
        "decided_by": found.decided_by or None,
        "comment": found.comment or None,
        "committed_as": found.version,
        "links": {"self": url_for("proposals.proposal", number=found.number)},
    }
