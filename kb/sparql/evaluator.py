"""The process that evaluates queries: it holds one version of the knowledge, and forks for each query.

It is started by :mod:`kb.sparql.endpoint` and imports as little as it can. The copy that answers a query has limits set
by the operating system, which native code cannot overrun: its time (an alarm ends it), its memory, and files: it can
open none, so that no query reaches a file or a network, whatever is in it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

LENGTH = struct.Struct("!Q")
"""How the length of a message is written before it."""

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""Media types of what SELECT and ASK give."""

GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""Media types of what CONSTRUCT and DESCRIBE give."""

_BACKLOG = 1 << 20


class TooLargeError(Exception):
    """The result is larger than allowed."""


class Bounded(io.BytesIO):
    """A result that does not grow beyond so many bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        """Add ``data``.

        Raises:
            TooLargeError: if the whole is too large then.
        """
        if self.tell() + len(data) > self._most:
            raise TooLargeError
        return super().write(data)


def evaluate(store: ox.Store, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Evaluate a query.

    Args:
        store: the knowledge.
        asked: ``query``, ``media_type``, ``default`` and ``named`` (lists of graphs, or None), ``union`` (whether the
            default graph is all graphs together), ``most`` (bytes) and ``prefixes`` for graphs.

    Returns:
        how it went ("status": ok, syntax, too-large, failed; "message") and the result.
    """
    default, named = (_nodes(asked[key]) for key in ("default", "named"))
    output = Bounded(asked["most"])
    try:
        found = store.query(
            asked["query"], use_default_graph_as_union=asked["union"], default_graph=default, named_graphs=named
        )
        if isinstance(found, ox.QueryTriples):
            form = GRAPHS[asked["media_type"]]
            plain = form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD)
            # Without this a triple that is given twice is written twice: a graph is a set (SPARQL 1.1, section 16.2).
            once = dict.fromkeys(found)
            ox.serialize(once, output, format=form, prefixes=None if plain else asked["prefixes"])
        else:
            found.serialize(output, format=RESULTS[asked["media_type"]])
    except SyntaxError as error:
        return {"status": "syntax", "message": error.msg}, b""
    except TooLargeError:
        return {"status": "too-large", "message": ""}, b""
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        return {"status": "failed", "message": str(error)}, b""
    return {"status": "ok", "message": ""}, output.getvalue()


def _nodes(names: list[str] | None) -> list[Any] | None:
    return None if names is None else [ox.NamedNode(name) for name in names]


def _confine(asked: Mapping[str, Any]) -> None:
    """Set the limits of this process."""
    os.nice(5)
    used = 0
    with contextlib.suppress(OSError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (used + asked["memory"],) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, asked["seconds"])


def _answer(store: ox.Store, asked: Mapping[str, Any], out: socket.socket) -> None:
    """Evaluate a query in this process, and write what comes of it."""
    _confine(asked)
    head, body = evaluate(store, asked)
    text = json.dumps(head).encode()
    signal.setitimer(signal.ITIMER_REAL, 0)
    out.sendall(LENGTH.pack(len(text)) + text + LENGTH.pack(len(body)) + body)


def _change(store: ox.Store, asked: Mapping[str, Any], control: socket.socket) -> None:
    """Take lines away and add others."""
    removed, added = (_exactly(control, asked[key]) for key in ("removed", "added"))
    for quad in ox.parse(removed, ox.RdfFormat.N_QUADS):
        store.remove(quad)
    store.extend(ox.parse(added, ox.RdfFormat.N_QUADS))


def _exactly(control: socket.socket, count: int) -> bytes:
    """So many bytes of what is sent; fewer where it ends."""
    found = bytearray()
    while len(found) < count:
        more = control.recv(min(count - len(found), _BACKLOG))
        if not more:
            break
        found += more
    return bytes(found)


def serve(control: socket.socket) -> None:
    """Follow what is asked on ``control`` until its other end is closed."""
    store = ox.Store()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # copies that have ended leave nothing behind
    while True:
        head, descriptors, _, _ = socket.recv_fds(control, LENGTH.size, 1)
        head += _exactly(control, LENGTH.size - len(head)) if head else b""
        if len(head) < LENGTH.size:
            return
        asked = json.loads(_exactly(control, LENGTH.unpack(head)[0]))
        if not descriptors:
            _change(store, asked, control)
            continue
        with socket.socket(fileno=descriptors[0]) as out:
            if os.fork() == 0:
                code = 1
                try:
                    control.close()
                    _answer(store, asked, out)
                    code = 0
                finally:
                    os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
