"""The task of a text: by the phrases it says, by words of a task that are strewn over it, and by what it is like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.english import DEGREES, FUNCTION_WORDS, FURTHER
from chat.matching import Match, Reading
from chat.polarity import Polarity
from chat.vocabulary import Vocabulary
from kb.model import Knowledge

# What a task must reach by its phrases to be taken, and how far it must be ahead of the next that is no relative.
_LEAST_TASK = 0.62
_AHEAD = 1.08
# Phrases say no more than this: the task that is named most often is not always the one that is meant.
_MOST = 1.5
_OUTRIGHT = 0.4
# Words of a task strewn over a text tell of it too, but less than a phrase of it; several of them make a guess.
_SCATTERED = 0.3
_LEAST_SCATTERED = 0.55
_LEAST_WORDS = 2
# What the likeness of the whole text to a task's phrases counts, and how much there must be for a guess by it alone.
_LIKENESS = 3.0
_LEAST_LIKENESS = 0.12
_LEAST_NEARNESS = 0.48
# The share of a phrase that makes it one that is there as a whole.
_WHOLE = 0.95
# A narrower task says more, so it needs less than the broader one.
_NARROWER = 0.45
# Who sees no rivals but the likeness of all tasks is told of so many.
_MOST_RIVALS = 2


@dataclass(frozen=True, slots=True)
class FoundTask:
    """The task of a text.

    Attributes:
        id: of the task; None where the evidence is weak.
        positions: positions of the words that tell it.
        rivals: other tasks with about as much evidence.
        guessed: whether it is no more than the likeliest.
    """

    id: str | None = None
    positions: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    guessed: bool = False


def find_task(
    reading: Reading, found: Sequence[Match], knowledge: Knowledge, vocabulary: Vocabulary, *, whole: bool = False
) -> FoundTask:
    """The task with the most evidence; none where the evidence is weak.

    Args:
        reading: the text.
        found: the phrases in it.
        knowledge: with the tasks.
        vocabulary: of the knowledge.
        whole: whether the text is all there is, so that the likeliest task is better than none.
    """
    named = _named(reading, found, vocabulary)
    phrases = {task: min(_MOST, _combined(matched)) for task, matched in named.items()}
    places = _scattered(reading, vocabulary)
    words = {
        task: phrases.get(task, 0.0) + _SCATTERED * sum(places.get(task, {}).values()) for task in {*phrases, *places}
    }
    if not words and not whole:
        return FoundTask()
    likeness = vocabulary.likeness_to_tasks(reading.text)
    scores = {
        task: words.get(task, 0.0) + _LIKENESS * likeness.get(task, 0.0)
        for task in ({*words, *likeness} if whole else words)
    }
    # What is said outright is not outdone by what the text is merely like.
    most = max(phrases.values(), default=0.0)
    if most >= _LEAST_TASK:
        scores = {task: score for task, score in scores.items() if phrases.get(task, 0.0) >= _OUTRIGHT * most}
    if not scores:
        return FoundTask()
    ranked = sorted(scores, key=lambda task: (-scores[task], task))
    best = _narrowest(ranked[0], phrases, knowledge)
    rivals = tuple(
        dict.fromkeys((*_beside(best, reading, named, knowledge), *_rivals(best, ranked, scores, knowledge)))
    )[:_MOST_RIVALS]
    if phrases.get(best, 0.0) >= _LEAST_TASK:
        return FoundTask(best, named[best][0].positions, rivals)
    if words.get(best, 0.0) >= _LEAST_SCATTERED and len(places.get(best, {})) >= _LEAST_WORDS:
        return FoundTask(best, _telling(places[best]), rivals, guessed=True)
    if whole and likeness.get(best, 0.0) >= _LEAST_LIKENESS and _on_topic(reading, found, vocabulary):
        positions = tuple(places.get(best, ())) or tuple(range(*reading.spans[0]))
        return FoundTask(best, positions, rivals, guessed=True)
    return FoundTask()


def _on_topic(reading: Reading, found: Sequence[Match], vocabulary: Vocabulary) -> bool:
    """Whether the text says something of an application, and not chiefly what it is not, and is near some task."""
    says = any(match.phrase.target.kind in {"constraint", "value", "need", "task"} for match in found)
    marks = [
        mark
        for token, mark in zip(reading.tokens, reading.marks, strict=True)
        if not token.sign and token.word not in FUNCTION_WORDS
    ]
    asserts = 2 * (marks.count(Polarity.DENIED) + marks.count(Polarity.UNIMPORTANT)) <= len(marks)
    return says and asserts and vocabulary.nearness_to_tasks(reading.text) >= _LEAST_NEARNESS


def _named(reading: Reading, found: Sequence[Match], vocabulary: Vocabulary) -> dict[str, list[Match]]:
    """The phrases that say each task.

    A word of degree is no task, though it may share its stem with the name of one; nor is what is counted or what is
    part of a longer phrase that says something else: "200 short stories" says how many there are.
    """
    said = [set(quantity.positions) for quantity in vocabulary.units.read(reading.tokens)]
    said += [
        set(match.positions)
        for match in found
        if match.phrase.target.kind in {"constraint", "value"} and match.coverage > _WHOLE
    ]
    named: dict[str, list[Match]] = defaultdict(list)
    for match in found:
        positions = set(match.positions)
        if match.phrase.target.kind != "task" or match.polarity is not Polarity.ASSERTED:
            continue
        if any(positions < other for other in said):
            continue
        if any(reading.tokens[position].word not in DEGREES for position in positions):
            named[match.phrase.target.id].append(match)
    return named


def _scattered(reading: Reading, vocabulary: Vocabulary) -> dict[str, dict[int, float]]:
    """For each task the words of the text that tell of it: where they stand, and how much each tells."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    seen: set[str] = set()
    for position, token in enumerate(reading.tokens):
        if token.sign or token.word in FUNCTION_WORDS or token.stem in seen:
            continue
        if reading.marks[position] is Polarity.ASSERTED:
            seen.add(token.stem)
            for task, weight in vocabulary.told_by(token.stem):
                found[task][position] = weight
    return found


def _beside(best: str, reading: Reading, named: Mapping[str, Sequence[Match]], knowledge: Knowledge) -> list[str]:
    """Tasks that are said outright on the other side of a word like "another": the text may be about several things."""
    turns = [position for position, token in enumerate(reading.tokens) if token.word in FURTHER]
    if not turns or best not in named:
        return []
    place = named[best][0].positions[0]
    related = ancestors(best, knowledge) | {best}
    return [
        task
        for task, matched in named.items()
        if task not in related
        and best not in ancestors(task, knowledge)
        and any(
            match.score >= _LEAST_TASK and match.coverage > _WHOLE and (match.positions[0] < turn) != (place < turn)
            for match in matched
            for turn in turns
        )
    ]


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
