"""Networkx views of a knowledge base: hierarchies, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from kb.expressions import FormulaError, names, parse
from kb.model import (
    ATTRIBUTE_OF_KIND,
    AllOf,
    AnyOf,
    Condition,
    Formula,
    Kind,
    Knowledge,
    NeedRaised,
    Not,
    Prerequisite,
    Scenario,
    Statement,
    TaskIs,
    Term,
    ValueIs,
)

if TYPE_CHECKING:
    import networkx as nx

Key: TypeAlias = tuple[Kind, str]
"""A term: its kind and its id."""

_REFERENCES: tuple[tuple[str, Kind], ...] = (
    ("task", "task"),
    ("constraint", "constraint"),
    ("unit", "unit"),
    ("converts_to", "unit"),
    ("counts", "unit"),
    ("per", "unit"),
    ("alternative_to", "parameter"),
    ("need", "need"),
    ("quality", "quality"),
    ("technique", "technique"),
    ("refines", "technique"),
    ("parts", "technique"),
    ("than", "technique"),
    ("targets", "technique"),
    ("expects", "technique"),
    ("strength", "strength"),
    ("degree", "degree"),
    ("strength_word", "word"),
    ("claims", "claim"),
    ("between", "claim"),
    ("prefers", "claim"),
    ("overrules", "claim"),
    ("conflict", "conflict"),
)
"""Fields of records that hold ids, and the kind they are ids of."""

_HIERARCHY_FIELD: dict[Kind, str] = {
    "task": "broader",
    "need": "broader",
    "technique": "refines",
    "unit": "converts_to",
}


class Graph:
    """The graphs of one knowledge base, each built when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        """View ``knowledge`` as graphs."""
        self.knowledge = knowledge

    @cached_property
    def tasks(self) -> nx.DiGraph[str]:
        """Tasks, each with edges to its broader tasks."""
        return self.hierarchy("task")

    @cached_property
    def needs(self) -> nx.DiGraph[str]:
        """Needs, each with edges to its broader needs."""
        return self.hierarchy("need")

    @cached_property
    def techniques(self) -> nx.DiGraph[str]:
        """Techniques, each with an edge to the family it refines."""
        return self.hierarchy("technique")

    @cached_property
    def parts(self) -> nx.DiGraph[str]:
        """Techniques, each composite with edges to its parts."""
        graph: nx.DiGraph[str] = _graph_of(self.knowledge.techniques)
        for technique in self.knowledge.techniques.values():
            graph.add_edges_from((technique.id, part) for part in technique.parts)
        return graph

    @cached_property
    def dependencies(self) -> nx.DiGraph[Key]:
        """Every term, with edges to the terms that it names: rules to needs, statements to claims, and so on."""
        graph: nx.DiGraph[Key] = _graph_of(())
        for kind, term in all_terms(self.knowledge):
            graph.add_node((kind, term.id))
            graph.add_edges_from(((kind, term.id), used) for used in references(kind, term))
            if isinstance(term, Formula):
                graph.add_edges_from(((kind, term.id), used) for used in self._operands(term))
        return graph

    def _operands(self, formula: Formula) -> Iterator[Key]:
        """The parameters and formulas that an expression names."""
        try:
            named = set(names(parse(formula.expression)))
        except FormulaError:
            return
        for name in sorted(named):
            yield ("formula" if name in self.knowledge.formulas else "parameter", name)

    @cached_property
    def need_dependencies(self) -> nx.DiGraph[str]:
        """Needs, each with edges to the needs whose raising can raise it, through the conditions of rules.

        A condition on a need also looks at every narrower one (docs/semantics.md, conditions).
        """
        graph: nx.DiGraph[str] = _graph_of(self.knowledge.needs)
        for rule in self.knowledge.rules.values():
            for condition in conditions(rule.when):
                if isinstance(condition, NeedRaised):
                    looked_at = [condition.need, *self.narrower("need", condition.need)]
                    graph.add_edges_from((rule.need, need, {"rule": rule.id}) for need in looked_at)
        return graph

    def hierarchy(self, kind: Kind) -> nx.DiGraph[str]:
        """The terms of a kind with edges to what is directly above them; only terms that exist are shown."""
        terms = self.knowledge.of(kind)
        graph: nx.DiGraph[str] = _graph_of(terms)
        for term_id, term in terms.items():
            above = _ids(getattr(term, _HIERARCHY_FIELD[kind]))
            graph.add_edges_from((term_id, other) for other in above if other in terms)
        return graph

    def inheritance_order(self, task: str) -> tuple[str, ...]:
        """A task and every broader one, nearest first; those equally near in the order of ids."""
        return tuple(one for level in self._levels("task", task) for one in level)

    def _levels(self, kind: Kind, term_id: str) -> Iterator[list[str]]:
        """A term, what is directly above it, and so on, each where it is reached first: only these are looked at."""
        terms = self.knowledge.of(kind)
        level, seen = [term_id] if term_id in terms else [], {term_id}
        while level:
            yield level
            above = {other for one in level for other in _ids(getattr(terms[one], _HIERARCHY_FIELD[kind]))}
            level = sorted(other for other in above - seen if other in terms)
            seen |= above

    def narrower(self, kind: Kind, term_id: str) -> tuple[str, ...]:
        """Every term below this one, in the order of ids."""
        from kb.users import Users  # which needs this module

        terms, users = self.knowledge.of(kind), Users.of(self.knowledge)
        found: set[str] = set()
        waiting = [term_id] if term_id in terms else []
        while waiting:
            one = waiting.pop()
            for other_kind, other in users.get((kind, one)):
                below = other_kind == kind and one in _ids(getattr(terms[other], _HIERARCHY_FIELD[kind]))
                if below and other not in found:
                    found.add(other)
                    waiting.append(other)
        return tuple(sorted(found - {term_id}))

    def with_broader(self, kind: Kind, term_id: str) -> tuple[str, ...]:
        """A term and every one above it, the rest in the order of ids."""
        above = sorted(one for level in self._levels(kind, term_id) for one in level if one != term_id)
        return (term_id, *above) if term_id in self.knowledge.of(kind) else ()

    def dependents(self, kind: Kind, term_id: str, direct: bool = False) -> tuple[Key, ...]:
        """Every term that names this one, directly or through others: what a change of it can touch."""
        graph, key = self.dependencies, (kind, term_id)
        if key not in graph:
            return ()
        if direct:
            return tuple(sorted(graph.predecessors(key)))
        import networkx as nx

        return tuple(sorted(nx.ancestors(graph, key)))


def cycles(graph: nx.DiGraph[str]) -> list[tuple[str, ...]]:
    """Groups of nodes that lie on a common circle, each in the order of ids."""
    import networkx as nx

    groups = (component for component in nx.strongly_connected_components(graph))
    return sorted(tuple(sorted(group)) for group in groups if len(group) > 1 or _is_loop(graph, *group))


def _graph_of(nodes: Iterable[Any]) -> nx.DiGraph[Any]:
    """A graph without edges. The library is imported with the first one: answering a question needs none."""
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    return graph


def all_terms(knowledge: Knowledge) -> Iterator[tuple[Kind, Term]]:
    """Every term with its kind."""
    for kind in ATTRIBUTE_OF_KIND:
        for term in knowledge.of(kind).values():
            yield kind, term


def references(kind: Kind, term: Term) -> set[Key]:
    """The terms that a term names, in its fields and in its conditions."""
    fields = _fields(type(term))  # type: ignore[arg-type]  # a class can be hashed whatever its instances can
    found: set[Key] = {(named, term_id) for field, named in fields for term_id in _ids(getattr(term, field))}
    found.update((kind, other) for other in (*_ids(getattr(term, "broader", None)), *_ids(term.replaced_by)))
    if isinstance(term, Statement):
        found.update(named_in(term.when))
    if isinstance(term, Prerequisite):
        found.update(named_in(term.requires))
    if isinstance(term, Scenario):
        found.update(("constraint", constraint) for constraint, _ in term.values)
        found.update(("need", need) for need in term.needs)
    if kind == "claim":
        found.update(("source", source) for source in _ids(getattr(term, "source", None)))
    return found


@cache
def _fields(record: type[Term]) -> tuple[tuple[str, Kind], ...]:
    """Those of the fields that a class of records has."""
    return tuple((field, named) for field, named in _REFERENCES if field in record.__dataclass_fields__)


def conditions(condition: Condition) -> Iterator[Condition]:
    """A condition and every condition inside it."""
    yield condition
    inner: tuple[Condition, ...] = ()
    if isinstance(condition, Not):
        inner = (condition.condition,)
    elif isinstance(condition, AnyOf | AllOf):
        inner = condition.conditions
    for one in inner:
        yield from conditions(one)


def named_in(condition: Condition) -> set[Key]:
    """The tasks, constraints, needs and strengths that a condition names."""
    found: set[Key] = set()
    for one in conditions(condition):
        if isinstance(one, TaskIs):
            found.add(("task", one.task))
        elif isinstance(one, ValueIs):
            found.add(("constraint", one.constraint))
        elif isinstance(one, NeedRaised):
            found.add(("need", one.need))
            found.update(("strength", name) for name in _ids(one.minimum))
    return found


def _ids(field: object) -> tuple[str, ...]:
    if isinstance(field, str):
        return (field,) if field else ()
    return tuple(one for one in field if isinstance(one, str)) if isinstance(field, tuple) else ()


def _is_loop(graph: nx.DiGraph[str], node: str) -> bool:
    return graph.has_edge(node, node)
