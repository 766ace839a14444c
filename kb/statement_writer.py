"""Writing statements as quads: a task with its demand rules and the judgement they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date

import pyoxigraph as ox

from kb.definitions import Demand, TaskDescription
from kb.index import (
    BROADER,
    CREATED,
    CREATOR,
    DATE,
    DEFINITION,
    DERIVED,
    LABEL,
    LICENCE,
    RDF_TYPE,
    SYNONYM,
    VERSION,
    aw,
)
from kb.model import Kind, Knowledge
from kb.namespaces import PREFIXES, iri, value_iri
from kb.naming import name_blank_nodes
from kb.packs import graph_of

LOCAL = "local"
"""The pack for what an installation adds itself."""

LOCAL_PRECEDENCE = 30
"""Above every pack that comes with the program: what people say about their own work counts."""

_Object = ox.NamedNode | ox.Literal | ox.BlankNode


class StatementWriter:
    """Writes into the pack of this installation, under ids that are not taken."""

    def __init__(self, knowledge: Knowledge, author: str, on: date, free: Set[tuple[Kind, str]] = frozenset()) -> None:
        """Prepare to write.

        Args:
            knowledge: what is added to.
            author: who judges so.
            on: when.
            free: terms that go in the same change, so that their ids may be used again.
        """
        self.knowledge = knowledge
        self.author = author
        self.on = on
        self._free = free
        self._given: set[tuple[Kind, str]] = set()

    def task(self, task: TaskDescription) -> list[ox.Quad]:
        """The quads of a checked definition: task, claim and rules, and the pack if it is the first of its kind."""
        claim = iri("claim", self._new_id("claim", f"{LOCAL}-{task.id}"))
        quads = [*self.pack(), *self._claim(claim, task), *self._task(task, claim)]
        for demand in task.demands:
            quads += self._rule(task, demand, claim)
        return name_blank_nodes(quads)

    def pack(self) -> Iterator[ox.Quad]:
        """The description of this installation's pack, if there is none yet."""
        if LOCAL in self.knowledge.packs:
            return
        yield from _describe(
            iri("pack", LOCAL),
            (RDF_TYPE, _node(aw("Pack"))),
            (LABEL, _english("Added here")),
            (DEFINITION, _english("What the people who run this installation added themselves.")),
            (aw("precedence"), ox.Literal(LOCAL_PRECEDENCE)),
            (VERSION, ox.Literal("1")),
            (CREATOR, ox.Literal("The users of this installation")),
            (LICENCE, ox.Literal("That of this installation; not published")),
            (CREATED, self._date()),
        )

    def _claim(self, claim: str, task: TaskDescription) -> Iterator[ox.Quad]:
        text = task.reason or f"What {task.label} needs, as {self.author} sees it."
        yield from _describe(
            claim,
            (RDF_TYPE, _node(aw("Claim"))),
            (aw("text"), _english(text)),
            (aw("claimKind"), _node(aw("judgement"))),
            (aw("verification"), _node(aw("judged"))),
            (CREATOR, ox.Literal(self.author)),
            (DATE, self._date()),
        )

    def _task(self, task: TaskDescription, claim: str) -> Iterator[ox.Quad]:
        definition = task.definition or f"{task.label}, as {self.author} added it."
        yield from _describe(
            iri("task", task.id),
            (RDF_TYPE, _node(aw("Task"))),
            (LABEL, _english(task.label)),
            (DEFINITION, _english(definition)),
            (DERIVED, _node(claim)),
            *((SYNONYM, _english(synonym)) for synonym in task.synonyms),
            *((BROADER, _node(iri("task", broader))) for broader in task.broader),
        )

    def _rule(self, task: TaskDescription, demand: Demand, claim: str) -> Iterator[ox.Quad]:
        rule = iri("rule", self._new_id("rule", f"{task.id}-{demand.need}"))
        need = self.knowledge.needs[demand.need]
        conditions: list[tuple[str, Iterable[str]]] = [(aw("task"), [iri("task", task.id)])]
        for constraint, values in sorted(demand.when.items()):
            conditions.append((aw("is"), [value_iri(constraint, value) for value in values]))
        nodes = [ox.BlankNode() for _ in conditions]
        yield from _describe(
            rule,
            (RDF_TYPE, _node(aw("DemandRule"))),
            (LABEL, _english(f"{task.label}: {need.label}")),
            (aw("raises"), _node(iri("need", need.id))),
            (aw("strength"), _node(aw(demand.strength))),
            (DERIVED, _node(claim)),
            *((aw("when"), node) for node in nodes),
        )
        for node, (test, names) in zip(nodes, conditions, strict=True):
            for name in names:
                yield ox.Quad(node, _node(test), _node(name), graph_of(LOCAL))

    def _new_id(self, kind: Kind, wanted: str) -> str:
        found, number = wanted, 2
        while self._is_taken(kind, found):
            found, number = f"{wanted}-{number}", number + 1
        self._given.add((kind, found))
        return found

    def _is_taken(self, kind: Kind, term_id: str) -> bool:
        key = kind, term_id
        return key in self._given or (term_id in self.knowledge.of(kind) and key not in self._free)

    def _date(self) -> ox.Literal:
        return ox.Literal(self.on.isoformat(), datatype=_node(PREFIXES["xsd"] + "date"))


def _describe(subject: str, *properties: tuple[str, _Object]) -> Iterator[ox.Quad]:
    for predicate, value in properties:
        yield ox.Quad(_node(subject), _node(predicate), value, graph_of(LOCAL))


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
