"""What a process needs to answer: the store, the advisor that follows it, stored answers, dialogues and keys."""

from __future__ import annotations

import gc
import threading
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from flask import current_app

from api.keys import Keys
from api.settings import Settings
from engine.answers import AnswerLog
from engine.bridge import Engine
from engine.live import LiveAdvisor
from kb.database import Database
from kb.kept import KeptFiles
from kb.store import Store

if TYPE_CHECKING:
    from api.audit import Audit
    from api.housekeeping import Housekeeping
    from api.streaming import Streams
    from chat.dialogue import Dialogues
    from engine.advisor import Advisor
    from engine.pipeline import Pipeline
    from kb.history import Touched
    from kb.model import Knowledge
    from kb.proposals import Proposals
    from kb.sparql.endpoint import Endpoint


class Services:
    """Everything behind the interfaces, made once a process (after forking) and shared by its threads.

    Prolog starts with the first question, or when :attr:`live` is asked for.
    """

    def __init__(self, settings: Settings, prepared: bool = False) -> None:
        """Open the database and the store.

        Args:
            settings: where everything is.
            prepared: another process has just brought the database up to date; do not look again.

        Raises:
            InvalidSetting: if the folder for data cannot be made.
            PackError: if a shipped pack cannot be read.
            InvalidKnowledgeError: if the shipped packs are not valid.
        """
        settings.prepare()
        self.settings = settings
        self.database = Database(settings.database, must_exist=prepared)
        kept = KeptFiles(settings.home / "kept")
        self.store = Store(packs=settings.packs, database=self.database, kept=kept)
        self._serves = prepared
        if not prepared:
            self.store.open()
        self.keys = Keys(self.database)
        self.answers = AnswerLog(self.database, settings.answer_days)
        # What versions touched, in numbers: no version ever changes.
        self.touched: dict[int, Touched] = {}
        # Changes of one process come one after the other: checking takes seconds, and the loser of a race begins anew.
        self.changing = threading.Lock()

    # What an answer needs is made above. The rest is imported where it is used: a command uses little of it, and a
    # server imports all of it with its application.

    @cached_property
    def audit(self) -> Audit:
        """Who wrote what."""
        from api.audit import Audit

        return Audit(self.database, self.settings.audit_days)

    @cached_property
    def endpoint(self) -> Endpoint:
        """Where SPARQL queries are evaluated; its process starts with the first one."""
        from kb.sparql.endpoint import Endpoint, Limits

        return Endpoint(self.store, Limits(seconds=self.settings.sparql_seconds))

    @cached_property
    def pipeline(self) -> Pipeline:
        """The way in for changes."""
        from engine.pipeline import Pipeline

        return Pipeline(self.store, lambda: self.live, self.answers)

    @cached_property
    def proposals(self) -> Proposals:
        """Changes that somebody proposed."""
        from kb.proposals import Proposals

        return Proposals(self.database, self.settings.proposal_days)

    @cached_property
    def streams(self) -> Streams:
        """Places for answers that are sent while they come about."""
        from api.streaming import Streams

        return Streams(max(1, self.settings.threads // 2))

    @cached_property
    def engine(self) -> Engine:
        """Prolog; a server measures how long it takes."""
        if not self._serves:
            return Engine()
        from api.metrics import MeasuredEngine

        return MeasuredEngine()

    @cached_property
    def live(self) -> LiveAdvisor:
        """The advisor for the newest version, and for older ones."""
        return LiveAdvisor(self.store, self.engine)

    @cached_property
    def dialogues(self) -> Dialogues:
        """Conversations; a server counts what their messages are taken for."""
        from api.metrics import MeasuredDialogues

        lifetime = timedelta(days=self.settings.session_days)
        return MeasuredDialogues(self.live, self.database, self.pipeline, lifetime)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """What forgets what is older than configured; proposals do so by themselves."""
        from api.housekeeping import Housekeeping

        forgetting = {
            "answers": self.answers.prune,
            "conversations": self.dialogues.prune,
            "audit": self.audit.prune,
        }
        return Housekeeping(forgetting)

    def advisor(self) -> Advisor:
        """The advisor for the version that is newest now."""
        return self.live.current()

    def warm_up(self) -> None:
        """Start Prolog and load the knowledge: ready means able to answer, and nothing is made twice by two threads.

        Raises:
            EngineUnavailable: if SWI-Prolog is missing or too old.
        """
        self.advisor()
        _ = self.audit, self.endpoint, self.pipeline, self.proposals, self.streams, self.dialogues
        if self._serves:  # commands end before anything grows old
            self.housekeeping.start()
        else:
            self.prepare_later()

    def prepare_later(self) -> None:
        """Prepare on another thread what the first question of each kind would wait for; a server is ready first."""
        work = (self.advisor().knowledge, self._serves)
        threading.Thread(target=_prepare, args=work, name="preparing", daemon=True).start()

    def close(self) -> None:
        """Stop the engine and let the database go."""
        if "housekeeping" in self.__dict__:
            self.housekeeping.stop()
        if "engine" in self.__dict__:
            self.engine.close()
        if "endpoint" in self.__dict__:
            self.endpoint.close()
        self.database.close()


_LATER = (
    *("rapidfuzz.process", "networkx", "kb.following", "kb.validation", "engine.about", "engine.accuracy"),
    *("engine.contrast", "engine.costs", "engine.counterfactual", "engine.evidence", "engine.repair"),
    *("engine.render.decision_record", "engine.render.provenance"),
)
"""What is imported where it is first used, so that a process is ready without."""


def _prepare(knowledge: Knowledge, serves: bool) -> None:
    """Make what the first change would make, and tell the garbage collector that all of it stays.

    A server imports what the first question of each kind would import, reads what texts are compared by, and indexes
    the words of the knowledge base: of very many tasks that takes a minute, which the first message would wait for.

    Looking for garbage among millions of objects stops everybody for seconds; none of them is garbage before the
    process ends, and what changes let go of is freed without looking.
    """
    from kb.checks import WORDED
    from kb.lexicon import Names
    from kb.users import Tested, Users

    Users.of(knowledge)
    Tested.of(knowledge)
    for kind in WORDED:
        Names.of(knowledge).index((kind, ""))
    if serves:
        for module in _LATER:
            import_module(module)
        from chat.phrasings import phrasings
        from chat.vocabulary import vocabulary_of

        phrasings()
        vocabulary_of(knowledge).likeness_to_tasks("")
    gc.freeze()


def services() -> Services:
    """The services of the application that handles this request."""
    found: Services = current_app.extensions["adaptwise"]
    return found
