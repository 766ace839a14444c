"""Requests a second and latencies of the real server, beside the same application answering a constant.

Two workers on this machine's cores, the load from a process of its own on the same cores. First each kind of request as
fast as it is answered, in turns; then each at 70 % of what it reached, arriving at random.
``ADAPTWISE_BENCH_SECONDS`` says how long each turn lasts.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Sequence

from benchmarks.charts import bars
from benchmarks.load import Load, Request, Result, offered
from benchmarks.served import Served, serving
from benchmarks.timing import goal, milliseconds, table
from benchmarks.traffic import constants, messages, queries, recommendations, shipped, whys

WORKERS = 2
ROUNDS = 3
SECONDS = 4.0
CLIENTS = 8
SHARE = 0.7
GOAL_SHARE = 0.5
GOAL_P99 = 20.0
SUMMARY = "recommendation, summary"


def kinds(server: Served) -> tuple[dict[str, Sequence[Request]], dict[str, str]]:
    """What is asked, by kind, and of each kind but the constants which constant is its limit."""
    knowledge = shipped()
    found: dict[str, Sequence[Request]] = {
        SUMMARY: recommendations(knowledge, "summary"),
        "recommendation, full": recommendations(knowledge, "full"),
        "why": whys(server, knowledge),
        "chat message": messages(server),
        "SPARQL": queries(server),
    }
    limits = {}
    for name, requests in list(found.items()):
        if not requests:
            print(f"{name}: left out, the server does not answer it", file=sys.stderr)
            del found[name]
            continue
        sizes = [len(server.ask(one.method, one.path, one.body and json.loads(one.body))[1]) for one in requests[:10]]
        size = max(1000, int(float(f"{statistics.median(sizes):.0e}")))  # to one digit, so that kinds share limits
        limits[name] = f"constant, {size / 1000:,.0f} kB"
        found.setdefault(limits[name], constants(size))
    return found, limits


def offer(server: Served, requests: Sequence[Request], seconds: float, rate: float | None = None) -> Result:
    """One turn.

    Raises:
        SystemExit: if anything was not answered as it should be.
    """
    clients = CLIENTS if rate is None else 4 * CLIENTS
    found = offered(Load(server.host, server.port, requests, seconds, clients, rate))
    if found.failures:
        sys.exit(f"adaptwise: {found.failures} requests failed, the first: {found.first_failure}")
    return found


def main() -> None:
    """Print the section of the report."""
    seconds = float(os.environ.get("ADAPTWISE_BENCH_SECONDS", str(SECONDS)))
    with serving(WORKERS) as server:
        asked, limits = kinds(server)
        for requests in asked.values():  # what is imported, compiled and indexed on first use is not part of any turn
            offer(server, requests, seconds / 2)
        turns: dict[str, list[Result]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, requests in asked.items():
                turns[name].append(offer(server, requests, seconds))
        reached = {name: statistics.median(one.per_second for one in found) for name, found in turns.items()}
        steady = {name: offer(server, asked[name], 2 * seconds, SHARE * reached[name]) for name in asked}
    print("## The server\n")
    print(
        f"{WORKERS} workers and the load on {os.cpu_count()} cores, {CLIENTS} connections, every request another. The"
        " limit is the same application answering a constant of the same size.\n"
    )
    rows = []
    for name, found in turns.items():
        speeds = sorted(one.per_second for one in found)
        rows.append(
            (
                name,
                f"{reached[name]:.0f}",
                f"{speeds[0]:.0f} to {speeds[-1]:.0f}",
                f"{reached[name] / reached[limits[name]]:.2f}" if name in limits else "",
                *(milliseconds(statistics.median(one.percentile(share) for one in found)) for share in (0.5, 0.99)),
                *(milliseconds(steady[name].percentile(share)) for share in (0.5, 0.99)),
            )
        )
    head = ("what", "a second", "least to most", "of the limit", "p50", "p99", "p50 at 70 %", "p99 at 70 %")
    print(table(head, rows))
    print(bars("performance-server", "Answers a second", sorted(reached.items(), key=lambda one: -one[1]), "/s"))
    share, p99 = reached[SUMMARY] / reached[limits[SUMMARY]], steady[SUMMARY].percentile(0.99)
    print(goal(f"{SUMMARY}: at least {GOAL_SHARE} of the limit", f"{share:.2f}", share >= GOAL_SHARE))
    print(goal(f"{SUMMARY}: p99 under {GOAL_P99:.0f} ms at 70 %", milliseconds(p99), p99 < GOAL_P99) + "\n")


if __name__ == "__main__":
    main()
