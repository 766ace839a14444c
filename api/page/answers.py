"""Stored answers: each view of one has a link that shows the same again, in a conversation or by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.page import answer_views, exports
from api.page.asked import Asked, UnknownAnswerError, asked
from api.page.board import chosen
from api.page.layout import by_htmx, page, trouble
from api.services import services
from engine.errors import RenderingUnavailable
from engine.profile import InvalidProfile


def register(blueprint: Blueprint) -> None:
    """Add the routes of answers to a blueprint."""
    for rule, suffix in (("/a/<answer_id>", ""), ("/c/<session>/a/<answer_id>", "_here")):
        blueprint.add_url_rule(rule, f"answer{suffix}", answer, methods=["GET"], defaults={"view": "answer"})
        blueprint.add_url_rule(f"{rule}/<view>", f"answer{suffix}", answer, methods=["GET"])
        blueprint.add_url_rule(f"{rule}/packs", f"switched{suffix}", switched, methods=["POST"])
    blueprint.add_url_rule("/a/<answer_id>/continue", "go_on", go_on, methods=["POST"])
    blueprint.add_url_rule("/a/<answer_id>/files/<view>.<kind>", "export", export, methods=["GET"])
    blueprint.register_error_handler(UnknownAnswerError, _unknown)
    blueprint.register_error_handler(InvalidProfile, _invalid)
    blueprint.register_error_handler(RenderingUnavailable, _not_drawn)


def answer(answer_id: str, view: str, session: str | None = None) -> Response:
    """One view of an answer; the query says of what exactly."""
    question = asked(answer_id, view, request.args, session)
    if session is not None:
        services().dialogues.state(session)
    shown = answer_views.VIEWS.get(view)
    if shown is None:
        return trouble(f"There is no view “{view[:60]}” of an answer.", 404)
    try:
        values = shown(question)
    except InvalidProfile as error:
        return _shown(question, "trouble", 422, trouble=_words(error))
    response = _shown(question, view, 200, **values)
    if by_htmx():
        response.headers["HX-Push-Url"] = question.link(view, **question.query)
    return response


def _shown(question: Asked, view: str, status: int, **values: Any) -> Response:
    kinds = exports.available(view)
    return page(f"page/views/{view}.html", status, asked=question, session=question.session, kinds=kinds, **values)


def export(answer_id: str, view: str, kind: str) -> Response:
    """A view as a file: a picture, Markdown, text or data."""
    question = asked(answer_id, view, request.args, None)
    made = exports.made(question, kind)
    if made is None:
        return trouble(f"{view[:60]} cannot be had as {kind[:20]}.", 404)
    text, media_type = made
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    if request.args.get("inline") is None:
        response.headers["Content-Disposition"] = f'attachment; filename="{view}-{answer_id[:8]}.{kind}"'
    return response


def switched(answer_id: str, session: str | None = None) -> AnyResponse:
    """The same view of the answer that other packs give; both answers have links of their own."""
    view = request.form.get("view", "answer")
    question = asked(answer_id, view, request.args, session)
    found = question.advisor.recommend(
        question.recommendation.profile, question.recommendation.as_of, request.form.getlist("pack")
    )
    services().answers.save(found, question.version)
    return redirect(replace(question, recommendation=found).link(view, **question.query), 303)


def go_on(answer_id: str) -> AnyResponse:
    """A conversation of one's own that begins with the case of an answer, with changes if there are any."""
    question = asked(answer_id, "answer", request.args, None)
    dialogues = services().dialogues
    session = dialogues.start()
    dialogues.edit(session, question.case())
    changes = chosen(request.form)
    if changes:
        dialogues.edit(session, {"constraints": changes})
    return redirect(url_for("page.conversation", session=session), 303)


# --- What can go wrong ------------------------------------------------------------------------------------------


def _unknown(_: UnknownAnswerError) -> Response:
    return trouble("There is no such answer: it was never given, or is no longer kept.", 404)


def _invalid(error: InvalidProfile) -> Response:
    return trouble(_words(error), 422)


def _not_drawn(error: RenderingUnavailable) -> Response:
    return trouble(str(error), 503)


def _words(error: InvalidProfile) -> str:
    found = []
    for problem in error.problems:
        near = f"; nearest: {', '.join(problem.nearest)}" if problem.nearest else ""
        expected = f"; expected {problem.expected}" if problem.expected else ""
        found.append(f"{problem.message[:1].upper()}{problem.message[1:]}{expected}{near}.")
    return " ".join(found)
