"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag
from sqlalchemy import select

from api.schemas.base import Liveness, Readiness
from api.services import services
from kb.events import Events
from kb.outage import DatabaseGoneError
from kb.versions import VERSIONS

blueprint = APIBlueprint("health", __name__, abp_tags=[Tag(name="health", description="For whoever runs the server")])
_log = Events(__name__)


@blueprint.get("/healthz", responses={200: Liveness})
def live() -> Response:
    """The process lives."""
    return jsonify(status="ok")


@blueprint.get("/readyz", responses={200: Readiness, 503: Readiness})
def ready() -> Response:
    """It can answer: the knowledge is loaded, the engine answers a real question, the database is reached.

    Without the database it is `degraded`, which is still 200: it answers questions, and saves nothing.
    """
    checks = {"knowledge": _check(_knowledge), "engine": _check(_engine), "database": _check(_database)}
    failed = {name for name, result in checks.items() if result != "ok"}
    status = "ready" if not failed else "degraded" if failed == {"database"} else "not ready"
    response = jsonify(status=status, checks=checks)
    response.status_code = 503 if status == "not ready" else 200
    return response


def _check(check: Callable[[], None]) -> str:
    try:
        check()
    except DatabaseGoneError as error:
        _log.warning("not reached", check=check.__name__.strip("_"), reason=str(error))
        return "failed"
    except Exception:
        _log.exception("not ready", check=check.__name__.strip("_"))
        return "failed"
    return "ok"


def _database() -> None:
    database = services().database
    with database.read() as connection:
        connection.execute(select(VERSIONS.c.number).limit(1))
    if not database.is_reached:  # it can be read again; whether it can be written to is found out by doing so
        with database.write():
            pass


def _knowledge() -> None:
    if not services().advisor().knowledge.techniques:
        raise LookupError("the knowledge base has no technique")


def _engine() -> None:
    advisor = services().advisor()
    advisor.recommend(advisor.profile())
