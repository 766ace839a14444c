"""Growth of each kind of knowledge, alone and together: how long an answer and a change take, memory, and load.

The shipped knowledge is multiplied: so many generated tasks, rules, constraints or techniques for each one that it has.
Each size runs in a process of its own. ``ADAPTWISE_BENCH_TIMES`` has the factors ("10 100" by default; 1000 takes
minutes and gigabytes). What takes longer than the time given is left there, and the report says so.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.charts import lines
from benchmarks.grown import Grower
from benchmarks.served import KEY, environment
from benchmarks.timing import goal, milliseconds, table
from benchmarks.traffic import shipped
from kb.model import Knowledge

ALONE = ("tasks", "rules of other tasks", "rules", "constraints", "techniques")
KINDS = (*ALONE, "all together")
"""What is multiplied. "rules" test a constraint and can concern every case; "all" grows tasks with rules of their own,
constraints and techniques."""
GIVEN = 60.0
"""Seconds for one size."""
ROUNDS = 7
FEW = 3
FLAT = ("tasks", "rules of other tasks")
"""What a recommendation must not notice, up to :data:`FLAT_RATIO`."""
FLAT_RATIO = 1.3


def asked_of(knowledge: Knowledge) -> str:
    """The task that recommendations are for."""
    return min(knowledge.tasks)


def filled(kind: str, times: int, folder: Path) -> None:
    """Make the database of one size."""
    from api.logs import configure_logging
    from api.settings import Settings
    from kb.store import Store

    configure_logging("error")
    settings = Settings.from_environment(environment(folder))
    store = Store(settings.database, settings.packs)
    store.open()
    knowledge = store.snapshot().knowledge
    store.commit(1, Grower(knowledge, asked_of(knowledge)).quads(kind, times), (), "benchmark", "Grow")
    store.database.close()


def sized(kind: str, times: int) -> dict[str, Any]:
    """Measure one size, in this process.

    Raises:
        RuntimeError: if the application refuses what is asked.
    """
    from api.app import create_app
    from api.logs import configure_logging
    from api.services import services
    from api.settings import Settings
    from benchmarks.growth import resident

    configure_logging("error")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment(environment(Path(folder)))
        # in a process of its own, whose memory is not taken for that of the application
        subprocess.run([sys.executable, "-m", "benchmarks.dimensions", kind, str(times), folder], check=True)
        knowledge = shipped()
        asked = asked_of(knowledge)
        before, start = resident(), time.perf_counter()
        app = create_app(settings)
        with app.app_context():
            facts, lines = services().live.facts.written, len(services().live.current().snapshot.content)
        found: dict[str, Any] = {
            "facts": facts,
            "lines": lines,
            "start": time.perf_counter() - start,
            "memory": max(0, resident() - before),
            "prolog": _prolog_bytes(app),
        }
        client, numbers = app.test_client(), iter(range(1_000_000))
        task, need = asked, min(knowledge.needs)
        values = {one.id: one.values[-1].id for one in list(knowledge.constraints.values())[:5]}

        def timed(status: int, rounds: int, ask: Callable[[int], dict[str, Any]]) -> float:
            taken = []
            for _ in range(rounds + 1):
                request = ask(next(numbers))
                begin = time.process_time()
                answer = client.open(**request)
                taken.append((time.process_time() - begin) * 1000)
                if answer.status_code != status:
                    raise RuntimeError(answer.get_data(as_text=True)[:500])
            return statistics.median(taken[1:])  # what is worked out on first use is not part of it

        def recommend(number: int) -> dict[str, Any]:
            path = f"/api/v1/recommendations?explain=summary&as_of=2{number:03}-01-01"
            return {"method": "POST", "path": path, "json": {"task": task, "constraints": values}}

        def add(number: int) -> dict[str, Any]:
            body = {"label": f"One more {number}", "broader": task, "demands": [{"need": need, "strength": "strong"}]}
            return {"method": "POST", "path": "/api/v1/tasks", "json": body, "headers": {"X-API-Key": KEY}}

        found["recommend"] = timed(200, ROUNDS, recommend)
        found["change"] = timed(201, FEW, add)
        return found


def _prolog_bytes(app: Any) -> int:
    """The bytes of the module that holds the facts, as SWI-Prolog counts them."""
    from api.services import services
    from engine.bridge import solutions
    from engine.terms import write_term

    with app.app_context():
        name = write_term(services().live.facts._name)
    return int(solutions(f"module_property({name}, size(Bytes))")[0]["Bytes"])


def measured(kind: str, times: int) -> dict[str, Any] | str:
    """The same in a process of its own; or why there is no figure."""
    command = [sys.executable, "-m", "benchmarks.dimensions", kind, str(times)]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=GIVEN, check=False)
    except subprocess.TimeoutExpired:
        return f"over {GIVEN:.0f} s"
    if said.returncode:
        print(said.stderr, file=sys.stderr)
        return "out of memory" if said.returncode < 0 else "refused: " + said.stderr.strip().splitlines()[-1][:80]
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def main(arguments: list[str]) -> None:
    """Print the section of the report; with a kind and a factor, measure this."""
    if len(arguments) == 3:
        filled(arguments[0], int(arguments[1]), Path(arguments[2]))
        return
    if arguments:
        json.dump(sized(arguments[0], int(arguments[1])), sys.stdout)
        return
    factors = [int(one) for one in os.environ.get("ADAPTWISE_BENCH_TIMES", "10 100").split()]
    base = measured("tasks", 1)
    if isinstance(base, str):
        sys.exit(f"adaptwise: the shipped knowledge could not be measured: {base}")
    rows = [_row("as shipped", base, base)]
    found: dict[tuple[str, int], dict[str, Any]] = {(kind, 1): base for kind in KINDS}
    for kind in KINDS:
        for times in factors:
            one = measured(kind, times)
            rows.append(_row(f"{kind} × {times}", one, base))
            if isinstance(one, str):
                break
            found[kind, times] = one
    print("## Growth of each kind of knowledge\n")
    print("Over REST in one process, in processor time; in brackets times as shipped.\n")
    head = ("what", "facts in Prolog", "recommend", "add a task", "start", "memory a line more", "memory")
    print(table(head, rows))
    print(_chart(found))
    for line in _goals(found, base):
        print(line)
    print()


def _chart(found: dict[tuple[str, int], dict[str, Any]]) -> str:
    series: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for (kind, times), one in found.items():
        series[kind].append((times, one["recommend"]))
    return lines(
        "performance-growth", "A recommendation as knowledge grows", series, "times as shipped", "ms", log=True
    )


def _goals(found: dict[tuple[str, int], dict[str, Any]], base: dict[str, Any]) -> Iterator[str]:
    for kind in FLAT:
        times = max(times for one, times in found if one == kind)
        ratio = found[kind, times]["recommend"] / base["recommend"]
        yield goal(f"flat in {kind}, at most {FLAT_RATIO} times", f"{ratio:.2f} at × {times}", ratio <= FLAT_RATIO)
    largest = max(found.values(), key=lambda one: int(one["facts"]))
    fact, line = largest["prolog"] / largest["facts"], _each(largest, base)
    yield goal("Prolog at most 250 bytes a fact", f"{fact:.0f} of {largest['facts']:,} facts", fact <= 250)
    yield goal("the worker at most 1 kB a triple", f"{line:.0f} bytes of {largest['lines']:,}", line <= 1024)


def _each(found: dict[str, Any], base: dict[str, Any]) -> float:
    """The bytes that a line of content takes beyond what the shipped knowledge and the program take."""
    more = found["lines"] - base["lines"]
    return float(found["memory"] - base["memory"]) / more if more else 0.0


def _row(name: str, found: dict[str, Any] | str, base: dict[str, Any]) -> tuple[str, ...]:
    if isinstance(found, str):
        return (name, *[""] * 5, found)
    return (
        name,
        f"{found['facts']:,}",
        *(f"{milliseconds(found[what])} ({found[what] / base[what]:.1f})" for what in ("recommend", "change")),
        f"{found['start']:.1f} s",
        f"{_each(found, base):.0f} bytes",
        f"{found['memory'] / 2**20:,.0f} MiB",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
