"""Deciding about proposals, for every interface: committed by another key, withdrawn by their author, or rejected."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from api.changing import ATTEMPTS, Outcome, check_precondition, refused_findings
from api.problems import ProblemError, not_found
from api.services import services
from engine.pipeline import Preview
from kb.findings import InvalidKnowledgeError
from kb.proposals import (
    DecidedProposalError,
    OwnProposalError,
    Proposal,
    StaleProposalError,
    UnknownProposalError,
    rebased,
)
from kb.store import BaseMovedError


def find_proposal(text: str) -> Proposal:
    """The proposal of this number.

    Raises:
        ProblemError: 404 if there is none.
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        try:
            return services().proposals.find(int(text))
        except UnknownProposalError:
            pass
    raise not_found("proposal", text)


def preview_of(found: Proposal) -> tuple[Preview, str]:
    """What a proposal means: for the newest version if it is open and fits there, else for its own; and why not."""
    store, pipeline = services().store, services().pipeline
    if found.status != "open":
        return pipeline.preview(found.change), ""
    try:
        return pipeline.preview(rebased(store, found, store.snapshot())), ""
    except StaleProposalError as error:
        return pipeline.preview(found.change), str(error)


def commit_proposal(text: str, who: str, dry_run: bool = False) -> Outcome:
    """Make a proposal the newest version; the proposal is noted with what comes of it.

    Args:
        text: its number.
        who: whose key it is; another than its author's.
        dry_run: whether to stop before saving.

    Raises:
        ProblemError: 403 if it is one's own, 404, 409 if it was decided or no longer fits, 412, 422.
    """
    with services().changing:
        for _ in range(ATTEMPTS):
            try:
                return _attempt(text, who, dry_run)
            except BaseMovedError:
                continue
    detail = "Other changes were saved at the same time, again and again. Send this one once more."
    raise ProblemError(409, "busy", "Other changes came first", detail, headers={"Retry-After": "1"})


def _attempt(text: str, who: str, dry_run: bool) -> Outcome:
    store, kept = services().store, services().proposals
    try:
        found = kept.for_commit(find_proposal(text).number, who)
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
    return Outcome(preview, number, saved=not dry_run, proposal=found)


def close_proposal(text: str, status: Literal["withdrawn", "rejected"], who: str, reason: str) -> Proposal:
    """Take a proposal of one's own back, or turn down somebody else's.

    Raises:
        ProblemError: 403 if it is the other way round, 404, 409 if it was decided already.
    """
    found = find_proposal(text)
    own = found.change.author == who
    try:
        if found.status != "open":
            raise DecidedProposalError(found)
        if status == "withdrawn" and not own:
            detail = f"The proposal {found.number} is by {found.change.author}, who can withdraw it. You can reject it."
            raise ProblemError(403, "not-yours", "Another key is needed", detail)
        if status == "rejected" and own:
            raise ProblemError(403, "own-proposal", "Another key is needed", "Your own proposal you can withdraw.")
        return services().proposals.close(found.number, status, who, reason)
    except DecidedProposalError as error:
        raise _decided(error) from None


def _decided(error: DecidedProposalError) -> ProblemError:
    return ProblemError(409, "decided", "The proposal was decided already", str(error))
