"""The arithmetic of formulas: a closed language, read into a tree, and worked out in whatever arithmetic is asked for.

Grammar, loosest first (names are ids in kebab-case, so that a minus between two names has spaces around it)::

    expression = term { ("+" | "-") term }
    term       = factor { ("*" | "/") factor }
    factor     = "-" factor | number | name | "(" expression ")" | call
    call       = ("min" | "max") "(" expression { "," expression } ")" | "ceil" "(" expression ")"
               | "if" "(" expression ("<" | "<=" | ">" | ">=" | "=") expression "," expression "," expression ")"

There are no loops, no assignment and no other functions: every formula ends, and nothing in it can reach the program.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Protocol, TypeAlias, TypeVar

FUNCTIONS = frozenset({"min", "max", "ceil", "if"})
"""What may stand before a bracket."""

COMPARISONS = ("<", "<=", ">", ">=", "=")
"""How two numbers are compared in the first place of "if"."""

LONGEST = 2_000
"""Characters in an expression; longer ones are better split into formulas with names."""

_DEEPEST = 60
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)|(?P<sign><=|>=|[-+*/(),<>=]))"
)


class FormulaError(ValueError):
    """An expression that cannot be read; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that stands in the expression itself; it has no unit."""

    number: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a parameter or formula."""

    id: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function with what it is applied to; of "if(a < b, c, d)" the operator is "<"."""

    operator: str
    operands: tuple[Expression, ...]


Expression: TypeAlias = Literal | Name | Operation

N = TypeVar("N")


class Arithmetic(Protocol[N]):
    """What an expression is worked out in: numbers, dimensions, functions of a variable."""

    def literal(self, number: Fraction) -> N:
        """A number without unit."""

    def add(self, one: N, other: N) -> N:
        """The sum."""

    def subtract(self, one: N, other: N) -> N:
        """The difference."""

    def multiply(self, one: N, other: N) -> N:
        """The product."""

    def divide(self, one: N, other: N) -> N:
        """The quotient."""

    def least(self, values: Sequence[N]) -> N:
        """The smallest."""

    def greatest(self, values: Sequence[N]) -> N:
        """The largest."""

    def ceiling(self, value: N) -> N:
        """The next whole number."""

    def choose(self, comparison: str, one: N, other: N, then: N, otherwise: N) -> N:
        """One of two, by a comparison."""


class Numbers:
    """Exact numbers. Dividing by zero raises :class:`ZeroDivisionError`."""

    def literal(self, number: Fraction) -> Fraction:
        """The number itself."""
        return number

    def add(self, one: Fraction, other: Fraction) -> Fraction:
        """The sum."""
        return one + other

    def subtract(self, one: Fraction, other: Fraction) -> Fraction:
        """The difference."""
        return one - other

    def multiply(self, one: Fraction, other: Fraction) -> Fraction:
        """The product."""
        return one * other

    def divide(self, one: Fraction, other: Fraction) -> Fraction:
        """The quotient."""
        return one / other

    def least(self, values: Sequence[Fraction]) -> Fraction:
        """The smallest."""
        return min(values)

    def greatest(self, values: Sequence[Fraction]) -> Fraction:
        """The largest."""
        return max(values)

    def ceiling(self, value: Fraction) -> Fraction:
        """The next whole number."""
        return Fraction(math.ceil(value))

    def choose(self, comparison: str, one: Fraction, other: Fraction, then: Fraction, otherwise: Fraction) -> Fraction:
        """One of two, by a comparison."""
        return then if holds(comparison, one, other) else otherwise


def holds(comparison: str, one: Fraction, other: Fraction) -> bool:
    """Whether a comparison of two numbers is true."""
    return {
        "<": one < other,
        "<=": one <= other,
        ">": one > other,
        ">=": one >= other,
        "=": one == other,
    }[comparison]


def work_out(expression: Expression, arithmetic: Arithmetic[N], value_of: Callable[[str], N]) -> N:
    """The value of an expression.

    Args:
        expression: from :func:`parse`.
        arithmetic: what it is worked out in.
        value_of: gives the value of a parameter or formula.

    Raises:
        ZeroDivisionError: in :class:`Numbers`, where it divides by zero.
    """
    if isinstance(expression, Literal):
        return arithmetic.literal(expression.number)
    if isinstance(expression, Name):
        return value_of(expression.id)
    values = [work_out(operand, arithmetic, value_of) for operand in expression.operands]
    match expression.operator:
        case "+":
            return arithmetic.add(*values)
        case "-":
            return arithmetic.subtract(*values)
        case "*":
            return arithmetic.multiply(*values)
        case "/":
            return arithmetic.divide(*values)
        case "min":
            return arithmetic.least(values)
        case "max":
            return arithmetic.greatest(values)
        case "ceil":
            return arithmetic.ceiling(values[0])
        case comparison:
            return arithmetic.choose(comparison, *values)


def names(expression: Expression) -> Iterator[str]:
    """The ids that an expression names, as often as it names them."""
    if isinstance(expression, Name):
        yield expression.id
    elif isinstance(expression, Operation):
        for operand in expression.operands:
            yield from names(operand)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        FormulaError: saying what was found where, and what was expected.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"it has {len(text)} characters; at most {LONGEST} are read, so give its parts names")
    return _Parser(text).all()


class _Parser:
    """One reading of one expression, by recursive descent."""

    def __init__(self, text: str) -> None:
        self._text, self._position, self._depth = text, 0, 0

    def all(self) -> Expression:
        found = self._sum()
        if self._peek() is not None:
            raise self._wrong("an operator")
        return found

    def _peek(self) -> re.Match[str] | None:
        if not self._text[self._position :].strip():
            return None
        found = _TOKEN.match(self._text, self._position)
        if found is None:
            raise self._wrong("a number, a name or an operator")
        return found

    def _sign(self, *signs: str) -> str | None:
        """Take one of some signs if it comes next."""
        found = self._peek()
        if found is None or found["sign"] not in signs:
            return None
        self._position = found.end()
        return str(found["sign"])

    def _need(self, *signs: str) -> str:
        found = self._sign(*signs)
        if found is None:
            raise self._wrong(" or ".join(signs))
        return found

    def _wrong(self, expected: str) -> FormulaError:
        rest = self._text[self._position :].strip()
        where = f"at “{rest[:20]}”" if rest else "at its end"
        return FormulaError(f"{where}, {expected} was expected")

    def _sum(self) -> Expression:
        found = self._product()
        while sign := self._sign("+", "-"):
            found = Operation(sign, (found, self._product()))
        return found

    def _product(self) -> Expression:
        found = self._factor()
        while sign := self._sign("*", "/"):
            found = Operation(sign, (found, self._factor()))
        return found

    def _factor(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError(f"brackets and signs lie more than {_DEEPEST} deep; give its parts names")
        try:
            return self._one()
        finally:
            self._depth -= 1

    def _one(self) -> Expression:
        if self._sign("-"):
            return Operation("-", (Literal(Fraction(0)), self._factor()))
        if self._sign("("):
            found = self._sum()
            self._need(")")
            return found
        token = self._peek()
        if token is None or token["sign"]:
            raise self._wrong("a number or a name")
        self._position = token.end()
        if token["number"]:
            return Literal(Fraction(token["number"]))
        if self._sign("("):
            return self._call(token["name"])
        return Name(token["name"])

    def _call(self, function: str) -> Expression:
        if function not in FUNCTIONS:
            raise FormulaError(f"there is no function {function}; there are {', '.join(sorted(FUNCTIONS))}")
        first = self._sum()
        if function == "if":
            comparison = self._need(*COMPARISONS)
            other = self._sum()
            branches = [self._after_comma(), self._after_comma()]
            self._need(")")
            return Operation(comparison, (first, other, *branches))
        operands = [first]
        while function != "ceil" and self._sign(","):
            operands.append(self._sum())
        self._need(")")
        return Operation(function, tuple(operands))

    def _after_comma(self) -> Expression:
        self._need(",")
        return self._sum()
