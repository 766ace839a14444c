"""An id for every request: the client's ``X-Request-ID`` if it is sound. It is sent back, and logs have it."""

from __future__ import annotations

import re
import uuid

from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
_SOUND = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register_request_ids(app: Flask) -> None:
    """Give every request its id. To be called first: whatever else is registered may use it."""

    @app.before_request
    def _give() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SOUND.fullmatch(given) else uuid.uuid4().hex

    @app.after_request
    def _send_back(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        return response
