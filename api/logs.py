"""Structured logs: one event a line on stderr, coloured for a person, JSON for a machine.

What a log never holds: keys, texts that users wrote, and ids that grant access (sessions, answers). A request is logged
by its route, not by its path.
"""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request
from structlog.tracebacks import ExceptionDictTransformer

from kb.events import Events

_log = Events("api")


def configure_logging(level: str = "info", colours: bool | None = None) -> None:
    """Set structlog up for this process.

    Args:
        level: the least severe level that is shown.
        colours: for a person (True) or for a machine; by default for a person if stderr is a terminal.
    """
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_EVERYWHERE, *_renderers(colours)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def formatter(colours: bool | None = None) -> logging.Formatter:
    """The same form for what libraries log by Python's own means."""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_EVERYWHERE, processors=[remove, *_renderers(colours)])


_EVERYWHERE: list[structlog.typing.Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _renderers(colours: bool | None) -> list[structlog.typing.Processor]:
    for_person = sys.stderr.isatty() if colours is None else colours
    if for_person:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    # Tracebacks without the values of variables: those are what users wrote, and keys.
    tracebacks = ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]


def register_request_logging(app: Flask) -> None:
    """Log every request, and give whatever else is logged during it the id of the request."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _finish(response: Response) -> Response:
        _log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1),
        )
        return response
