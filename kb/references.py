"""Whether everything that is named exists, is of the kind expected there, and has the class its name promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from kb import index as ix
from kb.findings import Finding
from kb.index import Index, Node
from kb.namespaces import BASE, CLASS_OF_KIND, GENID, KIND_OF_CLASS, SCHEMA, short, try_split
from kb.nearest import nearest
from kb.reader import schema_index

_RANGE = "http://www.w3.org/2000/01/rdf-schema#range"
_SAME_KIND = (ix.BROADER, ix.REPLACED_BY)
_SOURCES = (ix.SOURCE, ix.PRIMARY_SOURCE)


class Owners:
    """The named term to which each condition and list belongs."""

    def __init__(self, index: Index) -> None:
        self._above: dict[str, str] = {}
        for name, node in index.nodes.items():
            for predicate in node.predicates():
                for other in node.names(predicate):
                    if other.startswith(GENID):
                        self._above[other] = min(name, self._above.get(other, name))

    def of(self, name: str) -> tuple[str, str]:
        """Kind and id of the term; the whole IRI instead of the id where there is none."""
        seen = set()
        while name.startswith(GENID) and name in self._above and name not in seen:
            seen.add(name)
            name = self._above[name]
        return try_split(name) or ("", name)


def check_references(index: Index, names: set[str] | None = None, scales: bool = True) -> list[Finding]:
    """Findings for names that lead nowhere.

    Args:
        index: the whole knowledge base.
        names: the subjects to check; all by default.
        scales: whether to look for values that stand in no scale.
    """
    owners = Owners(index)
    findings: list[Finding] = []
    for name, node in index.nodes.items():
        if names is None or name in names:
            kind, term = owners.of(name)
            findings += _check_name(index, node, kind, term)
            findings += _check_objects(index, node, kind, term)
    if scales:
        findings += _check_stray_values(index, names)
    return findings


def _check_name(index: Index, node: Node, kind: str, term: str) -> Iterator[Finding]:
    if term.startswith(GENID):
        message = "a condition or list belongs to nothing; refer to it, or take it away."
        yield Finding("warning", "unused-node", kind, term, message)
    elif not kind and term.startswith(BASE) and not term.startswith(SCHEMA):
        message = f"this is no name of a term; terms are named <kind>:<id>, kinds are {', '.join(CLASS_OF_KIND)}."
        near = nearest(term.removeprefix(BASE).partition("/")[0], CLASS_OF_KIND)
        yield Finding("error", "malformed-name", kind, term, message, "an id in kebab-case", near)
    elif kind and not node.name.startswith(GENID) and term not in index.declared[kind]:
        yield _untyped(node, kind, term)


def _untyped(node: Node, kind: str, term: str) -> Finding:
    classes = [short(name) for name in node.names(ix.RDF_TYPE)]
    found = f"it is said to be {' and '.join(classes)}" if classes else "nothing says what it is"
    expected = f"a aw:{CLASS_OF_KIND[kind]}"
    near = nearest(classes[0], [f"aw:{name}" for name in KIND_OF_CLASS]) if classes else ()
    message = f"{kind}:{term} is described, but {found}, so that it is not read."
    return Finding("error", "wrong-class", kind, term, message, f"{kind}:{term} {expected}", near)


def _check_objects(index: Index, node: Node, kind: str, term: str) -> Iterator[Finding]:
    for predicate in node.predicates():
        for value in node.objects(predicate):
            wanted = _expected_kind(predicate, kind, value)
            if wanted in index.declared:
                yield from _check_term(index, predicate, value, wanted, kind, term)
            elif wanted:
                yield from _check_individual(predicate, value, wanted, kind, term)


def _expected_kind(predicate: str, kind: str, value: ox.NamedNode | ox.Literal) -> str:
    """The kind of term (or the class of the schema) that is expected there; empty where anything goes."""
    if predicate in _SAME_KIND:
        return kind
    if predicate == ix.DERIVED:
        named = try_split(value.value)
        return "source" if kind == "claim" and named and named[0] == "source" else "claim" if kind != "claim" else ""
    if predicate in _SOURCES:
        return "source" if value.value.startswith(BASE) else ""
    if predicate == ix.RDF_FIRST:
        return "value" if value.value.startswith(BASE) else ""
    class_name = _ranges().get(predicate, "")
    return KIND_OF_CLASS.get(class_name, class_name)


@cache
def _ranges() -> dict[str, str]:
    """The class of the schema that each of its properties leads to."""
    ranges = {
        name: range_name.removeprefix(SCHEMA)
        for name, node in schema_index().nodes.items()
        for range_name in node.names(_RANGE)
        if range_name.startswith(SCHEMA)
    }
    return {name: class_name for name, class_name in ranges.items() if class_name != "Condition"}


def _check_term(
    index: Index, predicate: str, value: ox.NamedNode | ox.Literal, wanted: str, kind: str, term: str
) -> Iterator[Finding]:
    named = try_split(value.value) if isinstance(value, ox.NamedNode) else None
    known = index.declared[wanted]
    if named and named[0] == wanted and named[1] in known:
        return
    shown = short(value.value) if isinstance(value, ox.NamedNode) else f"the text '{value.value}'"
    word = named[1] if named else value.value.rpartition("/")[2]
    near = tuple(f"{wanted}:{choice}" for choice in nearest(word, known))
    if named and named[0] != wanted:
        message = f"{short(predicate)} names {shown}, which is no {wanted}."
        yield Finding("error", "wrong-kind", kind, term, message, f"{wanted}:<id>", near)
    else:
        message = f"{short(predicate)} names {shown}, but there is no such {wanted}."
        yield Finding("error", "unknown-term", kind, term, message, f"{wanted}:<id>", near)


def _check_individual(
    predicate: str, value: ox.NamedNode | ox.Literal, class_name: str, kind: str, term: str
) -> Iterator[Finding]:
    known = schema_index().typed(class_name)
    if not known or value.value.removeprefix(SCHEMA) in known:
        return
    shown = short(value.value) if isinstance(value, ox.NamedNode) else f"the text '{value.value}'"
    expected = "one of " + ", ".join(f"aw:{name}" for name in sorted(known))
    near = tuple(f"aw:{choice}" for choice in nearest(value.value.removeprefix(SCHEMA), known))
    yield Finding(
        "error", "unknown-individual", kind, term, f"{short(predicate)} is {shown}, which it cannot be.", expected, near
    )


def _check_stray_values(index: Index, names: set[str] | None) -> Iterator[Finding]:
    """Values that stand in no scale, or in that of another constraint."""
    places: dict[str, set[str]] = defaultdict(set)
    for constraint, node in index.declared["constraint"].items():
        for head in node.names(ix.aw("values")):
            try:
                members = index.members(head)
            except ix.UnreadableError:
                continue
            for member in members:
                places[member].add(constraint)
    for value_id, node in index.declared["value"].items():
        constraint = ix.split_value(value_id)[0]
        if constraint not in places[node.name] and (names is None or node.name in names):
            message = f"the value has no place in the scale of constraint:{constraint}; add it to aw:values there."
            near = tuple(f"constraint:{choice}" for choice in nearest(constraint, index.declared["constraint"]))
            hint = () if constraint in index.declared["constraint"] else near
            yield Finding("error", "value-without-place", "value", value_id, message, nearest=hint)
