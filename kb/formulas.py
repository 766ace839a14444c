"""Formulas and their parameters: what they come to, in which order, and whether they can be worked out at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeVar

from kb.dimensions import ANYTHING, Dimension, DimensionError, Dimensions, Measure, alike, measure
from kb.expressions import Arithmetic, FormulaError, Numbers, names, parse, work_out
from kb.findings import Finding
from kb.graph import Graph, cycles
from kb.model import Formula, Knowledge, Parameter
from kb.nearest import nearest

if TYPE_CHECKING:
    import networkx as nx

N = TypeVar("N")

DIMENSION_OF_PART = {"once": (), "each-period": ("horizon",), "each-use": ("horizon", "volume")}
"""By what an amount of each recurrence is multiplied in a total."""


class Evaluation(Generic[N]):
    """Formulas worked out in one arithmetic, each once. They must have passed :func:`check_formulas`.

    Args:
        knowledge: where the formulas are.
        arithmetic: what they are worked out in.
        value_of: the value of a parameter.
    """

    def __init__(self, knowledge: Knowledge, arithmetic: Arithmetic[N], value_of: Callable[[str], N]) -> None:
        self._knowledge, self._arithmetic, self._value_of = knowledge, arithmetic, value_of
        self._known: dict[str, N] = {}

    def value(self, name: str) -> N:
        """The value of a parameter or formula."""
        if name not in self._known:
            formula = self._knowledge.formulas.get(name)
            self._known[name] = (
                work_out(parse(formula.expression), self._arithmetic, self.value) if formula else self._value_of(name)
            )
        return self._known[name]


def measure_of(knowledge: Knowledge, term: Parameter | Formula) -> Measure:
    """One of the unit in which a parameter or formula is stated."""
    return measure(knowledge, term.unit, term.per)


def default_of(knowledge: Knowledge, parameter: str) -> Fraction:
    """The number of a parameter in root units."""
    record = knowledge.parameters[parameter]
    return Fraction(record.number) * measure_of(knowledge, record).size


def worked_out(knowledge: Knowledge, formula: str, numbers: Mapping[str, Fraction] | None = None) -> Fraction:
    """The value of a formula in its own unit.

    Args:
        knowledge: where it is.
        formula: its id.
        numbers: parameters that are other than by default, in their own units.

    Raises:
        ZeroDivisionError: if it divides by zero.
    """
    stated = numbers or {}

    def value_of(name: str) -> Fraction:
        if name in stated:
            return stated[name] * measure_of(knowledge, knowledge.parameters[name]).size
        return default_of(knowledge, name)

    size = measure_of(knowledge, knowledge.formulas[formula]).size
    return Evaluation(knowledge, Numbers(), value_of).value(formula) / size


def uses(knowledge: Knowledge, formula: str) -> set[str]:
    """The parameters and formulas on which a formula rests, directly or through others."""
    found: set[str] = set()
    waiting = [formula]
    while waiting:
        record = knowledge.formulas.get(waiting.pop())
        new = set(names(parse(record.expression))) - found if record else set()
        found |= new
        waiting += new
    return found


# --- Whether they are sound ------------------------------------------------------------------------------


def check_formulas(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Formulas can be read, name what exists, do not rest on themselves, and keep their units; so do cost parts."""
    readable = True
    for formula in knowledge.formulas.values():
        for finding in _check_expression(knowledge, formula):
            readable = False
            yield finding
    for circle in cycles(_graph(knowledge)):
        readable = False
        message = f"there is a circle of formulas: {' and '.join(circle)}."
        yield Finding("error", "circular-formula", "formula", circle[0], message)
    yield from _check_parameters(knowledge)
    if readable:
        dimensions: dict[str, Dimension] = {}
        yield from _check_dimensions(knowledge, dimensions)
        yield from _check_values(knowledge)
        yield from _check_parts(knowledge, dimensions)


def _check_expression(knowledge: Knowledge, formula: Formula) -> Iterator[Finding]:
    known = {*knowledge.parameters, *knowledge.formulas}
    try:
        named = sorted(set(names(parse(formula.expression))))
    except FormulaError as error:
        yield Finding("error", "unreadable-formula", "formula", formula.id, f"the expression cannot be read: {error}.")
        return
    for name in named:
        if name not in known:
            message = f"the expression names {name}, which is no parameter and no formula."
            near = nearest(name, known)
            yield Finding("error", "unknown-in-formula", "formula", formula.id, message, nearest=near)
        elif name in knowledge.parameters and name in knowledge.formulas:
            message = f"{name} is a parameter and a formula; give one of them another id."
            yield Finding("error", "ambiguous-in-formula", "formula", formula.id, message)


def _graph(knowledge: Knowledge) -> nx.DiGraph[str]:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for formula in knowledge.formulas.values():
        try:
            named = set(names(parse(formula.expression)))
        except FormulaError:
            continue
        graph.add_edges_from((formula.id, name) for name in sorted(named) if name in knowledge.formulas)
    return graph


def _check_parameters(knowledge: Knowledge) -> Iterator[Finding]:
    """A parameter that takes a constraint's number, or stands in for another, measures the same."""
    for one in knowledge.parameters.values():
        own = measure_of(knowledge, one).dimension
        constraint = knowledge.constraints.get(one.constraint or "")
        if constraint and (constraint.unit is None or measure(knowledge, constraint.unit).dimension != own):
            unit = constraint.unit or "no unit"
            message = f"it takes the number of constraint:{constraint.id} ({unit}), but is {own}."
            yield Finding("error", "parameter-measure", "parameter", one.id, message)
        other = knowledge.parameters.get(one.alternative_to or "")
        if other and measure_of(knowledge, other).dimension != own:
            theirs = measure_of(knowledge, other).dimension
            message = f"it can stand for parameter:{other.id}, which is {theirs}, but is {own} itself."
            yield Finding("error", "parameter-measure", "parameter", one.id, message)


def _check_dimensions(knowledge: Knowledge, found: dict[str, Dimension]) -> Iterator[Finding]:
    """What is added and compared measures the same, and the result is of the unit that is named."""

    def value_of(name: str) -> Dimension:
        return measure_of(knowledge, knowledge.parameters[name]).dimension

    arithmetic = Dimensions()
    # what a formula is said to measure stands for it elsewhere, so that one fault is told once
    declared = {one.id: measure_of(knowledge, one).dimension for one in knowledge.formulas.values() if one.unit}
    evaluation = Evaluation(knowledge, arithmetic, value_of)
    for formula in knowledge.formulas.values():
        try:
            result = work_out(
                parse(formula.expression), arithmetic, lambda name: declared.get(name) or evaluation.value(name)
            )
            alike([result, declared.get(formula.id, ANYTHING)], "what it comes to and what its unit says")
        except DimensionError as error:
            yield Finding("error", "formula-dimension", "formula", formula.id, f"units do not fit: {error}.")
            result = ANYTHING
        found[formula.id] = declared.get(formula.id, result)


def _check_values(knowledge: Knowledge) -> Iterator[Finding]:
    """With the numbers as they are every formula has a value."""
    for formula in knowledge.formulas.values():
        try:
            worked_out(knowledge, formula.id)
        except ZeroDivisionError:
            message = "with the numbers of its parameters it divides by zero."
            yield Finding("error", "formula-undefined", "formula", formula.id, message)


def _check_parts(knowledge: Knowledge, dimensions: Mapping[str, Dimension]) -> Iterator[Finding]:
    """Parts of a cost say of what and how often, and add up to one kind of amount over horizon and volume."""
    parts = [one for one in knowledge.formulas.values() if one.technique and one.recurrence]
    for one in knowledge.formulas.values():
        if bool(one.technique) != bool(one.recurrence):
            message = "a part of a cost says of which technique it is and how often it falls due."
            yield Finding("error", "incomplete-part", "formula", one.id, message, "aw:technique and aw:recurrence")
    roles = {}
    for role in ("horizon", "volume"):
        holders = [one for one in knowledge.parameters.values() if one.role == role]
        if parts and len(holders) != 1:
            named = ", ".join(one.id for one in holders) or "none"
            message = f"costs are told over one horizon and for one volume; aw:role aw:{role} has {named}."
            yield Finding("error", "unclear-role", "formula", parts[0].id, message)
        else:
            roles[role] = measure_of(knowledge, holders[0]).dimension if holders else ANYTHING
    if len(roles) < 2 or not parts:
        return
    totals = {part.id: dimensions[part.id] for part in parts}
    for part in parts:
        for role in DIMENSION_OF_PART[part.recurrence or "once"]:
            totals[part.id] = totals[part.id].times(roles[role])
    expected = totals[parts[0].id]
    for part in parts[1:]:
        if not dimensions[part.id].anything and totals[part.id] != expected:
            message = f"over horizon and volume it comes to {totals[part.id]}, other parts to {expected}."
            yield Finding("error", "part-dimension", "formula", part.id, message)
