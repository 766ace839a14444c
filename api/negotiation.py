"""Which rendering a client asked for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response, jsonify, request

from api.problems import ProblemError
from engine.render import prose

JSON = "application/json"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
SVG = "image/svg+xml"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"

WORDS = (JSON, TEXT, MARKDOWN, HTML)
"""What every explanation can be had as."""

RENDERINGS = "x-renderings"
"""The member of an operation's description that lists its media types besides JSON."""


def in_words(data: Callable[[], Any], text: Callable[[], str]) -> dict[str, Callable[[], Any]]:
    """The renderings of an explanation that has a plain text: JSON, the text, and the text as Markdown and HTML."""
    return {
        JSON: data,
        TEXT: text,
        MARKDOWN: lambda: prose.markdown(text()),
        HTML: lambda: prose.html(text()),
    }


def renderings(*media_types: str) -> dict[str, Any]:
    """What an operation can be had as besides JSON, for the documentation."""
    return {RENDERINGS: [one for one in media_types if one != JSON]}


def choose(offers: Iterable[str], wanted: str | None = None) -> str:
    """The offered media type that the client likes best; the first offer if it does not care.

    Args:
        offers: media types.
        wanted: one that the request asks for in another way than by its header.

    Raises:
        ProblemError: 406 if the client accepts none of them.
    """
    offers = list(offers)
    if wanted is not None:
        chosen = wanted if wanted in offers else None
    else:
        chosen = request.accept_mimetypes.best_match(offers) if request.accept_mimetypes else offers[0]
    if chosen is None:
        given = wanted or request.headers["Accept"][:200]
        detail = f"This answer can be had as {' or '.join(offers)}, not as {given}."
        raise ProblemError(406, "not-acceptable", "No such rendering", detail)
    return chosen


def negotiated(made_by: Mapping[str, Callable[[], Any]], status: int = 200) -> Response:
    """The response in the offered media type that the client likes best; the first offer if it does not care.

    Args:
        made_by: media types with what makes them: data for JSON, text for everything else.
        status: the HTTP status.

    Raises:
        ProblemError: 406 if the client accepts none of them.
    """
    chosen = choose(made_by)
    made = made_by[chosen]()
    response = jsonify(made) if chosen == JSON else Response(made, content_type=_content_type(chosen))
    response.status_code = status
    if len(made_by) > 1:
        response.vary.add("Accept")
    return response


def _content_type(media_type: str) -> str:
    """Of the forms of RDF only those that are text have a parameter that says how it is encoded."""
    is_text = media_type.startswith("text/") or media_type == SVG
    return f"{media_type}; charset=utf-8" if is_text else media_type
