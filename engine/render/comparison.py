"""Contrasts, counterfactuals and regions in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.render.english import counted, listed, lowered, number_word, sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.contrast import Contrast
    from engine.counterfactual import Changes, Regions

MOST_SETS = 8
"""How many sets of changes a text names; the data has them all."""


def contrast(answer: Contrast) -> str:
    """Which of two is ahead, what speaks for the one and what for the other, and what blocks either."""
    wording = answer.recommendation.wording
    name, other = wording.technique(answer.technique), wording.technique(answer.other)
    ours, theirs = (answer.recommendation.result(one)["score"] for one in (answer.technique, answer.other))
    lines = [sentence(_ahead(name, other, ours - theirs))]
    for technique, nodes in answer.blockers.items():
        blocked = f"{wording.technique(technique)} cannot be chosen, because"
        for node in nodes:
            why = wording.because(wording.blocker(node.properties, technique))
            lines.append(f"{BULLET} {sentence(f'{blocked} {why}')}")
    for heading, sign in ((f"for {name}", 1), (f"for {other}", -1)):
        speaking = [row for row in answer.differences if row["difference"] * sign > 0]
        if speaking:
            lines.append(f"{sentence(f'what speaks {heading}')[:-1]}:")
            lines += [f"{BULLET} {_difference(answer, row, sign)}" for row in speaking]
    if not answer.differences:
        lines.append("Nothing that is asked for tells them apart.")
    return "\n".join(lines)


def _ahead(name: str, other: str, points: int) -> str:
    if points == 0:
        return f"{name} and {other} have the same score"
    return f"{name} is {counted(abs(points), 'point')} {'ahead of' if points > 0 else 'behind'} {other}"


def _difference(answer: Contrast, row: Mapping[str, Any], sign: int) -> str:
    """One row, told from the side of the technique for which it speaks."""
    wording = answer.recommendation.wording
    points = f"({counted(abs(row['difference']), 'point')})"
    better, worse = (answer.technique, answer.other) if sign > 0 else (answer.other, answer.technique)
    if row["kind"] != "need":
        lost = lowered(wording.statement(row["kind"], row["id"]).rstrip("."))
        opening = "lacks a prerequisite" if row["kind"] == "prerequisite" else "has this against it"
        return sentence(f"{wording.technique(worse)} {opening}: {lost} {points}")
    sides = (row["technique"], row["other"]) if sign > 0 else (row["other"], row["technique"])
    does, instead = (
        listed([wording.effect(effect["side"], effect["degree"]) for effect in side["effects"]]) for side in sides
    )
    need = wording.need(row["id"])
    if not does:
        return sentence(f"{need}: {wording.technique(worse)} {instead} it {points}")
    contrast_with = (
        f"; {wording.technique(worse)} {instead} it" if instead else f"; {wording.technique(worse)} does nothing for it"
    )
    return sentence(f"{need}: {wording.technique(better)} {does} it{contrast_with} {points}")


def changes(answer: Changes) -> str:
    """What would have to be different, the easiest first; or that nothing of that size does it."""
    wording = answer.recommendation.wording
    name = wording.technique(answer.target)
    if answer.sets and not answer.sets[0]["changes"]:
        return sentence(f"nothing has to change: {name} is recommended already")
    if not answer.sets:
        return sentence(f"{no_set(answer.size)} makes {name} the recommendation")
    lines = [f"{sentence(f'{name} would be recommended if')[:-1]}:"]
    for found in answer.sets[:MOST_SETS]:
        lines.append(f"{BULLET} {sentence(listed([answer.wording_of(change) for change in found['changes']]))}")
    rest = len(answer.sets) - MOST_SETS
    if rest > 0:
        lines.append(
            sentence(f"there {'is' if rest == 1 else 'are'} {number_word(rest)} more {'way' if rest == 1 else 'ways'}")
        )
    return "\n".join(lines)


def no_set(size: int) -> str:
    """That nothing up to a size does it, as the subject of a clause."""
    return "no single change" if size == 1 else f"no set of up to {counted(size, 'change')}"


def regions(answer: Regions) -> str:
    """For each technique the values with which it wins."""
    wording = answer.recommendation.wording
    x, y = answer.axis(answer.x), answer.axis(answer.y)
    assert x is not None
    labels = {value["id"]: value["label"] for value in x["values"]}
    rows: dict[str, dict[str, list[str]]] = {}
    for cell in answer.cells:
        who = wording.techniques(cell["winners"], "or") or "nothing"
        where = wording.value(y["constraint"], cell["y"]) if y else ""
        rows.setdefault(where, {}).setdefault(who, []).append(f"“{labels[cell['x']]}”")
    lines = []
    for where, winners in rows.items():
        opening = f"{y['label']} “{where}”: " if y else ""
        parts = [f"{who} where {x['label']} is {listed(values, 'or')}" for who, values in winners.items()]
        if len(winners) == 1:
            parts = [f"{next(iter(winners))} whatever {x['label']} is"]
        lines.append(f"{BULLET} {sentence(opening + '; '.join(parts))}")
    return "\n".join(lines)
