"""What free text says about an application."""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.schemas.advice import Interpretation, InterpretationRequest
from api.schemas.base import problems
from api.services import services
from chat.understanding import interpret as interpret_text

blueprint = APIBlueprint(
    "interpretations",
    __name__,
    url_prefix="/api/v1/interpretations",
    abp_tags=[Tag(name="interpretations", description="What free text says")],
)


@blueprint.post("", responses={200: Interpretation, **problems(400, 413, 415, 422)})
def interpret(body: InterpretationRequest) -> Response:
    """Read free text: task, constraints and needs, each with the words that say it."""
    return jsonify(interpret_text(body.text, services().advisor()).as_dict())
