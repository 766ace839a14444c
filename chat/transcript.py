"""A conversation as a document to keep: who said what, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from chat.sessions import Exchange
from engine.render import prose
from kb.model import Knowledge

_YOU, _PROGRAM = "You", "Program"


def as_markdown(knowledge: Knowledge, exchanges: Sequence[Exchange]) -> str:
    """The conversation in Markdown (CommonMark 0.31); what people wrote is quoted, and cannot become markup."""
    system = knowledge.system
    name = system.label if system else _PROGRAM
    parts = [f"# Conversation with {prose.escaped(name)}"]
    for one in exchanges:
        quote = "\n".join(f"> {prose.escaped(line)}" for line in one.text.splitlines())
        parts += [f"**{_YOU}:**\n\n{quote}", f"**{prose.escaped(name)}:**\n\n{prose.markdown(one.reply.reply).strip()}"]
    return "\n\n".join(parts) + "\n"


def as_text(exchanges: Sequence[Exchange]) -> str:
    """The conversation as it is seen in a terminal."""
    return "\n\n".join(f"> {one.text}\n\n{one.reply.reply}" for one in exchanges) + "\n"
