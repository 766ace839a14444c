"""Requests of the SPARQL 1.1 Protocol (W3C Recommendation 2013, section 2.1): what was asked, and of which graphs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import current_app, request

from api.bodies import whole_body
from api.problems import Fault, ProblemError, invalid

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_MOST_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was sent.

    Attributes:
        query: its text; None if there is none, which asks what the service is.
        default: the graphs of ``default-graph-uri``.
        named: the graphs of ``named-graph-uri``.
        version: the version asked for, as it was written.
        form: the name of a format that was asked for besides the header Accept.
    """

    query: str | None
    default: tuple[str, ...]
    named: tuple[str, ...]
    version: str | None
    form: str | None


def read_request() -> Asked:
    """The query of this request, by GET or by either kind of POST.

    Raises:
        ProblemError: 400 if it is not well-formed, 403 if it is an update, 415 if the body is of another kind.
    """
    parameters = _parameters(request.query_string, "query string")
    if request.method == "POST":
        if request.mimetype == UPDATE:
            raise read_only()
        if request.mimetype not in (FORM, QUERY):
            given = request.mimetype or "nothing"
            detail = f"The body is said to be {given}; expected {QUERY} or {FORM}."
            headers = {"Accept": f"{QUERY}, {FORM}"}
            raise ProblemError(415, "unsupported-media-type", "No kind of query", detail, headers=headers)
        data = whole_body(current_app.config["MAX_CONTENT_LENGTH"])
        direct = request.mimetype == QUERY
        sent = {"query": [_decoded(data, "body")]} if direct else _parameters(data, "body")
        for name, values in sent.items():
            parameters[name] = [*parameters.get(name, ()), *values]
    if "update" in parameters:
        raise read_only()
    return Asked(
        _single(parameters, "query"),
        tuple(parameters.get("default-graph-uri", ())),
        tuple(parameters.get("named-graph-uri", ())),
        _single(parameters, "version"),
        _single(parameters, "format"),
    )


def read_only() -> ProblemError:
    """The refusal of every update."""
    detail = "Here is only read. What is known changes through /api/v1, where every change is checked and signed."
    return ProblemError(403, "read-only", "Nothing is changed by SPARQL", detail)


def _parameters(data: bytes, where: str) -> dict[str, list[str]]:
    text = _decoded(data, where)
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise _malformed(f"The {where} is not UTF-8.") from None
    except ValueError:
        raise _malformed(f"The {where} has more than {_MOST_PARAMETERS} parameters.") from None


def _decoded(data: bytes, where: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise _malformed(f"The {where} is not UTF-8.") from None
    if "\0" in text:
        raise _malformed(f"The {where} has the character NUL in it.")
    return text


def _single(parameters: dict[str, list[str]], name: str) -> str | None:
    values = parameters.get(name, [])
    if len(values) > 1:
        if name == "query":
            raise _malformed("There are several queries; send one.")
        raise invalid([Fault(f"'{name}' is given more than once.", parameter=name)])
    if values and "\0" in values[0]:
        raise _malformed(f"'{name}' has the character NUL in it.")
    return values[0] if values else None


def _malformed(detail: str) -> ProblemError:
    return ProblemError(400, "malformed-query", "The query cannot be read", detail)
