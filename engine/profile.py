"""Profiles: what is known of a case, read from what a client stated.

Reading collects every problem before it gives up, each with where it is, what was expected and the nearest valid
choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kb.bands import bands_of, plain, shown
from kb.lexicon import Lexicon
from kb.model import Band, Constraint, Kind, Knowledge
from kb.quantities import QuantityError, band_of, read_quantity

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
        unit: id of that unit.
        band: id of the band that turned the number into the value.
    """

    constraint: str
    value: str
    number: Decimal | None = None
    unit: str | None = None
    band: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a case, in canonical form: sorted, without unknowns."""

    task: str | None = None
    values: tuple[StatedValue, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()

    def canonical(self) -> dict[str, Any]:
        """The profile as data that depends on nothing but what was stated."""
        return {
            "task": self.task,
            "constraints": {
                value.constraint: value.value if value.number is None else f"{value.value} {value.number.normalize():f}"
                for value in self.values
            },
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
        }

    def request(self) -> dict[str, Any]:
        """The profile as a client would state it; reading it again gives the same profile."""
        return {
            "task": self.task,
            "constraints": {
                value.constraint: value.value if value.number is None else _json(value.number) for value in self.values
            },
            "needs": dict(self.needs),
            "exclude": list(self.exclude),
        }


def _json(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


@dataclass
class ProfileReader:
    """Reads profiles in the vocabulary of one version of the knowledge."""

    knowledge: Knowledge
    lexicon: Lexicon

    def read(
        self, task: str | None, constraints: Mapping[str, Any], needs: Mapping[str, Any], exclude: Iterable[str]
    ) -> Profile:
        """Read a profile.

        Raises:
            InvalidProfile: with every problem.
        """
        reading = _Reading(self.knowledge, self.lexicon)
        profile = reading.profile(task, constraints, needs, exclude)
        if reading.problems:
            raise InvalidProfile(reading.problems)
        return profile

    def technique(self, text: str, pointer: str) -> str:
        """The id of a technique given by id, label or synonym.

        Raises:
            InvalidProfile: if there is none.
        """
        reading = _Reading(self.knowledge, self.lexicon)
        found = reading.term("technique", text, pointer)
        if found is None:
            raise InvalidProfile(reading.problems)
        return found

    def changed(self, profile: Profile, changes: Mapping[str, Any]) -> Profile:
        """The profile with changes.

        "task" and "exclude" replace; "constraints" and "needs" are merged in, and what is None or "unknown" there is
        taken back.

        Raises:
            InvalidProfile: with every problem.
        """
        request = profile.request()
        reading = _Reading(self.knowledge, self.lexicon)
        constraints = dict(request["constraints"])
        for given, value in (changes.get("constraints") or {}).items():
            constraint = reading.term("constraint", given, f"/constraints/{_escaped(given)}")
            if constraint is not None:
                constraints[constraint] = value
        needs = dict(request["needs"])
        for given, strength in (changes.get("needs") or {}).items():
            need = reading.term("need", given, f"/needs/{_escaped(given)}")
            if need is not None:
                needs[need] = strength
        if reading.problems:
            raise InvalidProfile(reading.problems)
        task = changes["task"] if "task" in changes else request["task"]
        exclude = changes["exclude"] if changes.get("exclude") is not None else request["exclude"]
        return self.read(task, constraints, needs, exclude)


def _escaped(key: object) -> str:
    """A key as a segment of a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")


class _Reading:
    """One reading of one profile, with the problems found on the way."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        self._knowledge, self._lexicon = knowledge, lexicon
        self.problems: list[Problem] = []

    def profile(
        self, task: Any, constraints: Mapping[str, Any], needs: Mapping[str, Any], exclude: Iterable[Any]
    ) -> Profile:
        found_task = self.term("task", task, "/task") if task not in (None, UNKNOWN) else None
        values = [self.value(given, raw, found_task) for given, raw in constraints.items()]
        strengths = [self.need(given, raw) for given, raw in needs.items()]
        excluded = [self.term("technique", given, f"/exclude/{index}") for index, given in enumerate(exclude)]
        return Profile(
            task=found_task,
            values=tuple(sorted(self._once(values), key=lambda value: value.constraint)),
            needs=tuple(sorted(pair for pair in strengths if pair)),
            exclude=tuple(sorted({technique for technique in excluded if technique})),
        )

    def _once(self, values: Iterable[StatedValue | None]) -> list[StatedValue]:
        """Each constraint once: the same dimension under two names with two values is a contradiction."""
        found: dict[str, StatedValue] = {}
        for value in values:
            if value is None:
                continue
            other = found.setdefault(value.constraint, value)
            if other.value != value.value:
                self._problem(
                    f"/constraints/{value.constraint}",
                    f"“{value.constraint}” is stated twice, as “{other.value}” and as “{value.value}”",
                    "one value for each constraint",
                )
        return list(found.values())

    def _problem(self, pointer: str, message: str, expected: str = "", nearest: Iterable[str] = ()) -> None:
        self.problems.append(Problem(pointer, message, expected, tuple(nearest)))

    def term(self, kind: Kind, text: Any, pointer: str) -> str | None:
        """The id of the term that ``text`` names by id, label or synonym; a problem if there is none."""
        if isinstance(text, str):
            found = self._lexicon.find(kind, text)
            if found is not None:
                return found
            near = self._lexicon.nearest(kind, text)
            self._problem(pointer, f"there is no {kind} “{_short(text)}”", f"the id of a {kind}", near)
        else:
            self._problem(pointer, f"{_kind_of(text)} is not a {kind}", f"the id of a {kind}, as a string")
        return None

    def need(self, given: str, raw: Any) -> tuple[str, str] | None:
        pointer = f"/needs/{_escaped(given)}"
        need = self.term("need", given, pointer)
        if raw is None or raw == UNKNOWN:
            return None
        strengths = [*self._knowledge.strengths, DENIED]
        if raw is False:
            raw = DENIED
        if raw not in strengths:
            said = f"“{_short(raw)}”" if isinstance(raw, str) else _kind_of(raw)
            self._problem(pointer, f"{said} is not a strength", f"one of {', '.join(strengths)}", strengths)
            return None
        return None if need is None else (need, raw)

    def value(self, given: str, raw: Any, task: str | None) -> StatedValue | None:
        pointer = f"/constraints/{_escaped(given)}"
        constraint_id = self.term("constraint", given, pointer)
        if constraint_id is None or raw is None or raw == UNKNOWN:
            return None
        constraint = self._knowledge.constraints[constraint_id]
        if isinstance(raw, bool):
            raw = str(raw).lower()
        if isinstance(raw, str):
            found = self._lexicon.find_value(constraint_id, raw)
            if found is not None:
                return StatedValue(constraint_id, found)
        if isinstance(raw, str | int | float | Decimal):
            return self._number(constraint, raw, task, pointer)
        self._problem(pointer, f"{_kind_of(raw)} is not a value of “{constraint_id}”", self._expected(constraint))
        return None

    def _number(
        self, constraint: Constraint, raw: str | float | Decimal, task: str | None, pointer: str
    ) -> StatedValue | None:
        try:
            number = read_quantity(self._knowledge, constraint, raw)
        except QuantityError:
            said = f"“{_short(raw)}”" if isinstance(raw, str) else f"the number {raw}"
            near = self._lexicon.nearest_values(constraint.id, str(raw))
            message = f"{said} is not a value of “{constraint.id}”"
            self._problem(pointer, message, self._expected(constraint), near)
            return None
        band: Band | None = band_of(self._knowledge, constraint, number, task)
        if band is None:
            message = f"{plain(number)} lies outside every band of “{constraint.id}”"
            self._problem(pointer, message, self._expected(constraint))
            return None
        return StatedValue(constraint.id, band.value, number, constraint.unit, band.id)

    def _expected(self, constraint: Constraint) -> str:
        values = ", ".join([*(value.id for value in constraint.values), UNKNOWN])
        if constraint.unit is None:
            return f"one of {values}"
        unit = self._knowledge.units[constraint.unit]
        bands = "; ".join(f"{band.value}: {shown(band)}" for band in bands_of(self._knowledge, constraint.id))
        return f"one of {values}, or a number in {unit.label} ({bands})"


def _short(text: str) -> str:
    """What was stated, short enough to be quoted."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind_of(raw: Any) -> str:
    """A JSON value's kind, in words."""
    if raw is None:
        return "null"
    names = (
        (bool, "a boolean"),
        (str, "a string"),
        (int | float | Decimal, "a number"),
        (list, "a list"),
        (dict, "an object"),
    )
    return next((name for kind, name in names if isinstance(raw, kind)), "this")
