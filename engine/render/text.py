"""Explanations in plain English: short first, one thought a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.gaps import gaps
from engine.profile import DENIED
from engine.proof import Node, Proof
from engine.render.argument import BULLET, argument, cited, demand_lines
from engine.render.english import counted, listed, lowered, number_word, sentence
from engine.render.variants import best_as, kind_of
from engine.validity import expired, unverified

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from engine.explanation import Difference, WhyNotAnswer

__all__ = [
    "BULLET",
    "CONFLICTS_TOLD",
    "PROVISOS_TOLD",
    "demand_lines",
    "headline",
    "pulling_apart",
    "what_if",
    "why",
    "why_not",
]

CONFLICTS_TOLD = 3
"""How many conflicts between sources an explanation tells; the answer itself has all of them."""

PROVISOS_TOLD = 3
"""How many unknown prerequisites an explanation tells: its own before those of its parts, sources before judgements."""


def headline(recommendation: Recommendation) -> str:
    """What is recommended, and by how much, in one or two sentences."""
    wording = recommendation.wording
    technique = recommendation.technique
    if technique is None:
        return "None of the techniques can be recommended: every one of them is blocked."
    if len(recommendation.winners) > 1:
        return sentence(f"{wording.techniques(recommendation.winners)} come out equal")
    second = [result for result in recommendation.ranking if result["rank"] not in (None, 1)]
    score = recommendation.result(technique)["score"]
    text = f"I recommend {wording.technique(technique)}"
    if not second:
        return sentence(f"{text}; everything else is ruled out")
    margin = score - second[0]["score"]
    return sentence(
        f"{text}: {counted(margin, 'point')} ahead of {wording.technique(second[0]['technique'])}"
        if margin
        else f"{text}: level with {wording.technique(second[0]['technique'])} on points, but it is the simpler choice"
    )


def why(recommendation: Recommendation, proof: Proof) -> str:
    """What carries the recommendation: the demanded needs that decide it, why each is demanded, and who says so."""
    technique = recommendation.technique
    if technique is None:
        blocked = [*_all_blocked(recommendation), *doubts(recommendation), *pulling_apart(recommendation)]
        return "\n".join([headline(recommendation), *blocked])
    lines = [headline(recommendation)]
    items = proof.about(technique, ("contribution", "interaction", "penalty", "unmet-prerequisite"))
    positive = sorted((node for node in items if node["points"] > 0), key=lambda node: -node["points"])
    negative = sorted((node for node in items if node["points"] < 0), key=lambda node: node["points"])
    for node in positive:
        lines += argument(recommendation, proof, node)
    if not positive:
        lines.append("Nothing you told me asks for more, so the simplest choice is enough.")
    if negative:
        lines.append("What speaks against it:")
        for node in negative:
            lines += argument(recommendation, proof, node)
    lines += best_as(recommendation, proof)
    lines += _provisos(recommendation, proof, technique, "It also takes what is not known so far:")
    slips = _errata(recommendation, proof, items)
    return "\n".join([*lines, *slips, *doubts(recommendation), *pulling_apart(recommendation)])


def doubts(recommendation: Recommendation) -> list[str]:
    """That the answer rests on claims that are out of date or that nobody verified, each kind in one sentence."""
    lines = []
    for found, what in (
        (expired(recommendation), "due for review and should be looked at again"),
        (unverified(recommendation), "not verified"),
    ):
        if not found:
            continue
        alone = {one["id"] for claim in found for one in claim["statements"] if one["alone"]}
        clauses = f"{counted(len(found), 'claim')} behind this {'is' if len(found) == 1 else 'are'} {what}"
        due = sorted(claim["review_by"] for claim in found if claim["review_by"])
        since = f", the first since {due[0]}" if due and what.startswith("due") else ""
        rest = f"; {counted(len(alone), 'statement')} {'rests' if len(alone) == 1 else 'rest'} on nothing else"
        lines.append(sentence(f"{clauses}{since}{rest if alone else ''}"))
    return lines


def pulling_apart(recommendation: Recommendation) -> list[str]:
    """The conflicts between sources that bear on the answer: of many, those with most claims at work."""
    conflicts = sorted(recommendation.reply["conflicts"], key=lambda one: (-len(one["claims"]), one["conflict"]))
    if not conflicts:
        return []
    lines = [f"{BULLET} {recommendation.wording.conflict(conflict)}" for conflict in conflicts[:CONFLICTS_TOLD]]
    return ["Where the sources pull apart:", *lines, *_rest(conflicts, CONFLICTS_TOLD)]


def _errata(recommendation: Recommendation, proof: Proof, items: list[Node]) -> list[str]:
    """The slips in the sources of what was told, each once."""
    demands = [proof.nodes[f"demand:{node['need']}"] for node in items if node.get("need")]
    told = [*items, *(rule for demand in demands for rule in proof.premises(demand) if rule.kind == "rule")]
    claims = sorted({claim for node in told for claim in node.get("claims", ())})
    return [slip for claim in claims if (slip := recommendation.wording.erratum(claim))]


def _all_blocked(recommendation: Recommendation) -> list[str]:
    wording = recommendation.wording
    return [
        f"{BULLET} {sentence(wording.technique(result['technique']) + ': ' + lowered(reason['text']))}"
        for result in recommendation.ranking
        for reason in recommendation.reasons(result)
        if reason["points"] is None
    ]


def why_not(answer: WhyNotAnswer) -> str:
    """All blockers with their gaps, then where the technique falls short of the recommended one."""
    recommendation, technique = answer.recommendation, answer.technique
    wording = recommendation.wording
    name = wording.technique(technique)
    result = recommendation.result(technique)
    if technique in recommendation.winners:
        return sentence(f"{name} is what I recommend")
    winner = recommendation.technique
    if winner is not None and technique == recommendation.reply["variant"]:
        return sentence(f"{name} is the kind of {wording.technique(winner)} that I recommend")
    lines = []
    if answer.blockers:
        lines.append(sentence(f"{name} is {_STATUS[result['status']]}"))
        for node in answer.blockers:
            lines.append(f"{BULLET} {wording.blocker(node.properties, technique)}{cited(recommendation, node)}")
            lines += [f"    {gap['text']}" for gap in gaps(recommendation, node, answer.proof)]
    if winner is not None:
        lines += _behind(answer, winner, bool(answer.blockers))
    opening = "It would also take what is not known so far:"
    return "\n".join([*lines, *_provisos(recommendation, answer.proof, technique, opening)])


def _provisos(recommendation: Recommendation, proof: Proof, technique: str, opening: str) -> list[str]:
    """What a technique cannot do without either, and of which nothing is known."""
    records, packs = recommendation.knowledge.prerequisites, recommendation.knowledge.packs
    asked = [(records[node["statements"][0]], node) for node in proof.about(technique, ("proviso",))]
    asked.sort(key=lambda one: (one[0].technique != technique, -packs[one[0].pack].precedence, one[0].id))
    lines = [
        f"{BULLET} {sentence(record.text or record.label)}{cited(recommendation, node)}"
        for record, node in asked[:PROVISOS_TOLD]
    ]
    return [opening, *lines, *_rest(asked, PROVISOS_TOLD)] if lines else []


def _rest(all_of_it: Sequence[Any], told: int) -> list[str]:
    """How much is left untold, if anything."""
    rest = len(all_of_it) - told
    return [sentence(f"and {number_word(rest)} more")] if rest > 0 else []


_STATUS = {"excluded": "ruled out", "infeasible": "not feasible", "viable": "possible", "recommended": "recommended"}


def _behind(answer: WhyNotAnswer, winner: str, blocked: bool) -> list[str]:
    recommendation = answer.recommendation
    wording = recommendation.wording
    name, best = wording.technique(answer.technique), wording.technique(winner)
    scores = recommendation.result(answer.technique)["score"], recommendation.result(winner)["score"]
    distance = scores[1] - scores[0]
    behind = [gap for gap in answer.shortcomings if gap["difference"] < 0]
    ahead = [gap for gap in answer.shortcomings if gap["difference"] > 0]
    lines = []
    if distance > 0:
        opening = f"{'apart from that, it' if blocked else name} is {counted(distance, 'point')} behind {best}"
        lines.append(sentence(opening) if not behind else f"{sentence(opening)[:-1]}:")
    elif distance == 0 and not blocked:
        own = kind_of(recommendation.knowledge, answer.technique, winner)
        reason = (
            f"is a kind of {best} and earns no more here"
            if own
            else f"has as many points as {best}, which is simpler or has fewer drawbacks"
        )
        lines.append(sentence(f"{name} {reason}"))
    elif blocked:
        level = f"{counted(-distance, 'point')} ahead of" if distance else "level with"
        opening = f"on points alone it would be {level} {best}"
        lines.append(sentence(f"{opening}, in spite of this:" if behind else opening))
    lines += [f"{BULLET} {_shortcoming(answer, gap, winner)}" for gap in sorted(behind, key=_difference)]
    if ahead and distance >= 0:
        lines += _in_favour(answer, ahead, best)
    return lines


def _in_favour(answer: WhyNotAnswer, ahead: list[dict[str, Any]], best: str) -> list[str]:
    served = [_subject(answer, gap) for gap in ahead if gap["kind"] == "need"]
    spared = [_burden(answer, gap) for gap in ahead if gap["kind"] != "need"]
    lines = [sentence(f"it does better than {best} on {listed(served)}")] if served else []
    return lines + ([sentence(f"with {best}, on the other hand, {listed(spared)}")] if spared else [])


def _burden(answer: WhyNotAnswer, gap: Mapping[str, Any]) -> str:
    """What the recommended technique loses points for, as a clause."""
    wording = answer.recommendation.wording
    said = lowered(wording.statement(gap["kind"], gap["id"]))
    return f"{said} would be missing" if gap["kind"] == "prerequisite" else said


def _difference(gap: Mapping[str, Any]) -> int:
    return int(gap["difference"])


def _subject(answer: WhyNotAnswer, gap: Mapping[str, Any]) -> str:
    """What a shortcoming is about: a need, or a loss that is the same whatever is needed."""
    wording = answer.recommendation.wording
    kind, item = gap["kind"], gap["id"]
    if kind == "need":
        return wording.need(item)
    return wording.missing(item) if kind == "prerequisite" else lowered(wording.statement(kind, item))


def _shortcoming(answer: WhyNotAnswer, gap: Mapping[str, Any], winner: str) -> str:
    recommendation = answer.recommendation
    wording = recommendation.wording
    item = gap["id"]
    if gap["kind"] != "need":
        return sentence(_subject(answer, gap))
    ours = _effects(recommendation, answer.technique, item)
    theirs = _effects(recommendation, winner, item)
    name, best = wording.technique(answer.technique), wording.technique(winner)
    said = f"it {ours} {wording.need(item)}" if ours else f"{name} does nothing for {wording.need(item)}"
    said += _by_combining(recommendation, answer.technique, item)
    other = f", which {best} {theirs}" if theirs and theirs != ours else ""
    return sentence(f"{said}{other}")


def _effects(recommendation: Recommendation, technique: str, need: str) -> str:
    items = [item for item in _on_need(recommendation, technique, need) if item["kind"] != "interaction"]
    return listed([recommendation.wording.effect(item["kind"], item["degree"]) for item in items], "but also")


def _by_combining(recommendation: Recommendation, technique: str, need: str) -> str:
    """What a composite does to a need beyond what its parts do."""
    items = [item for item in _on_need(recommendation, technique, need) if item["kind"] == "interaction"]
    degree = sum(item["degree"] for item in items)
    return (
        ""
        if degree == 0
        else ", and combining adds to that"
        if degree > 0
        else ", though combining takes some of it away"
    )


def _on_need(recommendation: Recommendation, technique: str, need: str) -> list[Mapping[str, Any]]:
    return [item for item in recommendation.result(technique)["items"] if item.get("need") == need]


def what_if(difference: Difference) -> str:
    """What would change, what that does to the needs, and the new recommendation."""
    before, after = difference.before, difference.after
    changes = _supposed(difference)
    opening = f"if {listed(changes)}, " if changes else "nothing would be different: "
    lines = [sentence(opening + _outcome(before, after))]
    lines += _moved(difference)
    return "\n".join(lines)


def _supposed(difference: Difference) -> list[str]:
    """Everything that is supposed to be different, as clauses after "if"."""
    before, after = difference.before.profile, difference.after.profile
    wording = difference.after.wording
    changes = []
    if after.task != before.task:
        changes.append(f"the task were {wording.task(after.task)}" if after.task else "the task were open")
    changes += [
        f"{wording.constraint(constraint)} were “{wording.value(constraint, change['after'])}”"
        for constraint, change in difference.changed_constraints.items()
    ]
    old, new = dict(before.needs), dict(after.needs)
    for need in sorted({*old, *new}):
        if old.get(need) == new.get(need):
            continue
        if need not in new:
            changes.append(f"nothing were said of {wording.need(need)}")
        else:
            changes.append(f"{wording.need(need)} were {'not needed' if new[need] == DENIED else 'needed'}")
    allowed = [wording.technique(one) for one in before.exclude if one not in after.exclude]
    ruled_out = [wording.technique(one) for one in after.exclude if one not in before.exclude]
    changes += [f"{listed(allowed)} were allowed"] if allowed else []
    changes += [f"{listed(ruled_out)} were ruled out"] if ruled_out else []
    if difference.before.packs != difference.after.packs:
        packs = difference.after.knowledge.packs
        changes.append(f"only {listed([packs[pack].label for pack in difference.after.packs])} counted")
    return changes


def _outcome(before: Recommendation, after: Recommendation) -> str:
    wording = after.wording
    if after.technique is None:
        return "nothing could be recommended"
    name = wording.technique(after.technique)
    if after.technique == before.technique:
        return f"it would still be {name}"
    if before.technique is None:
        return f"I would recommend {name}"
    return f"I would recommend {name} instead of {wording.technique(before.technique)}"


def _moved(difference: Difference) -> list[str]:
    wording = difference.after.wording
    lines = []
    for need, weights in difference.changed_demands.items():
        if weights["after"] > weights["before"]:
            becomes = "would become" if weights["before"] == 0 else "would be"
            lines.append(f"{BULLET} {sentence(wording.demanded(need, weights['after'], becomes))}")
        elif weights["after"] == 0:
            lines.append(f"{BULLET} {sentence(f'{wording.need(need)} would no longer be needed')}")
        else:
            lines.append(f"{BULLET} {sentence(f'{wording.need(need)} would matter less')}")
    return lines
