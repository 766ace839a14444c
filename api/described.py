"""The description of the interface (OpenAPI 3.1): what the library that writes it cannot say by itself."""

from __future__ import annotations

from collections.abc import Mapping
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
    """Say of every operation in which forms it answers, which documents it takes, and how it refuses."""
    for operations in specification["paths"].values():
        for operation in operations.values():
            _complete(operation)


def _complete(operation: dict[str, Any]) -> None:
    """Describe one operation. The library documents its own form of 422; ours is a problem document."""
    responses = operation["responses"]
    for media_type in operation.pop(RENDERINGS, ()):
        responses["200"].setdefault("content", {})[media_type] = dict(_TEXT)
    if documents := operation.pop(DOCUMENTS, ()):
        operation["requestBody"] = {"content": {one: dict(_TEXT) for one in documents}, "required": True}
    if parameters := operation.pop(PARAMETERS, ()):
        operation["parameters"] = [*operation.get("parameters", ()), *parameters]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
        if operation.get("parameters"):
            responses["422"] = problems(422)[422]
