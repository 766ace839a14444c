"""What differs between two states of the knowledge, told by terms and their properties rather than by lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from kb.graph import Key, all_terms
from kb.index import split_value
from kb.model import Kind, Knowledge, Term
from kb.namespaces import try_split
from kb.versions import Delta

Happened: TypeAlias = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """A property of a term with its old and its new value, as the records have them."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class TermChange:
    """What happened to one term.

    Attributes:
        kind: its kind.
        id: its id.
        before: the term as it was; None if it was added.
        after: the term as it is; None if it was removed.
    """

    kind: Kind
    id: str
    before: Term | None
    after: Term | None

    @property
    def happened(self) -> Happened:
        """Which of the three it was."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def label(self) -> str:
        """What the term is called, now or last."""
        term = self.after or self.before
        return term.label if term else self.id

    @property
    def properties(self) -> tuple[PropertyChange, ...]:
        """What changed, property by property; empty for terms that came or went."""
        if self.before is None or self.after is None:
            return ()
        pairs = (
            (one.name, getattr(self.before, one.name), getattr(self.after, one.name))
            for one in dataclasses.fields(self.after)
        )
        return tuple(PropertyChange(name, old, new) for name, old, new in pairs if old != new)


def difference(before: Knowledge, after: Knowledge, delta: Delta | None = None) -> tuple[TermChange, ...]:
    """The terms that were added, changed and removed, in this order, each by kind and id.

    Args:
        before: one state.
        after: another.
        delta: the lines that lead from the one to the other, where they are known: only what they speak of is
            compared.
    """
    keys = _all_keys(before, after) if delta is None else keys_of(delta)
    pairs = ((kind, term_id, before.find(kind, term_id), after.find(kind, term_id)) for kind, term_id in keys)
    changes = [TermChange(*pair) for pair in pairs if pair[2] is not pair[3] and pair[2] != pair[3]]
    order: tuple[Happened, ...] = ("added", "changed", "removed")
    return tuple(sorted(changes, key=lambda one: (order.index(one.happened), one.kind, one.id)))


def keys_of(delta: Delta) -> set[Key]:
    """The terms that lines speak of; a value is part of its constraint."""
    names = {line.partition(" ")[0][1:-1] for line in (*delta.added, *delta.removed)}
    found = {split for split in map(try_split, names) if split is not None}
    return {_record(kind, term_id) for kind, term_id in found}


def _record(kind: str, term_id: str) -> Key:
    return ("constraint", split_value(term_id)[0]) if kind == "value" else (kind, term_id)  # type: ignore[return-value]


def _all_keys(*states: Knowledge) -> Iterable[Key]:
    return {(kind, term.id) for state in states for kind, term in all_terms(state)}
