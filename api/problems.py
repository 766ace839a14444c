"""Errors as problem details (RFC 9457): every error a client can meet leaves through this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response, g, has_request_context, request
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError, EngineTimeout, EngineUnavailable, Overloaded, RenderingUnavailable
from engine.profile import InvalidProfile
from engine.profile import Problem as ProfileProblem
from kb.events import Events
from kb.outage import DatabaseGoneError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://w3id.org/adaptwise/problem/"
QUERY_TITLE = "query parameters"
"""The title of every model of query parameters, by which its errors are told from those of a body."""

MOST_FAULTS = 100
"""More faults than that are counted, not told: nobody mends them one by one."""

_log = Events(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request.

    Attributes:
        pointer: where in the body (a JSON pointer, RFC 6901), or None if the fault lies elsewhere.
        parameter: the query parameter, if it lies there.
        detail: what is wrong.
        expected: what would have been right.
        nearest: valid choices that come closest.
        line: the line of a document that is not JSON, counted from 1.
        column: the column there, counted from 1.
    """

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    expected: str = ""
    nearest: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The members that say something."""
        members = {
            "pointer": self.pointer,
            "parameter": self.parameter,
            "detail": self.detail,
            "expected": self.expected or None,
            "nearest": list(self.nearest) or None,
            "line": self.line,
            "column": self.column,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(eq=False)
class ProblemError(Exception):
    """An error that is answered with a problem document of this kind.

    Attributes:
        status: the HTTP status.
        kind: last segment of the problem's type, kebab-case.
        title: the same for every problem of the kind.
        detail: what happened this time, and how to mend it.
        faults: the single things that are wrong.
        headers: headers to answer with.
    """

    status: int
    kind: str
    title: str
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(faults: Iterable[Fault]) -> ProblemError:
    """The request is well-formed JSON but does not say something that can be used."""
    faults = tuple(faults)
    shown = "see errors" if len(faults) <= MOST_FAULTS else f"errors has the first {MOST_FAULTS}"
    detail = faults[0].detail if len(faults) == 1 else f"{len(faults)} things are wrong; {shown}."
    faults = faults[:MOST_FAULTS]
    return ProblemError(422, "invalid-request", "The request cannot be used", detail, faults)


def not_found(what: str, given: str, nearest: Iterable[str] = ()) -> ProblemError:
    """There is no such thing; names what comes closest."""
    nearest = tuple(nearest)
    detail = f"There is no {what} “{given}”." + (f" Did you mean “{nearest[0]}”?" if nearest else "")
    fault = Fault(detail, expected=f"the id of a {what}", nearest=nearest)
    return ProblemError(404, "not-found", "Not Found", detail, (fault,) if nearest else ())


def problem_response(problem: ProblemError) -> Response:
    """The problem as an HTTP response."""
    body = orjson.dumps(problem_document(problem), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Response(body, problem.status, dict(problem.headers), content_type=MEDIA_TYPE)


def problem_document(problem: ProblemError) -> dict[str, Any]:
    """The members of a problem document."""
    document: dict[str, Any] = {
        "type": TYPE_BASE + problem.kind,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if has_request_context():
        document["instance"] = request.path
        document["request_id"] = g.get("request_id", "")
    if problem.faults:
        document["errors"] = [fault.as_dict() for fault in problem.faults]
    return document


def register_error_handlers(app: Flask) -> None:
    """Answer every error of ``app`` with a problem document."""
    app.register_error_handler(ProblemError, problem_response)
    app.register_error_handler(InvalidProfile, _invalid_profile)
    app.register_error_handler(EngineError, _engine_error)
    app.register_error_handler(RenderingUnavailable, _rendering_unavailable)
    app.register_error_handler(DatabaseGoneError, _no_database)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def raise_validation_problem(error: ValidationError) -> Response:
    """Turn pydantic's findings into a problem; called by flask-openapi, which passes exceptions on."""
    raise validation_problem(error, request.get_json(silent=True))


def validation_problem(error: ValidationError, body: Any) -> ProblemError:
    """Pydantic's findings about a query, or about this body, as a problem."""
    in_query = error.title == QUERY_TITLE
    found = error.errors(include_url=False, include_context=True)
    return invalid(_fault(detail, in_query, body) for detail in found)


_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "dict_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "list_type": "must be a list",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "date_parsing": "must be a date, YYYY-MM-DD",
    "date_from_datetime_parsing": "must be a date, YYYY-MM-DD",
}
"""Pydantic's kinds of errors in the words of this program, to follow the name of what is wrong."""


def _fault(error: ErrorDetails, in_query: bool, body: Any) -> Fault:
    path = list(_path_in_body(error, body)) if not in_query else list(error["loc"])
    expected = str(error.get("ctx", {}).get("expected", ""))
    if in_query:
        name = str(path[0])
        return Fault(f"The query parameter '{name}' {_what(error)}.", parameter=name, expected=expected)
    pointer = json_pointer(str(part) for part in path)
    return Fault(f"{_subject(path)} {_what(error)}.", pointer=pointer, expected=expected)


def _path_in_body(error: ErrorDetails, body: Any) -> Iterator[int | str]:
    """Where an error lies in what was sent: pydantic also names the alternatives of a type that it tried there."""
    place = body
    for part in error["loc"]:
        inside = _member(place, part)
        if inside is not _NOTHING:
            place = inside
            yield part
        elif isinstance(place, dict) and error["type"] == "missing":
            yield part


_NOTHING = object()


def _member(place: Any, part: int | str) -> Any:
    """What stands at ``part`` of a JSON value; :data:`_NOTHING` if nothing does."""
    if isinstance(place, list) and isinstance(part, int):
        return place[part] if part < len(place) else _NOTHING
    return place.get(part, _NOTHING) if isinstance(place, dict) else _NOTHING


def _subject(path: list[int | str]) -> str:
    """What is wrong, by name: a member, an item of a list, or the whole body."""
    if not path:
        return "The body"
    last = path[-1]
    return f"'{last}'" if isinstance(last, str) else f"Item {last + 1} of '{path[-2]}'"


def _what(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    return _PLAIN.get(error["type"]) or "is not valid: " + error["msg"][:1].lower() + error["msg"][1:]


def json_pointer(path: Iterable[str]) -> str:
    """The path as a JSON pointer (RFC 6901, section 3)."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _invalid_profile(error: InvalidProfile) -> Response:
    return problem_response(profile_problem(error))


def profile_problem(error: InvalidProfile) -> ProblemError:
    """Everything that makes a profile unusable, as a problem."""
    return invalid(_profile_fault(problem) for problem in error.problems)


def _profile_fault(problem: ProfileProblem) -> Fault:
    """The engine names members; over HTTP some of them are query parameters."""
    sentence = problem.message[:1].upper() + problem.message[1:].rstrip(".") + "."
    parameter = problem.pointer.removeprefix("/")
    fault = Fault(sentence, expected=problem.expected, nearest=tuple(problem.nearest))
    if parameter in request.args:
        return replace(fault, parameter=parameter)
    return replace(fault, pointer=problem.pointer)


def _engine_error(error: EngineError) -> Response:
    problem = engine_problem(error)
    return _unexpected(error) if problem is None else problem_response(problem)


def engine_problem(error: EngineError) -> ProblemError | None:
    """Why the engine gave no answer, as a problem; None if that is a fault of ours."""
    if isinstance(error, Overloaded):
        detail = "More questions are waiting than can be answered soon. Try again in a second."
        return ProblemError(503, "overloaded", "Too busy", detail, headers={"Retry-After": "1"})
    if isinstance(error, EngineTimeout):
        detail = f"The question was given up because it exceeded the limit of {error.limit}. A simpler one may not."
        return ProblemError(503, "limit-exceeded", "The question takes too long", detail)
    if isinstance(error, EngineUnavailable):
        detail = "The reasoning engine is not available on this server."
        return ProblemError(503, "engine-unavailable", "No engine", detail)
    return None


def _rendering_unavailable(error: RenderingUnavailable) -> Response:
    return problem_response(ProblemError(503, "rendering-unavailable", "Rendering not available", str(error)))


def _no_database(error: DatabaseGoneError) -> Response:
    _log.warning("database not reached", reason=str(error))
    detail = (
        "The database is not reached. Questions are answered from the knowledge as it was read last; nothing can be "
        "saved or looked up. Try again in a few seconds."
    )
    headers = {"Retry-After": "5"}
    return problem_response(ProblemError(503, "database-unavailable", "No database", detail, headers=headers))


def _http_exception(error: HTTPException) -> Response:
    """What Flask and werkzeug raise themselves: 404, 405, 413, redirects."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 413:
        _read_off()
    kind = error.name.lower().replace(" ", "-")
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return problem_response(ProblemError(error.code, kind, error.name, _http_detail(error), headers=headers))


def _read_off() -> None:
    """Read what is left of a body that is too large, within reason: a client that is still sending hears no answer."""
    for _ in range(128):
        if not request.environ["wsgi.input"].read(65536):
            return


def _http_detail(error: HTTPException) -> str:
    if error.code == 404:
        return f"There is nothing at {request.path}. The API is described at /docs."
    if error.code == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return f"{request.method} is not possible at {request.path}" + (f"; {allowed} would be." if allowed else ".")
    if error.code == 413:
        return "The body is larger than this server accepts."
    return error.description or error.name


def _unexpected(error: Exception) -> Response:
    return problem_response(unexpected(error))


def unexpected(error: Exception) -> ProblemError:
    """A fault of ours: everything to the log, nothing to the client but the id to find it by."""
    noted = {"request_id": g.request_id} if has_request_context() and "request_id" in g else {}
    _log.error("unexpected error", exc_info=error, **noted)
    detail = "Something went wrong on the server. The log has the details under this request id."
    return ProblemError(500, "internal-error", "Internal error", detail)
