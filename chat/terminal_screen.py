"""A person at a terminal: a prompt with history and completion, replies with colours, proofs as trees."""

from __future__ import annotations

import os
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import ThreadedCompleter
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from chat.state import Reply
from chat.terminal import ENDS, Partner
from chat.terminal_proof import proof_of
from chat.terminal_words import Words
from engine.render.text import BULLET

_WIDTH = 100
_LEVELS = 3
PROOF = "/proof"
"""Shows the whole proof of the last reply."""


class Screen:
    """Talks to a person.

    Args:
        partner: whom the person talks to.
        history: the file in which what was typed is kept; nowhere if left out.
    """

    def __init__(self, partner: Partner, history: Path | None = None) -> None:
        self._partner = partner
        self._console = Console(width=min(Console().width, _WIDTH), highlight=False)
        self._words = Words(partner.words)
        self._prompt: PromptSession[str] = PromptSession(
            history=_history(history), completer=ThreadedCompleter(self._words), complete_while_typing=False
        )

    def talk(self) -> None:
        """Talk until the input ends, or somebody says "quit"."""
        self._show(Reply(self._partner.greeting(), "greeting"))
        last: Reply | None = None
        while True:
            try:
                message = self._prompt.prompt(FormattedText([("bold ansicyan", "> ")])).strip()
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if message.lower() in ENDS:
                break
            if message == PROOF:
                self._show_proof(last)
            elif message:
                last = self._partner.say(message)
                self._words.offer(last)
                self._show(last)
        later = Text(f"To go on with this later: adaptwise chat --session {self._partner.session}", "dim")
        self._console.print(later, soft_wrap=True)  # in one piece, to be copied

    def _show(self, reply: Reply) -> None:
        self._console.print()
        for line in self._lines(reply):
            self._console.print(line)
        if reply.suggestions:
            self._console.print()
            self._console.print(Text("   ".join(reply.suggestions), style="dim cyan"))
        self._console.print()

    def _lines(self, reply: Reply) -> list[RenderableType]:
        """The reply line by line; of a proof its headline, and the proof as a tree."""
        lines = reply.reply.splitlines()
        tree = proof_of(reply, _LEVELS) if reply.act == "why" else None
        if tree is None:
            return [styled(line) for line in lines]
        return [styled(lines[0]), tree, Text(f"{PROOF} shows all of it.", style="dim")]

    def _show_proof(self, reply: Reply | None) -> None:
        tree = proof_of(reply) if reply else None
        self._console.print(tree or Text("There is no recommendation yet, and so no proof.", style="dim"))
        self._console.print()


def styled(line: str) -> Text | Padding:
    """A line as it is read: bullets hang, what belongs to a bullet is set off and fainter, questions stand out."""
    bare = line.lstrip()
    indent = len(line) - len(bare)
    if bare.startswith(BULLET):
        return Padding(Text.assemble((BULLET, "cyan"), bare.removeprefix(BULLET)), (0, 0, 0, indent))
    if indent >= 2:
        return Padding(Text(bare, style="dim"), (0, 0, 0, indent))
    return Text(line, style="bold" if line.endswith("?") else "")


def _history(file: Path | None) -> History:
    """What was typed before. Only its owner may read it: people write about their work."""
    if file is None:
        return InMemoryHistory()
    os.close(os.open(file, os.O_CREAT | os.O_APPEND, 0o600))
    return FileHistory(str(file))
