"""Understanding one message, on one core: the texts of the cases that the documentation evaluates."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

from benchmarks.timing import Case, measure, milliseconds, on_one_core, table
from chat.understanding import interpret
from kb.store import Snapshot, Store

TEXTS = Path(__file__).parents[1] / "docs" / "cases.jsonl"
GOAL = 25.0
"""Milliseconds at the median, of the issue that asked for it."""


def cases() -> list[Case]:
    """A case for each text, with the vocabulary of the shipped knowledge."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        store.open()
        snapshot = store.snapshot()
        store.database.close()
    found = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    return [_case(one["id"], one["text"], snapshot) for one in found]


def _case(name: str, text: str, snapshot: Snapshot) -> Case:
    return Case(name, lambda: lambda: interpret(text, snapshot))


def main() -> None:
    """Print the section of the report."""
    on_one_core()
    found = measure(cases(), rounds=5)
    medians = sorted(one.median for one in found)
    median = statistics.median(medians)
    row = (
        f"a message ({len(found)} texts)",
        milliseconds(median),
        f"{milliseconds(medians[0])} to {milliseconds(medians[-1])}",
        milliseconds(GOAL),
        "met" if median <= GOAL else "missed",
    )
    print("## Understanding a message\n")
    print("On one core, once the vocabulary of the version is there.\n")
    print(table(("what", "median", "quickest to slowest text", "goal", ""), [row]))


if __name__ == "__main__":
    main()
