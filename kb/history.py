"""What happened between versions: the net change, what it touched, and the change that takes one back."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

import pyoxigraph as ox

from kb.changes import Change
from kb.index import RDF_TYPE
from kb.namespaces import try_split
from kb.quads import line_of, parse_lines
from kb.store import Snapshot, Store
from kb.versions import Delta, UnknownVersionError, composed, read_deltas, read_extent

_TYPE = f"<{RDF_TYPE}>"


@dataclass(frozen=True, slots=True)
class Touched:
    """How many terms a version added, changed and removed."""

    added: int
    changed: int
    removed: int


def extent(store: Store, number: int) -> int:
    """How many characters the change of a version has, which is known long before it is read."""
    with store.database.read() as connection:
        return read_extent(connection, number)


def net(store: Store, old: int, new: int) -> Delta:
    """What leads from one version to another, in either direction, without what was taken back in between.

    Raises:
        UnknownVersionError: if there is no such version.
    """
    head = store.head().number
    for number in (old, new):
        if not 1 <= number <= head:
            raise UnknownVersionError(number, head)
    with store.database.read() as connection:
        steps = read_deltas(connection, min(old, new), max(old, new))
    return composed(steps) if old <= new else composed(steps).inverse()


def delta_of(added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> Delta:
    """A change of quads as one of lines."""
    return Delta(frozenset(map(line_of, added)), frozenset(map(line_of, removed)))


def touched(delta: Delta) -> Touched:
    """What a change touched. Conditions count as part of the statement that they belong to.

    A condition is named by its content, so that a statement whose condition changed names another one.
    """
    came = {subject for subject, predicate in map(_start, delta.added) if predicate == _TYPE and _is_term(subject)}
    went = {subject for subject, predicate in map(_start, delta.removed) if predicate == _TYPE and _is_term(subject)}
    subjects = {subject for subject, _ in map(_start, (*delta.added, *delta.removed)) if _is_term(subject)}
    return Touched(len(came - went), len(subjects - (came ^ went)), len(went - came))


def roll_back(store: Store, head: Snapshot, number: int, author: str, reason: str = "") -> Change:
    """The change that makes the content of an older version the content of the next one.

    Raises:
        UnknownVersionError: if there is no such version.
    """
    delta = net(store, head.version.number, number)
    why = reason or f"Roll back to version {number}"
    return _change(head, delta.added, delta.removed, author, why)


def replace_content(head: Snapshot, quads: Iterable[ox.Quad], author: str, reason: str) -> Change:
    """The change that makes these quads the whole content."""
    return replace_lines(head, {line_of(quad) for quad in quads}, author, reason)


def replace_lines(head: Snapshot, lines: Set[str], author: str, reason: str) -> Change:
    """The change that makes these lines the whole content."""
    old = {*head.content.lines()}
    return _change(head, lines - old, old - lines, author, reason)


def _change(head: Snapshot, added: Iterable[str], removed: Iterable[str], author: str, reason: str) -> Change:
    plus, minus = (tuple(parse_lines("\n".join(sorted(lines)))) for lines in (added, removed))
    return Change(head.version.number, plus, minus, author, reason, None)


def _start(line: str) -> tuple[str, str]:
    """Subject and predicate of a line."""
    subject, predicate, _ = line.split(" ", 2)
    return subject, predicate


def _is_term(subject: str) -> bool:
    return try_split(subject[1:-1]) is not None
