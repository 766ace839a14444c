"""JSON in and out: strict reading with precise messages, fast writing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import orjson
from flask import Flask, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import RequestEntityTooLarge

from api.encodings import body_encoding, pieces
from api.problems import Fault, ProblemError, invalid, json_pointer

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class OrjsonProvider(JSONProvider):
    """JSON by orjson: strict UTF-8, no NaN, bounded depth. Indented, because people read it with curl."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """``obj`` as JSON text."""
        return orjson.dumps(obj, plain_value, _OPTIONS).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """The value that JSON text means."""
        return orjson.loads(s)


def plain_value(value: object) -> object:
    """A value that JSON does not know as one that it does.

    Raises:
        TypeError: if there is none.
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")


def check_body(max_depth: int) -> None:
    """Refuse a body that is no JSON object, precisely, before anything reads it.

    Applies to views with a parameter ``body``; meant for ``before_request``.

    Raises:
        RequestEntityTooLarge: if it is larger than allowed.
        ProblemError: 400 if the body is empty or malformed, 415 if it is not said to be JSON, 422 if it is
            JSON of another shape, too deep, or has text that no id or sentence contains (NUL).
    """
    if request.endpoint is None or request.url_rule is None or not _takes_body():
        return
    data = whole_body(current_app.config["MAX_CONTENT_LENGTH"])
    if not data.strip():
        detail = "The body is empty; expected a JSON object."
        raise ProblemError(400, "empty-body", "The body is empty", detail, (Fault(detail, pointer=""),))
    if not request.is_json:
        given = request.mimetype or "nothing"
        detail = f"The body is said to be {given}; send it with the header Content-Type: application/json."
        raise ProblemError(415, "unsupported-media-type", "Not JSON", detail, headers={"Accept": "application/json"})
    read_object(data, max_depth)


def read_object(data: bytes, max_depth: int, what: str = "body") -> dict[str, Any]:
    """The JSON object that a text means.

    Args:
        data: the text.
        max_depth: how deep it may be nested.
        what: what it is, for messages.

    Raises:
        ProblemError: 400 if it is malformed, 422 if it is JSON of another shape, too deep, or has NUL in a text.
    """
    value = _parse(data, what)
    if not isinstance(value, dict):
        fault = Fault(f"The {what} is {_shape(value)}; expected a JSON object.", pointer="", expected="object")
        raise invalid([fault])
    faults = list(_faults(value, max_depth, what))
    if faults:
        raise invalid(faults)
    return value


def whole_body(limit: int | None) -> bytes:
    """The body, or 413: of a chunked or compressed one no more is read than is allowed.

    One that is compressed is put in its place as it would have been without, for whoever reads it after this.
    """
    request.max_content_length = limit
    if body_encoding() is not None:
        data = b"".join(pieces(limit or sys.maxsize))
        request.environ["wsgi.input"] = BytesIO(data)
        request.environ["CONTENT_LENGTH"] = str(len(data))
        del request.environ["HTTP_CONTENT_ENCODING"]
        request.__dict__.pop("stream", None)
        return request.get_data()
    data = request.get_data()
    if request.content_length is None and limit is not None and len(data) >= limit:
        raise RequestEntityTooLarge
    return data


def _takes_body() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return "body" in getattr(view, "__annotations__", {})


def _parse(data: bytes, what: str) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if what == "body" else f"column {error.colno}"
        detail = f"The {what} is not well-formed JSON: {error.msg} at {place}."
        raise ProblemError(400, "malformed-json", "Malformed JSON", detail) from None


def _shape(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case _:
            return "a list"


def _faults(body: Any, max_depth: int, what: str) -> Iterator[Fault]:
    """What makes a well-formed body unusable whatever it is for; iterative, as depth is what it guards against."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), body)]
    while waiting:
        path, value = waiting.pop()
        if len(path) >= max_depth:
            yield Fault(f"The {what} is nested more than {max_depth} levels deep.", pointer=json_pointer(path))
            return
        if isinstance(value, str) and "\0" in value:
            yield Fault("Text must not contain the character NUL.", pointer=json_pointer(path))
        elif isinstance(value, dict):
            if any("\0" in name for name in value):
                yield Fault("Names must not contain the character NUL.", pointer=json_pointer(path))
            waiting.extend(((*path, name), item) for name, item in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, str(index)), item) for index, item in enumerate(value))


def register_json(app: Flask, max_depth: int) -> None:
    """Read and write JSON of ``app`` by this module."""
    app.json = OrjsonProvider(app)

    @app.before_request
    def _check() -> None:
        check_body(max_depth)
