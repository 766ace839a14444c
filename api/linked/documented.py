"""The ontology as a page shows it: every class, property and individual with what it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kb.index import DEFINITION, LABEL, RDF_TYPE, TITLE
from kb.linked import ontology
from kb.namespaces import PREFIXES, SCHEMA, short

_DCTERMS, _OWL, _RDFS = (PREFIXES[prefix] for prefix in ("dcterms", "owl", "rdfs"))
_SHOWN_APART = {str(one) for one in (RDF_TYPE, _RDFS + "label", LABEL, DEFINITION)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is written: its short form, and where it leads on the page or elsewhere."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of the ontology.

    Attributes:
        name: its short name, such as ``aw:Task``.
        anchor: the part of its IRI after the hash.
        label: what it is called.
        definition: what it means.
        facts: what else is said of it: the property and its values.
    """

    name: str
    anchor: str
    label: str
    definition: str
    facts: Sequence[tuple[Name, Sequence[Name]]]


@dataclass(frozen=True, slots=True)
class Documented:
    """The whole ontology.

    Attributes:
        title: what it is called.
        about: what it is for.
        facts: what else is said of the whole.
        groups: classes, properties and individuals, each with a heading.
    """

    title: str
    about: str
    facts: Sequence[tuple[Name, Sequence[Name]]]
    groups: Sequence[tuple[str, str, Sequence[Entry]]]


@cache
def documented() -> Documented:
    """The ontology, read once: it is part of the program."""
    quads = ontology()
    about: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        about[_iri(quad.subject)].append(quad)
    whole = about[SCHEMA.rstrip("#")]
    ours = {name: found for name, found in about.items() if name.startswith(SCHEMA)}
    by_group: dict[str, list[Entry]] = defaultdict(list)
    for name in sorted(ours, key=str.casefold):
        by_group[_group(ours[name])].append(_entry(name, ours[name]))
    groups = [
        (heading, heading.lower().replace(" ", "-"), by_group[heading])
        for heading in ("Classes", "Properties that lead to things", "Properties that lead to values", "Individuals")
    ]
    kept = [quad for quad in whole if _iri(quad.predicate) not in {TITLE, _DCTERMS + "description"}]
    title, text = (_text(whole, str(one)) for one in (TITLE, _DCTERMS + "description"))
    return Documented(title, text, list(_facts(kept)), groups)


def _group(quads: Iterable[ox.Quad]) -> str:
    types = {_iri(quad.object) for quad in quads if _iri(quad.predicate) == RDF_TYPE}
    if _OWL + "Class" in types:
        return "Classes"
    if _OWL + "ObjectProperty" in types:
        return "Properties that lead to things"
    return "Properties that lead to values" if _OWL + "DatatypeProperty" in types else "Individuals"


def _entry(name: str, quads: Sequence[ox.Quad]) -> Entry:
    labels = _text(quads, _RDFS + "label") or _text(quads, LABEL)
    return Entry(short(name), name.removeprefix(SCHEMA), labels, _text(quads, DEFINITION), list(_facts(quads)))


def _facts(quads: Iterable[ox.Quad]) -> Iterator[tuple[Name, Sequence[Name]]]:
    values: dict[str, list[Name]] = defaultdict(list)
    for quad in quads:
        predicate = _iri(quad.predicate)
        if predicate not in _SHOWN_APART or (predicate == RDF_TYPE and _iri(quad.object).startswith(SCHEMA)):
            values[predicate].append(named(quad.object))
    for predicate in sorted(values, key=short):
        yield named(ox.NamedNode(predicate)), sorted(values[predicate], key=lambda one: one.text)


def named(value: object) -> Name:
    """A value as it is written on a page."""
    if isinstance(value, ox.NamedNode):
        ours = value.value.startswith(SCHEMA)
        return Name(short(value.value), f"#{value.value.removeprefix(SCHEMA)}" if ours else value.value)
    return Name(value.value if isinstance(value, ox.Literal) else "a node without a name", "")


def _iri(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else ""


def _text(quads: Iterable[ox.Quad], predicate: str) -> str:
    found = (quad.object for quad in quads if quad.predicate.value == predicate)
    return next((one.value for one in found if isinstance(one, ox.Literal)), "")
