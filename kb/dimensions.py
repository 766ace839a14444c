"""What numbers measure: units brought down to the units at the root of their conversions, and arithmetic on those.

A number "0.40 dollars per million tokens" is 0.0000004 of the dimension dollar / token. Units are knowledge: a pack
brings its own ("reads", "chunks"), and says how they convert. That is why no library of physical units is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kb.model import Knowledge


class DimensionError(ValueError):
    """Numbers that do not go together; the message says which."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A product of powers of root units; ``anything`` is that of a zero, which goes with every unit."""

    powers: tuple[tuple[str, int], ...] = ()
    anything: bool = False

    def times(self, other: Dimension, sign: int = 1) -> Dimension:
        """The product, or with ``sign`` -1 the quotient."""
        powers = Counter(dict(self.powers))
        for root, power in other.powers:
            powers[root] += sign * power
        return Dimension(tuple(sorted((root, power) for root, power in powers.items() if power)))

    def __str__(self) -> str:
        above = [_power(root, power) for root, power in self.powers if power > 0]
        below = [_power(root, -power) for root, power in self.powers if power < 0]
        if not self.powers:
            return "a pure number"
        return "".join([" x ".join(above) or "1", *(f" per {one}" for one in below)])


PURE = Dimension()
"""Of shares and ratios."""

ANYTHING = Dimension(anything=True)
"""Of a zero."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of the root units one of some unit is, and which."""

    size: Fraction
    dimension: Dimension


def measure(knowledge: Knowledge, unit: str | None, per: Iterable[str] = ()) -> Measure:
    """One ``unit`` divided by one of each of ``per``, in root units; without a unit a pure number."""
    size, dimension = _measure(knowledge, unit, frozenset()) if unit else (Fraction(1), PURE)
    for below in per:
        divisor, measured = _measure(knowledge, below, frozenset())
        size, dimension = size / divisor, dimension.times(measured, -1)
    return Measure(size, dimension)


def _measure(knowledge: Knowledge, unit: str, seen: frozenset[str]) -> tuple[Fraction, Dimension]:
    record = knowledge.units.get(unit)
    if record is None or unit in seen:
        return Fraction(1), Dimension(((unit, 1),))
    seen |= {unit}
    if record.counts is not None:
        size, dimension = _measure(knowledge, record.counts, seen)
        for below in record.per:
            divisor, measured = _measure(knowledge, below, seen)
            size, dimension = size / divisor, dimension.times(measured, -1)
        return size, dimension
    if record.converts_to is not None:
        size, dimension = _measure(knowledge, record.converts_to, seen)
        factor = Fraction(record.factor)
        # "twice a week" as a number is 2/7 per day, though as a period it is 7/2 days
        return (1 / (factor * size), PURE.times(dimension, -1)) if record.inverse else (factor * size, dimension)
    return Fraction(1), PURE if record.pure else Dimension(((unit, 1),))


class Dimensions:
    """Arithmetic on dimensions. Each operation raises :class:`DimensionError` where numbers do not go together."""

    def literal(self, number: Fraction) -> Dimension:
        """A number in an expression is pure; zero goes with everything."""
        return PURE if number else ANYTHING

    def add(self, one: Dimension, other: Dimension) -> Dimension:
        """Sums are of one dimension."""
        return alike([one, other], "added")

    def subtract(self, one: Dimension, other: Dimension) -> Dimension:
        """So are differences."""
        return alike([one, other], "subtracted")

    def multiply(self, one: Dimension, other: Dimension) -> Dimension:
        """Powers add up."""
        return ANYTHING if one.anything or other.anything else one.times(other)

    def divide(self, one: Dimension, other: Dimension) -> Dimension:
        """Powers are subtracted."""
        return ANYTHING if one.anything else one.times(other, -1)

    def least(self, values: Sequence[Dimension]) -> Dimension:
        """Only what is of one dimension has an order."""
        return alike(values, "compared")

    def greatest(self, values: Sequence[Dimension]) -> Dimension:
        """Only what is of one dimension has an order."""
        return alike(values, "compared")

    def ceiling(self, value: Dimension) -> Dimension:
        """What a number is rounded up to depends on its unit, so only pure numbers are."""
        if value != PURE and not value.anything:
            raise DimensionError(f"{value} is rounded up, which only a pure number can be")
        return PURE

    def choose(
        self, comparison: str, one: Dimension, other: Dimension, then: Dimension, otherwise: Dimension
    ) -> Dimension:
        """What is compared is of one dimension, and so are the two outcomes."""
        alike([one, other], "compared")
        return alike([then, otherwise], "two outcomes of one choice")


def alike(dimensions: Iterable[Dimension], what: str) -> Dimension:
    """The one dimension that all have.

    Raises:
        DimensionError: if they differ; ``what`` says what was to be done with them.
    """
    known = [one for one in dimensions if not one.anything]
    for one in known[1:]:
        if one != known[0]:
            raise DimensionError(f"{known[0]} and {one} are {what}")
    return known[0] if known else ANYTHING


def _power(root: str, power: int) -> str:
    return root if power == 1 else f"{root}^{power}"
