"""How the engine decides, how accurate it is, and what terms mean, in plain English.

What is said of deciding is what ``docs/semantics.md`` fixes, whatever the knowledge base is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.render.english import counted, listed, number_word, sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.about import Definition, Method
    from engine.accuracy import Accuracy
    from engine.render.sentences import Sentences
    from kb.model import Knowledge

MOST_NAMES = 6
"""How many other names of a term are told; the data has them all."""

ALL_PHRASES = "all phrases"
"""The name of the figures for texts that are read with every phrase, also those taken from them."""

_KINDS = {
    "technique": "a technique",
    "need": "a need",
    "constraint": "something on which cases differ",
    "task": "a task",
    "quality": "a quality",
    "unit": "a unit",
    "strength": "a strength of demand",
    "degree": "a degree to which a technique serves a need",
    "word": "a source's word for strength",
    "parameter": "a number",
    "formula": "a calculation",
    "value": "an answer",
}
_COUNTED = (
    ("rule", "rule"),
    ("contribution", "statement of what a technique does for a need"),
    ("prerequisite", "prerequisite"),
    ("penalty", "penalty"),
    ("interaction", "interaction"),
    ("tradeoff", "tradeoff"),
    ("advice", "piece of advice"),
    ("step", "step"),
)
_PLURALS = {
    "statement of what a technique does for a need": "statements of what a technique does for a need",
    "penalty": "penalties",
    "piece of advice": "pieces of advice",
}


def _count(number: int, noun: str) -> str:
    if number == 1:
        return counted(1, noun)
    return f"{number_word(number)} {_PLURALS.get(noun, f'{noun}s')}"


def rules(knowledge: Knowledge) -> list[tuple[str, str]]:
    """The rules of deciding by topic."""
    strengths = sorted(knowledge.strengths.values(), key=lambda one: one.weight)
    weights = listed([f"{one.label} counts {one.weight}" for one in strengths])
    strongest = strengths[-1].label if strengths else "strongest"
    degrees = listed(
        [
            f"“{one.label}” {one.weight:+d}".replace("-", "−")
            for one in sorted(knowledge.degrees.values(), key=lambda one: (-one.weight, one.id))
        ]
    )
    return [
        (
            "demand",
            "What you say makes rules apply, and each rule that applies demands a need. A need counts as much as the "
            f"strongest rule that demands it; further rules only corroborate it. Strengths are numbers: {weights}.",
        ),
        (
            "score",
            "A technique gets points for each need that is demanded: the weight of the demand times the degree to "
            f"which it serves or damages that need ({degrees}). Its penalties are taken off. Nothing is normalised "
            "or discounted, "
            "and one fact that several sources state counts once.",
        ),
        (
            "gates",
            f"A technique is ruled out where it does not supply or breaks a need that is {strongest}, or where you "
            "rule it out. It is "
            "not feasible where a prerequisite that it cannot do without is not met. Every blocker is told, not only "
            "the first.",
        ),
        (
            "combinations",
            "A combination supplies what its best part supplies and suffers what its worst part damages, and needs "
            "the prerequisites of all of them. It is considered only where no simpler technique does something for "
            "every strong need.",
        ),
        (
            "ranking",
            "The technique with the highest score is recommended. At equal scores the one with fewer penalties comes "
            "first, "
            "then the simpler one; otherwise they share the place.",
        ),
        (
            "unknowns",
            "What is not known stays unknown: a rule that depends on it waits, a prerequisite that depends on it is "
            "told as a "
            "proviso. How sure an answer is follows from trying what the unknowns could turn out to be.",
        ),
        (
            "disagreement",
            "Where sources disagree, a written resolution decides, otherwise the pack with the higher precedence. "
            "Both claims stay visible.",
        ),
    ]


def method(answer: Method) -> str:
    """The rules, one a paragraph, and what they work on."""
    counts = answer.counts()
    known = [_count(counts[kind], noun) for kind, noun in _COUNTED if counts.get(kind)]
    judged = counts["judgement"]
    rests = f"They rest on {_count(counts['claim'], 'claim')} of {_count(counts['source'], 'source')}"
    share = "all" if judged == counts["claim"] else number_word(judged)
    own = f", {share} of them {'a judgement' if judged == 1 else 'judgements'} of our own" if judged else ""
    lines = [
        "I decide by rules that anyone can read; nothing is learned or guessed.",
        *(f"{BULLET} {topic.capitalize()}: {text}" for topic, text in rules(answer.knowledge)),
        sentence(f"what I know at present: {listed(known)}" if known else "I know nothing at present"),
    ]
    return "\n".join([*lines, sentence(rests + own)] if counts["claim"] else lines)


def accuracy(answer: Accuracy) -> str:
    """How many scenarios come out as they should, and which do not."""
    if answer.report is None:
        none = "This knowledge base has no scenario by which it could be measured."
        return "\n".join([none, *_recorded(answer)])
    outcomes = answer.report.outcomes
    wrong = [outcome for outcome in outcomes if not outcome.acceptable]
    right = len(outcomes) - len(wrong)
    opening = (
        f"all of the {_count(len(outcomes), 'scenario')} in this knowledge base come out as they should"
        if not wrong and len(outcomes) > 1
        else f"of {_count(len(outcomes), 'scenario')} in this knowledge base {number_word(right)} "
        f"{'comes' if right == 1 else 'come'} out as {'it' if right == 1 else 'they'} should"
    )
    lines = [sentence(opening)]
    techniques = answer.knowledge.techniques
    for outcome in wrong:
        label = answer.knowledge.scenarios[outcome.case.id].label
        expected = listed([techniques[one].label for one in outcome.case.expected if one in techniques], "or")
        got = techniques[outcome.technique].label if outcome.technique else "nothing"
        lines.append(f"{BULLET} {sentence(f'{label}: {expected} was expected, {got} is recommended')}")
    lines.append(
        "These are the cases that the knowledge was written to get right, so they show that it still does; how often "
        "it is "
        "right on other cases they cannot show."
    )
    return "\n".join([*lines, *_recorded(answer)])


def _recorded(answer: Accuracy) -> list[str]:
    """What was measured on other cases, when, and whether the knowledge has changed since."""
    lines = []
    for record in answer.recorded():
        changed = "" if record["still_this_knowledge"] else "; the knowledge has changed since"
        lines.append(
            f"{BULLET} On {record['date']}, {record['cases']} cases from {record['source']} ({record['name']}): "
            f"{record['acceptable']:.3f} acceptable, {record['mean_per_technique']:.3f} in the mean over techniques, "
            f"{record['unacceptable']:.3f} unacceptable{changed}."
        )
        for reading, figures in (record["understanding"] or {}).items():
            if reading != ALL_PHRASES:
                lines.append(
                    f"    Read in {reading}, each without its own words: {figures['acceptable']:.3f} acceptable."
                )
        best = max(record["compared"], key=lambda one: one["acceptable"], default=None)
        if best:
            lines.append(
                f"    The best of what it was compared with, {best['name']}: {best['acceptable']:.3f} acceptable."
            )
    return ["Measured on cases that are not part of the knowledge:", *lines] if lines else []


def definition(answer: Definition, words: Sentences) -> str:
    """What the term means, its other names, its scale, its relatives, and who says so."""
    term = answer.term
    of_what = f" for {answer.constraint.label}" if answer.constraint else ""
    lines = [
        sentence(f"{term.label}: {term.definition}")
        if term.definition
        else sentence(f"{term.label} is {_KINDS[answer.kind]}{of_what}")
    ]
    if term.definition and answer.constraint:
        lines = [sentence(f"{answer.constraint.label} “{term.label}”: {term.definition}")]
    if term.synonyms:
        lines.append(sentence(f"also called {listed(term.synonyms[:MOST_NAMES], 'or')}"))
    if answer.values():
        lines.append("It can be:")
        lines += [
            f"{BULLET} {sentence(f'{value.label}: {value.definition}' if value.definition else value.label)}"
            for value in answer.values()
        ]
    lines += [sentence(line) for line in _related(answer, words)]
    lines += [sentence(note.text) for note in term.notes]
    sources = [f"“{source.title}”" for source in answer.sources()]
    pack = answer.knowledge.packs.get(term.pack)
    lines.append(
        sentence(f"defined after {listed(sources)}")
        if sources
        else sentence(f"defined by the pack “{pack.label if pack else term.pack}”")
    )
    return "\n".join(lines)


def _related(answer: Definition, words: Sentences) -> list[str]:
    related = answer.relations()
    label = {"task": words.task, "need": words.need}.get(answer.kind, words.technique)
    named = {name: [label(one) for one in ids] for name, ids in related.items()}
    said = {
        "broader": "it is a kind of {}",
        "parts": "it combines {}",
        "refines": "it is a variant of {}",
        "variants": "variants of it are {}",
    }
    return [said[name].format(listed(labels)) for name, labels in named.items()]
