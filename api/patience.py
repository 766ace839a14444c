"""Connections on which a request waits for its client for a limited time."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

MINIMUM_RATE = 10_000
"""Bytes a second that a client has to send, or take in, once the time it is given anyway is over."""

_PIECE = 64 * 1024


class SlowClientError(BrokenPipeError):
    """The client took longer than it is given; to gunicorn one that has gone."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "the client took too long")


class _Patience:
    """For how long one side of a request may still be waited for."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def wait(self, connection: socket.socket, call: Callable[[], Any]) -> Any:
        """What ``call`` gives, which blocks.

        Raises:
            SlowClientError: if the time is over.
        """
        if self._left <= 0:
            raise SlowClientError
        began = time.monotonic()
        connection.settimeout(self._left)
        try:
            return call()
        except TimeoutError:
            raise SlowClientError from None
        finally:
            connection.settimeout(None)
            self._left -= time.monotonic() - began

    def earn(self, moved: int) -> None:
        """Give more time for bytes that came or went."""
        self._left += moved / MINIMUM_RATE


class PatientSocket(socket.socket):
    """A connection on which a request may wait for its client no longer than it is given."""

    __slots__ = ("_receiving", "_seconds", "_sending")

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        """Take over a connection.

        Args:
            connection: the connection; not to be used any more.
            seconds: how long a request may wait for its client whatever comes.
        """
        super().__init__(connection.family, connection.type, connection.proto, fileno=connection.detach())
        self._seconds = seconds
        self.begin()

    def begin(self) -> None:
        """Start counting anew, for the next request."""
        self._receiving, self._sending = _Patience(self._seconds), _Patience(self._seconds)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive, within what is left of the time.

        Raises:
            SlowClientError: if the time is over.
        """
        if self.gettimeout() is not None:  # whoever set a limit of its own, or does not want to wait at all
            return super().recv(size, flags)
        data: bytes = self._receiving.wait(self, partial(super().recv, size, flags))
        self._receiving.earn(len(data))
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
            sent = self._sending.wait(self, partial(super().send, rest[:_PIECE], flags))
            self._sending.earn(sent)
            rest = rest[sent:]
