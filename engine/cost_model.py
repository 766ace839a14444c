"""What a version of the knowledge knows about costs: parts of each technique's cost, and the numbers they rest on.

Costs are told, never weighed: the ranking is the engine's, and no amount changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from engine.lines import VARIABLE, LineArithmetic, Lines, constant
from kb.dimensions import measure
from kb.expressions import Numbers
from kb.formulas import Evaluation, measure_of, uses
from kb.model import Formula, Knowledge, Parameter

Role: TypeAlias = Literal["horizon", "volume"]
Taken: TypeAlias = Mapping[str, Fraction]
"""The number of each parameter, in its own unit."""


@dataclass(frozen=True)
class CostModel:
    """The formulas and parameters of the active packs.

    Attributes:
        knowledge: the version.
        packs: the active packs.
    """

    knowledge: Knowledge
    packs: Collection[str]

    @cached_property
    def parts(self) -> dict[str, list[Formula]]:
        """The parts of each technique's cost, by technique."""
        found: dict[str, list[Formula]] = {}
        for formula in self.knowledge.formulas.values():
            if formula.technique and formula.recurrence and self._is_active(formula):
                found.setdefault(formula.technique, []).append(formula)
        return found if self.horizon and self.volume else {}

    @cached_property
    def horizon(self) -> Parameter | None:
        """The time over which costs are added up."""
        return self._in_role("horizon")

    @cached_property
    def volume(self) -> Parameter | None:
        """How often something is used in a period."""
        return self._in_role("volume")

    def in_role(self, role: Role) -> Parameter:
        """The parameter that varies where one asks from where on something is cheaper.

        Raises:
            LookupError: if there is none; there are no parts of a cost then either.
        """
        found = self._in_role(role)
        if found is None:
            raise LookupError(role)
        return found

    def told_beside(self, role: Literal["figure", "yardstick"]) -> list[Formula]:
        """Formulas that are no part of a cost and are told beside it."""
        return [one for one in self.knowledge.formulas.values() if one.role == role and self._is_active(one)]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Ids of all parameters on which anything told rests, in the order of ids."""
        formulas = [part.id for parts in self.parts.values() for part in parts]
        formulas += [one.id for role in ("figure", "yardstick") for one in self.told_beside(role)]
        named = {name for formula in formulas for name in uses(self.knowledge, formula)}
        named |= {one.id for one in (self.horizon, self.volume) if one}
        return tuple(sorted(named & {*self.knowledge.parameters}))

    def alternatives(self, parameter: str) -> list[Parameter]:
        """The active parameters that can be taken for one."""
        return [
            one
            for one in self.knowledge.parameters.values()
            if one.alternative_to == parameter and one.pack in self.packs
        ]

    # --- amounts ------------------------------------------------------------------------------------------------

    def amount(self, formula: Formula, taken: Taken) -> Fraction:
        """The value of a formula in its own unit.

        Raises:
            ZeroDivisionError: if it divides by zero with these numbers.
        """
        evaluation = Evaluation(self.knowledge, Numbers(), lambda name: self._in_roots(name, taken))
        return evaluation.value(formula.id) / measure_of(self.knowledge, formula).size

    def totals(self, taken: Taken) -> dict[str, Fraction]:
        """The whole cost of each technique over the horizon, in the unit of what is paid once."""
        if not self.parts:
            return {}
        evaluation = Evaluation(self.knowledge, Numbers(), lambda name: self._in_roots(name, taken))
        horizon, volume = (self._in_roots(self.in_role(role).id, taken) for role in ("horizon", "volume"))
        times = {"once": Fraction(1), "each-period": horizon, "each-use": horizon * volume}
        return {
            technique: sum((evaluation.value(part.id) * times[part.recurrence or ""] for part in parts), Fraction(0))
            / self._size
            for technique, parts in self.parts.items()
        }

    def total_of(self, part: Formula, taken: Taken) -> Fraction:
        """What a part comes to over the horizon."""
        size = measure_of(self.knowledge, part).size
        horizon, volume = (self._in_roots(self.in_role(role).id, taken) for role in ("horizon", "volume"))
        times = {"once": Fraction(1), "each-period": horizon, "each-use": horizon * volume}[part.recurrence or ""]
        return self.amount(part, taken) * size * times / self._size

    def lines(self, over: Role, taken: Taken) -> dict[str, Lines]:
        """The whole cost of each technique as a function of horizon or volume, in its own unit.

        Raises:
            NotLinear: if it is no function of straight lines.
        """
        arithmetic = LineArithmetic()
        variable = self.in_role(over)
        size = constant(measure_of(self.knowledge, variable).size)
        moving = arithmetic.multiply(VARIABLE, size)

        def value_of(name: str) -> Lines:
            return moving if name == variable.id else constant(self._in_roots(name, taken))

        evaluation = Evaluation(self.knowledge, arithmetic, value_of)
        horizon, volume = value_of(self.in_role("horizon").id), value_of(self.in_role("volume").id)
        found = {}
        for technique, parts in self.parts.items():
            sums = {
                "once": constant(Fraction(0)),
                "each-period": constant(Fraction(0)),
                "each-use": constant(Fraction(0)),
            }
            for part in parts:
                kind = part.recurrence or ""
                sums[kind] = arithmetic.add(sums[kind], evaluation.value(part.id))
            running = arithmetic.add(sums["each-period"], arithmetic.multiply(volume, sums["each-use"]))
            total = arithmetic.add(sums["once"], arithmetic.multiply(horizon, running))
            found[technique] = arithmetic.divide(total, constant(self._size))
        return found

    @cached_property
    def _size(self) -> Fraction:
        return measure(self.knowledge, self.currency).size

    @property
    def currency(self) -> str | None:
        """The unit in which totals are told: that of what is paid once."""
        for parts in self.parts.values():
            for part in parts:
                if part.recurrence == "once" and part.unit:
                    return part.unit
        return None

    def _in_roots(self, parameter: str, taken: Taken) -> Fraction:
        size, number = self._defaults.get(parameter) or self._default(parameter)
        return taken.get(parameter, number) * size

    def _default(self, parameter: str) -> tuple[Fraction, Fraction]:
        """The size of a parameter's unit and its number, looked up once."""
        record = self.knowledge.parameters[parameter]
        found = measure_of(self.knowledge, record).size, Fraction(record.number)
        self._defaults[parameter] = found
        return found

    @cached_property
    def _defaults(self) -> dict[str, tuple[Fraction, Fraction]]:
        return {}

    def _in_role(self, role: str) -> Parameter | None:
        holders = (one for one in self.knowledge.parameters.values() if one.role == role and one.pack in self.packs)
        return next(holders, None)

    def _is_active(self, formula: Formula) -> bool:
        """Whether it and all that it rests on belongs to active packs."""
        terms = [
            self.knowledge.formulas.get(name) or self.knowledge.parameters[name] for name in self._rests_on(formula)
        ]
        return all(term.pack in self.packs for term in (formula, *terms))

    def _rests_on(self, formula: Formula) -> set[str]:
        return uses(self.knowledge, formula.id)
