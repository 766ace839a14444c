"""Impact: which answers a change of the knowledge would change, which only their explanation, and why.

Looked at are the scenarios of the knowledge base and the questions that were asked last. Those on which the change
cannot bear (:mod:`engine.bearing`) are only counted; of the others the decision and its proof are compared, before and
after. What the unknowns could change (stability, the next question) is not compared: it may be a sample.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.accuracy import case_of
from engine.bearing import Asked, Bearing
from engine.profile import InvalidProfile
from engine.render import impact as wording

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from engine.advisor import Advisor
    from engine.answer import Recommendation
    from engine.answers import StoredAnswer
    from kb.graph import Key
    from kb.model import Kind, Knowledge

MOST_COMPARED = 60
"""How many questions are asked before and after at most; each takes some 15 ms."""

Effect: TypeAlias = Literal["answer", "explanation", "no-answer"]
"""What became of an answer: another recommendation; the same on other grounds; it can no longer be asked."""

_GUIDANCE: tuple[tuple[str, Kind], ...] = (("advice", "advice"), ("steps", "step"), ("tradeoffs", "tradeoff"))
_STATEMENTS: Mapping[str, Kind] = {
    "rule": "rule",
    "contribution": "contribution",
    "interaction": "interaction",
    "penalty": "penalty",
    "unmet-prerequisite": "prerequisite",
    "proviso": "prerequisite",
    "blocker": "prerequisite",
}
"""The kind of the statements that a node of a proof names."""


@dataclass(frozen=True)
class Question:
    """A question whose answers are compared.

    Attributes:
        kind: where it comes from.
        id: the id of the scenario or of the stored answer.
        label: what people call it.
        request: "task", "constraints", "needs" and "exclude", as the advisor reads them.
        packs: the active packs; None for those that are switched on.
    """

    kind: Literal["scenario", "answer"]
    id: str
    label: str
    request: Mapping[str, Any] = field(hash=False)
    packs: tuple[str, ...] | None = None


class Compared:
    """One question with its answers before and after a change.

    Args:
        question: the question.
        before: the answer before.
        after: the answer after; None where the question can no longer be asked.
        terms: what was changed.
    """

    def __init__(
        self,
        question: Question,
        before: Recommendation,
        after: Recommendation | None,
        terms: Collection[Key] = (),
    ) -> None:
        self.question, self.before, self.after, self.terms = question, before, after, terms

    @cached_property
    def effect(self) -> Effect | None:
        """What became of the answer; None if nothing did."""
        if self.after is None:
            return "no-answer"
        if _recommended(self.before) != _recommended(self.after):
            return "answer"
        return "explanation" if any(self.nodes.values()) or self.came or self.went else None

    @cached_property
    def nodes(self) -> dict[str, list[str]]:
        """The steps of the proof that are new, gone, or say something else."""
        old, new = _said(self.before), _said(self.after)
        return {
            "added": sorted({*new} - {*old}),
            "removed": sorted({*old} - {*new}),
            "changed": sorted(node for node in {*old} & {*new} if old[node] != new[node]),
        }

    @cached_property
    def came(self) -> list[Key]:
        """The statements that are at work after the change and were not before."""
        return sorted(_at_work(self.after) - _at_work(self.before))

    @cached_property
    def went(self) -> list[Key]:
        """The statements that were at work before the change and are not after it."""
        return sorted(_at_work(self.before) - _at_work(self.after))

    def as_dict(self) -> dict[str, Any]:
        """The effect, both answers, the difference of the proofs, and the reasons in words."""
        return {
            "question": {"kind": self.question.kind, "id": self.question.id, "label": self.question.label},
            "effect": self.effect,
            "before": _answer(self.before),
            "after": _answer(self.after) if self.after else None,
            "nodes": self.nodes,
            "came": [{"kind": kind, "id": one} for kind, one in self.came],
            "went": [{"kind": kind, "id": one} for kind, one in self.went],
            "reasons": wording.reasons(self),
            "text": wording.compared(self),
        }


@dataclass(frozen=True)
class Impact:
    """What a change does to answers.

    Attributes:
        questions: how many scenarios and stored questions were looked at.
        untouched: on how many of them the change cannot bear.
        left_out: how many on which it can bear were not asked, because they were too many or cannot be asked any more.
        effects: those whose answer or explanation is another.
    """

    questions: int
    untouched: int
    left_out: int
    effects: tuple[Compared, ...]

    @property
    def compared(self) -> int:
        """How many were asked before and after."""
        return self.questions - self.untouched - self.left_out

    def of(self, effect: Effect) -> list[Compared]:
        """The questions with one effect."""
        return [one for one in self.effects if one.effect == effect]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-able data, with words."""
        return {
            "questions": self.questions,
            "untouched": self.untouched,
            "compared": self.compared,
            "left_out": self.left_out,
            "effects": [one.as_dict() for one in self.effects],
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return wording.impact(self)


def questions_of(knowledge: Knowledge, stored: Iterable[StoredAnswer] = ()) -> list[Question]:
    """The scenarios of a knowledge base, then questions that were asked, each once."""
    found: list[Question] = []
    for scenario in knowledge.scenarios.values():
        case = case_of(scenario, knowledge)
        request = {"task": case.task, "constraints": dict(case.constraints), "needs": dict(case.needs)}
        found.append(Question("scenario", scenario.id, scenario.label, request))
    switched_on = tuple(pack.id for pack in knowledge.packs.values() if pack.active)
    for answer in stored:
        packs = None if set(switched_on) <= set(answer.packs) else answer.packs
        question = Question("answer", answer.id, wording.asked(answer.request, knowledge), answer.request, packs)
        if all((one.request, one.packs) != (question.request, question.packs) for one in found):
            found.append(question)
    return found


def impact_of(
    questions: Sequence[Question],
    before: Advisor,
    after: Knowledge,
    terms: Iterable[Key],
    advising: Callable[[], AbstractContextManager[Advisor]],
) -> Impact:
    """Compare answers before and after a change.

    Args:
        questions: what to ask.
        before: answers from the version before the change.
        after: the knowledge base after it.
        terms: every term in which the two differ.
        advising: answers from the knowledge base after the change; entered only if something is to be asked.

    Raises:
        EngineError: and its kinds, if the engine cannot answer.
    """
    changed = frozenset(terms)
    bearing = Bearing(before.knowledge, after, changed)
    touched: list[tuple[Question, Recommendation]] = []
    left_out = untouched = 0
    for question in questions:
        task = question.request.get("task")
        if task is not None and task not in before.knowledge.tasks:  # looking for one like it would be in vain
            left_out += 1
            continue
        try:
            profile = before.profile(**question.request)
        except InvalidProfile:  # asked of an older version, in words that are gone
            left_out += 1
            continue
        if not bearing.touches(Asked(profile, question.packs)):
            untouched += 1
        elif len(touched) == MOST_COMPARED:
            left_out += 1
        else:
            touched.append((question, before.decide(profile, question.packs)))
    compared = list(_compared(touched, changed, advising)) if touched else []
    effects = tuple(one for one in compared if one.effect is not None)
    return Impact(len(questions), untouched, left_out, effects)


def _compared(
    touched: Sequence[tuple[Question, Recommendation]],
    changed: Collection[Key],
    advising: Callable[[], AbstractContextManager[Advisor]],
) -> Iterator[Compared]:
    with advising() as advisor:
        for question, old in touched:
            try:
                profile = advisor.profile(**question.request)
                packs = question.packs and tuple(one for one in question.packs if one in advisor.knowledge.packs)
                yield Compared(question, old, advisor.decide(profile, packs), changed)
            except InvalidProfile:
                yield Compared(question, old, None, changed)


def _recommended(answer: Recommendation) -> tuple[tuple[str, ...], str | None]:
    return tuple(answer.winners), answer.reply["variant"]


def _answer(answer: Recommendation) -> dict[str, Any]:
    variant = answer.reply["variant"]
    return {
        "techniques": answer.winners,
        "variant": variant,
        "label": wording.recommended(answer),
        "score": answer.result(answer.winners[0])["score"] if answer.winners else None,
    }


def _said(answer: Recommendation | None) -> dict[str, tuple[object, ...]]:
    """What each step of the proof says, by its id."""
    if answer is None:
        return {}
    nodes = answer.proof.nodes.values()
    return {one.id: (one.properties, one.premises, answer.wording.node(one)) for one in nodes}


def _at_work(answer: Recommendation | None) -> set[Key]:
    """The statements on which the answer rests, or that go with it."""
    if answer is None:
        return set()
    found: set[Key] = set()
    for node in answer.proof.nodes.values():
        kind = _STATEMENTS.get(node.kind)
        if node.kind == "blocker" and node["reason"] == "required":
            kind = "contribution"
        if kind is not None and node.get("truth", "true") == "true":
            found.update((kind, statement) for statement in node.get("statements", ()))
    for group, kind in _GUIDANCE:
        member = "step" if kind == "step" else kind
        found.update((kind, entry[member]) for entry in answer.reply[group])
    return found
