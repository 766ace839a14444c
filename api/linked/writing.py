"""Answers as RDF: the form that the client likes best, or a page for a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox
from flask import Response

from api.caching import revalidated, short_name
from api.negotiation import HTML, choose
from api.page.layout import POLICY
from kb.linked import FORMS, write

RDF_FORMS: Sequence[str] = tuple(FORMS)
"""What every description can be had as."""


def in_rdf(quads: Callable[[], Iterable[ox.Quad]], tag: str, html: Callable[[], Response] | None = None) -> Response:
    """A description in the form that the client likes best.

    Args:
        quads: makes what is said; for a client that does not care it is written as Turtle.
        tag: what it depends on, for its validator.
        html: makes the page for a browser, if there is one.

    Raises:
        ProblemError: 406 if the client accepts none of the forms.
    """
    chosen = choose([*RDF_FORMS, *([HTML] if html else [])])
    if chosen == HTML and html:
        response = html()
        response.headers["Content-Security-Policy"] = POLICY
    else:
        charset = "; charset=utf-8" if chosen.startswith("text/") else ""
        response = Response(write(quads(), chosen), content_type=chosen + charset)
    response.vary.add("Accept")
    if response.status_code != 200:
        return response
    return revalidated(response, f"{tag}-{short_name(chosen)}")
