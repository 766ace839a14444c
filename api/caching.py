"""Validators of what is read: the knowledge says by ETag which version it is of (RFC 9110, section 8.8.3)."""

from __future__ import annotations

from flask import Response, request


def of_version(response: Response, number: int) -> Response:
    """The response with its version as ETag; without a body where the client has it already.

    The tag is what ``If-Match`` takes in a request that changes something.
    """
    response.set_etag(str(number))
    response.make_conditional(request)
    return response
