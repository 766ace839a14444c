"""The Flask application: settings in, application out."""

from __future__ import annotations

from importlib import metadata

from flask import Response, jsonify, request
from flask_openapi import Info, OpenAPI
from flask_openapi_swagger.plugins import RegisterPlugin

from api.audit import register_audit
from api.bodies import register_json
from api.logs import register_request_logging
from api.negotiation import RENDERINGS
from api.page import create_page_blueprint
from api.page.know import create_know_blueprint
from api.problems import raise_validation_problem, register_error_handlers
from api.routes import BLUEPRINTS
from api.routes.packs import DOCUMENTS
from api.schemas.base import Problem, problems
from api.services import Services
from api.settings import Settings

DOCS = "/docs"
_DESCRIPTION = """Recommendations with proofs. Reading is open; writing needs a key in the header `X-API-Key`.
Errors are problem details (RFC 9457) that name what is wrong, where, what was expected and what comes nearest."""

_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_DOCS_POLICY = _POLICY + "; script-src 'self' 'unsafe-inline'"


class Application(OpenAPI):
    """Flask with an OpenAPI specification; documents refusals as they are."""

    def generate_spec_json(self) -> None:
        """Write the specification. The library documents its own form of 422; ours is a problem document."""
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        for operations in self.spec_json["paths"].values():
            for operation in operations.values():
                for media_type in operation.pop(RENDERINGS, ()):
                    operation["responses"]["200"]["content"][media_type] = {"schema": {"type": "string"}}
                if documents := operation.pop(DOCUMENTS, ()):
                    content = {media_type: {"schema": {"type": "string"}} for media_type in documents}
                    operation["requestBody"] = {"content": content, "required": True}
                if "application/json" in operation["responses"]["422"].get("content", {}):
                    del operation["responses"]["422"]
                    if operation.get("parameters"):
                        operation["responses"]["422"] = problems(422)[422]


def create_app(settings: Settings | None = None, prepared: bool = False) -> Application:
    """Build the application, with an engine of its own.

    Args:
        settings: by default those of the environment.
        prepared: another process has just brought the database up to date, and set the first key.

    Raises:
        InvalidSetting: if a setting cannot be used.
        EngineUnavailable: if SWI-Prolog is missing or too old.
    """
    settings = settings or Settings.from_environment()
    app = Application(
        __name__,
        info=Info(title="Adaptwise", version=metadata.version("adaptwise"), description=_DESCRIPTION),
        security_schemes={"key": {"type": "apiKey", "name": "X-API-Key", "in": "header"}},
        validation_error_model=Problem,
        validation_error_callback=raise_validation_problem,
        doc_ui=False,
    )
    app.openapi_version = "3.1.0"
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    services = Services(settings, prepared)
    if settings.admin_key and not prepared:
        services.keys.ensure_first(settings.admin_key)
    app.extensions["adaptwise"] = services
    register_request_logging(app)
    register_audit(app)
    register_json(app, settings.max_depth)
    register_error_handlers(app)
    _register_docs(app)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    app.register_blueprint(create_page_blueprint())
    app.register_blueprint(create_know_blueprint())
    app.after_request(_secure)
    services.warm_up()
    return app


def _register_docs(app: Application) -> None:
    """The specification, and Swagger UI from its own files: no request leaves the server."""
    app.register_blueprint(RegisterPlugin.register(doc_url="../openapi.json"), url_prefix=DOCS)

    @app.get("/openapi.json", doc_ui=False)
    def openapi() -> Response:
        return jsonify(app.api_doc)

    @app.get(DOCS, doc_ui=False)
    def docs() -> Response:
        return Response(status=302, headers={"Location": f"{DOCS}/swagger"})


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _DOCS_POLICY if request.path.startswith(DOCS) else _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    return response
