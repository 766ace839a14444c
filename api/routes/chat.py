"""Conversations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.callers import caller_of_request
from api.negotiation import JSON, MARKDOWN, TEXT, choose, negotiated, renderings
from api.problems import Fault, ProblemError, invalid, not_found
from api.routes.recommendations import answer_document
from api.schemas.advice import Message, Reply, Session, SessionPath, Transcript
from api.schemas.base import problems
from api.services import services
from api.streaming import EVENT_STREAM
from chat import transcript
from chat.dialogue import MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from chat.state import Reply as Spoken
from chat.teaching_desk import Caller

T = TypeVar("T")

_LONGEST_SHOWN = 100

blueprint = APIBlueprint(
    "chat", __name__, url_prefix="/api/v1/chat", abp_tags=[Tag(name="chat", description="Conversations")]
)

_PRIVATE = {"Cache-Control": "no-store"}


@blueprint.post("", responses={201: Session, **problems(503)})
def start() -> tuple[Response, int]:
    """Start a conversation. Whoever holds its id can read it and go on with it."""
    dialogues = services().dialogues
    return jsonify(session=dialogues.start(), greeting=dialogues.greeting()), 201


@blueprint.post(
    "/<session>/messages",
    security=[{}, {"key": []}],
    responses={200: Reply, **problems(400, 404, 406, 409, 413, 415, 422, 503)},
    openapi_extensions=renderings(EVENT_STREAM),
)
def say(path: SessionPath, body: Message) -> Response:
    """Say something; the reply carries the recommendation, if there is one, as REST gives it.

    A key is needed only to add a task to the knowledge in conversation ("add a task called ...").

    With `Accept: text/event-stream` the reply comes as Server-Sent Events: first `understood` (what the message states,
    as in /api/v1/interpretations), then a `part` for each paragraph of the reply (`{"text"}`), then `reply`, which is
    the document that comes without streaming. `error`, with a problem document, takes the place of what fails.
    """
    dialogues, caller = services().dialogues, caller_of_request()
    if choose((JSON, EVENT_STREAM)) == JSON:
        response = jsonify(_reply(path.session, body.text, caller))
        response.vary.add("Accept")
        return response
    # What can be refused is refused with its own status, before the stream begins.
    understood = _refusing(path.session, lambda: dialogues.understood(path.session, body.text))
    return services().streams.stream(lambda: understood, lambda: _reply(path.session, body.text, caller))


@blueprint.get(
    "/<session>",
    responses={200: Transcript, **problems(404, 406)},
    openapi_extensions=renderings(MARKDOWN, TEXT),
)
def read(path: SessionPath) -> Response:
    """All that was said, oldest first; as Markdown for a report, or as plain text."""
    dialogues = services().dialogues
    said = _refusing(path.session, lambda: dialogues.history(path.session))
    knowledge = dialogues.knowledge()
    response = negotiated(
        {
            JSON: lambda: {"session": path.session, "exchanges": [_exchange(one.text, one.reply) for one in said]},
            MARKDOWN: lambda: transcript.as_markdown(knowledge, said),
            TEXT: lambda: transcript.as_text(said),
        }
    )
    response.headers.update(_PRIVATE)
    return response


@blueprint.delete("/<session>", responses={204: None, **problems(404)})
def delete(path: SessionPath) -> tuple[str, int]:
    """Forget a conversation, with all that was said in it."""
    _refusing(path.session, lambda: services().dialogues.delete(path.session))
    return "", 204


def _reply(session: str, text: str, caller: Caller) -> dict[str, Any]:
    """The reply to a message, which is kept with it."""
    reply = _refusing(session, lambda: services().dialogues.say(session, text, caller)).as_dict()
    if reply["recommendation"] is not None:
        reply["recommendation"] = answer_document(reply["recommendation"])
    return reply


def _exchange(text: str, reply: Spoken) -> dict[str, Any]:
    recommendation = reply.recommendation
    return {**reply.as_dict(), "text": text, "recommendation": recommendation and recommendation["id"]}


def _refusing(session: str, ask: Callable[[], T]) -> T:
    """What a conversation gives.

    Raises:
        ProblemError: 404 if there is no such conversation, 409 if it is busy, 422 if the message cannot be read.
    """
    try:
        return ask()
    except MessageError as error:
        detail = str(error)
        raise invalid([Fault(f"{detail[:1].upper()}{detail[1:]}.", pointer="/text")]) from None
    except UnknownSessionError:
        raise not_found("conversation", session[:_LONGEST_SHOWN]) from None
    except BusySessionError:
        detail = "Other messages of this conversation are still being answered. Send this one again."
        raise ProblemError(409, "busy", "Conversation busy", detail, headers={"Retry-After": "1"}) from None
