"""Mixed traffic for ten minutes: whether memory and latency stay as they are.

Recommendations, why, chat messages and SPARQL arrive at random at half of what the server manages of this mix, while a
task is added and taken away again and again. ``ADAPTWISE_BENCH_SOAK`` says for how many seconds.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.charts import lines
from benchmarks.load import Load, Request, offered
from benchmarks.served import NotServing, Served, serving
from benchmarks.timing import goal, milliseconds, table
from benchmarks.traffic import messages, queries, recommendations, shipped, whys

SECONDS = 600.0
SLICES = 20
WORKERS = 2
CLIENTS = 16
SHARE = 0.5
FLAT = 1.1
"""What the last third may be of the second; the first is for memories that fill."""
PAUSE = 2.0
"""Seconds between two changes."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the time."""

    minutes: float
    answered: int
    failures: int
    first_failure: str
    median: float
    high: float
    memory: int


def mixed(server: Served, fixed: Sequence[Sequence[Request]], talk: int) -> list[Request]:
    """One of each kind in turn; the conversations are new."""
    kinds = [*fixed, messages(server, talk)]
    most = max(map(len, kinds))
    return [kind[place % len(kind)] for place in range(most) for kind in kinds if kind]


class Changes:
    """Adds a task and takes it away, until told to stop."""

    def __init__(self, server: Served, broader: str) -> None:
        self.server, self.broader = server, broader
        self.made = 0
        self.problem = ""
        self._stop = threading.Event()

    def run(self) -> None:
        """Go on until :meth:`stop`, or until something is refused."""
        while not self._stop.wait(PAUSE):
            body = {"id": "soaked", "label": "Soaked", "broader": self.broader}
            try:
                self.server.told("POST", "/api/v1/tasks", body, key=True)
                status, said = self.server.ask("DELETE", "/api/v1/tasks/soaked", key=True)
            except (OSError, NotServing) as error:
                self.problem = str(error)
                return
            if status >= 400:
                self.problem = said.decode(errors="replace")
                return
            self.made += 2

    @contextmanager
    def going_on(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """For as long as the block lasts."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def soaked(seconds: float) -> tuple[list[Slice], Changes, float]:
    """The slices, what was changed meanwhile, and the rate."""
    knowledge = shipped()
    each = seconds / SLICES
    with serving(WORKERS) as server:
        fixed = [
            recommendations(knowledge, "summary"),
            recommendations(knowledge, "full"),
            whys(server, knowledge),
            queries(server),
        ]
        warm = Load(server.host, server.port, mixed(server, fixed, 100), min(10.0, each), CLIENTS)
        offered(warm)
        rate = max(1.0, SHARE * offered(warm).per_second)
        changes, found, start = Changes(server, min(knowledge.tasks)), [], time.monotonic()
        with changes.going_on():
            for _ in range(SLICES):
                asked = mixed(server, fixed, 1 + int(rate * each / 5))
                result = offered(Load(server.host, server.port, asked, each, 2 * CLIENTS, rate))
                minutes = (time.monotonic() - start) / 60
                found.append(
                    Slice(
                        minutes,
                        len(result.latencies),
                        result.failures,
                        result.first_failure,
                        result.percentile(0.5),
                        result.percentile(0.99),
                        server.resident(),
                    )
                )
        return found, changes, rate


def growth(values: Sequence[float]) -> float:
    """The median of the last third beside that of the second."""
    third = max(1, len(values) // 3)
    return statistics.median(values[-third:]) / statistics.median(values[-2 * third : -third] or values)


def main() -> None:
    """Print the section of the report."""
    seconds = float(os.environ.get("ADAPTWISE_BENCH_SOAK", str(SECONDS)))
    found, changes, rate = soaked(seconds)
    print("## Mixed traffic over time\n")
    print(
        f"{WORKERS} workers for {seconds / 60:.0f} minutes at {rate:.0f} requests a second, half of what they manage of"
        f" this mix, and {changes.made} changes meanwhile.\n"
    )
    rows = [
        (
            f"{one.minutes:.1f} min",
            str(one.answered),
            str(one.failures),
            milliseconds(one.median),
            milliseconds(one.high),
            f"{one.memory / 2**20:.0f} MiB",
        )
        for one in found[:: max(1, SLICES // 10)]
    ]
    print(table(("until", "answered", "failed", "p50", "p99", "memory of all processes"), rows))
    memory = [(one.minutes, one.memory / 2**20) for one in found]
    latency = [(one.minutes, one.high) for one in found]
    print(lines("performance-soak-memory", "Memory under mixed traffic", {"MiB": memory}, "minutes", "MiB"))
    print(lines("performance-soak-latency", "Latency under mixed traffic", {"p99": latency}, "minutes", "ms"))
    for name, values in (("memory", [one.memory for one in found]), ("p50", [one.median for one in found])):
        share = growth(values)
        print(goal(f"{name} flat under mixed traffic, at most {FLAT} times", f"{share:.2f} times", share <= FLAT))
    failures = sum(one.failures for one in found)
    first = next((one.first_failure for one in found if one.first_failure), changes.problem)
    told = f"{failures}{f', the first: {first}' if first else ''}"
    print(goal("nothing fails under mixed traffic", told, not failures and not first) + "\n")


if __name__ == "__main__":
    main()
