"""Conversations: who says what, in which session. Understanding and answering one message is :mod:`chat.turn`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from chat.editing import read_edit
from chat.sessions import LIFETIME, Answered, Exchange, Sessions
from chat.state import Reply, State
from chat.teaching_desk import NOBODY, Caller, Desk
from chat.turn import Turn
from chat.wording import introduction
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.answers import AnswerLog
from engine.live import LiveAdvisor
from engine.pipeline import Pipeline
from kb.database import Database
from kb.model import Knowledge

LONGEST_MESSAGE = 4_000
"""A description of an application is shorter; what is longer is refused before anything is done with it."""


class MessageError(ValueError):
    """A message that cannot be answered: empty, or too long."""


class Dialogues:
    """All conversations of one installation. Safe to share between threads and workers."""

    def __init__(
        self, live: LiveAdvisor, database: Database, pipeline: Pipeline | None = None, lifetime: timedelta = LIFETIME
    ) -> None:
        """Answer with what ``live`` knows.

        Args:
            live: gives the newest version at the start of each message.
            database: where sessions and answers are kept.
            pipeline: through which conversations add to the knowledge; by default one of their own.
            lifetime: how long a conversation is kept after its last message.
        """
        self._live = live
        self._sessions = Sessions(database, lifetime)
        self._answers = AnswerLog(database)
        self._pipeline = pipeline or Pipeline(live.store, lambda: live, self._answers)

    def start(self) -> str:
        """Begin a conversation; whoever holds the unguessable id returned can go on with it."""
        return self._sessions.start()

    def greeting(self) -> str:
        """What to show before the first message."""
        return introduction(self.knowledge())

    def knowledge(self) -> Knowledge:
        """The newest version of the knowledge base, for whoever presents it."""
        return self._live.current().knowledge

    @staticmethod
    def check(text: str) -> str:
        """The message as it is answered.

        Raises:
            MessageError: if it is empty or too long.
        """
        message = text.replace("\x00", "").strip()
        if not message:
            raise MessageError("the message is empty")
        if len(message) > LONGEST_MESSAGE:
            raise MessageError(f"the message has {len(message):,} characters; at most {LONGEST_MESSAGE:,} are read")
        return message

    def say(self, session: str, text: str, caller: Caller = NOBODY) -> Reply:
        """Answer a message.

        Args:
            session: the id from :meth:`start`.
            text: what was said.
            caller: who says it, as far as adding to the knowledge is concerned.

        Raises:
            MessageError: if the message is empty or too long.
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages came to the session at once.
            EngineError: and its kinds, if the engine could not answer; nothing is kept then.
        """
        message = self.check(text)
        return self._exchange(session, message, Turn.answer, caller)

    def understood(self, session: str, text: str) -> dict[str, Any]:
        """What a message states, before it is answered: as :meth:`chat.understanding.Interpretation.as_dict` gives it.

        Raises:
            MessageError: if the message is empty or too long.
            UnknownSessionError: if there is no such session.
        """
        message = self.check(text)
        return self._turn(self._live.current(), self.state(session), message).understood()

    def edit(self, session: str, changes: Mapping[str, Any]) -> Reply | None:
        """Set by hand what is known of the case, as if it had been said.

        Args:
            session: the id from :meth:`start`.
            changes: as :func:`chat.editing.read_edit` takes them.

        Returns:
            What is said to that; None if nothing changes.

        Raises:
            InvalidProfile: naming everything that cannot be read; nothing is kept then.
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages came to the session at once.
            EngineError: and its kinds, if the engine could not answer; nothing is kept then.
        """
        advisor = self._live.current()
        edit = read_edit(advisor, changes)
        case = self.state(session).case
        if edit.on(case) == case:
            return None
        text = edit.as_text(advisor.knowledge)
        return self._exchange(session, text, lambda turn: turn.edited(edit))

    def undo(self, session: str) -> Reply | None:
        """Undo the last change of the case, be it said or set by hand; None if there is none.

        Raises:
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages came to the session at once.
            EngineError: and its kinds, if the engine could not answer; nothing is kept then.
        """
        if not self.state(session).past:
            return None
        return self._exchange(session, "Undo", Turn.undone)

    def _exchange(
        self,
        session: str,
        text: str,
        answered: Callable[[Turn], tuple[Reply, State]],
        caller: Caller = NOBODY,
    ) -> Reply:
        """Answer what was said or done, keep it, and store the answers used."""
        used: list[tuple[Recommendation, int]] = []

        def answer(state: State) -> Answered:
            # Asked anew each time: an answer may have to be made again because the knowledge moved on.
            advisor = self._live.current()
            turn = self._turn(advisor, state, text, caller)
            reply, after = answered(turn)
            used[:] = [(recommendation, turn.version) for recommendation in turn.recommendations]
            kept = after if answered is Turn.undone else after.following(state)
            return Answered(reply, kept, turn.saving)

        reply = self._sessions.exchange(session, text, answer)
        for recommendation, version in used:
            self._answers.save(recommendation, version)
        return reply

    def _turn(self, advisor: Advisor, state: State, text: str, caller: Caller = NOBODY) -> Turn:
        return Turn(advisor, state, text, Desk(self._pipeline, self._live, caller))

    def prune(self) -> int:
        """Forget the conversations that have expired; returns how many."""
        return self._sessions.prune()

    def history(self, session: str) -> tuple[Exchange, ...]:
        """All that was said, oldest first.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        return self._sessions.history(session)

    def state(self, session: str) -> State:
        """What a conversation has established.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        return self._sessions.state(session)

    def delete(self, session: str) -> None:
        """Forget a conversation.

        Raises:
            UnknownSessionError: if there is no such session.
        """
        self._sessions.delete(session)
