"""The real server: several workers, restarts, and workers that die."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import requests
from conftest import ADMIN_KEY, RunningServer

ASK = "/api/v1/recommendations"
TASK = {"id": "court-minutes", "label": "Minutes of court hearings", "broader": "summarization", "reason": "to test"}


def post_task(server: RunningServer, task: dict) -> requests.Response:
    """Add a task with the key of the tests, over a connection of its own."""
    return requests.post(server.url + "/api/v1/tasks", json=task, headers={"X-API-Key": ADMIN_KEY}, timeout=30)


def test_every_worker_sees_a_task_at_the_next_request(own_server: RunningServer) -> None:
    """With two workers, a task that was acknowledged is there for every request that starts afterwards."""
    own_server.workers = 2
    own_server.start()
    assert len(own_server.worker_pids()) == 2
    for number in range(5):
        task = {**TASK, "id": f"court-minutes-{number}", "label": f"Minutes of court {number}"}
        assert post_task(own_server, task).status_code == 201

        def ask(_: int, task_id: str = task["id"]) -> int:
            return requests.post(own_server.url + ASK, json={"task": task_id}, timeout=30).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, range(16))) == {200}


def test_a_task_and_an_answer_survive_a_restart(own_server: RunningServer) -> None:
    """What was added and what was answered is there after a restart, with the same ids."""
    own_server.start()
    added = post_task(own_server, TASK)
    assert added.status_code == 201, added.text
    before = own_server.post(f"{ASK}?as_of=2026-01-01", {"task": TASK["id"]}).json()
    own_server.restart()
    assert own_server.get(f"/api/v1/tasks/{TASK['id']}").json()["label"] == TASK["label"]
    assert own_server.get(f"{ASK}/{before['id']}").json() == before
    assert own_server.post(f"{ASK}?as_of=2026-01-01", {"task": TASK["id"]}).json()["id"] == before["id"]
    assert own_server.get("/api/v1/versions").json()["items"][0]["number"] == added.json()["version"]


def test_an_older_answer_keeps_its_version(own_server: RunningServer) -> None:
    """An answer given before a change is explained by the knowledge that gave it."""
    own_server.start()
    before = own_server.post(ASK, {"task": "summarization"}).json()
    assert post_task(own_server, TASK).status_code == 201
    assert own_server.get(f"{ASK}/{before['id']}").json() == before
    after = own_server.post(ASK, {"task": "summarization"}).json()
    assert after["kb_version"] > before["kb_version"]


def test_a_dead_worker_is_replaced(own_server: RunningServer) -> None:
    """A worker that is killed takes nothing with it: another takes its place."""
    own_server.start()
    answer = own_server.post(ASK, {"task": "question-answering"}).json()
    (worker,) = own_server.worker_pids()
    os.kill(worker, signal.SIGKILL)
    own_server.wait_until_ready()
    assert own_server.worker_pids() != [worker]
    assert own_server.get(f"{ASK}/{answer['id']}").json() == answer


def test_many_at_once_are_all_answered(server: RunningServer) -> None:
    """Parallel questions are answered, each with its own answer, or refused as overload; nothing else."""
    tasks = [task["id"] for task in server.get("/api/v1/tasks").json()["items"]]
    expected = {task: server.post(ASK, {"task": task}).json()["id"] for task in tasks}

    def ask(task: str) -> tuple[str, int, str]:
        response = requests.post(server.url + ASK, json={"task": task}, timeout=60)
        return task, response.status_code, response.json().get("id", "")

    with ThreadPoolExecutor(16) as pool:
        for task, status, answer in pool.map(ask, tasks * 5):
            assert (status, answer) == (200, expected[task]) or status == 503
