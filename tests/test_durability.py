"""What was acknowledged is there, whatever happens: servers killed in the middle of writing, and writers in a race."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer
from databases import schema_of

import api.services
from kb.backup import verify
from kb.store import Store

KILLS = 200 if os.environ.get("ADAPTWISE_SOAK") else 10
WRITERS = 4
TINY = Path(__file__).parent / "fixtures" / "tiny"
KEY = {"X-API-Key": ADMIN_KEY}
assert api.services  # declares everything that is kept in a database


@pytest.fixture(params=["sqlite", "postgresql"])
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    """A server with two workers and little knowledge, on each kind of database in turn; not started yet."""
    running = RunningServer(tmp_path / "a home", workers=2)
    running.environment["ADAPTWISE_PACKS"] = str(TINY)
    if request.param == "postgresql":
        url = schema_of(request.getfixturevalue("postgresql_server"), str(tmp_path))
        running.environment["ADAPTWISE_DATABASE_URL"] = url
    yield running
    running.stop()


def kill(running: RunningServer) -> None:
    """SIGKILL to the server and its workers at once, as a power cut would: nobody says good-bye."""
    pids = [*running.worker_pids(), running.process.pid]
    running.process.send_signal(signal.SIGSTOP)  # so that it does not replace the workers that go first
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    running.process.wait(10)
    running.process.stdout.close()
    running.session.close()


class Writer:
    """Adds a task and takes the one before it away, again and again, and remembers what was acknowledged."""

    def __init__(self, url: str, name: str, step: int) -> None:
        self.url, self.name, self.step = url, name, step
        self.acknowledged: dict[int, str] = {}
        self.last: str | None = None
        self.unsure: str | None = None

    def run(self) -> None:
        """Write until nobody answers."""
        with requests.Session() as session:
            while True:
                task = f"{self.name}-{self.step}"
                self.step += 1
                self.unsure = task
                # Two rules and a claim belong to each task: half of a change would be seen.
                body = {
                    "id": task,
                    "label": task.replace("-", " "),
                    "broader": "sorting",
                    "demands": [{"need": "speed"}, {"need": "care", "strength": "weak"}],
                }
                try:
                    answer = session.post(f"{self.url}/api/v1/tasks", json=body, headers=KEY, timeout=30)
                except requests.RequestException:
                    return
                if answer.status_code == 201:
                    self.acknowledged[answer.json()["version"]] = task
                    self.last, self.unsure = task, None
                else:
                    assert answer.status_code == 409, answer.text


def whole(store: Store, task: str) -> bool:
    """Whether a task is there with everything that belongs to it; False if nothing of it is there."""
    knowledge = store.snapshot().knowledge
    parts = [
        task in knowledge.tasks,
        f"local-{task}" in knowledge.claims,
        f"{task}-speed" in knowledge.rules,
        f"{task}-care" in knowledge.rules,
    ]
    assert all(parts) or not any(parts), (task, parts)
    return all(parts)


def contents_of_workers(running: RunningServer) -> list[Any]:
    """What each worker has in memory of the newest version: the others are stopped while it is asked."""
    found = []
    pids = running.worker_pids()
    for pid in pids:
        others = [other for other in pids if other != pid]
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            with requests.Session() as session:
                number = session.get(f"{running.url}/api/v1/versions?limit=1", timeout=30).json()["items"][0]["number"]
                page = session.get(f"{running.url}/api/v1/versions/{number}", timeout=30).json()
            found.append((page["number"], page["content_hash"], page["packs"]))
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)
    return found


@pytest.fixture
def opened(cluster: RunningServer) -> Iterator[Callable[[], Store]]:
    """Gives a store of one's own on the server's database, which has read nothing yet."""
    url = cluster.environment.get("ADAPTWISE_DATABASE_URL") or f"sqlite:///{cluster.home / 'adaptwise.db'}"
    stores: list[Store] = []

    def open_store() -> Store:
        stores.append(Store(url))
        return stores[-1]

    yield open_store
    for store in stores:
        store.database.close()


def test_what_was_acknowledged_survives_being_killed(cluster: RunningServer, opened: Callable[[], Store]) -> None:
    """Killed at random moments while four writers write, it comes back with everything that it had acknowledged.

    No change is there by half, version follows version, and all workers and the database agree on the content.
    """
    kills = KILLS if cluster.environment.get("ADAPTWISE_DATABASE_URL") is None else max(2, KILLS // 5)
    moments = random.Random(5)
    acknowledged: dict[int, str] = {}
    step = 0
    for cycle in range(kills):
        cluster.start()
        writers = [Writer(cluster.url, f"w{number}", step) for number in range(WRITERS)]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        wanted, end = moments.randint(0, 2 * WRITERS), time.monotonic() + 20
        while sum(len(writer.acknowledged) for writer in writers) < wanted and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.5))
        kill(cluster)
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        step = max(writer.step for writer in writers)
        for writer in writers:
            assert not acknowledged.keys() & writer.acknowledged.keys(), "one number for two versions"
            acknowledged.update(writer.acknowledged)
        store = opened()
        for number, task in acknowledged.items():
            assert whole(store, task), f"{task} was acknowledged as version {number} before kill {cycle}"
        for writer in writers:
            if writer.unsure:
                whole(store, writer.unsure)
        for number in {*range(max(acknowledged, default=1) - 3, store.head().number + 1)} & acknowledged.keys():
            assert any(f"/task/{acknowledged[number]}>" in line for line in store.delta(number).added)
        store.database.close()
    assert acknowledged, "nothing was ever acknowledged: the test shows nothing"
    cluster.start()
    first, *others = contents_of_workers(cluster)
    assert others == [first]
    store = opened()
    assert [version.number for version in store.versions()] == [*range(1, store.head().number + 1)]
    with store.database.read() as connection:
        assert verify(connection).content_hash == first[1] == store.snapshot().content.content_hash


def test_of_two_writers_with_the_same_base_one_wins(cluster: RunningServer, opened: Callable[[], Store]) -> None:
    """Two changes for the same version at the same moment: one is saved, the other is told, and can be sent again."""
    cluster.start()
    rounds = 50 if os.environ.get("ADAPTWISE_SOAK") else 3
    barrier = threading.Barrier(2)
    sessions = [requests.Session(), requests.Session()]

    def write(who: int, task: str, tag: str) -> requests.Response:
        body, headers = {"id": task, "label": task.replace("-", " ")}, {**KEY, "If-Match": tag}
        barrier.wait(30)
        return sessions[who].post(f"{cluster.url}/api/v1/tasks", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(2) as pool:
        for number in range(rounds):
            tag = cluster.get("/api/v1/tasks/sorting").headers["ETag"]
            tasks = [f"race-{number}-{who}" for who in "ab"]
            answers = [*pool.map(write, (0, 1), tasks, (tag, tag))]
            assert sorted(answer.status_code for answer in answers) == [201, 412]
            loser = next(place for place, answer in enumerate(answers) if answer.status_code == 412)
            winner = answers[1 - loser].json()["version"]
            assert f"version {winner}" in answers[loser].json()["detail"]
            body = {"id": tasks[loser], "label": tasks[loser].replace("-", " ")}
            again = cluster.post("/api/v1/tasks", body, headers={**KEY, "If-Match": answers[loser].headers["ETag"]})
            assert again.status_code == 201, again.text
            for task in tasks:
                for _ in range(4):  # whichever worker answers
                    with requests.Session() as session:
                        assert session.get(f"{cluster.url}/api/v1/tasks/{task}", timeout=30).status_code == 200
    for session in sessions:
        session.close()
    first, *others = contents_of_workers(cluster)
    assert others == [first]
    assert {f"race-{number}-{who}" for number in range(rounds) for who in "ab"} <= {
        *opened().snapshot().knowledge.tasks
    }
