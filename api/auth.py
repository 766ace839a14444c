"""Who may do what: a key in the header ``X-API-Key``, looked at before anything else of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_httpauth import HTTPTokenAuth
from flask_openapi import validate_request

from api.keys import ROLES, Key, Keys
from api.problems import ProblemError, problem_response

F = TypeVar("F", bound=Callable[..., Any])

HEADER = "X-API-Key"
_READING = ("GET", "HEAD", "OPTIONS")

_REALM = "Adaptwise"
auth = HTTPTokenAuth(scheme="ApiKey", realm=_REALM, header=HEADER)


@auth.verify_token  # type: ignore[untyped-decorator]
def _verify(_token: str) -> Key | None:
    key = presented()  # the same, found once
    return None if key is None or key.expired else key


@auth.get_user_roles  # type: ignore[untyped-decorator]
def _roles(key: Key) -> list[str]:
    return [role for role in ROLES if key.may(role)]


@auth.error_handler  # type: ignore[untyped-decorator]
def _refuse(status: int) -> Response:
    key: Key | None = g.get("presented_key")
    if key is None:
        what = "Writing" if needed_role(current_app.view_functions.get(request.endpoint or "")) else "Reading"
        detail = f"{what} needs a key that is known here, in the header X-API-Key."
    elif key.expired:
        detail = f"The key of {key.name} was good until {key.expires}. Ask whoever runs this server for a new one."
    else:
        detail = f"The key of {key.name} has the role {key.role}, which does not allow this."
        return problem_response(ProblemError(403, "forbidden", "The key does not allow this", detail))
    by_person = request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
    # A browser asks for it then, and sends it along until it is closed.
    headers = {"WWW-Authenticate": f'Basic realm="{_REALM}", charset="UTF-8"'} if by_person else {}
    return problem_response(ProblemError(status, "unauthorized", "A key is needed", detail, headers=headers))


def needs_key(view: F) -> F:
    """Let only holders of a key for writing in; nothing of a request is looked at before that is settled."""
    return _guarded(view, "write")


def needs_admin(view: F) -> F:
    """Let only holders of a key for everything in."""
    return _guarded(view, "admin")


def _guarded(view: F, role: str) -> F:
    validated = validate_request()(view)  # type: ignore[no-untyped-call]
    guarded = auth.login_required(role=role)(validated)
    guarded.needed_role = role
    return guarded  # type: ignore[no-any-return]


def needed_role(view: Any) -> str | None:
    """The role that a view needs, None if it is open to whoever may read."""
    role: str | None = getattr(view, "needed_role", None)
    return role


def given_key() -> str:
    """What a request carries as its key: in the header; where reading needs a key, from a browser as a password too."""
    given = request.headers.get(HEADER, "")
    if not given and current_app.extensions["adaptwise"].settings.reading != "open":
        basic = request.authorization
        given = (basic.password or "") if basic is not None and basic.type == "basic" else ""
    return given


def presented() -> Key | None:
    """The key that a request carries, be its time over or not; None if it carries none that is known."""
    if "presented_key" not in g:
        g.presented_key = None  # also if the database is gone: it is asked once
        keys: Keys = current_app.extensions["adaptwise"].keys
        given = given_key()
        g.presented_key = keys.find(given) if given else None
    found: Key | None = g.presented_key
    return found


def writer() -> Key | None:
    """Whose key a request carries that writes; None if it does not write, or carries none that is good."""
    if request.method in _READING:
        return None
    key = presented()
    return None if key is None or key.expired else key


def key_holder() -> str:
    """Whose key this request carries."""
    return str(auth.current_user().name)


def register_reading(app: Flask, reading: str) -> None:
    """Let only holders of a key read, if that is configured; whether the server lives can be seen without."""
    if reading == "open":
        return

    @app.before_request
    def _check() -> Any:
        endpoint = request.endpoint or ""
        open_to_all = endpoint.startswith("health.") or endpoint.endswith("static") or request.method == "OPTIONS"
        if open_to_all or needed_role(app.view_functions.get(endpoint)):
            return None
        key = presented()
        return None if key is not None and not key.expired else auth.auth_error_callback(401)
