"""Several machines: workers as hosts of their own behind nginx, on one PostgreSQL.

First how throughput grows with workers. Then a writer, whose every acknowledged change is read again through the
balancer at once, while one worker's host is killed and comes back, and the database crashes and comes back. In the
end every change that was acknowledged must be known to every worker.

Three hosts do not fit on few cores: each worker is held to a share of a core, where the system lets it be.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.hosts import PORT, Balancer, Database, NotPossible, Share, database, hosts, installed
from benchmarks.load import Load, Request, Result, offered, sent
from benchmarks.served import KEY, Served, started, stopped
from benchmarks.timing import goal, milliseconds, table
from benchmarks.traffic import recommendations, shipped

WORKERS = 3
CORES = 0.4
"""What one worker may use, so that three, the load, nginx and PostgreSQL fit on two cores."""
SECONDS = 6.0
CLIENTS = 12
WRITES = 80
CRASHES = (50, 60, 70)
"""After how many writes the database crashes; each time the workers find out for themselves that it is back."""
OTHERS = 10.0
"""So many recommendations a second are asked for besides."""
READS = 4
"""So many reads follow each write: more than there are workers, so that each is asked."""
PATIENCE = 60.0
"""Seconds within which a write must be acknowledged again after something was killed."""


@dataclass
class Written:
    """What became of the writes."""

    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    unseen: int = 0
    unanswered_reads: int = 0
    longest_gap: float = 0.0
    missing: dict[str, int] = field(default_factory=dict)


def write(front: str, broader: str, workers: Sequence[str]) -> None:
    """Write and read again; says every acknowledged write on a line, and in the end all that it saw.

    Args:
        front: the address of the balancer.
        broader: the task below which tasks are added.
        workers: the addresses of the workers, each of which is asked for every acknowledged write in the end.
    """
    found, last = Written(), time.monotonic()
    connection = http.client.HTTPConnection(front, PORT, timeout=30)

    def asked(request: Request, of: http.client.HTTPConnection = connection) -> int:
        try:
            return sent(of, request)[1]
        except (OSError, http.client.HTTPException):
            of.close()
            return 0

    number = 0
    while len(found.acknowledged) < WRITES and time.monotonic() - last < PATIENCE:
        number += 1
        name = f"written-{number}"
        body = json.dumps({"id": name, "label": f"Written {number}", "broader": broader})
        if asked(Request("POST", "/api/v1/tasks", body, KEY)) != 201:
            found.refused += 1
            time.sleep(0.1)
            continue
        found.longest_gap, last = max(found.longest_gap, time.monotonic() - last), time.monotonic()
        found.acknowledged.append(name)
        for _ in range(READS):
            status = asked(Request("GET", f"/api/v1/tasks/{name}"))
            found.unseen += status == 404
            found.unanswered_reads += status not in (200, 404)
        print(json.dumps(name), flush=True)
    for worker in workers:
        direct = http.client.HTTPConnection(worker, PORT, timeout=30)
        known = [asked(Request("GET", f"/api/v1/tasks/{name}"), direct) == 200 for name in found.acknowledged]
        found.missing[worker] = known.count(False)
        direct.close()
    print(json.dumps(vars(found)), flush=True)


class Cluster:
    """Workers, their database and their balancer."""

    def __init__(self, stack: ExitStack) -> None:
        names = [f"w{number}" for number in range(1, WORKERS + 1)]
        self.hosts = stack.enter_context(hosts(["load", "front", "db", *names]))
        self.names = names
        self.database: Database = stack.enter_context(database(self.hosts["db"]))
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.workers: dict[str, Served] = {}
        self.shares = {name: stack.enter_context(Share(f"{self.hosts[name].name}", CORES)) for name in names}
        self.limited = all(share.kept for share in self.shares.values())
        stack.callback(self.stop)
        for name in names:
            self.start(name)
        self.balancer = Balancer(self.hosts["front"], self.folder)
        stack.callback(self.balancer.stop)

    def start(self, name: str) -> None:
        """Start the worker of a host."""
        host = self.hosts[name]
        home = self.folder / name
        home.mkdir(exist_ok=True)
        more = {"ADAPTWISE_DATABASE_URL": self.database.url}
        self.workers[name] = started(home, 1, host.prefix, host.address, PORT, more)
        self.shares[name].take(self.workers[name].processes())

    def kill(self, name: str) -> None:
        """End everything on a host at once."""
        server = self.workers[name]
        pids = server.processes()
        server.process.send_signal(signal.SIGSTOP)  # so that it does not replace the worker that goes first
        for pid in reversed(pids):
            os.kill(pid, signal.SIGKILL)
        server.process.wait(10)

    def stop(self) -> None:
        """Stop all workers."""
        for server in self.workers.values():
            stopped(server)

    def offer(self, requests: list[Request], seconds: float) -> Result:
        """Load from the load's host through the balancer."""
        front = self.hosts["front"].address
        return offered(Load(front, PORT, requests, seconds, CLIENTS), self.hosts["load"].prefix)


def grown(cluster: Cluster, seconds: float) -> list[tuple[int, Result]]:
    """Throughput with one worker, two, ..."""
    requests = recommendations(shipped(), "summary")
    found = []
    for count in range(1, WORKERS + 1):
        cluster.balancer.before([cluster.hosts[name].address for name in cluster.names[:count]])
        cluster.offer(requests, seconds / 3)
        found.append((count, cluster.offer(requests, seconds)))
    return found


@contextmanager
def read_meanwhile(cluster: Cluster) -> Iterator[None]:
    """Others ask too, so that each worker finds out at its own time what is gone and what is back."""
    requests, over = recommendations(shipped(), "none"), threading.Event()
    front, prefix = cluster.hosts["front"].address, cluster.hosts["load"].prefix

    def run() -> None:
        while not over.is_set():
            offered(Load(front, PORT, requests, 2.0, CLIENTS, OTHERS), prefix)

    reader = threading.Thread(target=run)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


def survived(cluster: Cluster) -> Written:
    """Write while a host is killed and comes back, and then the database.

    Raises:
        NotPossible: if the writer does not end as it should.
    """
    addresses = [cluster.hosts[name].address for name in cluster.names]
    cluster.balancer.before(addresses)
    front, broader = cluster.hosts["front"].address, min(shipped().tasks)
    command = [*cluster.hosts["load"].prefix, sys.executable, "-m", "benchmarks.machines", front, broader, *addresses]
    with read_meanwhile(cluster):
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        last: Any = None
        for place, line in enumerate(writer.stdout):
            last = json.loads(line)
            if place == WRITES // 4:
                cluster.kill(cluster.names[-1])
            elif place == WRITES // 2:
                cluster.start(cluster.names[-1])
            elif place in CRASHES:
                cluster.database.crash()
                time.sleep(1)
                cluster.database.start()
    writer.stdout.close()
    if writer.wait(10) or not isinstance(last, dict):
        raise NotPossible("the writer did not end as it should")
    return Written(**last)


def main(arguments: list[str]) -> None:
    """Print the section of the report; with addresses, be the writer."""
    if arguments:
        front, broader, *workers = arguments
        write(front, broader, workers)
        return
    seconds = float(os.environ.get("ADAPTWISE_BENCH_SECONDS", str(SECONDS)))
    print("## Several machines\n")
    try:
        installed("nginx", "nginx-light")
        with ExitStack() as stack:
            cluster = Cluster(stack)
            throughput = grown(cluster, seconds)
            written = survived(cluster)
    except NotPossible as error:
        print(f"Not measured on this machine: {error}.\n")
        return
    share = (
        f"{CORES} of a core each" if cluster.limited else f"{os.cpu_count()} cores for all, so that growth ends there"
    )
    print(
        f"Hosts are network namespaces, workers have {share}, nginx before them, one PostgreSQL behind them; a"
        f" recommendation with summary, {CLIENTS} connections.\n"
    )
    base = throughput[0][1].per_second
    rows = [
        (
            str(count),
            f"{found.per_second:.0f}",
            f"{found.per_second / base:.2f}",
            *(milliseconds(found.percentile(one)) for one in (0.5, 0.99)),
            str(found.failures),
        )
        for count, found in throughput
    ]
    print(table(("workers", "a second", "times one worker", "p50", "p99", "failures"), rows))
    lost = sum(written.missing.values())
    print(
        f"{len(written.acknowledged)} changes were acknowledged while a worker's host was killed and came back and the"
        f" database crashed {len(CRASHES)} times and came back ({written.refused} were refused meanwhile; the longest"
        f" time without one was {written.longest_gap:.1f} s)."
        f" Each was read {READS} times at once through the balancer: {written.unseen} answers did not have it,"
        f" {written.unanswered_reads} were no answers. In the end the workers lacked {lost} of them.\n"
    )
    kept = not lost and len(written.acknowledged) == WRITES
    told = f"{lost} lacked, {len(written.acknowledged)} of {WRITES} acknowledged"
    print(goal("no acknowledged change is lost by a killed worker or a restarted database", told, kept))
    unseen = f"{written.unseen} of {READS * len(written.acknowledged)} did not"
    print(goal("every answer after an acknowledged change has it", unseen, not written.unseen) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
