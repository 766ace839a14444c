"""Hints to whoever asks about a deprecated term: which one was answered for instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.advisor import Advisor
from kb.model import Kind


def deprecated(advisor: Advisor, named: Mapping[Kind, Iterable[str | None]]) -> list[dict[str, Any]]:
    """One hint for each name that belongs to a deprecated term.

    Args:
        advisor: answers from the version that is asked.
        named: the names that the client gave, by kind.
    """
    hints = []
    for kind, name in ((kind, name) for kind, names in named.items() for name in names):
        found = advisor.lexicon.find_even_deprecated(kind, name) if name else None
        term = advisor.knowledge.find(kind, found) if found else None
        if term is None or term.replaced_by is None:
            continue
        other = advisor.knowledge.find(kind, advisor.lexicon.current(kind, term.id))
        if other is not None:
            detail = f"The {kind} “{term.label}” is deprecated; this is the answer for “{other.label}” ({other.id})."
            hints.append({"kind": kind, "id": term.id, "replaced_by": other.id, "detail": detail})
    return hints
