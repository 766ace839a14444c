"""The blueprint of the pages about the knowledge itself: browse, extend, history, trust."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.page import editing, kinds, knowledge, proposing, trusting, versions
from api.page.layout import by_htmx, framed, page
from api.page.rehearsal import no_answer
from api.page.signing import forget, forget_if_useless
from api.problems import ProblemError
from engine.errors import EngineError


def create_know_blueprint() -> Blueprint:
    """The blueprint of these pages; those about an application are :func:`api.page.create_page_blueprint`'s."""
    blueprint = framed(Blueprint("know", __name__, template_folder="templates"))
    blueprint.context_processor(_helpers)
    for part in (knowledge, editing, versions, proposing, trusting):
        part.register(blueprint)
    blueprint.add_url_rule("/knowledge/key/forget", "forget_key", _forget, methods=["POST"])
    blueprint.after_request(forget_if_useless)
    blueprint.register_error_handler(ProblemError, _refused)
    blueprint.register_error_handler(EngineError, _failed)
    return blueprint


def _helpers() -> dict[str, Any]:
    """What templates name terms and lists by."""
    return {
        "called": kinds.CALLED,
        "plural": kinds.plural,
        "counted": kinds.counted,
        "address": kinds.address,
        "by_htmx": by_htmx(),
    }


def _forget() -> AnyResponse:
    """Let the browser forget its key."""
    return forget(redirect(url_for("know.browse"), 303))


def _refused(error: ProblemError) -> Response:
    """What was asked for is not there, or cannot be done."""
    response = _trouble(error.title, error.detail, error.status)
    response.headers.update(dict(error.headers))
    return response


def _failed(error: EngineError) -> Response:
    """There was no time for an answer."""
    return _refused(no_answer(error))


def _trouble(title: str, text: str, status: int) -> Response:
    if by_htmx():
        return page("page/trouble.html", status, trouble=text)
    return page("know/trouble.html", status, title=title, trouble=text)
