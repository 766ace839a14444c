"""From what a client stated to a profile.

Reading collects every problem before it gives up, each with where it is, what was expected and the nearest valid
choices.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.profile import DENIED, UNKNOWN, InvalidProfile, Problem, Profile, StatedValue, Unsettled
from kb.bands import bands_of, plain, shown
from kb.lexicon import Lexicon
from kb.model import Band, Constraint, Kind, Knowledge
from kb.quantities import QuantityError, band_of, read_date, read_quantity, read_range


@dataclass
class ProfileReader:
    """Reads profiles in the vocabulary of one version of the knowledge."""

    knowledge: Knowledge
    lexicon: Lexicon

    def read(
        self,
        task: str | None,
        constraints: Mapping[str, Any],
        needs: Mapping[str, Any],
        exclude: Iterable[str],
        on: datetime.date | None = None,
    ) -> Profile:
        """Read a profile; dates count from ``on``, today by default.

        Raises:
            InvalidProfile: with every problem.
        """
        reading = _Reading(self.knowledge, self.lexicon, on)
        profile = reading.profile(task, constraints, needs, exclude)
        if reading.problems:
            raise InvalidProfile(reading.problems)
        return profile

    def technique(self, text: str, pointer: str) -> str:
        """The id of a technique given by id, label or synonym.

        Raises:
            InvalidProfile: if there is none.
        """
        return self._term("technique", text, pointer)

    def constraint(self, text: str, pointer: str) -> str:
        """The id of a constraint given by id, label or synonym.

        Raises:
            InvalidProfile: if there is none.
        """
        return self._term("constraint", text, pointer)

    def _term(self, kind: Kind, text: str, pointer: str) -> str:
        reading = _Reading(self.knowledge, self.lexicon)
        found = reading.term(kind, text, pointer)
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
        constraints = reading.merged("constraint", request["constraints"], changes.get("constraints"))
        needs = reading.merged("need", request["needs"], changes.get("needs"))
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

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, on: datetime.date | None = None) -> None:
        self._knowledge, self._lexicon = knowledge, lexicon
        self._on = on or datetime.datetime.now(tz=datetime.UTC).date()
        self.problems: list[Problem] = []

    def profile(
        self, task: Any, constraints: Mapping[str, Any], needs: Mapping[str, Any], exclude: Iterable[Any]
    ) -> Profile:
        found_task = self.term("task", task, "/task") if task not in (None, UNKNOWN) else None
        values = self._values(constraints, found_task)
        strengths = self._strengths(needs)
        excluded = [self.term("technique", given, f"/exclude/{index}") for index, given in enumerate(exclude)]
        return Profile(
            task=found_task,
            values=tuple(one for _, one in sorted(values.items()) if isinstance(one, StatedValue)),
            unsettled=tuple(one for _, one in sorted(values.items()) if isinstance(one, Unsettled)),
            needs=tuple(sorted(strengths.items())),
            exclude=tuple(sorted({technique for technique in excluded if technique})),
        )

    def _values(self, constraints: Mapping[str, Any], task: str | None) -> dict[str, StatedValue | Unsettled]:
        """Each constraint once: the same dimension under two names with two values is a contradiction."""
        found: dict[str, StatedValue | Unsettled] = {}
        for given, raw in constraints.items():
            value = self.value(given, raw, task)
            if value is None:
                continue
            other = found.get(value.constraint, value)
            if not _agree(other, value):
                self._twice(f"/constraints/{_escaped(given)}", value.constraint, other.said, value.said)
            # a number says more than the value for which it stands
            found[value.constraint] = value if other.number is None else other
        return found

    def _strengths(self, needs: Mapping[str, Any]) -> dict[str, str]:
        """Each need once, as with values."""
        found: dict[str, str] = {}
        for given, raw in needs.items():
            pair = self.need(given, raw)
            if pair is None:
                continue
            need, strength = pair
            if found.setdefault(need, strength) != strength:
                self._twice(f"/needs/{_escaped(given)}", need, found[need], strength)
        return found

    def merged(self, kind: Kind, stated: Mapping[str, Any], changes: Mapping[str, Any] | None) -> dict[str, Any]:
        """What is stated of constraints or needs, by id, with changes by any name."""
        found: dict[str, Any] = {}
        for given, raw in (changes or {}).items():
            pointer = f"/{kind}s/{_escaped(given)}"
            term = self.term(kind, given, pointer)
            if term is not None and found.setdefault(term, raw) != raw:
                self._twice(pointer, term, str(found[term]), str(raw))
        return {**stated, **found}

    def _twice(self, pointer: str, term: str, one: str, other: str) -> None:
        message = f"“{term}” is stated twice, as “{_short(one)}” and as “{_short(other)}”"
        self._problem(pointer, message, f"one value for “{term}”")

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

    def value(self, given: str, raw: Any, task: str | None) -> StatedValue | Unsettled | None:
        pointer = f"/constraints/{_escaped(given)}"
        constraint_id = self.term("constraint", given, pointer)
        if constraint_id is None or raw is None or raw == UNKNOWN:
            return None
        constraint = self._knowledge.constraints[constraint_id]
        names = [raw] if isinstance(raw, str) else _names(raw) if isinstance(raw, bool) else []
        for name in names:
            found = self._lexicon.find_value(constraint_id, name)
            if found is not None:
                return StatedValue(constraint_id, found)
        if isinstance(raw, bool):
            raw = names[0]
        if isinstance(raw, str | int | float | Decimal) or (isinstance(raw, list | tuple) and len(raw) == 2):
            return self._number(constraint, raw, task, pointer)
        self._problem(pointer, f"{_kind_of(raw)} is not a value of “{constraint_id}”", self._expected(constraint))
        return None

    def _number(
        self, constraint: Constraint, raw: object, task: str | None, pointer: str
    ) -> StatedValue | Unsettled | None:
        try:
            low, high = self._ends(constraint, raw)
        except QuantityError as error:
            said = f"“{_short(raw)}”" if isinstance(raw, str) else f"the number {raw}"
            said = "the range" if isinstance(raw, list | tuple) else said
            near = self._lexicon.nearest_values(constraint.id, str(raw))
            why = f": {error.message}" if isinstance(raw, str) and error.message.endswith("is past") else ""
            message = f"{said} is not a value of “{constraint.id}”{why}"
            self._problem(pointer, message, self._expected(constraint), near)
            return None
        bands = [band for band in bands_of(self._knowledge, constraint.id, task) if _meets(band, low, high)]
        outside = [end for end in (low, high) if band_of(self._knowledge, constraint, end, task) is None]
        if outside or not bands:
            message = f"{plain(outside[0] if outside else low)} lies outside every band of “{constraint.id}”"
            self._problem(pointer, message, self._expected(constraint))
            return None
        if len({band.value for band in bands}) > 1:
            values = tuple(dict.fromkeys(band.value for band in bands))
            return Unsettled(constraint.id, low, high, constraint.unit or "", values)
        to = None if low == high else high
        return StatedValue(constraint.id, bands[0].value, low, constraint.unit, bands[0].id, to)

    def _ends(self, constraint: Constraint, raw: object) -> tuple[Decimal, Decimal]:
        """The least and the greatest number that are meant: of one number the same."""
        until = read_date(self._knowledge, constraint, raw, self._on)
        if until is not None:
            return _as_sent(until), _as_sent(until)
        try:
            number = _as_sent(read_quantity(self._knowledge, constraint, raw))
        except QuantityError:
            ends = read_range(self._knowledge, constraint, raw)
            if ends is None:
                raise
            return _as_sent(ends[0]), _as_sent(ends[1])
        return number, number

    def _expected(self, constraint: Constraint) -> str:
        values = ", ".join([*(value.id for value in constraint.values), UNKNOWN])
        if constraint.unit is None:
            return f"one of {values}"
        unit = self._knowledge.units[constraint.unit]
        bands = "; ".join(f"{band.value}: {shown(band)}" for band in bands_of(self._knowledge, constraint.id))
        return f"one of {values}, or a number or range in {unit.label} ({bands})"


def _names(raw: bool) -> list[str]:
    """What a value may be called for which a boolean stands."""
    return ["true", "yes"] if raw else ["false", "no"]


def _agree(one: StatedValue | Unsettled, other: StatedValue | Unsettled) -> bool:
    """Whether two statements on one constraint can both be meant."""
    if isinstance(one, Unsettled) or isinstance(other, Unsettled):
        return one == other
    ends = {(one.number, one.to), (other.number, other.to)} - {(None, None)}
    return one.value == other.value and len(ends) < 2


def _meets(band: Band, low: Decimal, high: Decimal) -> bool:
    """Whether a band has numbers of a range."""
    return (band.end is None or low < band.end) and (band.start is None or band.start <= high)


def _as_sent(number: Decimal) -> Decimal:
    """The number as precise as JSON carries it, so that a profile that is sent back is the same profile."""
    if number == 0:
        return Decimal(0)
    return number if number == number.to_integral_value() else Decimal(str(float(number)))


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
