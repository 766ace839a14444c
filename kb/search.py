"""Finding terms by words: by what they are called first, then by what they say.

Of what people name, names are looked up in the indexes that :mod:`kb.lexicon` keeps from version to version, so that a
search among 100,000 tasks is one pass over their plain names. What terms say is read only in kinds that are not that
large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import TypeAlias

from kb.checks import WORDED
from kb.graph import Key
from kb.lexicon import NAMES, Lexicon, Names, names_of, normal
from kb.model import Kind, Knowledge, Term

MOST_READ = 20_000
"""Of kinds with more terms than this only the names are searched."""

MOST_FOUND = 2000
"""Of each kind no more is found than this, apart from what begins with the words; more nobody looks through."""

LONGEST_QUERY = 200
"""How many characters of a query are looked at."""

_TEXTS = ("definition", "text", "title", "question", "creator", "test", "expression", "locator")
"""Fields that say something in words."""

_Rank: TypeAlias = tuple[int, int, int, str]


@dataclass(frozen=True)
class Search:
    """What goes by some words, or speaks of them.

    Attributes:
        knowledge: where.
        query: the words, all of which must be there.
        kinds: the kinds of terms that are wanted; those named first come first among equals.
    """

    knowledge: Knowledge
    query: str
    kinds: Sequence[Kind]

    @cached_property
    def words(self) -> list[str]:
        """The words as they are compared."""
        return normal(self.query[:LONGEST_QUERY]).split()

    @cached_property
    def ranks(self) -> dict[Key, _Rank]:
        """Everything that was found, with its place."""
        found: dict[Key, _Rank] = {}
        if self.words:
            for order, kind in enumerate(self.kinds):
                for term_id, rank in self._of_kind(kind):
                    best = (rank[0], order, rank[1], term_id)
                    found[kind, term_id] = min(best, found.get((kind, term_id), best))
        return found

    @property
    def is_cut(self) -> bool:
        """Whether there is more than was looked for."""
        return any(count >= MOST_FOUND for count in self.by_kind().values())

    def __len__(self) -> int:
        return len(self.ranks)

    def best(self, limit: int, offset: int = 0) -> list[Key]:
        """Some of what was found, best first: whole names, beginnings, words, parts of words, then texts."""
        found = nsmallest(offset + limit, self.ranks.items(), key=lambda item: item[1])
        return [key for key, _ in found[offset:]]

    def by_kind(self) -> dict[Kind, int]:
        """How many terms of each kind were found."""
        counts: dict[Kind, int] = {}
        for kind, _ in self.ranks:
            counts[kind] = counts.get(kind, 0) + 1
        return {kind: counts[kind] for kind in self.kinds if kind in counts}

    def nearest(self, count: int = 3) -> list[Key]:
        """Terms that go by a name like the query, of each kind in turn."""
        lexicon, query = Lexicon(self.knowledge), self.query[:LONGEST_QUERY]
        kinds = [kind for kind in self.kinds if kind in WORDED or len(self.knowledge.of(kind)) <= MOST_READ]
        return [(kind, one) for kind in kinds for one in lexicon.nearest(kind, query, count)][:count]

    def _of_kind(self, kind: Kind) -> Iterator[tuple[str, tuple[int, int]]]:
        whole, found = " ".join(self.words), 0
        for name, term_id in self._names(kind):
            rank = _rank(name, whole, self.words)
            if rank < 2 or found < MOST_FOUND:
                found += 1
                yield term_id, (rank, len(name))
        terms = self.knowledge.of(kind)
        if len(terms) <= MOST_READ and found < MOST_FOUND:
            yield from ((term.id, (4, 0)) for term in terms.values() if self._are_in(_text(term)))

    def _names(self, kind: Kind) -> Iterator[tuple[str, str]]:
        """The names that have the words, each with the id of its term; an index is used where one is kept anyway."""
        first = self.words[0]  # nearly all names fall at it, which is all that is done with each of very many
        if kind in WORDED:
            index = Names.of(self.knowledge).index((kind, ""))
            for name in index:
                if first in name and self._are_in(name):
                    yield from ((name, phrase.id) for phrase in index[name] if phrase.origin in NAMES)
        else:
            for term in self.knowledge.of(kind).values():
                for said in names_of(term):
                    name = _plain(said)
                    if first in name and self._are_in(name):
                        yield name, term.id

    def _are_in(self, text: str) -> bool:
        return all(word in text for word in self.words)


def _rank(name: str, whole: str, words: Sequence[str]) -> int:
    if name == whole:
        return 0
    if name.startswith(whole):
        return 1
    return 2 if all(f" {word}" in f" {name}" for word in words) else 3


def _text(term: Term) -> str:
    """What a term says, with its names, as it is compared."""
    said = [term.label, *term.synonyms, *(getattr(term, field, "") for field in _TEXTS)]
    return _plain(" ".join(said))


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ")
