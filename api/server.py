"""The server: gunicorn with threads, in this process.

gunicorn forks its workers, and each builds its own application: Prolog must not be started before the fork. A worker
that dies, native code included, is replaced.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from api.garbage import collect_as_usual
from api.logs import configure_logging, formatter
from api.preflight import check_prolog, listening_socket
from api.rates import Rates
from api.settings import Settings
from api.together import importing
from api.worker import Worker
from engine.bridge import start_prolog

TIMEOUT_SECONDS = 60
"""A worker that is silent for so long is replaced."""

KEEP_SECONDS = 10
"""So long a connection is kept without a request; after the usual two a busy client's next one meets a closed door."""


FILES = 4096
"""How many files a worker should be able to open: gunicorn takes up to 1,000 connections."""

_COLOURS = {"auto": None, "text": True, "json": False}


class _Log(Logger):  # type: ignore[misc]
    """What gunicorn itself has to say, in the form of all other events."""

    colours: bool | None = None

    def setup(self, cfg: Any) -> None:
        """Open the log."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter(self.colours))


class Server(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn wants it."""

    def __init__(self, settings: Settings, file_descriptor: int, announcement: str) -> None:
        self._settings = settings
        self._file_descriptor, self._announcement = file_descriptor, announcement
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what we want of it."""
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._file_descriptor}",
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": _worker_class(self._settings.client_seconds),
            "timeout": TIMEOUT_SECONDS,
            "keepalive": KEEP_SECONDS,
            "graceful_timeout": self._settings.stop_seconds,
            "loglevel": "warning",
            "logger_class": type("Log", (_Log,), {"colours": _COLOURS[self._settings.log_format]}),
            "proc_name": "adaptwise",
            "control_socket_disable": True,
            # what proxies say is read by the application, where they are trusted
            "forwarded_allow_ips": "",
            "post_worker_init": self._begin,
            "child_exit": _forget,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application, in a worker. What is foreseen to fail ends without a traceback."""
        from engine.errors import EngineUnavailable
        from kb.outage import DatabaseGoneError

        configure_logging(self._settings.log_level, _COLOURS[self._settings.log_format])
        try:
            with importing("api.app"):
                start_prolog()
            from api.app import create_app

            while True:
                try:
                    return create_app(self._settings, prepared=True)
                except DatabaseGoneError as error:  # a worker that takes the place of another waits for the database
                    structlog.get_logger("server").warning("waiting for the database", reason=str(error))
                    time.sleep(1)
        except EngineUnavailable as error:
            sys.stderr.write(f"adaptwise: {error}\n")
            # gunicorn's Arbiter.APP_LOAD_ERROR: stop, do not start the worker again and again.
            os._exit(4)

    def _begin(self, worker: Any) -> None:
        """A worker can answer; the first one says where everything is."""
        collect_as_usual()
        if worker.age == 1:
            sys.stdout.write(self._announcement)
            sys.stdout.flush()
        worker.wsgi.extensions["adaptwise"].prepare_later()


def _forget(_server: Any, worker: Any) -> None:
    """Say that a worker is no more."""
    from api.metrics import forget_worker

    forget_worker(worker.pid)


def _worker_class(patience: float) -> type[Worker]:
    """The worker, with the time that clients are given."""
    return type("Worker", (Worker,), {"patience": float(patience)})


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        NotReady: if the server cannot start.
        InvalidSetting: if a setting cannot be used.
    """
    check_prolog()
    settings.prepare()
    with _shared_folder() as shared:
        if settings.rate_storage:
            Rates(settings)  # what workers could only fail with is refused here
        settings = _sharing(settings, shared)
        listener = listening_socket(settings.host, settings.port)
        try:
            announcement = _prepare_database(settings, _base_url(settings.host, listener.getsockname()[1]))
        except BaseException:
            listener.close()
            raise
        _allow_files()
        # from here on gunicorn owns the descriptor, and closes it itself
        Server(settings, listener.detach(), announcement).run()


def _allow_files() -> None:
    """Let workers open as many files as there may be connections, and more, as far as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def _shared_folder() -> Iterator[Path]:
    """A folder that lasts as long as the server: workers, which leave this block too, do not take it away."""
    folder, server = Path(tempfile.mkdtemp(prefix="adaptwise-", dir=os.environ.get("RUNTIME_DIRECTORY"))), os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == server:
            shutil.rmtree(folder, ignore_errors=True)


def _sharing(settings: Settings, folder: Path) -> Settings:
    """The settings of workers that count together, in a folder that lasts as long as the server.

    The library of metrics reads its variable when it is imported, so that this comes first.
    """
    figures = folder / "metrics"
    figures.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(figures)
    return dataclasses.replace(settings, rate_storage=settings.rate_storage or f"sqlite-file://{folder}/rates.db")


def _base_url(host: str, port: int) -> str:
    """The URL to show; the wildcard addresses are no addresses to go to."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _prepare_database(settings: Settings, url: str) -> str:
    """Bring the database up to date before workers start, and word what the server says of itself."""
    from api.metrics import forget_worker
    from api.services import Services

    services = Services(settings)
    try:
        made = services.keys.ensure_first(settings.admin_key)
        version = services.store.head()
        return _announcement(url, version.number, made)
    finally:
        # connections do not survive the fork, nor is this process one that is measured
        services.close()
        forget_worker(os.getpid())


def _announcement(url: str, version: int, made_key: str | None) -> str:
    lines = [
        f"Adaptwise {metadata.version('adaptwise')} is ready, with version {version} of its knowledge.",
        f"  Page:     {url}/",
        f"  Chat:     {url}/  or in another terminal: adaptwise chat",
        f"  API docs: {url}/docs",
    ]
    if made_key:
        lines += [
            f"  Key for writing (header X-API-Key): {made_key}",
            "  This key is shown only now; keep it. ADAPTWISE_ADMIN_KEY sets one of your own.",
        ]
    return "\n".join([*lines, "Stop it with Ctrl-C.", ""])
