"""Knowledge by subject: every quad read once into plain dictionaries, with typed access to one subject's properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kb.namespaces import KIND_OF_CLASS, PREFIXES, SCHEMA, short, try_split

_DCTERMS, _OWL, _PROV, _RDF, _RDFS, _SKOS = (
    PREFIXES[prefix] for prefix in ("dcterms", "owl", "prov", "rdf", "rdfs", "skos")
)
RDF_TYPE, RDF_FIRST, RDF_REST, RDF_NIL = _RDF + "type", _RDF + "first", _RDF + "rest", _RDF + "nil"
LABEL, SYNONYM, HIDDEN = _SKOS + "prefLabel", _SKOS + "altLabel", _SKOS + "hiddenLabel"
DEFINITION, EXAMPLE, BROADER = _SKOS + "definition", _SKOS + "example", _SKOS + "broader"
DERIVED, PRIMARY_SOURCE = _PROV + "wasDerivedFrom", _PROV + "hadPrimarySource"
SOURCE, REPLACED_BY, CREATOR = _DCTERMS + "source", _DCTERMS + "isReplacedBy", _DCTERMS + "creator"
TITLE, DATE, CREATED, MODIFIED = _DCTERMS + "title", _DCTERMS + "date", _DCTERMS + "created", _DCTERMS + "modified"
LICENCE, SEE_ALSO, VERSION = _DCTERMS + "license", _RDFS + "seeAlso", _OWL + "versionInfo"

_BY_PACK = frozenset({RDF_TYPE, _SKOS + "note", _SKOS + "scopeNote"})


def aw(name: str) -> str:
    """The IRI of a term of the schema."""
    return SCHEMA + name


class UnreadableError(ValueError):
    """A subject from which no record can be built; the message says why and how to mend it."""


class Node:
    """One subject with its properties, each a list of RDF terms in the order of their canonical text."""

    def __init__(self, name: str, index: Index) -> None:
        self.name = name
        self._index = index
        self._properties: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        self.packs: set[str] = set()
        self.notes: set[tuple[str, str]] = set()

    def add(self, quad: ox.Quad) -> None:
        """Take in a quad of this subject."""
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            self.say(quad.predicate.value, quad.object, graph)
        else:
            self._properties[quad.predicate.value]  # said, if not in a way that can be read

    def say(self, predicate: str, value: ox.NamedNode | ox.Literal, graph: str | None) -> None:
        """Take in what a graph says of this subject."""
        values = self._properties[predicate]
        if value not in values:
            values.append(value)
        if graph is not None and predicate in _BY_PACK:
            split = try_split(graph)
            self._say_by_pack(predicate, value, split[1] if split else "")

    def _say_by_pack(self, predicate: str, value: ox.NamedNode | ox.Literal, pack: str) -> None:
        """Take in what must not be mixed where several packs speak of one subject."""
        if predicate == RDF_TYPE:
            self.packs.update([pack] if pack else [])
        elif isinstance(value, ox.Literal) and (value.language or "en").split("-")[0] == "en":
            self.notes.add((pack, value.value))

    def sort(self) -> None:
        """Put values in an order that does not depend on how they were read."""
        for values in self._properties.values():
            values.sort(key=str)

    def has(self, predicate: str) -> bool:
        """Whether there is a value for this property."""
        return predicate in self._properties

    def predicates(self) -> list[str]:
        """Every property that this subject has."""
        return list(self._properties)

    def objects(self, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        """All values of a property."""
        return self._properties.get(predicate, [])

    def names(self, predicate: str) -> list[str]:
        """All values of a property that are IRIs."""
        return [term.value for term in self.objects(predicate) if isinstance(term, ox.NamedNode)]

    def types(self) -> list[str]:
        """The kinds of this subject, by its classes of the schema."""
        local = (name.removeprefix(SCHEMA) for name in self.names(RDF_TYPE) if name.startswith(SCHEMA))
        return [KIND_OF_CLASS[name] for name in local if name in KIND_OF_CLASS]

    def texts(self, predicate: str) -> tuple[str, ...]:
        """All English (or unmarked) literals of a property."""
        literals = (term for term in self.objects(predicate) if isinstance(term, ox.Literal))
        return tuple(term.value for term in literals if not term.language or term.language.split("-")[0] == "en")

    def text(self, *predicates: str) -> str:
        """The first literal found under these properties, or the empty text."""
        return next((text for predicate in predicates for text in self.texts(predicate)), "")

    def word(self, predicate: str) -> str:
        """A literal, the id of a term, or any other IRI: whatever stands there as one text."""
        for name in self.names(predicate):
            split = try_split(name)
            return split[1] if split else name
        return self.text(predicate)

    def integer(self, predicate: str) -> int | None:
        """A whole number, or None where there is none."""
        number = self.decimal(predicate)
        if number is None or number == number.to_integral_value():
            return None if number is None else int(number)
        raise UnreadableError(f"{_property(predicate)} is {number}, expected a whole number")

    def decimal(self, predicate: str) -> Decimal | None:
        """A number, or None where there is none."""
        self._at_most_one(predicate)
        for term in self.objects(predicate):
            try:
                return Decimal(term.value)
            except InvalidOperation:
                raise UnreadableError(f"{_property(predicate)} is '{term.value}', expected a number") from None
        return None

    def boolean(self, predicate: str) -> bool:
        """Whether a flag is set."""
        return self.text(predicate) in ("true", "1")

    def local(self, predicate: str) -> str | None:
        """The id of an individual of the schema, or None where there is none."""
        self._at_most_one(predicate)
        for term in self.objects(predicate):
            if term.value.startswith(SCHEMA):
                return term.value.removeprefix(SCHEMA)
            raise UnreadableError(f"{_property(predicate)} is {_shown(term)}, expected a term of the schema (aw:...)")
        return None

    def references(self, predicate: str, kind: str) -> tuple[str, ...]:
        """Ids of the terms of this kind that a property names; each must exist."""
        return tuple(sorted(self._reference(term, predicate, kind) for term in self.objects(predicate)))

    def reference(self, predicate: str, kind: str) -> str | None:
        """The id of the one term that a property names, or None where there is none."""
        self._at_most_one(predicate)
        return next(iter(self.references(predicate, kind)), None)

    def required_reference(self, predicate: str, kind: str) -> str:
        """The id of the one term that a property must name."""
        found = self.reference(predicate, kind)
        if found is None:
            raise UnreadableError(f"{_property(predicate)} is missing, expected one {kind}")
        return found

    def value_reference(self, predicate: str) -> tuple[str, str]:
        """Constraint and value that a property must name."""
        return split_value(self.required_reference(predicate, "value"))

    def _reference(self, term: ox.NamedNode | ox.Literal, predicate: str, kind: str) -> str:
        split = try_split(term.value) if isinstance(term, ox.NamedNode) else None
        if split is None or split[0] != kind:
            raise UnreadableError(f"{_property(predicate)} is {_shown(term)}, expected a {kind} ({kind}:...)")
        if split[1] not in self._index.declared[kind]:
            raise UnreadableError(f"{_property(predicate)} names {kind}:{split[1]}, which does not exist")
        return split[1]

    def _at_most_one(self, predicate: str) -> None:
        if len(self.objects(predicate)) > 1:
            found = ", ".join(map(_shown, self.objects(predicate)))
            raise UnreadableError(f"{_property(predicate)} has several values ({found}), expected one")


class Index:
    """Every subject of some quads, and the ids that are declared for each kind of term.

    Attributes:
        nodes: subject by IRI.
        declared: for each kind the subject of each id. A declared subject has the class of its kind and its IRI.
    """

    def __init__(self, quads: Iterable[ox.Quad] = ()) -> None:
        self.nodes: dict[str, Node] = {}
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode):
                self.node(quad.subject.value).add(quad)
        self.arrange()

    def node(self, name: str) -> Node:
        """The subject of this name, made if it is not there."""
        if name not in self.nodes:
            self.nodes[name] = Node(name, self)
        return self.nodes[name]

    def arrange(self) -> None:
        """Sort what was taken in, and find what is declared."""
        self.declared: dict[str, dict[str, Node]] = {kind: {} for kind in KIND_OF_CLASS.values()}
        for name in sorted(self.nodes):
            self.nodes[name].sort()
            split = try_split(name)
            if split and split[0] in self.nodes[name].types():
                self.declared[split[0]][split[1]] = self.nodes[name]

    def typed(self, class_name: str) -> dict[str, Node]:
        """Individuals of a class of the schema by local name, for reading the schema itself."""
        return {
            name.removeprefix(SCHEMA): node
            for name, node in self.nodes.items()
            if aw(class_name) in node.names(RDF_TYPE)
        }

    def members(self, head: str) -> list[str]:
        """The IRIs in an RDF list.

        Raises:
            UnreadableError: if it is no well-formed list of IRIs.
        """
        found: list[str] = []
        seen: set[str] = set()
        while head != RDF_NIL:
            node = self.nodes.get(head)
            if node is None or head in seen or len(node.names(RDF_FIRST)) != 1 or len(node.names(RDF_REST)) != 1:
                raise UnreadableError("this is no well-formed list: expected ( one two three )")
            seen.add(head)
            found.append(node.names(RDF_FIRST)[0])
            head = node.names(RDF_REST)[0]
        return found


def split_value(value_id: str) -> tuple[str, str]:
    """``("colour", "red")`` from ``"colour.red"``."""
    constraint, _, value = value_id.partition(".")
    return constraint, value


def _property(predicate: str) -> str:
    return short(predicate)


def _shown(term: ox.NamedNode | ox.Literal) -> str:
    return short(term.value) if isinstance(term, ox.NamedNode) else f"'{term.value}'"
