"""The conversation in a terminal: with history, completion and colours for a person, plain through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TextIO

from chat.state import Reply

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
