"""What a large knowledge base costs: the same requests with few and with many task types, through the application.

``ADAPTWISE_BENCH_TASKS`` says how many are many; by default 10,000, for the figures of the issue 100,000 (which takes
minutes to make). Prolog's share of the memory is that of what loading its facts adds.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api.app import create_app
from api.logs import configure_logging
from api.services import services
from api.settings import Settings
from benchmarks.timing import Case, Measured, goal, measure, milliseconds, table
from kb.definitions import Demand, TaskDescription
from kb.model import Knowledge
from kb.statement_writer import StatementWriter
from kb.store import Store

FEW = 10
KEY = "the-key-of-the-benchmark"


def generated(knowledge: Knowledge, number: int) -> Iterator[Any]:
    """The quads of so many task types: a label, a broader task, one or two demand rules, and their judgement."""
    chance = random.Random(number)  # noqa: S311 (the same tasks each time)
    writer = StatementWriter(knowledge, "benchmark", date(2026, 1, 1))
    tasks, needs, strengths = sorted(knowledge.tasks), sorted(knowledge.needs), sorted(knowledge.strengths)
    constraints = sorted(knowledge.constraints.values(), key=lambda one: one.id)
    for place in range(number):
        demands = []
        for constraint in chance.sample(constraints, chance.randint(1, 2)):
            when = {constraint.id: (chance.choice(constraint.values).id,)}
            demands.append(Demand(chance.choice(needs), chance.choice(strengths), when))
        label = f"Generated {place} of {chance.choice(tasks)}"
        yield from writer.task(
            TaskDescription(label, f"generated-{place}", (), (chance.choice(tasks),), tuple(demands))
        )


@contextmanager
def application(number: int) -> Iterator[tuple[FlaskClient, dict[str, str]]]:
    """A client of an application with so many generated task types, and what starting it took."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"ADAPTWISE_HOME": folder, "ADAPTWISE_ADMIN_KEY": KEY})
        store = Store(settings.database, settings.packs)
        store.open()
        store.commit(1, generated(store.snapshot().knowledge, number), (), "benchmark", "Generate")
        lines = len(store.snapshot().content)
        store.database.close()
        del store
        before, start = resident(), time.perf_counter()
        app = create_app(settings)
        with app.app_context():
            facts = services().live.facts.written
            started = {
                "lines of content": f"{lines:,}",
                "facts in Prolog": f"{facts:,}",
                "first start, all read and checked": f"{time.perf_counter() - start:.1f} s",
                "memory added, a line": f"{max(0, resident() - before) / lines:.0f} bytes",
            }
        seconds, memory = again(folder)
        started["start after that, from what was kept"] = f"{seconds:.1f} s"
        started["memory then, a line"] = f"{memory / lines:.0f} bytes"
        yield app.test_client(), started


AGAIN = """
import sys, time
from benchmarks.growth import KEY, create_app, resident
from api.settings import Settings
before, start = resident(), time.perf_counter()
app = create_app(Settings.from_environment({"ADAPTWISE_HOME": sys.argv[1], "ADAPTWISE_ADMIN_KEY": KEY}))
print(time.perf_counter() - start, max(0, resident() - before))
"""


def again(folder: str) -> tuple[float, int]:
    """The seconds and the bytes of memory that another process takes to start with the same knowledge."""
    ran = subprocess.run([sys.executable, "-c", AGAIN, folder], check=True, stdout=subprocess.PIPE, text=True)
    seconds, memory = ran.stdout.split()
    return float(seconds), int(memory)


def resident() -> int:
    """The bytes of memory that this process holds (Linux; zero elsewhere)."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def cases(client: FlaskClient, tasks: list[str], need: str) -> list[Case]:
    """What is measured. Every round asks anew, of another profile."""
    numbers = iter(range(1, 1_000_000))
    headers = {"X-API-Key": KEY}

    def done(status: int, **request: Any) -> None:
        found = client.open(**request)
        if found.status_code != status:
            raise RuntimeError(found.get_data(as_text=True))

    def post(task: str) -> Callable[[], object]:
        body = {"task": task, "needs": {need: "strong"}}
        query = f"/api/v1/recommendations?as_of=2{next(numbers):03}-01-01"
        return lambda: done(200, path=query, method="POST", json=body)

    def add() -> Callable[[], object]:
        demands = [{"need": need, "strength": "strong"}]
        body = {"label": f"One more {next(numbers)}", "broader": tasks[0], "demands": demands}
        return lambda: done(201, path="/api/v1/tasks", method="POST", json=body, headers=headers)

    def add_and_ask() -> Callable[[], object]:
        run, name = add(), f"one-more-{next(numbers) - 1}"
        run()
        return post(name)

    return [
        Case("recommend", lambda: post(tasks[0]), calls=5),
        Case("add a task", add, goal=100),
        Case("the first recommendation after it, for the new task", add_and_ask),
        Case("the first page of tasks", lambda: lambda: done(200, path="/api/v1/tasks")),
        Case("one task with who names it", lambda: lambda: done(200, path=f"/api/v1/tasks/{tasks[0]}")),
    ]


def measured(number: int) -> tuple[list[Measured], dict[str, str]]:
    """All cases with so many generated task types."""
    with application(number) as (client, started):
        listed = client.get("/api/v1/tasks?limit=5").get_json()
        needs = client.get("/api/v1/needs?limit=1").get_json()
        tasks = [one["id"] for one in listed["items"]]
        return measure(cases(client, tasks, needs["items"][0]["id"])), started


def main() -> None:
    """Print the section of the report."""
    configure_logging("error")
    many = int(os.environ.get("ADAPTWISE_BENCH_TASKS", "10000"))
    (few_found, few_started), (found, started) = measured(FEW), measured(many)
    print("## A large knowledge base\n")
    print(f"Over REST in one process, with {FEW} and with {many:,} generated task types beside the shipped ones.\n")
    rows = [
        (
            one.case.name,
            milliseconds(one.median),
            milliseconds(other.median),
            f"{other.median / one.median:.2f}",
            "" if one.case.goal is None else milliseconds(one.case.goal),
        )
        for one, other in zip(few_found, found, strict=True)
    ]
    print(table(("what", f"{FEW} tasks", f"{many:,} tasks", "ratio", "goal"), rows))
    print(
        table(("", f"{FEW} tasks", f"{many:,} tasks"), [(what, few_started[what], started[what]) for what in started])
    )
    ratio = found[0].median / few_found[0].median
    print(goal(f"a recommendation at most 1.3 times with {many:,} tasks", f"{ratio:.2f} times", ratio <= 1.3))
    first, kept = (float(text.split()[0]) for what, text in started.items() if "start" in what)
    if many >= 100_000:
        told = f"{kept:.1f} s, the first time {first:.1f} s"
        print(goal(f"start with {many:,} tasks under 10 s", told, kept < 10))
    print()


if __name__ == "__main__":
    main()
