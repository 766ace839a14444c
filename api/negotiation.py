"""Which rendering a client asked for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, request

from api.problems import ProblemError

JSON = "application/json"
TEXT = "text/plain"


def negotiated(renderings: Mapping[str, Callable[[], Any]], status: int = 200) -> Response:
    """The response in the offered media type that the client likes best; the first offer if it does not care.

    Args:
        renderings: media types with what makes them: data for JSON, text for everything else.
        status: the HTTP status.

    Raises:
        ProblemError: 406 if the client accepts none of them.
    """
    offers = list(renderings)
    chosen = request.accept_mimetypes.best_match(offers) if request.accept_mimetypes else offers[0]
    if chosen is None:
        detail = f"This answer can be had as {' or '.join(offers)}, not as {request.headers['Accept']}."
        raise ProblemError(406, "not-acceptable", "No such rendering", detail)
    made = renderings[chosen]()
    response = jsonify(made) if chosen == JSON else Response(made, content_type=f"{chosen}; charset=utf-8")
    response.status_code = status
    if len(offers) > 1:
        response.vary.add("Accept")
    return response
