"""The numbers of a cost: what was stated for it, what the case states, what was assumed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from engine.answer import Recommendation
from engine.cost_model import CostModel
from engine.profile import InvalidProfile, Problem, StatedValue, Unsettled
from kb.bands import bands_of, shown
from kb.dimensions import measure
from kb.formulas import measure_of
from kb.lexicon import Lexicon
from kb.model import Band, Constraint, Parameter
from kb.quantities import QuantityError, read_quantity

Origin: TypeAlias = Literal["stated", "chosen", "case", "fitted", "default"]
"""Stated for this question; another parameter's by name; stated in the case; fitted to a value of the case; assumed."""


@dataclass(frozen=True, slots=True)
class Number:
    """The number that is taken for a parameter.

    Attributes:
        number: in the parameter's own unit.
        origin: where it comes from.
        source: the parameter whose date and claims it has; None where it was stated.
        band: the band to which it was fitted.
    """

    number: Fraction
    origin: Origin
    source: Parameter | None = None
    band: Band | None = None


class CostReader:
    """Reads the numbers for one recommendation.

    Args:
        model: the formulas and parameters.
        lexicon: by what names they go.
        recommendation: the case.
    """

    def __init__(self, model: CostModel, lexicon: Lexicon, recommendation: Recommendation) -> None:
        self._model, self._lexicon, self._recommendation = model, lexicon, recommendation
        self._knowledge = model.knowledge

    def read(self, stated: Mapping[str, Any]) -> dict[str, Number]:
        """The number of every parameter that is used.

        Args:
            stated: numbers, texts with units, or names of alternatives, by any name of a parameter; "horizon" and
                "volume" are those of these roles.

        Raises:
            InvalidProfile: with every problem.
        """
        problems: list[Problem] = []
        found: dict[str, Number] = {}
        for name, raw in stated.items():
            pointer = "/" + name.replace("~", "~0").replace("/", "~1")
            parameter = self._parameter(name)
            if parameter is None:
                near = self._lexicon.nearest("parameter", name)
                known = [one for one in near if one in self._model.parameters]
                problems.append(
                    Problem(
                        pointer, f"there is no number “{name[:60]}” in these costs", "the id of a number", tuple(known)
                    )
                )
            elif parameter.id in found:
                problems.append(
                    Problem(pointer, f"“{parameter.id}” is stated twice", f"one number for “{parameter.id}”")
                )
            else:
                try:
                    found[parameter.id] = self._stated(parameter, raw)
                except QuantityError as error:
                    problems.append(Problem(pointer, error.message, error.expected, error.nearest))
        if problems:
            raise InvalidProfile(problems)
        numbers = {
            one: found.get(one) or self._of_case(self._knowledge.parameters[one]) for one in self._model.parameters
        }
        self._work_out(numbers)
        return numbers

    def _work_out(self, numbers: Mapping[str, Number]) -> None:
        """See that every amount exists and none is less than nothing."""
        taken = {name: number.number for name, number in numbers.items()}
        problems = []
        for parts in self._model.parts.values():
            for part in parts:
                try:
                    if self._model.amount(part, taken) < 0:
                        problems.append(f"with these numbers “{part.label}” would cost less than nothing")
                except ZeroDivisionError:
                    problems.append(f"with these numbers “{part.label}” divides by zero")
        if problems:
            expected = "numbers that go together"
            raise InvalidProfile(Problem("", problem, expected) for problem in dict.fromkeys(problems))

    def _parameter(self, name: str) -> Parameter | None:
        roles = {"horizon": self._model.horizon, "volume": self._model.volume}
        if name in roles:
            return roles[name]
        found = self._lexicon.find("parameter", name)
        return self._knowledge.parameters[found] if found in self._model.parameters else None

    # --- stated -------------------------------------------------------------------------------------------------

    def _stated(self, parameter: Parameter, raw: Any) -> Number:
        other = self._lexicon.find("parameter", raw) if isinstance(raw, str) else None
        alternatives = self._model.alternatives(parameter.id)
        chosen = next((one for one in alternatives if one.id == other), None)
        if chosen is not None:
            size = measure_of(self._knowledge, chosen).size / measure_of(self._knowledge, parameter).size
            return Number(Fraction(chosen.number) * size, "chosen", chosen)
        number = self._quantity(parameter, raw, alternatives)
        if number < 0:
            raise QuantityError(f"“{parameter.label}” cannot be less than zero", "a number from 0 on")
        if parameter in (self._model.horizon, self._model.volume) and not number:
            raise QuantityError(f"“{parameter.label}” must be more than 0", "a number above 0")
        return Number(number, "stated")

    def _quantity(self, parameter: Parameter, raw: Any, alternatives: Iterable[Parameter]) -> Fraction:
        """A number, or a text with a unit: the parameter's own, or that of the constraint from which it takes."""
        if isinstance(raw, str) and raw.strip().endswith("%"):
            raw = f"{raw.strip().removesuffix('%')} per cent"
        try:
            return Fraction(read_quantity(self._knowledge, _numeric(parameter, parameter.unit), raw))
        except QuantityError as error:
            constraint = self._knowledge.constraints.get(parameter.constraint or "")
            if constraint is not None and isinstance(raw, str):
                try:
                    return self._converted(
                        Fraction(read_quantity(self._knowledge, constraint, raw)), constraint, parameter
                    )
                except QuantityError:
                    pass
            names = " or ".join(one.id for one in alternatives)
            expected = f"{error.expected}{f', or {names}' if names else ''}"
            raise QuantityError(error.message, expected, error.nearest) from None

    # --- the case -----------------------------------------------------------------------------------------------

    def _of_case(self, parameter: Parameter) -> Number:
        """What the case says: a number, or a value to which the default is fitted; else the default."""
        default = Number(Fraction(parameter.number), "default", parameter)
        constraint = self._knowledge.constraints.get(parameter.constraint or "")
        if constraint is None or constraint.unit is None:
            return default
        profile = self._recommendation.profile
        stated: tuple[StatedValue | Unsettled, ...] = (*profile.values, *profile.unsettled)
        for value in stated:
            if value.constraint == constraint.id and value.number is not None:
                middle = (Fraction(value.number) + Fraction(value.number if value.to is None else value.to)) / 2
                return Number(self._converted(middle, constraint, parameter), "case")
        known = {entry["constraint"]: entry["value"] for entry in self._recommendation.reply["values"]}
        bands = bands_of(self._knowledge, constraint.id, self._recommendation.profile.task)
        band = next((one for one in bands if one.value == known.get(constraint.id)), None)
        if band is None:
            return default
        start, end = (
            None if bound is None else self._converted(Fraction(bound), constraint, parameter)
            for bound in (band.start, band.end)
        )
        fitted = default.number
        if start is not None:
            fitted = max(fitted, start)
        if end is not None:
            fitted = min(fitted, end)
        return Number(fitted, "fitted", parameter, band)

    def _converted(self, number: Fraction, constraint: Constraint, parameter: Parameter) -> Fraction:
        there = measure(self._knowledge, constraint.unit).size
        return number * there / measure_of(self._knowledge, parameter).size


def review_by(model: CostModel, parameter: Parameter) -> str:
    """The date after which a parameter is stale: its own, else the first at which one of its claims is due."""
    claims = (model.knowledge.claims.get(claim) for claim in parameter.claims)
    dates = [parameter.review_by] if parameter.review_by else [claim.review_by for claim in claims if claim]
    return min((date for date in dates if date), default="")


def is_stale(model: CostModel, parameter: Parameter, as_of: datetime.date) -> bool:
    """Whether a parameter was due for review before a day."""
    due = review_by(model, parameter)
    return bool(due) and due < as_of.isoformat()


def fitted_to(model: CostModel, number: Number) -> str:
    """The band to which a number was fitted, in words; empty if it was not."""
    if number.band is None:
        return ""
    constraint = model.knowledge.constraints[number.band.constraint]
    value = constraint.value(number.band.value)
    unit = model.knowledge.units[constraint.unit].label if constraint.unit else ""
    return f"{constraint.label} is “{value.label if value else number.band.value}” ({shown(number.band)}, in {unit})"


def _numeric(parameter: Parameter, unit: str | None) -> Constraint:
    """A parameter in the form in which quantities are read: something with a unit."""
    return Constraint(id=parameter.id, pack=parameter.pack, label=parameter.label, ordered=True, values=(), unit=unit)
