"""Conversations."""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.problems import Fault, ProblemError, invalid, not_found
from api.routes.recommendations import answer_document
from api.schemas.advice import Message, Reply, Session, SessionPath
from api.schemas.base import problems
from api.services import services
from chat.dialogue import MessageError
from chat.sessions import BusySessionError, UnknownSessionError

blueprint = APIBlueprint(
    "chat", __name__, url_prefix="/api/v1/chat", abp_tags=[Tag(name="chat", description="Conversations")]
)


@blueprint.post("", responses={201: Session, **problems(503)})
def start() -> tuple[Response, int]:
    """Start a conversation. Whoever holds its id can read it and go on with it."""
    return jsonify(session=services().dialogues.start()), 201


@blueprint.post("/<session>/messages", responses={200: Reply, **problems(400, 404, 409, 413, 415, 422, 503)})
def say(path: SessionPath, body: Message) -> Response:
    """Say something; the reply carries the recommendation, if there is one, as REST gives it."""
    try:
        reply = services().dialogues.say(path.session, body.text).as_dict()
    except MessageError as error:
        detail = str(error)
        raise invalid([Fault(f"{detail[:1].upper()}{detail[1:]}.", pointer="/text")]) from None
    except UnknownSessionError:
        raise not_found("conversation", path.session) from None
    except BusySessionError:
        detail = "Other messages of this conversation are still being answered. Send this one again."
        raise ProblemError(409, "busy", "Conversation busy", detail, headers={"Retry-After": "1"}) from None
    if reply["recommendation"] is not None:
        reply["recommendation"] = answer_document(reply["recommendation"])
    return jsonify(reply)
