"""Queries against versions of the knowledge, evaluated in a process of their own with limits.

The process starts with the first query. It holds one version; when another is asked for, it is told what differs, so
that following the newest version costs what changed.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph as ox

from kb.history import net
from kb.namespaces import BASE, PREFIXES, SCHEMA
from kb.paths import ONTOLOGY
from kb.quads import line_of
from kb.sparql.evaluator import LENGTH
from kb.sparql.syntax import Query
from kb.store import Store
from kb.versions import Delta

SCHEMA_GRAPH = SCHEMA.rstrip("#")
"""The graph that holds the schema, which is the same in every version."""

_BUSY_SECONDS = 0.3
_GRACE_SECONDS = 30.0


class EvaluationError(Exception):
    """A query that gave no result. ``kind`` says why: syntax, too-large, failed, timeout, crashed or busy."""

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(message or kind)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use.

    Attributes:
        seconds: time to evaluate it.
        memory: bytes on top of the knowledge.
        result: bytes of the result.
        at_once: queries that are evaluated at the same time; more are told to come again.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    result: int = 16 << 20
    at_once: int = 3


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is about, as the protocol names them; None where it names none."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


class Endpoint:
    """Evaluates queries. Safe to share between threads; make it after forking.

    Args:
        store: the versions.
        limits: what one query may use.
    """

    def __init__(self, store: Store, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._store = store
        self._free = threading.Semaphore(self.limits.at_once)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._version = 0

    def graphs(self, version: int) -> tuple[str, ...]:
        """The graphs of a version: one a pack, and that of the schema.

        Raises:
            UnknownVersionError: if there is no such version.
        """
        packs = self._store.snapshot(version).content.pack_hashes
        return (*(f"{BASE}pack/{pack}" for pack in packs), SCHEMA_GRAPH)

    def ask(self, query: Query, media_type: str, version: int, dataset: Dataset = Dataset()) -> bytes:
        """The result of a query, in a media type of :mod:`kb.sparql.evaluator`.

        Args:
            query: what is asked.
            media_type: how it is to be written.
            version: the version that is asked.
            dataset: the graphs that the protocol names; they count instead of those in the query.

        Raises:
            EvaluationError: if there is none.
            UnknownVersionError: if there is no such version.
        """
        named_there = dataset.default is not None or dataset.named is not None
        asked = {
            "query": query.text,
            "media_type": media_type,
            "default": list(dataset.default or ()) if named_there else None,
            "named": list(dataset.named or ()) if named_there else None,
            "union": not (named_there or query.default_graphs or query.named_graphs),
            "seconds": self.limits.seconds,
            "memory": self.limits.memory,
            "most": self.limits.result,
            "prefixes": dict(PREFIXES),
        }
        if not self._free.acquire(timeout=_BUSY_SECONDS):
            raise EvaluationError("busy")
        try:
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    self._send(asked, theirs, version)
                return self._received(ours)
        finally:
            self._free.release()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    # --- The process --------------------------------------------------------------------------------------------

    def _send(self, asked: Mapping[str, Any], out: socket.socket, version: int) -> None:
        """Bring the process to a version and hand the query over; begin anew if it has ended."""
        with self._lock:
            for attempt in (1, 2):
                try:
                    control = self._started()
                    self._follow(control, version)
                    text = json.dumps(asked).encode()
                    socket.send_fds(control, [LENGTH.pack(len(text))], [out.fileno()])
                    control.sendall(text)
                except OSError:
                    self._stop()
                    if attempt == 2:
                        raise EvaluationError("crashed") from None
                else:
                    return

    def _started(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._stop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", "kb.sparql.evaluator", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control, self._version = ours, 0
        self._change(ours, Delta(_schema(), frozenset()))
        return ours

    def _follow(self, control: socket.socket, version: int) -> None:
        """Tell the process what differs between the version that it has and another."""
        if version == self._version:
            return
        if self._version:
            delta = net(self._store, self._version, version)
        else:
            delta = Delta(frozenset(self._store.snapshot(version).content.lines()), frozenset())
        self._change(control, delta)
        self._version = version

    @staticmethod
    def _change(control: socket.socket, delta: Delta) -> None:
        removed, added = (_text(lines) for lines in (delta.removed, delta.added))
        head = json.dumps({"removed": len(removed), "added": len(added)}).encode()
        control.sendall(LENGTH.pack(len(head)) + head + removed + added)

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        self._control, self._process, self._version = None, None, 0

    def _received(self, ours: socket.socket) -> bytes:
        """What came of a query.

        Raises:
            EvaluationError: if it gave no result.
        """
        begun = time.monotonic()
        ours.settimeout(self.limits.seconds + _GRACE_SECONDS)
        try:
            head = json.loads(_message(ours))
            body = _message(ours)
        except TimeoutError:
            raise EvaluationError("timeout") from None
        except (EOFError, ConnectionError):
            # The operating system ends the process without a word, be it for time or for memory.
            used_up = time.monotonic() - begun >= self.limits.seconds
            raise EvaluationError("timeout" if used_up else "crashed") from None
        if head["status"] != "ok":
            raise EvaluationError(head["status"], head["message"])
        return body


def _message(ours: socket.socket) -> bytes:
    (length,) = LENGTH.unpack(_exactly(ours, LENGTH.size))
    return _exactly(ours, length)


def _exactly(ours: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        more = ours.recv(min(count - len(found), 1 << 20))
        if not more:
            raise EOFError
        found += more
    return bytes(found)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


@cache
def _schema() -> frozenset[str]:
    """The schema as lines in its own graph."""
    graph = ox.NamedNode(SCHEMA_GRAPH)
    triples: Sequence[ox.Quad] = list(ox.parse(path=ONTOLOGY / "schema.ttl"))
    return frozenset(line_of(ox.Quad(one.subject, one.predicate, one.object, graph)) for one in triples)
