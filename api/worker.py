"""gunicorn's worker with threads, which no slow client can occupy.

gunicorn reads a request on a thread of the pool and waits there for as long as the client likes, so that a few
connections that send nothing, or a byte now and then, keep everybody out (the attack known as Slowloris). Here a thread
is given a request when its head is there, collected by the loop that watches all connections; what is waited for after
that (the body, and the client's taking in the answer) has a limit.
"""

from __future__ import annotations

import errno
import json
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from api.patience import PatientSocket
from api.problems import MEDIA_TYPE, TYPE_BASE

LONGEST_HEAD = 64 * 1024
"""Bytes of a head that are collected; a longer one is refused."""

SPARE = 50
"""How many connections are kept free for those to come: at the limit gunicorn accepts none any more."""

_END_OF_HEAD = b"\r\n\r\n"
_STATUS = {
    errors.LimitRequestLine: (414, "uri-too-long", "The address is too long"),
    errors.LimitRequestHeaders: (431, "headers-too-large", "The headers are too large"),
    errors.ExpectationFailed: (417, "expectation-failed", "No such expectation"),
    errors.UnsupportedTransferCoding: (501, "unsupported-transfer-coding", "Transfer coding not supported"),
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker with threads, for requests whose heads have arrived."""

    patience: float = 20.0

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and watch it."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self._make_room(self.nr_conns)
            return
        self.nr_conns += 1
        self._make_room(self.worker_connections - SPARE)
        self._collect(TConn(self.cfg, PatientSocket(client, self.patience), address, listener.getsockname()))

    def _make_room(self, most: int) -> None:
        """Let those go that came first, of the connections on which there is no whole head yet."""
        while self.nr_conns >= most and self.pending_conns:
            conn = self.pending_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close()

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request on a connection that was kept open begins to arrive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._collect(conn)

    def _collect(self, conn: Any) -> None:
        """Watch a connection until the head of a request is there."""
        conn.sock.setblocking(False)
        conn.head = b""
        conn.timeout = time.monotonic() + self.patience
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Take in what has arrived; hand the request over if its head is there."""
        try:
            arrived = conn.sock.recv(LONGEST_HEAD)
        except BlockingIOError:
            return
        except OSError:
            arrived = b""
        conn.head += arrived
        if arrived and _END_OF_HEAD not in conn.head and len(conn.head) < LONGEST_HEAD:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        too_long = _END_OF_HEAD not in conn.head and len(conn.head) >= LONGEST_HEAD
        if too_long:
            _tell(conn.sock, *_STATUS[errors.LimitRequestHeaders], "They are longer than this server reads.")
        if too_long or not conn.head.strip(b"\r\n"):
            self.nr_conns -= 1
            self.tpool.submit(conn.close, graceful=True)
            return
        conn.init()
        conn.parser.unreader.unread(conn.head)
        conn.head, conn.data_ready = b"", True
        self.enqueue_req(conn)

    def murder_pending(self) -> None:
        """Close connections on which no head has arrived in time, telling those that began one."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            conn = self.pending_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            if conn.head:
                _tell(conn.sock, 408, "request-timeout", "The request takes too long", "Its head did not arrive.")
            conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Close connections without a request soon, once the worker is to stop."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def handle(self, conn: Any) -> Any:
        """Answer a request."""
        conn.sock.begin()
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what is no request, or never became one, with a problem document."""
        ours = isinstance(exc, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
        if isinstance(exc, errors.ParseException) and not ours:
            status, kind, title = _STATUS.get(type(exc), (400, "bad-request", "No request that can be read"))
            self.log.info("no request that can be read: %s", type(exc).__name__)
            _tell(client, status, kind, title, "What arrived is no HTTP request that this server reads.")
        else:
            super().handle_error(req, client, addr, exc)


def _tell(client: socket.socket, status: int, kind: str, title: str, detail: str) -> None:
    """Send a problem document, and that the connection ends; to whoever still listens."""
    document = {"type": TYPE_BASE + kind, "title": title, "status": status, "detail": detail}
    body = json.dumps(document).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {title}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    try:
        write_nonblock(client, head.encode() + body)
    except OSError:
        return
