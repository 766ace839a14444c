"""What the one law is checked with: ids of a knowledge base, identifiers of a text, a renaming of everything."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kb.model import ATTRIBUTE_OF_KIND, Knowledge
from kb.namespaces import BASE, try_split

EVERYDAY = {"pack", "claim", "source", "conflict", "resolution", "unit", "word", "system"}
SCHEMA_KINDS = {"strength", "degree"}

# --- Ids in source texts -----------------------------------------------------------------------------------

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_]+[A-Za-z0-9]+)*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def identifiers(text: str) -> Iterator[tuple[int, str]]:
    """Every identifier and word of a text with its line; ``someName`` and ``SOME_NAME`` are given as ``some-name``."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _IDENTIFIER.finditer(line):
            words = [hump for word in re.split(r"[-_]+", found.group()) for hump in _HUMP.split(word)]
            yield number, "-".join(words).lower()


def domain_ids(knowledge: Knowledge) -> set[str]:
    """The ids that code must not name.

    Left out are one-word ids of values ("yes"), units ("week"), strength words ("must"), packs, claims and sources:
    everyday words and numbers, which are no domain words on their own; and the system's, which is the program's own
    name. A value counts with its constraint, "constraint-value", too.
    """
    found = set()
    for kind in set(ATTRIBUTE_OF_KIND) - SCHEMA_KINDS:
        found |= {item for item in knowledge.of(kind) if kind not in EVERYDAY or "-" in item}
    for constraint in knowledge.constraints.values():
        found |= {f"{constraint.id}-{value.id}" for value in constraint.values}
        found |= {value.id for value in constraint.values if "-" in value.id}
    return found


def offences(text: str, ids: set[str]) -> list[tuple[int, str]]:
    """Lines of a text that name an id, with the id: alone, or an id of several words within a longer name."""
    compound = sorted(item for item in ids if "-" in item)
    found = []
    for number, name in identifiers(text):
        if name in ids:
            found.append((number, name))
        else:
            found += [(number, item) for item in compound if f"-{item}-" in f"-{name}-"]
    return found


# --- Renaming ------------------------------------------------------------------------------------------------


class Renaming:
    """A random bijection from every id and every label of a knowledge base to meaningless words, and its inverse.

    Args:
        quads: the packs of the knowledge base.
        seed: what the words are drawn with.
    """

    def __init__(self, quads: Iterable[ox.Quad], seed: int) -> None:
        self._random = random.Random(seed)
        self._used: set[str] = set()
        self._ids: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self._back: dict[str, str] = {}
        self.quads = [self._quad(quad) for quad in sorted(quads, key=str)]

    def id(self, kind: str, term_id: str) -> str:
        """The new id of a term; of a value, given as ``<constraint>.<value>``, only the value's own."""
        if kind == "value":
            return self._value(term_id).partition(".")[2]
        return self._ids[kind, term_id]

    def restore(self, answer: Any) -> Any:
        """An answer with the old ids and labels in place of the new ones, wherever they stand in a text."""
        if isinstance(answer, Mapping):
            return {self.restore(key): self.restore(value) for key, value in answer.items()}
        if isinstance(answer, list | tuple):
            return [self.restore(item) for item in answer]
        return self._restored(answer) if isinstance(answer, str) else answer

    def _restored(self, text: str) -> str:
        return re.sub(r"[A-Za-z]+", self._old_word, text)

    def _old_word(self, found: re.Match[str]) -> str:
        word = found.group()
        old = self._back.get(word.lower(), word)
        return old[0].upper() + old[1:] if word[0].isupper() and word.lower() in self._back else old

    def _word(self, old: str) -> str:
        # Consonants only: no English word is hit, and "a" never has to become "an".
        while (word := "".join(self._random.choices("bcdfgjkmpqtvwxz", k=9))) in self._used:
            pass
        self._used.add(word)
        self._back[word] = old
        return word

    def _quad(self, quad: ox.Quad) -> ox.Quad:
        graph, value = quad.graph_name, quad.object
        if isinstance(value, ox.NamedNode):
            value = self._node(value)
        elif isinstance(value, ox.Literal) and quad.predicate.value.endswith("#expression"):
            value = ox.Literal(re.sub(r"[a-z][a-z0-9-]*[a-z0-9]", self._operand, value.value))
        elif isinstance(value, ox.Literal) and value.language:
            value = ox.Literal(self._text(value.value), language=value.language)
        assert isinstance(graph, ox.NamedNode)
        assert isinstance(quad.subject, ox.NamedNode)
        return ox.Quad(self._node(quad.subject), quad.predicate, value, self._node(graph))

    def _node(self, node: ox.NamedNode) -> ox.NamedNode:
        split = try_split(node.value)
        if split is None:
            return node
        kind, term_id = split
        new = self._value(term_id) if kind == "value" else self._new_id(kind, term_id)
        return ox.NamedNode(f"{BASE}{kind}/{new}")

    def _value(self, name: str) -> str:
        constraint, _, value = name.partition(".")
        key = ("value", name)
        if key not in self._ids:
            self._ids[key] = self._word(value)
        return f"{self._new_id('constraint', constraint)}.{self._ids[key]}"

    def _new_id(self, kind: str, term_id: str) -> str:
        if (kind, term_id) not in self._ids:
            self._ids[kind, term_id] = self._word(term_id)
        return self._ids[kind, term_id]

    def _operand(self, found: re.Match[str]) -> str:
        # The quads seen so far need not tell which of the two an operand is, so parameters and formulas share words.
        name = found.group()
        new = self._ids.get(("formula", name)) or self._new_id("parameter", name)
        self._ids["formula", name] = self._ids["parameter", name] = new
        return new

    def _text(self, text: str) -> str:
        if text not in self._texts:
            self._texts[text] = self._word(text)
        return self._texts[text]


def sorted_deeply(answer: Any) -> Any:
    """An answer with every list in one order, whatever order it came in."""
    if isinstance(answer, Mapping):
        return {key: sorted_deeply(value) for key, value in sorted(answer.items())}
    if isinstance(answer, list | tuple):
        return sorted(map(sorted_deeply, answer), key=repr)
    return answer
