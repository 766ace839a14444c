"""What all schemas share, and how problems look."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.problems import QUERY_TITLE

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Body(BaseModel):
    """The base of request bodies: what is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """The base of query parameters."""

    model_config = ConfigDict(extra="forbid", title=QUERY_TITLE)

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        """The schema; remembered where nothing is asked of it, as flask-openapi looks it up for every request."""
        if arguments or options:
            return super().model_json_schema(*arguments, **options)
        found = cls.__dict__.get("_schema_kept")
        if found is None:
            found = super().model_json_schema()
            type.__setattr__(cls, "_schema_kept", found)
        return dict(found)


class ProblemFault(BaseModel):
    """One thing wrong with a request."""

    detail: str = Field(description="What is wrong.")
    pointer: str | None = Field(None, description="Where in the body: a JSON pointer (RFC 6901).")
    parameter: str | None = Field(None, description="The query parameter, if it lies there.")
    expected: str | None = Field(None, description="What would have been right.")
    nearest: list[str] | None = Field(None, description="The valid choices that come closest.")
    line: int | None = Field(None, description="The line of a document, counted from 1.")
    column: int | None = Field(None, description="The column there, counted from 1.")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = Field(None, description="What was asked for, where the request could be read that far.")
    request_id: str | None = Field(None, description="By what the log of the server calls the request.")
    errors: list[ProblemFault] | None = None


def problems(*statuses: int) -> dict[str | int, Any]:
    """Documentation of the problems that an operation answers with, for flask-openapi."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = {
        400: "The body is empty or malformed",
        401: "A key is needed",
        403: "The key does not allow this, or a page of another site sent it",
        404: "There is no such thing, or nothing at this address",
        406: "No such rendering",
        408: "The body did not arrive in time",
        409: "Something else came first, or the id is taken",
        412: "The knowledge has moved on since the version that If-Match names",
        413: "The body is too large",
        414: "The address is too long",
        415: "The body is of a kind, or encoded in a way, that is not read here",
        422: "The request cannot be used; errors says what is wrong and what comes nearest",
        429: "Too many requests; Retry-After says when there may be more",
        503: "Too busy, too much for its limits, or no database; Retry-After says when to try again",
    }
    return {status: {"description": titles[status], "content": content} for status in statuses}


class Liveness(BaseModel):
    """The process lives."""

    status: str


class Readiness(BaseModel):
    """Whether the server can answer; ``checks`` says what is missing."""

    status: str
    checks: dict[str, str]
