"""The versions of the knowledge base: history, what differs, and going back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from flask import Response, url_for
from flask_openapi import APIBlueprint, Tag

from api.auth import key_holder, needs_admin, needs_key
from api.caching import of_request, revalidated, short_name
from api.changing import SECURITY, TAGS, change, result
from api.described import DOCUMENTS
from api.negotiation import JSON, JSON_LD, TURTLE, WORDS, in_words, negotiated, renderings
from api.problems import Fault, invalid, not_found
from api.routes.knowledge import page_links
from api.routes.packs import document
from api.schemas.base import problems
from api.schemas.knowledge import (
    DifferencePath,
    ExportQuery,
    KnowledgeChange,
    ListQuery,
    ReasonQuery,
    VersionDifference,
    VersionList,
    VersionPath,
)
from api.schemas.knowledge import Version as VersionModel
from api.services import services
from engine.history import VersionDifference as Answer
from kb import history
from kb.changes import Change
from kb.exchange import read_content, write
from kb.nearest import nearest
from kb.store import Snapshot, UnknownVersionError
from kb.versions import Version

if TYPE_CHECKING:
    from rdflib import Graph

TRIG = "application/trig"
N_QUADS = "application/n-quads"
N_TRIPLES = "application/n-triples"

blueprint = APIBlueprint(
    "versions",
    __name__,
    url_prefix="/api/v1/versions",
    abp_tags=[Tag(name="versions", description="How the knowledge came to be what it is")],
)


@blueprint.get("", responses={200: VersionList, **problems(406, 422)}, openapi_extensions=renderings(TURTLE, JSON_LD))
def versions(query: ListQuery) -> Response:
    """All versions, newest first: who made each, when and why, and how many terms it touched; as PROV-O too."""
    words = (query.q or "").casefold().split()
    known = services().store.versions()
    found = [version for version in reversed(known) if all(word in version.reason.casefold() for word in words)]
    page = found[query.offset : query.offset + query.limit]

    def listed() -> dict[str, Any]:
        items = [_document(version) for version in page]
        about = {"total": len(found), "limit": query.limit, "offset": query.offset}
        return {"items": items, **about, "links": page_links(query, len(found))}

    def provenance() -> Graph:
        from kb import version_provenance  # with rdflib, which nothing else here needs

        return version_provenance.graph(page, {version.number: version for version in known})

    response = negotiated(
        {
            JSON: listed,
            TURTLE: lambda: provenance().serialize(format="turtle"),
            JSON_LD: lambda: provenance().serialize(format="json-ld", auto_compact=True),
        }
    )
    return of_request(response, len(known))


@blueprint.get(
    "/<number>",
    responses={200: VersionModel, **problems(404, 406, 422)},
    openapi_extensions=renderings(TRIG, N_QUADS, JSON_LD, TURTLE, N_TRIPLES),
)
def version(path: VersionPath, query: ExportQuery) -> Response:
    """One version: what it is, or its whole content as TriG, N-Quads or JSON-LD; a single pack also as Turtle."""
    snapshot = _snapshot(path.number)
    packs = snapshot.knowledge.packs
    if query.pack is not None and query.pack not in packs:
        near = nearest(query.pack, packs)
        detail = f"There is no pack “{query.pack}” in version {path.number}."
        raise invalid([Fault(detail, parameter="pack", expected="the id of a pack", nearest=near)])
    graphs = (TRIG, N_QUADS, JSON_LD)
    offers = graphs if query.pack is None else (TURTLE, *graphs, N_TRIPLES)
    made_by = {
        media_type: lambda media_type=media_type: write(snapshot.quads, media_type, query.pack) for media_type in offers
    }
    response = negotiated({JSON: lambda: _whole_document(snapshot), **made_by})
    form = short_name(response.mimetype or "")
    # By its content hash: another database may have another version of this number.
    tag = f"{snapshot.version.number}-{snapshot.version.content_hash[:16]}-{query.pack or 'all'}-{form}"
    return revalidated(response, tag)


@blueprint.get(
    "/<number>/diff/<other>",
    responses={200: VersionDifference, **problems(404, 406, 503)},
    openapi_extensions=renderings(*WORDS),
)
def diff(path: DifferencePath) -> Response:
    """What differs between two versions: by terms, and by what is recommended for the worked cases."""
    old, new = _number(path.number), _number(path.other)
    delta = history.net(services().store, old, new)
    answer = Answer(services().live.at(old), services().live.at(new), delta)
    return of_request(negotiated(in_words(answer.as_dict, answer.as_text)))


@blueprint.post(
    "/<number>/rollback",
    tags=TAGS,
    security=SECURITY,
    responses={200: KnowledgeChange, 202: KnowledgeChange, **problems(401, 404, 409, 412, 422)},
)
@needs_key
def rollback(path: VersionPath, query: ReasonQuery) -> Response:
    """Make the content of an older version that of a new one. What is rolled back stays in history."""
    number = _number(path.number)

    def make(snapshot: Snapshot) -> Change:
        return history.roll_back(services().store, snapshot, number, key_holder(), query.reason)

    return result(change(make, query))


@blueprint.post(
    "",
    tags=TAGS,
    security=SECURITY,
    responses={200: KnowledgeChange, 202: KnowledgeChange, **problems(400, 401, 409, 412, 413, 415, 422)},
    openapi_extensions={DOCUMENTS: [TRIG, N_QUADS, JSON_LD]},
)
@needs_admin
def take_in(query: ReasonQuery) -> Response:
    """Make an exported version the newest one: the whole content is replaced by what the document says."""
    data, media_type = document()
    parsed: list[Any] = []

    def make(snapshot: Snapshot) -> Change:
        if not parsed:
            parsed.extend(read_content(data, media_type))
        why = query.reason or "Take in an exported version"
        return history.replace_content(snapshot, parsed, key_holder(), why)

    return result(change(make, query))


def _number(text: str) -> int:
    """The number of a version that exists.

    Raises:
        ProblemError: 404 if there is none.
    """
    head = services().store.head().number
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= head:
        return int(text)
    raise not_found("version", text, [str(head)])


def _snapshot(text: str) -> Snapshot:
    number = _number(text)
    try:
        return services().store.snapshot(number)
    except UnknownVersionError as error:
        raise not_found("version", text, [str(error.head)]) from None


def _document(found: Version) -> dict[str, Any]:
    seen = services().touched
    if found.number not in seen:
        seen[found.number] = history.touched(services().store.delta(found.number))
    links = {"self": url_for("versions.version", number=found.number)}
    if found.parent is not None:
        links["diff"] = url_for("versions.diff", number=found.parent, other=found.number)
    return {**dataclasses.asdict(found), "touched": dataclasses.asdict(seen[found.number]), "links": links}


def _whole_document(snapshot: Snapshot) -> dict[str, Any]:
    packs = snapshot.knowledge.packs
    hashes = snapshot.pack_hashes
    return {
        **_document(snapshot.version),
        "packs": [
            {"id": pack, "version": packs[pack].version, "active": packs[pack].active, "content_hash": hashes.get(pack)}
            for pack in packs
        ],
    }
