"""Replies as Server-Sent Events (WHATWG HTML Living Standard, section 9.2): what was understood, the reply, the whole.

The events of a stream, in their order:

- ``understood``: what the message states, as ``POST /api/v1/interpretations`` gives it;
- ``part``: one paragraph of the reply, ``{"text"}``; as many as there are;
- ``reply``: the same document as without streaming. Nothing follows it;
- ``error`` instead of any of these: a problem document. Nothing follows it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from flask import Response, current_app, stream_with_context

from api.problems import ProblemError

EVENT_STREAM = "text/event-stream"

_HEADERS = {
    "Cache-Control": "no-store",
    # Proxies such as nginx would otherwise hold the events back.
    "X-Accel-Buffering": "no",
}


class Streams:
    """How many replies may be streamed at a time: each occupies a thread of the server until its client has read it.

    Args:
        most: the greatest number; the other threads stay free for everybody else.
    """

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)

    def stream(self, understood: Callable[[], dict[str, Any]], reply: Callable[[], dict[str, Any]]) -> Response:
        """A response that streams a reply.

        Args:
            understood: makes the first event.
            reply: makes the reply, and keeps it.

        Raises:
            ProblemError: 503 if too many streams are open.
        """
        if not self._places.acquire(blocking=False):
            detail = "Too many replies are being streamed. Try again in a second, or ask for JSON."
            raise ProblemError(503, "overloaded", "Too busy", detail, headers={"Retry-After": "1"})
        events = stream_with_context(_events(understood, reply))
        response = Response(events, content_type=f"{EVENT_STREAM}; charset=utf-8", headers=_HEADERS)
        # Called however the stream ends, also if it never begins: the client may be gone.
        response.call_on_close(self._places.release)
        return response


def _events(understood: Callable[[], dict[str, Any]], reply: Callable[[], dict[str, Any]]) -> Iterator[bytes]:
    try:
        yield event("understood", understood())
        document = reply()
    except Exception as error:  # answered as everywhere, by the handlers of the application
        yield event("error", _problem(error))
        return
    for paragraph in document["reply"].split("\n\n"):
        yield event("part", {"text": paragraph})
    yield event("reply", document)


def _problem(error: Exception) -> dict[str, Any]:
    response = current_app.make_response(current_app.handle_user_exception(error))
    document: dict[str, Any] = orjson.loads(response.get_data())
    return document


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event. JSON has no line break of its own, so that one line of data suffices."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data, default=str) + b"\n\n"
