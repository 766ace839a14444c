"""How a knowledge base says its terms: phrases, each with the words that it is recognised by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from chat.english import FUNCTION_WORDS, NEGATORS
from chat.polarity import Polarity, polarities
from chat.text import Token, tokenise
from kb.lexicon import Lexicon
from kb.model import Knowledge, Term

Origin: TypeAlias = Literal["label", "synonym", "hidden", "example", "part"]

SHORTEST_TYPO = 5
"""The least letters of a word in which a typing error can be told."""


class Target(NamedTuple):
    """What a phrase stands for: a term, or one value of a constraint."""

    kind: str
    id: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """A word of a phrase."""

    stem: str
    light: str
    denied: bool
    function: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say a target.

    Attributes:
        target: what it stands for.
        origin: which property of the term it is.
        text: as the knowledge base has it.
        features: its words, each with whether it is denied.
        length: number of words, function words included.
    """

    target: Target
    origin: Origin
    text: str
    features: tuple[Feature, ...]
    length: int

    @property
    def denies(self) -> bool:
        """Whether the phrase itself denies something: "no news"."""
        return any(feature.denied for feature in self.features)


class Wording(NamedTuple):
    """A text taken apart.

    Attributes:
        features: its words as features of a phrase.
        words: its words as they are written, in their order.
    """

    features: tuple[Feature, ...]
    words: tuple[str, ...]

    @property
    def pairs(self) -> Iterable[tuple[str, str]]:
        """Words that stand side by side."""
        return pairwise(self.words)


@lru_cache(maxsize=100_000)
def worded(text: str) -> Wording:
    """A text taken apart; remembered, since versions of a knowledge base mostly say the same."""
    tokens = tokenise(text)
    return Wording(features_of(tokens, polarities(tokens)), tuple(token.word for token in tokens if not token.sign))


def features_of(tokens: Iterable[Token], marks: Iterable[Polarity]) -> tuple[Feature, ...]:
    """The words of a phrase as features; signs are left out, and negators where they show in what they deny."""
    words = [
        (token, mark is not Polarity.ASSERTED) for token, mark in zip(tokens, marks, strict=True) if not token.sign
    ]
    shown = any(denied for _, denied in words)
    return tuple(
        Feature(token.stem, token.light, denied, token.word in FUNCTION_WORDS)
        for token, denied in words
        if not (shown and token.word in NEGATORS)
    )


def phrases_of(term: Term, target: Target) -> Iterator[tuple[Target, Origin, str]]:
    """Every way in which a knowledge base says a term: its labels, synonyms and examples."""
    yield target, "label", term.label
    for text in term.synonyms:
        yield target, "synonym", text
    for text in term.hidden:
        yield target, "hidden", text
    for text in term.examples:
        yield target, "example", text


def entries(knowledge: Knowledge) -> Iterator[tuple[Target, Origin, str]]:
    """Every way in which a knowledge base says any of its terms."""
    lexicon = Lexicon(knowledge)
    for kind, terms in _speakable(knowledge).items():
        for term in terms.values():
            yield from phrases_of(term, Target(kind, lexicon.current(kind, term.id)))
    for constraint in knowledge.constraints.values():
        for value in constraint.values:
            yield from phrases_of(value, Target("value", constraint.id, value.id))
    yield from _parts(knowledge)


def _parts(knowledge: Knowledge) -> Iterator[tuple[Target, Origin, str]]:
    """Words that stand in the label of one ordered constraint only: people shorten names, and grade them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for constraint in knowledge.constraints.values():
        for text in (constraint.label, *constraint.synonyms):
            for token in tokenise(text):
                owners[token.stem].add(constraint.id)
    for constraint in knowledge.constraints.values():
        words = [token for token in tokenise(constraint.label) if not token.sign and token.word not in FUNCTION_WORDS]
        graded = constraint.ordered and len(constraint.values) > 2
        for token in words if graded and len(words) > 1 else ():
            if owners[token.stem] == {constraint.id} and len(token.word) >= SHORTEST_TYPO:
                yield Target("constraint", constraint.id), "part", token.word


def _speakable(knowledge: Knowledge) -> Mapping[str, Mapping[str, Term]]:
    return {
        "task": knowledge.tasks,
        "constraint": knowledge.constraints,
        "need": knowledge.needs,
        "technique": knowledge.techniques,
        "quality": knowledge.qualities,
    }
