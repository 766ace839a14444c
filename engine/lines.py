"""Functions of one variable that consist of straight lines: sums of costs over a horizon, or for a volume.

They are worked out exactly, so that where two of them meet is found exactly, every time, and "nowhere" is proved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from kb.expressions import holds


class NotLinear(ValueError):
    """A function that does not consist of straight lines."""


@dataclass(frozen=True, slots=True)
class Piece:
    """From ``start`` on, ``slope`` times the variable plus ``base``."""

    start: Fraction
    slope: Fraction
    base: Fraction

    def at(self, x: Fraction) -> Fraction:
        """The value at a point."""
        return self.slope * x + self.base


@dataclass(frozen=True, slots=True)
class Lines:
    """A continuous or broken line for all numbers from zero on; the first piece starts at zero."""

    pieces: tuple[Piece, ...]

    def at(self, x: Fraction) -> Fraction:
        """The value at a point."""
        return [piece for piece in self.pieces if piece.start <= x][-1].at(x)

    @property
    def bends(self) -> tuple[Fraction, ...]:
        """Where a new piece starts, apart from zero."""
        return tuple(piece.start for piece in self.pieces[1:])

    def signs(self) -> list[tuple[Fraction, Fraction | None, int]]:
        """Where it is above, on and below zero: from, to (None: without end) and sign, in order."""
        found: list[tuple[Fraction, Fraction | None, int]] = []
        for piece, end in zip(self.pieces, [*self.bends, None], strict=True):
            root = -piece.base / piece.slope if piece.slope else None
            inside = root is not None and piece.start < root and (end is None or root < end)
            for start, stop in [(piece.start, root), (root, end)] if inside else [(piece.start, end)]:
                assert start is not None
                middle = (start + stop) / 2 if stop is not None else start + 1
                value = piece.at(middle)
                sign = (value > 0) - (value < 0)
                if found and found[-1][2] == sign:
                    found[-1] = (found[-1][0], stop, sign)
                else:
                    found.append((start, stop, sign))
        return found


ZERO = Fraction(0)
VARIABLE = Lines((Piece(ZERO, Fraction(1), ZERO),))
"""The variable itself."""


def constant(number: Fraction) -> Lines:
    """The same everywhere."""
    return Lines((Piece(ZERO, ZERO, number),))


class LineArithmetic:
    """Arithmetic on such functions. What would not be one any more raises :class:`NotLinear`."""

    def literal(self, number: Fraction) -> Lines:
        """The same everywhere."""
        return constant(number)

    def add(self, one: Lines, other: Lines) -> Lines:
        """The sum."""
        return _merged(one, other, lambda a, b: (a.slope + b.slope, a.base + b.base))

    def subtract(self, one: Lines, other: Lines) -> Lines:
        """The difference."""
        return _merged(one, other, lambda a, b: (a.slope - b.slope, a.base - b.base))

    def multiply(self, one: Lines, other: Lines) -> Lines:
        """The product, where at most one factor varies at a time."""
        return _merged(one, other, _product)

    def divide(self, one: Lines, other: Lines) -> Lines:
        """The quotient by what does not vary."""
        return _merged(one, other, _quotient)

    def least(self, values: Sequence[Lines]) -> Lines:
        """The lowest at each point."""
        return reduce(lambda one, other: self._lower(one, other, -1), values)

    def greatest(self, values: Sequence[Lines]) -> Lines:
        """The highest at each point."""
        return reduce(lambda one, other: self._lower(one, other, 1), values)

    def ceiling(self, value: Lines) -> Lines:
        """The next whole number of what does not vary."""
        return Lines(tuple(Piece(piece.start, ZERO, Fraction(math.ceil(_fixed(piece)))) for piece in value.pieces))

    def choose(self, comparison: str, one: Lines, other: Lines, then: Lines, otherwise: Lines) -> Lines:
        """One of two, where the comparison comes out alike at every point."""
        signs = {sign for _, _, sign in self.subtract(one, other).signs()}
        if len(signs) > 1:
            raise NotLinear("a choice depends on the variable")
        return then if holds(comparison, Fraction(signs.pop()), ZERO) else otherwise

    def _lower(self, one: Lines, other: Lines, sign: int) -> Lines:
        pieces: list[Piece] = []
        for start, end, found in self.subtract(one, other).signs():
            chosen = one if found in (sign, 0) else other
            first = [piece for piece in chosen.pieces if piece.start <= start][-1]
            pieces.append(Piece(start, first.slope, first.base))
            pieces += [piece for piece in chosen.pieces if start < piece.start and (end is None or piece.start < end)]
        return _simplified(pieces)


def _merged(one: Lines, other: Lines, join: Callable[[Piece, Piece], tuple[Fraction, Fraction]]) -> Lines:
    starts = sorted({piece.start for piece in (*one.pieces, *other.pieces)})
    pieces = []
    for start in starts:
        left = [piece for piece in one.pieces if piece.start <= start][-1]
        right = [piece for piece in other.pieces if piece.start <= start][-1]
        slope, base = join(left, right)
        pieces.append(Piece(start, slope, base))
    return _simplified(pieces)


def _simplified(pieces: list[Piece]) -> Lines:
    kept: list[Piece] = []
    for piece in pieces:
        if not kept or (kept[-1].slope, kept[-1].base) != (piece.slope, piece.base):
            kept.append(piece)
    return Lines(tuple(kept))


def _product(one: Piece, other: Piece) -> tuple[Fraction, Fraction]:
    if one.slope and other.slope:
        raise NotLinear("the variable is multiplied by itself")
    return one.slope * other.base + other.slope * one.base, one.base * other.base


def _quotient(one: Piece, other: Piece) -> tuple[Fraction, Fraction]:
    divisor = _fixed(other)
    return one.slope / divisor, one.base / divisor


def _fixed(piece: Piece) -> Fraction:
    if piece.slope:
        raise NotLinear("what is divided by, or rounded, depends on the variable")
    return piece.base
