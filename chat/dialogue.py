"""Conversations: who says what, in which session. Understanding and answering one message is :mod:`chat.turn`'s."""

from __future__ import annotations

from chat.sessions import Exchange, Sessions
from chat.state import Reply, State
from chat.turn import Turn
from chat.wording import introduction
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
        advisor = self._live.current()
        used: list[Recommendation] = []

        def answer(state: State) -> tuple[Reply, State]:
            turn = Turn(advisor, state, message)
            reply = turn.answer()
            used[:] = turn.recommendations
            return reply

        reply = self._sessions.exchange(session, message, answer)
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
