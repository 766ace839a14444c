"""The schema's names and those of terms, as rdflib wants them."""

from __future__ import annotations

from rdflib import Namespace, URIRef

from kb.namespaces import SCHEMA, iri

AW = Namespace(SCHEMA)


def named(kind: str, term_id: str) -> URIRef:
    """The IRI of a term; raises what :func:`kb.namespaces.iri` does."""
    return URIRef(iri(kind, term_id))
