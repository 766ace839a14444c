"""Plain sets of quads: the form in which knowledge is read, compared, stored and hashed.

A quad is a :class:`pyoxigraph.Quad`; its text is its canonical N-Quads line. :class:`MemoryStore` gives the same
quads to rdflib, so that the rest of the program can query them with SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset

from kb.namespaces import PREFIXES


class MemoryStore(OxigraphStore):
    """Oxigraph in memory behind rdflib, with its quads at hand."""

    def __init__(self, store: ox.Store) -> None:
        """Wrap ``store``."""
        super().__init__(store=store)
        self.oxigraph = store


def dataset_of(quads: Iterable[ox.Quad]) -> Dataset:
    """An rdflib dataset of these quads, with the usual prefixes bound."""
    store = ox.Store()
    store.bulk_extend(quads)
    return dataset_over(store)


def dataset_over(store: ox.Store) -> Dataset:
    """An rdflib dataset that shows an Oxigraph store."""
    dataset = Dataset(store=MemoryStore(store), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    return dataset


def quads_of(dataset: Dataset) -> list[ox.Quad]:
    """Every quad of a dataset, in no particular order."""
    store = dataset.store
    if isinstance(store, MemoryStore):
        return list(store.oxigraph.quads_for_pattern(None, None, None, None))
    copy = ox.Store()
    target = dataset_over(copy)
    for subject, predicate, value, name in dataset.quads():
        target.add((subject, predicate, value, target.default_graph if name is None else target.graph(name)))
    return list(copy)


def line_of(quad: ox.Quad) -> str:
    """The canonical N-Quads line of a quad, without the full stop's line end (RDF 1.2 N-Quads, canonical form)."""
    return f"{quad} ."


def lines_of(quads: Iterable[ox.Quad]) -> list[str]:
    """The canonical lines of quads, sorted by code point as RDFC-1.0 asks."""
    return sorted(line_of(quad) for quad in quads)


def parse_lines(text: str) -> list[ox.Quad]:
    """Quads from N-Quads text."""
    return list(ox.parse(text.encode(), ox.RdfFormat.N_QUADS))
