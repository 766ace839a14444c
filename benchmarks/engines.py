"""The same decision in other engines: shipped knowledge, generated profiles, and what each tells of its reasons.

Every engine gets the knowledge from :mod:`benchmarks.peers.theory`, once and untimed. Before anything is timed all
must agree on every technique's status and score and on who wins. They take turns on blocks of profiles, so that what
disturbs the machine disturbs all alike; each profile is timed once, in processor time of all threads.
``ADAPTWISE_BENCH_PROFILES`` says how many there are.
"""

from __future__ import annotations

import gc
import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.charts import bars
from benchmarks.peers.handwritten import HandWritten
from benchmarks.peers.outcome import Outcome, Peer, outcome_of
from benchmarks.peers.profiles import Case, generated
from benchmarks.peers.theory import Theory, theory_of
from benchmarks.timing import goal, milliseconds, on_one_core, table
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.live import LiveAdvisor
from engine.profile import Profile
from kb.store import Store

PROFILES = 1000
BLOCK = 25
CHECKED = 200
"""So many profiles are decided by all and compared before any is timed; those that are timed are compared too."""

OTHERS = (("zen-engine", "zen"), ("clipspy", "clips"), ("clingo", "asp"))
"""Distributions and the modules of :mod:`benchmarks.peers` that use them, each with a function ``peer``."""


class Disagreement(RuntimeError):
    """Engines that decide differently are not compared."""


class Adaptwise:
    """The advisor: decision, proof, and besides advice, path, tradeoffs and conflicts."""

    name = "Adaptwise"
    explains = "the whole proof, and guidance"

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        self.read: dict[int, Profile] = {}

    def prepare(self, cases: Sequence[Case]) -> None:
        """Read profiles, which is no part of the decision."""
        for case in cases:
            self.read[id(case)] = self.advisor.profile(case.task, case.values, case.needs, case.exclude)

    def decide(self, case: Case) -> Recommendation:
        """The decision with its whole proof."""
        return self.advisor.decide(self.read[id(case)])

    def outcome(self, found: Recommendation) -> Outcome:
        """What can be compared."""
        return outcome_of((one["technique"], one["status"], one["score"]) for one in found.reply["ranking"])

    def close(self) -> None:
        """The advisor is its owner's."""


def others(theory: Theory) -> tuple[list[Peer], list[str]]:
    """The engines that are installed, and the names of those that are not."""
    found: list[Peer] = []
    missing: list[str] = []
    for distribution, module in OTHERS:
        try:
            version = metadata.version(distribution)
            made: Callable[[Theory, str], Peer] = importlib.import_module(f"benchmarks.peers.{module}").peer
        except (ImportError, metadata.PackageNotFoundError):
            missing.append(distribution)
            continue
        found.append(made(theory, f"{distribution} {version}"))
    return found, missing


@contextmanager
def engines() -> Iterator[tuple[list[Any], list[str], Theory]]:
    """All engines with the shipped knowledge, Adaptwise first, hand-written Python second; and who is missing."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        store.open()
        live = LiveAdvisor(store)
        try:
            advisor = live.current()
            theory = theory_of(advisor.knowledge)
            found, missing = others(theory)
            yield [Adaptwise(advisor), HandWritten(theory), *found], missing, theory
            for one in found:
                one.close()
        finally:
            live.close()
            store.database.close()


def agree(peers: Sequence[Peer], case: Case, found: Sequence[Any]) -> None:
    """Compare what engines found for one case.

    Raises:
        Disagreement: naming the engines, the case, and what differs.
    """
    first = peers[0].outcome(found[0])
    for peer, raw in zip(peers[1:], found[1:], strict=True):
        other = peer.outcome(raw)
        if other != first:
            verdicts = first.verdicts.keys() | other.verdicts.keys()
            differ = {one: (first.verdicts.get(one), other.verdicts.get(one)) for one in sorted(verdicts)}
            told = {one: pair for one, pair in differ.items() if pair[0] != pair[1]}
            raise Disagreement(f"{peer.name} decides otherwise than {peers[0].name} of {case}: {told}")


def measured(peers: Sequence[Any], cases: Sequence[Case]) -> dict[str, list[float]]:
    """Milliseconds a profile of each engine, block by block; what was found is compared afterwards."""
    peers[0].prepare(cases)
    for case in cases[:CHECKED]:
        agree(peers, case, [peer.decide(case) for peer in peers])
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    blocks = [cases[start : start + BLOCK] for start in range(0, len(cases), BLOCK)]
    for place, block in enumerate(blocks):
        found: dict[str, list[Any]] = {}
        turn = place % len(peers)
        for peer in (*peers[turn:], *peers[:turn]):
            gc.collect()
            gc.disable()
            start = time.process_time()
            found[peer.name] = [peer.decide(case) for case in block]
            taken = time.process_time() - start
            gc.enable()
            times[peer.name].append(taken * 1000 / len(block))
        for number, case in enumerate(block):
            agree(peers, case, [found[peer.name][number] for peer in peers])
    return times


def report(peers: Sequence[Any], times: dict[str, list[float]], number: int, missing: Sequence[str]) -> str:
    """The section."""
    lower = times[HandWritten.name]
    rows = []
    for peer in peers:
        own = times[peer.name]
        ratios = sorted(one / other for one, other in zip(own, lower, strict=True))
        last = len(ratios) - 1
        rows.append(
            (
                peer.name,
                milliseconds(statistics.median(own)),
                f"{statistics.median(ratios):.2f}",
                f"{ratios[round(last * 0.1)]:.2f} to {ratios[round(last * 0.9)]:.2f}",
                peer.explains,
            )
        )
    middle = {peer.name: statistics.median(times[peer.name]) for peer in peers}
    ours = statistics.median(one / other for one, other in zip(times[Adaptwise.name], lower, strict=True))
    ahead = [name for name, taken in middle.items() if name not in (Adaptwise.name, HandWritten.name)]
    quicker = [name for name in ahead if middle[name] < middle[Adaptwise.name]]
    lines = [
        "## The same decision in other engines\n",
        f"{number} generated profiles on one core, decided once each in turns of {BLOCK}; all engines agree on every",
        "technique's status and score and on the winners. Processor time; ratios are to hand-written Python on the",
        "same block.\n",
        table(("engine", "a decision", "ratio", "1st to 9th decile", "tells of its reasons"), rows),
        bars(
            "performance-engines", "One decision with its reasons", sorted(middle.items(), key=lambda one: one[1]), "ms"
        ),
        goal("a decision takes at most twice hand-written Python", f"{ours:.2f} times", ours <= 2),
    ]
    if ahead:
        lines.append(goal("ahead of every other engine", f"quicker: {', '.join(quicker) or 'none'}", not quicker))
    lines.append("")
    if missing:
        lines.append(f"Left out, as they are not installed: {', '.join(missing)}.\n")
    return "\n".join(lines)


def main() -> None:
    """Print the section of the report."""
    on_one_core()
    number = int(os.environ.get("ADAPTWISE_BENCH_PROFILES", str(PROFILES)))
    with engines() as (peers, missing, theory):
        try:
            times = measured(peers, generated(theory.knowledge, number))
        except Disagreement as error:
            sys.exit(f"adaptwise: {error}")
        print(report(peers, times, number, missing))


if __name__ == "__main__":
    main()
