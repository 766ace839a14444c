"""Measuring so that noise shows: rounds of all measurements in turn, their median and spread."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """Something to be measured.

    Attributes:
        name: what it is, for people.
        prepare: makes what is to be timed; called before every round, untimed, so that nothing is remembered.
        calls: how often it is done in a round.
        goal: the most milliseconds a call may take, or None.
    """

    name: str
    prepare: Callable[[], Callable[[], object]]
    calls: int = 1
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds a call, by round."""

    case: Case
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the rounds, in milliseconds."""
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the ninth decile of the rounds, in milliseconds."""
        ordered = sorted(self.rounds)
        last = len(ordered) - 1
        return ordered[round(last * 0.1)], ordered[round(last * 0.9)]


def measure(cases: Sequence[Case], rounds: int = 15) -> list[Measured]:
    """Measure all cases, one after the other, round by round: what disturbs the machine disturbs all alike.

    As in a server, what there is once it is ready is not looked through for garbage any more: that would leave the
    processor's caches to no case.
    """
    found: dict[str, list[float]] = {case.name: [] for case in cases}
    for case in cases:
        case.prepare()()  # what is imported, compiled and indexed on first use is not part of any round
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for case in cases:
            runs = [case.prepare() for _ in range(case.calls)]
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            for run in runs:
                run()
            taken = time.perf_counter() - start
            gc.enable()
            found[case.name].append(taken * 1000 / case.calls)
    gc.unfreeze()
    return [Measured(case, tuple(found[case.name])) for case in cases]


def on_one_core() -> None:
    """Keep this process, its threads included, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def milliseconds(value: float) -> str:
    """A time with as many digits as mean something."""
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


GOAL = "- goal "
"""How the lines begin that say whether a goal is met; the report repeats them at its head."""


def goal(wanted: str, found: str, met: bool) -> str:
    """A line that says whether a goal is met."""
    return f"{GOAL}{'met' if met else 'missed'}: {wanted}; found: {found}"


def times(found: Iterable[Measured]) -> str:
    """Medians and spreads beside the goals."""
    rows = [
        (
            one.case.name,
            milliseconds(one.median),
            " to ".join(milliseconds(bound) for bound in one.spread),
            "" if one.case.goal is None else milliseconds(one.case.goal),
            "" if one.case.goal is None else ("met" if one.median <= one.case.goal else "missed"),
        )
        for one in found
    ]
    return table(("what", "median", "1st to 9th decile", "goal", ""), rows)


_PACKAGES = ("flask", "gunicorn", "orjson", "pydantic", "pyoxigraph", "pyswip", "sqlalchemy")
"""Those that most of the time goes through."""


def circumstances() -> Mapping[str, str]:
    """Where and with what was measured."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "SWI-Prolog": _said("swipl", "--version"),
        "packages": ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES),
        "commit": _said("git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
