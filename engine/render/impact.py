"""What a change of the knowledge does to answers, in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.render.english import counted, listed, lowered, number_word, sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from engine.impact import Compared, Impact
    from kb.graph import Key
    from kb.model import Knowledge

MOST_REASONS = 5
"""How many reasons are told for one answer; the data has all."""

MOST_TOLD = 10
"""How many answers are told one by one; the data has all."""

MOST_CAUSES = 3
"""How many of them tell what is at work; the rest tell what becomes of the points."""

_ORDER = ("rule", "contribution", "interaction", "penalty", "prerequisite", "advice", "step", "tradeoff")
_FOLLOWING = _ORDER[5:]

_COMES = {
    "rule": "a rule applies now",
    "contribution": "it counts now",
    "interaction": "it counts now",
    "penalty": "a penalty applies now",
    "prerequisite": "this is missing, or not known, now",
    "advice": "there is new advice",
    "step": "there is a new step",
    "tradeoff": "there is a new tradeoff",
}
_GOES = {
    "rule": "a rule no longer applies",
    "contribution": "it no longer counts",
    "interaction": "it no longer counts",
    "penalty": "a penalty no longer applies",
    "prerequisite": "this no longer stands in the way",
    "advice": "advice is gone",
    "step": "a step is gone",
    "tradeoff": "a tradeoff is gone",
}


def impact(found: Impact) -> str:
    """How many answers change, which, and why; of those that stay, what is at work in them now."""
    explained = found.of("explanation")
    waiting = [one for one in explained if not (one.came or one.went or reasons_are_standings(one))]
    told = [*found.of("answer"), *found.of("no-answer"), *(one for one in explained if one not in waiting)]
    lines = [sentence(_summary(found))]
    for one in told[:MOST_TOLD]:
        lines += [f"{BULLET} {compared(one)}", *(f"    {reason}" for reason in reasons(one))]
    if len(told) > MOST_TOLD:
        lines.append(f"{BULLET} {sentence(f'and {number_word(len(told) - MOST_TOLD)} more')}")
    if waiting:
        number = "one" if len(waiting) == 1 else number_word(len(waiting))
        lines.append(f"{BULLET} {sentence(f'in {number} of them only what waits to be known, or is worded, is new')}")
    return "\n".join(lines)


def reasons_are_standings(one: Compared) -> bool:
    """Whether some technique stands elsewhere than before."""
    return one.after is not None and bool(_standings(one.before, one.after))


def _summary(found: Impact) -> str:
    if not found.questions:
        return "there is no scenario and no earlier question to compare answers on"
    changed, explained, lost = (len(found.of(effect)) for effect in ("answer", "explanation", "no-answer"))
    parts = [
        *([f"{number_word(changed)} would get another answer"] if changed else []),
        *([f"{number_word(explained)} would keep the answer on other grounds"] if explained else []),
        *([f"{number_word(lost)} could no longer be asked"] if lost else []),
    ]
    looked = counted(found.questions, "question")
    told = f"of {looked} looked at, {listed(parts) or 'none would get another answer or explanation'}"
    if found.left_out:
        told += f"; {number_word(found.left_out)} {'was' if found.left_out == 1 else 'were'} left out"
    return told


def compared(one: Compared) -> str:
    """What became of one answer, as a sentence."""
    name = f"“{one.question.label}”"
    if one.after is None:
        return sentence(f"{name} can no longer be asked: it names what is gone")
    old, new = recommended(one.before), recommended(one.after)
    if one.effect == "answer":
        return sentence(f"{name}: {new} instead of {old}")
    return sentence(f"{name}: still {new}")


def recommended(answer: Recommendation) -> str:
    """What an answer recommends."""
    names = [answer.wording.technique(technique) for technique in answer.winners]
    variant = answer.reply["variant"]
    told = listed(names, "or") or "nothing"
    return f"{told}, as {answer.wording.technique(variant)}" if variant else told


def reasons(one: Compared) -> list[str]:
    """What is at work now and was not, what no longer is, and what that does to the points: what was changed first."""
    if one.after is None:
        return []
    told = [
        *((key, _statement(one.after, key, _COMES)) for key in one.came),
        *((key, _statement(one.before, key, _GOES)) for key in one.went),
    ]
    told.sort(key=lambda entry: (entry[0] not in one.terms, _ORDER.index(entry[0][0])))
    # Advice, steps and tradeoffs follow what is recommended: they are reasons only where nothing else is.
    causes = [text for (kind, _), text in told if kind not in _FOLLOWING]
    standings = _standings(one.before, one.after)
    found = [*causes[:MOST_CAUSES], *standings] or _simplicity(one.before, one.after) or [text for _, text in told]
    if not found and any(one.nodes.values()):
        count = sum(len(nodes) for nodes in one.nodes.values())
        found = [sentence(f"{counted(count, 'step')} of the proof {'reads' if count == 1 else 'read'} differently")]
    rest = len(causes[MOST_CAUSES:]) + len(found[MOST_REASONS:])
    return [*found[:MOST_REASONS], *([sentence(f"and {number_word(rest)} more")] if rest else [])]


def _statement(answer: Recommendation, key: Key, how: Mapping[str, str]) -> str:
    kind, statement = key
    said = lowered(answer.wording.statement(kind, statement)).rstrip(".")
    return sentence(f"{how[kind]}: {said} ({kind}:{statement})")


def _standings(before: Recommendation, after: Recommendation) -> list[str]:
    """The techniques that stand elsewhere than before, those that are or were recommended first."""
    old, new = ({one["technique"]: one for one in answer.ranking} for answer in (before, after))
    ordered = dict.fromkeys([*after.winners, *before.winners, *new, *old])
    told = [_standing(old.get(technique), new.get(technique), after, before) for technique in ordered]
    return [one for one in told if one]


def _standing(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, after: Recommendation, before: Recommendation
) -> str:
    if new is None:
        return sentence(f"{before.wording.technique(old['technique'])} is no longer there") if old else ""
    name = after.wording.technique(new["technique"])
    if old is None:
        return sentence(f"{name} is new, with {points(new['score'])}{_blocked(new)}")
    if _blocked(old) != _blocked(new):
        return sentence(f"{name} is {'ruled out or not feasible' if new['blockers'] else 'possible'} now")
    if old["score"] != new["score"]:
        return sentence(f"{name} has {points(new['score'])} instead of {points(old['score'], noun=False)}")
    return ""


def _simplicity(before: Recommendation, after: Recommendation) -> list[str]:
    """The techniques that were or are named and count as simpler, or as less simple, than before."""
    variants = [one for one in (after.reply["variant"], before.reply["variant"]) if one]
    found = []
    for technique in dict.fromkeys([*after.winners, *before.winners, *variants]):
        old, new = (answer.knowledge.techniques.get(technique) for answer in (before, after))
        if old is not None and new is not None and old.complexity != new.complexity:
            how = "simpler" if new.complexity < old.complexity else "less simple"
            name = after.wording.technique(technique)
            found.append(sentence(f"{name} counts as {how} than before, which decides among equals"))
    return found


def _blocked(result: Mapping[str, Any]) -> str:
    return ", and cannot be chosen" if result["blockers"] else ""


def points(number: int, noun: bool = True) -> str:
    """Points in words."""
    told = counted(abs(number), "point") if noun else number_word(abs(number))
    return f"minus {told}" if number < 0 else told


def asked(request: Mapping[str, Any], knowledge: Knowledge) -> str:
    """A stored question in a few words: its task and what was stated."""
    task = knowledge.tasks.get(request.get("task") or "")
    stated = []
    for constraint, value in request.get("constraints", {}).items():
        record = knowledge.constraints.get(constraint)
        found = record.value(value) if record and isinstance(value, str) else None
        stated.append(f"{record.label if record else constraint}: {found.label if found else value}")
    stated += [
        f"{knowledge.needs[need].label if need in knowledge.needs else need}: {strength}"
        for need, strength in request.get("needs", {}).items()
    ]
    return "; ".join([task.label if task else "any task", *stated[:4], *(["…"] if len(stated) > 4 else [])])
