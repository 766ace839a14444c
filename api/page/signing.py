"""Writing from a browser: with a key typed into a form, or one that the browser keeps until it is closed.

A kept key lies in a cookie that no script can read and that is sent with no request from another site. It is a key like
any other: what revokes it revokes it here. As a cookie goes along with every request, a form must also carry a token
signed with that key; what a browser says comes from another site is refused before that (:mod:`api.guards`).
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from flask import g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from api.keys import Key
from api.problems import ProblemError
from api.rates import find_typed

R = TypeVar("R", bound=Response)

COOKIE = "adaptwise_key"
PATH = "/knowledge"
"""Where the cookie is sent: nowhere else is anything written from a form."""

SECONDS = 12 * 3600
"""For how long a form can be sent after it was shown, if the key is kept by the browser."""

_SALT = "adaptwise.page"


def kept() -> Key | None:
    """Whose key the browser keeps, if it is good for writing."""
    if "kept_key" not in g:
        given = request.cookies.get(COOKIE, "")
        key = find_typed(given) if given else None
        g.kept_key = key if key is not None and not key.expired and key.may("write") else None
    found: Key | None = g.kept_key
    return found


def token() -> str:
    """What a form must carry if the browser keeps a key; empty if it does not."""
    key = kept()
    return "" if key is None else _serializer(request.cookies[COOKIE]).dumps(key.id)


def require_key() -> Key:
    """Whose key a form was sent with: the one typed in, else the one that the browser keeps.

    Raises:
        ProblemError: 401 if there is none that is known, 403 if it is not good for writing, or the form is too old.
    """
    given = request.form.get("key", "").strip()
    if given:
        return _require_good(find_typed(given))
    key = kept()
    if key is None:
        detail = "To save something, type your key in. Whoever runs this installation hands them out."
        raise ProblemError(401, "unauthorized", "A key is needed", detail)
    try:
        signed = _serializer(request.cookies[COOKIE]).loads(request.form.get("token", ""), max_age=SECONDS)
    except BadSignature:  # also of one whose time is over
        signed = None
    if signed != key.id:
        detail = "This form was opened too long ago, or with another key. Look at it once more, and send it again."
        raise ProblemError(403, "stale-form", "The form is too old", detail)
    return _require_good(key)


def keep_if_wanted(response: R) -> R:
    """Let the browser keep the key that was typed in, if whoever typed it wanted that and it is good."""
    given = request.form.get("key", "").strip()
    if given and request.form.get("keep") and g.get("key_is_good"):
        options: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": request.is_secure, "path": PATH}
        response.set_cookie(COOKIE, given, **options)
    return response


def forget_if_useless(response: R) -> R:
    """Let the browser forget a key that is good for nothing any more, so that it is not taken for guessing."""
    return forget(response) if COOKIE in request.cookies and "kept_key" in g and g.kept_key is None else response


def forget(response: R) -> R:
    """Let the browser forget its key."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def _require_good(key: Key | None) -> Key:
    if key is None or key.expired:
        detail = "This key is not known here. Look whether all of it was copied; keys can also end or be revoked."
        raise ProblemError(401, "unauthorized", "The key is not known", detail)
    g.presented_key = key  # whose deed it is, for the record of who wrote what
    if not key.may("write"):
        detail = f"The key of {key.name} is for reading only."
        raise ProblemError(403, "forbidden", "The key does not allow this", detail)
    g.key_is_good = True
    return key


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})
