"""What the one law is checked with: ids of a knowledge base, identifiers of a text, a renaming of everything."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kb.expressions import FUNCTIONS
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
    found = []
    for number, name in identifiers(text):
        if name in ids:
            found.append((number, name))
        elif "-" in name:
            found += [(number, item) for item in sorted(_within(name) & ids)]
    return found


def _within(name: str) -> set[str]:
    """All runs of two words or more of a longer name."""
    words = name.split("-")
    return {"-".join(words[start:end]) for start in range(len(words)) for end in range(start + 2, len(words) + 1)}


# --- Renaming ------------------------------------------------------------------------------------------------


class Renaming:
    """A random bijection from every id and every label of a knowledge base to meaningless words, and its inverse.

    Args:
        quads: the packs of the knowledge base.
        seed: what the words are drawn with.
        keep_order: whether the new ids are in the order of the old ones, so that ties broken by id are broken alike.
    """

    def __init__(self, quads: Iterable[ox.Quad], seed: int, keep_order: bool = False) -> None:
        quads = sorted(quads, key=str)
        draw = random.Random(seed)
        named = sorted({key for quad in quads for key in map(_key, (quad.subject, quad.object)) if key})
        texts = sorted({_body(quad.object)[0] for quad in quads if _is_text(quad.object)})
        # Consonants only: no English word is hit, and "a" never has to become "an".
        words: set[str] = set()
        while len(words) < len(named) + len(texts):
            words.add("".join(draw.choices("bcdfgjkmpqtvwxz", k=9)))
        drawn = sorted(words)
        if not keep_order:
            draw.shuffle(drawn)
        self._ids = dict(zip(named, drawn[: len(named)], strict=True))
        self._texts = dict(zip(texts, drawn[len(named) :], strict=True))
        self._back = {word: key[1].partition(".")[2] or key[1] for key, word in self._ids.items()}
        self._back |= {word: text for text, word in self._texts.items()}
        self.quads = [self._quad(quad) for quad in quads]

    def id(self, kind: str, term_id: str) -> str:
        """The new id of a term; of a value, given as ``<constraint>.<value>``, only the value's own."""
        return self._ids[kind, term_id]

    def restore(self, answer: Any) -> Any:
        """An answer with the old ids and labels in place of the new ones, wherever they stand in a text."""
        if isinstance(answer, Mapping):
            return {self.restore(key): self.restore(value) for key, value in answer.items()}
        if isinstance(answer, list | tuple):
            return [self.restore(item) for item in answer]
        return re.sub(r"[A-Za-z]+", self._old_word, answer) if isinstance(answer, str) else answer

    def _old_word(self, found: re.Match[str]) -> str:
        word = found.group()
        old = self._back.get(word.lower(), word)
        return old[0].upper() + old[1:] if word[0].isupper() else old

    def _quad(self, quad: ox.Quad) -> ox.Quad:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.graph_name, ox.NamedNode)
        value = quad.object
        if isinstance(value, ox.NamedNode):
            value = self._node(value)
        elif isinstance(value, ox.Literal) and quad.predicate.value.endswith("#expression"):
            value = ox.Literal(re.sub(r"[a-z][a-z0-9-]*[a-z0-9]", self._operand, value.value))
        elif _is_text(value):
            body, stop = _body(value)
            value = ox.Literal(self._texts[body] + stop, language="en")
        return ox.Quad(self._node(quad.subject), quad.predicate, value, self._node(quad.graph_name))

    def _node(self, node: ox.NamedNode) -> ox.NamedNode:
        key = _key(node)
        if key is None:
            return node
        kind, term_id = key
        constraint = f"{self._ids['constraint', term_id.partition('.')[0]]}." if kind == "value" else ""
        return ox.NamedNode(f"{BASE}{kind}/{constraint}{self._ids[key]}")

    def _operand(self, found: re.Match[str]) -> str:
        name = found.group()
        if name in FUNCTIONS:
            return name
        return self._ids.get(("parameter", name)) or self._ids["formula", name]


def _key(node: object) -> tuple[str, str] | None:
    return try_split(node.value) if isinstance(node, ox.NamedNode) else None


def _is_text(value: object) -> bool:
    return isinstance(value, ox.Literal) and value.language == "en"


def _body(value: object) -> tuple[str, str]:
    """A text and its full stop, which stays: whether a sentence needs one is for the program to see."""
    assert isinstance(value, ox.Literal)
    text = value.value
    return (text[:-1], text[-1]) if text[-1:] in {".", "?", "!"} else (text, "")
