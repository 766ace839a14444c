"""What does it cost: for each technique the total over a horizon, its parts, and from where on which is cheaper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from engine.answer import Recommendation
from engine.cost_model import CostModel, Role
from engine.cost_reader import Number, fitted_to, is_stale, review_by
from engine.lines import LineArithmetic, Lines, NotLinear
from engine.profile import plain_number
from engine.render import cost, cost_chart
from kb.formulas import measure_of
from kb.model import Formula, Parameter

OUTWEIGHS = 10
"""How many times a difference in cost a yardstick must be for the answer to say that it outweighs it."""

_DIGITS = 12
_CHECKED = ("primary", "judged", "abstract", "secondary", "unverified")
_RECURRENCES = ("once", "each-period", "each-use")


@dataclass(frozen=True)
class BreakEven:
    """From where on which of two techniques is cheaper.

    Attributes:
        technique: the one.
        other: the other.
        over: whether horizon or volume varies.
        stretches: from, to (None: without end) and the cheaper one (None: they cost the same), in order; empty if that
            cannot be worked out.
    """

    technique: str
    other: str
    over: Role
    stretches: tuple[tuple[Fraction, Fraction | None, str | None], ...]

    @property
    def points(self) -> tuple[Fraction, ...]:
        """Where the one becomes cheaper than the other, or the other way round."""
        return tuple(start for start, _, _ in self.stretches[1:])


class Costs:
    """What every technique costs that has formulas.

    Args:
        recommendation: the case.
        model: formulas and parameters.
        numbers: the number taken for each parameter.
    """

    def __init__(self, recommendation: Recommendation, model: CostModel, numbers: Mapping[str, Number]) -> None:
        self.recommendation, self.model, self.numbers = recommendation, model, numbers
        self.taken = {name: number.number for name, number in numbers.items()}

    @cached_property
    def totals(self) -> dict[str, Fraction]:
        """The total of each technique, the cheapest first."""
        totals = self.model.totals(self.taken)
        order = [result["technique"] for result in self.recommendation.reply["ranking"]]
        place = {technique: index for index, technique in enumerate(order)}
        return dict(sorted(totals.items(), key=lambda item: (item[1], place.get(item[0], len(place)), item[0])))

    @property
    def horizon(self) -> Fraction:
        """Over how many periods."""
        return self.taken[self.model.in_role("horizon").id]

    @property
    def volume(self) -> Fraction:
        """For how many uses a period."""
        return self.taken[self.model.in_role("volume").id]

    @cached_property
    def uses(self) -> Fraction:
        """How often it is used over the whole horizon."""
        horizon, volume = self.model.in_role("horizon"), self.model.in_role("volume")
        sizes = measure_of(self.model.knowledge, horizon).size * measure_of(self.model.knowledge, volume).size
        return self.horizon * self.volume * sizes

    @cached_property
    def not_known(self) -> list[str]:
        """Ranked techniques for which there are no formulas."""
        return [result["technique"] for result in self.recommendation.ranking if result["technique"] not in self.totals]

    @cached_property
    def shown(self) -> list[str]:
        """The techniques that words and pictures tell of: families, and the variant that is recommended."""
        techniques, variant = self.model.knowledge.techniques, self.recommendation.reply["variant"]
        return [one for one in self.totals if techniques[one].refines is None or one == variant]

    @property
    def subject(self) -> str | None:
        """The technique with which others are compared: the recommended one, or the cheapest."""
        technique = self.recommendation.technique
        return technique if technique in self.totals else next(iter(self.totals), None)

    def split(self, technique: str) -> dict[str, Fraction]:
        """What a technique costs once, each period and each use, each in the unit of such parts."""
        parts = self.model.parts[technique]
        return {
            kind: sum((self.model.amount(part, self.taken) for part in parts if part.recurrence == kind), Fraction(0))
            for kind in _RECURRENCES
        }

    # --- from where on ------------------------------------------------------------------------------------------

    def lines(self, over: Role) -> dict[str, Lines]:
        """The total of each technique as a function of horizon or volume; empty if it consists of no straight lines."""
        try:
            return self.model.lines(over, self.taken)
        except (NotLinear, ZeroDivisionError):
            return {}

    @cached_property
    def break_evens(self) -> list[BreakEven]:
        """For each pair of techniques and both ways to vary, those with the recommended one first."""
        found = []
        over: Role
        for over in ("volume", "horizon"):
            lines = self.lines(over)
            for one, other in combinations(self._ordered(), 2):
                found.append(BreakEven(one, other, over, self._stretches(lines, one, other)))
        return found

    def _ordered(self) -> list[str]:
        subject = self.subject
        return sorted(self.totals, key=lambda technique: technique != subject)

    @staticmethod
    def _stretches(
        lines: Mapping[str, Lines], one: str, other: str
    ) -> tuple[tuple[Fraction, Fraction | None, str | None], ...]:
        if one not in lines:
            return ()
        cheaper = {1: other, -1: one, 0: None}
        difference = LineArithmetic().subtract(lines[one], lines[other])
        return tuple((start, end, cheaper[sign]) for start, end, sign in difference.signs())

    # --- what matters ---------------------------------------------------------------------------------------------

    @cached_property
    def effects(self) -> dict[str, Fraction]:
        """By how much any total changes if a number is a tenth larger, for each parameter."""
        found = {}
        for name, number in self.taken.items():
            try:
                other = self.model.totals({**self.taken, name: number * Fraction(11, 10)})
            except ZeroDivisionError:
                continue
            found[name] = max((abs(other[one] - self.totals[one]) for one in self.totals), default=Fraction(0))
        return found

    @cached_property
    def stale(self) -> list[Parameter]:
        """The parameters taken whose number was due for review before the day of the answer."""
        as_of = self.recommendation.as_of
        sources = (number.source for number in self.numbers.values())
        return [source for source in sources if source and is_stale(self.model, source, as_of)]

    def yardsticks(self) -> list[dict[str, Any]]:
        """Amounts for each use, with the difference between the dearest and the cheapest that can be chosen."""
        statuses = {result["technique"]: result["status"] for result in self.recommendation.reply["ranking"]}
        chosen = [one for one in self.shown if statuses.get(one) in {"recommended", "viable"}]
        if len(chosen) < 2 or not self.uses:
            return []
        cheapest, dearest = chosen[0], chosen[-1]
        found = []
        for formula in self.model.told_beside("yardstick"):
            amount = self.model.amount(formula, self.taken)
            difference = (self.totals[dearest] - self.totals[cheapest]) / self.uses
            ratio = amount / difference if difference else None
            found.append(
                {
                    "formula": formula.id,
                    "label": formula.label,
                    "amount": decimal(amount),
                    "difference": decimal(difference),
                    "between": [cheapest, dearest],
                    "ratio": None if ratio is None else decimal(ratio),
                    "outweighs": ratio is None or ratio >= OUTWEIGHS,
                    "text": formula.text,
                    "claims": list(formula.claims),
                }
            )
        return found

    # --- as data --------------------------------------------------------------------------------------------------

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON-able data."""
        known = bool(self.totals)
        unit = self.model.currency
        return {
            "id": self.recommendation.id,
            "as_of": self.recommendation.as_of.isoformat(),
            "recommended": self.recommendation.technique,
            "unit": unit and {"id": unit, "label": self.model.knowledge.units[unit].label},
            "horizon": decimal(self.horizon) if known else None,
            "volume": decimal(self.volume) if known else None,
            "techniques": [self._technique(technique) for technique in self.totals],
            "not_known": self.not_known,
            "break_even": [self._break_even(found) for found in self.break_evens] if known else [],
            "figures": [self._figure(formula) for formula in self.model.told_beside("figure")] if known else [],
            "yardsticks": self.yardsticks() if known else [],
            "numbers": [self._number(name) for name in sorted(self.numbers, key=self._weight)],
            "stale": [parameter.id for parameter in self.stale],
            "text": self.as_text(),
        }

    def _weight(self, name: str) -> tuple[Fraction, str]:
        return -self.effects.get(name, Fraction(0)), name

    def _technique(self, technique: str) -> dict[str, Any]:
        statuses = {result["technique"]: result["status"] for result in self.recommendation.reply["ranking"]}
        return {
            "technique": technique,
            "label": self.recommendation.wording.technique(technique),
            "status": statuses.get(technique),
            "total": decimal(self.totals[technique]),
            "split": {kind.replace("-", "_"): decimal(amount) for kind, amount in self.split(technique).items()},
            "parts": [self._part(part) for part in self.model.parts[technique]],
        }

    def _part(self, part: Formula) -> dict[str, Any]:
        return {
            "formula": part.id,
            "label": part.label,
            "recurrence": part.recurrence,
            "amount": decimal(self.model.amount(part, self.taken)),
            "total": decimal(self.model.total_of(part, self.taken)),
            "expression": part.expression,
            "claims": list(part.claims),
        }

    def _break_even(self, found: BreakEven) -> dict[str, Any]:
        return {
            "techniques": [found.technique, found.other],
            "over": found.over,
            "points": [decimal(point) for point in found.points],
            "cheaper": [
                {"from": decimal(start), "to": None if end is None else decimal(end), "technique": technique}
                for start, end, technique in found.stretches
            ],
            "text": cost.break_even(self, found),
        }

    def _figure(self, formula: Formula) -> dict[str, Any]:
        amount = self.model.amount(formula, self.taken)
        return {
            "formula": formula.id,
            "label": formula.label,
            "amount": decimal(amount),
            "unit": formula.unit,
            "claims": list(formula.claims),
        }

    def _number(self, name: str) -> dict[str, Any]:
        record, number = self.model.knowledge.parameters[name], self.numbers[name]
        source = number.source
        return {
            "parameter": name,
            "label": record.label,
            "number": decimal(number.number),
            "unit": record.unit,
            "per": list(record.per),
            "origin": number.origin,
            "taken_from": source.id if number.origin == "chosen" and source else None,
            "fitted_to": fitted_to(self.model, number) or None,
            "date": source.date if source else None,
            "review_by": (review_by(self.model, source) or None) if source else None,
            "stale": bool(source) and source in self.stale,
            "claims": list(source.claims) if source else [],
            "sources": self.sources(source) if source else [],
            "verification": self.verification(source) if source else None,
            "effect": decimal(self.effects.get(name, Fraction(0))),
            "alternatives": [
                {"parameter": one.id, "label": one.label, "number": plain_number(one.number), "date": one.date}
                for one in self.model.alternatives(name)
            ],
        }

    def verification(self, parameter: Parameter) -> str | None:
        """How far a number was checked: by the best checked of its claims, in the order of the schema's list."""
        claims = (self.model.knowledge.claims.get(claim) for claim in parameter.claims)
        found = {claim.verification for claim in claims if claim}
        return next((one for one in _CHECKED if one in found), None)

    def sources(self, parameter: Parameter) -> list[dict[str, str]]:
        """Who says a number: the titles of its claims' sources."""
        knowledge = self.model.knowledge
        found = {}
        for claim in parameter.claims:
            record = knowledge.claims.get(claim)
            source = knowledge.sources.get(record.source or "") if record else None
            if source:
                found[source.id] = {"source": source.id, "title": source.title, "date": source.date}
        return list(found.values())

    def as_text(self, numbers: int = cost.NUMBERS_TOLD, *, short: bool = False) -> str:
        """In plain English, with so many of the assumed numbers; ``short`` as one says it, not as one writes it."""
        return cost.text(self, numbers, short=short)

    def as_svg(self, *, dark: bool = False) -> str:
        """Each technique's cost over the horizon as a picture, on light or on dark ground."""
        return cost_chart.svg(self, dark=dark)


def decimal(number: Fraction) -> int | float:
    """A number as JSON has it, to twelve digits."""
    with localcontext() as context:
        context.prec = _DIGITS
        return plain_number(Decimal(number.numerator) / Decimal(number.denominator))
