"""Whether a knowledge base is well-formed: shapes, references and structure, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import sha256

import pyoxigraph as ox
from rdflib import RDF, RDFS, Dataset, Graph, URIRef
from rdflib import Namespace as RdfNamespace
from rdflib.namespace import SH
from rdflib.term import Node

from kb.checks import check
from kb.datasets import dataset_of, quads_of
from kb.findings import Finding, InvalidKnowledgeError, Severity, errors_of
from kb.index import Index
from kb.model import Knowledge
from kb.namespaces import BASE, CLASS_OF_KIND, GENID, SCHEMA, short
from kb.nearest import nearest
from kb.paths import ONTOLOGY
from kb.reader import Fault, read_leniently, schema_index
from kb.references import Owners, check_references

__all__ = [
    "Finding",
    "InvalidKnowledgeError",
    "errors_of",
    "inspect",
    "inspect_terms",
    "rules_hash",
    "validate",
    "validate_quads",
]

SHAPES = RdfNamespace(BASE + "shapes#")

_SCALES = (f"{BASE}constraint/", f"{BASE}value/")
_SEVERITIES: dict[Node, Severity] = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "info"}


def validate(dataset: Dataset) -> list[Finding]:
    """Every finding on a knowledge base, errors first; empty if there is nothing to say."""
    return validate_quads(quads_of(dataset))


def validate_quads(quads: Iterable[ox.Quad]) -> list[Finding]:
    """The same from quads."""
    return inspect(quads)[1]


def inspect(quads: Iterable[ox.Quad], changed: set[str] | None = None) -> tuple[Knowledge, list[Finding]]:
    """A knowledge base as far as it can be read, and every finding on it.

    Args:
        quads: the whole knowledge base.
        changed: the subjects to check one by one, where the others are known to be well-formed. What takes several
            terms to see is checked everywhere all the same.
    """
    found = list(quads)
    index = Index(found)
    names = None if changed is None else _with_inner_nodes(index, changed)
    findings = [*_check_shapes(found, index, names), *check_references(index, names)]
    knowledge, faults = read_leniently(index)
    findings += _unreported(faults, findings)
    findings += check(knowledge)
    return knowledge, sorted(dict.fromkeys(findings), key=lambda finding: finding.rank)


def inspect_terms(
    index: Index, quads: list[ox.Quad], subjects: Iterable[str], faults: Iterable[Fault]
) -> list[Finding]:
    """Every finding on some subjects one by one, where the rest of the knowledge base is known to be well-formed.

    Args:
        index: whose nodes are those subjects with their conditions and lists, and which knows what else is declared.
        quads: what is said of these.
        subjects: the IRIs of those subjects, also of those that are gone.
        faults: the terms that cannot be read.
    """
    scales = any(name.startswith(_SCALES) for name in subjects)
    findings = [*_check_shapes(quads, index, {*index.nodes}), *check_references(index, scales=scales)]
    return [*findings, *_unreported([*faults], findings)]


@cache
def rules_hash() -> str:
    """What content is validated by: a hash of the schema and the shapes."""
    return sha256(b"".join((ONTOLOGY / name).read_bytes() for name in ("schema.ttl", "shapes.ttl"))).hexdigest()


def _with_inner_nodes(index: Index, names: set[str]) -> set[str]:
    """Subjects with the conditions and lists that belong to them."""
    found: set[str] = set()
    waiting = [name for name in names if name in index.nodes]
    while waiting:
        name = waiting.pop()
        found.add(name)
        node = index.nodes[name]
        inner = {other for predicate in node.predicates() for other in node.names(predicate)}
        waiting += [other for other in inner if other.startswith(GENID) and other in index.nodes and other not in found]
    return found


def _unreported(faults: list[Fault], findings: list[Finding]) -> list[Finding]:
    """Terms that cannot be read although nothing else was said about them."""
    reported = {(finding.kind, finding.term) for finding in errors_of(findings)}
    return [
        Finding("error", "unreadable", fault.kind, fault.term, f"{fault.message}.")
        for fault in faults
        if (fault.kind, fault.term) not in reported
    ]


# --- Shapes ---------------------------------------------------------------------------------------------


@cache
def _shapes() -> Graph:
    return Graph().parse(ONTOLOGY / "shapes.ttl", format="turtle")


@lru_cache(maxsize=64)
def _shapes_of(classes: frozenset[Node]) -> Graph:
    """The shapes that can have something to say of individuals of these classes: preparing them is most of the work."""
    whole, found = _shapes(), Graph()
    waiting: list[Node] = [
        shape
        for shape in whole.subjects(RDF.type, SH.NodeShape)
        if not (targets := {*whole.objects(shape, SH.targetClass)}) or targets & classes
    ]
    seen: set[Node] = set()
    while waiting:
        subject = waiting.pop()
        if subject not in seen:
            seen.add(subject)
            for predicate, value in whole.predicate_objects(subject):
                found.add((subject, predicate, value))
                waiting.append(value)
    return found


def _check_shapes(quads: list[ox.Quad], index: Index, names: set[str] | None) -> list[Finding]:
    import pyshacl  # takes longer to import than the rest of kb/ together, and most starts validate nothing

    kept = (
        quad
        for quad in quads
        if names is None or (isinstance(quad.subject, ox.NamedNode) and quad.subject.value in names)
    )
    data = Graph()
    for one in dataset_of(kept).quads():
        data.add(one[:3])
    shapes = _shapes() if names is None else _shapes_of(frozenset(data.objects(None, RDF.type)))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    owners = Owners(index)
    results = report.subjects(RDF.type, SH.ValidationResult)
    # A text where a condition belongs is found where it stands; as a condition of its own it has no owner to name.
    kept_results = (one for one in results if isinstance(report.value(one, SH.focusNode), URIRef))
    return [_finding(report, result, owners) for result in kept_results]


def _finding(report: Graph, result: Node, owners: Owners) -> Finding:
    kind, term = owners.of(str(report.value(result, SH.focusNode)))
    severity = _SEVERITIES[report.value(result, SH.resultSeverity) or SH.Violation]
    shape = report.value(result, SH.sourceShape)
    if report.value(result, SH.sourceConstraintComponent) == SH.ClosedConstraintComponent:
        return _unknown_property(report, result, kind, term)
    message = str(report.value(result, SH.resultMessage))
    value = report.value(result, SH.value)
    found = f" Found: {short(str(value))}." if value is not None and report.value(result, SH.resultPath) else ""
    code = str(shape).removeprefix(str(SHAPES))
    return Finding(severity, code, kind, term, message + found)


def _unknown_property(report: Graph, result: Node, kind: str, term: str) -> Finding:
    shape = report.value(result, SH.sourceShape)
    path = short(str(report.value(result, SH.resultPath)))
    allowed = _allowed(shape)
    owner = "a condition" if shape == SHAPES.condition else f"a {_class_label(kind)}"
    code = f"{str(shape).removeprefix(str(SHAPES))}-property"
    own = ", ".join(sorted(name for name in allowed if name.startswith("aw:"))) or "none of its own"
    return Finding(
        "error", code, kind, term, f"{path} is no property of {owner}.", f"one of {own}", nearest(path, allowed)
    )


def _allowed(shape: Node | None) -> list[str]:
    shapes = _shapes()
    if shape is None:
        return []
    own = [shapes.value(one, SH.path) for one in shapes.objects(shape, SH.property)]
    common = shapes.value(shape, SH.ignoredProperties)
    others = list(shapes.items(common)) if common is not None else []
    return [short(str(name)) for name in (*own, *others) if isinstance(name, URIRef)]


def _class_label(kind: str) -> str:
    node = schema_index().nodes.get(SCHEMA + CLASS_OF_KIND.get(kind, ""))
    return node.text(str(RDFS.label)) if node else kind
