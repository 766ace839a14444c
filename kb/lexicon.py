"""What terms are called: from the words of people to ids, exactly or nearly."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from kb.model import ATTRIBUTE_OF_KIND, Kind, Knowledge, Term
from kb.nearest import LEAST_SIMILARITY, MOST_COMPARED, shortlist, similarity
from kb.sorted_map import SortedMap

Origin: TypeAlias = Literal["id", "label", "synonym", "hidden", "example"]

_Place: TypeAlias = tuple[str, str]
_SLOT = "_names"

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


class Names:
    """By what words the terms of a knowledge base go: each kind is indexed when first asked for, then kept up to date.

    A place is a kind of term, or a constraint for its values.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        """Index nothing yet of ``knowledge``."""
        self._knowledge = knowledge
        self._indexes: dict[_Place, SortedMap[str, tuple[Phrase, ...]]] = {}

    @classmethod
    def of(cls, knowledge: Knowledge) -> Names:
        """Those of a knowledge base, kept with it."""
        found = knowledge.__dict__.get(_SLOT)
        if found is None:
            found = knowledge.__dict__[_SLOT] = cls(knowledge)
        assert isinstance(found, Names)
        return found

    @classmethod
    def follow(cls, old: Knowledge, new: Knowledge, changed: Iterable[tuple[Kind, str]]) -> None:
        """Keep with a knowledge base what was indexed for the one before, apart from what ``changed``."""
        found = old.__dict__.get(_SLOT)
        if isinstance(found, Names):
            new.__dict__[_SLOT] = found._changed(new, changed)

    def called(self, place: _Place, text: str) -> tuple[Phrase, ...]:
        """The phrases of a place that are these words."""
        return self.index(place).get(normal(text), ())

    def index(self, place: _Place) -> SortedMap[str, tuple[Phrase, ...]]:
        """The phrases of a place by their words."""
        if place not in self._indexes:
            self._indexes[place] = SortedMap(_by_words(phrases_of(self._knowledge, place)))
        return self._indexes[place]

    def _changed(self, new: Knowledge, changed: Iterable[tuple[Kind, str]]) -> Names:
        other = Names(new)
        other._indexes = dict(self._indexes)
        terms: dict[str, list[str]] = defaultdict(list)
        for kind, term_id in changed:
            terms[kind].append(term_id)
            if kind == "constraint":
                other._indexes.pop(("value", term_id), None)
        for name, ids in terms.items():
            if (name, "") in other._indexes:
                other._indexes[name, ""] = self._changed_index(other._indexes[name, ""], new, name, ids)
        return other

    def _changed_index(
        self, index: SortedMap[str, tuple[Phrase, ...]], new: Knowledge, kind: str, ids: list[str]
    ) -> SortedMap[str, tuple[Phrase, ...]]:
        before = _by_words(_phrases_of_terms(self._knowledge, kind, ids))
        after = _by_words(_phrases_of_terms(new, kind, ids))
        values: dict[str, tuple[Phrase, ...]] = {}
        for words in {*before, *after}:
            kept = [phrase for phrase in index.get(words, ()) if phrase.id not in ids]
            values[words] = tuple(sorted([*kept, *after.get(words, ())], key=lambda phrase: phrase.id))
        return index.changed(
            {words: found for words, found in values.items() if found},
            [words for words, found in values.items() if not found],
        )


class Lexicon:
    """The words of one knowledge base. Building it costs nothing; each kind is indexed when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Look words up in ``knowledge``."""
        self.knowledge = knowledge
        self._names = Names.of(knowledge)
        self._phrases: dict[_Place, tuple[Phrase, ...]] = {}

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase of every term, by kind and id, then those of values by constraint."""
        places: list[_Place] = [(kind, "") for kind in ATTRIBUTE_OF_KIND]
        places += [("value", constraint) for constraint in self.knowledge.constraints]
        return tuple(phrase for place in places for phrase in phrases_of(self.knowledge, place))

    def of(self, kind: str, constraint: str = "") -> tuple[Phrase, ...]:
        """The phrases of one kind of term; for values those of one constraint."""
        place = (kind, constraint)
        if place not in self._phrases:
            self._phrases[place] = tuple(phrases_of(self.knowledge, place))
        return self._phrases[place]

    def find(self, kind: str, text: str) -> str | None:
        """The id of the term that goes by this name, or None if there is none or there are several.

        An id counts before a label, a label before a synonym, a synonym before a hidden label. A deprecated term
        gives the one that replaces it.
        """
        found = self.find_even_deprecated(kind, text)
        return None if found is None else self.current(kind, found)

    def find_even_deprecated(self, kind: str, text: str) -> str | None:
        """The same, where a deprecated term gives itself."""
        terms = self.knowledge.of(kind)  # type: ignore[arg-type]  # a kind of records
        as_id = normal(text).replace(" ", "-")  # ids differ from one another without their hyphens, too
        return as_id if as_id in terms else self._find((kind, ""), text)

    def find_value(self, constraint: str, text: str) -> str | None:
        """The id of the constraint's value that goes by this name, or None if there is none or there are several."""
        return self._find(("value", constraint), text)

    def nearest(self, kind: str, text: str, count: int = 3) -> tuple[str, ...]:
        """Up to ``count`` ids of terms that go by a name like this, best first."""
        return self._nearest((kind, ""), text, count)

    def nearest_values(self, constraint: str, text: str, count: int = 3) -> tuple[str, ...]:
        """Up to ``count`` ids of values of the constraint that go by a name like this, best first."""
        return self._nearest(("value", constraint), text, count)

    def _find(self, place: _Place, text: str) -> str | None:
        found = self._names.called(place, text)
        for origin in NAMES:
            ids = {phrase.id for phrase in found if phrase.origin == origin}
            if ids:
                return ids.pop() if len(ids) == 1 else None
        return None

    def current(self, kind: str, term_id: str) -> str:
        """The term that replaces this one in the end; the term itself if none does."""
        seen = set()
        while term_id not in seen:
            seen.add(term_id)
            term = self.knowledge.find(kind, term_id)  # type: ignore[arg-type]  # any kind that has phrases
            if term is None or term.replaced_by is None:
                return term_id
            term_id = term.replaced_by
        return term_id

    def _nearest(self, place: _Place, text: str, count: int) -> tuple[str, ...]:
        index = self._names.index(place)
        words = shortlist(text, index, plain=True) if len(index) > MOST_COMPARED else index
        scores: dict[str, float] = {}
        for phrase in (phrase for one in words for phrase in index[one]):
            if phrase.origin in NAMES:
                scores[phrase.id] = max(scores.get(phrase.id, 0.0), similarity(text, phrase.text))
        good = sorted((-score, term_id) for term_id, score in scores.items() if score >= LEAST_SIMILARITY)
        return tuple(term_id for _, term_id in good[:count])


def phrases_of(knowledge: Knowledge, place: _Place) -> Iterator[Phrase]:
    """The phrases of the terms of a kind, or of the values of a constraint, in the order of ids."""
    kind, constraint = place
    if constraint:
        record = knowledge.constraints.get(constraint)
        for value in record.values if record else ():
            yield from _phrases("value", value, constraint)
    elif kind in ATTRIBUTE_OF_KIND:
        yield from _phrases_of_terms(knowledge, kind, knowledge.of(kind))  # type: ignore[arg-type]  # a kind of records


def _phrases_of_terms(knowledge: Knowledge, kind: str, ids: Iterable[str]) -> Iterator[Phrase]:
    for term_id in ids:
        term = knowledge.find(kind, term_id)  # type: ignore[arg-type]  # a kind of records
        if term is not None:
            yield from _phrases(kind, term)


def _by_words(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        found[normal(phrase.text)].append(phrase)
    return {words: tuple(same) for words, same in found.items()}


def names_of(term: Term) -> tuple[str, ...]:
    """What a term goes by."""
    return (term.id.replace("-", " "), term.label, *term.synonyms, *term.hidden)


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
