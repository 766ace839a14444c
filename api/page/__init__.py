"""The page at ``/``: describe an application, get the recommendation, argue with it. Plain HTML first, htmx on top."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.page.view import views
from chat.dialogue import LONGEST_MESSAGE, Dialogues, MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from engine.errors import EngineError, Overloaded

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere: what a user or a pack wrote cannot become a script."""


def create_page_blueprint(dialogues: Callable[[], Dialogues]) -> Blueprint:
    """The blueprint of the page.

    Args:
        dialogues: gives the conversations of the application that handles the request.
    """
    page = _Page(dialogues)
    blueprint = Blueprint(
        "page", __name__, template_folder="templates", static_folder="static", static_url_path="/page"
    )
    blueprint.add_url_rule("/", "begin", page.begin, methods=["GET"])
    blueprint.add_url_rule("/", "first", page.first, methods=["POST"])
    blueprint.add_url_rule("/c/<session>", "conversation", page.conversation, methods=["GET"])
    blueprint.add_url_rule("/c/<session>", "say", page.say, methods=["POST"])
    blueprint.add_url_rule("/c/<session>/delete", "delete", page.delete, methods=["POST"])
    blueprint.register_error_handler(UnknownSessionError, page.unknown)
    blueprint.register_error_handler(MessageError, page.unreadable)
    blueprint.register_error_handler(BusySessionError, page.overloaded)
    blueprint.register_error_handler(EngineError, page.overloaded)
    blueprint.after_request(_secure)
    return blueprint


class _Page:
    """The views, over the conversations of the application."""

    def __init__(self, dialogues: Callable[[], Dialogues]) -> None:
        self._dialogues = dialogues

    def begin(self) -> Response:
        """The page before the first message."""
        return self._whole("page/begin.html")

    def first(self) -> AnyResponse:
        """The first message begins a conversation."""
        dialogues, text = self._dialogues(), request.form.get("text", "")
        dialogues.check(text)
        session = dialogues.start()
        dialogues.say(session, text)
        address = url_for("page.conversation", session=session)
        if not _by_htmx():
            return redirect(address, 303)
        return Response(status=200, headers={"HX-Redirect": address})

    def conversation(self, session: str) -> Response:
        """A conversation so far."""
        exchanges = views(self._dialogues().history(session))
        return self._whole("page/conversation.html", session=session, exchanges=exchanges)

    def say(self, session: str) -> AnyResponse:
        """One more message."""
        dialogues = self._dialogues()
        dialogues.say(session, request.form.get("text", ""))
        if not _by_htmx():
            return redirect(url_for("page.conversation", session=session, _anchor="latest"), 303)
        exchanges = views(dialogues.history(session))
        return make_response(
            render_template("page/next.html", session=session, exchanges=exchanges[-1:], longest=LONGEST_MESSAGE)
        )

    def delete(self, session: str) -> AnyResponse:
        """Forget a conversation."""
        self._dialogues().delete(session)
        return redirect(url_for("page.begin"), 303)

    # --- What can go wrong ------------------------------------------------------------------------------------

    def unknown(self, error: UnknownSessionError) -> Response:
        """The conversation is not there."""
        return self._trouble(f"{str(error).capitalize()}.", 404)

    def unreadable(self, error: MessageError) -> Response:
        """The message cannot be answered."""
        return self._trouble(f"{str(error).capitalize()}.", 422)

    def overloaded(self, error: EngineError | BusySessionError) -> Response:
        """There was no time for an answer."""
        busy = isinstance(error, Overloaded | BusySessionError)
        text = "Many people are asking at once." if busy else "I could not work that out."
        return self._trouble(f"{text} Please try again in a moment.", 503)

    def _trouble(self, text: str, status: int) -> Response:
        if _by_htmx():
            return make_response(render_template("page/trouble.html", trouble=text), status)
        return self._whole("page/begin.html", status=status, trouble=text)

    def _whole(self, template: str, status: int = 200, **values: object) -> Response:
        system = self._dialogues().knowledge().system
        return make_response(render_template(template, system=system, longest=LONGEST_MESSAGE, **values), status)


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "page.static":
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "HX-Request"
    return response
