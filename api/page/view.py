"""Replies as templates render them: paragraphs, lists, a question with its choices, a recommendation if it is new."""

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
        recommendation: the recommendation, if it is not the one shown last.
    """

    number: int
    said: str
    act: str
    blocks: tuple[Block, ...]
    question: dict[str, Any] | None
    suggestions: tuple[str, ...]
    recommendation: dict[str, Any] | None


def views(history: Sequence[Exchange]) -> list[View]:
    """All exchanges of a conversation."""
    shown: list[View] = []
    last: str | None = None
    for number, exchange in enumerate(history, start=1):
        reply = exchange.reply
        recommendation = reply.recommendation
        new = recommendation is not None and recommendation["id"] != last
        last = recommendation["id"] if recommendation else last
        text = without_question(reply)
        answer = recommendation if new else None
        shown.append(
            View(number, exchange.text, reply.act, blocks(text), reply.next_question, reply.suggestions, answer)
        )
    return shown


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
