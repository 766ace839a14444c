"""Recommendations, interpretations and conversations."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.schemas.base import Body, Id, Query, Text


def _written_out(text: object) -> object:
    """Only YYYY-MM-DD; a number would be read as seconds since 1970."""
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("must be a date, YYYY-MM-DD")
    return text


Date = Annotated[datetime.date, BeforeValidator(_written_out)]
Explain: TypeAlias = Literal["none", "summary", "full"]
SHORT: Explain = "summary"
SHOWN = "How much of the proof to show: that of what is recommended, all of it, or nothing."

MOST_STATED = 1000
"""How many constraints, needs or exclusions one may state: each that is not known is compared with all that are."""


class Statements(Body):
    """What is stated about an application."""

    task: Id | None = Field(None, description="What it does: an id or label of /api/v1/tasks.")
    constraints: dict[str, Any] = Field(
        default_factory=dict,
        max_length=MOST_STATED,
        description="Ids of /api/v1/constraints, each with a value of its own, a number, or 'unknown'.",
    )
    needs: dict[str, Any] = Field(
        default_factory=dict,
        max_length=MOST_STATED,
        description="Ids of /api/v1/needs with a strength, or false for one that there is not.",
    )
    exclude: list[Id] = Field(
        default_factory=list, max_length=MOST_STATED, description="Ids of techniques that are out of the question."
    )

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

    packs: list[Id] = Field(
        default_factory=list, description="Ids of the packs that are then active; the others are switched off."
    )

    @model_validator(mode="after")
    def _not_empty(self) -> WhatIfRequest:
        # an empty list of exclusions, or no task, is a change too
        if not self.says_something() and not self.model_fields_set & {"task", "exclude", "packs"}:
            raise ValueError("says nothing to change; expected task, constraints, needs, exclude or packs")
        return self


class RecommendationQuery(Query):
    """How to recommend."""

    packs: str | None = Field(None, description="Active packs, separated by commas; all if left out.")
    as_of: Date | None = Field(None, description="The date to answer for; today if left out.")
    explain: Explain = Field(SHORT, description=SHOWN)


class ExplainQuery(Query):
    """How much to show."""

    explain: Explain = Field(SHORT, description=SHOWN)


class AnswerPath(BaseModel):
    """A stored answer."""

    answer_id: str = Field(description="The id of a recommendation.")


class Recommended(BaseModel):
    """What is recommended."""

    technique: str
    label: str
    variant: dict[str, Any] | None
    tied: list[str] = Field(description="Techniques that share the first rank.")


class Ranked(BaseModel):
    """One technique in the ranking."""

    technique: str
    label: str
    rank: int | None
    score: int
    status: Literal["recommended", "viable", "infeasible", "excluded"]
    reasons: list[dict[str, Any]]
    provisos: list[dict[str, Any]]


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
    deprecated: list[dict[str, Any]] | None = Field(
        None, description="Terms that were named and are deprecated, with those that stand in their place."
    )
    links: dict[str, str]


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


class Session(BaseModel):
    """A new conversation; whoever holds its id can read it."""

    session: str
    greeting: str = Field(description="What to show before the first message.")


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


class Exchange(BaseModel):
    """A message and its reply, as kept."""

    text: str
    reply: str
    act: str
    recommendation: str | None = Field(description="The id of the recommendation that the reply was about.")
    next_question: Any
    suggestions: list[Any]


class Transcript(BaseModel):
    """A conversation, oldest message first."""

    session: str
    exchanges: list[Exchange]
