"""What all builders of records share: the graph and schema they read, and the properties that every term has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from kb import index as ix
from kb import model
from kb.conditions import read_conjunction
from kb.index import Index, Node, UnreadableError, aw


class Context:
    """The graph that is read, the schema, and which pack comes first."""

    def __init__(self, index: Index, schema: Index) -> None:
        self.index = index
        self.schema = schema
        self._ranks = {pack: (_precedence(node), pack) for pack, node in index.declared["pack"].items()}
        self._individuals: dict[str, dict[str, Node]] = {}

    @cached_property
    def efforts(self) -> dict[str, int]:
        """The weight of every effort of the schema."""
        return {name: node.integer(aw("weight")) or 0 for name, node in self.individuals("Effort").items()}

    def individuals(self, class_name: str) -> dict[str, Node]:
        """The individuals of a class of the schema by local name."""
        if class_name not in self._individuals:
            self._individuals[class_name] = dict(sorted(self.schema.typed(class_name).items()))
        return self._individuals[class_name]

    def pack_of(self, node: Node) -> str:
        """The pack that defines a term: of several the one with the least precedence."""
        return min(node.packs, key=lambda pack: self._ranks.get(pack, (0, pack)), default="")

    def optional(self, node: Node, name: str, class_name: str) -> str | None:
        """The individual of a class of the schema that a property names, or None where there is none.

        Raises:
            UnreadableError: if it names something else.
        """
        found = node.local(aw(name))
        if found is not None and found not in self.individuals(class_name):
            known = ", ".join(f"aw:{one}" for one in self.individuals(class_name))
            raise UnreadableError(f"aw:{name} is aw:{found}, expected one of {known}")
        return found

    def choice(self, node: Node, name: str, class_name: str) -> str:
        """The same for a property that must be there."""
        found = self.optional(node, name, class_name)
        if found is None:
            known = ", ".join(f"aw:{one}" for one in self.individuals(class_name))
            raise UnreadableError(f"aw:{name} is missing, expected one of {known}")
        return found


Builder = Callable[[Context, Node, str], model.Term]


def term(context: Context, node: Node, term_id: str, kind: str) -> dict[str, Any]:
    """The fields of :class:`kb.model.Term`."""
    return {
        "id": term_id,
        "pack": context.pack_of(node),
        "label": node.text(ix.LABEL, ix.TITLE) or term_id,
        "definition": node.text(ix.DEFINITION),
        "synonyms": node.texts(ix.SYNONYM),
        "hidden": node.texts(ix.HIDDEN),
        "examples": node.texts(ix.EXAMPLE),
        "notes": tuple(model.Note(pack, text) for pack, text in sorted(node.notes)),
        "claims": () if kind == "claim" else node.references(ix.DERIVED, "claim"),
        "replaced_by": node.reference(ix.REPLACED_BY, kind),
    }


def statement(context: Context, node: Node, term_id: str, kind: str) -> dict[str, Any]:
    """The fields of :class:`kb.model.Statement`."""
    return {
        **term(context, node, term_id, kind),
        "when": read_conjunction(context.index, node, aw("when")),
        "text": node.text(aw("text")),
    }


def required_integer(node: Node, name: str) -> int:
    """A whole number that must be there."""
    found = node.integer(aw(name))
    if found is None:
        raise UnreadableError(f"aw:{name} is missing, expected a whole number")
    return found


def required_text(node: Node, name: str) -> str:
    """A text that must be there."""
    found = node.text(aw(name))
    if not found:
        raise UnreadableError(f"aw:{name} is missing, expected a text in English")
    return found


def _precedence(node: Node) -> int:
    try:
        return node.integer(aw("precedence")) or 0
    except UnreadableError:
        return 0
