"""What a message does by its form alone: asks why, supposes something, greets, and so on (see :mod:`chat.forms`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.act_forms import FORMS, SIGNS
from chat.forms import PLACES, QUESTION


def plain(text: str) -> str:
    """A message in the form in which the patterns read it."""
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    text = re.sub(r"\bu\b", "you", text)
    lowered = re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("‘", "'")).strip()
    return lowered.strip(" .!…;:,")


def form_of(text: str) -> tuple[str, str] | None:
    """The act that a message performs by its form, with what it is about; None if its form says nothing."""
    message = plain(text)
    bare = message.rstrip("?").strip() or message
    count = len(bare.split())
    for form in FORMS:
        found = form.pattern.search(bare) if count <= form.longest else None
        if found and (message.endswith("?") or not form.asked):
            return form.act, (found.groupdict().get("rest") or "").strip(" ,?")
    return None


def is_question(text: str) -> bool:
    """Whether a message asks, by its sign or its first words."""
    message = plain(text)
    return message.endswith("?") or bool(QUESTION.match(message))


def split_sentences(text: str) -> list[str]:
    """The sentences of a message; decimals stay whole."""
    parts = re.split(r"(?<=[.!?])\s+(?=[^\s])|\n+", text.strip())
    return [part.strip() for part in parts if part.strip()]


def ordinal(which: str, items: Sequence[str]) -> str | None:
    """The item that an ordinal means, or None if there are not so many."""
    index = PLACES[which]
    return items[index] if -len(items) <= index < len(items) else None
