"""Load from a process of its own: lean clients that keep their connections, as fast as they can or at a given rate.

The process reads one :class:`Load` as JSON and writes a :class:`Result`. At a rate, requests are due at random times
whether earlier ones are answered or not, and a latency counts from when its request was due: a server that stalls
cannot make the load wait for it.
"""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``expected`` is the status that counts as answered."""

    method: str
    path: str
    body: str | None = None
    key: str | None = None
    expected: int = 200


@dataclass(frozen=True, slots=True)
class Load:
    """What to send.

    Attributes:
        host: the address of the server.
        port: its port.
        requests: sent one after the other, over and over.
        seconds: for how long.
        clients: over so many connections.
        rate: so many a second, or None for as many as get answered.
    """

    host: str
    port: int
    requests: Sequence[Request]
    seconds: float
    clients: int = 8
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of what was answered, how many were not, and for how long it went on."""

    latencies: Sequence[float]
    failures: int
    seconds: float
    first_failure: str = ""

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency within which this share was answered; infinite where nothing was."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def offered(load: Load, prefix: Sequence[str] = ()) -> Result:
    """Offer a load from another process; ``prefix`` is put before its command."""
    command = [*prefix, sys.executable, "-m", "benchmarks.load"]
    said = subprocess.run(
        command, input=json.dumps(asdict(load)), capture_output=True, text=True, check=True, timeout=load.seconds + 60
    )
    return Result(**json.loads(said.stdout))


class _Schedule:
    """Hands out requests with when they are due; for all clients together."""

    def __init__(self, load: Load) -> None:
        self._requests = cycle(load.requests)
        self._rate, self._lock = load.rate, threading.Lock()
        self._chance = random.Random(1)  # noqa: S311 (nothing secret)
        self.start = self._due = time.perf_counter()
        self._end = self.start + load.seconds

    def __iter__(self) -> Iterator[tuple[Request, float]]:
        while True:
            with self._lock:
                request = next(self._requests)
                if self._rate is None:
                    due = time.perf_counter()
                else:
                    due = self._due = self._due + self._chance.expovariate(self._rate)
            if due >= self._end:
                return
            yield request, due


def _client(load: Load, schedule: _Schedule, latencies: list[float], failures: list[str]) -> None:
    connection = http.client.HTTPConnection(load.host, load.port, timeout=30)
    for request, due in schedule:
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        try:
            said, status = sent(connection, request)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            failures.append(repr(error))
            continue
        if status == request.expected:
            latencies.append((time.perf_counter() - due) * 1000)
        else:
            failures.append(f"{request.method} {request.path}: {status} {said[:300]!r}")
    connection.close()


def sent(connection: http.client.HTTPConnection, request: Request) -> tuple[bytes, int]:
    """One answer with its status; an idle connection that the server has ended is made anew."""
    headers = {"Content-Type": "application/json", **({"X-API-Key": request.key} if request.key else {})}
    try:
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
    except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
        connection.close()
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
    return response.read(), response.status


def run(load: Load) -> Result:
    """Offer a load from this process."""
    schedule = _Schedule(load)
    latencies: list[float] = []
    failures: list[str] = []
    clients = [
        threading.Thread(target=_client, args=(load, schedule, latencies, failures)) for _ in range(load.clients)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return Result(latencies, len(failures), time.perf_counter() - schedule.start, next(islice(failures, 1), ""))


def main() -> None:
    """Read a load, write what came of it."""
    given = json.load(sys.stdin)
    given["requests"] = [Request(**one) for one in given["requests"]]
    json.dump(asdict(run(Load(**given))), sys.stdout)


if __name__ == "__main__":
    main()
