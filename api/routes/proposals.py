"""Changes that wait for the holder of another key to look at them."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for
from flask_openapi import APIBlueprint, Tag

from api.auth import key_holder, needs_key
from api.changing import SECURITY, preview_document
from api.deciding import close_proposal, commit_proposal, find_proposal, preview_of
from api.negotiation import WORDS, in_words, negotiated, renderings
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
from engine.render.history import proposal_text
from kb.history import delta_of
from kb.proposals import Proposal

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
    found = find_proposal(path.number)
    preview, stale = preview_of(found)
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
    outcome = commit_proposal(path.number, key_holder(), query.dry_run)
    number = outcome.proposal.number if outcome.proposal else None
    document = preview_document(outcome.preview)
    response = jsonify(version=outcome.version, dry_run=query.dry_run, proposal=number, **document)
    response.set_etag(str(outcome.version))
    return response


@blueprint.post(
    "/<number>/withdraw",
    security=SECURITY,
    responses={200: ProposalDocument, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
)
@needs_key
def withdraw(path: ProposalPath, body: Decision) -> Response:
    """Take a proposal of one's own back."""
    return jsonify(_summary(close_proposal(path.number, "withdrawn", key_holder(), body.reason)))


@blueprint.post(
    "/<number>/reject",
    security=SECURITY,
    responses={200: ProposalDocument, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
)
@needs_key
def reject(path: ProposalPath, body: Decision) -> Response:
    """Turn a proposal of somebody else down."""
    return jsonify(_summary(close_proposal(path.number, "rejected", key_holder(), body.reason)))


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
