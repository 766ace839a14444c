"""The page at ``/``: describe an application, get the recommendation, argue with it. Plain HTML first, htmx on top."""

from __future__ import annotations

from flask import Blueprint

from api.page import answers, asking
from api.page.layout import framed
from api.page.refusals import as_page
from api.problems import ProblemError
from chat.dialogue import MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from chat.wording import capital, points
from engine.errors import EngineError
from engine.render.english import signed


def create_page_blueprint() -> Blueprint:
    """The blueprint of the page."""
    blueprint = Blueprint(
        "page", __name__, template_folder="templates", static_folder="static", static_url_path="/page"
    )
    blueprint.add_url_rule("/", "begin", asking.begin, methods=["GET"])
    blueprint.add_url_rule("/", "first", asking.first, methods=["POST"])
    blueprint.add_url_rule("/tasks", "tasks", asking.tasks, methods=["GET"])
    blueprint.add_url_rule("/c/<session>", "conversation", asking.conversation, methods=["GET"])
    blueprint.add_url_rule("/c/<session>", "say", asking.say, methods=["POST"])
    blueprint.add_url_rule("/c/<session>/board", "edit", asking.edit, methods=["POST"])
    blueprint.add_url_rule("/c/<session>/undo", "undo", asking.undo, methods=["POST"])
    blueprint.add_url_rule("/c/<session>/questions", "questions", asking.questions, methods=["GET"])
    blueprint.add_url_rule("/c/<session>/delete", "delete", asking.delete, methods=["POST"])
    answers.register(blueprint)
    blueprint.register_error_handler(UnknownSessionError, asking.unknown)
    blueprint.register_error_handler(MessageError, asking.unreadable)
    blueprint.register_error_handler(BusySessionError, asking.overloaded)
    blueprint.register_error_handler(EngineError, asking.overloaded)
    blueprint.register_error_handler(ProblemError, asking.refused)
    blueprint.add_app_template_filter(points, "points")
    blueprint.add_app_template_filter(signed, "signed")
    blueprint.add_app_template_filter(capital, "capital")
    blueprint.after_app_request(as_page)
    return framed(blueprint)
