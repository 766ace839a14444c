"""Forgetting what is older than configured: in the background, in every worker, as long as it lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from kb.events import Events
from kb.outage import DatabaseGoneError

EVERY_SECONDS = 3600.0
"""How often it is looked for; days are counted, so that an hour more or less is nothing."""

_log = Events(__name__)


class Housekeeping:
    """Calls what forgets, at once and then every hour. Several workers may do so at a time; it is the same to all.

    Args:
        tasks: what forgets, by what is forgotten; each says how many it were.
        every: seconds between two rounds.
    """

    def __init__(self, tasks: Mapping[str, Callable[[], int]], every: float = EVERY_SECONDS) -> None:
        self._tasks, self._every = dict(tasks), every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin, in a thread that does not keep the process alive."""
        self._thread.start()

    def stop(self) -> None:
        """End, before the database is closed; what is under way is finished first."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def once(self) -> dict[str, int]:
        """One round: how many were forgotten of each kind. A database that is away is waited for until the next."""
        forgotten = {}
        for name, forget in self._tasks.items():
            try:
                forgotten[name] = forget()
            except (SQLAlchemyError, DatabaseGoneError) as error:
                _log.warning("nothing was forgotten", what=name, error=type(error).__name__)
        if any(forgotten.values()):
            _log.info("forgotten", **forgotten)
        return forgotten

    def _run(self) -> None:
        while True:
            self.once()
            if self._stopped.wait(self._every):
                return
