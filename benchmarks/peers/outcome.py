"""What engines must agree on: every technique's status and score, and who wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.peers.profiles import Case


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, as far as it is compared."""

    winners: frozenset[str]
    verdicts: Mapping[str, tuple[str, int]]


class Peer(Protocol):
    """An engine that decides cases.

    Attributes:
        name: how the report calls it, with its version.
        explains: what it says of its reasons.
    """

    name: str
    explains: str

    def decide(self, case: Case) -> Any:
        """Decide and explain: what is timed."""

    def outcome(self, found: Any) -> Outcome:
        """What was decided, for comparing."""

    def close(self) -> None:
        """Give back what is held."""


def outcome_of(found: Iterable[tuple[str, str, int]]) -> Outcome:
    """From each technique's id, status ("recommended" for winners) and score."""
    listed = list(found)
    return Outcome(
        frozenset(technique for technique, status, _ in listed if status == "recommended"),
        {technique: (status, score) for technique, status, score in listed},
    )


def first_ranked(found: Iterable[tuple[str, str, int, int, int, bool]]) -> Outcome:
    """From id, gate ("viable", ...), score, points lost, complexity, whether it is a variant: the winners marked."""
    listed = list(found)
    standing = {one[0]: (-one[2], one[3], one[4]) for one in listed if one[1] == "viable" and not one[5]}
    best = min(standing.values(), default=None)
    return outcome_of((one[0], "recommended" if standing.get(one[0], ()) == best else one[1], one[2]) for one in listed)
