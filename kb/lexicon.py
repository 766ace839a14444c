"""What terms are called: from the words of people to ids, exactly or nearly."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from kb.graph import all_terms
from kb.model import Knowledge, Term
from kb.nearest import LEAST_SIMILARITY, similarity

Origin: TypeAlias = Literal["id", "label", "synonym", "hidden", "example"]

NAMES: tuple[Origin, ...] = ("id", "label", "synonym", "hidden")
"""What names a term, the most telling first; an example only shows how people talk."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand for a term.

    Attributes:
        kind: the kind of term; "value" for the value of a constraint.
        id: its id; of a value the bare id, as in :class:`kb.model.Value`.
        text: the words, as the knowledge has them.
        origin: where they come from.
        constraint: the constraint of a value, else empty.
    """

    kind: str
    id: str
    text: str
    origin: Origin
    constraint: str = ""


class Lexicon:
    """The words of one knowledge base. Building it is cheap; each kind is indexed when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Look words up in ``knowledge``."""
        self.knowledge = knowledge
        self._indexes: dict[tuple[str, str], dict[str, list[Phrase]]] = {}

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase of every term, by kind and id."""
        return tuple(phrase for phrases in self._by_place.values() for phrase in phrases)

    def of(self, kind: str, constraint: str = "") -> tuple[Phrase, ...]:
        """The phrases of one kind of term; for values those of one constraint."""
        return self._by_place.get((kind, constraint), ())

    def find(self, kind: str, text: str) -> str | None:
        """The id of the term that goes by this name, or None if there is none or there are several.

        An id counts before a label, a label before a synonym, a synonym before a hidden label. A deprecated term
        gives the one that replaces it.
        """
        return self._current(kind, self._find((kind, ""), text))

    def find_value(self, constraint: str, text: str) -> str | None:
        """The id of the constraint's value that goes by this name, or None if there is none or there are several."""
        return self._find(("value", constraint), text)

    def nearest(self, kind: str, text: str, count: int = 3) -> tuple[str, ...]:
        """Up to ``count`` ids of terms that go by a name like this, best first."""
        return self._nearest(self.of(kind), text, count)

    def nearest_values(self, constraint: str, text: str, count: int = 3) -> tuple[str, ...]:
        """Up to ``count`` ids of values of the constraint that go by a name like this, best first."""
        return self._nearest(self.of("value", constraint), text, count)

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], tuple[Phrase, ...]]:
        found: dict[tuple[str, str], tuple[Phrase, ...]] = {}
        for kind, term in all_terms(self.knowledge):
            found[kind, ""] = (*found.get((kind, ""), ()), *_phrases(kind, term))
        for constraint in self.knowledge.constraints.values():
            found["value", constraint.id] = tuple(
                phrase for value in constraint.values for phrase in _phrases("value", value, constraint.id)
            )
        return found

    def _find(self, place: tuple[str, str], text: str) -> str | None:
        if place not in self._indexes:
            index: dict[str, list[Phrase]] = defaultdict(list)
            for phrase in self.of(*place):
                index[normal(phrase.text)].append(phrase)
            self._indexes[place] = index
        found = self._indexes[place].get(normal(text), [])
        for origin in NAMES:
            ids = {phrase.id for phrase in found if phrase.origin == origin}
            if ids:
                return ids.pop() if len(ids) == 1 else None
        return None

    def _current(self, kind: str, term_id: str | None) -> str | None:
        seen = set()
        while term_id is not None and term_id not in seen:
            seen.add(term_id)
            term = self.knowledge.find(kind, term_id)  # type: ignore[arg-type]  # any kind that has phrases
            if term is None or term.replaced_by is None:
                return term_id
            term_id = term.replaced_by
        return term_id

    def _nearest(self, phrases: tuple[Phrase, ...], text: str, count: int) -> tuple[str, ...]:
        scores: dict[str, float] = {}
        for phrase in phrases:
            if phrase.origin in NAMES:
                scores[phrase.id] = max(scores.get(phrase.id, 0.0), similarity(text, phrase.text))
        good = sorted((-score, term_id) for term_id, score in scores.items() if score >= LEAST_SIMILARITY)
        return tuple(term_id for _, term_id in good[:count])


def normal(text: str) -> str:
    """Words without what does not tell them apart: case, hyphens, underscores, spaces, marks around them."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("-", " ").replace("_", " ")
    return " ".join(plain.split()).strip(" .,;:!?\"'“”‘’")


def _phrases(kind: str, term: Term, constraint: str = "") -> Iterator[Phrase]:
    yield Phrase(kind, term.id, term.id.replace("-", " "), "id", constraint)
    yield Phrase(kind, term.id, term.label, "label", constraint)
    texts: tuple[tuple[Origin, tuple[str, ...]], ...] = (
        ("synonym", term.synonyms),
        ("hidden", term.hidden),
        ("example", term.examples),
    )
    for origin, found in texts:
        for text in found:
            yield Phrase(kind, term.id, text, origin, constraint)
