"""SPARQL 1.1: the knowledge by queries, one named graph a pack; reading only.

Evaluation happens elsewhere (:mod:`kb.sparql.endpoint`); here is the protocol.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_openapi import APIBlueprint

from api.caching import revalidated
from api.described import DOCUMENTS, PARAMETERS, query_parameter
from api.linked import TAGS
from api.linked.service import describe_service
from api.linked.writing import in_rdf
from api.negotiation import HTML, JSON, RENDERINGS, choose
from api.page.layout import frame, page
from api.problems import Fault, ProblemError, invalid, not_found
from api.schemas.base import problems
from api.services import services
from api.sparql_protocol import FORM, QUERY, Asked, read_only, read_request
from kb.namespaces import BASE
from kb.nearest import nearest
from kb.sparql.endpoint import Dataset, EvaluationError
from kb.sparql.evaluator import GRAPHS, RESULTS
from kb.sparql.syntax import Query, QueryRefusedError, read_query

XML = "application/xml"

blueprint = APIBlueprint("sparql", "api.linked", template_folder="templates", abp_tags=TAGS)
blueprint.context_processor(frame)

_RESULT_OFFERS = {
    **{one: one for one in RESULTS},
    JSON: "application/sparql-results+json",
    XML: "application/sparql-results+xml",
}
_GRAPH_OFFERS = {one: one for one in GRAPHS}
_FORMATS = {
    "json": JSON,
    "xml": XML,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "jsonld": "application/ld+json",
}
_PARAMETERS = [
    query_parameter(
        "query", "A SPARQL 1.1 query. Without it a program hears what the service is, a browser gets a form."
    ),
    query_parameter("default-graph-uri", "A graph that belongs to the default graph.", many=True),
    query_parameter("named-graph-uri", "A graph that can be named in the query.", many=True),
    query_parameter("version", "The version to ask; the newest if left out."),
]
_REFUSALS = problems(400, 403, 404, 406, 413, 422, 503)
_DOCUMENTED = list(dict.fromkeys([*RESULTS, *GRAPHS]))
_OK: dict[str | int, Any] = {200: {"description": "What the query gives", "content": {}}}


@blueprint.get(
    "/sparql",
    responses={**_OK, **_REFUSALS},
    openapi_extensions={PARAMETERS: _PARAMETERS, RENDERINGS: [*_DOCUMENTED, JSON, XML, HTML]},
)
def ask() -> Response:
    """Ask by SPARQL: every pack is a named graph, and the default graph is all of them with the schema."""
    return _answer(read_request())


@blueprint.post(
    "/sparql",
    responses={**_OK, **_REFUSALS, **problems(415)},
    openapi_extensions={
        PARAMETERS: _PARAMETERS[1:],
        DOCUMENTS: [QUERY, FORM],
        RENDERINGS: [*_DOCUMENTED, JSON, XML],
    },
)
def ask_by_post() -> Response:
    """The same with the query in the body."""
    asked = read_request()
    if asked.query is None:
        raise _malformed("There is no query in the body.")
    return _answer(asked)


def _answer(asked: Asked) -> Response:
    version = _version(asked.version)
    if asked.query is None:
        return _service(version, asked)
    try:
        query = read_query(asked.query)
    except QueryRefusedError as error:
        raise _refused(error) from None
    _check_graphs(query, asked, version)
    is_graph = query.form in {"CONSTRUCT", "DESCRIBE"}
    offers = _GRAPH_OFFERS if is_graph else _RESULT_OFFERS
    chosen = choose(offers, _FORMATS.get(asked.form or ""))
    dataset = Dataset(asked.default, asked.named) if asked.default or asked.named else Dataset()
    tag = _tag(version, query, dataset, chosen) if query.is_stable and request.method == "GET" else None
    if tag is not None and request.if_none_match.contains(tag):
        return revalidated(Response(status=304), tag)
    try:
        body = services().endpoint.ask(query, offers[chosen], version, dataset)
    except EvaluationError as error:
        raise _failed(error) from None
    response = Response(body, content_type=_content_type(chosen))
    response.vary.add("Accept")
    return revalidated(response, tag)


def _tag(version: int, query: Query, dataset: Dataset, media_type: str) -> str:
    asked = repr((query.text, dataset, media_type)).encode()
    return f"{version}-{sha256(asked).hexdigest()[:16]}"


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _service(version: int, asked: Asked) -> Response:
    """What the service is: a form for a person, a description for a program (SPARQL 1.1 Service Description)."""
    graphs = services().endpoint.graphs(version)

    def form() -> Response:
        return page("linked/sparql.html", graphs=graphs, version=version, formats=_FORMATS)

    # By its permanent name: what a request calls this host is nothing to build on.
    return in_rdf(lambda: describe_service(f"{BASE}sparql", graphs), html=form, tag=f"{version}-service")


# --- What can be wrong ----------------------------------------------------------------------------------------


def _version(text: str | None) -> int:
    head = services().store.head().number
    if text is None:
        return head
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= head:
        return int(text)
    raise not_found("version", text[:100], [str(head)])


def _check_graphs(query: Query, asked: Asked, version: int) -> None:
    """Refuse graphs that are not here: nothing is fetched."""
    there = services().endpoint.graphs(version)
    faults = [
        Fault(
            f"There is no graph <{graph[:200]}> in version {version}, and nothing is fetched.",
            parameter=parameter,
            expected="one of the graphs that the service describes",
            nearest=tuple(nearest(graph[:200], there)),
        )
        for parameter, graphs in (
            ("query", (*query.default_graphs, *query.named_graphs)),
            ("default-graph-uri", asked.default),
            ("named-graph-uri", asked.named),
        )
        for graph in graphs
        if graph not in there
    ]
    if faults:
        raise invalid(faults)


def _refused(error: QueryRefusedError) -> ProblemError:
    if error.kind == "update":
        return read_only()
    fault = Fault(str(error), parameter="query", expected=error.expected, line=error.line, column=error.column)
    if error.kind == "outside":
        return ProblemError(403, "outside", "Nothing outside is asked", str(error), (fault,))
    return ProblemError(400, "malformed-query", "The query cannot be read", str(error), (fault,))


def _malformed(detail: str) -> ProblemError:
    return ProblemError(400, "malformed-query", "The query cannot be read", detail)


def _failed(error: EvaluationError) -> ProblemError:
    limits = services().endpoint.limits
    if error.kind == "syntax":
        return _refused(_located(str(error)))
    if error.kind == "too-large":
        detail = f"The result has more than {limits.result >> 20} MiB. Ask for a part of it by LIMIT and OFFSET."
        return ProblemError(
            422, "result-too-large", "The result is too large", detail, (Fault(detail, parameter="query"),)
        )
    if error.kind == "busy":
        detail = f"{limits.at_once} queries are being answered already. Try again in a second."
        return ProblemError(503, "overloaded", "Too busy", detail, headers={"Retry-After": "1"})
    if error.kind == "failed":
        detail = "The query could not be evaluated: it asks for something that is not here."
        return ProblemError(403, "outside", "Nothing outside is asked", detail)
    what = f"time, {limits.seconds:g} seconds" if error.kind == "timeout" else f"memory, {limits.memory >> 20} MiB"
    detail = f"The query was given up because it needs more than it may have of {what}. A simpler one may not."
    return ProblemError(503, "limit-exceeded", "The query takes too much", detail)


def _located(message: str) -> QueryRefusedError:
    """What the parser says, which begins with "error at line:column: "."""
    place, _, what = message.removeprefix("error at ").partition(": ")
    line, _, column = place.partition(":")
    if not (line.isdigit() and column.isdigit()):
        return QueryRefusedError("malformed", "The query is not well-formed SPARQL 1.1.")
    expected = what.removeprefix("expected ")
    detail = f"The query is not well-formed SPARQL 1.1 at line {line}, column {column}."
    return QueryRefusedError("malformed", detail, int(line), int(column), expected[:300])
