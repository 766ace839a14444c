"""The words of a knowledge base: every label, synonym and example phrase, indexed by the stems of its words.

The vocabulary is nothing but the knowledge base's own: a term is understood from the moment it is committed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import Literal, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chat.english import DEGREES, FUNCTION_WORDS, IDLE, NEGATORS
from chat.meaning import Likeness, word_vectors
from chat.numbers import Units
from chat.polarity import Polarity, polarities
from chat.text import Token, make_token, tokenise
from chat.text import stem as stem_of
from kb.lexicon import Lexicon
from kb.model import Knowledge, Term

Origin: TypeAlias = Literal["label", "synonym", "hidden", "example", "part"]

# A function word says little, but tells "up to date" from "date".
_FUNCTION_WEIGHT = 0.12
_DEFINING = 0.5
_SHORTEST_TYPO = 5
UNSPECIFIED = "unspecified"
"""The name of the task that stands for none, where a knowledge base has one."""
_LONG_WORD = 9


class Target(NamedTuple):
    """What a phrase stands for: a term, or one value of a constraint."""

    kind: str
    id: str
    value: str | None = None


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


@dataclass(frozen=True, slots=True)
class Feature:
    """A word of a phrase."""

    stem: str
    light: str
    denied: bool
    function: bool


class Measure(NamedTuple):
    """What the words of a phrase weigh.

    Attributes:
        mass: all of them.
        silent: those that do not call the phrase up: function words, where there are others.
        contents: how many are no function words.
    """

    mass: float
    silent: float
    contents: int


@dataclass(eq=False)
class Vocabulary:
    """All phrases of a knowledge base, with an index from stems and the weight of each stem.

    Attributes:
        phrases: every phrase.
        index: for each stem the positions of the phrases that have it.
        weights: how telling each stem is: the rarer among targets, the more.
        words: every word, for the correction of typing errors.
        task_words: for each stem the tasks whose phrases or definition have it, with how much it tells of each.
        compounds: words written together that phrases write apart ("timezone": time, zone).
        tellers: for each stem the phrases that it may call up, each with the weight of that stem in it.
        measures: for each phrase what its words weigh, and how many of them are no function words.
        units: the units by the words in which people say them.
        task_texts: for each task its phrases and its definition.
        manners: stems of techniques, which tell how something is done and not what came of it.
        leaning: for each constraint and stem how far the stem speaks for each value, among those of the constraint.
    """

    phrases: list[Phrase] = field(default_factory=list)
    index: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    task_words: dict[str, dict[str, float]] = field(default_factory=dict)
    compounds: dict[str, tuple[str, str]] = field(default_factory=dict)
    tellers: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    measures: list[Measure] = field(default_factory=list)
    units: Units = field(default_factory=lambda: Units(Knowledge()))
    task_texts: dict[str, list[str]] = field(default_factory=dict)
    manners: frozenset[str] = frozenset()
    leaning: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)

    def weight(self, stem: str, *, function: bool = False) -> float:
        """How telling a stem is; that of a word of no phrase is that of the rarest."""
        return _FUNCTION_WEIGHT if function else self.weights.get(stem, 1.0)

    def likeness(self, text: str, phrase: str) -> float | None:
        """The cosine between a text and a phrase; None without vectors of words."""
        vectors = word_vectors()
        return None if vectors is None else vectors.likeness(text, phrase)

    def likeness_to_tasks(self, text: str) -> Mapping[str, float]:
        """How like the text is to what is said of each task: near 1 for a phrase of it, 0 for other things."""
        return self._tasks.fit(text) if self._tasks else {}

    def nearness_to_tasks(self, text: str) -> float:
        """The cosine between the text and the phrases that come nearest to it, of whatever task; 0 if none is known."""
        return max(self._tasks.nearness([text]).values()) if self._tasks else 0.0

    @cached_property
    def _tasks(self) -> Likeness | None:
        vectors = word_vectors()
        return Likeness(self.task_texts, vectors) if vectors and self.task_texts else None

    def lean(self, target: Target, stem: str, *, denied: bool) -> float:
        """How far a word speaks for this value among those of its constraint, from 0 to 1."""
        if stem in self.manners:
            return 0.0
        return self.leaning.get((target.id, _signed(stem, denied)), {}).get(target.value or "", 0.0)

    def knows(self, token: Token) -> bool:
        """Whether the word occurs in a phrase, in whatever form."""
        return token.sign or token.word in FUNCTION_WORDS or token.word[0].isdigit() or token.stem in self.weights

    def read(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text, with typing errors and words written together put right where a phrase has the word."""
        tokens: list[Token] = []
        for token in tokenise(text):
            tokens.extend(self._mended(token))
        return tuple(tokens)

    def _mended(self, token: Token) -> Iterator[Token]:
        if self.knows(token):
            yield token
        elif token.word in self.compounds:
            for part in self.compounds[token.word]:
                yield make_token(token.start, token.end, part)
        else:
            yield self._corrected(token)

    def _corrected(self, token: Token) -> Token:
        word = token.word
        if len(word) < _SHORTEST_TYPO or "'" in word:
            return token
        found = self.nearest(word)
        return make_token(token.start, token.end, found) if found else token

    def nearest(self, word: str) -> str | None:
        """The vocabulary's word that ``word`` was probably meant to be.

        Words that are not long differ by one slip of the finger only (a letter too many, too few, or two swapped),
        never by another letter: "parking" is not a misspelt "parting".
        """
        limit = 2 if len(word) >= _LONG_WORD else 1
        for candidate, distance, _ in process.extract(
            word, self.words.keys(), scorer=OSA.distance, score_cutoff=limit, limit=4
        ):
            same_length = len(candidate) == len(word)
            swapped = same_length and sorted(candidate) == sorted(word)
            if candidate[0] != word[0] or len(candidate) < _SHORTEST_TYPO:
                continue
            if len(word) < _LONG_WORD and same_length and not swapped:
                continue
            if distance == 2 and not _inside(candidate, word):
                continue
            if distance and candidate.rstrip("s") != word.rstrip("s"):
                return str(candidate)
        return None


def _inside(one: str, other: str) -> bool:
    """Whether one word is the other with letters left out."""
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    return all(letter in letters for letter in short)


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
            if owners[token.stem] == {constraint.id} and len(token.word) >= _SHORTEST_TYPO:
                yield Target("constraint", constraint.id), "part", token.word


def _speakable(knowledge: Knowledge) -> Mapping[str, Mapping[str, Term]]:
    return {
        "task": knowledge.tasks,
        "constraint": knowledge.constraints,
        "need": knowledge.needs,
        "technique": knowledge.techniques,
        "quality": knowledge.qualities,
    }


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


def build(knowledge: Knowledge, leave_out: frozenset[str] = frozenset()) -> Vocabulary:
    """The vocabulary of a knowledge base.

    Args:
        knowledge: whose words.
        leave_out: phrases to leave out, for measurements on the texts they were taken from.
    """
    vocabulary = Vocabulary(units=Units(knowledge))
    targets: dict[str, set[Target]] = defaultdict(set)
    for target, origin, text in entries(knowledge):
        if text in leave_out:
            continue
        tokens = tokenise(text)
        features = features_of(tokens, polarities(tokens))
        if not features:
            continue
        position = len(vocabulary.phrases)
        words = [token.word for token in tokens if not token.sign]
        vocabulary.phrases.append(Phrase(target, origin, text, features, len(words)))
        vocabulary.words.update({token.word: token.stem for token in tokens if not token.sign})
        for feature in features:
            targets[feature.stem].add(target)
        for stem in {feature.stem for feature in features}:
            vocabulary.index[stem].append(position)
        for first, second in pairwise(words):
            vocabulary.compounds.setdefault(first + second, (first, second))
    vocabulary.task_texts = _task_texts(knowledge, leave_out)
    vocabulary.task_words = _task_words(knowledge, leave_out)
    total = len({phrase.target for phrase in vocabulary.phrases}) or 1
    # Inverse document frequency, a target being a document (Sparck Jones, 1972), scaled to at most 1.
    vocabulary.weights = {
        stem: math.log(1 + total / len(found)) / math.log(1 + total) for stem, found in targets.items()
    }
    for position, phrase in enumerate(vocabulary.phrases):
        vocabulary.measures.append(_measured(position, phrase, vocabulary))
    vocabulary.leaning = _leaning(vocabulary.phrases)
    vocabulary.manners = frozenset(_of_techniques(knowledge))
    return vocabulary


def _leaning(phrases: Iterable[Phrase]) -> dict[tuple[str, str], dict[str, float]]:
    """How far each stem speaks for each value of a constraint: its rate in the value's phrases, as a share."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for phrase in phrases:
        if phrase.target.value is not None:
            totals[phrase.target.id, phrase.target.value] += 1
            for feature in {(feature.stem, feature.denied) for feature in phrase.features if not feature.function}:
                counts[phrase.target.id, _signed(*feature)][phrase.target.value] += 1
    found = {}
    for (constraint, stem), by_value in counts.items():
        rates = {value: count / totals[constraint, value] for value, count in by_value.items()}
        whole = sum(rates.values())
        found[constraint, stem] = {value: rate / whole for value, rate in rates.items()}
    return found


def _signed(stem: str, denied: bool) -> str:
    return f"not {stem}" if denied else stem


def _measured(position: int, phrase: Phrase, vocabulary: Vocabulary) -> Measure:
    """What a phrase's words weigh; those that can call it up are entered among the tellers."""
    contents = sum(not feature.function for feature in phrase.features)
    mass = silent = 0.0
    calling: dict[str, float] = defaultdict(float)
    for feature in phrase.features:
        weight = vocabulary.weight(feature.stem, function=feature.function)
        mass += weight
        if feature.function and contents:
            silent += weight
        else:
            calling[feature.stem] += weight
    for stem, weight in calling.items():
        vocabulary.tellers[stem].append((position, weight))
    return Measure(mass, silent, contents)


def _task_texts(knowledge: Knowledge, leave_out: frozenset[str]) -> dict[str, list[str]]:
    """What is said of each task that can be meant."""
    unnamed = Lexicon(knowledge).find("task", UNSPECIFIED)
    found = {}
    for task in knowledge.tasks.values():
        if task.replaced_by is None and task.id != unnamed:
            texts = [text for _, _, text in phrases_of(task, Target("task", task.id)) if text not in leave_out]
            found[task.id] = [*dict.fromkeys(texts), *([task.definition] if task.definition else [])]
    return found


def _task_words(knowledge: Knowledge, leave_out: frozenset[str]) -> dict[str, dict[str, float]]:
    """The words of each task, rarer ones weighing more; those of a definition half, as it says more than the name."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    idle = _of_techniques(knowledge) | {stem_of(word) for word in IDLE}
    for task in knowledge.tasks.values():
        names = [text for _, _, text in phrases_of(task, Target("task", task.id)) if text not in leave_out]
        for text, weight in (*((name, 1.0) for name in names), (task.definition, _DEFINING)):
            for token in tokenise(text):
                if not token.sign and token.word not in FUNCTION_WORDS | DEGREES | NEGATORS and token.stem not in idle:
                    found[token.stem][task.id] = max(weight, found[token.stem].get(task.id, 0.0))
    total = math.log(len(knowledge.tasks) + 1)
    for tasks in found.values():
        rarity = math.log((len(knowledge.tasks) + 1) / len(tasks)) / total
        tasks.update({task: weight * rarity for task, weight in tasks.items()})
    return dict(found)


def _of_techniques(knowledge: Knowledge) -> set[str]:
    """Words of techniques that are in no name of a task: they tell how something is done, not what."""
    names = {
        kind: {
            token.stem
            for term in terms
            for text in (term.label, *term.synonyms, *term.hidden)
            for token in tokenise(text)
        }
        for kind, terms in (("technique", knowledge.techniques.values()), ("task", knowledge.tasks.values()))
    }
    return names["technique"] - names["task"]


class _Kept:
    """Vocabularies of the knowledge bases in use, so that each is indexed once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._knowledge: WeakValueDictionary[int, Knowledge] = WeakValueDictionary()
        self._vocabularies: dict[int, Vocabulary] = {}

    def of(self, knowledge: Knowledge) -> Vocabulary:
        key = id(knowledge)
        with self._lock:
            if self._knowledge.get(key) is not knowledge:
                for stale in set(self._vocabularies) - set(self._knowledge):
                    del self._vocabularies[stale]
                self._vocabularies[key] = build(knowledge)
                self._knowledge[key] = knowledge
            return self._vocabularies[key]


_KEPT = _Kept()


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """The vocabulary of a knowledge base, built at its first use."""
    return _KEPT.of(knowledge)
