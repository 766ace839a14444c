"""Many clients at once, reading and writing: what they are answered, how fast, and whether anything is lost.

As a program it drives a server of its own: ``python tests/load.py --seconds 120 --clients 32``.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ASK = "/api/v1/recommendations"
TASKS = "/api/v1/tasks"

EXPECTED = {"recommend": {200}, "why": {200}, "list": {200}, "add": {201}, "remove": {200}}
"""The status of what is answered; a refusal with 503 says when to come back."""


@dataclass
class Measured:
    """What one client saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def add(self, other: Measured) -> None:
        """Take what another one saw."""
        for kind, found in other.seconds.items():
            self.seconds.setdefault(kind, []).extend(found)
        self.statuses.update(other.statuses)
        self.wrong += other.wrong
        self.there |= other.there
        self.gone |= other.gone

    def quantile(self, kind: str, share: float) -> float:
        """The time in seconds within which this share of requests of a kind was answered."""
        ordered = sorted(self.seconds.get(kind, ()))
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Asker(threading.Thread):
    """A client with a connection of its own, which sends a request, hears the answer, waits, and goes on."""

    def __init__(self, url: str, number: int, writes: bool, until: float, pace: float, key: str, terms: Any) -> None:
        super().__init__(name=f"client-{number}")
        self._url, self._number, self._writes, self._until, self._pace = urlsplit(url), number, writes, until, pace
        self._key, (self._tasks, self._constraints) = key, terms
        self._random = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None
        self.measured = Measured()

    def run(self) -> None:
        """Ask until the time is over."""
        time.sleep(self._random.random() * self._pace)
        for turn in itertools.count():
            if time.monotonic() > self._until:
                break
            began = time.monotonic()
            try:
                self._write(turn) if self._writes else self._read()
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                self.measured.wrong.append(repr(error))
                self._connection = None
            time.sleep(max(0.0, began + self._pace - time.monotonic()))
        if self._connection is not None:
            self._connection.close()

    def _read(self) -> None:
        chosen = self._random.sample(self._constraints, 3)
        question = {
            "task": self._random.choice(self._tasks),
            "constraints": {constraint: self._random.choice(values) for constraint, values in chosen},
        }
        answer = self._send("recommend", "POST", ASK, question)
        if answer and self._random.random() < 0.1:
            self._send("why", "GET", answer["links"]["why"])
        if self._random.random() < 0.1:
            self._send("list", "GET", f"{TASKS}?limit=20")

    def _write(self, turn: int) -> None:
        task = f"load-{self._number}-{turn}"
        body = {"id": task, "label": f"Load of client {self._number}, turn {turn}", "reason": "to test under load"}
        if self._send("add", "POST", TASKS, body):
            self.measured.there.add(task)
            # A request that starts after the acknowledgement sees it, whichever worker answers.
            if not self._send("recommend", "POST", ASK, {"task": task}) and self._last != 503:
                self.measured.wrong.append(f"{task} was acknowledged and is not known")
            if turn % 3 == 2 and self._send("remove", "DELETE", f"{TASKS}/{task}"):
                self.measured.there.discard(task)
                self.measured.gone.add(task)

    def _send(self, kind: str, method: str, path: str, body: object = None) -> Any:
        """What came back, None if it was refused; anything that is not documented is noted as wrong."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                str(self._url.hostname), int(self._url.port or 80), timeout=60
            )
        headers = {"Content-Type": "application/json", **({"X-API-Key": self._key} if self._writes else {})}
        began = time.perf_counter()
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self._connection.getresponse()
        data = response.read()
        took = time.perf_counter() - began
        self._last = response.status
        self.measured.statuses[kind, response.status] += 1
        if response.status in EXPECTED[kind]:
            self.measured.seconds.setdefault(kind, []).append(took)
            return json.loads(data)
        busy = response.status in (429, 503) or (self._writes and response.status == 409 and b"/problem/busy" in data)
        if not (busy and response.headers["Retry-After"]):
            self.measured.wrong.append(f"{method} {path.partition('?')[0]}: {response.status} {data[:300]!r}")
        return None


def drive(
    url: str, key: str, *, clients: int, writers: int, seconds: float, pace: float, terms: Any, first: int = 0
) -> Measured:
    """Let clients ask, and give what all of them saw.

    Args:
        url: the server's.
        key: for those that write.
        clients: how many there are.
        writers: how many of them write.
        seconds: for how long.
        pace: seconds from one request of a client to its next; less if the answer takes longer.
        terms: tasks, and constraints with their values, to ask about.
        first: the number of the first client, which its tasks have in their names.
    """
    until = time.monotonic() + seconds
    askers = [Asker(url, first + one, one < writers, until, pace, key, terms) for one in range(clients)]
    for asker in askers:
        asker.start()
    seen = Measured()
    for asker in askers:
        asker.join()
        seen.add(asker.measured)
    return seen


def terms_of(server: Any) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """What a server can be asked about."""
    tasks = [task["id"] for task in server.get(f"{TASKS}?limit=1000").json()["items"]]
    constraints = server.get("/api/v1/constraints?limit=1000").json()["items"]
    return tasks, [(one["id"], [value["id"] for value in one["values"]]) for one in constraints]


def resident_mb(pids: list[int]) -> float:
    """The memory that processes have, in megabytes; what they share counts for each."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def report(seen: Measured, seconds: float, before: float, after: float) -> str:
    """The figures, with the machine and what else it did."""
    total = sum(seen.statuses.values())
    lines = [
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {total} requests in {seconds:.0f} s, "
        f"{total / seconds:.0f} a second; memory of the workers {before:.0f} MB, then {after:.0f} MB"
    ]
    for kind in sorted({kind for kind, _ in seen.statuses}):
        counts = ", ".join(f"{status}: {n}" for (one, status), n in sorted(seen.statuses.items()) if one == kind)
        times = ", ".join(
            f"p{100 * share:.0f} {1000 * seen.quantile(kind, share):.0f} ms" for share in (0.5, 0.95, 0.99)
        )
        lines.append(f"  {kind}: {counts}; {times}")
    return "\n".join(lines)


def main() -> None:
    """Drive a server of one's own, and print what came of it."""
    from conftest import ADMIN_KEY, RunningServer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pace", type=float, default=0.5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = RunningServer(Path(folder) / "home", workers=chosen.workers).start()
        try:
            terms = terms_of(server)
            options = {"clients": chosen.clients, "writers": chosen.writers, "pace": chosen.pace, "terms": terms}
            drive(server.url, ADMIN_KEY, seconds=min(10, chosen.seconds), **options)  # until caches are filled
            before = resident_mb(server.worker_pids())
            seen = drive(server.url, ADMIN_KEY, seconds=chosen.seconds, first=chosen.clients, **options)
            print(report(seen, chosen.seconds, before, resident_mb(server.worker_pids())))
            print(*seen.wrong[:20], sep="\n")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
