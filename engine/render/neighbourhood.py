"""The neighbourhood of a term: what it names and what names it, as a picture and in words.

Statements stand between the terms that they are about, so that what they name is shown with them. How much is shown is
limited; how much is left out is said.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from engine.render.english import first_sentence, sentence
from engine.render.graph import laid_out, quoted
from engine.render.linked import Address
from engine.render.sentences import Sentences
from kb.graph import Key, references
from kb.model import STATEMENT_KINDS, Kind, Knowledge

if TYPE_CHECKING:
    import networkx as nx

MOST_NEAR = 9
"""How many terms that name a term are shown; those of each kind in turn, without those that only test or measure."""

MOST_SHOWN = 22
"""How many terms are shown at all."""

_LOOKED_AT = 2000
"""Of how many users the first of each kind are taken."""

_SELDOM_MEANT: frozenset[Kind] = frozenset({"strength", "degree", "pack", "system", "word"})
_TOLD_ELSEWHERE: frozenset[Kind] = frozenset({"band", "scenario"})
_PROVENANCE: frozenset[Kind] = frozenset({"claim", "source", "conflict", "resolution"})
_WRAPPED_AT = 26


@dataclass(frozen=True)
class Neighbourhood:
    """Terms near to one term.

    Attributes:
        knowledge: where they are.
        centre: the term.
        graph: terms, with edges to the terms that they name.
        left_out: how many terms that name it are not shown.
    """

    knowledge: Knowledge
    centre: Key
    graph: nx.DiGraph[Key]
    left_out: int

    def edges(self) -> list[tuple[Key, Key]]:
        """Who names whom, what the term itself names first."""
        return sorted(self.graph.edges, key=lambda edge: (edge[0] != self.centre, edge[1] != self.centre, edge))

    def svg(self, address: Address, called: dict[Kind, str]) -> str:
        """As a picture in which every term is a link.

        Args:
            address: where terms are found.
            called: what kinds of terms are called.

        Raises:
            RenderingUnavailable: if Graphviz is not installed, or fails.
        """
        return laid_out("\n".join(["digraph near {", *self._statements(address, called), "}", ""]))

    def _statements(self, address: Address, called: dict[Kind, str]) -> Iterator[str]:
        yield 'graph [rankdir=LR, nodesep=0.12, ranksep=0.45, bgcolor="transparent", charset="UTF-8"];'
        yield 'node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, margin="0.11,0.06"];'
        yield "edge [arrowsize=0.6];"
        names = {key: f"n{number}" for number, key in enumerate(sorted(self.graph.nodes))}
        for key, name in names.items():
            kind, term_id = key
            label = "\n".join([called[kind], *textwrap.wrap(self.label(key), _WRAPPED_AT)[:4]])
            looks = quoted(f"near-{kind} near-centre" if key == self.centre else f"near-{kind}")
            shown = f"label={quoted(label)}, tooltip={quoted(self.says(key))}, class={looks}"
            yield f"{name} [{shown}, URL={quoted(address(kind, term_id))}];"
        for one, other in self.edges():
            yield f"{names[one]} -> {names[other]};"

    def label(self, key: Key) -> str:
        """What a term is called; what has no name of its own by what it says."""
        term = self.knowledge.of(key[0])[key[1]]
        if term.label != term.id:
            return term.label
        text = getattr(term, "text", "")
        return first_sentence(text) if text else Sentences(self.knowledge).about(key[0], term)

    def says(self, key: Key) -> str:
        """What a statement says; what another term is called."""
        term = self.knowledge.of(key[0])[key[1]]
        if key[0] == "claim":
            return sentence(getattr(term, "text", "") or term.label)
        return sentence(Sentences(self.knowledge).about(key[0], term))


def neighbourhood(knowledge: Knowledge, key: Key, users: Iterator[Key], count: int) -> Neighbourhood:
    """The terms near to a term.

    Args:
        knowledge: the knowledge base.
        key: the term.
        users: those that name it.
        count: how many there are.
    """
    import networkx as nx  # a server is ready before it is imported

    shown = [key]
    near = _of_each_kind(islice(users, _LOOKED_AT), MOST_NEAR)
    shown += [other for other in (*_named(knowledge, key, key), *near) if other not in shown]
    for other in near:
        if other[0] in STATEMENT_KINDS:
            shown += [one for one in _named(knowledge, other, key) if one not in shown]
    graph: nx.DiGraph[Key] = nx.DiGraph()
    graph.add_nodes_from(shown[:MOST_SHOWN])
    for one in list(graph.nodes):
        if one == key or one in near:
            graph.add_edges_from((one, other) for other in references_of(knowledge, one) if other in graph)
    return Neighbourhood(knowledge, key, graph, count - len(near))


def _named(knowledge: Knowledge, key: Key, centre: Key) -> list[Key]:
    """The terms that one names; where it comes from only if that is what is looked at."""
    origin = centre[0] in _PROVENANCE or (centre == key and centre[0] in STATEMENT_KINDS)
    hidden = _SELDOM_MEANT if origin else _SELDOM_MEANT | _PROVENANCE
    return sorted(other for other in references_of(knowledge, key) if other[0] not in hidden)


def references_of(knowledge: Knowledge, key: Key) -> set[Key]:
    """The terms that a term names, as far as they exist."""
    term = knowledge.find(*key)
    return {other for other in references(key[0], term) if knowledge.find(*other)} if term else set()


def _of_each_kind(keys: Iterator[Key], most: int) -> list[Key]:
    """The first of each kind, then the second of each, and so on; in the order of kinds."""
    groups: dict[Kind, list[Key]] = {}
    for key in keys:
        if key[0] not in _SELDOM_MEANT | _TOLD_ELSEWHERE:
            groups.setdefault(key[0], []).append(key)
    turns = sorted((place, key) for group in groups.values() for place, key in enumerate(group))
    return sorted(key for _, key in turns[:most])
