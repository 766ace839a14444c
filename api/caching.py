"""Validators of what is read, and for how long it may be kept (RFC 9110, section 8.8.3; RFC 9111).

What is known is a function of the version, an answer one of version, profile and date. Whoever asks for the newest sees
every change at once, so that what follows the newest version may be kept but has to be compared before it is used; what
belongs to one version for good may be used for a day.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata

from flask import Response, request

KEPT_SECONDS = 86_400
"""For how long something may be used that no version changes: a new release may word it differently."""


def of_version(response: Response, number: int) -> Response:
    """The response with its version as ETag; without a body where the client has it already.

    The tag begins with what ``If-Match`` takes in a request that changes something.
    """
    return revalidated(response, str(number))


def revalidated(response: Response, tag: str | None) -> Response:
    """A response that may be kept, and is compared before it is used again.

    Args:
        response: what is answered.
        tag: what it depends on; None if it is different each time.
    """
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "no-cache"
    return _validated(response, tag)


def kept(response: Response, tag: str, private: bool = False) -> Response:
    """A response that stays as it is.

    Args:
        response: what is answered.
        tag: what it depends on.
        private: whether only its reader may keep it, as its address is a secret.
    """
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={KEPT_SECONDS}"
    return _validated(response, tag)


def _validated(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@cache
def release() -> str:
    """The release of the program, which has its part in how things are worded."""
    return metadata.version("adaptwise")
