"""What every page shares: the frame around it, its navigation, its headers, and how trouble is told."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from api.services import services
from chat.dialogue import LONGEST_MESSAGE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere: what a user or a pack wrote cannot become a script."""

NAVIGATION = (
    ("page.begin", "Ask"),
    ("know.browse", "Knowledge"),
    ("know.history", "History"),
    ("know.trust", "Trust"),
)
"""Endpoints and what their links are called; those that an application does not have are left out."""

STATIC = "page.static"
FILES = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
"""A file whose address names its content is never asked for again (RFC 8246)."""


def framed(blueprint: Blueprint) -> Blueprint:
    """A blueprint whose pages have the frame and the headers."""
    blueprint.context_processor(frame)
    blueprint.after_request(_secure)
    return blueprint


def by_htmx() -> bool:
    """Whether a fragment is asked for rather than a page."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A rendered template as a response."""
    return make_response(render_template(template, **values), status)


def trouble(text: str, status: int, template: str = "page/begin.html") -> Response:
    """What went wrong: a line above what is there for a fragment, else on a page from which one can go on."""
    if by_htmx():
        response = page("page/trouble.html", status, trouble=text)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#trouble", "innerHTML show:top"
        return response
    return page(template, status, trouble=text)


def frame() -> dict[str, Any]:
    """What the base template needs; "here" is the entry of the navigation to which a page belongs."""
    links = [(endpoint, label) for endpoint, label in NAVIGATION if endpoint in current_app.view_functions]
    endpoint = request.endpoint or ""
    here = next((name for name, _ in links if name == endpoint), None)
    if here is None:
        here = next((name for name, _ in links if name.partition(".")[0] == endpoint.partition(".")[0]), "")
    system = services().dialogues.knowledge().system
    return {"system": system, "navigation": links, "here": here, "longest": LONGEST_MESSAGE, "asset": asset}


def asset(name: str) -> str:
    """The address of a file of the page, another one for other content."""
    return url_for(STATIC, filename=name, v=_fingerprint(name))


@lru_cache
def _fingerprint(name: str) -> str:
    return hashlib.blake2b((FILES / name).read_bytes(), digest_size=6).hexdigest()


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Without any referrer a browser would send no origin either, and forms could not be told from those of other sites.
    response.headers["Referrer-Policy"] = "same-origin"
    if (request.endpoint or "").endswith(".static"):
        given = (request.view_args or {}).get("filename", "")
        if response.status_code == 200 and request.args.get("v") == _fingerprint(given):
            response.headers["Cache-Control"] = FOR_GOOD
        response.direct_passthrough = False
        response.make_sequence()  # what is streamed from a file is not compressed
    else:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "HX-Request"
    return response
