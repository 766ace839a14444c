"""How sentences, lists and numbers are put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from chat.state import Number
from engine.render.text import BULLET
from kb.model import Knowledge, Term

_QUOTE_LENGTH = 60
# "[source A07, A16]" at the end of a line, and "X32: " at the beginning of an item.
_MARKS = re.compile(r" \[[^][\n]*\](?=\n|$)")
_SIGN = re.compile(rf"(?m)^(\s*{BULLET} )[A-Z]+[0-9]+[a-z]?: ")


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:”" else text + "."


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listing(items: Iterable[str], joint: str = "and") -> str:
    """Several as one text, the last joined by "and" or another word."""
    parts = list(items)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if parts else ""


def bullets(items: Iterable[str]) -> str:
    """One line an item."""
    return "\n".join(f"{BULLET} {item}" for item in items)


def paragraphs(*parts: str | None) -> str:
    """The parts that say something, apart from each other."""
    return "\n\n".join(part for part in parts if part)


def quoted(text: str) -> str:
    """The user's own words, shortened."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= _QUOTE_LENGTH else text[: _QUOTE_LENGTH - 1].rstrip() + '…'}”"


def quoted_whole(text: str) -> str:
    """Words in quotation marks, not shortened."""
    return f"“{text}”"


def number(amount: Number) -> str:
    """A number as people write it."""
    return f"{amount:,}" if abs(amount) >= 10_000 else f"{amount:g}" if isinstance(amount, float) else str(amount)


def plural(label: str) -> str:
    """A unit's label in the plural: "labelled examples", "days between updates"; one that is plural already stays."""
    head, space, rest = label.partition(" per ") if " per " in label else label.partition(" of ")
    words = head.split(" ")
    position = next((index for index, word in enumerate(words) if word in {"between", "in", "for"}), len(words)) - 1
    if not words[position].endswith("s"):
        words[position] = _plural(words[position])
    return " ".join(words) + space + rest


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("x", "z", "ch", "sh")) else f"{word}s"


def noun(knowledge: Knowledge) -> str:
    """What the knowledge base decides about."""
    return knowledge.system.noun if knowledge.system and knowledge.system.noun else "application"


def label_of(terms: Mapping[str, Term], term_id: str) -> str:
    """The label of a term, or its id made readable where it is gone."""
    record = terms.get(term_id)
    return record.label if record else term_id.replace("-", " ")


def spoken(text: str) -> str:
    """An explanation as one says it: without the marks of its claims, which “who says so?” tells in full."""
    return _SIGN.sub(r"\1", _MARKS.sub("", text))


def points(score: int) -> str:
    """A score in words."""
    return "1 point" if score == 1 else f"{score} points".replace("-", "−")
