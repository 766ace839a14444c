"""The Flask application: settings in, application out."""

from __future__ import annotations

from importlib import metadata

from flask import Response, jsonify
from flask_openapi import Info, OpenAPI
from flask_openapi_swagger.plugins import RegisterPlugin

from api.audit import register_audit
from api.auth import register_reading
from api.bodies import register_json
from api.caching import by_content
from api.compression import register_compression
from api.described import complete
from api.examples import Examples
from api.guards import register_guards
from api.logs import register_request_logging
from api.metrics import blueprint as metrics
from api.metrics import register_metrics
from api.page import create_page_blueprint
from api.page.know import create_know_blueprint
from api.problems import raise_validation_problem, register_error_handlers
from api.rates import register_rates
from api.routes import BLUEPRINTS
from api.schemas.base import Problem
from api.services import Services
from api.settings import Settings

DOCS = "/docs"
_DESCRIPTION = """Recommendations with proofs. Reading is open; writing needs a key in the header `X-API-Key`.
Errors are problem details (RFC 9457) that name what is wrong, where, what was expected and what comes nearest."""


class Application(OpenAPI):
    """Flask with an OpenAPI specification; documents refusals as they are."""

    def generate_spec_json(self) -> None:
        """Write the specification, and what :mod:`api.described` adds to it."""
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        complete(self.spec_json)


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
    register_metrics(app)
    register_audit(app)
    register_compression(app)
    register_guards(app, settings)
    register_rates(app, settings)
    register_reading(app, settings.reading)
    register_json(app, settings.max_depth)
    register_error_handlers(app)
    _register_docs(app)
    for blueprint in (*BLUEPRINTS, metrics):
        app.register_api(blueprint)
    app.register_blueprint(create_page_blueprint())
    app.register_blueprint(create_know_blueprint())
    services.warm_up()
    return app


def _register_docs(app: Application) -> None:
    """The specification, and Swagger UI from its own files: no request leaves the server."""
    app.register_blueprint(RegisterPlugin.register(doc_url="../openapi.json"), url_prefix=DOCS)

    examples = Examples(app, app.extensions["adaptwise"])

    @app.get("/openapi.json", doc_ui=False)
    def openapi() -> Response:
        return by_content(jsonify(examples.added_to(app.api_doc)))

    @app.get(DOCS, doc_ui=False)
    def docs() -> Response:
        return Response(status=302, headers={"Location": f"{DOCS}/swagger"})
