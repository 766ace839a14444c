"""The facts of a knowledge base in Prolog: loaded once, then changed by what changes in the knowledge.

Prolog holds one version, the newest; each change is one transaction. A question about another version brings along the
facts in which that version differs, and has them supposed in a snapshot while it is answered (docs/decisions/0015).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from engine.bridge import Engine
from engine.compiler import Compiler, compiled_with
from engine.errors import EngineError, OtherState
from engine.terms import PrologTerm, write_term
from kb.graph import Key
from kb.model import ATTRIBUTE_OF_KIND, Knowledge
from kb.sorted_map import differing

MOST_SUPPOSED = 2000
"""A version that differs by more facts than this is not supposed for each question but loaded aside: reading takes
some 10 microseconds a fact."""

ATTEMPTS = 20
"""How often a question is asked anew because the facts changed between working out the difference and asking."""


@dataclass(frozen=True)
class Changes:
    """Facts that come and go, as Prolog text."""

    added: frozenset[str]
    removed: frozenset[str]

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)

    @cached_property
    def text(self) -> str:
        """As Prolog text, one change a line."""
        lines = [f"remove({fact}).\n" for fact in self.removed] + [f"add({fact}).\n" for fact in self.added]
        return "".join(sorted(lines))


class KeptFacts(Protocol):
    """Where the facts of one version are kept from one start to the next."""

    def read(self) -> tuple[Knowledge, str] | None:
        """A version and its facts as Prolog text; None if none are kept."""

    def write(self, knowledge: Knowledge, text: str) -> None:
        """Keep the facts of a version, if it is the one that is kept itself."""


class Facts:
    """One knowledge base of Prolog that follows the knowledge. Safe to share between threads.

    Args:
        engine: where it is.
        name: what it is called there. Names are used again, as Prolog keeps the module of every name.
        kept: the facts of some version, kept from an earlier start, to begin with.
    """

    def __init__(self, engine: Engine, name: str, kept: KeptFacts | None = None) -> None:
        self._engine, self._name, self._kept = engine, name, kept
        self._lock = threading.RLock()
        self._knowledge: Knowledge | None = None
        self._state = 0
        self._other: tuple[int, Knowledge, Changes] | None = None
        self._aside: Facts | None = None
        self.written = 0

    def follow(self, knowledge: Knowledge) -> None:
        """Make this the version that Prolog holds.

        Raises:
            EngineError: and its kinds, if the engine refuses.
        """
        with self._lock:
            if self._knowledge is None:
                self._knowledge = self._load(knowledge)
            if self._knowledge is not knowledge:
                changes = self._changes(knowledge)
                self._engine.change(self._name, self._state, self._state + 1, changes.text)
                self._state, self._other = self._state + 1, None
                self.written += len(changes)
            self._knowledge = knowledge

    def ask(self, knowledge: Knowledge, operation: str, *arguments: PrologTerm) -> Any:
        """Ask a question of a version, whichever Prolog holds.

        Raises:
            EngineError: and its kinds, if the engine could not answer.
        """
        for _ in range(ATTEMPTS):
            with self._lock:
                if self._knowledge is None:
                    self.follow(knowledge)
                changes = None if self._knowledge is knowledge else self._changes(knowledge)
                state = self._state
            if changes is not None and len(changes) > MOST_SUPPOSED:
                return self._beside(knowledge).ask(knowledge, operation, *arguments)
            try:
                supposed = changes.text if changes else ""
                return self._engine.ask_of(self._name, state, supposed, operation, *arguments)
            except OtherState:
                continue  # the facts have moved on: what is to be supposed is another difference now
        raise EngineError("the knowledge changed again and again")

    def unload(self) -> None:
        """Take every fact away."""
        with self._lock:
            if self._knowledge is not None:
                self._engine.ask("unload", self._name)
                self._knowledge = self._other = None
            if self._aside is not None:
                self._aside.unload()

    def _load(self, knowledge: Knowledge) -> Knowledge:
        """Load the version, or the one whose facts are kept, from where it is followed; gives which."""
        self._state, self._other = 0, None
        found = self._kept.read() if self._kept else None
        loaded, text = found or (knowledge, Compiler(knowledge).text())
        self.written += self._engine.load(self._name, text)
        if found is None and self._kept:
            self._kept.write(knowledge, text)
        return loaded

    def _beside(self, knowledge: Knowledge) -> Facts:
        with self._lock:
            if self._aside is None:
                self._aside = Facts(self._engine, f"{self._name}-aside")
        with self._aside._lock:
            held = self._aside._knowledge
            if held is not None and held is not knowledge and len(self._aside._changes(knowledge)) > MOST_SUPPOSED:
                self._aside.follow(knowledge)
        return self._aside

    def _changes(self, knowledge: Knowledge) -> Changes:
        """What is different in a version; that of the one asked last is remembered."""
        assert self._knowledge is not None
        other = self._other
        if other is None or other[0] != self._state or other[1] is not knowledge:
            other = self._state, knowledge, changes_between(self._knowledge, knowledge)
            self._other = other
        return other[2]


def changes_between(old: Knowledge, new: Knowledge) -> Changes:
    """The facts in which two versions differ: those of the terms that differ, and of terms written with these."""
    keys = {(kind, one) for kind in ATTRIBUTE_OF_KIND for one in differing(old.of(kind), new.of(kind))}
    keys |= compiled_with(old, keys) | compiled_with(new, keys)
    before, after = _facts(old, keys), _facts(new, keys)
    return Changes(frozenset(after - before), frozenset(before - after))


def _facts(knowledge: Knowledge, keys: Iterable[Key]) -> set[str]:
    """The facts of some terms, and those that rest on all."""
    compiler = Compiler(knowledge)
    facts = set(map(write_term, compiler.needs_tested()))
    for kind, term_id in keys:
        term = knowledge.find(kind, term_id)
        if term is not None:
            facts.update(map(write_term, compiler.facts_of(kind, term)))
    return facts
