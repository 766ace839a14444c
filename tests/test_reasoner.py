"""What the program infers from hierarchies and classes, an independent OWL 2 RL reasoner infers from the ontology."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import pytest
import reasonable
from rdflib import RDF, RDFS, SKOS, Dataset, Graph, URIRef
from rdflib.namespace import PROV

from engine.compiler import Compiler
from kb.datasets import dataset_of
from kb.graph import Graph as Views
from kb.graph import all_terms
from kb.model import DemandRule, Kind, Knowledge, Need, NeedRaised, TaskIs
from kb.namespaces import CLASS_OF_KIND, try_split
from kb.packs import SHIPPED, load_packs, parse_pack, read_packs
from kb.paths import ONTOLOGY
from kb.reader import read_knowledge
from kb.vocabularies import AW, named
from tests.asking import ask
from tests.reference import Case

TESTS = Path(__file__).parent
DEEP = """
@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix claim: <https://w3id.org/adaptwise/claim/> .
@prefix need: <https://w3id.org/adaptwise/need/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix task: <https://w3id.org/adaptwise/task/> .
@prefix technique: <https://w3id.org/adaptwise/technique/> .
task:a a aw:Task ; skos:prefLabel "a"@en ; skos:broader task:b , task:c .
task:b a aw:Task ; skos:prefLabel "b"@en ; skos:broader task:d .
task:c a aw:Task ; skos:prefLabel "c"@en ; skos:broader task:d .
task:d a aw:Task ; skos:prefLabel "d"@en ; skos:broader task:sorting .
task:e a aw:Task ; skos:prefLabel "e"@en ; skos:broader task:a .
need:a a aw:Need ; skos:prefLabel "need a"@en ; skos:broader need:b , need:care .
need:b a aw:Need ; skos:prefLabel "need b"@en ; skos:broader need:speed .
technique:fast-machine a aw:Technique ; skos:prefLabel "fast"@en ; aw:complexity 1 ; aw:refines technique:machine .
technique:faster a aw:Technique ; skos:prefLabel "faster"@en ; aw:complexity 1 ; aw:refines technique:fast-machine .
technique:crane a aw:Technique ; skos:prefLabel "crane"@en ; aw:complexity 1 .
technique:all a aw:Technique ; skos:prefLabel "all"@en ; aw:complexity 5 ; aw:part technique:both , technique:crane .
"""
"""Deeper than anything that ships: chains, a diamond, variants of variants, a composite of a composite."""


@dataclass(frozen=True)
class World:
    """A knowledge base and what the reasoner makes of it together with the ontology."""

    knowledge: Knowledge
    views: Views
    closure: Graph

    def related(self, kind: Kind, term: str, predicate: URIRef) -> set[str]:
        """Ids of the terms to which the reasoner relates a term."""
        found = (try_split(str(other)) for other in self.closure.objects(named(kind, term), predicate))
        return {split[1] for split in found if split}


def reasoned(*graphs: Iterable[tuple]) -> Graph:
    """What follows from triples, by the reasoner."""
    base = Graph()
    for graph in graphs:
        for triple in graph:
            base.add(triple[:3])
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(base)
    closure = Graph()
    for triple in reasoner.reason():
        closure.add(triple)
    return closure


def ontology() -> Graph:
    """Schema and alignment."""
    return Graph().parse(ONTOLOGY / "schema.ttl").parse(ONTOLOGY / "alignment.ttl")


def dataset(name: str) -> Dataset:
    """One of the knowledge bases to compare on."""
    if name == "deep":
        return dataset_of([*read_packs(TESTS / "fixtures" / "tiny"), *parse_pack(DEEP, pack="deep")])
    return load_packs(SHIPPED if name == "shipped" else TESTS / "second_domain" / "packs")


@pytest.fixture(scope="module", params=["shipped", "second", "deep"])
def world(request: pytest.FixtureRequest) -> World:
    """Every knowledge base in turn."""
    data = dataset(request.param)
    knowledge = read_knowledge(data)
    return World(knowledge, Views(knowledge), reasoned(ontology(), data.quads()))


# --- Classes ------------------------------------------------------------------------------------------------------


def classes_of(closure: Graph, node: URIRef) -> set[str]:
    """The classes of the schema that a node has, by local name."""
    names = (str(name) for name in closure.objects(node, RDF.type))
    return {name.removeprefix(str(AW)) for name in names if name.startswith(str(AW))}


def expected_classes(kind: Kind) -> set[str]:
    """The class of a kind and the classes of the schema above it, as the schema says."""
    above = ontology().transitive_objects(AW[CLASS_OF_KIND[kind]], RDFS.subClassOf)
    return {str(name).removeprefix(str(AW)) for name in above if str(name).startswith(str(AW))}


def test_terms_have_the_classes_of_their_kind_and_no_other(world: World) -> None:
    """Domains and ranges give no term a class that is not that of its kind or above it."""
    named = {kind: expected_classes(kind) for kind in CLASS_OF_KIND}
    wrong = {}
    for node in set(world.closure.subjects(RDF.type)):
        split = try_split(str(node))
        if split and ".well-known" not in str(node) and classes_of(world.closure, node) != named[split[0]]:
            wrong[str(node)] = classes_of(world.closure, node)
    assert wrong == {}
    assert named["rule"] == {"DemandRule", "Statement"}


def test_what_is_no_term_is_a_condition_or_nothing(world: World) -> None:
    """Blank nodes are conditions or lists; no literal, and nothing of another vocabulary, gets one of our classes."""
    individuals = {AW[name] for name in classes_of_individuals()}
    for node in set(world.closure.subjects(RDF.type)):
        if try_split(str(node)) is None and node not in individuals:
            assert classes_of(world.closure, node) <= {"Condition"}, node


def classes_of_individuals() -> set[str]:
    """Local names of what the schema itself has as individuals."""
    schema = Graph().parse(ONTOLOGY / "schema.ttl")
    ours = {subject for subject, name in schema.subject_objects(RDF.type) if str(name).startswith(str(AW))}
    return {str(name).removeprefix(str(AW)) for name in ours}


def test_statements_are_those_that_the_program_takes_for_statements(world: World) -> None:
    """The members of aw:Statement, and among the entities of PROV-O, are exactly the statements of the model."""
    inferred = {try_split(str(node)) for node in world.closure.subjects(RDF.type, AW.Statement)}
    ours = {(kind, statement.id) for kind, statement in world.knowledge.statements()}
    assert inferred == ours
    assert all((named(kind, name), RDF.type, PROV.Entity) in world.closure for kind, name in ours)


def test_vocabulary_is_made_of_concepts(world: World) -> None:
    """Tasks, constraints, needs and techniques are SKOS concepts; statements and claims are none."""
    concepts = set(world.closure.subjects(RDF.type, SKOS.Concept))
    for kind, term in all_terms(world.knowledge):
        if kind in ("task", "constraint", "need", "technique", "quality", "unit"):
            assert named(kind, term.id) in concepts
        elif kind in ("rule", "contribution", "claim", "source", "conflict"):
            assert named(kind, term.id) not in concepts


def test_a_wrong_relation_would_be_noticed() -> None:
    """What is said to be a variant becomes a technique in the eyes of the reasoner: the comparison can fail."""
    slip = (named("need", "speed"), AW.refines, named("technique", "hand"))
    closure = reasoned(ontology(), dataset("deep").quads(), [slip])
    assert classes_of(closure, named("need", "speed")) == {"Need", "Technique"}


# --- Hierarchies -----------------------------------------------------------------------------------------------------


def test_tasks_inherit_from_what_is_broader(world: World) -> None:
    """The tasks whose rules a task has are those the reasoner finds broader."""
    for task in world.knowledge.tasks:
        assert {*world.views.inheritance_order(task)} - {task} == world.related("task", task, SKOS.broaderTransitive)


def test_needs_raise_what_is_broader(world: World) -> None:
    """Broader and narrower needs agree, in the views and in what is handed to Prolog."""
    compiler = Compiler(world.knowledge)
    for need in world.knowledge.needs:
        broader = world.related("need", need, SKOS.broaderTransitive)
        narrower = world.related("need", need, SKOS.narrowerTransitive)
        assert {*world.views.with_broader("need", need)} - {need} == broader
        assert {*world.views.narrower("need", need)} == narrower
        assert set(compiler.condition(NeedRaised(need)).arguments[1]) == narrower | {need}


def test_variants_are_below_their_families(world: World) -> None:
    """A refinement is a narrower concept, however many steps away."""
    for technique in world.knowledge.techniques:
        assert {*world.views.narrower("technique", technique)} == world.related(
            "technique", technique, SKOS.narrowerTransitive
        )


def test_composites_include_the_parts_of_their_parts(world: World) -> None:
    """Inclusion is the closure of aw:part, and is not a hierarchy of concepts."""
    for technique in world.knowledge.techniques:
        included = world.related("technique", technique, AW.includes)
        assert nx.descendants(world.views.parts, technique) == included
        assert not included & world.related("technique", technique, SKOS.broaderTransitive)


# --- The same in Prolog ------------------------------------------------------------------------------------------


def probing(knowledge: Knowledge, kind: Kind) -> Knowledge:
    """The knowledge base with, instead of its rules, one per task (or need) that raises a need of its own."""
    probes = {
        f"probe-{term}": DemandRule(
            id=f"probe-{term}",
            pack=next(iter(knowledge.packs)),
            label=term,
            when=TaskIs(term) if kind == "task" else NeedRaised(term),
            need=f"probe-{term}",
            strength="weak",
        )
        for term in knowledge.of(kind)
    }
    needs = {name: Need(id=name, pack=rule.pack, label=name) for name, rule in probes.items()}
    emptied = ("contributions", "prerequisites", "penalties", "interactions", "advice", "steps")
    nothing: dict[str, dict[str, object]] = {name: {} for name in emptied}
    return dataclasses.replace(knowledge, rules=probes, needs={**knowledge.needs, **needs}, **nothing)


def raised(knowledge: Knowledge, case: Case) -> set[str]:
    """Whose probes fired."""
    demands = ask(knowledge, case, explain="none").reply["demands"]
    return {entry["need"].removeprefix("probe-") for entry in demands if entry["need"].startswith("probe-")}


def test_prolog_fires_the_rules_of_broader_tasks(world: World) -> None:
    """A rule on a task fires for exactly the tasks that the reasoner finds narrower, and for the task itself."""
    probe = probing(world.knowledge, "task")
    for task in world.knowledge.tasks:
        assert raised(probe, Case(task=task)) == {task} | world.related("task", task, SKOS.broaderTransitive)


def test_prolog_raises_broader_needs_for_conditions(world: World) -> None:
    """A condition on a need holds for exactly the needs that the reasoner finds narrower, and for the need itself."""
    probe = probing(world.knowledge, "need")
    for need in world.knowledge.needs:
        case = Case(needs={need: "strong"})
        assert raised(probe, case) == {need} | world.related("need", need, SKOS.broaderTransitive)


def test_prolog_rules_out_whatever_includes_what_was_ruled_out(world: World) -> None:
    """Excluding a technique without parts excludes exactly the composites that the reasoner finds to include it."""
    for technique, record in world.knowledge.techniques.items():
        if record.parts or record.refines:
            continue
        answer = ask(world.knowledge, Case(exclude=frozenset({technique})), explain="none")
        out = {
            result["technique"]
            for result in answer.reply["ranking"]
            if any(blocker["reason"] == "ruled-out" for blocker in result["blockers"])
        }
        families = {name for name in out if world.knowledge.techniques[name].refines is None}
        # a kind of a composite is named only where the composite wins
        including = {
            name
            for name, one in world.knowledge.techniques.items()
            if one.refines is None and technique in world.related("technique", name, AW.includes)
        }
        assert families == {technique} | including
