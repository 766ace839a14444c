"""Sessions in the database: unguessable, shared by all workers, answered in the order in which messages came."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from chat.session_rows import MessageRow, SessionRow
from chat.state import Reply, State
from chat.teaching_desk import Saving
from kb.database import Database
from kb.store import BaseMovedError

# 192 random bits: nobody guesses a session.
_ID_BYTES = 24
_ID_LENGTH = 32
# Whoever still loses after so many rounds is not waiting for a person.
_ATTEMPTS = 50
# Each message that waits holds a thread of its server, and nobody types so fast.
_MOST_WAITING = 16
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1

PATIENCE = 30.0
"""After so many seconds without progress a message is taken to be lost; answers take less."""


LIFETIME = timedelta(days=30)
"""How long a session is kept after its last message, unless configured."""


class UnknownSessionError(LookupError):
    """There is no such session: it never was, was deleted, or has expired."""


class BusySessionError(RuntimeError):
    """Too many messages came to one session at once."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and its reply, as kept."""

    text: str
    reply: Reply


class Answered(NamedTuple):
    """What answering a message gave.

    Attributes:
        reply: what is said.
        state: the conversation after it.
        saving: saves what the message adds to the knowledge, together with message and reply; None if it adds nothing.
    """

    reply: Reply
    state: State
    saving: Saving | None = None


class _Overtaken(Exception):
    """Another message was answered first; nothing is written."""


class Sessions:
    """Keeps conversations."""

    def __init__(self, database: Database, lifetime: timedelta = LIFETIME) -> None:
        """Keep them in a database.

        Args:
            database: where; its tables must exist.
            lifetime: how long a session is kept after its last message.
        """
        self._database = database
        self._lifetime = lifetime
        self.patience = PATIENCE

    def start(self) -> str:
        """A new session's id."""
        session = secrets.token_urlsafe(_ID_BYTES)
        now = _now()
        values = {
            "id": session,
            "created": now,
            "used": now,
            "turn": 0,
            "asked": 0,
            "state": orjson.dumps(State().as_dict()),
        }
        with self._database.write() as connection:
            connection.execute(insert(SessionRow).values(**values))
        return session

    def prune(self) -> int:
        """Delete the sessions that have expired; returns how many."""
        oldest = _now() - self._lifetime
        with self._database.write() as connection:
            expired = select(SessionRow.id).where(SessionRow.used < oldest)
            connection.execute(delete(MessageRow).where(MessageRow.session.in_(expired)))
            return connection.execute(delete(SessionRow).where(SessionRow.used < oldest)).rowcount

    def exchange(self, session: str, text: str, answer: Callable[[State], Answered]) -> Reply:
        """Answer one message after all that came before it, and keep both.

        Args:
            session: the id.
            text: the message.
            answer: from the state so far to the reply and the new state; called again if another message came first,
                or another change of the knowledge.

        Raises:
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages of the session are waiting.
        """
        for _ in range(_ATTEMPTS):
            place = self._arrive(session)
            try:
                if self._wait(session, place):
                    return self._answered(session, place, text, answer)
            except _Overtaken:
                continue
            except BaseException:
                self._settle(session, place)
                raise
        raise BusySessionError(f"{_ATTEMPTS} times others took the place of a message of this conversation")

    def _answered(self, session: str, place: int, text: str, answer: Callable[[State], Answered]) -> Reply:
        for _ in range(_ATTEMPTS):
            turn, state = self._load(session)
            if turn != place:
                raise _Overtaken
            answered = answer(state)
            try:
                self._store(session, place, text, answered)
            except BaseMovedError:
                continue
            return answered.reply
        raise BusySessionError("the knowledge changes faster than this message can be answered")

    # --- Order: each message gets a place when it comes, and is answered when all before it are ---------------------

    def _arrive(self, session: str) -> int:
        """The place of a message that has just come.

        Raises:
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many are waiting already.
        """
        arriving = (
            update(SessionRow)
            .where(SessionRow.id == session, SessionRow.used >= _now() - self._lifetime)
            .values(asked=SessionRow.asked + 1)
            .returning(SessionRow.asked, SessionRow.turn)
        )
        self._load(session)
        with self._database.write() as connection:
            row = connection.execute(arriving).first()
            if row is not None and row.asked - row.turn > _MOST_WAITING:
                raise BusySessionError(f"{_MOST_WAITING} messages of this conversation are waiting already")
        if row is None:
            raise _unknown()
        return int(row.asked) - 1

    def _wait(self, session: str, place: int) -> bool:
        """Wait for one's turn; False if others took this message to be lost, so that it needs a new place.

        A message whose worker died would hold up all after it: after a while it is passed over.
        """
        observed, since, pause = -1, time.monotonic(), _SHORTEST_PAUSE
        while (turn := self._turn(session)) < place:
            if turn != observed:
                observed, since = turn, time.monotonic()
            elif time.monotonic() - since > self.patience:
                self._settle(session, turn)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return turn == place

    def _turn(self, session: str) -> int:
        with self._database.read() as connection:
            turn = connection.execute(select(SessionRow.turn).where(SessionRow.id == session)).scalar()
        if turn is None:
            raise _unknown()
        return turn

    def _settle(self, session: str, place: int) -> None:
        """The message at a place will not be answered: it is the turn of the next."""
        with self._database.write() as connection:
            connection.execute(
                update(SessionRow).where(SessionRow.id == session, SessionRow.turn == place).values(turn=place + 1)
            )

    # --- Reading ----------------------------------------------------------------------------------------------------

    def history(self, session: str) -> tuple[Exchange, ...]:
        """All messages with their replies, oldest first.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        self._load(session)
        query = select(MessageRow.text, MessageRow.reply).where(MessageRow.session == session).order_by(MessageRow.turn)
        with self._database.read() as connection:
            return tuple(Exchange(text, _reply(orjson.loads(raw))) for text, raw in connection.execute(query))

    def state(self, session: str) -> State:
        """What the conversation has established.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        return self._load(session)[1]

    def delete(self, session: str) -> None:
        """Delete a conversation.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        self._load(session)
        with self._database.write() as connection:
            connection.execute(delete(MessageRow).where(MessageRow.session == session))
            connection.execute(delete(SessionRow).where(SessionRow.id == session))

    def _load(self, session: str) -> tuple[int, State]:
        query = select(SessionRow.turn, SessionRow.state, SessionRow.used).where(SessionRow.id == session)
        row = None
        if session.isascii() and len(session) == _ID_LENGTH:
            with self._database.read() as connection:
                row = connection.execute(query).first()
        if row is None or row.used < _now() - self._lifetime:
            raise _unknown()
        return row.turn, State.from_dict(orjson.loads(row.state))

    def _store(self, session: str, turn: int, text: str, answered: Answered) -> None:
        """Keep a message and its reply; what it adds to the knowledge is saved in the same transaction, or not at all.

        Raises:
            _Overtaken: if another message was answered first.
            BaseMovedError: if the knowledge changed first.
        """
        if answered.saving is not None:
            answered.saving(lambda connection, _: self._write(connection, session, turn, text, answered))
            return
        with self._database.write() as connection:
            self._write(connection, session, turn, text, answered)

    @staticmethod
    def _write(connection: Connection, session: str, turn: int, text: str, answered: Answered) -> None:
        reply = orjson.dumps(_slim(answered.reply), default=str)
        changed = {"turn": turn + 1, "used": _now(), "state": orjson.dumps(answered.state.as_dict())}
        found = connection.execute(
            update(SessionRow).where(SessionRow.id == session, SessionRow.turn == turn).values(**changed)
        )
        if found.rowcount != 1:
            raise _Overtaken
        connection.execute(insert(MessageRow).values(session=session, turn=turn, text=text, reply=reply))


def _unknown() -> UnknownSessionError:
    return UnknownSessionError("there is no such conversation: it was deleted, has expired, or never was")


def _slim(reply: Reply) -> dict[str, Any]:
    """A reply without the trace of its recommendation, which can be had again from its id."""
    data = reply.as_dict()
    if data["recommendation"]:
        data["recommendation"] = {name: part for name, part in data["recommendation"].items() if name != "trace"}
    return data


def _reply(data: dict[str, Any]) -> Reply:
    return Reply(**{**data, "suggestions": tuple(data["suggestions"])})


def _now() -> datetime:
    # Without zone: SQLite keeps none, and all of them are UTC.
    return datetime.now(UTC).replace(tzinfo=None)
