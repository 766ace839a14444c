"""From a graph to :class:`kb.model.Knowledge`: quads are read once, every term is built once, ids come in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kb import provenance, statements, vocabulary
from kb.building import Builder, Context
from kb.index import DEFINITION, Index, Node, UnreadableError, aw
from kb.model import ATTRIBUTE_OF_KIND, Degree, Kind, Knowledge, Strength, Term
from kb.namespaces import try_split
from kb.paths import ONTOLOGY
from kb.sorted_map import arranged

if TYPE_CHECKING:
    from rdflib import Dataset

_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SCHEMA_PACK = "schema"
"""What stands for the pack of strengths and degrees, which come from the schema."""


BUILDERS: Mapping[Kind, Builder] = {**vocabulary.BUILDERS, **statements.BUILDERS, **provenance.BUILDERS}
"""How a record of each kind is built."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A term that cannot be read: ``message`` says why, with what was expected."""

    kind: str
    term: str
    message: str


class KnowledgeError(ValueError):
    """A graph from which no knowledge base can be built; ``faults`` lists every term that cannot be read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.kind} {fault.term}: {fault.message}." for fault in self.faults))


def read_knowledge(dataset: Dataset, schema: Dataset | None = None) -> Knowledge:
    """The knowledge base that a dataset holds.

    Args:
        dataset: the packs, as :func:`kb.packs.load_packs` reads them.
        schema: strengths, degrees and efforts; the schema shipped with the program by default.

    Raises:
        KnowledgeError: if any term cannot be read; all faults at once.
    """
    from kb.datasets import quads_of

    return read_quads(quads_of(dataset), None if schema is None else Index(quads_of(schema)))


def read_quads(quads: Iterable[ox.Quad], schema: Index | None = None) -> Knowledge:
    """The same from quads; raises the same."""
    knowledge, faults = read_leniently(Index(quads), schema)
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def read_leniently(index: Index, schema: Index | None = None) -> tuple[Knowledge, list[Fault]]:
    """Whatever can be read, and the faults of what cannot: for reports that name every fault."""
    schema = schema or schema_index()
    faults = list(misnamed(index.nodes.items()))
    context = Context(index, schema)
    read: dict[str, Any] = {"strengths": _strengths(schema), "degrees": _degrees(schema)}
    for kind, build in BUILDERS.items():
        read[ATTRIBUTE_OF_KIND[kind]] = arranged({term.id: term for term in _readable(build, context, kind, faults)})
    return Knowledge(**read), sorted(faults, key=lambda fault: (fault.kind, fault.term, fault.message))


def _readable(build: Builder, context: Context, kind: str, faults: list[Fault]) -> list[Term]:
    found = []
    for term_id, node in context.index.declared[kind].items():
        try:
            found.append(build(context, node, term_id))
        except UnreadableError as error:
            faults.append(Fault(kind, term_id, str(error)))
    return found


def misnamed(subjects: Iterable[tuple[str, Node]]) -> Iterator[Fault]:
    """Faults for subjects with a class of the schema whose IRI is not one of that kind."""
    for name, node in subjects:
        split = try_split(name)
        for kind in node.types():
            if split is None or split[0] != kind:
                yield Fault(kind, name, f"a {kind} must be named {kind}:<id>, the id in kebab-case")


@cache
def schema_index() -> Index:
    """The schema shipped with the program, read once."""
    store = (ONTOLOGY / "schema.ttl").read_bytes()
    return Index(ox.parse(store, ox.RdfFormat.TURTLE))


def _strengths(schema: Index) -> dict[str, Term]:
    return {
        name: Strength(**_described(node, name), weight=node.integer(aw("weight")) or 0)
        for name, node in sorted(schema.typed("Strength").items())
    }


def _degrees(schema: Index) -> dict[str, Term]:
    return {
        name: Degree(
            **_described(node, name), weight=node.integer(aw("weight")) or 0, damages=node.boolean(aw("damages"))
        )
        for name, node in sorted(schema.typed("Degree").items())
    }


def _described(node: Node, name: str) -> dict[str, Any]:
    return {"id": name, "pack": SCHEMA_PACK, "label": node.text(_RDFS_LABEL), "definition": node.text(DEFINITION)}
