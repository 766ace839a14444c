"""The one way in which requests change the knowledge: checked, rehearsed, proposed or saved, and told what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_openapi import Tag

from api.caching import names_version
from api.documents import finding_document
from api.problems import Fault, ProblemError, invalid
from api.schemas.knowledge import ChangeQuery
from api.services import services
from engine.pipeline import Preview
from kb.changes import Change, ChangeError
from kb.diff import difference
from kb.documents import DocumentError
from kb.findings import Finding, InvalidKnowledgeError
from kb.history import delta_of
from kb.proposals import Proposal
from kb.store import Also, BaseMovedError, Snapshot

SECURITY: list[dict[str, list[Any]]] = [{"key": []}]
"""What operations need that change something, for the documentation."""

TAGS: list[Tag | dict[str, Any]] = [Tag(name="changes", description="Changing what is known, while it is used")]
"""Where they are listed there."""

ATTEMPTS = 5
"""How often a change is made anew when another change was saved first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did, or would do.

    Attributes:
        preview: the change with what it means.
        version: the version that it made, or would make.
        saved: whether it was saved.
        proposal: what it was stored as instead, if it was proposed.
    """

    preview: Preview
    version: int
    saved: bool
    proposal: Proposal | None = None


def change(make: Callable[[Snapshot], Change], query: ChangeQuery, also: Also | None = None) -> Outcome:
    """Make a change for the newest version and save it; make it anew if another change was saved meanwhile.

    A client that names the version it knows (If-Match) is told instead.

    Args:
        make: makes the change for a version.
        query: whether it is a rehearsal or a proposal.
        also: what else is to be written in the same transaction; for changes that are not proposed.

    Raises:
        ProblemError: 409 or 412 if other changes came first, 422 if the change makes no sense.
    """
    if query.dry_run and query.propose:
        detail = "A rehearsal leaves nothing behind, and a proposal does: ask for one of them."
        raise invalid([Fault(detail, parameter="propose", expected="dry_run=true or propose=true")])
    with services().changing:
        for _ in range(ATTEMPTS):
            snapshot = services().store.snapshot()
            check_precondition(snapshot.version.number)
            try:
                return _attempt(make(snapshot), query, also)
            except BaseMovedError:
                continue
            except ChangeError as error:
                raise refused_change(error) from None
            except DocumentError as error:
                raise refused_document(error) from None
            except InvalidKnowledgeError as error:
                raise refused_findings(error.findings) from None
    detail = "Other changes were saved at the same time, again and again. Send this one once more."
    raise ProblemError(409, "busy", "Other changes came first", detail, headers={"Retry-After": "1"})


def _attempt(made: Change, query: ChangeQuery, also: Also | None) -> Outcome:
    pipeline = services().pipeline
    preview = pipeline.preview(made)
    preview.require_valid()
    number = preview.after.version.number
    if query.dry_run:
        return Outcome(preview, number, saved=False)
    if query.propose:
        return Outcome(preview, number, saved=False, proposal=services().proposals.propose(made))
    return Outcome(preview, pipeline.save(preview, also).number, saved=True)


def check_precondition(head: int) -> None:
    """Refuse if the client knows another version than the newest (RFC 9110, section 13.1.1).

    Raises:
        ProblemError: 412, naming the newest version.
    """
    given = request.headers.get("If-Match")
    if given and not names_version(request.if_match, head):
        detail = (
            f"The knowledge is at version {head}, and If-Match names {given[:100]}. Nothing was changed. Look at "
            f'what is different since then, and send the change again with If-Match: "{head}" if it still makes sense.'
        )
        headers = {"ETag": f'"{head}"'}
        raise ProblemError(412, "precondition-failed", "The knowledge has moved on", detail, headers=headers)


def result(outcome: Outcome, **more: Any) -> Response:
    """What was, or would be, different: every term that came, went or changed, and what that brings with it."""
    response = jsonify({**more, **outcome_document(outcome)})
    if outcome.proposal is not None:
        response.status_code = 202
        response.headers["Location"] = url_for("proposals.proposal", number=outcome.proposal.number)
    elif outcome.saved:
        response.set_etag(str(outcome.version))
    return response


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """The members that say what a change did, whatever it was about."""
    return {
        "version": outcome.version,
        "dry_run": not outcome.saved and outcome.proposal is None,
        **({"proposal": outcome.proposal.number} if outcome.proposal else {}),
        **preview_document(outcome.preview),
    }


def preview_document(preview: Preview) -> dict[str, Any]:
    """What a change means: the terms it touches, its content, what checks say of it, and which answers it changes."""
    made = preview.change
    delta = delta_of(made.added, made.removed)
    found = difference(preview.before.knowledge, preview.knowledge, delta)
    by_kind: dict[str, list[dict[str, str]]] = {"added": [], "changed": [], "removed": []}
    for one in found:
        by_kind[one.happened].append({"kind": one.kind, "id": one.id})
    return {
        **by_kind,
        "content_hash": preview.content_hash,
        "findings": [finding_document(finding) for finding in preview.findings],
        "impact": preview.impact.as_dict() if preview.impact else None,
    }


# --- Refusals ---------------------------------------------------------------------------------------------


def refused_change(error: ChangeError) -> ProblemError:
    """A change that makes no sense, with everything wrong about it."""
    return invalid(
        Fault(sentence(one.message), pointer=one.path, expected=one.expected, nearest=one.nearest)
        for one in error.problems
    )


def refused_findings(findings: Iterable[Finding]) -> ProblemError:
    """Knowledge that would have errors."""
    return invalid(
        Fault(
            sentence(f"{one.name}: {one.message} {one.hint}"), expected=one.expected, nearest=one.nearest, line=one.line
        )
        for one in findings
    )


def refused_document(error: DocumentError) -> ProblemError:
    """A document that is not taken in, with everything that stands against it."""
    faults = tuple(
        Fault(sentence(one.message), pointer=one.pointer, expected=one.expected, line=one.line, column=one.column)
        for one in error.faults
    )
    if error.malformed:
        return ProblemError(400, "malformed-document", "Malformed document", str(error), faults)
    return invalid(faults)


def sentence(text: str) -> str:
    """A message as a sentence of its own; names such as ``rule:some-id`` stay as they are."""
    stripped = text.strip().rstrip(".")
    named = ":" in stripped.partition(" ")[0]
    return f"{stripped if named else stripped[:1].upper() + stripped[1:]}."
