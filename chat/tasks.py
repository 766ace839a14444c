"""The task of a text: by the phrases it says, and by words of a task that are strewn over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.english import DEGREES, FUNCTION_WORDS
from chat.matching import Match, Reading
from chat.polarity import Polarity
from chat.vocabulary import Vocabulary
from kb.model import Knowledge

# What a task must reach to be taken, and how far it must be ahead of the next one that is no relative of it.
_LEAST_TASK = 0.62
# Words of a task strewn over a text tell of it too, but less than a phrase of it.
_SCATTERED = 0.4
_LEAST_SCATTERED = 0.55
_LEAST_WORDS = 2
_AHEAD = 1.08
# A narrower task says more, so it needs less than the broader one.
_NARROWER = 0.45


@dataclass(frozen=True, slots=True)
class FoundTask:
    """The task of a text.

    Attributes:
        id: of the task; None where the evidence is weak.
        positions: positions of the words that tell it.
        rivals: other tasks with about as much evidence.
        guessed: whether it is no more than the likeliest by words strewn over the text.
    """

    id: str | None = None
    positions: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    guessed: bool = False


def find_task(reading: Reading, found: Sequence[Match], knowledge: Knowledge, vocabulary: Vocabulary) -> FoundTask:
    """The task with the most evidence; none where the evidence is weak."""
    named: dict[str, list[Match]] = defaultdict(list)
    for match in found:
        if match.phrase.target.kind != "task" or match.polarity is not Polarity.ASSERTED:
            continue
        # A word of degree is no task, though it may share its stem with the name of one.
        if any(reading.tokens[position].word not in DEGREES for position in match.positions):
            named[match.phrase.target.id].append(match)
    phrases = {task: _combined(matched) for task, matched in named.items()}
    places = _scattered(reading, vocabulary)
    scores = {
        task: phrases.get(task, 0.0) + _SCATTERED * sum(places.get(task, {}).values()) for task in {*phrases, *places}
    }
    if not scores:
        return FoundTask()
    ranked = sorted(scores, key=lambda task: (-scores[task], task))
    best = _narrowest(ranked[0], phrases, knowledge)
    positions = named[best][0].positions if best in named else _telling(places[best])
    if scores[best] < _LEAST_SCATTERED:
        return FoundTask()
    rivals = _rivals(best, ranked, scores, knowledge)
    guessed = phrases.get(best, 0.0) < _LEAST_TASK
    if guessed and len(places.get(best, {})) < _LEAST_WORDS:
        return FoundTask()
    return FoundTask(best, positions, tuple(rivals), guessed)


def _scattered(reading: Reading, vocabulary: Vocabulary) -> dict[str, dict[int, float]]:
    """For each task the words of the text that tell of it: where they stand, and how much each tells."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    seen: set[str] = set()
    for position, token in enumerate(reading.tokens):
        if token.sign or token.word in FUNCTION_WORDS or token.stem in seen:
            continue
        if reading.marks[position] is Polarity.ASSERTED:
            seen.add(token.stem)
            for task, weight in vocabulary.task_words.get(token.stem, {}).items():
                found[task][position] = weight
    return found


def _telling(places: Mapping[int, float]) -> tuple[int, ...]:
    """The position of the word that tells most."""
    return (max(places, key=lambda position: (places[position], -position)),)


def _rivals(best: str, ranked: Sequence[str], scores: Mapping[str, float], knowledge: Knowledge) -> list[str]:
    """Other tasks with about as much evidence that are no relatives of the best."""
    family = ancestors(best, knowledge) | {best}
    return [
        task
        for task in ranked
        if task not in family and best not in ancestors(task, knowledge) and scores[best] < _AHEAD * scores[task]
    ]


def _combined(matched: Sequence[Match]) -> float:
    """The best match counts wholly; others that rest on further words corroborate it."""
    ordered = sorted(matched, key=lambda match: -match.score)
    total, used = ordered[0].score, set(ordered[0].positions)
    for match in ordered[1:]:
        fresh = [position for position in match.positions if position not in used]
        if fresh:
            total += 0.35 * match.score * len(fresh) / len(match.positions)
            used.update(fresh)
    return total


def ancestors(task: str, knowledge: Knowledge) -> set[str]:
    """The broader tasks of a task, however far up."""
    found: set[str] = set()
    open_ends = [task]
    while open_ends:
        record = knowledge.tasks.get(open_ends.pop())
        for broader in record.broader if record else ():
            if broader not in found:
                found.add(broader)
                open_ends.append(broader)
    return found


def _narrowest(best: str, scores: Mapping[str, float], knowledge: Knowledge) -> str:
    """A narrower task with nearly as much evidence of its own says more."""
    narrower = [
        task
        for task in scores
        if best in ancestors(task, knowledge) and scores[task] >= max(_LEAST_TASK, _NARROWER * scores[best])
    ]
    return max(narrower, key=lambda task: (scores[task], task), default=best)
