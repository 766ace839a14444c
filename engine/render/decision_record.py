"""A recommendation as an architecture decision record, to be committed as it is.

The form is that of MADR 4 (adr.github.io/madr): context, drivers, options, outcome, consequences, confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.gaps import amount_of, gaps
from engine.proof import Node, Proof
from engine.render import text
from engine.render.drawn import citations_of, cited_in_markdown
from engine.render.english import counted, listed, lowered, number_word, sentence
from engine.render.prose import escaped
from engine.render.wording import Wording
from kb.bands import plain

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from engine.counterfactual import Changes

MOST_QUESTIONS = 8
"""How many open questions a record names."""

_STATUS = {"infeasible": "not feasible", "excluded": "ruled out"}


@dataclass(frozen=True)
class DecisionRecord:
    """What a decision record is written from.

    Attributes:
        recommendation: the answer.
        proof: its whole proof.
        flips: for each other technique the single changes that make it win; None where the search took too long.
    """

    recommendation: Recommendation
    proof: Proof
    flips: Mapping[str, Changes | None]

    def as_markdown(self) -> str:
        """The record."""
        sections = [
            _front_matter(self.recommendation),
            f"# {_title(self.recommendation)}",
            _section("## Context and Problem Statement", _context(self.recommendation, self.proof)),
            _section("## Decision Drivers", _drivers(self.recommendation, self.proof)),
            _section("## Considered Options", [f"- {_name(self, one)}" for one in _options(self.recommendation)]),
            _section("## Decision Outcome", _outcome(self.recommendation)),
            _section("### Consequences", _consequences(self.recommendation, self.proof)),
            _section("### Confirmation", _confirmation(self)),
            _section("## Pros and Cons of the Options", _pros_and_cons(self)),
            _section("## More Information", _more(self.recommendation, self.proof)),
        ]
        return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, lines: Iterator[str] | Sequence[str]) -> str:
    body = "\n".join(lines).strip("\n")
    return f"{title}\n\n{body}" if body else ""


def _front_matter(recommendation: Recommendation) -> str:
    return f'---\nstatus: "proposed"\ndate: {recommendation.as_of.isoformat()}\n---'


def _title(recommendation: Recommendation) -> str:
    wording = recommendation.wording
    subject = f" for {wording.task(recommendation.profile.task)}" if recommendation.profile.task else ""
    if recommendation.technique is None:
        return escaped(f"No technique can be recommended{subject}")
    return escaped(f"Use {wording.techniques(recommendation.winners, 'or')}{subject}")


def _name(record: DecisionRecord, technique: str) -> str:
    name = record.recommendation.wording.technique(technique)
    return escaped(name[0].upper() + name[1:])


def _options(recommendation: Recommendation) -> list[str]:
    return [result["technique"] for result in recommendation.ranking]


# --- why there is something to decide -----------------------------------------------------------------------


def _context(recommendation: Recommendation, proof: Proof) -> Iterator[str]:
    wording, profile = recommendation.wording, recommendation.profile
    system = recommendation.knowledge.system
    task = f"The task is {wording.task(profile.task)}." if profile.task else "The task is not fixed yet."
    yield escaped(f"{task} {system.question if system else ''}".strip())
    facts = [_fact(recommendation, entry) for entry in recommendation.reply["values"] if entry["value"]]
    facts += [_stated_need(wording, need, strength) for need, strength in profile.needs]
    facts += [f"{wording.technique(technique)} is out of the question" for technique in profile.exclude]
    if facts:
        yield from ("", "What is known:", "", *(f"- {escaped(sentence(fact))}" for fact in facts))


def _fact(recommendation: Recommendation, entry: Mapping[str, Any]) -> str:
    """A value with where it comes from; a number as it was given."""
    wording, profile, constraint = recommendation.wording, recommendation.profile, entry["constraint"]
    said = f"{wording.constraint(constraint)}: {wording.value(constraint, entry['value'])}"
    stated = next((one for one in profile.values if one.constraint == constraint), None)
    if stated and stated.number is not None and stated.unit in recommendation.knowledge.units:
        unit = recommendation.knowledge.units[stated.unit or ""]
        until = "" if stated.to is None else f"{plain(stated.number)} to "
        return f"{said} ({until}{amount_of(stated.number if stated.to is None else stated.to, unit)})"
    origin = {
        "inherited": f" (typical of {wording.task(profile.task)})" if profile.task else " (typical)",
        "assumed": " (assumed)",
    }
    return said + origin.get(entry["origin"], "")


def _stated_need(wording: Wording, need: str, strength: str) -> str:
    return f"{wording.need(need)} is {'not needed' if strength == 'denied' else 'asked for'}"


def _drivers(recommendation: Recommendation, proof: Proof) -> Iterator[str]:
    """The demands, the strongest first, each with what raises it."""
    demands = [node for node in proof.of_kind("demand") if node["weight"] > 0 and node["counts"]]
    for demand in sorted(demands, key=lambda node: (-node["weight"], node["need"])):
        wording = recommendation.wording
        strength = wording.strength(demand["weight"])
        said = f"{wording.need(demand['need'])} ({strength} need)"
        reason = " ".join(text.demand_lines(recommendation, proof, demand))
        yield f"- {escaped(said[0].upper() + said[1:])}: {escaped(lowered(impersonal(reason)))}"
    if not demands:
        yield "- Simplicity: nothing that is known asks for more."


# --- what was decided -----------------------------------------------------------------------------------------


def _outcome(recommendation: Recommendation) -> Iterator[str]:
    wording = recommendation.wording
    if recommendation.technique is None:
        yield "None of the options can be chosen as things stand: each is blocked by what is listed under it."
        return
    name = escaped(wording.techniques(recommendation.winners, "or"))
    yield f"Chosen option: **{name}**, because it {escaped(_reason(recommendation))}."
    variant = recommendation.reply["variant"]
    if variant:
        yield f"Of its variants {escaped(wording.technique(variant))} fits best."
    steps = [f"{sentence(step['text'])} {step['test']}".strip() for step in recommendation.core("none")["path"]]
    if steps:
        yield from ("", "The way there:", "", *(f"{number}. {escaped(step)}" for number, step in enumerate(steps, 1)))


def _reason(recommendation: Recommendation) -> str:
    technique = recommendation.technique or ""
    score = recommendation.result(technique)["score"]
    behind = [one for one in recommendation.ranking if one["rank"] not in (None, 1)]
    if len(recommendation.winners) > 1:
        return f"has as many points as any other ({score})"
    if not behind:
        return "is the only option that is not ruled out"
    margin, second = score - behind[0]["score"], recommendation.wording.technique(behind[0]["technique"])
    if margin == 0:
        return f"is the simpler choice, level on points with {second}"
    return f"meets the decision drivers best, {counted(margin, 'point')} ahead of {second}"


def _consequences(recommendation: Recommendation, proof: Proof) -> Iterator[str]:
    technique = recommendation.technique
    if technique is None:
        return
    yield from _arguments(recommendation, technique)
    core = recommendation.core("none")
    yield from (f"- Neutral, because {escaped(lowered(found['text']))}" for found in core["tradeoffs"])
    warnings = [one["text"] for one in (*core["warnings"], *core["hints"])]
    if warnings:
        yield from ("", "To mind:", "", *(f"- {escaped(warning)}" for warning in warnings))


def _arguments(recommendation: Recommendation, technique: str) -> Iterator[str]:
    """What speaks for a technique and what against it, the weightiest first; what blocks it is told elsewhere."""
    reasons = recommendation.reasons(recommendation.result(technique))
    blocking = {(one["need"], one["side"]) for one in reasons if one["points"] is None and one["reason"] == "required"}
    for reason in reasons:
        if reason["points"] and (reason.get("need"), reason["kind"]) not in blocking:
            yield f"- {'Good' if reason['points'] > 0 else 'Bad'}, because {escaped(_argument(reason['text']))}"


def _argument(said: str) -> str:
    """A reason as it follows "because" in a document."""
    return Wording.because(impersonal(said))


_PERSONAL = (
    (r"\byou said so: ", ""),
    (r"\byou said that ", ""),
    (r" and that (?=[^:]*:)", " and "),
    (r", by the number you gave", ", by the number that was given"),
    (r" \(assumed until you say otherwise\)", " (assumed)"),
    (r"\byou ruled out (.+), which it (includes|refines)", r"it \2 \1, which was ruled out beforehand"),
    (r"\byou ruled out (.+?)(?=,|\.$)", r"\1 was ruled out beforehand"),
)
"""What is said to the user, and how a record says it that others read."""


def impersonal(said: str) -> str:
    """A sentence that speaks to the user, as one in a document."""
    for spoken, written in _PERSONAL:
        said = re.sub(spoken, written, said, flags=re.IGNORECASE)
    return said


def _confirmation(record: DecisionRecord) -> Iterator[str]:
    """How to see that the decision holds, and when to look again: what is open, what flips it, what expires."""
    recommendation = record.recommendation
    wording = recommendation.wording
    confidence = recommendation.core("none")["confidence"]
    if confidence["decided"]:
        yield "Nothing that is still unknown can change this decision."
    elif recommendation.technique:
        share, error = f"{confidence['stability']:.0%}", confidence["completions"]["error"]
        sampled = f" (sampled, {error:.0%} more or less)" if error else ""
        yield f"The decision stays the same for {share}{sampled} of what the open questions could turn out to be."
    technique = recommendation.technique
    provisos = [
        sentence(wording.statement("prerequisite", one))
        for one in (recommendation.result(technique)["provisos"] if technique else ())
    ]
    if provisos:
        yield from ("", "It takes the following, which is not known yet:", "")
        yield from (f"- {escaped(proviso)}" for proviso in provisos)
    flips = list(_flips(record))
    if flips:
        yield from ("", "Look again as soon as one of these changes:", "", *flips)
    yield from _open_questions(recommendation)
    doubtful = text.doubts(recommendation)
    if doubtful:
        yield from ("", *map(escaped, doubtful))
    due = sorted({one.review_by for one in _claims(record) if one.review_by})
    if due:
        last = f" The last of the claims expires on {due[-1]}." if len(due) > 1 else ""
        yield from ("", f"The claims behind it are to be looked at again by {due[0]}.{last}")
    late = [wording.technique(technique) for technique, found in record.flips.items() if found is None]
    if late:
        said = f"what would change it in favour of {listed(late)} was not searched to the end"
        yield from ("", escaped(sentence(said)))


def _open_questions(recommendation: Recommendation) -> Iterator[str]:
    """What is still open, the question that can move most first; of many only some."""
    unknowns = recommendation.core("none")["unknowns"]
    asked = recommendation.next_question
    questions = [one["question"] or f"{one['label']}?" for one in ([asked] if asked else []) + unknowns]
    told = list(dict.fromkeys(questions))
    if told:
        yield from ("", "Still open, and able to change the decision:", "")
        yield from (f"- {escaped(question)}" for question in told[:MOST_QUESTIONS])
    rest = len(told) - MOST_QUESTIONS
    if rest > 0:
        yield f"- And {number_word(rest)} further {'question' if rest == 1 else 'questions'}."


def _claims(record: DecisionRecord) -> list[Any]:
    """The claims on which the ranking rests, without those of rules that wait for what is unknown."""
    claims = record.recommendation.knowledge.claims
    return [claims[claim] for claim in record.proof.claims_below(record.proof.root)]


def _flips(record: DecisionRecord) -> Iterator[str]:
    for found in record.flips.values():
        wording = record.recommendation.wording
        ways: dict[tuple[str, str], list[str]] = {}
        for way in (one["changes"][0] for one in (found.sets if found else ()) if len(one["changes"]) == 1):
            value = f"“{wording.value(way['constraint'], way['value'])}”"
            ways.setdefault((way["constraint"], way["kind"]), []).append(value)
        if found and ways:
            verbs = {"change": "were", "learn": "turned out to be"}
            told = [
                f"if {wording.constraint(constraint)} {verbs[kind]} {listed(values, 'or')}"
                for (constraint, kind), values in ways.items()
            ]
            yield f"- {_name(record, found.target)} would be the choice {escaped(listed(told, 'or'))}."


# --- what else there was ------------------------------------------------------------------------------------------


def _pros_and_cons(record: DecisionRecord) -> Iterator[str]:
    recommendation = record.recommendation
    for technique in _options(recommendation):
        result = recommendation.result(technique)
        score = f"{result['score']} {'point' if abs(result['score']) == 1 else 'points'}".replace("-", "−")
        status = f", {_STATUS[result['status']]}" if result["status"] in _STATUS else ""
        yield from (f"### {_name(record, technique)}", "", f"{score}{status}", "")
        blockers = [one for one in recommendation.reasons(result) if one["points"] is None]
        nodes = record.proof.about(technique, ("blocker",))
        yield from (f"- Bad, because {escaped(_argument(one['text']))}{_gaps(record, nodes, one)}" for one in blockers)
        yield from _arguments(recommendation, technique)
        if not result["items"] and not blockers:
            yield "- Neutral, because nothing that is asked for speaks for or against it."
        yield ""


def _gaps(record: DecisionRecord, nodes: list[Node], blocker: Mapping[str, Any]) -> str:
    """How far a blocker is from being met, in words."""
    for node in nodes:
        if node["reason"] == blocker["reason"] == "prerequisite" and node["statements"] == blocker["statements"]:
            return "".join(f" {escaped(gap['text'])}" for gap in gaps(record.recommendation, node, record.proof))
    return ""


def _more(recommendation: Recommendation, proof: Proof) -> Iterator[str]:
    cited = citations_of(proof.claims_below(proof.root), recommendation.knowledge)
    if cited:
        yield from ("What the reasons rest on:", "", *(f"- {cited_in_markdown(one)}" for one in cited), "")
    conflicts = [recommendation.wording.conflict(one) for one in recommendation.reply["conflicts"]]
    if conflicts:
        yield from ("Where the sources pull apart:", "", *(f"- {escaped(one)}" for one in conflicts), "")
    yield f"Written from recommendation `{recommendation.id}`, as of {recommendation.as_of.isoformat()}."
