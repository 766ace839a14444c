"""What requests and responses look like: checked on the way in, documented in the OpenAPI specification."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.problems import QUERY_TITLE

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Explain = Literal["none", "summary", "full"]


class Body(BaseModel):
    """The base of request bodies: what is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """The base of query parameters."""

    model_config = ConfigDict(extra="forbid", title=QUERY_TITLE)


# --- Problems -----------------------------------------------------------------------------------------


class ProblemFault(BaseModel):
    """One thing wrong with a request."""

    detail: str = Field(description="What is wrong.")
    pointer: str | None = Field(None, description="Where in the body: a JSON pointer (RFC 6901).")
    parameter: str | None = Field(None, description="The query parameter, if it lies there.")
    expected: str | None = Field(None, description="What would have been right.")
    nearest: list[str] | None = Field(None, description="The valid choices that come closest.")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[ProblemFault] | None = None


def problems(*statuses: int) -> dict[str | int, Any]:
    """Documentation of the problems that an operation answers with, for flask-openapi."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = {
        400: "The body is empty or malformed",
        401: "A key is needed",
        403: "The key does not allow this",
        404: "There is no such thing, or nothing at this address",
        406: "No such rendering",
        409: "Something else came first, or the id is taken",
        412: "The knowledge has moved on since the version that If-Match names",
        413: "The body is too large",
        415: "The body is not JSON",
        422: "The request cannot be used; errors says what is wrong and what comes nearest",
        503: "Too busy, or the question takes too long",
    }
    return {status: {"description": titles[status], "content": content} for status in statuses}


# --- Recommendations ---------------------------------------------------------------------------------


class Statements(Body):
    """What is stated about an application."""

    task: Id | None = Field(None, description="What it does: an id or label of /api/v1/tasks.")
    constraints: dict[str, Any] = Field(
        default_factory=dict,
        description="Ids of /api/v1/constraints, each with a value of its own, a number, or 'unknown'.",
    )
    needs: dict[str, Any] = Field(
        default_factory=dict,
        description="Ids of /api/v1/needs with a strength, or false for one that there is not.",
    )
    exclude: list[Id] = Field(default_factory=list, description="Ids of techniques that are out of the question.")

    def says_something(self) -> bool:
        """Whether anything is stated at all."""
        return bool(self.task or self.constraints or self.needs or self.exclude)


class RecommendationRequest(Statements):
    """An application to recommend for: statements, free text, or both (statements win over the text)."""

    text: Text | None = Field(None, description="The application in your own words.")

    @model_validator(mode="after")
    def _not_empty(self) -> RecommendationRequest:
        if not self.says_something() and not (self.text and self.text.strip()):
            raise ValueError("says nothing about an application; expected task, constraints, needs or text")
        return self


class WhatIfRequest(Statements):
    """What should be different; everything else stays as it was."""

    @model_validator(mode="after")
    def _not_empty(self) -> WhatIfRequest:
        if not self.says_something():
            raise ValueError("says nothing to change; expected task, constraints, needs or exclude")
        return self


class RecommendationQuery(Query):
    """How to recommend."""

    packs: str | None = Field(None, description="Active packs, separated by commas; all if left out.")
    as_of: datetime.date | None = Field(None, description="The date to answer for; today if left out.")
    explain: Explain = Field("full", description="How much of the proof to show.")


class ExplainQuery(Query):
    """How much to show."""

    explain: Explain = Field("full", description="How much of the proof to show.")


class TechniqueQuery(Query):
    """Which technique is asked about."""

    technique: Id = Field(description="The id of a technique.")


class AnswerPath(BaseModel):
    """A stored answer."""

    answer_id: str = Field(description="The id of a recommendation.")


class Recommended(BaseModel):
    """What is recommended."""

    technique: str
    label: str
    variant: str | None


class Ranked(BaseModel):
    """One technique in the ranking."""

    technique: str
    label: str
    score: int
    status: Literal["recommended", "viable", "infeasible", "excluded"]
    reasons: list[Any]


class Recommendation(BaseModel):
    """A recommendation with its proof."""

    model_config = ConfigDict(extra="allow")

    id: str
    kb_version: int
    profile: dict[str, Any]
    recommended: Recommended | None
    ranking: list[Ranked]
    confidence: dict[str, Any]
    path: list[Any]
    unknowns: list[Any]
    next_question: Any
    tradeoffs: list[Any]
    warnings: list[Any]
    trace: Any
    links: dict[str, str]


class Explanation(BaseModel):
    """An explanation as data; ask for text/plain to have it in words."""

    model_config = ConfigDict(extra="allow")


# --- Interpretations ------------------------------------------------------------------------------------


class InterpretationRequest(Body):
    """Free text about an application."""

    text: Text


class Interpretation(BaseModel):
    """What free text says about an application, with the words that say it."""

    model_config = ConfigDict(extra="allow")

    task: str | None
    constraints: dict[str, Any]
    needs: dict[str, Any]
    exclude: list[str]
    evidence: list[dict[str, Any]]
    unsure: list[Any]


# --- Knowledge ---------------------------------------------------------------------------------------------


class ListQuery(Query):
    """Which part of a list."""

    q: str | None = Field(None, max_length=200, description="Only terms with these words in id, label or synonyms.")
    limit: int = Field(100, ge=1, le=1000, description="How many at most.")
    offset: int = Field(0, ge=0, description="How many to leave out first.")


class TermPath(BaseModel):
    """A term."""

    term_id: str = Field(description="The id of the term.")


class Term(BaseModel):
    """A term of the knowledge base; its further members depend on its kind."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: str
    pack: str
    definition: str | None = None


class TermList(BaseModel):
    """Part of a list of terms, in the order of ids."""

    items: list[Term]
    total: int
    limit: int
    offset: int
    kb_version: int
    links: dict[str, str]


class VersionPath(BaseModel):
    """A version."""

    number: str = Field(description="Its number: 1, 2, 3 ...")


class VersionList(BaseModel):
    """The versions of the knowledge base, newest first."""

    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int
    links: dict[str, str]


# --- Changes ---------------------------------------------------------------------------------------------


class DemandRequest(Body):
    """A need that the task raises."""

    need: Id = Field(description="Id or name of a need.")
    strength: Id = Field("strong", description="Id of a strength.")
    when: dict[str, Id | list[Id]] = Field(
        default_factory=dict, description="Only where each of these constraints has this value, or one of these."
    )


class TaskRequest(Body):
    """A task; the label alone suffices."""

    label: Id
    id: Id | None = Field(None, description="Kebab-case; made of the label if left out.")
    synonyms: list[Id] = Field(default_factory=list)
    broader: Id | list[Id] = Field(default_factory=list, description="The tasks whose rules it inherits.")
    demands: list[DemandRequest] = Field(default_factory=list)
    definition: str = Field("", max_length=4000)
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class ChangeQuery(Query):
    """How to change."""

    dry_run: bool = Field(False, description="Show what would happen, and save nothing.")


class ChangeResult(BaseModel):
    """What was different after a change, or would be."""

    task: Term | None
    version: int
    dry_run: bool
    added: list[dict[str, str]]
    changed: list[dict[str, str]]
    removed: list[dict[str, str]]
    findings: list[dict[str, Any]]


# --- Chat --------------------------------------------------------------------------------------------------


class Session(BaseModel):
    """A new conversation; whoever holds its id can read it."""

    session: str


class SessionPath(BaseModel):
    """A conversation."""

    session: str = Field(description="The id of a conversation.")


class Message(Body):
    """Something said in a conversation."""

    text: Text


class Reply(BaseModel):
    """The answer to a message."""

    reply: str
    act: str
    recommendation: Recommendation | None
    next_question: Any
    suggestions: list[Any]
