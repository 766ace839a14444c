"""Asking: a conversation, and beside it the answer and the board, which changes the same case."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.callers import caller
from api.page.board import edit_from, suggested_tasks
from api.page.layout import by_htmx, page, trouble
from api.page.side import side_of
from api.page.view import View, views
from api.problems import ProblemError
from api.rates import find_typed
from api.services import services
from chat.dialogue import Dialogues, MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from engine.errors import EngineError, Overloaded
from engine.profile import InvalidProfile

KEY_GIVEN = "Type it into the field beside your message."
"""How a key is given here."""


def begin() -> Response:
    """The page before the first message."""
    return page("page/begin.html")


def first() -> AnyResponse:
    """The first message begins a conversation; so does an empty board."""
    dialogues = _dialogues()
    text = request.form.get("text", "")
    if "blank" not in request.form:
        dialogues.check(text)
    session = dialogues.start()
    if "blank" not in request.form:
        dialogues.say(session, text)
    address = url_for("page.conversation", session=session)
    if not by_htmx():
        return redirect(address, 303)
    return Response(status=200, headers={"HX-Redirect": address})


def conversation(session: str) -> Response:
    """A conversation so far, with answer and board."""
    return _whole(session)


def _whole(session: str, error: InvalidProfile | None = None) -> Response:
    exchanges = views(_dialogues().history(session))
    side = side_of(session, request.args.get("find"), error)
    status = 422 if error else 200
    return page("page/conversation.html", status, session=session, exchanges=exchanges, side=side)


def say(session: str) -> AnyResponse:
    """One more message; with a key, if something is to be added to the knowledge."""
    given = request.form.get("key", "").strip()
    if given:
        find_typed(given)  # counts wrong ones
    _dialogues().say(session, request.form.get("text", ""), caller(given, KEY_GIVEN))
    if not by_htmx():
        return redirect(url_for("page.conversation", session=session, _anchor="latest"), 303)
    # Whoever clicked goes on clicking: focus on the text box would open the keyboard of a phone.
    chosen = "chosen" in request.form
    exchanges, side = _newest(session), side_of(session)
    return page("page/next.html", session=session, exchanges=exchanges, side=side, said=True, chosen=chosen)


def edit(session: str) -> AnyResponse:
    """Set something on the board."""
    name = request.form.get("constraint", "")
    control = side_of(session, "").board.control(name) if name else None
    try:
        switched = "packs" in request.form
        changes = {"packs": request.form.getlist("pack")} if switched else edit_from(request.form, control)
        reply = _dialogues().edit(session, changes)
    except InvalidProfile as error:
        if not by_htmx():
            return _whole(session, error)
        return page(
            "page/edited.html",
            422,
            session=session,
            exchanges=[],
            side=side_of(session, request.form.get("find"), error),
        )
    if not by_htmx():
        anchor = f"set-{name}" if name else "packs" if switched else "board"
        return redirect(url_for("page.conversation", session=session, _anchor=anchor), 303)
    exchanges, side = _newest(session) if reply else [], side_of(session, request.form.get("find"))
    return page("page/edited.html", session=session, exchanges=exchanges, side=side)


def undo(session: str) -> AnyResponse:
    """Undo the last change."""
    reply = _dialogues().undo(session)
    if not by_htmx():
        return redirect(url_for("page.conversation", session=session, _anchor="board"), 303)
    exchanges = _newest(session) if reply else []
    return page("page/edited.html", session=session, exchanges=exchanges, side=side_of(session))


def questions(session: str) -> Response:
    """The other questions of the board that go by some words."""
    return page("page/rest.html", session=session, side=side_of(session, request.args.get("find", "")))


def tasks() -> Response:
    """Tasks that go by some words, as suggestions for a text box."""
    labels = list(suggested_tasks(services().advisor(), request.args.get("task", "")))
    return page("page/tasks.html", labels=labels)


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


def refused(error: ProblemError) -> Response:
    """What is not allowed, or not now."""
    return trouble(error.detail, error.status)


def _newest(session: str) -> list[View]:
    return views(_dialogues().history(session))[-1:]


def _dialogues() -> Dialogues:
    return services().dialogues
