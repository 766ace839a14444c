"""A database that cannot be reached, without everybody waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

RETRY_SECONDS = 1.0
"""How long after a failure the database is not asked again. Then one asks, and the others go on without it."""


class DatabaseGoneError(RuntimeError):
    """The database cannot be reached, or not be written to; it may come back."""


class Outage:
    """Whether one way to a database is open, reading or writing, as those found it who went that way last."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._lock = threading.Lock()
        self._retry_at: float | None = None
        self._asking = False

    @property
    def lasts(self) -> bool:
        """Whether the last attempt failed."""
        return self._retry_at is not None

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Go this way, unless it was closed a moment ago or somebody else is finding out.

        Raises:
            DatabaseGoneError: if the database is not reached.
        """
        finding_out = self._enter()
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            if _is_ours(error):
                raise
            self.begin()
            raise DatabaseGoneError(f"The database cannot be {self._what}: {error.orig}") from error
        else:
            if self._retry_at is not None:
                self._retry_at = None
        finally:
            if finding_out:
                self._asking = False

    def begin(self) -> None:
        """It was found closed."""
        self._retry_at = time.monotonic() + RETRY_SECONDS

    def _enter(self) -> bool:
        """Whether whoever enters is the one who finds out."""
        if self._retry_at is None:
            return False
        with self._lock:
            if self._asking or time.monotonic() < (self._retry_at or 0.0):
                raise DatabaseGoneError(f"The database cannot be {self._what} just now.")
            self._asking = True
            return True


def _is_ours(error: DBAPIError) -> bool:
    """Whether a statement is wrong rather than the database gone: SQLite has one kind of error for both."""
    text = str(error.orig)
    return text.startswith(("no such table", "no such column", "near ", "table ", "index "))
