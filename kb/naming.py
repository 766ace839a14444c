"""Names for blank nodes, so that a pack read twice gives the same quads.

A blank node is named by the hash of what it says and of what refers to it: a Merkle hash from the leaves up, then
names from the roots down. Two blank nodes that say the same and are referred to in the same way become one, which
changes nothing in what the conditions and lists of a knowledge base mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from hashlib import sha256

import pyoxigraph as ox

from kb.namespaces import GENID

_NAME_LENGTH = 32  # 128 bits: no two different nodes of any knowledge base collide by chance


class CircularBlankNodesError(ValueError):
    """Blank nodes that refer to one another in a circle, for which content gives no name."""


def name_blank_nodes(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The same quads with every blank node named.

    Nodes that were named here before (their IRI lies under the genid path) are named anew, so that an exported
    pack that was edited keeps names that follow from content. Quads must come from one document.

    Raises:
        CircularBlankNodesError: if blank nodes refer to one another in a circle.
    """
    found = list(quads)
    outgoing: dict[str, list[ox.Quad]] = defaultdict(list)
    incoming: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in found:
        if _is_nameless(quad.subject):
            outgoing[str(quad.subject)].append(quad)
        if _is_nameless(quad.object):
            incoming[str(quad.object)].append(quad)
    order = _referrers_first(outgoing, incoming)
    contents: dict[str, str] = {}
    for node in reversed(order):
        contents[node] = _digest(
            f"{quad.predicate} {contents.get(str(quad.object), quad.object)}" for quad in outgoing[node]
        )
    names: dict[str, ox.NamedNode] = {}
    for node in order:
        referrers = (f"{names.get(str(quad.subject), quad.subject)} {quad.predicate}" for quad in incoming[node])
        names[node] = ox.NamedNode(GENID + _digest(referrers, contents[node])[:_NAME_LENGTH])
    rename = partial(_renamed, names)
    return list(dict.fromkeys(map(rename, found)))


def _is_nameless(term: object) -> bool:
    return isinstance(term, ox.BlankNode) or (isinstance(term, ox.NamedNode) and term.value.startswith(GENID))


def _referrers_first(outgoing: dict[str, list[ox.Quad]], incoming: dict[str, list[ox.Quad]]) -> list[str]:
    import networkx as nx  # longer than most starts take to find that no pack is to be read

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from([*outgoing, *incoming])
    graph.add_edges_from(
        (node, str(quad.object)) for node in outgoing for quad in outgoing[node] if str(quad.object) in incoming
    )
    try:
        return list(nx.topological_sort(graph))
    except nx.NetworkXUnfeasible:
        raise CircularBlankNodesError(
            "Blank nodes refer to one another in a circle; give one of them a name."
        ) from None


def _digest(parts: Iterable[str], start: str = "") -> str:
    return sha256("\n".join([start, *sorted(set(parts))]).encode()).hexdigest()


def _renamed(names: dict[str, ox.NamedNode], quad: ox.Quad) -> ox.Quad:
    subject = names.get(str(quad.subject), quad.subject)
    return ox.Quad(subject, quad.predicate, names.get(str(quad.object), quad.object), quad.graph_name)
