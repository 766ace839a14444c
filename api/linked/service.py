"""What the SPARQL service is, by the SPARQL 1.1 Service Description (W3C Recommendation 2013)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kb.index import RDF_TYPE
from kb.sparql.evaluator import GRAPHS, RESULTS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
    "application/ld+json": "JSON-LD",
}


def describe_service(address: str, graphs: Iterable[str]) -> Iterator[ox.Quad]:
    """The description of the service at an address over these graphs."""
    service = ox.NamedNode(address)
    dataset = ox.NamedNode(f"{address}#dataset")

    def says(subject: ox.NamedNode, name: str, value: str) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(_SD + name), ox.NamedNode(value))

    def is_a(subject: ox.NamedNode, name: str) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(RDF_TYPE), ox.NamedNode(_SD + name))

    yield is_a(service, "Service")
    yield says(service, "endpoint", address)
    yield says(service, "supportedLanguage", f"{_SD}SPARQL11Query")
    yield says(service, "feature", f"{_SD}UnionDefaultGraph")
    for media_type in (*RESULTS, *GRAPHS):
        yield says(service, "resultFormat", _FORMATS + _NAMES[media_type])
    yield says(service, "defaultDataset", dataset.value)
    yield is_a(dataset, "Dataset")
    for number, graph in enumerate(graphs, start=1):
        named = ox.NamedNode(f"{address}#graph-{number}")
        yield says(dataset, "namedGraph", named.value)
        yield is_a(named, "NamedGraph")
        yield says(named, "name", graph)
