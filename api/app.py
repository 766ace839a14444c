"""The Flask application: settings in, application out."""

from __future__ import annotations

from importlib import metadata

from flask import Response, jsonify
from flask_openapi_swagger.plugins import RegisterPlugin

from api.audit import register_audit
from api.auth import register_reading
from api.bodies import register_json
from api.caching import by_content
from api.compression import register_compression
from api.examples import Examples
from api.guards import register_guards
from api.logs import register_request_logging
from api.metrics import blueprint as metrics
from api.metrics import register_metrics
from api.page import create_page_blueprint
from api.page.know import create_know_blueprint
from api.parts import Application, bare
from api.problems import register_error_handlers
from api.rates import register_rates
from api.request_ids import register_request_ids
from api.routes import blueprints
from api.services import Services
from api.settings import Settings

DOCS = "/docs"


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
    services = Services(settings, prepared)
    if settings.admin_key and not prepared:
        services.keys.ensure_first(settings.admin_key)
    app = complete(services)
    services.warm_up()
    return app


def complete(services: Services) -> Application:
    """The application with all of its operations, pages and guards."""
    settings = services.settings
    app = bare(services, metadata.version("adaptwise"))
    register_request_ids(app)
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
    for blueprint in (*blueprints(), metrics):
        app.register_api(blueprint)
    app.register_blueprint(create_page_blueprint())
    app.register_blueprint(create_know_blueprint())
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
