"""Compressed answers, and what is said of caching where nobody has said anything.

Pages are left as they are: they show what a visitor wrote beside what others must not learn, and the length of a
compressed page tells whether the two are alike (the attack called BREACH). What programs read has nothing of the kind.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

from kb.linked import FORMS
from kb.sparql.evaluator import RESULTS

ALGORITHMS = ("zstd", "br", "gzip")
"""What is offered; of those that a client likes equally the first."""

SMALLEST = 1000
"""Below so many bytes compressing costs more than it saves: they fit into one packet anyway."""

_MEDIA_TYPES = (
    *("application/json", "application/problem+json", "text/plain", "text/markdown", "image/svg+xml"),
    *("text/css", "text/javascript", "application/javascript", "application/schema+json", "application/xml"),
)


def register_compression(app: Flask) -> None:
    """Compress what programs read. To be called first: what is registered after it runs before it."""
    app.config.update(
        COMPRESS_MIMETYPES=[*_MEDIA_TYPES, *FORMS, *RESULTS],
        COMPRESS_ALGORITHM=list(ALGORITHMS),
        COMPRESS_MIN_SIZE=SMALLEST,
        COMPRESS_STREAMS=False,
    )
    app.before_request(_leave_out_refused)
    Compress(app)
    app.after_request(_leave_changes_alone)
    app.after_request(_say_something)


def _leave_out_refused() -> None:
    """Take away encodings of quality 0, which a client does not want (RFC 9110, section 12.4.2).

    The library would take them for the least wanted ones.
    """
    if "q=0" in request.headers.get("Accept-Encoding", ""):
        wanted = (f"{name};q={quality:g}" for name, quality in request.accept_encodings if quality > 0)
        request.environ["HTTP_ACCEPT_ENCODING"] = ", ".join(wanted)


def _leave_changes_alone(response: Response) -> Response:
    """Do not compress what a change answers: its tag is that of the version which it made, not of these bytes."""
    if request.method not in ("GET", "HEAD") and "ETag" in response.headers:
        request.environ["HTTP_ACCEPT_ENCODING"] = ""
    return response


def _say_something(response: Response) -> Response:
    """What nobody has thought about is not kept: a cache that guesses shows what is no longer so."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
