"""Replies as templates render them: paragraphs, lists, a question with its choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.sessions import Exchange
from chat.state import Reply
from engine.render.text import BULLET


@dataclass
class Item:
    """An item of a list, with the lines that belong to it."""

    text: str
    details: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A paragraph, or a list where there are items."""

    text: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class View:
    """One exchange.

    Attributes:
        number: its place in the conversation.
        said: the user's words.
        act: what they were taken for.
        blocks: the reply, without the question.
        question: the question asked, or None.
        suggestions: things to say next.
    """

    number: int
    said: str
    act: str
    blocks: tuple[Block, ...]
    question: dict[str, Any] | None
    suggestions: tuple[str, ...]


def views(history: Sequence[Exchange]) -> list[View]:
    """All exchanges of a conversation."""
    return [
        View(
            number,
            exchange.text,
            exchange.reply.act,
            blocks(without_question(exchange.reply)),
            exchange.reply.next_question,
            exchange.reply.suggestions,
        )
        for number, exchange in enumerate(history, start=1)
    ]


def without_question(reply: Reply) -> str:
    """The reply without the question at its end, which has a place of its own."""
    head, _, tail = reply.reply.rpartition("\n\n")
    asked = reply.next_question
    return head if asked and tail.startswith(asked["question"]) else reply.reply


def blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and lists of a reply."""
    found: list[Block] = []
    for paragraph in text.split("\n\n"):
        current: Block | None = None
        for line in paragraph.splitlines():
            bare = line.strip()
            if bare.startswith(BULLET):
                if current is None or not current.items:
                    current = Block()
                    found.append(current)
                current.items.append(Item(bare.removeprefix(BULLET).strip()))
            elif line.startswith("  ") and current is not None and current.items:
                current.items[-1].details.append(bare)
            elif bare:
                current = Block(bare)
                found.append(current)
    return tuple(found)
