"""Profiles: what is known of a case, and what can be wrong with one (read by :mod:`engine.profile_reader`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kb.bands import plain

UNKNOWN = "unknown"
"""Accepted for every constraint, and the same as saying nothing."""

DENIED = "denied"
"""In "needs": the case does without this need."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a profile.

    Attributes:
        pointer: where, as a JSON pointer into the request (RFC 6901).
        message: what is wrong.
        expected: what would be right.
        nearest: the nearest valid choices, best first.
    """

    pointer: str
    message: str
    expected: str = ""
    nearest: tuple[str, ...] = ()


class InvalidProfile(ValueError):
    """A profile cannot be read; ``problems`` says why, all of it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A constraint's value.

    Attributes:
        constraint: id of the constraint.
        value: id of the value.
        number: the number from which it was derived, in the constraint's unit, if one was stated.
        to: the other end, if a range was stated that begins with ``number``.
        unit: id of that unit.
        band: id of the band that turned the number into the value.
    """

    constraint: str
    value: str
    number: Decimal | None = None
    unit: str | None = None
    band: str | None = None
    to: Decimal | None = None

    @property
    def said(self) -> str:
        """What was stated, in the constraint's unit, in a form that is read as the same again."""
        if self.number is None:
            return self.value
        return plain(self.number) if self.to is None else f"{plain(self.number)} to {plain(self.to)}"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A range across bands: the number is known roughly, the value is not, so that it counts as unknown.

    Attributes:
        constraint: id of the constraint.
        number: the least number, in the constraint's unit.
        to: the greatest.
        unit: id of that unit.
        values: ids of the values for which numbers of the range stand, in the order of its numbers.
    """

    constraint: str
    number: Decimal
    to: Decimal
    unit: str
    values: tuple[str, ...]

    @property
    def said(self) -> str:
        """The range, in a form that is read as the same again."""
        return f"{plain(self.number)} to {plain(self.to)}"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a case, in canonical form: sorted, without unknowns."""

    task: str | None = None
    values: tuple[StatedValue, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()

    def canonical(self) -> dict[str, Any]:
        """The profile as data that depends on nothing but what was stated."""
        return {
            "task": self.task,
            "constraints": {
                value.constraint: value.value if value.number is None else f"{value.value} {value.said}"
                for value in self.values
            },
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
            **({"unsettled": {one.constraint: one.said for one in self.unsettled}} if self.unsettled else {}),
        }

    def request(self) -> dict[str, Any]:
        """The profile as a client would state it; reading it again gives the same profile."""
        return {
            "task": self.task,
            "constraints": {
                **{value.constraint: _as_stated(value) for value in self.values},
                **{one.constraint: one.said for one in self.unsettled},
            },
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
        }


def _as_stated(value: StatedValue) -> str | int | float:
    return value.said if value.number is None or value.to is not None else plain_number(value.number)


def plain_number(number: Decimal) -> int | float:
    """A number as JSON has it: whole where it is whole."""
    return int(number) if number == number.to_integral_value() else float(number)
