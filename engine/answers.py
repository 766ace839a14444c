"""Stored answers: what is needed to give an answer again, in any worker, on the version that gave it."""

from __future__ import annotations

import datetime
import importlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Column, DateTime, Integer, String, Table, Text, delete, select

from engine.answer import Recommendation
from engine.recent import Recent
from kb.database import METADATA, Database
from kb.outage import DatabaseGoneError

WAITING = 1000
"""How many answers wait in a process to be stored while the database is not reached."""


KNOWN = 4096
"""How many answers a process remembers to have stored."""

FRESH = datetime.timedelta(hours=12)
"""For how long it need not be stored again: nothing is kept for less than a day."""


ANSWERS = Table(
    "stored_answer",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("request", Text, nullable=False),
    Column("created", DateTime(timezone=True), index=True, nullable=False),
)
"""One answer's question; the answer itself follows from it."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was asked, and of which version.

    Attributes:
        id: the answer's id.
        version: number of the version that answered.
        request: "task", "constraints", "needs" and "exclude", as the advisor reads them.
        packs: the packs that were active.
        as_of: the date for which it was answered.
    """

    id: str
    version: int
    request: Mapping[str, Any]
    packs: tuple[str, ...]
    as_of: datetime.date


class AnswerLog:
    """Keeps answers for as long as configured.

    Args:
        database: where.
        keep_days: for how many days.
    """

    def __init__(self, database: Database, keep_days: int = 90) -> None:
        self._database, self._keep = database, datetime.timedelta(days=keep_days)
        self._waiting: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._known: Recent[str, datetime.datetime] = Recent(KNOWN)
        self._lock = threading.Lock()
        self._storing = threading.Lock()

    def save(self, recommendation: Recommendation, version: int) -> None:
        """Store an answer of version ``version``; storing it again only keeps it for longer.

        Answers that are given at the same time are stored together. A power cut may take the last ones, no crash does.
        While the database is not reached they wait here, at most :data:`WAITING` of them, to be stored later.
        """
        now = datetime.datetime.now(tz=datetime.UTC)
        stored = self._known.get(recommendation.id)
        if stored is not None and now - stored < FRESH:
            self._store_waiting()
            return
        request = {
            "profile": recommendation.profile.request(),
            "packs": recommendation.packs,
            "as_of": recommendation.as_of.isoformat(),
        }
        values = {
            "id": recommendation.id,
            "version": version,
            "request": orjson.dumps(request).decode(),
            "created": now,
        }
        with self._lock:
            self._waiting[recommendation.id] = values
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
        self._store_waiting()

    def _store_waiting(self) -> None:
        """Store all that waits, unless somebody else has just stored it with theirs."""
        if not self._waiting:
            return
        with self._storing:
            self._store()

    def _store(self) -> None:
        with self._lock:
            waiting = dict(self._waiting)
        if not waiting:
            return
        try:
            with self._database.write(lasting=False) as connection:
                connection.execute(self._insert, list(waiting.values()))
        except DatabaseGoneError:
            return
        with self._lock:
            for stored, row in waiting.items():
                self._waiting.pop(stored, None)
                self._known.put(stored, row["created"])

    @cached_property
    def _insert(self) -> Any:
        """The statement that stores an answer, or says that it was given again; each kind of database has its own."""
        dialect = importlib.import_module(f"sqlalchemy.dialects.{self._database.url.get_backend_name()}")
        new = dialect.insert(ANSWERS)
        return new.on_conflict_do_update(index_elements=["id"], set_={"created": new.excluded.created})

    def find(self, answer_id: str) -> StoredAnswer | None:
        """The stored answer of this id, or None.

        Raises:
            DatabaseGoneError: if the database is not reached, and the answer does not wait here to be stored.
        """
        with self._lock:
            waiting = self._waiting.get(answer_id)
        if waiting is not None:
            return _stored(answer_id, waiting["version"], waiting["request"])
        return self._stored(answer_id)

    def _stored(self, answer_id: str) -> StoredAnswer | None:
        with self._database.read() as connection:
            found = connection.execute(
                select(ANSWERS.c.version, ANSWERS.c.request).where(ANSWERS.c.id == answer_id)
            ).first()
        return None if found is None else _stored(answer_id, found.version, found.request)

    def newest(self, count: int) -> list[StoredAnswer]:
        """The answers stored last, newest first, at most ``count``."""
        columns = (ANSWERS.c.id, ANSWERS.c.version, ANSWERS.c.request)
        with self._database.read() as connection:
            found = connection.execute(select(*columns).order_by(ANSWERS.c.created.desc(), ANSWERS.c.id).limit(count))
            return [_stored(*row) for row in found]

    def prune(self) -> int:
        """Forget the answers older than configured; returns how many."""
        oldest = datetime.datetime.now(tz=datetime.UTC) - self._keep
        with self._database.write() as connection:
            return connection.execute(delete(ANSWERS).where(ANSWERS.c.created < oldest)).rowcount


def _stored(answer_id: str, version: int, request: str) -> StoredAnswer:
    stored = orjson.loads(request)
    return StoredAnswer(
        id=answer_id,
        version=version,
        request=stored["profile"],
        packs=tuple(stored["packs"]),
        as_of=datetime.date.fromisoformat(stored["as_of"]),
    )
