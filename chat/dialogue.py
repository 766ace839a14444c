"""Conversations: who says what, in which session. Understanding and answering one message is :mod:`chat.turn`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chat.editing import read_edit
from chat.sessions import Exchange, Sessions
from chat.state import Reply, State
from chat.turn import Turn
from chat.wording import introduction
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.answers import AnswerLog
from engine.live import LiveAdvisor
from kb.database import Database
from kb.model import Knowledge

LONGEST_MESSAGE = 4_000
"""A description of an application is shorter; what is longer is refused before anything is done with it."""


class MessageError(ValueError):
    """A message that cannot be answered: empty, or too long."""


class Dialogues:
    """All conversations of one installation. Safe to share between threads and workers."""

    def __init__(self, live: LiveAdvisor, database: Database) -> None:
        """Answer with what ``live`` knows.

        Args:
            live: gives the newest version at the start of each message.
            database: where sessions and answers are kept.
        """
        self._live = live
        self._sessions = Sessions(database)
        self._answers = AnswerLog(database)

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

    def say(self, session: str, text: str) -> Reply:
        """Answer a message.

        Args:
            session: the id from :meth:`start`.
            text: what was said.

        Raises:
            MessageError: if the message is empty or too long.
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages came to the session at once.
            EngineError: and its kinds, if the engine could not answer; nothing is kept then.
        """
        message = self.check(text)
        return self._exchange(session, message, self._live.current(), Turn.answer)

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
        return self._exchange(session, text, advisor, lambda turn: turn.edited(edit))

    def undo(self, session: str) -> Reply | None:
        """Undo the last change of the case, be it said or set by hand; None if there is none.

        Raises:
            UnknownSessionError: if there is no such session.
            BusySessionError: if too many messages came to the session at once.
            EngineError: and its kinds, if the engine could not answer; nothing is kept then.
        """
        if not self.state(session).past:
            return None
        return self._exchange(session, "Undo", self._live.current(), Turn.undone)

    def _exchange(
        self, session: str, text: str, advisor: Advisor, answered: Callable[[Turn], tuple[Reply, State]]
    ) -> Reply:
        """Answer what was said or done, keep it, and store the answers used."""
        used: list[Recommendation] = []

        def answer(state: State) -> tuple[Reply, State]:
            turn = Turn(advisor, state, text)
            reply, after = answered(turn)
            used[:] = turn.recommendations
            return reply, after if answered is Turn.undone else after.following(state)

        reply = self._sessions.exchange(session, text, answer)
        for recommendation in used:
            self._answers.save(recommendation, advisor.version.number)
        return reply

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
