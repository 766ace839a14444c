"""The application without what stands between a server and its clients, and without what a request has no use for.

A command asks this process (docs/decisions/0006), for which it needs one or two of the resources. Whatever is imported
here every command waits for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask_openapi import Info, OpenAPI
from werkzeug.exceptions import HTTPException

from api.audit import register_audit
from api.auth import register_reading
from api.bodies import register_json
from api.problems import raise_validation_problem, register_error_handlers
from api.request_ids import register_request_ids
from api.routes import blueprint_of
from api.schemas.base import Problem

if TYPE_CHECKING:
    from api.services import Services

_DESCRIPTION = """Recommendations with proofs. Reading is open; writing needs a key in the header `X-API-Key`.
Errors are problem details (RFC 9457) that name what is wrong, where, what was expected and what comes nearest."""


class Application(OpenAPI):
    """Flask with an OpenAPI specification; documents refusals as they are."""

    def generate_spec_json(self) -> None:
        """Write the specification, and what :mod:`api.described` adds to it."""
        from api.described import complete

        super().generate_spec_json()  # type: ignore[no-untyped-call]
        complete(self.spec_json)

    def has(self, method: str, path: str) -> bool:
        """Whether there is an operation at a path."""
        try:
            self.url_map.bind("localhost").match(path, method)
        except HTTPException:
            return False
        return True


def bare(services: Services, version: str = "") -> Application:
    """An application without a single operation.

    Args:
        services: what its operations will use.
        version: the release, for its description.
    """
    app = Application(
        "api",
        info=Info(title="Adaptwise", version=version, description=_DESCRIPTION),
        security_schemes={"key": {"type": "apiKey", "name": "X-API-Key", "in": "header"}},
        validation_error_model=Problem,
        validation_error_callback=raise_validation_problem,
        doc_ui=False,
    )
    app.openapi_version = "3.1.0"
    app.config["MAX_CONTENT_LENGTH"] = services.settings.max_body
    app.extensions["adaptwise"] = services
    return app


def part(services: Services, modules: Iterable[str]) -> Application:
    """An application with the operations of some modules of :mod:`api.routes`, for requests of this process."""
    app = bare(services)
    register_request_ids(app)
    register_audit(app)
    register_reading(app, services.settings.reading)
    register_json(app, services.settings.max_depth)
    register_error_handlers(app)
    for module in modules:
        app.register_api(blueprint_of(module))
    return app
