"""Terms by their names on the web: what is said of one, in every form in which RDF is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

import pyoxigraph as ox

from kb.content import Content
from kb.namespaces import GENID, PREFIXES, SCHEMA
from kb.paths import ONTOLOGY
from kb.quads import parse_lines

FORMS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        "text/turtle": ox.RdfFormat.TURTLE,
        "application/ld+json": ox.RdfFormat.JSON_LD,
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "application/rdf+xml": ox.RdfFormat.RDF_XML,
        "application/trig": ox.RdfFormat.TRIG,
        "application/n-quads": ox.RdfFormat.N_QUADS,
    }
)
"""Media types of RDF, the first for whoever does not care."""


def description(content: Content, name: str) -> list[ox.Quad]:
    """What all packs say of a name, with the nodes that belong to it: conditions, and lists of values.

    Args:
        content: the version to look in.
        name: the IRI of a term, or of a node that got its name here.
    """
    found: list[str] = []
    waiting, seen = [name], {name}
    while waiting:
        lines = content.lines_about(waiting.pop())
        found += lines
        for line in lines:
            inner = line.split(" ")[2][1:-1]
            if inner.startswith(GENID) and inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    return parse_lines("\n".join(found))


@cache
def ontology() -> tuple[ox.Quad, ...]:
    """The schema: every class, property and individual of the vocabulary, with the axioms that tie it to others."""
    files = (ONTOLOGY / "schema.ttl", ONTOLOGY / "alignment.ttl")
    found = dict.fromkeys(quad for file in files for quad in ox.parse(path=file))
    return tuple(found)


def of_schema(local: str) -> list[ox.Quad]:
    """What the ontology says of one of its own terms; empty if there is none of this name."""
    name = ox.NamedNode(SCHEMA + local)
    return [quad for quad in ontology() if quad.subject == name]


def write(quads: Iterable[ox.Quad], media_type: str) -> bytes:
    """Quads in a media type of :data:`FORMS`; forms that know no graphs show what all graphs say together."""
    quads = list(quads)
    form = FORMS[media_type]
    if form in (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS):
        prefixes = dict(_used(quads)) if form == ox.RdfFormat.TRIG else None
        return ox.serialize(quads, format=form, prefixes=prefixes) or b""
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    if form == ox.RdfFormat.JSON_LD:
        from kb import json_ld

        return json_ld.written(triples, getattr(triples[0].subject, "value", "") if triples else "")
    prefixes = None if form == ox.RdfFormat.N_TRIPLES else dict(_used(triples))
    return ox.serialize(triples, format=form, prefixes=prefixes) or b""


def _used(statements: Iterable[ox.Quad | ox.Triple]) -> Iterator[tuple[str, str]]:
    """The prefixes that make anything shorter."""
    names = {
        part.value if isinstance(part, ox.NamedNode) else getattr(getattr(part, "datatype", None), "value", "")
        for one in statements
        for part in (one.subject, one.predicate, one.object, getattr(one, "graph_name", None))
        if isinstance(part, ox.NamedNode | ox.Literal)
    }
    for prefix, namespace in PREFIXES.items():
        if any(name.startswith(namespace) for name in names):
            yield prefix, namespace
