"""Graphs over a knowledge base: circles, inheritance, and what depends on what."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from kb.graph import Graph, all_terms, cycles, references
from kb.model import Knowledge, Need, Task
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads

TESTS = Path(__file__).parent


def task(name: str, *broader: str) -> Task:
    """A task with nothing but its broader tasks."""
    return Task(id=name, pack="p", label=name, broader=broader)


def diamond() -> Knowledge:
    """Tasks d under b and c, both under a, and c under z."""
    tasks = [task("a"), task("b", "a"), task("c", "a", "z"), task("d", "c", "b"), task("z")]
    return Knowledge(tasks={one.id: one for one in tasks})


@pytest.fixture(scope="module")
def second() -> Knowledge:
    """The knowledge base of the second domain."""
    return read_quads(read_packs(TESTS / "second_domain" / "packs"))


def test_inheritance_is_nearest_first() -> None:
    """A task comes first, then its broader tasks by distance, then by id."""
    assert Graph(diamond()).inheritance_order("d") == ("d", "b", "c", "a", "z")
    assert Graph(diamond()).inheritance_order("nobody") == ()


def test_narrower_terms_are_all_below() -> None:
    """Everything below a term is narrower, however far."""
    graph = Graph(diamond())
    assert graph.narrower("task", "a") == ("b", "c", "d")
    assert graph.narrower("task", "d") == ()
    assert graph.narrower("task", "nobody") == ()


def test_cycles_are_groups_and_loops() -> None:
    """Circles of several nodes and of one are found, chains are not."""
    assert cycles(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("c", "e")])) == [("a", "b", "c"), ("d",)]
    assert cycles(Graph(diamond()).tasks) == []


def test_dependents_run_from_claims_to_statements(second: Knowledge) -> None:
    """What rests on a claim is found, directly and through others."""
    graph = Graph(second)
    direct = graph.dependents("claim", "pebble-variety", direct=True)
    assert ("rule", "ad-hoc-joins") in direct
    assert ("need", "record-joins") in graph.dependencies[("rule", "ad-hoc-joins")]
    assert {*direct} <= {*graph.dependents("claim", "pebble-variety")}
    assert ("contribution", "cache-atomic") in graph.dependents("need", "dependable-writes")
    assert graph.dependents("need", "nothing") == ()


def test_composites_and_conditions_are_dependencies(second: Knowledge) -> None:
    """A composite depends on its parts, a prerequisite on what its conditions name, a scenario on its profile."""
    graph = Graph(second).dependencies
    assert graph.has_edge(("technique", "cached-relational"), ("technique", "key-value-cache"))
    assert graph.has_edge(("prerequisite", "cached-purpose"), ("need", "up-to-date-reads"))
    assert graph.has_edge(("scenario", "busy-basket"), ("constraint", "memory-budget"))


@pytest.mark.parametrize("packs", [SHIPPED, TESTS / "second_domain" / "packs"], ids=["shipped", "second"])
def test_nothing_is_named_that_is_not_there(packs: Path) -> None:
    """Every edge of the dependency graph leads to a term."""
    knowledge = read_quads(read_packs(packs))
    terms = {(kind, term.id) for kind, term in all_terms(knowledge)}
    named = {used for kind, term in all_terms(knowledge) for used in references(kind, term)}
    assert len(named) > 50
    assert named - terms == set()


def test_needs_depend_on_narrower_ones_through_conditions(second: Knowledge) -> None:
    """A rule that asks for a broad need can be set off by any narrower one."""
    rules = [rule for rule in second.rules.values() if "NeedRaised" in repr(rule.when)]
    graph = Graph(second).need_dependencies
    for rule in rules:
        assert graph.out_degree(rule.need) > 0
    assert cycles(graph) == []


def test_hierarchies_leave_out_what_is_not_there() -> None:
    """A broader term that could not be read does not become a node."""
    knowledge = Knowledge(needs={"a": Need(id="a", pack="p", label="a", broader=("gone",))})
    assert list(Graph(knowledge).needs) == ["a"]
