"""Where the phrases of a vocabulary occur in a text, wholly or in part, asserted or denied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chat.english import FUNCTION_WORDS
from chat.polarity import Polarity, polarities
from chat.text import Token, ends_clause, sentences
from chat.vocabulary import Measure, Phrase, Vocabulary

# Words that share only a stem ("moderator", "moderate") say less than the same word.
_DERIVED = 0.75
# Of a label nearly all must be there, of an example phrase enough to recognise what is being said.
_LEAST_COVERAGE = {"part": 0.99, "label": 0.99, "synonym": 0.95, "hidden": 0.95, "example": 0.55}
_LEAST_COVERAGE_LONG = {"part": 0.99, "label": 0.8, "synonym": 0.8, "hidden": 0.8, "example": 0.5}
_LONG = 4
_NEARLY_ALL = 0.95
# What is left of a phrase's score where its words stand in different clauses.
_APART = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as understanding sees it.

    Attributes:
        text: as it was written.
        tokens: its words, slips of the finger mended.
        marks: the polarity of each token.
        spans: index ranges of its sentences.
    """

    text: str
    tokens: tuple[Token, ...]
    marks: tuple[Polarity, ...]
    spans: tuple[tuple[int, int], ...]

    def quote(self, positions: Sequence[int]) -> tuple[int, int, str]:
        """Where the tokens at these positions begin and end in the text, and the text between."""
        start = min(self.tokens[position].start for position in positions)
        end = max(self.tokens[position].end for position in positions)
        return start, end, self.text[start:end]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text.

    Attributes:
        phrase: which one.
        positions: positions of the tokens that matched.
        coverage: share of the phrase's weight that was found, 1 for all of it.
        score: coverage times the weight of what was found.
        straight: whether the words stand in the phrase's order.
        polarity: how the text means it, compared with how the phrase does.
    """

    phrase: Phrase
    positions: tuple[int, ...]
    coverage: float
    score: float
    polarity: Polarity
    straight: bool = True


def named(found: Iterable[Match], kind: str) -> list[Match]:
    """Terms of a kind that a text names, in the order of its words.

    The words of a name stand together, and a longer name hides a shorter one inside it.
    """
    taken: set[int] = set()
    kept = []
    found = [match for match in found if match.phrase.origin != "example" and stands_together(match)]
    names = [match for match in found if match.phrase.target.kind == kind and not _part_of_another(match, found)]
    for match in sorted(names, key=lambda match: (-match.score, -len(match.positions))):
        if not taken & set(match.positions):
            taken.update(match.positions)
            kept.append(match)
    return sorted(kept, key=lambda match: match.positions)


def stands_together(match: Match) -> bool:
    """Whether a name is there as a whole, its words side by side."""
    spread = match.positions[-1] - match.positions[0] + 1
    return match.coverage > _NEARLY_ALL and spread <= match.phrase.length + 1


def _part_of_another(match: Match, found: Iterable[Match]) -> bool:
    """Whether the words are part of what a longer name says of the case."""
    longer = (other for other in found if set(match.positions) < set(other.positions))
    return any(other.phrase.target.kind in {"constraint", "value"} for other in longer)


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Tokens, polarity and sentences of a text."""
    tokens = vocabulary.read(text)
    return Reading(text, tokens, polarities(tokens), tuple(sentences(tokens)))


def matches(reading: Reading, vocabulary: Vocabulary) -> list[Match]:
    """Every phrase of the vocabulary that the text says wholly or in sufficient part, the best occurrence of each."""
    best: dict[int, Match] = {}
    for begin, end in reading.spans:
        places = _places(reading, begin, end)
        for number in _candidates(places, vocabulary):
            match = _best_window(number, places, reading, vocabulary)
            if match and (number not in best or match.score > best[number].score):
                best[number] = match
    # what is equally good stands in an order that does not depend on when a phrase was learnt
    return sorted(best.values(), key=lambda match: (-match.score, match.phrase.target, match.phrase.text))


def _places(reading: Reading, begin: int, end: int) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for position in range(begin, end):
        if not reading.tokens[position].sign:
            places[reading.tokens[position].stem].append(position)
    return places


def _candidates(places: dict[str, list[int]], vocabulary: Vocabulary) -> Iterator[int]:
    """Phrases of which enough words stand in the sentence, wherever they stand."""
    found: dict[int, float] = defaultdict(float)
    for stem in places:
        for number, weight in vocabulary.called_up(stem):
            found[number] += weight
    for number, weight in found.items():
        measure = vocabulary.measure(number)
        if weight + measure.silent >= _least(vocabulary.phrases[number], measure) * measure.mass:
            yield number


def _least(phrase: Phrase, measure: Measure) -> float:
    """The share of a phrase's weight that must be found."""
    return (_LEAST_COVERAGE_LONG if measure.contents >= _LONG else _LEAST_COVERAGE)[phrase.origin]


def _best_window(at: int, places: dict[str, list[int]], reading: Reading, vocabulary: Vocabulary) -> Match | None:
    phrase, measure = vocabulary.phrases[at], vocabulary.measure(at)
    occurrences = sorted(
        (position, number)
        for number, feature in enumerate(phrase.features)
        for position in places.get(feature.stem, ())
    )
    if not occurrences:
        return None
    width = phrase.length + 3 + phrase.length // 3
    best: Match | None = None
    for index, (first, _) in enumerate(occurrences):
        window: dict[int, int] = {}
        used: set[int] = set()
        for position, number in occurrences[index:]:
            if position >= first + width:
                break
            if number not in window and position not in used:
                window[number] = position
                used.add(position)
        match = _weighed(phrase, measure, window, reading, vocabulary)
        if match and (best is None or match.score > best.score):
            best = match
    return best


def _weighed(
    phrase: Phrase, measure: Measure, window: dict[int, int], reading: Reading, vocabulary: Vocabulary
) -> Match | None:
    weight = 0.0
    content = 0
    for number, position in window.items():
        feature, token = phrase.features[number], reading.tokens[position]
        share = 1.0 if feature.light == token.light else _DERIVED
        weight += share * vocabulary.weight(feature.stem, function=feature.function)
        content += not feature.function
    coverage = weight / measure.mass
    contents = measure.contents
    if coverage < _least(phrase, measure) or content < min(2, contents):
        return None
    if phrase.denies and not any(phrase.features[number].denied for number in window):
        # What the phrase denies is not there: what is left of it says something else.
        return None
    positions = tuple(sorted(window.values()))
    if contents < 2 and not _whole(phrase, positions):
        return None
    polarity = _polarity(phrase, window, reading)
    score = coverage * weight * _compactness(phrase, positions) * _order(window) * _unity(coverage, positions, reading)
    return Match(phrase, positions, coverage, score, polarity, straight=_order(window) == 1.0)


def _whole(phrase: Phrase, positions: tuple[int, ...]) -> bool:
    """Whether a phrase with hardly a word of its own ("as it comes") stands there as a whole."""
    return len(positions) == len(phrase.features) and positions[-1] - positions[0] < phrase.length


def _order(window: dict[int, int]) -> float:
    """Words in another order may say something else."""
    places = [window[number] for number in sorted(window)]
    turned = sum(first > second for first, second in pairwise(places))
    return 1.0 - 0.3 * turned / max(1, len(places) - 1)


def _compactness(phrase: Phrase, positions: tuple[int, ...]) -> float:
    """Words that stand together say more than the same words strewn over a sentence."""
    spread = positions[-1] - positions[0] + 1
    return 1.0 if spread <= phrase.length else max(0.6, 1.0 - 0.08 * (spread - phrase.length))


def _unity(coverage: float, positions: tuple[int, ...], reading: Reading) -> float:
    """Words of two clauses are less likely to say together what a phrase says, if not all of it is there."""
    if coverage > _NEARLY_ALL:
        return 1.0
    between = range(positions[0] + 1, positions[-1])
    return _APART if any(ends_clause(reading.tokens[position]) for position in between) else 1.0


def _polarity(phrase: Phrase, window: dict[int, int], reading: Reading) -> Polarity:
    """The text's polarity as far as it differs from the phrase's own."""
    differing: list[Polarity] = []
    agreeing = 0
    for number, position in window.items():
        feature = phrase.features[number]
        if feature.function or reading.tokens[position].word in FUNCTION_WORDS:
            continue
        mark = reading.marks[position]
        if mark is Polarity.DOUBTED:
            return Polarity.DOUBTED
        if (mark is not Polarity.ASSERTED) == feature.denied:
            agreeing += 1
        else:
            differing.append(mark)
    if len(differing) * 2 <= agreeing or not differing:
        return Polarity.ASSERTED
    return Polarity.UNIMPORTANT if Polarity.UNIMPORTANT in differing else Polarity.DENIED
