"""What stands before every request and behind every response: proxies, other sites, and headers for browsers."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_cors import CORS
from werkzeug.exceptions import ClientDisconnected
from werkzeug.middleware.proxy_fix import ProxyFix

from api.patience import SlowClientError
from api.problems import ProblemError, problem_response
from api.settings import Settings

_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)

_FOR_PROGRAMS = (r"/api/.*", r"/sparql", r"/ontology.*", r"/openapi.json")
"""What pages of other sites may ask where CORS is configured: never the page, which is for people."""

_SAFE = ("GET", "HEAD", "OPTIONS")


def register_guards(app: Flask, settings: Settings) -> None:
    """Put everything in place that the settings ask for."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.after_request(_add_headers)
    if settings.cors_origins:
        CORS(
            app,
            resources={
                path: {"origins": ["*"] if "*" in settings.cors_origins else list(settings.cors_origins)}
                for path in _FOR_PROGRAMS
            },
            allow_headers=["Accept", "Content-Type", "If-Match", "If-None-Match", "X-API-Key", "X-Request-ID"],
            expose_headers=["ETag", "Link", "Location", "Retry-After", "X-Request-ID"],
            max_age=600,
            always_send=False,
        )
    app.before_request(lambda: _refuse_other_sites(settings.cors_origins))
    app.register_error_handler(SlowClientError, _too_slow)
    app.register_error_handler(ClientDisconnected, _disconnected)


def _refuse_other_sites(allowed: tuple[str, ...]) -> None:
    """Refuse what a page of another site makes a browser send: whatever that knows of us must not be used for it.

    Browsers say so in Sec-Fetch-Site, and where the connection is not encrypted at least by Origin; programs send
    neither.

    Raises:
        ProblemError: 403.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return
    if site in ("same-origin", "none") or (site is None and urlsplit(origin or "").netloc == request.host):
        return
    open_to_others = any(re.fullmatch(path, request.path) for path in _FOR_PROGRAMS)
    if open_to_others and ("*" in allowed or origin in allowed):
        return
    detail = "A page of another site sent this. ADAPTWISE_CORS_ORIGINS says which sites may, and only to the API."
    raise ProblemError(403, "other-site", "Sent by another site", detail)


def _add_headers(response: Response) -> Response:
    """Headers for browsers; what a view has set itself is left alone."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY.format(scripts=_inline_scripts(response)))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    services = current_app.extensions["adaptwise"]
    if not services.settings.cors_origins:
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if not services.database.is_reached:
        headers.setdefault("Adaptwise-Degraded", "database")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _inline_scripts(response: Response) -> str:
    """The scripts within a page of the documentation, by their hashes: those and no others may run.

    The page comes from a library. Nothing that anybody else wrote is on it.
    """
    if not request.path.startswith("/docs/") or response.mimetype != "text/html" or response.direct_passthrough:
        return ""
    digests = (hashlib.sha256(script).digest() for script in _INLINE.findall(response.get_data()))
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _too_slow(_error: SlowClientError) -> Response:
    detail = "The body did not arrive in the time that a client is given."
    headers = {"Connection": "close"}
    return problem_response(ProblemError(408, "request-timeout", "The request takes too long", detail, headers=headers))


def _disconnected(error: ClientDisconnected) -> Response:
    """Somebody who went away hears nothing; somebody who was too slow may."""
    if isinstance(error.__context__, SlowClientError):
        return _too_slow(error.__context__)
    detail = "The connection ended before the body was there."
    return problem_response(ProblemError(400, "bad-request", "Bad Request", detail, headers={"Connection": "close"}))
