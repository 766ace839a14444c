"""What is said of a name, as a plain page shows it: for what has no page of its own in browsing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from flask import url_for

from api.linked.documented import Name
from kb.index import LABEL
from kb.namespaces import GENID, PREFIXES, SCHEMA, short, try_split

_LABELS = (LABEL, PREFIXES["rdfs"] + "label")


@dataclass(frozen=True, slots=True)
class Subject:
    """A node that something is said of: how it is written, and its place on the page."""

    text: str
    anchor: str


Rows = Sequence[tuple[Name, Sequence[Name]]]


def local_address(name: str) -> str:
    """Where a name of ours is answered here; nothing for one of others."""
    if name.startswith(GENID):
        return url_for("terms.node", name=name.removeprefix(GENID))
    if name.startswith(SCHEMA):
        return url_for("terms.schema", _anchor=name.removeprefix(SCHEMA))
    split = try_split(name)
    return url_for("terms.term", kind=split[0], term_id=split[1]) if split else ""


def label_of(name: str, quads: Iterable[ox.Quad]) -> str:
    """What a name is called, or its short form."""
    labels = {quad.predicate.value: quad.object for quad in quads if quad.subject == ox.NamedNode(name)}
    found = next((labels[one] for one in _LABELS if one in labels), None)
    return found.value if isinstance(found, ox.Literal) else short(name)


def grouped(quads: Iterable[ox.Quad]) -> Sequence[tuple[Subject, Rows]]:
    """Statements by what they are about, in the order in which they come."""
    said: dict[str, dict[str, list[Name]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            said[quad.subject.value][quad.predicate.value].append(_written(quad.object))
    return [(_subject(name), _rows(predicates)) for name, predicates in said.items()]


def _subject(name: str) -> Subject:
    is_node = name.startswith(GENID)
    return Subject("A node of its own" if is_node else short(name), name.removeprefix(GENID) if is_node else "")


def _rows(predicates: dict[str, list[Name]]) -> Rows:
    return [
        (Name(short(one), local_address(one) or one), sorted(set(values), key=lambda name: name.text))
        for one, values in sorted(predicates.items(), key=lambda item: short(item[0]))
    ]


def _written(value: object) -> Name:
    if isinstance(value, ox.NamedNode):
        if value.value.startswith(GENID):
            return Name("the node below", f"#{value.value.removeprefix(GENID)}")
        known = local_address(value.value)
        safe = known or (value.value if value.value.startswith(("http://", "https://")) else "")
        return Name(short(value.value), safe)
    return Name(value.value if isinstance(value, ox.Literal) else "a node without a name", "")
