"""Recommendations; the questions about one are in :mod:`api.routes.explanations`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for
from flask_openapi import APIBlueprint, Tag
from flask_openapi.utils import get_operation_id_for_path
from werkzeug.routing import BaseConverter

from api.caching import kept_for_request
from api.deprecated import deprecated
from api.negotiation import WORDS, in_words, negotiated, renderings
from api.problems import not_found
from api.schemas.advice import (
    AnswerPath,
    Explain,
    ExplainQuery,
    RecommendationQuery,
    RecommendationRequest,
)
from api.schemas.advice import Recommendation as RecommendationModel
from api.schemas.base import problems
from api.services import services
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.profile import Profile
from engine.render.overview import overview

if TYPE_CHECKING:
    from chat.understanding import Interpretation

PREFIX = "/api/v1/recommendations"


def operations(name: str, module: str) -> APIBlueprint:
    """A blueprint of operations on recommendations; they are described together, whichever has them."""
    return APIBlueprint(
        name,
        module,
        url_prefix=PREFIX,
        abp_tags=[Tag(name="recommendations", description="What to do, why, why not otherwise, and what if")],
        operation_id_callback=_operation_id,
    )


def _operation_id(name: str, path: str, method: str) -> str:
    return get_operation_id_for_path(bp_name="recommendations", name=name, path=path, method=method)


blueprint = operations("recommendations", __name__)


class AnswerId(BaseConverter):
    """Part of an address: an id, which is not the name of another resource beside the answers."""

    regex = "(?!batch$)[^/]+"


# Rules are added in the order in which they are recorded: the converter is known to those below.
blueprint.record_once(lambda state: state.app.url_map.converters.update(answer=AnswerId))


@blueprint.after_request
def of_one_answer(response: Response) -> Response:
    """What is asked about an answer by its id stays as it is: version, profile and date are those of the answer."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        return kept_for_request(response)
    return response


@blueprint.post(
    "",
    responses={200: RecommendationModel, **problems(400, 406, 413, 415, 422, 503)},
    openapi_extensions=renderings(*WORDS),
)
def recommend(body: RecommendationRequest, query: RecommendationQuery) -> Response:
    """Recommend a technique for an application."""
    advisor = services().advisor()
    return answer(body, advisor, query.packs, query.as_of, query.explain).response()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a request, with what the request has to do with it.

    Attributes:
        recommendation: the answer.
        advisor: who gave it.
        interpretation: what the text of the request was read as, if there was one.
        hints: what is said to whoever names deprecated terms.
    """

    recommendation: Recommendation
    advisor: Advisor
    interpretation: Interpretation | None = None
    hints: Sequence[dict[str, Any]] = ()

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        found = recommendation_document(self.recommendation, self.advisor, self.interpretation)
        return {**found, "deprecated": self.hints} if self.hints else found

    def response(self) -> Response:
        """The answer in the form that the client likes best."""
        return negotiated(in_words(self.document, self._text))

    def _text(self) -> str:
        told = overview(self.recommendation, self.advisor.why(self.recommendation).proof)
        return "\n".join([*(hint["detail"] for hint in self.hints), *([""] if self.hints else []), told])


def answer(
    body: RecommendationRequest,
    advisor: Advisor,
    packs: str | None,
    as_of: datetime.date | None,
    explain: Explain,
    keep: bool = True,
) -> Answered:
    """The answer to a request, kept to be asked about if that is wanted.

    Raises:
        InvalidProfile: if what is stated cannot be used.
        EngineError: if there is no answer.
    """
    interpretation = _interpretation(body.text, advisor) if body.text else None
    profile = _profile(advisor, body, interpretation, as_of)
    active = [pack.strip() for pack in packs.split(",")] if packs is not None else None
    recommendation = advisor.recommend(profile, as_of=as_of, packs=active, explain=explain)
    if keep:
        services().answers.save(recommendation, advisor.version.number)
    hints = deprecated(advisor, {"task": [body.task], "need": body.needs, "constraint": body.constraints})
    return Answered(recommendation, advisor, interpretation, hints)


def _interpretation(text: str, advisor: Advisor) -> Interpretation:
    from chat.understanding import interpret  # language is imported where somebody uses it

    return interpret(text, advisor)


def _profile(
    advisor: Advisor, body: RecommendationRequest, interpretation: Interpretation | None, on: datetime.date | None
) -> Profile:
    """What the text says, overruled by what is stated."""
    read = interpretation
    return advisor.profile(
        task=body.task or (read.task if read else None),
        constraints={**(read.constraints if read else {}), **body.constraints},
        needs={**(read.needs if read else {}), **body.needs},
        exclude=[*body.exclude, *(item for item in (read.exclude if read else ()) if item not in body.exclude)],
        on=on,
    )


@blueprint.get(
    "/<answer:answer_id>",
    operation_id="recommendations_stored__answer_id__get",
    responses={200: RecommendationModel, **problems(404, 406, 503)},
    openapi_extensions=renderings(*WORDS),
)
def stored(path: AnswerPath, query: ExplainQuery) -> Response:
    """A recommendation given before, by the knowledge of that time."""
    advisor, recommendation = find(path.answer_id, query.explain)
    return Answered(recommendation, advisor).response()


def find(answer_id: str, explain: Explain = "full") -> tuple[Advisor, Recommendation]:
    """A stored answer, given once more by the version of the knowledge that gave it."""
    found = services().answers.find(answer_id)
    if found is None:
        raise not_found("recommendation", answer_id)
    advisor = services().live.at(found.version)
    profile = advisor.profile(**found.request)
    return advisor, advisor.recommend(profile, as_of=found.as_of, packs=found.packs, explain=explain)


def recommendation_document(
    recommendation: Recommendation, advisor: Advisor, interpretation: Interpretation | None = None
) -> dict[str, Any]:
    """The recommendation as clients get it: its core, and what lies outside of that."""
    read = interpretation and interpretation.as_dict()
    outside = {"interpretation": {"evidence": read["evidence"], "unsure": read["unsure"]}} if read else {}
    return _document(recommendation.core(), advisor.version.number, outside)


def answer_document(core: dict[str, Any]) -> dict[str, Any]:
    """The same from the core of a stored answer."""
    found = services().answers.find(core["id"])
    if found is None:
        raise not_found("recommendation", core["id"])
    return _document(core, found.version, {})


def _document(core: dict[str, Any], version: int, outside: dict[str, Any]) -> dict[str, Any]:
    return {"id": core["id"], "kb_version": version, **outside, **core, "links": _links(core["id"])}


def _links(answer_id: str) -> dict[str, str]:
    # below the answer itself, so that answering needs to know no more of the questions than their names
    stored = url_for("recommendations.stored", answer_id=answer_id)
    questions = ("why", "why-not", "contrast", "what-if", "changes", "regions", "cost", "claims", "decision-record")
    return {"self": stored, **{name: f"{stored}/{name}" for name in questions}}
