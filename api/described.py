"""The description of the interface (OpenAPI 3.1): what the library that writes it cannot say by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.negotiation import RENDERINGS
from api.schemas.base import problems

DOCUMENTS = "x-documents"
"""The member of an operation's description that lists the media types of documents that it takes."""

PARAMETERS = "x-parameters"
"""The member that lists parameters that the operation reads by itself."""

_TEXT: Mapping[str, Any] = {"schema": {"type": "string"}}


def query_parameter(name: str, description: str, *, many: bool = False, schema: Any = None) -> dict[str, Any]:
    """A parameter of a query, for :data:`PARAMETERS`."""
    one = schema or {"type": "string"}
    whole = {"type": "array", "items": one} if many else one
    return {"name": name, "in": "query", "description": description, "required": False, "schema": whole}


def complete(specification: dict[str, Any]) -> None:
    """Say of every operation in which forms it answers, which documents it takes, how it refuses, what to ask next."""
    paths = specification["paths"]
    for operations in paths.values():
        for operation in operations.values():
            _complete(operation)
    for path, method, status, name, expression in _LEAD_ON:
        operation = paths.get(path, {}).get(method)
        if operation is not None:
            operation["responses"][status]["links"] = dict(_links(paths, name, expression))


_LEAD_ON = (
    ("/api/v1/recommendations", "post", "200", "answer_id", "$response.body#/id"),
    ("/api/v1/chat", "post", "201", "session", "$response.body#/session"),
)
"""Operations whose answer names what others ask about: the parameter, and where the answer has it."""

_ALSO = {
    "technique": "$response.body#/ranking/1/technique",
    "than": "$response.body#/ranking/1/technique",
    "to": "$response.body#/ranking/1/technique",
}
"""Where an answer has what some of these operations need besides."""


def _links(paths: Mapping[str, Any], name: str, expression: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A link to each operation that asks about what has this name (OpenAPI 3.1, Link Object)."""
    for path, operations in paths.items():
        if f"{{{name}}}" not in path:
            continue
        for operation in operations.values():
            needed = {one["name"] for one in operation.get("parameters", ()) if one.get("required")} - {name}
            if needed <= set(_ALSO):
                known = {name: expression, **{one: _ALSO[one] for one in sorted(needed)}}
                yield operation["operationId"], {"operationId": operation["operationId"], "parameters": known}


EVERYWHERE = (401, 403, 414, 429, 503)
"""What any operation may answer: reading may need a key, rates are limited, and the database may be gone."""


def _complete(operation: dict[str, Any]) -> None:
    """Describe one operation. The library documents its own form of 422; ours is a problem document."""
    responses = operation["responses"]
    operation["tags"].sort()  # the library keeps them in a set
    for media_type in operation.pop(RENDERINGS, ()):
        # What is JSON of a kind that others describe is anything here.
        form = {} if media_type.endswith("json") else dict(_TEXT)
        responses["200"].setdefault("content", {}).setdefault(media_type, form)
    if documents := operation.pop(DOCUMENTS, ()):
        operation["requestBody"] = {"content": {one: dict(_TEXT) for one in documents}, "required": True}
    if parameters := operation.pop(PARAMETERS, ()):
        operation["parameters"] = [*operation.get("parameters", ()), *parameters]
    if "requestBody" in operation:
        responses.setdefault("408", problems(408)[408])
    if operation["tags"] != ["health"]:
        for status in EVERYWHERE:
            responses.setdefault(str(status), problems(status)[status])
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
        if operation.get("parameters"):
            responses["422"] = problems(422)[422]
