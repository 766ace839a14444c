"""What whoever runs the server sees: figures of all workers together, and logs that hold no secret."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from conftest import ADMIN_KEY, RunningServer
from prometheus_client.parser import text_string_to_metric_families

ASK = "/api/v1/recommendations"


def figures(server: RunningServer) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by name and labels."""
    response = requests.get(server.url + "/metrics", timeout=10)
    assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def total(server: RunningServer, name: str, **labels: str) -> float:
    """The sum of the samples of this name with these labels."""
    wanted = set(labels.items())
    return sum(value for (found, given), value in figures(server).items() if found == name and wanted <= given)


def test_the_figures_are_those_of_all_workers(own_server: RunningServer) -> None:
    """Whichever worker is asked tells of all, also when one dies: what was counted is not lost."""
    own_server.workers = 2
    own_server.start()

    def ask(_: int) -> int:
        return requests.post(own_server.url + ASK, json={"task": "summarization"}, timeout=30).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(24))) == {200}
    requests.post(own_server.url + ASK, json={"task": "no-such-task"}, timeout=30)
    requests.request("BREW", own_server.url + "/some/secret/path", timeout=30)
    for _ in range(4):  # either worker may be asked
        count = {"name": "adaptwise_http_requests_total", "method": "POST", "route": ASK}
        assert total(own_server, **count, status="200") == 24
        assert total(own_server, **count, status="422") == 1
    assert total(own_server, "adaptwise_http_requests_total", method="other", route="none") == 1
    assert total(own_server, "adaptwise_http_request_seconds_count", route=ASK) == 25
    assert total(own_server, "adaptwise_engine_seconds_count") >= 2  # alike questions are answered from memory
    assert total(own_server, "adaptwise_knowledge_version") >= 1
    assert total(own_server, "adaptwise_database_reached") == 1
    assert total(own_server, "adaptwise_http_in_progress") == 1  # the one that asks
    session = own_server.post("/api/v1/chat", {}).json()["session"]
    own_server.post(f"/api/v1/chat/{session}/messages", {"text": "hello"})
    assert total(own_server, "adaptwise_chat_messages_total", act="greeting") == 1
    labels = {value for _, given in figures(own_server) for _, value in given}
    assert not any(session in value or "secret" in value for value in labels)

    os.kill(own_server.worker_pids()[0], signal.SIGKILL)
    time.sleep(0.5)
    own_server.wait_until_ready()
    assert total(own_server, "adaptwise_http_requests_total", route=ASK, status="200") == 24
    assert total(own_server, "adaptwise_database_reached") == 1


def test_the_log_has_every_request_and_no_secret(own_server: RunningServer) -> None:
    """One JSON object a request, found by its id; neither keys, nor ids that grant access, nor what was written."""
    own_server.environment = {"ADAPTWISE_LOG_FORMAT": "json", "ADAPTWISE_LOG_LEVEL": "info"}
    own_server.start()
    answer = own_server.post(ASK, {"text": "Our patients ask about their pills."}, headers={"X-Request-ID": "mine"})
    session = own_server.post("/api/v1/chat", {}).json()["session"]
    own_server.post(f"/api/v1/chat/{session}/messages", {"text": "It is about marmalade."})
    own_server.post("/api/v1/tasks", {"label": "x"}, headers={"X-API-Key": "a-wrong-key"})
    own_server.post("/api/v1/tasks?dry_run=true", {"label": "Boats"}, headers={"X-API-Key": ADMIN_KEY})
    (worker,) = own_server.worker_pids()
    os.kill(worker, signal.SIGKILL)  # about which the server itself has something to say
    time.sleep(0.5)
    own_server.wait_until_ready()
    own_server.stop()
    log = own_server.log.read_text()
    entries = [json.loads(line) for line in log.splitlines()]
    (mine,) = [entry for entry in entries if entry.get("request_id") == "mine"]
    assert (mine["route"], mine["status"], mine["method"]) == (ASK, 200, "POST")
    assert any(str(worker) in entry["event"] for entry in entries)
    for secret in (ADMIN_KEY, "a-wrong-key", session, answer.json()["id"], "pills", "marmalade"):
        assert secret not in log
