"""Connections on which a request waits for its client for a limited time."""

from __future__ import annotations

import errno
import socket
import time
from functools import partial
from typing import Any

MINIMUM_RATE = 10_000
"""Bytes a second that a client has to send, or take in, once the time it is given anyway is over."""

_PIECE = 64 * 1024


class SlowClientError(BrokenPipeError):
    """The client took longer than it is given; to gunicorn one that has gone."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "the client took too long")


class PatientSocket(socket.socket):
    """A connection on which a request may wait for its client no longer than it is given."""

    __slots__ = ("_moved", "_patience", "_waited")

    def __init__(self, connection: socket.socket, patience: float) -> None:
        """Take over a connection.

        Args:
            connection: the connection; not to be used any more.
            patience: seconds that a request may wait for its client whatever comes.
        """
        super().__init__(connection.family, connection.type, connection.proto, fileno=connection.detach())
        self._patience = patience
        self.begin()

    def begin(self) -> None:
        """Start counting anew, for the next request."""
        self._waited, self._moved = 0.0, 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive, within what is left of the time.

        Raises:
            SlowClientError: if the time is over.
        """
        if self.gettimeout() is not None:  # whoever set a limit of its own, or does not want to wait at all
            return super().recv(size, flags)
        data: bytes = self._timed(partial(super().recv, size, flags))
        self._moved += len(data)
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of it, within what is left of the time.

        Raises:
            SlowClientError: if the time is over.
        """
        if self.gettimeout() is not None:
            super().sendall(data, flags)
            return
        rest = memoryview(data)
        while rest:
            sent = self._timed(partial(super().send, rest[:_PIECE], flags))
            self._moved += sent
            rest = rest[sent:]

    def _timed(self, call: Any) -> Any:
        left = self._patience + self._moved / MINIMUM_RATE - self._waited
        if left <= 0:
            raise SlowClientError
        began = time.monotonic()
        self.settimeout(left)
        try:
            return call()
        except TimeoutError:
            raise SlowClientError from None
        finally:
            self.settimeout(None)
            self._waited += time.monotonic() - began
