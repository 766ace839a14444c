"""From free text to task, constraint values, numbers, needs and exclusions, with the words that led to each.

Rule-based and generic: which words mean what comes from the knowledge base alone (:mod:`chat.vocabulary`), the closed
word classes of English from :mod:`chat.english`. Nothing is decided here; what is not clear is reported as unsure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from chat.constraints import Reader
from chat.english import FUNCTION_WORDS, INABILITY, NEGATORS, OPINIONS, PAST_NEGATORS, WISHES
from chat.matching import Match, Reading, matches, named, read
from chat.polarity import Polarity
from chat.text import ends_clause
from chat.vocabulary import Vocabulary, vocabulary_of
from kb.model import Knowledge

EvidenceKind: TypeAlias = Literal["task", "constraint", "need", "exclude", "wish"]

# What a task must reach to be taken, and how far it must be ahead of the next one that is no relative of it.
_LEAST_TASK = 0.62
# Words of a task strewn over a text tell of it too, but less than a phrase of it.
_SCATTERED = 0.4
_LEAST_SCATTERED = 0.55
_LEAST_WORDS = 2
_AHEAD = 1.08
# A narrower task says more, so it needs less than the broader one.
_NARROWER = 0.45
_LEAST_NEED = 0.9


class HasKnowledge(Protocol):
    """Whatever carries a knowledge base: an advisor."""

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which words of a text led to which part of its interpretation.

    Attributes:
        start: where the words begin in the text.
        end: where they end.
        quote: the words.
        kind: what was understood: a task, a constraint's value, a need, an exclusion, or a wish for a technique.
        id: of the task, constraint, need or technique.
        value: the constraint's value or number, or the need's strength.
    """

    start: int
    end: int
    quote: str
    kind: EvidenceKind
    id: str
    value: str | int | float | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """Something the text speaks of without saying it clearly.

    Attributes:
        kind: "task", "constraint", or "number" for a number of which nothing says what it counts.
        id: of the constraint; empty for a task.
        quote: the words.
        options: ids of the tasks or values it could be; empty where anything goes.
        unknown: whether the text says that it is not known.
    """

    kind: Literal["task", "constraint", "number"]
    id: str
    quote: str
    options: tuple[str, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a text says about an application; ``guessed`` if the task is only the likeliest by scattered words."""

    task: str | None = None
    constraints: Mapping[str, str | int | float] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    guessed: bool = False

    def __bool__(self) -> bool:
        return bool(self.task or self.constraints or self.needs or self.exclude)

    def wishes(self) -> tuple[str, ...]:
        """Ids of the techniques that the text wishes for: noted, never a constraint."""
        return tuple(dict.fromkeys(item.id for item in self.evidence if item.kind == "wish"))

    def as_dict(self) -> dict[str, Any]:
        """The interpretation as plain data."""
        return {
            "task": self.task,
            "constraints": dict(self.constraints),
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
            "evidence": [
                {name: getattr(item, name) for name in ("start", "end", "quote", "kind", "id", "value")}
                for item in self.evidence
            ],
            "unsure": [
                {
                    "kind": item.kind,
                    "id": item.id,
                    "quote": item.quote,
                    "options": list(item.options),
                    "unknown": item.unknown,
                }
                for item in self.unsure
            ],
        }


def interpret(text: str, advisor: HasKnowledge) -> Interpretation:
    """What a text says about an application.

    Args:
        text: in anybody's words.
        advisor: whose knowledge base gives the vocabulary.
    """
    return interpret_with(text, advisor.knowledge, vocabulary_of(advisor.knowledge))


def interpret_with(text: str, knowledge: Knowledge, vocabulary: Vocabulary) -> Interpretation:
    """What a text says, by a given vocabulary of the knowledge base."""
    reading = read(text, vocabulary)
    found = matches(reading, vocabulary)
    task = _task(reading, found, knowledge, vocabulary)
    constraints = Reader(knowledge, vocabulary, reading).read(found)
    excluded, wished = _techniques(reading, found)
    used = {position for stated in constraints.stated for position in stated.positions}
    needs, need_evidence = _needs(reading, found, used)
    evidence = [*task.evidence, *need_evidence, *excluded, *wished]
    for stated in constraints.stated:
        evidence.append(Evidence(*reading.quote(stated.positions), "constraint", stated.constraint, stated.value))
    unsure = [*task.unsure]
    for doubt in constraints.doubts:
        quote = reading.quote(doubt.positions)[2]
        unsure.append(Unsure("constraint", doubt.constraint, quote, doubt.options, doubt.unknown))
    unsure += [Unsure("number", "", reading.quote(positions)[2]) for positions in constraints.unplaced]
    return Interpretation(
        task=task.id,
        constraints={stated.constraint: stated.value for stated in constraints.stated},
        needs=needs,
        exclude=tuple(dict.fromkeys(item.id for item in excluded)),
        evidence=tuple(sorted(evidence, key=lambda item: (item.start, item.end, item.kind, item.id))),
        unsure=tuple(unsure),
        guessed=task.guessed,
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """The task of a text with its evidence."""

    id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    guessed: bool = False


def _task(reading: Reading, found: Sequence[Match], knowledge: Knowledge, vocabulary: Vocabulary) -> _Task:
    """The task with the most evidence; none where the evidence is weak."""
    named: dict[str, list[Match]] = defaultdict(list)
    for match in found:
        if match.phrase.target.kind == "task" and match.polarity is Polarity.ASSERTED:
            named[match.phrase.target.id].append(match)
    phrases = {task: _combined(matched) for task, matched in named.items()}
    places = _scattered(reading, vocabulary)
    scores = {
        task: phrases.get(task, 0.0) + _SCATTERED * sum(places.get(task, {}).values()) for task in {*phrases, *places}
    }
    if not scores:
        return _Task()
    ranked = sorted(scores, key=lambda task: (-scores[task], task))
    best = _narrowest(ranked[0], phrases, knowledge)
    positions = named[best][0].positions if best in named else _telling(places[best])
    quoted = Evidence(*reading.quote(positions), "task", best)
    if scores[best] < _LEAST_SCATTERED:
        return _Task()
    rivals = _rivals(best, ranked, scores, knowledge)
    guessed = phrases.get(best, 0.0) < _LEAST_TASK
    if guessed and len(places.get(best, {})) < _LEAST_WORDS:
        return _Task()
    unsure = (Unsure("task", "", quoted.quote, (best, *rivals)),) if rivals or guessed else ()
    return _Task(best, (quoted,), unsure, guessed)


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


def _techniques(reading: Reading, found: Sequence[Match]) -> tuple[list[Evidence], list[Evidence]]:
    """Techniques that the text rules out, and those it wishes for."""
    excluded, wished = [], []
    for match in named(found, "technique"):
        technique = match.phrase.target.id
        quote = reading.quote(match.positions)
        if _ruled_out(reading, match):
            excluded.append(Evidence(*quote, "exclude", technique))
        elif match.polarity is Polarity.ASSERTED and _wished(reading, match):
            wished.append(Evidence(*quote, "wish", technique))
    return excluded, wished


def _before(reading: Reading, match: Match, reach: int) -> list[str]:
    first = match.positions[0]
    words = []
    for position in range(first - 1, max(-1, first - 1 - reach), -1):
        if ends_clause(reading.tokens[position]):
            break
        words.append(reading.tokens[position].word)
    return words


def _ruled_out(reading: Reading, match: Match) -> bool:
    """Denied, or said to be impossible; what was not done in the past may still be done."""
    if _asked(reading, match):
        return False
    before = _before(reading, match, 6)
    after = [token.word for token in reading.tokens[match.positions[-1] + 1 : match.positions[-1] + 7]]
    if any(word in PAST_NEGATORS or word in OPINIONS for word in before):
        return False
    if any(word in INABILITY for word in before):
        return True
    if match.polarity is Polarity.DENIED:
        return any(word in NEGATORS for word in before)
    joined = " ".join(after)
    return any(
        text in joined for text in ("not an option", "no option", "out of the question", "not allowed", "not possible")
    )


def _asked(reading: Reading, match: Match) -> bool:
    """Whether the words stand in a question, which rules out nothing."""
    for begin, end in reading.spans:
        if begin <= match.positions[0] < end:
            return end < len(reading.tokens) and reading.tokens[end].word == "?"
    return False


def _wished(reading: Reading, match: Match) -> bool:
    return bool(WISHES & set(_before(reading, match, 8))) or "should" in _before(reading, match, 5)


def _needs(reading: Reading, found: Iterable[Match], used: set[int]) -> tuple[dict[str, str], list[Evidence]]:
    """Needs that the text names outright, in words that no constraint has taken."""
    needs: dict[str, str] = {}
    evidence = []
    for match in found:
        if match.phrase.target.kind != "need" or match.score < _LEAST_NEED or used & set(match.positions):
            continue
        need = match.phrase.target.id
        if need in needs or match.polarity is Polarity.DOUBTED:
            continue
        needs[need] = "strong" if match.polarity is Polarity.ASSERTED else "denied"
        evidence.append(Evidence(*reading.quote(match.positions), "need", need, needs[need]))
        used = used | set(match.positions)
    return needs, evidence
