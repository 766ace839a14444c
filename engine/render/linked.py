"""Sentences in which labels of terms are links: marked while they are put together, resolved when they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import TypeAlias, cast

from markupsafe import Markup, escape

from engine.render.sentences import Sentences
from kb.graph import Key
from kb.model import ATTRIBUTE_OF_KIND, Kind, Knowledge

_OPEN, _NAMED, _CLOSE = "\ue000", "\ue001", "\ue002"
_LINK = re.compile(f"{_OPEN}([a-z]+)-([^{_OPEN}{_NAMED}{_CLOSE}]*){_NAMED}(.*?){_CLOSE}")

Address: TypeAlias = Callable[[Kind, str], str]
"""Gives the address of a term by kind and id."""


def anchor(kind: Kind, term_id: str) -> str:
    """Where a term stands on a page that has all of them."""
    return f"#{kind}-{term_id}"


class LinkedSentences(Sentences):
    """The same sentences with marks around labels of terms that are described; :func:`linked` resolves them.

    Args:
        knowledge: the knowledge base.
        described: the terms that have a place of their own.
    """

    def __init__(self, knowledge: Knowledge, described: Container[Key]) -> None:
        super().__init__(knowledge)
        self._described = described

    def _marked(self, kind: Kind, term_id: str, label: str) -> str:
        if (kind, term_id) not in self._described:
            return label
        return marked(kind, term_id, label)

    def technique(self, technique: str) -> str:
        """A technique's label, marked."""
        return self._marked("technique", technique, super().technique(technique))

    def need(self, need: str) -> str:
        """A need's label, marked."""
        return self._marked("need", need, super().need(need))

    def task(self, task: str) -> str:
        """A task's label, marked."""
        return self._marked("task", task, super().task(task))

    def constraint(self, constraint: str) -> str:
        """A constraint's label, marked."""
        return self._marked("constraint", constraint, super().constraint(constraint))

    def quality(self, quality: str) -> str:
        """A quality's label, marked."""
        return self._marked("quality", quality, super().quality(quality))

    def unit(self, unit: str) -> str:
        """A unit's label, marked."""
        return self._marked("unit", unit, super().unit(unit))


def marked(kind: Kind, term_id: str, label: str) -> str:
    """A label as :func:`linked` resolves it."""
    return f"{_OPEN}{kind}-{term_id}{_NAMED}{label}{_CLOSE}"


def linked(text: str, capital: bool = False, address: Address = anchor) -> Markup:
    """Text as HTML: escaped, marked labels turned into links.

    Args:
        text: what is said, with marks; marks that name no kind of term are text.
        capital: whether to begin with a capital letter; what ends as a sentence does so anyway.
        address: where terms are found.
    """
    if text.startswith(_OPEN) and _NAMED in text and (capital or text.rstrip()[-1:] in {".", "!", "?", ":"}):
        start = text.index(_NAMED) + 1
        text = text[:start] + text[start : start + 1].upper() + text[start + 1 :]
    parts, end = [], 0
    for mark in _LINK.finditer(text):
        if mark[1] in ATTRIBUTE_OF_KIND:
            link = Markup('<a href="{}">{}</a>').format(address(cast("Kind", mark[1]), mark[2]), mark[3])
            parts += [escape(text[end : mark.start()]), link]
            end = mark.end()
    return Markup("").join([*parts, escape(text[end:])])
