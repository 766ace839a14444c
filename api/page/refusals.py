"""Problem documents as pages, for whoever looks with a browser rather than asks with a program."""

from __future__ import annotations

import orjson
from flask import Response, make_response, render_template, request

from api.page.layout import POLICY, by_htmx, frame
from engine.errors import EngineError
from kb.outage import DatabaseGoneError

PROBLEM = "application/problem+json"
_PROGRAMS = ("/api/", "/sparql", "/metrics", "/healthz", "/readyz", "/openapi.json")
"""Paths at which nobody looks."""


def as_page(response: Response) -> Response:
    """A problem document as a page, or as the line that a page shows; any other response as it is.

    Status and headers stay. Programs, which do not ask for HTML before JSON, get the document.
    """
    if response.mimetype != PROBLEM or not (by_htmx() or _looked_at()) or response.headers.get("Content-Encoding"):
        return response
    problem = orjson.loads(response.get_data())
    try:
        shown = make_response(_markup(problem["title"], problem["detail"]))
    except (DatabaseGoneError, EngineError):
        return response  # not even the frame can be had
    response.set_data(shown.get_data())
    response.content_type = shown.content_type
    response.headers["Content-Security-Policy"] = POLICY
    response.vary.update(("Accept", "HX-Request"))
    if by_htmx():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#trouble", "innerHTML show:top"
    return response


def _markup(title: str, detail: str) -> str:
    if by_htmx():
        return render_template("page/trouble.html", trouble=detail)
    return render_template("page/refusal.html", title=title, trouble=detail, **frame())


def _looked_at() -> bool:
    """Whether a browser asks for a page: it says so, in so many words."""
    if request.path.startswith(_PROGRAMS):
        return False
    accepted = request.accept_mimetypes
    return "text/html" in accepted.values() and accepted["text/html"] > accepted["application/json"]
