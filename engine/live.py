"""The advisor that follows the knowledge: every question is answered from the newest version.

Each worker asks the store for the head at the start of a request, so that a request that starts after a change was
acknowledged sees it. A new version is loaded beside the one in use and taken into use once it is ready; the questions
that are under way keep theirs.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict

from engine.advisor import Advisor
from engine.bridge import Engine
from kb.store import Store

VERSIONS_LOADED = 4
"""How many versions a worker keeps loaded: the head, and those that stored answers were asked about last."""


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
        self._advisors: OrderedDict[int, Advisor] = OrderedDict()
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
                advisor = Advisor(self.store.snapshot(number), self.engine, f"kb-{next(_BASES)}")
                self._advisors[number] = advisor
                self._drop_oldest(number)
            return self._advisors[number]

    def _drop_oldest(self, keep: int) -> None:
        """Unload the versions loaded first, once the questions under way there are answered."""
        head = self.store.head().number
        spare = [number for number in self._advisors if number not in (keep, head)]
        for number in spare[: max(0, len(self._advisors) - VERSIONS_LOADED)]:
            self._advisors.pop(number).close()

    def close(self) -> None:
        """Stop the engine, if it is ours."""
        if self._owns_engine:
            self.engine.close()
