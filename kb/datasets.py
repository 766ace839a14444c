"""Quads as datasets of rdflib, so that the rest of the program can query them with SPARQL."""

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
