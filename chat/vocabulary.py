"""The words of a knowledge base: every label, synonym and example phrase, indexed by the stems of its words.

The vocabulary is nothing but the knowledge base's own: a term is understood from the moment it is committed. What
depends on how many terms there are is worked out when it is asked for, so that the vocabulary of a version follows from
that of the version before by what differs.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import NamedTuple
from weakref import WeakValueDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chat.english import DEGREES, FUNCTION_WORDS, IDLE, NEGATORS
from chat.meaning import Likeness, word_vectors
from chat.numbers import Units
from chat.phrases import SHORTEST_TYPO, Feature, Origin, Phrase, Target, entries, phrases_of, worded
from chat.shared import SharedTable
from chat.text import Token, make_token, tokenise
from chat.text import stem as stem_of
from kb.lexicon import Lexicon
from kb.model import Knowledge, Task, Term
from kb.sorted_map import differing

__all__ = [
    "UNSPECIFIED",
    "Feature",
    "Measure",
    "Origin",
    "Phrase",
    "Target",
    "Vocabulary",
    "build",
    "entries",
    "vocabulary_of",
]

# A function word says little, but tells "up to date" from "date".
_FUNCTION_WEIGHT = 0.12
_DEFINING = 0.5
UNSPECIFIED = "unspecified"
"""The name of the task that stands for none, where a knowledge base has one."""
_LONG_WORD = 9
_GONE = Phrase(Target("", ""), "example", "", (), 0)
# Kinds of terms that are spoken of, besides tasks; and the units that numbers come in.
_FIXED = ("constraint", "need", "technique", "quality", "unit", "parameter")
# A version that differs in more tasks than this is read anew.
_MOST_FOLLOWED = 2000
_IDLE = frozenset(stem_of(word) for word in IDLE)
_SILENT = FUNCTION_WORDS | DEGREES | NEGATORS


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


class Vocabulary:
    """All phrases of a knowledge base, with an index from stems, and the weight of each stem.

    Attributes:
        phrases: every phrase; the place of one that is gone holds an empty example.
        units: the units by the words in which people say them.
    """

    def __init__(self, knowledge: Knowledge, leave_out: frozenset[str] = frozenset()) -> None:
        """Read a knowledge base; see :func:`build`."""
        self.units = Units(knowledge)
        self.phrases: list[Phrase] = []
        self._leave_out = leave_out
        self._targets = 0
        self._tasks_known = 0
        self._unnamed = Lexicon(knowledge).find("task", UNSPECIFIED)
        self._replacing: frozenset[str] = frozenset()
        self._measures: dict[int, Measure] = {}
        # by stem: phrases that it calls up; the same where it does so more than once, or as a function word
        self._callers: SharedTable[str, list[int]] = SharedTable(list)
        self._odd_callers: SharedTable[str, list[tuple[int, int, int]]] = SharedTable(list)
        # by stem: how many targets have it
        self._spread: dict[str, int] = {}
        # by word, and by words side by side: in how many phrases
        self._words: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        self._compounds: dict[str, tuple[str, str]] = {}
        # by stem: the tasks of which it tells, and how much; in how many tasks' names it is
        self._telling: SharedTable[str, dict[str, float]] = SharedTable(dict)
        self._naming: dict[str, int] = {}
        self._places: dict[Target, tuple[int, ...]] = {}
        self._task_texts: dict[str, tuple[str, ...]] = {}
        self._likeness: Likeness | None = None
        self._read(knowledge)

    # --- making ---------------------------------------------------------------------------------------------------

    def _read(self, knowledge: Knowledge) -> None:
        said: dict[Target, list[tuple[Origin, str]]] = defaultdict(list)
        for target, origin, text in entries(knowledge):
            said[target].append((origin, text))
        for target, ways in said.items():
            self._add(target, ways)
        for task in knowledge.tasks.values():
            self._add_task(task)
        self._replacing = frozenset(
            Lexicon(knowledge).current("task", task.id) for task in knowledge.tasks.values() if task.replaced_by
        )
        self._technique_stems = frozenset(
            stem for technique in knowledge.techniques.values() for stem in _stems_of_names(technique)
        )
        values = [phrase for phrase in self.phrases if phrase.target.kind == "value"]
        self._leaning = _leaning(values)
        self._single_values = _single_values(values)

    def _add(self, target: Target, ways: Iterable[tuple[Origin, str]]) -> None:
        stems: set[str] = set()
        places = []
        for origin, text in ways:
            wording = worded(text)
            if text in self._leave_out or not wording.features:
                continue
            places.append(len(self.phrases))
            self.phrases.append(Phrase(target, origin, text, wording.features, len(wording.words)))
            self._call(places[-1], wording.features, 1)
            stems.update(feature.stem for feature in wording.features)
            for word in wording.words:
                self._words[word] = self._words.get(word, 0) + 1
            for pair in wording.pairs:
                self._count_pair(pair, 1)
        self._count(self._spread, stems, 1)
        if places:
            self._places[target] = tuple(places)
            self._targets += 1

    def _remove(self, target: Target) -> None:
        stems: set[str] = set()
        for place in self._places.pop(target, ()):
            phrase = self.phrases[place]
            self.phrases[place] = _GONE
            self._call(place, phrase.features, -1)
            stems.update(feature.stem for feature in phrase.features)
            wording = worded(phrase.text)
            self._count(self._words, wording.words, -1)
            for pair in wording.pairs:
                self._count_pair(pair, -1)
        self._count(self._spread, stems, -1)
        self._targets -= bool(stems)

    def _call(self, place: int, features: tuple[Feature, ...], step: int) -> None:
        for stem, (contents, functions) in _calling(features).items():
            if (contents, functions) == (1, 0):
                places = self._callers.own(stem)
                places.append(place) if step > 0 else places.remove(place)
                self._callers.settle(stem)
            else:
                odd = self._odd_callers.own(stem)
                entry = (place, contents, functions)
                odd.append(entry) if step > 0 else odd.remove(entry)
                self._odd_callers.settle(stem)

    @staticmethod
    def _count(counts: dict[str, int], keys: Iterable[str], step: int) -> None:
        for key in keys:
            count = counts.get(key, 0) + step
            if count:
                counts[key] = count
            else:
                del counts[key]

    def _count_pair(self, pair: tuple[str, str], step: int) -> None:
        count = self._pairs.get(pair, 0) + step
        joined = pair[0] + pair[1]
        if count:
            self._pairs[pair] = count
            self._compounds[joined] = min(pair, self._compounds.get(joined, pair))
        else:
            del self._pairs[pair]
            splits = ((joined[:at], joined[at:]) for at in range(1, len(joined)))
            left = min((split for split in splits if split in self._pairs), default=None)
            if left:
                self._compounds[joined] = left
            else:
                del self._compounds[joined]

    def _add_task(self, task: Task) -> None:
        """What a task's names and definition tell of it; a definition half, as it says more than the name."""
        self._tasks_known += 1
        names = [text for _, _, text in phrases_of(task, Target("task", task.id)) if text not in self._leave_out]
        for stem, weight in _telling(names, task.definition).items():
            self._telling.own(stem)[task.id] = weight
        self._count(self._naming, _stems_of_names(task), 1)
        if task.replaced_by is None and task.id != self._unnamed:
            self._task_texts[task.id] = (*dict.fromkeys(names), *([task.definition] if task.definition else []))

    def _remove_task(self, task: Task) -> None:
        self._tasks_known -= 1
        names = [text for _, _, text in phrases_of(task, Target("task", task.id)) if text not in self._leave_out]
        for stem in _telling(names, task.definition):
            del self._telling.own(stem)[task.id]
            self._telling.settle(stem)
        self._count(self._naming, _stems_of_names(task), -1)
        self._task_texts.pop(task.id, None)

    def following(self, old: Knowledge, new: Knowledge) -> Vocabulary | None:
        """The vocabulary of a version that differs in a few tasks; None if it has to be read anew.

        Args:
            old: the version of this vocabulary.
            new: the other version.
        """
        if any(differing(old.of(kind), new.of(kind)) for kind in _FIXED):  # type: ignore[arg-type]  # kinds of terms
            return None
        changed = differing(old.tasks, new.tasks)
        before = [old.tasks[task] for task in sorted(changed) if task in old.tasks]
        after = [new.tasks[task] for task in sorted(changed) if task in new.tasks]
        if (
            len(changed) > _MOST_FOLLOWED
            or any(task.replaced_by for task in (*before, *after))
            or changed & self._replacing
            or Lexicon(new).find("task", UNSPECIFIED) != self._unnamed
            or len(self.phrases) > 2 * sum(map(len, self._places.values())) + _MOST_FOLLOWED
        ):
            return None
        return self._changed(before, after)

    def _changed(self, before: list[Task], after: list[Task]) -> Vocabulary:
        other: Vocabulary = object.__new__(Vocabulary)
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("_tasks", None)
        other.phrases = list(self.phrases)
        other._measures = {}
        for name in ("_callers", "_odd_callers", "_telling"):
            setattr(other, name, getattr(self, name).copy())
        for name in ("_spread", "_words", "_pairs", "_compounds", "_naming", "_places", "_task_texts"):
            setattr(other, name, dict(getattr(self, name)))
        for task in before:
            other._remove(Target("task", task.id))
            other._remove_task(task)
        for task in after:
            other._add(
                Target("task", task.id), ((origin, text) for _, origin, text in phrases_of(task, Target("", "")))
            )
            other._add_task(task)
        if self._likeness is not None:
            ids = {task.id for task in (*before, *after)}
            come = {task: other._task_texts[task] for task in sorted(ids) if task in other._task_texts}
            other._likeness = self._likeness.changed(ids, come)
        return other

    # --- asking ---------------------------------------------------------------------------------------------------

    def weight(self, stem: str, *, function: bool = False) -> float:
        """How telling a stem is; that of a word of no phrase is that of the rarest.

        Inverse document frequency, a target being a document (Sparck Jones, 1972), scaled to at most 1.
        """
        if function:
            return _FUNCTION_WEIGHT
        found = self._spread.get(stem)
        return 1.0 if found is None else math.log(1 + (self._targets or 1) / found) / math.log(1 + (self._targets or 1))

    def has_stem(self, stem: str) -> bool:
        """Whether a phrase has a word of this stem."""
        return stem in self._spread

    def called_up(self, stem: str) -> Iterator[tuple[int, float]]:
        """The places of the phrases that a stem may call up, each with the weight of that stem in it."""
        weight = self.weight(stem)
        for place in self._callers.get(stem) or ():
            yield place, weight
        for place, contents, functions in self._odd_callers.get(stem) or ():
            yield place, contents * weight + functions * _FUNCTION_WEIGHT

    def measure(self, place: int) -> Measure:
        """What the words of a phrase weigh."""
        found = self._measures.get(place)
        if found is None:
            features = self.phrases[place].features
            contents = sum(not feature.function for feature in features)
            mass = sum(self.weight(feature.stem, function=feature.function) for feature in features)
            silent = _FUNCTION_WEIGHT * (len(features) - contents) if contents else 0.0
            found = self._measures[place] = Measure(mass, silent, contents)
        return found

    def constraints_with_value(self, stem: str) -> frozenset[str]:
        """The constraints of which this word alone is a value."""
        return self._single_values.get(stem, frozenset())

    def told_by(self, stem: str) -> Iterator[tuple[str, float]]:
        """The tasks of which a stem tells, each with how much: the rarer it is among tasks, the more."""
        found = self._telling.get(stem)
        if found and stem not in _IDLE and not self._is_manner(stem):
            total = self._tasks_known + 1
            rarity = math.log(total / len(found)) / math.log(total)
            for task, weight in found.items():
                yield task, weight * rarity

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
        if self._likeness is None and vectors and self._task_texts:
            self._likeness = Likeness(self._task_texts, vectors)
        return self._likeness if self._task_texts else None

    def lean(self, target: Target, stem: str, *, denied: bool) -> float:
        """How far a word speaks for this value among those of its constraint, from 0 to 1."""
        if self._is_manner(stem):
            return 0.0
        return self._leaning.get((target.id, _signed(stem, denied)), {}).get(target.value or "", 0.0)

    def _is_manner(self, stem: str) -> bool:
        """Whether it is a word of techniques and in no name of a task: how something is done, not what came of it."""
        return stem in self._technique_stems and stem not in self._naming

    def knows(self, token: Token) -> bool:
        """Whether the word occurs in a phrase, in whatever form."""
        return token.sign or token.word in FUNCTION_WORDS or token.word[0].isdigit() or token.stem in self._spread

    def read(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text, with typing errors and words written together put right where a phrase has the word."""
        tokens: list[Token] = []
        for token in tokenise(text):
            tokens.extend(self._mended(token))
        return tuple(tokens)

    def _mended(self, token: Token) -> Iterator[Token]:
        if self.knows(token):
            yield token
        elif token.word in self._compounds:
            for part in self._compounds[token.word]:
                yield make_token(token.start, token.end, part)
        else:
            yield self._corrected(token)

    def _corrected(self, token: Token) -> Token:
        word = token.word
        if len(word) < SHORTEST_TYPO or "'" in word:
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
            word, self._words.keys(), scorer=OSA.distance, score_cutoff=limit, limit=4
        ):
            same_length = len(candidate) == len(word)
            swapped = same_length and sorted(candidate) == sorted(word)
            if candidate[0] != word[0] or len(candidate) < SHORTEST_TYPO:
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


def build(knowledge: Knowledge, leave_out: frozenset[str] = frozenset()) -> Vocabulary:
    """The vocabulary of a knowledge base, read anew.

    Args:
        knowledge: whose words.
        leave_out: phrases to leave out, for measurements on the texts they were taken from.
    """
    return Vocabulary(knowledge, leave_out)


def _calling(features: Iterable[Feature]) -> dict[str, tuple[int, int]]:
    """The stems that can call a phrase up: how often each stands for a content word, and for a function word."""
    words = tuple(features)
    contents = any(not feature.function for feature in words)
    found: dict[str, tuple[int, int]] = {}
    for feature in words:
        if not (feature.function and contents):
            times, functions = found.get(feature.stem, (0, 0))
            found[feature.stem] = (times + (not feature.function), functions + feature.function)
    return found


def _telling(names: Iterable[str], definition: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in (*((name, 1.0) for name in names), (definition, _DEFINING)):
        for stem in _telling_stems(text):
            found[stem] = max(weight, found.get(stem, 0.0))
    return found


def _telling_stems(text: str) -> set[str]:
    return {stem_of(word) for word in worded(text).words if word not in _SILENT}


def _stems_of_names(term: Term) -> set[str]:
    return {token.stem for text in (term.label, *term.synonyms, *term.hidden) for token in tokenise(text)}


def _single_values(phrases: Iterable[Phrase]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for phrase in phrases:
        if phrase.length == 1:
            for feature in phrase.features:
                found[feature.stem].add(phrase.target.id)
    return {stem: frozenset(owners) for stem, owners in found.items()}


def _leaning(phrases: Iterable[Phrase]) -> dict[tuple[str, str], dict[str, float]]:
    """How far each stem speaks for each value of a constraint: its rate in the value's phrases, as a share."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for phrase in phrases:
        value = phrase.target.value or ""
        totals[phrase.target.id, value] += 1
        for feature in {(feature.stem, feature.denied) for feature in phrase.features if not feature.function}:
            counts[phrase.target.id, _signed(*feature)][value] += 1
    found = {}
    for (constraint, stem), by_value in counts.items():
        rates = {value: count / totals[constraint, value] for value, count in by_value.items()}
        whole = sum(rates.values())
        found[constraint, stem] = {value: rate / whole for value, rate in rates.items()}
    return found


def _signed(stem: str, denied: bool) -> str:
    return f"not {stem}" if denied else stem


class _Kept:
    """Vocabularies of the knowledge bases in use, so that each is indexed once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._knowledge: WeakValueDictionary[int, Knowledge] = WeakValueDictionary()
        self._vocabularies: dict[int, Vocabulary] = {}
        # What was built last is held, so that the next version can follow it even where nothing else uses it any more.
        self._last: tuple[Knowledge, Vocabulary] | None = None

    def of(self, knowledge: Knowledge) -> Vocabulary:
        key = id(knowledge)
        with self._lock:
            if self._knowledge.get(key) is not knowledge:
                for stale in set(self._vocabularies) - set(self._knowledge):
                    del self._vocabularies[stale]
                found = self._last[1].following(self._last[0], knowledge) if self._last else None
                self._vocabularies[key] = found or build(knowledge)
                self._knowledge[key] = knowledge
                self._last = (knowledge, self._vocabularies[key])
            return self._vocabularies[key]


_KEPT = _Kept()


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """The vocabulary of a knowledge base, built at its first use."""
    return _KEPT.of(knowledge)
