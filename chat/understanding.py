"""From free text to task, constraint values, numbers, needs and exclusions, with the words that led to each.

Rule-based and generic: which words mean what comes from the knowledge base alone (:mod:`chat.vocabulary`), the closed
word classes of English from :mod:`chat.english`. Nothing is decided here; what is not clear is reported as unsure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from chat.constraints import Reader
from chat.english import INABILITY, NEGATORS, OPINIONS, PAST_NEGATORS, WISHES
from chat.matching import Match, Reading, matches, named, read
from chat.polarity import Polarity
from chat.tasks import FoundTask, find_task
from chat.text import ends_clause
from chat.vocabulary import Vocabulary, vocabulary_of
from kb.model import Knowledge

EvidenceKind: TypeAlias = Literal["task", "constraint", "need", "exclude", "wish"]

_LEAST_NEED = 0.9
# So many unknown words at least make a text one in another language.
_STRANGE = 3


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
        denied: whether the text says only what it is not.
        question: what to ask in order to settle it.
    """

    kind: Literal["task", "constraint", "number"]
    id: str
    quote: str
    options: tuple[str, ...] = ()
    unknown: bool = False
    denied: bool = False
    question: str = ""


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
                    "question": item.question,
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
    return interpret_whole(text, advisor.knowledge, vocabulary_of(advisor.knowledge))


def interpret_whole(text: str, knowledge: Knowledge, vocabulary: Vocabulary) -> Interpretation:
    """What a text says that is all there is: where no task is clear the likeliest is assumed, and marked as a guess."""
    return interpret_with(text, knowledge, vocabulary, whole=True)


def interpret_with(text: str, knowledge: Knowledge, vocabulary: Vocabulary, *, whole: bool = False) -> Interpretation:
    """What a text says, by a given vocabulary of the knowledge base.

    Args:
        text: in anybody's words.
        knowledge: with the terms.
        vocabulary: the words for them.
        whole: whether the text is all there is, and not a turn of a conversation that can ask.
    """
    reading = read(text, vocabulary)
    found = matches(reading, vocabulary)
    task = find_task(reading, found, knowledge, vocabulary, whole=whole)
    about_task = _about_task(reading, task)
    constraints = Reader(knowledge, vocabulary, reading).read(found)
    excluded, wished = _techniques(reading, found)
    used = {position for stated in constraints.stated for position in stated.positions}
    needs, need_evidence = _needs(reading, found, used)
    evidence = [*about_task[0], *need_evidence, *excluded, *wished]
    for stated in constraints.stated:
        evidence.append(Evidence(*reading.quote(stated.positions), "constraint", stated.constraint, stated.value))
    unsure = [*about_task[1]]
    for doubt in (*constraints.doubts, *(constraints.weak if whole else ())):
        quote = reading.quote(doubt.positions)[2]
        question = knowledge.constraints[doubt.constraint].question
        state = (doubt.options, doubt.unknown, doubt.denied)
        unsure.append(Unsure("constraint", doubt.constraint, quote, *state, question))
    unsure += [Unsure("number", "", reading.quote(positions)[2]) for positions in constraints.unplaced]
    strange = _mostly_strange(reading, vocabulary)
    return Interpretation(
        task=task.id,
        constraints={stated.constraint: stated.value for stated in constraints.stated},
        needs=needs,
        exclude=tuple(dict.fromkeys(item.id for item in excluded)),
        evidence=tuple(sorted(evidence, key=lambda item: (item.start, item.end, item.kind, item.id))),
        unsure=tuple(unsure),
        guessed=task.guessed or (strange and task.id is not None),
    )


def _mostly_strange(reading: Reading, vocabulary: Vocabulary) -> bool:
    """Whether most words are unknown, as in another language: what the others say is no more than a guess."""
    words = [token for token in reading.tokens if not token.sign]
    strange = [token for token in words if token.word not in NEGATORS and not vocabulary.knows(token)]
    return len(strange) >= _STRANGE and 2 * len(strange) > len(words)


def _about_task(reading: Reading, task: FoundTask) -> tuple[list[Evidence], list[Unsure]]:
    if task.id is None:
        return [], []
    start, end, quote = reading.quote(task.positions)
    doubtful = task.guessed or task.rivals
    unsure = [Unsure("task", "", quote, (task.id, *task.rivals))] if doubtful else []
    return [Evidence(start, end, quote, "task", task.id)], unsure


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
