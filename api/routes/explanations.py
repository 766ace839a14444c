"""The questions about a recommendation."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.negotiation import (
    HTML,
    JSON,
    JSON_LD,
    MARKDOWN,
    SVG,
    TEXT,
    TURTLE,
    WORDS,
    in_words,
    negotiated,
    renderings,
)
from api.problems import Fault, invalid
from api.routes.recommendations import find, of_one_answer, operations
from api.schemas.advice import AnswerPath, WhatIfRequest
from api.schemas.base import problems
from api.schemas.explanations import (
    Changes,
    ChangesQuery,
    ClaimsQuery,
    Contrast,
    ContrastQuery,
    CostQuery,
    CostRequest,
    Costs,
    Evidence,
    Regions,
    RegionsQuery,
    WhatIf,
    WhyNot,
    WhyNotQuery,
    WhyOrOutline,
    WhyQuery,
)
from engine.explanation import WhyAnswer
from engine.render import drawn

_IN_WORDS = renderings(*WORDS)

blueprint = operations("explanations", __name__)
blueprint.after_request(of_one_answer)


@blueprint.get(
    "/<answer_id>/why",
    responses={200: WhyOrOutline, **problems(404, 406, 422, 503)},
    openapi_extensions=renderings(*WORDS, SVG, TURTLE, JSON_LD),
)
def why(path: AnswerPath, query: WhyQuery) -> Response:
    """Why it was recommended: the proof, down to what was stated and which source says so.

    With `node` or `level` JSON and text are an outline from that node downwards instead.
    """
    advisor, recommendation = find(path.answer_id)
    answer = advisor.why(recommendation)
    node, level = query.node, query.level
    drilled = node is not None or level is not None
    return negotiated(
        {
            JSON: lambda: outline_document(answer, node, level) if drilled else answer.as_dict(),
            TEXT: lambda: drawn.text(answer.outline(node, level)) if drilled else answer.as_text(),
            MARKDOWN: lambda: answer.as_markdown(node, level),
            HTML: lambda: answer.as_html(node, level),
            SVG: lambda: answer.as_svg(node, level),
            TURTLE: answer.as_turtle,
            JSON_LD: answer.as_json_ld,
        }
    )


def outline_document(answer: WhyAnswer, node: str | None, level: int | None) -> dict[str, object]:
    """An outline as JSON."""
    outline = answer.outline(node, level)
    return {"id": answer.recommendation.id, "outline": outline.as_dict(), "text": drawn.text(outline)}


@blueprint.get(
    "/<answer_id>/why-not",
    responses={200: WhyNot, **problems(404, 406, 422, 503)},
    openapi_extensions=_IN_WORDS,
)
def why_not(path: AnswerPath, query: WhyNotQuery) -> Response:
    """Why another technique was not recommended: everything that stands against it, and the cheapest ways out."""
    advisor, recommendation = find(path.answer_id)
    answer = advisor.why_not(recommendation, query.technique, repair=query.repair)
    return negotiated(in_words(answer.as_dict, answer.as_text))


@blueprint.get(
    "/<answer_id>/contrast",
    responses={200: Contrast, **problems(404, 406, 422, 503)},
    openapi_extensions=_IN_WORDS,
)
def contrast(path: AnswerPath, query: ContrastQuery) -> Response:
    """Why one technique rather than another: only what differs, in both directions."""
    advisor, recommendation = find(path.answer_id)
    technique = query.technique or recommendation.technique
    if technique is None:
        detail = "Nothing is recommended here, so name both techniques to compare."
        raise invalid([Fault(detail, parameter="technique", expected="the id of a technique")])
    answer = advisor.contrast(recommendation, technique, query.than)
    return negotiated(in_words(answer.as_dict, answer.as_text))


@blueprint.get(
    "/<answer_id>/changes",
    responses={200: Changes, **problems(404, 406, 422, 503)},
    openapi_extensions=_IN_WORDS,
)
def changes(path: AnswerPath, query: ChangesQuery) -> Response:
    """What would change it: the smallest sets of changes that make a technique win, each replayed."""
    advisor, recommendation = find(path.answer_id, "none")
    answer = advisor.changes(recommendation, query.to, query.size, query.fixed)
    return negotiated(in_words(answer.as_dict, answer.as_text))


@blueprint.get(
    "/<answer_id>/regions",
    responses={200: Regions, **problems(404, 406, 422, 503)},
    openapi_extensions=renderings(*WORDS, SVG),
)
def regions(path: AnswerPath, query: RegionsQuery) -> Response:
    """Where it flips: which technique wins for each value of one constraint, or pair of values of two."""
    advisor, recommendation = find(path.answer_id, "none")
    answer = advisor.regions(recommendation, query.x, query.y)
    return negotiated({**in_words(answer.as_dict, answer.as_text), SVG: answer.as_svg})


@blueprint.get(
    "/<answer_id>/cost",
    responses={200: Costs, **problems(404, 406, 422, 503)},
    openapi_extensions=renderings(*WORDS, SVG),
)
def cost(path: AnswerPath, query: CostQuery) -> Response:
    """What it costs: each technique's total over a horizon, and from where on which is cheaper. It decides nothing.

    Any number of the answer can be stated by its id, as a parameter of the query.
    """
    return _costs(path.answer_id, {name: _number(value) for name, value in query.model_dump(exclude_none=True).items()})


@blueprint.post(
    "/<answer_id>/cost",
    responses={200: Costs, **problems(400, 404, 406, 413, 415, 422, 503)},
    openapi_extensions=renderings(*WORDS, SVG),
)
def cost_with(path: AnswerPath, body: CostRequest) -> Response:
    """The same with numbers in the body; nothing is stored."""
    return _costs(path.answer_id, body.model_dump(exclude_none=True))


def _costs(answer_id: str, numbers: dict[str, Any]) -> Response:
    advisor, recommendation = find(answer_id)
    answer = advisor.costs(recommendation, numbers)
    return negotiated({**in_words(answer.as_dict, answer.as_text), SVG: answer.as_svg})


def _number(text: Any) -> Any:
    """A parameter of a query as a number, where it is one; "50k per day" stays a text."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


@blueprint.get(
    "/<answer_id>/claims",
    responses={200: Evidence, **problems(404, 406, 422, 503)},
    openapi_extensions=_IN_WORDS,
)
def claims(path: AnswerPath, query: ClaimsQuery) -> Response:
    """Who says so: the claims and sources behind the answer or a part of its proof, and where they disagree."""
    advisor, recommendation = find(path.answer_id)
    answer = advisor.who_says_so(recommendation, query.node)
    return negotiated(in_words(answer.as_dict, answer.as_text))


@blueprint.get(
    "/<answer_id>/decision-record",
    responses={
        200: {"description": "OK", "content": {MARKDOWN: {"schema": {"type": "string"}}}},
        **problems(404, 406, 503),
    },
)
def decision_record(path: AnswerPath) -> Response:
    """The recommendation as an architecture decision record (MADR), to be committed as it is."""
    advisor, recommendation = find(path.answer_id)
    answer = advisor.decision_record(recommendation)
    return negotiated({MARKDOWN: answer.as_markdown, TEXT: answer.as_markdown})


@blueprint.post(
    "/<answer_id>/what-if",
    responses={200: WhatIf, **problems(400, 404, 406, 413, 415, 422, 503)},
    openapi_extensions=_IN_WORDS,
)
def what_if(path: AnswerPath, body: WhatIfRequest) -> Response:
    """What would be recommended if something were different; nothing is stored."""
    advisor, recommendation = find(path.answer_id, "none")
    answer = advisor.what_if(recommendation, body.model_dump(exclude_unset=True))
    return negotiated(in_words(answer.as_dict, answer.as_text))
