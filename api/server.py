"""The server: gunicorn with threads, in this process.

gunicorn forks its workers, and each builds its own application: Prolog must not be started before the fork. A worker
that dies, native code included, is replaced.
"""

from __future__ import annotations

import os
import sys
from importlib import metadata
from typing import Any

from gunicorn.app.base import BaseApplication

from api.logs import configure_logging
from api.preflight import check_prolog, listening_socket
from api.settings import Settings

TIMEOUT_SECONDS = 60
"""A worker that is silent for so long is replaced."""


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
            "worker_class": "gthread",
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": self._settings.stop_seconds,
            "loglevel": "warning",
            "proc_name": "adaptwise",
            "control_socket_disable": True,
            "post_worker_init": self._announce,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application, in a worker. What is foreseen to fail ends without a traceback."""
        from api.app import create_app
        from engine.errors import EngineUnavailable

        configure_logging()
        try:
            return create_app(self._settings, prepared=True)
        except EngineUnavailable as error:
            sys.stderr.write(f"adaptwise: {error}\n")
            # gunicorn's Arbiter.APP_LOAD_ERROR: stop, do not start the worker again and again.
            os._exit(4)

    def _announce(self, worker: Any) -> None:
        """Say where everything is, once the first worker can answer."""
        if worker.age == 1:
            sys.stdout.write(self._announcement)
            sys.stdout.flush()


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        NotReady: if the server cannot start.
        InvalidSetting: if a setting cannot be used.
    """
    check_prolog()
    settings.prepare()
    listener = listening_socket(settings.host, settings.port)
    try:
        announcement = _prepare_database(settings, _base_url(settings.host, listener.getsockname()[1]))
    except BaseException:
        listener.close()
        raise
    # from here on gunicorn owns the descriptor, and closes it itself
    Server(settings, listener.detach(), announcement).run()


def _base_url(host: str, port: int) -> str:
    """The URL to show; the wildcard addresses are no addresses to go to."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _prepare_database(settings: Settings, url: str) -> str:
    """Bring the database up to date before workers start, and word what the server says of itself."""
    from api.services import Services

    services = Services(settings)
    try:
        made = services.keys.ensure_first(settings.admin_key)
        version = services.store.head()
        return _announcement(url, version.number, made)
    finally:
        # connections do not survive the fork
        services.close()


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
