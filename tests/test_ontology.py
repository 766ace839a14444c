"""The ontology: everything in it is named and defined, by shapes of its own, each with a failing fixture."""

from __future__ import annotations

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import SH

from kb.namespaces import CLASS_OF_KIND
from kb.paths import ONTOLOGY
from kb.vocabularies import AW

FIXTURES = sorted((Path(__file__).parent / "fixtures" / "ontology").glob("*.ttl"))
SHAPES = "https://w3id.org/adaptwise/ontology-shapes#"
OWN = ("schema", "shapes", "alignment", "ontology-shapes")


def shapes() -> Graph:
    """The shapes for ontologies."""
    return Graph().parse(ONTOLOGY / "ontology-shapes.ttl")


def findings(data: Graph) -> set[str]:
    """The names of the shapes that an ontology does not meet."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), inference="none", advanced=False)
    return {str(shape).removeprefix(SHAPES) for shape in report.objects(None, SH.sourceShape)}


def announced(fixture: Path) -> set[str]:
    """What a fixture says is wrong with it."""
    return set(re.search(r"^# finds: (.+)$", fixture.read_text(), re.MULTILINE).group(1).split())


@pytest.mark.parametrize("name", OWN)
def test_our_ontologies_are_sound(name: str) -> None:
    """Each file says what it is, and defines all that it names."""
    assert findings(Graph().parse(ONTOLOGY / f"{name}.ttl")) == set()


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixture_is_found_out(fixture: Path) -> None:
    """The shapes find in a fixture exactly what it announces."""
    assert findings(Graph().parse(fixture)) == announced(fixture)


def test_every_shape_has_a_fixture() -> None:
    """Whatever can be found has a fixture that provokes it."""
    codes = {str(shape).removeprefix(SHAPES) for shape in shapes().subjects(SH.message) if isinstance(shape, URIRef)}
    assert len(codes) > 10
    assert codes - set().union(*map(announced, FIXTURES)) == set()


def test_every_closed_list_is_looked_at() -> None:
    """The shapes reach every individual of the schema: no class with members there is left out."""
    schema = Graph().parse(ONTOLOGY / "schema.ttl")
    listed = {kind for _, kind in schema.subject_objects(RDF.type) if str(kind).startswith(str(AW))}
    targets = set(shapes().objects(URIRef(SHAPES + "named"), SH.targetClass))
    assert listed <= targets


def test_every_term_in_use_is_defined() -> None:
    """Every term of our own that axioms, shapes or the program's kinds mention is defined in the schema."""
    schema = Graph().parse(ONTOLOGY / "schema.ttl")
    defined = set(schema.subjects(SKOS.definition))
    used = {AW[name] for name in CLASS_OF_KIND.values()}
    for name in OWN:
        graph = Graph().parse(ONTOLOGY / f"{name}.ttl")
        used |= {
            term for triple in graph for term in triple if isinstance(term, URIRef) and str(term).startswith(str(AW))
        }
    assert used - defined == set()


def test_domains_and_ranges_are_classes() -> None:
    """What a property starts from or leads to is a class of the schema or of a standard that has it."""
    schema = Graph().parse(ONTOLOGY / "schema.ttl")
    ours = set(schema.subjects(RDF.type, OWL.Class))
    borrowed = {RDF.List, RDFS.Literal}
    for predicate in (RDFS.domain, RDFS.range):
        for name in schema.objects(None, predicate):
            assert name in ours | borrowed or "XMLSchema#" in str(name), name
