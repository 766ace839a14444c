"""Questions about the expert rather than about an answer: how it decides, how accurate it is, what its terms mean."""

from __future__ import annotations

from flask import Response
from flask_openapi import APIBlueprint, Tag

from api.caching import of_request
from api.negotiation import WORDS, in_words, negotiated, renderings
from api.schemas.base import problems
from api.schemas.explanations import Accuracy, Definition, DefinitionQuery, Method, PacksQuery
from api.services import services

blueprint = APIBlueprint(
    "expert",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="expert", description="How it decides, how accurate it is, what its terms mean")],
)


@blueprint.get("/accuracy", responses={200: Accuracy, **problems(406, 503)}, openapi_extensions=renderings(*WORDS))
def accuracy() -> Response:
    """How the scenarios of the knowledge base come out, and what was recorded of other cases."""
    advisor = services().advisor()
    answer = advisor.accuracy()
    return of_request(negotiated(in_words(answer.as_dict, answer.as_text)), advisor.version.number)


@blueprint.get("/method", responses={200: Method, **problems(406, 422)}, openapi_extensions=renderings(*WORDS))
def method(query: PacksQuery) -> Response:
    """How answers come about in general, and on how much knowledge."""
    packs = [pack.strip() for pack in query.packs.split(",")] if query.packs is not None else None
    advisor = services().advisor()
    answer = advisor.how_it_decides(packs)
    return of_request(negotiated(in_words(answer.as_dict, answer.as_text)), advisor.version.number)


@blueprint.get("/definitions", responses={200: Definition, **problems(406, 422)}, openapi_extensions=renderings(*WORDS))
def definition(query: DefinitionQuery) -> Response:
    """What a term means, by any of its names."""
    advisor = services().advisor()
    answer = advisor.define(query.term)
    return of_request(negotiated(in_words(answer.as_dict, answer.as_text)), advisor.version.number)
