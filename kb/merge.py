"""Three-way merge of packs: what the program brings now over what was changed here, by terms and their properties.

Base is what was installed, ours what there is now, theirs what the program brings. A property that only one side
changed is taken from that side; one that both changed to something different is a conflict. What hangs below a property
(a condition, a list) belongs to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kb.namespaces import GENID, short
from kb.quads import parse_lines
from kb.versions import Lines

Side: TypeAlias = Literal["ours", "theirs"]
_Place: TypeAlias = tuple[str, str, str]  # graph, subject, predicate
_GENID = f"<{GENID}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A property that was changed here and by the program, to different things.

    Attributes:
        pack: the pack in which it stands.
        term: the term, as ``<kind>:<id>``.
        property: the property, with its prefix.
        ours: what it was changed to here, in words; empty if it was taken away.
        theirs: what the program has made of it; empty if it was taken away.
    """

    pack: str
    term: str
    property: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        """One line for a person."""
        here = f"changed here to {self.ours}" if self.ours else "taken away here"
        there = f"changed by the program to {self.theirs}" if self.theirs else "taken away by the program"
        return f"{self.term}, {self.property}: {here}, and {there}"


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        lines: the content; where there are conflicts that nobody decided, with ours.
        conflicts: those that nobody decided.
    """

    lines: Lines
    conflicts: tuple[Conflict, ...]


def merge(
    base: Lines, ours: Lines, theirs: Lines, default: Side | None = None, terms: Mapping[str, Side] | None = None
) -> Merged:
    """Merge two contents that come from one.

    Args:
        base: where both come from.
        ours: the one.
        theirs: the other.
        default: which side counts where both changed a property; None leaves a conflict.
        terms: the same for single terms, as ``<kind>:<id>``.
    """
    sides = [_by_place(lines) for lines in (base, ours, theirs)]
    kept: set[str] = set()
    conflicts: list[Conflict] = []
    for place in sorted({place for side in sides for place in side}):
        old, here, there = (side.get(place, frozenset()) for side in sides)
        chosen = there if here == old else here
        if here not in (old, there) and there != old:
            side = (terms or {}).get(_short(place[1]), default)
            chosen = there if side == "theirs" else here
            if side is None:
                conflicts.append(_conflict(place, here, there))
        kept |= chosen
    return Merged(frozenset(kept), tuple(conflicts))


def _by_place(lines: Iterable[str]) -> dict[_Place, frozenset[str]]:
    """Lines by graph, term and property, each with what hangs below it."""
    below: dict[tuple[str, str], list[str]] = defaultdict(list)
    tops: dict[_Place, list[str]] = defaultdict(list)
    for line in lines:
        graph, subject, predicate, _ = _parts(line)
        if subject.startswith(_GENID):
            below[graph, subject].append(line)
        else:
            tops[graph, subject, predicate].append(line)
    found: dict[_Place, frozenset[str]] = {}
    for place, direct in tops.items():
        waiting, seen = list(direct), set(direct)
        while waiting:
            graph, _, _, value = _parts(waiting.pop())
            inner = below.get((graph, value), []) if value.startswith(_GENID) else []
            waiting += [line for line in inner if line not in seen]
            seen.update(inner)
        found[place] = frozenset(seen)
    return found


def _parts(line: str) -> tuple[str, str, str, str]:
    """Graph, subject, predicate and object."""
    subject, predicate, rest = line.split(" ", 2)
    value, graph = rest[: -len(" .")].rsplit(" ", 1)
    return graph, subject, predicate, value


def _conflict(place: _Place, ours: frozenset[str], theirs: frozenset[str]) -> Conflict:
    graph, subject, predicate = place
    pack = _short(graph).partition(":")[2]
    return Conflict(pack, _short(subject), _short(predicate), _words(ours), _words(theirs))


def _words(lines: frozenset[str]) -> str:
    """What a property is, for people: its texts and the terms that are named, in and below it."""
    values = (quad.object for quad in parse_lines("\n".join(sorted(lines))))
    said = [
        f"“{value.value}”" if isinstance(value, ox.Literal) else short(value.value)
        for value in values
        if isinstance(value, ox.Literal) or (isinstance(value, ox.NamedNode) and not value.value.startswith(GENID))
    ]
    return ", ".join(dict.fromkeys(said))


def _short(name: str) -> str:
    return short(name.strip("<>"))
