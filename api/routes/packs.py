"""Packs of one's own put in place and removed, and any pack switched on and off, while the server runs.

The operations join those of :mod:`api.routes.knowledge`, as an address belongs to one blueprint.
"""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from flask import Response, request

from api.auth import key_holder, needs_key
from api.bodies import whole_body
from api.changing import SECURITY, TAGS, Outcome, change, result
from api.described import DOCUMENTS
from api.documents import term_document
from api.problems import Fault, ProblemError, invalid, not_found
from api.routes.knowledge import blueprint, term_link
from api.schemas.base import problems
from api.schemas.knowledge import (
    ChangeQuery,
    KnowledgeChange,
    PackPath,
    PackResult,
    PackSwitch,
    ReasonQuery,
    TermsToRemove,
)
from api.services import services
from kb.changes import Change
from kb.documents import FORMATS
from kb.exchange import read_pack
from kb.graph import Key
from kb.model import ATTRIBUTE_OF_KIND, Kind
from kb.nearest import nearest
from kb.pack_changes import ShippedPackError, put_pack, remove_pack, switch_pack
from kb.shipped import installed_packs
from kb.source_lines import Source
from kb.store import Snapshot
from kb.term_changes import add_terms, remove_terms

_REFUSALS = problems(400, 401, 409, 412, 413, 415, 422)
_SHIPPED = "The pack came with the program"


@blueprint.put(
    "/packs/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: PackResult, 201: PackResult, 202: PackResult, **_REFUSALS},
    openapi_extensions={DOCUMENTS: list(FORMATS)},
)
@needs_key
def put(path: PackPath, query: ReasonQuery) -> Response:
    """Put a pack of one's own in place, with what the document says and nothing else."""
    data, media_type = document()
    shipped = installed_packs(services().store)
    if path.term_id in shipped:
        raise _refused(ShippedPackError(path.term_id))
    parsed: list[Any] = []

    def make(snapshot: Snapshot) -> Change:
        if not parsed:
            parsed.extend(read_pack(data, media_type, path.term_id))
        made = put_pack(snapshot, path.term_id, parsed, key_holder(), query.reason, shipped)
        return dataclasses.replace(made, source=Source(data.decode(errors="replace"), media_type))

    outcome = change(make, query)
    response = _result(outcome, path.term_id)
    if outcome.saved and path.term_id not in outcome.preview.before.knowledge.packs:
        response.status_code = 201
        response.headers["Location"] = term_link("pack", path.term_id)
    return response


@blueprint.post(
    "/packs/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: PackResult, 202: PackResult, **_REFUSALS},
    openapi_extensions={DOCUMENTS: list(FORMATS)},
)
@needs_key
def extend(path: PackPath, query: ReasonQuery) -> Response:
    """Add what the document says to a pack of one's own, beside what it says already."""
    data, media_type = document()
    shipped = installed_packs(services().store)
    parsed: list[Any] = []

    def make(snapshot: Snapshot) -> Change:
        if not parsed:
            parsed.extend(read_pack(data, media_type, path.term_id))
        try:
            made = add_terms(snapshot, path.term_id, parsed, key_holder(), query.reason, shipped)
        except ShippedPackError as error:
            raise _refused(error) from None
        return dataclasses.replace(made, source=Source(data.decode(errors="replace"), media_type))

    return _result(change(make, query), path.term_id)


@blueprint.post(
    "/removals", tags=TAGS, security=SECURITY, responses={200: KnowledgeChange, 202: KnowledgeChange, **_REFUSALS}
)
@needs_key
def remove_together(body: TermsToRemove, query: ChangeQuery) -> Response:
    """Remove terms of one's own, of whatever kinds, all of them or none."""
    shipped = installed_packs(services().store)
    keys = [_key(place, name) for place, name in enumerate(body.terms)]
    return result(change(lambda snapshot: remove_terms(snapshot, keys, key_holder(), body.reason, shipped), query))


def _key(place: int, name: str) -> Key:
    kind, colon, term_id = name.partition(":")
    if not colon or kind not in ATTRIBUTE_OF_KIND:
        detail = f"“{name}” names no term."
        raise invalid(
            [Fault(detail, pointer=f"/terms/{place}", expected=f"kind:id, one of {', '.join(ATTRIBUTE_OF_KIND)}")]
        )
    return cast("Kind", kind), term_id


@blueprint.delete(
    "/packs/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: PackResult, 202: PackResult, **problems(404), **_REFUSALS},
)
@needs_key
def delete(path: PackPath, query: ReasonQuery) -> Response:
    """Remove a pack of one's own with everything in it. One that came with the program can be switched off."""
    shipped = installed_packs(services().store)

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        try:
            return remove_pack(snapshot, path.term_id, key_holder(), query.reason, shipped)
        except ShippedPackError as error:
            raise _refused(error) from None

    return _result(change(make, query), path.term_id)


@blueprint.patch(
    "/packs/<term_id>",
    tags=TAGS,
    security=SECURITY,
    responses={200: PackResult, 202: PackResult, **problems(404), **_REFUSALS},
)
@needs_key
def switch(path: PackPath, body: PackSwitch, query: ChangeQuery) -> Response:
    """Switch a pack on or off for everybody who does not say which packs count."""

    def make(snapshot: Snapshot) -> Change:
        _require(snapshot, path.term_id)
        return switch_pack(snapshot, path.term_id, body.active, key_holder(), body.reason)

    return _result(change(make, query), path.term_id)


def document() -> tuple[bytes, str]:
    """The document that a request carries, and its media type.

    Raises:
        RequestEntityTooLarge: if it is larger than allowed.
        ProblemError: 400 if it is empty, 415 if it is of no known kind.
    """
    data = whole_body(services().settings.max_pack)
    if request.mimetype not in FORMATS:
        given = request.mimetype or "nothing"
        detail = f"The document is said to be {given}; one of these can be read: {', '.join(FORMATS)}."
        headers = {"Accept": ", ".join(FORMATS)}
        raise ProblemError(415, "unsupported-media-type", "No known kind of document", detail, headers=headers)
    if not data.strip():
        detail = "The body is empty; expected a document."
        raise ProblemError(400, "empty-body", "The body is empty", detail, (Fault(detail),))
    return data, request.mimetype


def _require(snapshot: Snapshot, pack: str) -> None:
    if pack not in snapshot.knowledge.packs:
        raise not_found("pack", pack, nearest(pack, snapshot.knowledge.packs))


def _refused(error: ShippedPackError) -> ProblemError:
    return ProblemError(409, "shipped-pack", _SHIPPED, str(error))


def _result(outcome: Outcome, pack: str) -> Response:
    """What was, or would be, different, and the pack as it is then."""
    record = outcome.preview.knowledge.packs.get(pack)
    return result(outcome, pack=term_document(record) if record else None)
