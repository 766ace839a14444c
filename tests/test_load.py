"""Under load: nothing undocumented, nothing lost, quick, and no memory that grows."""

from __future__ import annotations

import os

from conftest import ADMIN_KEY, RunningServer
from load import TASKS, drive, report, resident_mb, terms_of

SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
SECONDS = 120 if SOAK else 3
MOST_P99 = 0.1
"""Seconds in which 99 of 100 recommendations are given, on two cores that do nothing else."""


def test_reading_and_writing_by_many_at_once(own_server: RunningServer) -> None:
    """32 clients, 4 of which write: every answer is a documented one, and every write is there, or gone, in the end."""
    own_server.workers = 2
    own_server.start()
    terms = terms_of(own_server)
    options = {"clients": 32, "writers": 4, "pace": 0.5, "terms": terms}
    warm = drive(own_server.url, ADMIN_KEY, seconds=10 if SOAK else 1, **options)
    assert warm.wrong == []
    before = resident_mb(own_server.worker_pids())
    pids = own_server.worker_pids()
    # Names of tasks begin anew with every run of clients; other numbers keep them apart.
    seen = drive(own_server.url, ADMIN_KEY, seconds=SECONDS, first=100, **options)
    after = resident_mb(own_server.worker_pids())
    print(report(seen, SECONDS, before, after))
    assert seen.wrong == []
    assert own_server.worker_pids() == pids, "a worker was replaced"
    assert seen.there and seen.statuses["recommend", 200] > 10
    known = {task["id"] for task in own_server.get(f"{TASKS}?limit=1000&q=load").json()["items"]}
    assert seen.there | warm.there <= known
    assert not (seen.gone | warm.gone) & known
    assert after < (1.2 * before if SOAK else 1.5 * before + 100)
    if SOAK:
        own_server.restart()
        assert seen.there <= {task["id"] for task in own_server.get(f"{TASKS}?limit=1000&q=load").json()["items"]}
    quiet = os.getloadavg()[0] < 4
    if SOAK and quiet:
        assert seen.quantile("recommend", 0.99) < MOST_P99, report(seen, SECONDS, before, after)
