"""What starting takes: the command line from a cold process, the server until it says that it is ready, and imports.

Processes start anew each time; the files that they read are in the system's memory, as they are on a machine that has
run them before. The database is there already, unless the line says that it is new.
"""

from __future__ import annotations

import http.client
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Request
from benchmarks.served import environment, started, stopped
from benchmarks.timing import Case, goal, measure, milliseconds, table, times
from benchmarks.traffic import recommendations, shipped

ADAPTWISE = Path(sys.executable).parent / "adaptwise"
ROUNDS = 7
DEAREST = 12
GOALS = {"command": 700.0, "server": 2000.0}
"""Milliseconds."""


def command() -> list[str]:
    """A recommendation for some task and value, whatever they are called."""
    knowledge = shipped()
    task, constraint = min(knowledge.tasks), min(knowledge.constraints)
    value = knowledge.constraints[constraint].values[0].id
    return [str(ADAPTWISE), "recommend", "--task", task, "--set", f"{constraint}={value}"]


def ran(arguments: list[str], home: Path) -> None:
    """Run a program to its end; raises where it fails."""
    subprocess.run(arguments, env=environment(home), stdout=subprocess.DEVNULL, check=True)


def busy(arguments: list[str], home: Path) -> float:
    """Milliseconds of processor time that a program takes, which a busy machine disturbs less."""

    def used() -> float:
        found = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (found.ru_utime + found.ru_stime) * 1000

    before = used()
    ran(arguments, home)
    return used() - before


def served_once(home: Path, asked: Request) -> tuple[float, float]:
    """Milliseconds until a server says that it is ready, and until it has answered a first request."""
    start = time.perf_counter()
    server = started(home, workers=1)
    try:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        connection.request(asked.method, asked.path, asked.body, headers)
        answered = connection.getresponse()
        answered.read()
        if answered.status != 200:
            sys.exit(f"adaptwise: the first answer was {answered.status}")
        connection.close()
        return server.ready_after * 1000, (time.perf_counter() - start) * 1000
    finally:
        stopped(server)


def imports(arguments: list[str], home: Path) -> tuple[list[tuple[str, float]], list[tuple[str, float]], float]:
    """Milliseconds that importing takes, the dearest first: of distributions, of single modules, and of all."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    own: dict[str, float] = defaultdict(float)
    modules: dict[str, float] = {}
    for line in told.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and len(parts) == 3 and parts[0].strip().isdigit():
            module = parts[2].strip()
            modules[module] = int(parts[0]) / 1000
            name = module.split(".")[0]
            own["Python itself" if name in sys.stdlib_module_names else name] += int(parts[0]) / 1000
    listed = [sorted(found.items(), key=lambda item: -item[1]) for found in (own, modules)]
    return listed[0], listed[1], sum(own.values())


def main() -> None:
    """Print the section of the report."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asked = command()
        first = recommendations(shipped(), "summary", 1)[0]
        ran(asked, home)  # makes the database
        ran(asked, home)  # and finds it, so that all is kept that a start begins with

        def run(arguments: list[str]) -> Callable[[], Callable[[], object]]:
            return lambda: lambda: ran(arguments, home)

        programs = {
            "adaptwise recommend": asked,
            "adaptwise --version": [str(ADAPTWISE), "--version"],
            "a Python that does nothing": [sys.executable, "-c", ""],
        }
        goals = {"adaptwise recommend": GOALS["command"]}
        cases = [Case(name, run(program), goal=goals.get(name)) for name, program in programs.items()]
        rounds = int(os.environ.get("ADAPTWISE_BENCH_ROUNDS", str(ROUNDS)))
        commands = measure(cases, rounds)
        processor = {
            name: statistics.median(busy(program, home) for _ in range(3)) for name, program in programs.items()
        }
        servers = [served_once(home, first) for _ in range(rounds)]
        dearest, modules, all_of_them = imports(asked, home)
    with tempfile.TemporaryDirectory() as folder:
        new = served_once(Path(folder), first)[0]
    print("## Start\n")
    print(times(commands))
    told = ", ".join(f"{name} {milliseconds(taken)}" for name, taken in processor.items())
    print(f"Processor time of the same: {told}.\n")
    rows = []
    for place, name in enumerate(("server ready", "first recommendation answered")):
        taken = sorted(one[place] for one in servers)
        median, last = taken[len(taken) // 2], len(taken) - 1
        spread = f"{milliseconds(taken[round(last * 0.1)])} to {milliseconds(taken[round(last * 0.9)])}"
        most = GOALS["server"] if place == 0 else None
        verdict = "" if most is None else ("met" if median <= most else "missed")
        rows.append((name, milliseconds(median), spread, "" if most is None else milliseconds(most), verdict))
    rows.append(("server ready, new database", milliseconds(new), "once", "", ""))
    print(table(("what", "median", "1st to 9th decile", "goal", ""), rows))
    cold, ready = commands[0].median, sorted(one[0] for one in servers)[len(servers) // 2]
    print(goal("adaptwise recommend from a cold process under 0.7 s", milliseconds(cold), cold < GOALS["command"]))
    print(goal("server ready under 2 s", milliseconds(ready), ready < GOALS["server"]) + "\n")
    print("Imports of `adaptwise recommend`, by distribution, while Python notes them (which slows them):\n")
    rest = all_of_them - sum(taken for _, taken in dearest[:DEAREST])
    listed = [*dearest[:DEAREST], ("the others", rest), ("all", all_of_them)]
    print(table(("imported", "time"), [(name, milliseconds(taken)) for name, taken in listed]))
    told = ", ".join(f"`{name}` {milliseconds(taken)}" for name, taken in modules[:DEAREST])
    print(f"The dearest modules by themselves: {told}.\n")


if __name__ == "__main__":
    main()
