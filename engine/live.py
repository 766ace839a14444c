"""The advisor that follows the knowledge: every question is answered from the newest version.

Each worker asks the store for the head at the start of a request, so that a request that starts after a change was
acknowledged sees it. The facts in Prolog follow by the difference; the questions that are under way keep their version.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict

from engine.advisor import Advisor
from engine.bridge import Engine
from engine.facts import Facts
from engine.records import read_records
from kb.kept import program_of
from kb.model import Knowledge
from kb.store import Snapshot, Store

ADVISORS_KEPT = 4
"""How many versions a worker keeps an advisor for: the head, and those that stored answers were asked about last."""


# Prolog is one in a process, whoever asks it: two advisors must never load into the same knowledge base.
_BASES = itertools.count(1)


class LiveAdvisor:
    """Advisors by version, over one store and one engine."""

    def __init__(self, store: Store, engine: Engine | None = None) -> None:
        """Load nothing yet.

        Args:
            store: an opened store.
            engine: where to ask; an engine of its own by default.
        """
        self.store = store
        self._owns_engine = engine is None
        self.engine = engine or Engine()
        self.facts = Facts(self.engine, f"kb-{next(_BASES)}", _StoredFacts(store))
        self._advisors: OrderedDict[int, Advisor] = OrderedDict()
        self._newest = 0
        self._lock = threading.Lock()

    def current(self) -> Advisor:
        """The advisor for the newest version."""
        return self.at(self.store.head().number)

    def at(self, number: int) -> Advisor:
        """The advisor for one version.

        Raises:
            UnknownVersionError: if there is none.
        """
        advisor = self._advisors.get(number)
        if advisor is not None:
            return advisor
        with self._lock:
            if number not in self._advisors:
                snapshot = self.store.snapshot(number)
                if number > self._newest:
                    self.facts.follow(snapshot.knowledge)
                    self._newest = number
                self._advisors[number] = self.supposing(snapshot)
                self._drop_oldest(number)
            return self._advisors[number]

    def supposing(self, snapshot: Snapshot) -> Advisor:
        """An advisor on any content, be it saved or not, by its difference from what Prolog holds."""
        return Advisor(snapshot, self.engine, self.facts, lambda: read_records(self.store.packs))

    def _drop_oldest(self, keep: int) -> None:
        """Let the versions go that were asked for first."""
        spare = [number for number in self._advisors if number not in (keep, self._newest)]
        for number in spare[: max(0, len(self._advisors) - ADVISORS_KEPT)]:
            del self._advisors[number]

    def close(self) -> None:
        """Stop the engine if it is ours; else take the facts away."""
        if self._owns_engine:
            self.engine.close()
        else:
            self.facts.unload()


class _StoredFacts:
    """The facts of the version that the store keeps in a file, beside it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> tuple[Knowledge, str] | None:
        """That version and its facts, if both are kept."""
        files, snapshot = self._store.kept, self._store.kept_snapshot
        if files is None or snapshot is None:
            return None
        data = files.read("facts", self._key(snapshot))
        return (snapshot.knowledge, data.decode()) if data is not None else None

    def write(self, knowledge: Knowledge, text: str) -> None:
        """Keep the facts, if they are those of that version."""
        files, snapshot = self._store.kept, self._store.kept_snapshot
        if files is not None and snapshot is not None and snapshot.knowledge is knowledge:
            files.write("facts", self._key(snapshot), text.encode())

    @staticmethod
    def _key(snapshot: Snapshot) -> str:
        return f"{snapshot.version.content_hash}-{program_of('kb')}-{program_of('engine')}"
