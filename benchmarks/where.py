"""Where the time of one recommendation goes: HTTP, reading, the bridge, the steps of inference, the proof, rendering.

Everything is processor time, which a busy machine disturbs less than the clock. The steps within Prolog are called one
by one by ``phases.pl`` on the same facts; the rest is timed around them in the same process, all its threads together;
what a server's processes take in all is read from the system. Medians of many profiles; differences say so.
"""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.peers.profiles import Case, generated
from benchmarks.served import environment, serving
from benchmarks.timing import milliseconds, table
from benchmarks.traffic import body, recommendations
from engine.advisor import Advisor
from engine.profile import Profile
from engine.terms import Compound, write_term

NUMBER = 60
EXTENTS = ("summary", "full")
STEPS = (
    ("inference: case", "what is stated, inherited, assumed"),
    ("inference: problem", "the statements that can bear on it, simplified"),
    ("inference: outcome", "demands, scores, gates, ranks"),
    ("inference: confidence", "completions of what is unknown, the next question"),
    ("inference: guidance", "advice, path, tradeoffs, conflicts, as terms to be written"),
    ("proof", "nodes, premises, claims"),
    ("writing JSON", "the text that crosses the bridge"),
)
PHASES = Path(__file__).with_name("phases.pl")


def spent(ask: Callable[[Any], object], asked: Sequence[Any], clock: Callable[[], float] = time.process_time) -> float:
    """The median of milliseconds that a call takes, the first left out."""
    taken = []
    for one in asked:
        start = clock()
        ask(one)
        taken.append((clock() - start) * 1000)
    return statistics.median(taken[1:])


def steps(requests: Path, extent: str) -> list[float]:
    """Medians of the steps within Prolog.

    Raises:
        RuntimeError: if Prolog does not run them.
    """
    from engine.bridge import solutions

    times = requests.with_suffix(".times")
    for _ in range(2):  # the first time is for what is worked out on first use
        goal = f"use_module('{PHASES}'), phases:phases('{requests}', {extent}, '{times}')"
        if not solutions(f"catch(({goal}), _, fail)"):
            raise RuntimeError("the steps of inference did not run")
    rows = [list(map(float, line.split())) for line in times.read_text(encoding="utf-8").splitlines()]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def written(advisor: Advisor, profiles: Sequence[Profile], requests: Path) -> list[Compound]:
    """Write profiles for :func:`steps`, as the advisor describes them to Prolog; returns these descriptions."""
    active, base = advisor.active(), write_term(advisor._facts._name)
    questions = [advisor._description(profile, active) for profile in profiles]
    lines = [f"ask({base}, {write_term(one)}, {seed}).\n" for seed, one in enumerate(questions)]
    requests.write_text("".join(lines), encoding="utf-8")
    return questions


def within(cases: Sequence[Case], folder: Path) -> dict[str, list[tuple[str, str, float]]]:
    """The parts of a recommendation in this process, by extent; the last is all of them, as a route handles them."""
    from api.app import create_app
    from api.logs import configure_logging
    from api.services import services
    from api.settings import Settings

    configure_logging("error")
    app = create_app(Settings.from_environment(environment(folder)))
    found = {}
    with app.app_context():
        advisor = services().advisor()

        def read(case: Case) -> Any:
            return advisor.profile(case.task, case.values, case.needs, case.exclude)

        profiles = [read(case) for case in cases]
        requests = folder / "asked.pl"
        questions = written(advisor, profiles, requests)
        for extent in EXTENTS:
            inner = steps(requests, extent)
            parts = [("reading the profile", "names, numbers, bands", spent(read, cases))]
            parts += [(name, about, taken) for (name, about), taken in zip(STEPS, inner, strict=True)]
            advisor.forget()
            answers = [advisor.recommend(profile, explain=extent) for profile in profiles]
            texts = [orjson.dumps(dict(answer.reply)) for answer in answers]
            reading = spent(orjson.loads, texts)
            asked = spent(lambda one: advisor._ask("recommend", one, 7, extent), questions)  # noqa: B023
            bridge = "question as text, thread, snapshot, limits, text back (difference)"
            parts.append(("bridge", bridge, asked - sum(inner) - reading))
            parts.append(("reading JSON", "the reply as Python objects", reading))
            parts.append(("rendering", "the answer with labels and sentences", spent(lambda one: one.core(), answers)))
            client = app.test_client()
            path = f"/api/v1/recommendations?explain={extent}&as_of="
            for date in ("2100-01-01", "2100-01-02"):  # another date, so that no answer is remembered
                whole = spent(lambda case: client.post(path + date, json=body(case)), cases)  # noqa: B023
            known = sum(taken for _, _, taken in parts)
            parts.append(("route", "validation, keeping the question, writing JSON (difference)", whole - known))
            found[extent] = [*parts, ("", "", whole)]
    return found


def over_http(extent: str) -> tuple[float, float]:
    """Milliseconds that a server takes for the same, and that a client waits, over a connection that is kept."""
    from benchmarks.traffic import shipped

    asked = recommendations(shipped(), extent, NUMBER)
    with serving(workers=1) as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)

        def ask(request: Any) -> None:
            connection.request(request.method, request.path, request.body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            json.loads(answer.read())
            if answer.status != 200:
                raise RuntimeError(f"the server answered {answer.status}")

        spent(ask, asked)
        fresh = [type(one)(one.method, f"{one.path}&as_of=2100-01-01", one.body) for one in asked]
        before = server.processor()
        waited = spent(ask, fresh, time.perf_counter)
        taken = (server.processor() - before) * 1000 / len(fresh)
        connection.close()
    return taken, waited


def main() -> None:
    """Print the section of the report."""
    from benchmarks.traffic import shipped

    with tempfile.TemporaryDirectory() as folder:
        found = within(generated(shipped(), NUMBER), Path(folder))
    print("## Where the time of a recommendation goes\n")
    print(f"Processor time, medians of {NUMBER} generated profiles, one at a time.\n")
    for extent in EXTENTS:
        whole, waited = over_http(extent)
        *parts, (_, _, inside) = found[extent]
        parts.append(("HTTP", "gunicorn, sockets, counting requests (difference; a mean)", whole - inside))
        rows = [(name, about, milliseconds(taken), f"{taken / whole:.0%}") for name, about, taken in parts]
        rows.append((f"all, {extent}", "what the server takes", milliseconds(whole), "100%"))
        print(table((f"explain={extent}", "what it is", "median", "share"), rows))
        dearest = sorted(parts, key=lambda one: -one[2])[:3]
        told = ", ".join(f"{name} ({milliseconds(taken)})" for name, _, taken in dearest)
        print(f"The client waits {milliseconds(waited)}. The three largest costs: {told}.\n")


if __name__ == "__main__":
    main()
