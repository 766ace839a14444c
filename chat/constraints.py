"""Values of constraints in a text: said outright, denied, graded by a word of degree, or given as a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.english import EXISTENCE, FUNCTION_WORDS, HEDGES, IDLE, MIDDLE, NOTHING
from chat.matching import Match, Reading
from chat.numbers import Quantity, Units
from chat.polarity import Polarity, negator_of
from chat.scales import degree, is_degree, least_of, opposite_of, starts_at_nothing, yes_of
from chat.text import ends_clause, stem
from chat.vocabulary import Phrase, Target, Vocabulary
from kb.model import Constraint, Knowledge

# How much a value must have for it, and how far it must be ahead of the constraint's next value.
_LEAST_SCORE = 0.5
_LEAST_WHOLE = 0.4
_AHEAD = 1.15
# A denial says less than an assertion, a word of degree beside the constraint's name less than the value's own words.
_DENIED = 0.8
_GRADED = 0.75
# A name is a name, however many other phrases have its words.
_LEAST_NAME = 0.7
_NEAR = 5
_BESIDE = 2
_IDLE = frozenset(stem(word) for word in IDLE)
# How many content words may stand between a negator and the frequency or amount that it denies.
_REACH_OF_FREQUENCY = 5
_REACH_OF_AMOUNT = 1
# A smaller number that nothing explains is more likely a figure of speech than a fact.
_LARGE = 20
_NEARLY_ALL = 0.95
# How far a word of a phrase that is there in part must speak for its value.
_LEANING = 0.5
# How like such a phrase the text must be there (a cosine); where that cannot be told, more of the phrase must be there.
_LEAST_LIKENESS = 0.55
_LEAST_ALONE = 0.6


@dataclass(frozen=True, slots=True)
class Stated:
    """A value or number stated for a constraint, with the positions of the words that say so."""

    constraint: str
    value: str | int | float
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A constraint that is spoken of without a clear value; ``denied`` if only what it is not is said."""

    constraint: str
    positions: tuple[int, ...]
    options: tuple[str, ...] = ()
    unknown: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Constraints:
    """All that a text says about constraints.

    Attributes:
        stated: what is clear.
        doubts: what is spoken of without a clear value.
        unplaced: positions of numbers of which nothing says what they count.
        weak: what may be meant, with the likeliest value as the only option: too little of a phrase is there.
    """

    stated: tuple[Stated, ...]
    doubts: tuple[Doubt, ...]
    unplaced: tuple[tuple[int, ...], ...] = ()
    weak: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    constraint: str
    value: str
    score: float
    positions: tuple[int, ...]
    whole: bool = True


class Reader:
    """Reads the constraints out of one text."""

    def __init__(self, knowledge: Knowledge, vocabulary: Vocabulary, reading: Reading) -> None:
        self._knowledge = knowledge
        self._vocabulary = vocabulary
        self._reading = reading
        self._candidates: list[_Candidate] = []
        self._doubts: list[Doubt] = []
        self._unplaced: list[tuple[int, ...]] = []
        self._weak: list[Doubt] = []

    def read(self, found: Sequence[Match]) -> Constraints:
        """The values and doubts that follow from the phrases found and from the numbers."""
        units = self._vocabulary.units
        quantities = units.read(self._reading.tokens)
        denied = [quantity for quantity in quantities if self._negator(quantity) is not None]
        names = [
            match
            for match in found
            if match.phrase.target.kind == "constraint" and match.straight and not _inside(match, found)
        ]
        values = [match for match in found if match.phrase.target.kind == "value"]
        for match in values:
            if not self._tells_apart(match):
                self._note(match.phrase.target, match.positions)
                continue
            if self._denies_only(match, denied):
                self._doubts.append(Doubt(match.phrase.target.id, match.positions, denied=True))
            elif not self._bare(match.phrase) or self._by_name(match, names):
                self._value(match)
            elif not is_degree(match.phrase.text):
                self._doubts.append(Doubt(match.phrase.target.id, match.positions))
        for match in names:
            if any(set(match.positions) & set(item.positions) for item in denied):
                self._doubts.append(Doubt(match.phrase.target.id, match.positions, denied=True))
            else:
                self._name(match)
        numbers = self._numbers([item for item in quantities if item not in denied], units, found)
        for quantity in denied:
            for name, _ in self._meant(quantity, units, found):
                self._doubts.append(Doubt(name, self._with_negator(quantity), denied=True))
        self._drop_half_read({position for item in numbers for position in self._with_every(item.positions)})
        stated = {item.constraint: item for item in self._settled()}
        stated.update({item.constraint: item for item in numbers})
        doubts = {doubt.constraint: doubt for doubt in reversed(self._doubts) if doubt.constraint not in stated}
        settled = {*stated, *doubts}
        weak = {doubt.constraint: doubt for doubt in reversed(self._weak) if doubt.constraint not in settled}
        return Constraints(tuple(stated.values()), tuple(doubts.values()), tuple(self._unplaced), tuple(weak.values()))

    # --- Phrases of values --------------------------------------------------------------------------------

    def _value(self, match: Match) -> None:
        target = match.phrase.target
        constraint = self._knowledge.constraints[target.id]
        assert target.value is not None
        if match.polarity is Polarity.ASSERTED:
            whole = match.coverage > 0.95
            self._candidates.append(_Candidate(target.id, target.value, match.score, match.positions, whole))
        elif match.polarity is Polarity.DOUBTED:
            self._doubts.append(Doubt(target.id, match.positions, unknown=True))
        elif match.coverage >= 0.75 and not match.phrase.denies:
            # That something is there says little against "there is none of it": it may be a mere mention.
            self._denied(constraint, target.value, match)

    def _note(self, target: Target, positions: tuple[int, ...]) -> None:
        """Keep in mind what may be meant, though it is not clear enough to be taken."""
        if target.value is not None:
            self._weak.append(Doubt(target.id, positions, (target.value,)))

    def _tells_apart(self, match: Match) -> bool:
        """Whether what was found of a phrase tells its value from the constraint's other values."""
        if match.coverage > _NEARLY_ALL:
            return True
        found = {self._reading.tokens[position].stem for position in match.positions}
        likeness = self._vocabulary.likeness(self._around_words(match), match.phrase.text)
        if match.coverage < _LEAST_ALONE if likeness is None else likeness < _LEAST_LIKENESS:
            return False
        return any(
            self._vocabulary.lean(match.phrase.target, feature.stem, denied=feature.denied) >= _LEANING
            for feature in match.phrase.features
            if feature.stem in found and not feature.function
        )

    def _around_words(self, match: Match) -> str:
        """What the text says where a phrase was found, with a few words to either side."""
        tokens = self._reading.tokens
        first, last = max(0, match.positions[0] - _BESIDE), min(len(tokens) - 1, match.positions[-1] + _BESIDE)
        return self._reading.text[tokens[first].start : tokens[last].end]

    def _denied(self, constraint: Constraint, value: str, match: Match) -> None:
        opposite = opposite_of(constraint, value)
        if opposite is not None:
            negator = negator_of(self._reading.tokens, match.positions[0])
            positions = match.positions if negator is None else (negator, *match.positions)
            self._candidates.append(_Candidate(constraint.id, opposite, _DENIED * match.score, positions))
        elif match.polarity is Polarity.DENIED:
            others = tuple(other.id for other in constraint.values if other.id != value)
            self._doubts.append(Doubt(constraint.id, match.positions, others, denied=True))

    def _bare(self, phrase: Phrase) -> bool:
        """Whether a value's phrase means nothing without its constraint's name: "high", "never", "none"."""
        if len(phrase.features) == 1 and phrase.origin == "hidden":
            return True
        if phrase.origin == "example" and len(phrase.features) > 1:
            return False
        return is_degree(phrase.text) or self._shared(phrase) or _is_idle(phrase)

    def _shared(self, phrase: Phrase) -> bool:
        stem = phrase.features[0].stem
        if len(phrase.features) > 1:
            return False
        owners = self._vocabulary.constraints_with_value(stem)
        return len(owners) > 1

    def _by_name(self, match: Match, names: Iterable[Match]) -> bool:
        return any(
            name.phrase.target.id == match.phrase.target.id and self._gap(name.positions, match.positions) <= _NEAR
            for name in names
        )

    def _gap(self, one: tuple[int, ...], other: tuple[int, ...]) -> int:
        first, second = sorted((one, other))
        between = range(first[-1] + 1, second[0])
        if any(
            ends_clause(self._reading.tokens[position]) and self._reading.tokens[position].word != ":"
            for position in between
        ):
            return 1_000
        return len(between)

    # --- The constraint's name, with a word that grades it ----------------------------------------------------

    def _name(self, match: Match) -> None:
        constraint = self._knowledge.constraints[match.phrase.target.id]
        if match.polarity is Polarity.DOUBTED:
            self._doubts.append(Doubt(constraint.id, match.positions, unknown=True))
            return
        if match.polarity is not Polarity.ASSERTED and (match.phrase.denies or match.phrase.origin == "part"):
            # "network" says nothing of "no network", nor does a part of a name that a sentence denies.
            return
        value, positions = self._graded(constraint, match)
        if value is None and match.phrase.origin != "part":
            self._doubts.append(Doubt(constraint.id, match.positions))
        elif value is not None:
            self._candidates.append(
                _Candidate(constraint.id, value, _GRADED * max(match.score, _LEAST_NAME), positions)
            )

    def _graded(self, constraint: Constraint, match: Match) -> tuple[str | None, tuple[int, ...]]:
        words = self._around(match, _BESIDE if match.phrase.origin == "part" else _NEAR)
        if match.polarity is not Polarity.ASSERTED:
            negator = [
                position for position, word in words.items() if word in NOTHING or word.endswith("n't") or word == "not"
            ]
            return least_of(constraint), tuple(sorted({*match.positions, *negator}))
        for position, word in words.items():
            value = degree(constraint, word, hedged=word in HEDGES)
            if value is not None:
                return value, tuple(sorted((*match.positions, position)))
        if any(word in MIDDLE for word in words.values()):
            return None, match.positions
        value = yes_of(constraint) or self._there(constraint, words)
        return value, match.positions

    @staticmethod
    def _there(constraint: Constraint, words: dict[int, str]) -> str | None:
        """What is simply said to be there, of something that might be missing, is taken to be there in plenty."""
        missing = constraint.ordered and starts_at_nothing(constraint)
        return constraint.values[-1].id if missing and EXISTENCE & set(words.values()) else None

    def _around(self, match: Match, reach: int) -> dict[int, str]:
        """Words near a match in its clause, the nearest first."""
        tokens = self._reading.tokens
        first, last = match.positions[0], match.positions[-1]
        near: list[tuple[int, int]] = []
        for step in (-1, 1):
            position = first - 1 if step < 0 else last + 1
            distance = 1
            while 0 <= position < len(tokens) and distance <= reach:
                if ends_clause(tokens[position]) and tokens[position].word != ":":
                    break
                near.append((distance, position))
                position, distance = position + step, distance + 1
        return {position: tokens[position].word for _, position in sorted(near)}

    # --- Numbers ------------------------------------------------------------------------------------------------

    def _negator(self, quantity: Quantity) -> int | None:
        """What denies a quantity: of a frequency anywhere before it in its clause, of an amount right before it."""
        reach = _REACH_OF_FREQUENCY if quantity.repeated else _REACH_OF_AMOUNT
        return negator_of(self._reading.tokens, quantity.positions[0], reach=reach)

    def _with_negator(self, quantity: Quantity) -> tuple[int, ...]:
        negator = self._negator(quantity)
        return quantity.positions if negator is None else (negator, *quantity.positions)

    def _denies_only(self, match: Match, denied: Iterable[Quantity]) -> bool:
        """Whether a phrase that denies ("does not change") goes on to what is really denied ("every day")."""
        if match.polarity is not Polarity.ASSERTED or not match.phrase.denies:
            return False
        return any(
            (negator := self._negator(item)) is not None and self._spans(match, negator, item) for item in denied
        )

    @staticmethod
    def _spans(match: Match, negator: int, quantity: Quantity) -> bool:
        return all(negator <= position < quantity.positions[0] for position in match.positions) or any(
            position in quantity.positions for position in match.positions
        )

    def _numbers(self, quantities: Iterable[Quantity], units: Units, found: Sequence[Match]) -> list[Stated]:
        stated: dict[str, Stated] = {}
        for quantity in quantities:
            meant = self._meant(quantity, units, found)
            for constraint, amount in meant:
                stated.setdefault(constraint, Stated(constraint, amount, quantity.positions))
            if not meant and abs(quantity.amount) >= _LARGE and quantity.unit is None:
                following = quantity.positions[-1] + 1
                rest = self._reading.tokens[following : following + 1]
                with_noun = any(not token.sign and token.word not in FUNCTION_WORDS for token in rest)
                self._unplaced.append((*quantity.positions, *([following] if with_noun else [])))
        return list(stated.values())

    def _meant(self, quantity: Quantity, units: Units, found: Sequence[Match]) -> list[tuple[str, str | int | float]]:
        """The constraint of which the number speaks: it has the unit, and of several its words stand nearest."""
        fitting: dict[str, str | int | float] = {}
        lasting = not quantity.repeated and quantity.period
        for constraint in self._knowledge.constraints.values():
            if constraint.unit is None or quantity.unit is None:
                continue
            amount = units.stated(quantity, constraint.unit)
            if amount is not None:
                fitting[constraint.id] = amount
        if len(fitting) > 1 or lasting:
            near = self._nearest(quantity, fitting, found)
            fitting = {near: fitting[near]} if near else {}
        return list(fitting.items())

    def _nearest(self, quantity: Quantity, fitting: Iterable[str], found: Sequence[Match]) -> str | None:
        best: tuple[float, str] | None = None
        wanted = set(fitting)
        for match in found:
            if match.phrase.target.kind in {"constraint", "value"} and match.phrase.target.id in wanted:
                gap = min(abs(position - other) for position in match.positions for other in quantity.positions)
                rank = (gap - match.score, match.phrase.target.id)
                if gap <= 8 and (best is None or rank < best):
                    best = rank
        return best[1] if best else None

    # --- Deciding among what was found ---------------------------------------------------------------------------

    def _settled(self) -> list[Stated]:
        by_constraint: dict[str, dict[str, list[_Candidate]]] = defaultdict(lambda: defaultdict(list))
        for candidate in self._unshadowed():
            by_constraint[candidate.constraint][candidate.value].append(candidate)
        stated = []
        for constraint, by_value in sorted(by_constraint.items()):
            scores = {value: _total(candidates) for value, candidates in by_value.items()}
            ranked = sorted(scores, key=lambda value: (-scores[value], value))
            positions = max(by_value[ranked[0]], key=lambda candidate: candidate.score).positions
            least = _LEAST_WHOLE if any(candidate.whole for candidate in by_value[ranked[0]]) else _LEAST_SCORE
            if scores[ranked[0]] < least:
                self._weak.append(Doubt(constraint, positions, (ranked[0],)))
                continue
            if len(ranked) > 1 and scores[ranked[0]] < _AHEAD * scores[ranked[1]]:
                self._doubts.append(Doubt(constraint, positions, tuple(ranked)))
                continue
            stated.append(Stated(constraint, ranked[0], positions))
        return stated

    def _with_every(self, positions: tuple[int, ...]) -> tuple[int, ...]:
        """The words of a number with the "every" before it."""
        before = positions[0] - 1
        said = before >= 0 and self._reading.tokens[before].word in {"every", "each", "per"}
        return (before, *positions) if said else positions

    def _drop_half_read(self, numbered: set[int]) -> None:
        """Of words that belong to a number, only phrases that say more, or are there as a whole, say something else."""
        self._candidates = [
            candidate
            for candidate in self._candidates
            if candidate.whole or not numbered & set(candidate.positions) or len({*candidate.positions} - numbered) > 1
        ]

    def _unshadowed(self) -> list[_Candidate]:
        """Candidates whose words do not say something else more clearly."""
        return [
            candidate
            for candidate in self._candidates
            if not any(
                other.constraint != candidate.constraint
                and set(candidate.positions) < set(other.positions)
                and other.score > 1.2 * candidate.score
                for other in self._candidates
            )
        ]


def _is_idle(phrase: Phrase) -> bool:
    """Whether a phrase says only that something is wanted, needed or there, without saying what."""
    return all(feature.function or feature.stem in _IDLE for feature in phrase.features)


def _inside(match: Match, found: Iterable[Match]) -> bool:
    """Whether a part of a name is really part of another name."""
    if match.phrase.origin != "part":
        return False
    return any(set(match.positions) < set(other.positions) and other.coverage > 0.95 for other in found)


def _total(candidates: Sequence[_Candidate]) -> float:
    ordered = sorted((candidate.score for candidate in candidates), reverse=True)
    return ordered[0] + 0.2 * sum(ordered[1:4])
