"""The conversation in a terminal: with history, completion and colours for a person, plain through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from chat.dialogue import Dialogues, MessageError
from chat.state import Reply
from engine.errors import EngineError
from engine.render.text import BULLET

_ENDS = frozenset({"quit", "exit", "bye", "q", ":q"})
_WIDTH = 100


def run_terminal(dialogues: Dialogues) -> None:
    """Talk on standard input and output until it ends."""
    run(dialogues, sys.stdin, sys.stdout)


def run(dialogues: Dialogues, stdin: TextIO, stdout: TextIO) -> None:
    """Talk until the input ends, or somebody says "quit".

    Args:
        dialogues: answers.
        stdin: where messages come from, one a line.
        stdout: where replies go; coloured if both are a terminal.
    """
    if stdin.isatty() and stdout.isatty():
        _talk(dialogues)
    else:
        _pipe(dialogues, stdin, stdout)


def _pipe(dialogues: Dialogues, lines: Iterable[str], stdout: TextIO) -> None:
    session = dialogues.start()
    for line in lines:
        message = line.strip()
        if message.lower() in _ENDS:
            break
        if message:
            stdout.write(f"{_said(dialogues, session, message).reply}\n\n")
            stdout.flush()


def _said(dialogues: Dialogues, session: str, message: str) -> Reply:
    try:
        return dialogues.say(session, message)
    except MessageError as error:
        return Reply(f"I could not read that: {error}.", "unclear")
    except EngineError as error:
        return Reply(f"I could not work that out: {error}. Please try again.", "unclear")


class _Suggestions(Completer):
    """Completes a message to one of the things that could be said next."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] = ()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        typed = document.text_before_cursor
        for text in self.texts:
            if text.lower().startswith(typed.lower()):
                yield Completion(text, start_position=-len(typed))


def _talk(dialogues: Dialogues) -> None:
    console = Console(width=min(Console().width, _WIDTH), highlight=False)
    suggestions = _Suggestions()
    prompt: PromptSession[str] = PromptSession(
        history=InMemoryHistory(), completer=suggestions, complete_while_typing=False
    )
    session = dialogues.start()
    _show(console, Reply(dialogues.greeting(), "greeting"))
    while True:
        try:
            message = prompt.prompt("> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            break
        if message.lower() in _ENDS:
            break
        if message:
            reply = _said(dialogues, session, message)
            suggestions.texts = (*_choices(reply), *reply.suggestions)
            _show(console, reply)


def _choices(reply: Reply) -> tuple[str, ...]:
    return tuple(value["label"] for value in reply.next_question["values"]) if reply.next_question else ()


def _show(console: Console, reply: Reply) -> None:
    console.print()
    for line in reply.reply.splitlines():
        console.print(_styled(line))
    if reply.suggestions:
        console.print()
        console.print(Text("   ".join(reply.suggestions), style="dim"))
    console.print()


def _styled(line: str) -> Text | Padding:
    """A line as it is read: bullets hang, what belongs to a bullet is set off and fainter."""
    bare = line.lstrip()
    if bare.startswith(BULLET):
        return Padding(Text(bare), (0, 0, 0, len(line) - len(bare)))
    if line.startswith("  "):
        return Padding(Text(bare, style="dim"), (0, 0, 0, len(line) - len(bare)))
    return Text(line, style="bold" if line.endswith("?") else "")
