"""JSON-LD by one published context: short names instead of IRIs. Nobody has to fetch it, and nothing here does.

The context is made from the schema: what leads to a thing, to a number or to a text is said there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson
import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD
from rdflib.plugins.serializers.jsonld import from_rdf

from kb.namespaces import CLASS_OF_KIND, CONTEXT, PREFIXES, SCHEMA
from kb.paths import ONTOLOGY

_TEXTS = (
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.hiddenLabel,
    SKOS.definition,
    SKOS.note,
    SKOS.scopeNote,
    SKOS.example,
    RDFS.label,
)
_THINGS = (
    *(SKOS.broader, SKOS.narrower, SKOS.related),
    *(PROV.wasDerivedFrom, PROV.hadPrimarySource),
    *(DCTERMS.isReplacedBy, DCTERMS.license, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range),
    *(RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionIRI),
)
_VALUES = (DCTERMS.creator, DCTERMS.publisher, DCTERMS.title, DCTERMS.description, OWL.versionInfo, OWL.deprecated)
_DATES = (DCTERMS.created, DCTERMS.modified, DCTERMS.date)


@cache
def context() -> Mapping[str, Any]:
    """The context: prefixes, and a short name for each property."""
    schema = Graph().parse(ONTOLOGY / "schema.ttl")
    names: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES, "xsd": str(XSD)}
    for name in CLASS_OF_KIND.values():
        names[name] = f"aw:{name}"
    for one in _TEXTS:
        names[_local(one)] = {"@id": str(one), "@container": "@language"}
    for one in _THINGS:
        names[_local(one)] = {"@id": str(one), "@type": "@id"}
    for one in _VALUES:
        names[_local(one)] = {"@id": str(one)}
    for one in _DATES:
        names[_local(one)] = {"@id": str(one), "@type": str(XSD.date)}
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for subject in sorted(map(str, schema.subjects(RDF.type, kind))):
            # A property that is called like a prefix keeps its own: "value" stands for what values are named by.
            name = _local(subject) if _local(subject) not in PREFIXES else f"aw:{_local(subject)}"
            names[name] = {"@id": subject, **({"@type": "@id"} if kind == OWL.ObjectProperty else {})}
    return names


def _local(name: object) -> str:
    return str(name).removeprefix(SCHEMA).rpartition("#")[2].rpartition("/")[2]


def written(triples: Iterable[ox.Triple], first: str = "") -> bytes:
    """Triples as JSON-LD, named by the published context; the same triples give the same bytes.

    Args:
        triples: what to write.
        first: the IRI of the node to begin with.
    """
    graph = Graph()
    graph.parse(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    found = from_rdf(graph, dict(context()), use_native_types=True)  # type: ignore[no-untyped-call]
    nodes = found.get("@graph", [found]) if isinstance(found, dict) else found
    expanded = {_expanded(node.get("id", "")): _ordered(node) for node in nodes if node}
    ordered = [expanded[name] for name in sorted(expanded, key=lambda name: (name != first, name))]
    for node in ordered:
        node.pop("@context", None)
    document = {"@context": CONTEXT, **(ordered[0] if len(ordered) == 1 else {"@graph": ordered})}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{PREFIXES[prefix]}{local}" if prefix in PREFIXES else name


def _ordered(value: Any) -> Any:
    """Members and values in one order, apart from lists that mean theirs."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (name not in ("id", "type"), name))
        return {name: value[name] if name == "@list" else _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return sorted((_ordered(one) for one in value), key=orjson.dumps)
    return value
