"""Prolog terms as Python data, and the one writer that turns them into text.

Nothing else in the program produces Prolog text. The grammar is closed: atoms are always quoted, and an atom is a
kebab-case id or a name of ours, so no input can become an operator, a variable or a goal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

_FUNCTOR = re.compile(r"[a-z][a-z0-9_]*\Z")
_ATOM = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound term ``functor(arguments...)``."""

    functor: str
    arguments: tuple[PrologTerm, ...]


PrologTerm: TypeAlias = "str | int | Compound | Sequence[PrologTerm]"


def compound(functor: str, *arguments: PrologTerm) -> Compound:
    """A compound term; ``functor`` is one of our own names."""
    return Compound(functor, arguments)


def write_term(term: PrologTerm) -> str:
    """Write a term in canonical syntax.

    Raises:
        ValueError: for an atom that is no id, or a functor that is no name of ours.
    """
    if isinstance(term, str):
        if not _ATOM.match(term):
            raise ValueError("not an id: only lower-case letters, digits and single hyphens")
        return f"'{term}'"
    if isinstance(term, int):
        return str(int(term))
    if isinstance(term, Compound):
        if not _FUNCTOR.match(term.functor):
            raise ValueError("not a functor of ours")
        return f"{term.functor}({','.join(map(write_term, term.arguments))})"
    return f"[{','.join(map(write_term, term))}]"
