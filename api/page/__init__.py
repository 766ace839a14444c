"""The page at ``/``: describe an application, get the recommendation, argue with it. Plain HTML first, htmx on top."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.page.layout import by_htmx, framed, page, trouble
from api.page.view import views
from api.services import services
from chat.dialogue import Dialogues, MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from engine.errors import EngineError, Overloaded


def create_page_blueprint() -> Blueprint:
    """The blueprint of the page."""
    blueprint = Blueprint(
        "page", __name__, template_folder="templates", static_folder="static", static_url_path="/page"
    )
    blueprint.add_url_rule("/", "begin", begin, methods=["GET"])
    blueprint.add_url_rule("/", "first", first, methods=["POST"])
    blueprint.add_url_rule("/c/<session>", "conversation", conversation, methods=["GET"])
    blueprint.add_url_rule("/c/<session>", "say", say, methods=["POST"])
    blueprint.add_url_rule("/c/<session>/delete", "delete", delete, methods=["POST"])
    blueprint.register_error_handler(UnknownSessionError, unknown)
    blueprint.register_error_handler(MessageError, unreadable)
    blueprint.register_error_handler(BusySessionError, overloaded)
    blueprint.register_error_handler(EngineError, overloaded)
    return framed(blueprint)


def begin() -> Response:
    """The page before the first message."""
    return page("page/begin.html")


def first() -> AnyResponse:
    """The first message begins a conversation."""
    dialogues, text = _dialogues(), request.form.get("text", "")
    dialogues.check(text)
    session = dialogues.start()
    dialogues.say(session, text)
    address = url_for("page.conversation", session=session)
    if not by_htmx():
        return redirect(address, 303)
    return Response(status=200, headers={"HX-Redirect": address})


def conversation(session: str) -> Response:
    """A conversation so far."""
    exchanges = views(_dialogues().history(session))
    return page("page/conversation.html", session=session, exchanges=exchanges)


def say(session: str) -> AnyResponse:
    """One more message."""
    dialogues = _dialogues()
    dialogues.say(session, request.form.get("text", ""))
    if not by_htmx():
        return redirect(url_for("page.conversation", session=session, _anchor="latest"), 303)
    exchanges = views(dialogues.history(session))
    return page("page/next.html", session=session, exchanges=exchanges[-1:])


def delete(session: str) -> AnyResponse:
    """Forget a conversation."""
    _dialogues().delete(session)
    return redirect(url_for("page.begin"), 303)


# --- What can go wrong ----------------------------------------------------------------------------------------


def unknown(error: UnknownSessionError) -> Response:
    """The conversation is not there."""
    return trouble(f"{str(error).capitalize()}.", 404)


def unreadable(error: MessageError) -> Response:
    """The message cannot be answered."""
    return trouble(f"{str(error).capitalize()}.", 422)


def overloaded(error: EngineError | BusySessionError) -> Response:
    """There was no time for an answer."""
    busy = isinstance(error, Overloaded | BusySessionError)
    text = "Many people are asking at once." if busy else "I could not work that out."
    return trouble(f"{text} Please try again in a moment.", 503)


def _dialogues() -> Dialogues:
    return services().dialogues
