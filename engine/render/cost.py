"""Costs in plain English: what each technique costs, from where on which is cheaper, and what was taken for granted."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.cost_reader import fitted_to, review_by
from engine.render.english import counted, listed, lowered, number_word, plural, sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.costs import BreakEven, Costs
    from kb.model import Knowledge, Parameter

NUMBERS_TOLD = 8
"""How many assumed numbers a text names, those first that matter most; the data has them all."""

_ORIGINS = {"stated": "as you say now", "case": "as you said"}


def text(answer: Costs, numbers: int = NUMBERS_TOLD, *, short: bool = False) -> str:
    """All of it, or why there is nothing to tell; ``short`` without what the amounts show themselves."""
    if not answer.totals:
        return "The active packs have no formulas for costs, so I cannot work any out."
    lines = [_opening(answer)]
    lines += [f"{BULLET} {_technique(answer, technique)}" for technique in answer.shown]
    if answer.not_known:
        named = answer.recommendation.wording.techniques(answer.not_known)
        lines.append(sentence(f"for {named} there is no formula"))
    subject = answer.subject
    told = [
        found
        for found in answer.break_evens
        if subject in (found.technique, found.other)
        and {found.technique, found.other} <= {*answer.shown}
        and _says(answer, found)
    ]
    if short:
        told = [found for found in told if found.over == "volume" and len(found.stretches) > 1]
    if told:
        lines.append("Which is cheaper from where on:")
        lines += [f"{BULLET} {break_even(answer, found)}" for found in told]
    outweighing = [found for found in answer.yardsticks() if found["outweighs"]]
    lines += [str(found["text"]) if short else _yardstick(answer, found) for found in outweighing]
    return "\n".join([*lines, *_numbers(answer, numbers), *_stale(answer)])


def _opening(answer: Costs) -> str:
    wording = answer.recommendation.wording
    cheapest = [one for one in answer.shown if answer.totals[one] == answer.totals[answer.shown[0]]]
    over = f"over {_period(answer)} with {_volume(answer)}{_assumed(answer)}"
    verb = "cost" if len(cheapest) > 1 else "costs"
    opening = sentence(f"{over}, {wording.techniques(cheapest)} {verb} least")
    recommended = answer.recommendation.technique
    if recommended in answer.totals and recommended not in cheapest:
        more = money(answer, answer.totals[recommended] - answer.totals[cheapest[0]])
        return f"{opening} {sentence(f'{wording.technique(recommended)}, which I recommend, costs {more} more')}"
    return opening


def _assumed(answer: Costs) -> str:
    """Which of horizon and volume nobody stated."""
    assumed = [
        name
        for name, role in (("the time", "horizon"), ("their number", "volume"))
        if answer.numbers[answer.model.in_role(role).id].origin in ("default", "fitted")  # type: ignore[arg-type]
    ]
    return f" ({listed(assumed)} {'is' if len(assumed) == 1 else 'are'} assumed)" if assumed else ""


def _technique(answer: Costs, technique: str) -> str:
    split = answer.split(technique)
    horizon, volume = answer.model.in_role("horizon"), answer.model.in_role("volume")
    period, use = _unit(answer.model.knowledge, horizon.unit), _unit(answer.model.knowledge, volume.unit)
    ways = {"once": "once", "each-period": f"each {period}", "each-use": f"for each {use}"}
    parts = [f"{money(answer, amount)} {ways[kind]}" for kind, amount in split.items() if amount]
    name = answer.recommendation.wording.technique(technique)
    total = money(answer, answer.totals[technique])
    largest = max(answer.model.parts[technique], key=lambda part: answer.model.total_of(part, answer.taken))
    most = answer.model.total_of(largest, answer.taken)
    share = (
        f"; most of it is {lowered(largest.label)} ({money(answer, most)})"
        if most * 2 > answer.totals[technique]
        else ""
    )
    return sentence(f"{name}: {total}{f', that is {listed(parts)}' if parts else ''}{share}")


def _says(answer: Costs, found: BreakEven) -> bool:
    """Whether it says more than another: what saves nowhere is told once, not for the time as well."""
    if found.over == "volume" or found.points:
        return True
    mine, theirs = answer.split(found.technique), answer.split(found.other)
    return len({mine[kind] > theirs[kind] for kind in mine if mine[kind] != theirs[kind]}) > 1


def break_even(answer: Costs, found: BreakEven) -> str:
    """For one pair of techniques: up to where the one is cheaper, or why the other never is."""
    wording = answer.recommendation.wording
    one, other = wording.technique(found.technique), wording.technique(found.other)
    over = f"over {_period(answer)}" if found.over == "volume" else f"with {_volume(answer)}"
    if not found.stretches:
        return sentence(f"{one} and {other} {over}: they do not meet in a way that I can work out")
    stretches = [(start, end, technique) for start, end, technique in found.stretches if technique]
    if len(stretches) == 1:
        cheaper = stretches[0][2]
        assert cheaper is not None
        dearer = found.other if cheaper == found.technique else found.technique
        return sentence(
            f"{over}, {wording.technique(dearer)} never gets cheaper than {_never(answer, cheaper, dearer)}"
        )
    if not stretches:
        return sentence(f"{over}, {one} and {other} cost the same, however {_much(answer, found)} it is")
    said = []
    for start, end, technique in stretches:
        assert technique is not None
        where = (
            f"up to {_at(answer, found, end)}"
            if not start and end is not None
            else f"from {_at(answer, found, start)} on"
            if end is None
            else f"between {_at(answer, found, start)} and {_at(answer, found, end)}"
        )
        said.append(f"{wording.technique(technique)} is cheaper {where}")
    return sentence(f"{over}, {', '.join(said)}")


def _never(answer: Costs, cheaper: str, dearer: str) -> str:
    """The cheaper technique, and why there is no break-even: what the other one saves nothing on."""
    mine, theirs = answer.split(cheaper), answer.split(dearer)
    volume = answer.model.in_role("volume")
    use = _unit(answer.model.knowledge, volume.unit)
    ways = {"once": "to begin with", "each-period": "to run", "each-use": f"with each {use}"}
    name = answer.recommendation.wording.technique(cheaper)
    lost = [kind for kind in ways if theirs[kind] > mine[kind]]
    saved = [kind for kind in ways if theirs[kind] < mine[kind]]
    costs = listed([f"{ways[kind]} ({' against '.join(_apart(answer, theirs[kind], mine[kind]))})" for kind in lost])
    if not saved:
        return f"{name}: it costs more {costs} and saves nowhere"
    saves = listed([ways[kind] for kind in saved])
    return f"{name}: what it saves {saves} never makes up for what it costs more {costs}"


def _apart(answer: Costs, one: Fraction, other: Fraction) -> tuple[str, str]:
    """Two amounts with as many digits as it takes to tell them apart."""
    digits = 3
    while digits < 12 and money(answer, one, digits) == money(answer, other, digits):
        digits += 1
    return money(answer, one, digits), money(answer, other, digits)


def _much(answer: Costs, found: BreakEven) -> str:
    return "often" if found.over == "volume" else "long"


def _at(answer: Costs, found: BreakEven, point: Fraction | None) -> str:
    parameter = answer.model.in_role(found.over)
    return quantity(answer.model.knowledge, parameter, point or Fraction(0))


def _yardstick(answer: Costs, found: dict[str, object]) -> str:
    wording = answer.recommendation.wording
    low, high = (wording.technique(one) for one in found["between"])  # type: ignore[attr-defined]
    ratio = found["ratio"]
    use = _unit(answer.model.knowledge, answer.model.in_role("volume").unit)
    amount, difference = (money(answer, Fraction(str(found[name]))) for name in ("amount", "difference"))
    times = "" if ratio is None else f", {_times(float(ratio))} as much as {high} and {low} differ by ({difference})"  # type: ignore[arg-type]
    return sentence(f"{found['label']} is worth {amount} for each {use}{times}") + f" {found['text']}"


def _times(ratio: float) -> str:
    exponent = 10 ** max(0, math.floor(math.log10(ratio)) - 1)
    return f"about {round(ratio / exponent) * exponent:,} times"


def _numbers(answer: Costs, most: int) -> list[str]:
    """What was said, and what was assumed: the numbers that matter most, each with its date and source."""
    knowledge = answer.model.knowledge
    names = [name for name in answer.effects if answer.effects[name]] + [
        name for name in answer.numbers if not answer.effects.get(name)
    ]
    names.sort(key=lambda name: -answer.effects.get(name, Fraction(0)))
    said = [name for name in names if answer.numbers[name].origin in _ORIGINS]
    assumed = [name for name in names if name not in said]
    lines = []
    if said:
        lines.append("What you said:")
        lines += [
            f"{BULLET} {sentence(f'{_named(knowledge, answer, name)}, {_ORIGINS[answer.numbers[name].origin]}')}"
            for name in said
        ]
    if assumed:
        lines.append("What I assumed, what matters most first:")
        lines += [f"{BULLET} {sentence(_defaulted(answer, name))}" for name in assumed[:most]]
        rest = len(assumed) - most
        if rest > 0:
            lines.append(
                sentence(
                    f"{counted(rest, 'more number')} {'is' if rest == 1 else 'are'} in the data; each can be stated"
                )
            )
    return lines


def _named(knowledge: Knowledge, answer: Costs, name: str) -> str:
    record = knowledge.parameters[name]
    return f"{record.label}: {quantity(knowledge, record, answer.numbers[name].number)}"


def _defaulted(answer: Costs, name: str) -> str:
    number = answer.numbers[name]
    said = _named(answer.model.knowledge, answer, name)
    source = number.source
    assert source is not None
    fitted = fitted_to(answer.model, number)
    if number.origin == "chosen":
        said = f"{said}, taken from “{source.label}”"
    titles = listed([f"“{entry['title']}”" for entry in answer.sources(source)])
    checked = {"secondary": ", as others quote it", "unverified": ", not verified"}.get(
        answer.verification(source) or "", ""
    )
    origin = f"{source.date}, {titles}{checked}" if titles else source.date
    return f"{said} ({origin}){f', because {fitted}' if fitted else ''}"


def _stale(answer: Costs) -> list[str]:
    if not answer.stale:
        return []
    named = listed([f"{one.label} (due on {review_by(answer.model, one)})" for one in answer.stale[:NUMBERS_TOLD]])
    rest = len(answer.stale) - NUMBERS_TOLD
    more = f", and {number_word(rest)} more" if rest > 0 else ""
    count = counted(len(answer.stale), "number")
    verb = "is" if len(answer.stale) == 1 else "are"
    return [sentence(f"{count} {verb} out of date and should be looked up again: {named}{more}")]


# --- numbers ----------------------------------------------------------------------------------------------------


def money(answer: Costs, amount: Fraction, digits: int = 3) -> str:
    """An amount in the unit of totals: with its sign before it where it has one."""
    unit = answer.model.knowledge.units.get(answer.model.currency or "")
    symbol = next((name for name in unit.synonyms if len(name) == 1 and not name.isalnum()), "") if unit else ""
    if symbol:
        return f"{symbol}{plain(amount, digits)}"
    return f"{plain(amount, digits)} {_units(unit.label, amount) if unit else ''}".strip()


def quantity(knowledge: Knowledge, parameter: Parameter, number: Fraction) -> str:
    """A number in a parameter's own unit: "12 months", "50,000 requests per month"."""
    unit = knowledge.units.get(parameter.unit or "")
    head = "" if unit is None or unit.pure else _units(unit.label, number)
    below = "".join(f" per {_unit(knowledge, one)}" for one in parameter.per)
    return f"{plain(number)} {head}".strip() + below


def plain(number: Fraction, digits: int = 3) -> str:
    """A number as people read it: whole where it has so many digits before the point, else to ``digits`` that tell."""
    if number == int(number):
        return f"{int(number):,}"
    before = math.floor(math.log10(abs(number)))
    if digits <= 3 and before < 2 and before >= 0:
        digits = before + 3  # cents
    decimals = digits - 1 - before
    if decimals <= 0:
        return f"{math.floor(number + Fraction(1, 2)):,}"
    return f"{float(number):,.{decimals}f}".rstrip("0").rstrip(".")


def _period(answer: Costs) -> str:
    return quantity(answer.model.knowledge, answer.model.in_role("horizon"), answer.horizon)


def _volume(answer: Costs) -> str:
    return quantity(answer.model.knowledge, answer.model.in_role("volume"), answer.volume)


def _unit(knowledge: Knowledge, unit: str | None) -> str:
    record = knowledge.units.get(unit or "")
    return record.label if record else (unit or "")


def _units(label: str, number: Fraction) -> str:
    return label if number == 1 else plural(label)
