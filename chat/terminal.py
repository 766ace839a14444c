"""The conversation in a terminal: with history, completion and colours for a person, plain through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TextIO

from chat.dialogue import Dialogues, MessageError
from chat.sessions import BusySessionError, UnknownSessionError
from chat.state import Reply
from chat.teaching_desk import NOBODY, Caller
from engine.errors import EngineError

ENDS = frozenset({"quit", "exit", "bye", "q", ":q"})
"""What ends a conversation in a terminal."""


class Partner(Protocol):
    """Whom a terminal talks to: the program in this process, or a server."""

    session: str

    def greeting(self) -> str:
        """What to show before the first message."""

    def say(self, text: str) -> Reply:
        """The reply to a message; what goes wrong is said in it."""

    def words(self) -> Sequence[str]:
        """What terms are called, for completion."""


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


def failed(what: str, error: Exception) -> Reply:
    """What is said when a message could not be answered."""
    return Reply(f"{what}: {str(error).rstrip('.')}. Please try again.", "unclear")


def run_terminal(partner: Partner, history: Path | None = None) -> None:
    """Talk on standard input and output until it ends.

    Args:
        partner: whom to talk to.
        history: the file in which what was typed is kept, for the arrow keys; nowhere if left out.
    """
    run(partner, sys.stdin, sys.stdout, history)


def run(partner: Partner, stdin: TextIO, stdout: TextIO, history: Path | None = None) -> None:
    """Talk until the input ends, or somebody says "quit".

    Args:
        partner: whom to talk to.
        stdin: where messages come from, one a line.
        stdout: where replies go; with colours if both are a terminal.
        history: the file in which what was typed is kept.
    """
    if stdin.isatty() and stdout.isatty():
        # What only a person at a terminal needs takes a while to import.
        from chat.terminal_screen import Screen

        Screen(partner, history).talk()
    else:
        _pipe(partner, stdin, stdout)


def _pipe(partner: Partner, lines: Iterable[str], stdout: TextIO) -> None:
    for line in lines:
        message = line.strip()
        if message.lower() in ENDS:
            break
        if message:
            stdout.write(f"{partner.say(message).reply}\n\n")
            stdout.flush()
