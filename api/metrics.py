"""What is measured, for Prometheus: requests, the engine, the knowledge, the database, conversations.

With several workers each writes its own figures into files in a folder they share (``PROMETHEUS_MULTIPROC_DIR``, set by
:mod:`api.server` before this module is imported), and whoever is asked adds them up. No label holds what a user sent:
routes, not paths; known methods, statuses, operations and acts.
"""

from __future__ import annotations

import os
import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_openapi import APIBlueprint, Tag
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from chat.dialogue import Dialogues
from chat.state import Reply
from engine.bridge import Engine
from engine.errors import EngineTimeout, Overloaded
from engine.terms import PrologTerm

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that says where workers share their figures."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter("adaptwise_http_requests", "Requests answered, by route and status.", ("method", "route", "status"))
_seconds = Histogram("adaptwise_http_request_seconds", "How long they took.", ("route",), buckets=_SECONDS)
_in_progress = Gauge("adaptwise_http_in_progress", "Requests being answered.", multiprocess_mode="livesum")
_engine_seconds = Histogram(
    "adaptwise_engine_seconds", "How long questions took, waiting included.", ("operation",), buckets=_SECONDS
)
_engine_waiting = Gauge("adaptwise_engine_waiting", "Questions in the queue.", multiprocess_mode="livesum")
_engine_refused = Counter("adaptwise_engine_refused", "Questions that were not answered.", ("reason",))
_version = Gauge("adaptwise_knowledge_version", "The newest version that was seen.", multiprocess_mode="livemax")
_database = Gauge("adaptwise_database_reached", "Whether the database is (1) or not (0).", multiprocess_mode="livemin")
_messages = Counter("adaptwise_chat_messages", "Messages in conversations, by what each was taken for.", ("act",))


class MeasuredEngine(Engine):
    """An engine of which is known how long it takes."""

    def ask(self, operation: str, *arguments: PrologTerm, **options: Any) -> Any:
        """Ask, and measure."""
        with _Asking(self, operation):
            return super().ask(operation, *arguments, **options)

    def ask_of(self, base: str, state: int, supposed: str, operation: str, *arguments: PrologTerm) -> Any:
        """Ask of one state, and measure."""
        with _Asking(self, operation):
            return super().ask_of(base, state, supposed, operation, *arguments)

    def change(self, base: str, state: int, to: int, changes: str) -> None:
        """Bring the knowledge from one state to another, and measure."""
        with _Asking(self, "change"):
            super().change(base, state, to, changes)


class _Asking:
    """One question, from when it is put into the queue until it is answered."""

    def __init__(self, engine: Engine, operation: str) -> None:
        self._engine, self._operation = engine, operation

    def __enter__(self) -> None:
        self._began = time.perf_counter()
        _engine_waiting.set(self._engine.waiting)

    def __exit__(self, kind: Any, error: BaseException | None, _traceback: Any) -> None:
        _engine_seconds.labels(self._operation).observe(time.perf_counter() - self._began)
        _engine_waiting.set(self._engine.waiting)
        if isinstance(error, Overloaded | EngineTimeout):
            _engine_refused.labels("overload" if isinstance(error, Overloaded) else "limit").inc()


class MeasuredDialogues(Dialogues):
    """Conversations of which is known what their messages are taken for."""

    def say(self, *arguments: Any, **options: Any) -> Reply:
        """Answer, and count."""
        reply = super().say(*arguments, **options)
        _messages.labels(reply.act).inc()
        return reply


blueprint = APIBlueprint("metrics", __name__, abp_tags=[Tag(name="health", description="For whoever runs the server")])


@blueprint.get("/metrics", responses={200: {"description": "The figures.", "content": {CONTENT_TYPE_LATEST: {}}}})
def metrics() -> Response:
    """Figures for Prometheus, of all workers together."""
    registry = REGISTRY
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def register_metrics(app: Flask) -> None:
    """Measure every request."""
    _database.set(1)

    @app.before_request
    def _begin() -> None:
        g.measured_since = time.perf_counter()
        _in_progress.inc()

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        _requests.labels(method, route, str(response.status_code)).inc()
        _seconds.labels(route).observe(time.perf_counter() - g.get("measured_since", time.perf_counter()))
        services = current_app.extensions["adaptwise"]
        _database.set(services.database.is_reached)
        if services.store.newest_seen is not None:
            _version.set(services.store.newest_seen.number)
        return response

    @app.teardown_request
    def _leave(_error: BaseException | None) -> None:
        if g.pop("measured_since", None) is not None:
            _in_progress.dec()


def forget_worker(pid: int) -> None:
    """Leave the figures of a worker that died out of what is true of those that live; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]
