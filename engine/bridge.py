"""SWI-Prolog in this process: the one file that imports pyswip.

pyswip locates and initialises libswipl and loads the program. Questions do not go through its query interface,
which is process-global and leaks (docs/decisions/0003): a job is one UTF-8 string in and one out, through a fixed
predicate, on threads that each own a Prolog engine for their whole life.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import itertools
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.compiled import CompiledProgram
from engine.errors import EngineError, EngineTimeout, EngineUnavailable, OtherState, Overloaded
from engine.terms import PrologTerm, compound, write_term

PROGRAM = Path(__file__).parent / "prolog"
MINIMUM_VERSION = 90000
"""SWI-Prolog 9.0.0, in the form of PL_version()."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use.

    Attributes:
        seconds: wall-clock time within Prolog.
        inferences: logical inferences; independent of the machine's speed.
        stack_bytes: Prolog stacks of one engine thread.
        grace: seconds after ``seconds`` until a question is signalled, and again until it counts as wedged.
    """

    seconds: float = 5.0
    inferences: int = 100_000_000
    stack_bytes: int = 256 * 1024 * 1024
    grace: float = 1.0


# Loading is bounded by the size of the knowledge base, which is checked where it is accepted.
_PATIENT = Limits(seconds=600.0, grace=5.0)


class _Library:
    """The few functions of libswipl that a question needs, with their types.

    A handle of our own: setting argument types on pyswip's would break pyswip.
    """

    def __init__(self) -> None:
        try:
            from pyswip import core
            from pyswip.prolog import Prolog
        except Exception as error:
            raise EngineUnavailable("SWI-Prolog was not found: install swi-prolog-core-packages") from error
        version = core.PL_version(core.PL_VERSION_SYSTEM)
        if version < MINIMUM_VERSION:
            raise EngineUnavailable("SWI-Prolog is too old: version 9.0 or newer is needed")
        self.string = core.PL_STRING | core.REP_UTF8
        self.read = core.CVT_STRING | core.CVT_ATOM | core.CVT_LIST | core.REP_UTF8
        self.catch = core.PL_Q_CATCH_EXCEPTION | core.PL_Q_NODEBUG
        lib = ctypes.CDLL(core._path)
        term, size = ctypes.c_size_t, ctypes.c_size_t
        signatures: dict[str, tuple[Any, list[Any]]] = {
            "PL_thread_attach_engine": (ctypes.c_int, [ctypes.c_void_p]),
            "PL_thread_destroy_engine": (ctypes.c_int, []),
            "PL_open_foreign_frame": (term, []),
            "PL_discard_foreign_frame": (None, [term]),
            "PL_new_term_refs": (term, [ctypes.c_int]),
            "PL_put_chars": (ctypes.c_int, [term, ctypes.c_int, size, ctypes.c_char_p]),
            "PL_predicate": (ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p]),
            "PL_call_predicate": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, term]),
            "PL_get_nchars": (
                ctypes.c_int,
                [term, ctypes.POINTER(size), ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint],
            ),
            "PL_mark_string_buffers": (None, [ctypes.POINTER(ctypes.c_uint)]),
            "PL_release_string_buffers_from_mark": (None, [ctypes.c_uint]),
        }
        for name, (result, arguments) in signatures.items():
            function = getattr(lib, name)
            function.restype, function.argtypes = result, arguments
        self.lib = lib
        self._load(Prolog, version)
        self.predicate = lib.PL_predicate(b"answer", 2, b"service")
        self.cancel = lib.PL_predicate(b"cancel", 2, b"service")

    @staticmethod
    def _load(prolog: Any, version: int) -> None:
        """Load the program; consult reports syntax errors as success, so the loader collects messages itself."""

        def holds(goal: str) -> bool:
            return bool(list(prolog.query(f"catch(({goal}), _, fail)")))

        compiled = CompiledProgram(PROGRAM, version)
        kept = compiled.find()
        loader = f"load_files({_quoted(PROGRAM / 'boot.pl')}, [silent(true)])"
        if kept is not None and holds(f"{loader}, boot:load_compiled({_quoted(kept)})"):
            return
        if not holds(f"{loader}, boot:load_program"):
            raise EngineUnavailable("the reasoning program did not load")
        compiled.make()

    def call(self, request: bytes) -> bytes:
        """Answer one request on the calling thread, which must have an engine."""
        lib = self.lib
        frame = lib.PL_open_foreign_frame()
        mark = ctypes.c_uint()
        lib.PL_mark_string_buffers(ctypes.byref(mark))
        try:
            terms = lib.PL_new_term_refs(2)
            lib.PL_put_chars(terms, self.string, len(request), request)
            if not lib.PL_call_predicate(None, self.catch, self.predicate, terms):
                raise EngineError("the engine gave no answer")
            size, text = ctypes.c_size_t(), ctypes.c_void_p()
            if not lib.PL_get_nchars(terms + 1, ctypes.byref(size), ctypes.byref(text), self.read):
                raise EngineError("the engine's answer is not text")
            return ctypes.string_at(text.value or 0, size.value)
        finally:
            # without the release, every answer would stay in Prolog's string ring for good
            lib.PL_release_string_buffers_from_mark(mark)
            lib.PL_discard_foreign_frame(frame)

    def signal(self, thread: int, job: int) -> None:
        """Ask the engine thread ``thread`` to give up ``job``; called on a thread of its own."""
        lib = self.lib
        lib.PL_thread_attach_engine(None)
        frame = lib.PL_open_foreign_frame()
        try:
            terms = lib.PL_new_term_refs(2)
            for offset, number in enumerate((thread, job)):
                digits = str(number).encode()
                lib.PL_put_chars(terms + offset, self.string, len(digits), digits)
            lib.PL_call_predicate(None, self.catch, self.cancel, terms)
        finally:
            lib.PL_discard_foreign_frame(frame)
            lib.PL_thread_destroy_engine()


def _quoted(path: Path) -> str:
    """A path as an atom in Prolog text."""
    escaped = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@functools.cache
def _library() -> _Library:
    return _Library()


def start_prolog() -> None:
    """Start Prolog in this process and load the program, which the first engine does otherwise.

    Most of it leaves Python alone: what other threads do meanwhile costs no time. To be called by the main thread.

    Raises:
        EngineUnavailable: if SWI-Prolog is missing, too old, or the program does not load.
    """
    _library()


def solutions(goal: str) -> list[dict[str, Any]]:
    """The solutions of a goal of our own, for measuring what goes on in Prolog; never of what anybody sent."""
    _library()
    from pyswip.prolog import Prolog

    return list(Prolog.query(goal))


@dataclass(frozen=True, slots=True)
class _Job:
    number: int
    request: bytes
    reply: Future[bytes]


class _EngineThread(threading.Thread):
    """A thread that owns one Prolog engine and answers jobs one after the other."""

    def __init__(self, library: _Library, jobs: queue.Queue[_Job | None], stack_bytes: int) -> None:
        super().__init__(name="prolog-engine", daemon=True)
        self._library, self._jobs, self._stack_bytes = library, jobs, stack_bytes
        self.engine = 0
        self.current: int | None = None
        self.since = 0.0

    def run(self) -> None:
        """Attach, then answer jobs until told to stop."""
        library = self._library
        self.engine = library.lib.PL_thread_attach_engine(None)
        # the stack limit is not inherited by new engines
        library.call(f"{write_term(compound('prepare', self._stack_bytes))}.".encode())
        while (job := self._jobs.get()) is not None:
            if not job.reply.set_running_or_notify_cancel():
                continue
            self.current, self.since = job.number, time.monotonic()
            try:
                job.reply.set_result(library.call(job.request))
            except BaseException as error:
                job.reply.set_exception(error)
            finally:
                self.current = None
        library.lib.PL_thread_destroy_engine()


def _exit_process() -> None:
    os._exit(os.EX_SOFTWARE)


class Engine:
    """Prolog on a fixed number of threads behind one bounded queue.

    Args:
        threads: engine threads; by default one for each core.
        waiting: how many questions may wait; one more is refused as overload.
        limits: what one question may use.
        when_wedged: called when a thread answers neither its limits nor a signal. The default ends the process,
            which a supervising server restarts; nothing less frees a thread that is stuck in native code.

    Raises:
        EngineUnavailable: if SWI-Prolog is missing, too old, or the program does not load.
    """

    def __init__(
        self,
        threads: int | None = None,
        waiting: int = 64,
        limits: Limits | None = None,
        when_wedged: Callable[[], None] = _exit_process,
    ) -> None:
        self.limits = limits or Limits()
        self._library = _library()
        self._jobs: queue.Queue[_Job | None] = queue.Queue(maxsize=waiting)
        self._numbers = itertools.count(1)
        self._when_wedged = when_wedged
        count = threads or os.cpu_count() or 1
        self._threads = [_EngineThread(self._library, self._jobs, self.limits.stack_bytes) for _ in range(count)]
        self._closed = False
        for thread in self._threads:
            thread.start()
        # registered after pyswip's own hook and therefore run before it: threads end while Prolog is still up
        atexit.register(self.close)

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return self._jobs.qsize()

    def ask(self, operation: str, *arguments: PrologTerm, limits: Limits | None = None) -> Any:
        """Ask one question and return the decoded JSON of the answer.

        Raises:
            Overloaded: if the queue is full.
            EngineTimeout: if a limit was exceeded.
            EngineError: if the engine failed otherwise.
        """
        limits = limits or self.limits
        goal = _goal(operation, arguments)
        number = next(self._numbers)
        milliseconds = int(limits.seconds * 1000)
        request = f"{write_term(compound('request', number, milliseconds, limits.inferences, goal))}."
        return _decoded(self._submit(number, request.encode(), limits))

    def ask_of(self, base: str, state: int, supposed: str, operation: str, *arguments: PrologTerm) -> Any:
        """Ask of one state of a knowledge base, which stays as it is while the question is answered.

        Args:
            base: the knowledge base.
            state: the number of its state.
            supposed: changes that are supposed for this question alone, written by :mod:`engine.facts`.
            operation: the question; its first argument is the knowledge base.
            arguments: the others.

        Raises:
            OtherState: if the knowledge base is in another state.
            EngineError: what :meth:`ask` raises.
        """
        limits, number = self.limits, next(self._numbers)
        goal = _goal(operation, (base, *arguments))
        milliseconds = int(limits.seconds * 1000)
        request = write_term(compound("request", number, milliseconds, limits.inferences, base, state, goal))
        return _decoded(self._submit(number, f"{request}.\n{supposed}".encode(), limits))

    def change(self, base: str, state: int, to: int, changes: str) -> None:
        """Bring a knowledge base from one state to another, for all at once; raises what :meth:`ask_of` does."""
        number = next(self._numbers)
        head = write_term(compound("change", number, base, state, to))
        _decoded(self._submit(number, f"{head}.\n{changes}".encode(), _PATIENT))

    def load(self, base: str, facts: str) -> int:
        """Load facts, written by :mod:`engine.compiler`, into the empty knowledge base ``base``; returns how many.

        Raises:
            EngineError: if a fact is not one of the closed set.
        """
        number = next(self._numbers)
        head = f"{write_term(compound('load', number, base))}."
        return int(_decoded(self._submit(number, f"{head}\n{facts}".encode(), _PATIENT))["facts"])

    def _submit(self, number: int, request: bytes, limits: Limits) -> bytes:
        if self._closed:
            raise EngineError("the engine is closed")
        job = _Job(number, request, Future())
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Overloaded("too many questions are waiting") from None
        return self._await(job, limits)

    def _await(self, job: _Job, limits: Limits) -> bytes:
        """Wait for a job; past its limits signal it, past that give the worker up.

        Prolog keeps the limits itself; this is for what Prolog cannot interrupt. Waiting in the queue does not count.
        """
        allowed, signalled = limits.seconds + limits.grace, False
        while True:
            try:
                return job.reply.result(limits.grace if signalled else allowed)
            except FutureTimeout:
                if job.reply.done():
                    return job.reply.result()
            if self._running(job.number) < allowed:
                continue
            if signalled:
                self._when_wedged()
                raise EngineTimeout("time")
            self._signal(job.number)
            signalled = True

    def _running(self, number: int) -> float:
        """For how many seconds a job has been running; none at all while it waits."""
        return max(
            (time.monotonic() - thread.since for thread in self._threads if thread.current == number), default=0.0
        )

    def _signal(self, number: int) -> None:
        for thread in self._threads:
            if thread.current == number:
                signaller = threading.Thread(target=self._library.signal, args=(thread.engine, number), daemon=True)
                signaller.start()
                signaller.join(self.limits.grace)

    def close(self) -> None:
        """Finish what waits and stop the threads."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(self.limits.seconds + self.limits.grace)
        atexit.unregister(self.close)


def _goal(operation: str, arguments: tuple[PrologTerm, ...]) -> PrologTerm:
    """The goal: a compound, or for an operation without arguments its name."""
    return compound(operation, *arguments) if arguments else operation


def _decoded(reply: bytes) -> Any:
    answer = orjson.loads(reply)
    error = answer.get("error") if isinstance(answer, dict) else None
    if error is None:
        return answer
    if error["kind"] in ("other-state", "no-such-knowledge"):
        raise OtherState(f"the engine failed: {error['kind']}")
    if error["kind"] == "limit":
        raise EngineTimeout(error["limit"])
    raise EngineError(f"the engine failed: {error['kind']}")
