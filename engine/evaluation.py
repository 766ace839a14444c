"""How often the advice is acceptable: worked cases with known answers against what is recommended now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

NOTHING = "(none)"
"""Stands for no recommendation in counts."""


class UnreadableCases(ValueError):
    """A file of cases that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case.

    Attributes:
        id: its id in the file.
        text: the situation in words.
        task: the task of its profile, if known.
        constraints: constraint ids with stated values.
        needs: need ids with stated strengths.
        expected: acceptable techniques, best first.
        unacceptable: techniques that would be wrong.
        confidence: how clear-cut its source is, as the source of the case says.
    """

    id: str
    text: str
    task: str | None
    constraints: Mapping[str, Any]
    needs: Mapping[str, Any]
    expected: tuple[str, ...]
    unacceptable: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with how stable it says it is: the share of what the unknowns could be that leaves it as it is."""

    technique: str | None
    stability: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was recommended for a case.

    Attributes:
        case: the case.
        technique: what was recommended, if anything.
        failure: why there is no answer at all.
        stability: how stable the answer says it is; None if it does not say.
        proof: in short, why it is not what the case expects; only where that was asked for.
    """

    case: Case
    technique: str | None
    failure: str = ""
    stability: float | None = None
    proof: str = ""

    @property
    def acceptable(self) -> bool:
        """Whether the case accepts what was recommended."""
        return self.technique in self.case.expected

    @property
    def unacceptable(self) -> bool:
        """Whether the case calls it wrong; an answer may be neither."""
        return self.technique in self.case.unacceptable


STABILITIES = ((0.0, 0.1), (0.1, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.0), (1.0, 1.0))
"""Groups of answers by how stable they say they are: from, to below; nothing that is open can change the last."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Answers that say they are about equally stable, and how many of them are acceptable."""

    low: float
    high: float
    cases: int
    stability: float
    acceptable: float

    def as_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "from": self.low,
            "to": self.high,
            "cases": self.cases,
            "stability": round(self.stability, 4),
            "acceptable": round(self.acceptable, 4),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over outcomes."""

    outcomes: tuple[Outcome, ...]

    @property
    def acceptable(self) -> float:
        """The share of acceptable answers."""
        return _share(outcome.acceptable for outcome in self.outcomes)

    @property
    def unacceptable(self) -> float:
        """The share of answers that their case calls wrong."""
        return _share(outcome.unacceptable for outcome in self.outcomes)

    @property
    def per_technique(self) -> dict[str, float]:
        """The share of acceptable answers among the cases that expect each technique first."""
        return {
            technique: _share(o.acceptable for o in self.outcomes if o.case.expected[0] == technique)
            for technique in sorted({outcome.case.expected[0] for outcome in self.outcomes})
        }

    @property
    def mean_per_technique(self) -> float:
        """The mean of :attr:`per_technique`: rare techniques count as much as common ones."""
        shares = self.per_technique.values()
        return sum(shares) / len(shares)

    @property
    def by_confidence(self) -> dict[str, tuple[float, int]]:
        """The share of acceptable answers, and the number of cases, for each confidence."""
        groups = sorted({outcome.case.confidence for outcome in self.outcomes})
        chosen = {group: [o.acceptable for o in self.outcomes if o.case.confidence == group] for group in groups}
        return {group: (_share(right), len(right)) for group, right in chosen.items()}

    @property
    def calibration(self) -> list[Calibrated]:
        """Of answers that say they are so stable, how many are acceptable; groups without a case are left out."""
        found = []
        for low, high in STABILITIES:
            group = [
                (outcome.stability, outcome.acceptable)
                for outcome in self.outcomes
                if outcome.stability is not None
                and (low <= outcome.stability < high or low == high == outcome.stability)
            ]
            if group:
                stability = sum(one for one, _ in group) / len(group)
                found.append(Calibrated(low, high, len(group), stability, _share(right for _, right in group)))
        return found

    @property
    def confusion(self) -> Counter[tuple[str, str]]:
        """How often each pair of first expected and recommended technique occurred."""
        return Counter((o.case.expected[0], o.technique or NOTHING) for o in self.outcomes)

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """The outcomes that are not acceptable."""
        return tuple(outcome for outcome in self.outcomes if not outcome.acceptable)

    def as_dict(self) -> dict[str, Any]:
        """Everything as data."""
        return {
            "cases": len(self.outcomes),
            "acceptable": round(self.acceptable, 4),
            "mean_per_technique": round(self.mean_per_technique, 4),
            "unacceptable": round(self.unacceptable, 4),
            "per_technique": {name: round(share, 4) for name, share in self.per_technique.items()},
            "by_confidence": {
                name: {"acceptable": round(share, 4), "cases": count}
                for name, (share, count) in self.by_confidence.items()
            },
            "calibration": [group.as_dict() for group in self.calibration],
            "confusion": [
                {"expected": expected, "recommended": recommended, "cases": count}
                for (expected, recommended), count in sorted(self.confusion.items())
            ],
            "wrong": [_outcome_dict(outcome) for outcome in self.wrong],
        }


def _outcome_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.case.id,
        "expected": list(outcome.case.expected),
        "recommended": outcome.technique,
        "unacceptable": outcome.unacceptable,
        "failure": outcome.failure,
        "stability": outcome.stability,
        "proof": outcome.proof,
    }


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0


def evaluate(cases: Iterable[Case], answer: Callable[[Case], Given | str | None]) -> Report:
    """Ask ``answer`` for the technique recommended for each case.

    Args:
        cases: the cases, at least one.
        answer: gives the id of a technique or None, perhaps with its stability; raises ValueError where the case
            cannot be asked.

    Raises:
        UnreadableCases: if there is no case.
    """
    outcomes = []
    for case in cases:
        try:
            given = answer(case)
            found = given if isinstance(given, Given) else Given(given)
            outcomes.append(Outcome(case, found.technique, stability=found.stability))
        except ValueError as error:
            outcomes.append(Outcome(case, None, failure=str(error)))
    if not outcomes:
        raise UnreadableCases("There is no case in the file.")
    return Report(tuple(outcomes))


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of a file with one JSON object a line.

    Raises:
        UnreadableCases: at the first line that is no case, naming it.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UnreadableCases(f"{path} cannot be read: {error.strerror}.") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _case(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
                what = f"the member {error} is missing" if isinstance(error, KeyError) else str(error)
                raise UnreadableCases(f"{path.name}, line {number}: this is no case: {what}.") from None


def _case(data: Mapping[str, Any]) -> Case:
    profile = data["profile"]
    expected = tuple(data["expected"])
    if not expected:
        raise ValueError("expected is empty")
    return Case(
        id=str(data["id"]),
        text=str(data.get("text", "")),
        task=profile.get("task"),
        constraints=dict(profile.get("constraints", {})),
        needs=dict(profile.get("needs", {})),
        expected=expected,
        unacceptable=tuple(data.get("unacceptable", ())),
        confidence=str(data.get("confidence", "")),
    )
