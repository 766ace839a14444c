"""Every term by its permanent name: below the base IRI the server answers for each what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson
from flask import Response, current_app, redirect
from flask_openapi import APIBlueprint
from pydantic import BaseModel, Field
from pyoxigraph import Literal
from werkzeug.routing import AnyConverter, Map

from api.caching import revalidated
from api.linked import TAGS
from api.linked.statements import grouped, label_of
from api.linked.writing import RDF_FORMS, in_rdf
from api.negotiation import HTML, JSON_LD, RENDERINGS
from api.page.kinds import address
from api.page.layout import frame, page
from api.problems import not_found
from api.schemas.base import Query, problems
from api.services import services
from kb.linked import description, ontology
from kb.model import ATTRIBUTE_OF_KIND, Kind, Term
from kb.namespaces import BASE, CLASS_OF_KIND, GENID, is_id
from kb.nearest import nearest
from kb.store import Snapshot, UnknownVersionError

_OK: dict[str | int, Any] = {200: {"description": "What is said of it", "content": {}}}
_FORMS = {RENDERINGS: [*RDF_FORMS, HTML]}

blueprint = APIBlueprint("terms", "api.linked", template_folder="templates", abp_tags=TAGS)
blueprint.context_processor(frame)


class TermKind(AnyConverter):
    """Part of an address: a kind of terms."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, *CLASS_OF_KIND)


# Rules are added in the order in which they are recorded: the converter is known to those below.
blueprint.record_once(lambda state: state.app.url_map.converters.update(term_kind=TermKind))


class TermAddress(BaseModel):
    """A term by the last two parts of its name."""

    kind: str = Field(description="What it is.", json_schema_extra={"enum": list(CLASS_OF_KIND)})
    term_id: str = Field(description="Its id.")


class NodeAddress(BaseModel):
    """A node that got its name here."""

    name: str = Field(description="The last part of its name.")


class ReleaseAddress(BaseModel):
    """A release of the schema."""

    release: str = Field(description="Its number.")


class VersionQuery(Query):
    """Which version is asked."""

    version: int | None = Field(None, ge=1, le=2**31, description="The version to look in; the newest if left out.")


@blueprint.get(
    "/<term_kind:kind>/<term_id>",
    operation_id="terms_term__kind__term_id__get",
    responses={**_OK, 303: {"description": "The page of the term, for a browser"}, **problems(404, 406, 422)},
    openapi_extensions=_FORMS,
)
def term(path: TermAddress, query: VersionQuery) -> Response:
    """A term by its permanent name: RDF for a program, a page for a browser."""
    snapshot = _snapshot(query.version)
    known = _known(snapshot, path.kind)
    if not is_id(path.term_id, path.kind):
        raise not_found(path.kind, path.term_id[:200], nearest(path.term_id[:200], known))

    def html() -> Response | None:
        if query.version is not None or "know.term" not in current_app.view_functions:
            return None
        if path.kind == "value" and (constraint := path.term_id.partition(".")[0]) in snapshot.knowledge.constraints:
            return cast("Response", redirect(f"{address('constraint', constraint)}#values", 303))
        if path.term_id in known:
            return cast("Response", redirect(address(cast("Kind", path.kind), path.term_id), 303))
        return None

    return _described(snapshot, f"{BASE}{path.kind}/{path.term_id}", path.kind, path.term_id, html)


@blueprint.get(
    "/.well-known/genid/<name>",
    responses={**_OK, **problems(404, 406, 422)},
    openapi_extensions=_FORMS,
)
def node(path: NodeAddress, query: VersionQuery) -> Response:
    """A node that got its name here, such as a condition (RDF 1.1 Concepts, section 3.5)."""
    if not path.name.isalnum() or not path.name.isascii():
        raise not_found("node", path.name[:200])
    return _described(_snapshot(query.version), f"{GENID}{path.name}", "node", path.name)


@blueprint.get("/ontology", responses={**_OK, **problems(406)}, openapi_extensions=_FORMS)
def ontology_document() -> Response:
    """The vocabulary: every class, property and individual, with documentation for a browser."""
    return _ontology()


@blueprint.get("/schema", responses={**_OK, **problems(406)}, openapi_extensions=_FORMS)
def schema() -> Response:
    """The same by the vocabulary's own name."""
    return _ontology()


@blueprint.get("/schema/<release>", responses={**_OK, **problems(404, 406)}, openapi_extensions=_FORMS)
def schema_release(path: ReleaseAddress) -> Response:
    """The same by the name of its release; this server has the one that it runs with."""
    current = _release()
    if path.release != current:
        raise not_found("release", path.release[:200], [current])
    return _ontology()


@blueprint.get(
    "/context.jsonld",
    responses={200: {"description": "The context", "content": {JSON_LD: {"schema": {"type": "object"}}}}},
)
def context() -> Response:
    """The JSON-LD context by which terms are written here."""
    from kb import json_ld

    body = orjson.dumps({"@context": dict(json_ld.context())}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    response = Response(body, content_type=JSON_LD)
    return revalidated(response, f"context-{_release()}")


def _ontology() -> Response:
    def html() -> Response:
        from api.linked.documented import documented

        return page("linked/ontology.html", ontology=documented())

    return in_rdf(ontology, f"schema-{_release()}", html)


def _release() -> str:
    texts = (quad.object for quad in ontology() if quad.predicate.value.endswith("#versionInfo"))
    return next(text.value for text in texts if isinstance(text, Literal))


def _described(
    snapshot: Snapshot, name: str, kind: str, term_id: str, elsewhere: Callable[[], Response | None] | None = None
) -> Response:
    """What a version says of a name.

    Raises:
        ProblemError: 404 if it says nothing.
    """
    quads = description(snapshot.content, name)
    number = snapshot.version.number
    if not quads:
        raise not_found(kind, term_id, nearest(term_id, _known(snapshot, kind)))

    def html() -> Response:
        return (elsewhere and elsewhere()) or page(
            "linked/statements.html", label=label_of(name, quads), iri=name, version=number, groups=grouped(quads)
        )

    return in_rdf(lambda: quads, str(number), html)


def _known(snapshot: Snapshot, kind: str) -> Mapping[str, Term]:
    """The terms of a kind, where it has records of its own: values belong to their constraints."""
    return snapshot.knowledge.of(cast("Kind", kind)) if kind in ATTRIBUTE_OF_KIND else {}


def _snapshot(number: int | None) -> Snapshot:
    try:
        return services().store.snapshot(number)
    except UnknownVersionError as error:
        raise not_found("version", str(number), [str(error.head)]) from None
