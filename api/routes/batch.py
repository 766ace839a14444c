"""Many recommendations in one request: a line of JSON for each, in and out, in the same order.

The body is taken in before the first answer goes out, into a file where it is large: most clients read nothing before
they have sent everything, and would otherwise wait for us while we wait for them. From there on one line is in memory
at a time, whatever their number.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson
from flask import Response, current_app, request, stream_with_context
from pydantic import Field, ValidationError

from api.bodies import plain_value, read_object
from api.described import DOCUMENTS
from api.encodings import pieces
from api.problems import (
    ProblemError,
    engine_problem,
    problem_document,
    profile_problem,
    unexpected,
    validation_problem,
)
from api.routes.recommendations import answer, operations
from api.schemas.advice import Date, Explain, RecommendationRequest
from api.schemas.base import Query, problems
from api.services import services
from engine.advisor import Advisor
from engine.errors import EngineError, Overloaded
from engine.profile import InvalidProfile

NDJSON = "application/x-ndjson"
ACCEPTED = (NDJSON, "application/ndjson", "application/jsonl")

AT_ONCE = 2
"""How many batches a worker answers at the same time: each occupies a thread for long."""

_IN_MEMORY = 1 << 20
_WRITTEN_AT_ONCE = 1 << 16
_LONGEST_WAIT = 30.0

_places = threading.BoundedSemaphore(AT_ONCE)

blueprint = operations("batch", __name__)


class BatchQuery(Query):
    """How to answer every line."""

    packs: str | None = Field(None, description="Active packs, separated by commas; all if left out.")
    as_of: Date | None = Field(None, description="The date to answer for; today if left out.")
    explain: Explain = Field("none", description="How much of the proof to show.")
    keep: bool = Field(False, description="Keep the answers, to be asked about; links to that come along.")
    first_line: int = Field(1, ge=1, le=2**53, description="The number of the first line, of a file sent in parts.")


@blueprint.post(
    "/batch",
    responses={
        200: {
            "description": "A line for each line: a recommendation, or an error; with the number of the line",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **problems(400, 406, 413, 415, 422, 503),
    },
    openapi_extensions={DOCUMENTS: list(ACCEPTED)},
)
def batch(query: BatchQuery) -> Response:
    """Recommend for many applications: one JSON object a line, as for a single recommendation, answered in order.

    A line that cannot be answered gives `{"line", "error"}`, the error being a problem document; the others go on.
    All lines are answered by the same version of the knowledge. Empty lines are left out.
    """
    _check_types()
    if not _places.acquire(blocking=False):
        detail = f"{AT_ONCE} batches are being answered already. Try again in a minute."
        raise ProblemError(503, "overloaded", "Too busy", detail, headers={"Retry-After": "60"})
    with ExitStack() as undone:
        undone.callback(_places.release)
        file: IO[bytes] = undone.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        for piece in pieces(services().settings.max_batch):
            file.write(piece)
        file.seek(0)
        end = undone.pop_all()
    response = Response(stream_with_context(_to_the_end(file, query, end)), content_type=NDJSON)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    # Called however the stream ends, also if it never begins: the client may be gone.
    response.call_on_close(end.close)
    return response


def _to_the_end(file: IO[bytes], query: BatchQuery, end: ExitStack) -> Iterator[bytes]:
    """The answers; the place is given back before the client hears the last of them, and may come again at once."""
    with end:
        yield from _written(_answers(file, query))


def _check_types() -> None:
    if request.mimetype not in ACCEPTED:
        given = request.mimetype or "nothing"
        detail = f"The body is said to be {given}; expected {NDJSON}, one JSON object a line."
        headers = {"Accept": ", ".join(ACCEPTED)}
        raise ProblemError(415, "unsupported-media-type", "No lines of JSON", detail, headers=headers)
    if request.accept_mimetypes and not request.accept_mimetypes.best_match([*ACCEPTED, "application/json"]):
        detail = f"This answer can be had as {NDJSON}, not as {request.headers['Accept'][:200]}."
        raise ProblemError(406, "not-acceptable", "No such rendering", detail)


def _answers(file: IO[bytes], query: BatchQuery) -> Iterator[dict[str, Any]]:
    """The answer to each line, with its number."""
    advisor = services().advisor()
    longest = current_app.config["MAX_CONTENT_LENGTH"]
    for number, line in enumerate(_lines(file, longest), start=query.first_line):
        if line is None:
            detail = f"The line has more than {longest} bytes."
            problem = ProblemError(413, "request-entity-too-large", "The line is too long", detail)
            yield {"line": number, "error": _told(problem)}
        elif line.strip():
            yield {"line": number, **_answer(line, advisor, query)}


def _lines(file: IO[bytes], longest: int) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long, of which no more is read at once than is allowed."""
    while line := file.readline(longest + 1):
        if len(line) <= longest or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(longest)) and not rest.endswith(b"\n"):
            pass
        yield None


def _answer(line: bytes, advisor: Advisor, query: BatchQuery) -> dict[str, Any]:
    """The recommendation that a line asks for, or what is wrong with it."""
    try:
        value = read_object(line, services().settings.max_depth, "line")
        try:
            body = RecommendationRequest.model_validate(value)
        except ValidationError as error:
            raise validation_problem(error, value) from None
        return _patiently(advisor, body, query)
    except ProblemError as problem:
        return {"error": _told(problem)}
    except InvalidProfile as error:
        return {"error": _told(profile_problem(error))}
    except EngineError as error:
        return {"error": _told(engine_problem(error) or unexpected(error))}
    except Exception as error:
        return {"error": _told(unexpected(error))}


def _told(problem: ProblemError) -> dict[str, Any]:
    """What is wrong with a line: the same whatever request it came with."""
    return {name: value for name, value in problem_document(problem).items() if name not in ("instance", "request_id")}


def _patiently(advisor: Advisor, body: RecommendationRequest, query: BatchQuery) -> dict[str, Any]:
    """The answer to one line; where others are first it waits instead of giving up."""
    end = time.monotonic() + _LONGEST_WAIT
    pause = 0.05
    while True:
        try:
            document = answer(body, advisor, query.packs, query.as_of, query.explain, keep=query.keep).document()
        except Overloaded:
            if time.monotonic() + pause > end:
                raise
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
        else:
            if not query.keep:
                del document["links"]
            return document


def _written(answers: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Answers as lines, several at once where they are short."""
    waiting = bytearray()
    last = time.monotonic()
    for one in answers:
        waiting += orjson.dumps(one, plain_value, orjson.OPT_APPEND_NEWLINE)
        if len(waiting) >= _WRITTEN_AT_ONCE or time.monotonic() - last > 0.5:
            yield bytes(waiting)
            waiting.clear()
            last = time.monotonic()
    yield bytes(waiting)
