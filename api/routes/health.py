"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.schemas.base import Liveness, Readiness
from api.services import services

blueprint = APIBlueprint("health", __name__, abp_tags=[Tag(name="health", description="For whoever runs the server")])
_log = structlog.get_logger(__name__)


@blueprint.get("/healthz", responses={200: Liveness})
def live() -> Response:
    """The process lives."""
    return jsonify(status="ok")


@blueprint.get("/readyz", responses={200: Readiness, 503: Readiness})
def ready() -> Response:
    """It can answer: the database is reached, the knowledge is loaded, the engine answers a real question."""
    checks = {"database": _check(_database), "knowledge": _check(_knowledge), "engine": _check(_engine)}
    is_ready = all(result == "ok" for result in checks.values())
    response = jsonify(status="ready" if is_ready else "not ready", checks=checks)
    response.status_code = 200 if is_ready else 503
    return response


def _check(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception:
        _log.exception("not ready", check=check.__name__.strip("_"))
        return "failed"
    return "ok"


def _database() -> None:
    services().store.head()


def _knowledge() -> None:
    if not services().advisor().knowledge.techniques:
        raise LookupError("the knowledge base has no technique")


def _engine() -> None:
    advisor = services().advisor()
    advisor.recommend(advisor.profile())
