"""Compressed request bodies (RFC 9110, section 8.4; RFC 7694): taken in as far as they stay within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from api.problems import ProblemError

GZIP = "gzip"

_WINDOW = 31
"""Of zlib: the largest window, in the format of gzip."""

_PIECE = 1 << 16


def body_encoding() -> str | None:
    """How the body of this request is compressed; None if it is not.

    Raises:
        ProblemError: 415 if it is in a way that is not known here.
    """
    given = request.headers.get("Content-Encoding", "").strip().lower()
    if given in ("", "identity"):
        return None
    if given in (GZIP, "x-gzip"):
        return GZIP
    detail = f"The body is said to be encoded as {given[:100]}; send it as it is, or compressed by gzip."
    raise ProblemError(415, "unsupported-encoding", "No known encoding", detail, headers={"Accept-Encoding": GZIP})


def pieces(limit: int) -> Iterator[bytes]:
    """The body of this request piece by piece, decompressed if it is compressed.

    Args:
        limit: how many bytes it may have, compressed or not.

    Raises:
        RequestEntityTooLarge: if it has more.
        ProblemError: 400 if it is no gzip, 415 if it is compressed in another way.
    """
    encoding = body_encoding()
    request.max_content_length = limit
    plain = _bounded(_sent(), limit)
    return plain if encoding is None else _bounded(_inflated(plain), limit)


def _sent() -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        yield piece


def _bounded(parts: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for part in parts:
        total += len(part)
        if total > limit:
            raise RequestEntityTooLarge
        yield part


def _inflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The members of a gzip file one after the other; no more is made at once than a piece."""
    member = zlib.decompressobj(_WINDOW)
    begun = False
    for part in parts:
        waiting = part
        while waiting:
            begun = True
            try:
                yield member.decompress(waiting, _PIECE)
            except zlib.error:
                raise _broken() from None
            waiting = member.unconsumed_tail
            if member.eof:
                waiting, member, begun = member.unused_data, zlib.decompressobj(_WINDOW), False
    while begun:
        try:
            rest = member.decompress(b"", _PIECE)
        except zlib.error:
            raise _broken() from None
        if not rest:
            break
        yield rest
    if begun and not member.eof:
        raise _broken()


def _broken() -> ProblemError:
    detail = "The body is said to be compressed by gzip, and is not, or not to its end."
    return ProblemError(400, "malformed-encoding", "Malformed compression", detail)
