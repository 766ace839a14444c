"""Validators of what is read, and for how long it may be kept (RFC 9110, section 8.8.3; RFC 9111).

What is known is a function of the version, an answer one of version, profile and date. Whoever asks for the newest sees
every change at once, so that what follows the newest version may be kept but has to be compared before it is used; what
belongs to one version for good may be used for a day.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import metadata

from flask import Response, request
from werkzeug.datastructures import ETags

KEPT_SECONDS = 86_400
"""For how long something may be used that no version changes: a new release may word it differently."""


def of_version(response: Response, number: int) -> Response:
    """The response with its version as ETag; without a body where the client has it already.

    The tag begins with what ``If-Match`` takes in a request that changes something. Of the renderings of one thing
    each has a tag of its own, as none is the other byte by byte.
    """
    media_type = response.mimetype or ""
    form = "" if media_type == "application/json" else f"-{short_name(media_type)}"
    return revalidated(response, f"{number}{form}")


def names_version(tags: ETags, number: int) -> bool:
    """Whether one of the tags is of this version, be it of any rendering, compressed or not."""
    return tags.star_tag or any(re.split(r"[-:]", tag, maxsplit=1)[0] == str(number) for tag in tags.as_set())


def short_name(media_type: str) -> str:
    """A media type as part of a tag."""
    return media_type.rpartition("/")[2].partition("+")[0]


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


def by_content(response: Response) -> Response:
    """A response that is compared before it is used again, by all that it says."""
    response.add_etag()
    return revalidated(response, response.get_etag()[0])


def of_request(response: Response, version: object = "") -> Response:
    """A response that follows from its address and, where that names none, from a version: compared before it is used.

    What is worded here has the release of the program in its tag, and the day, as knowledge grows old by itself.
    """
    return revalidated(response, _tag_of_request(response, f"{version} {date.today()}"))


def kept_for_request(response: Response) -> Response:
    """A response that follows from its address alone, which is a secret of its reader."""
    return kept(response, _tag_of_request(response, ""), private=True)


def _tag_of_request(response: Response, more: str) -> str:
    text = "\n".join((request.full_path, response.mimetype or "", release(), more))
    return sha256(text.encode()).hexdigest()[:24]


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
