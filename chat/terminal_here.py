"""The program in this process as whom a terminal talks to."""

from __future__ import annotations

from collections.abc import Sequence

from chat.dialogue import Dialogues, MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from chat.state import Reply
from chat.teaching_desk import NOBODY, Caller
from chat.terminal import failed
from engine.errors import EngineError


class Here:
    """The program in this process.

    Args:
        dialogues: answers.
        caller: who talks, as far as adding to the knowledge is concerned.
        session: a conversation to go on with; a new one if left out.

    Raises:
        UnknownSessionError: if there is no such conversation.
    """

    def __init__(self, dialogues: Dialogues, caller: Caller = NOBODY, session: str | None = None) -> None:
        self._dialogues, self._caller = dialogues, caller
        if session is not None:
            dialogues.state(session)
        self.session = session or dialogues.start()

    def greeting(self) -> str:
        """What to show before the first message."""
        return self._dialogues.greeting()

    def say(self, text: str) -> Reply:
        """The reply to a message; what goes wrong is said in it."""
        try:
            return self._dialogues.say(self.session, text, self._caller)
        except (MessageError, UnknownSessionError, BusySessionError) as error:
            return failed("I could not read that", error)
        except EngineError as error:
            return failed("I could not work that out", error)

    def words(self) -> Sequence[str]:
        """What tasks, constraints with their values, needs and techniques are called."""
        knowledge = self._dialogues.knowledge()
        terms = [*knowledge.tasks.values(), *knowledge.needs.values(), *knowledge.techniques.values()]
        terms += [term for one in knowledge.constraints.values() for term in (one, *one.values)]
        return [term.label for term in terms if term.replaced_by is None]
