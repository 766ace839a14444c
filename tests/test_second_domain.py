"""The whole stack on another knowledge base: REST, chat, page and command line are an expert system for that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, ROOT, RunningServer, clean_environment

ASK = "/api/v1/recommendations"
PACKS = {"ADAPTWISE_PACKS": str(ROOT / "tests" / "second_domain" / "packs")}
SHIPPED_WORDS = ("fine-tuning", "prompt engineering", "language model", "RAG")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The program, started on the second domain."""
    running = RunningServer(tmp_path_factory.mktemp("other") / "home", environment=PACKS)
    yield running.start()
    running.stop()


def test_it_recommends_and_explains(other: RunningServer) -> None:
    """A recommendation in the other domain, with why, why-not and what-if in words of that domain."""
    body = {"task": "shopping-basket", "constraints": {"read-rate": 5000}}
    answer = other.post(ASK, body).json()
    assert answer["recommended"]["technique"] == "key-value-cache"
    assert answer["profile"]["constraints"]["read-rate"] == "flood"
    texts = [
        other.get(answer["links"]["self"], headers={"Accept": "text/plain"}).text,
        other.get(answer["links"]["why"], headers={"Accept": "text/plain"}).text,
        other.get(
            answer["links"]["why-not"], params={"technique": "relational-database"}, headers={"Accept": "text/plain"}
        ).text,
        other.post(
            answer["links"]["what-if"], {"constraints": {"loss-tolerance": "no-loss"}}, headers={"Accept": "text/plain"}
        ).text,
    ]
    for text in texts:
        assert "key-value cache" in text.casefold()
        assert not [word for word in SHIPPED_WORDS if word in text]


def test_it_understands_and_talks(other: RunningServer) -> None:
    """Free text and chat speak the other domain's words."""
    text = "we keep shopping baskets, about 5000 reads per second"
    read = other.post("/api/v1/interpretations", {"text": text}).json()
    assert read["task"] == "shopping-basket"
    assert other.post(ASK, {"text": text}).json()["recommended"]["technique"] == "key-value-cache"
    session = other.post("/api/v1/chat").json()["session"]
    reply = other.post(f"/api/v1/chat/{session}/messages", {"text": text}).json()
    assert reply["recommendation"]["recommended"]["technique"] == "key-value-cache"


def test_it_lists_and_learns(other: RunningServer) -> None:
    """Lists hold the other domain's terms, and a task added to it is recommended for at once."""
    techniques = {item["id"] for item in other.get("/api/v1/techniques").json()["items"]}
    assert techniques >= {"key-value-cache", "relational-database", "document-store", "cached-relational"}
    task = {"label": "Ticket queue", "broader": "order-handling", "demands": [{"need": "durable-writes"}]}
    assert other.post("/api/v1/tasks", task, headers={"X-API-Key": ADMIN_KEY}).status_code == 201
    assert other.post(ASK, {"task": "ticket-queue"}).status_code == 200


def test_mistakes_name_the_other_domain(other: RunningServer) -> None:
    """The nearest valid choices come from the knowledge base in use."""
    (error,) = other.post(ASK, {"task": "shoping-baskt"}).json()["errors"]
    assert error["nearest"][0] == "shopping-basket"


def test_the_page_presents_the_other_domain(other: RunningServer) -> None:
    """The page shows the name and question of the knowledge base in use."""
    page = other.get("/").text
    assert "Stackwise" in page
    assert not [word for word in SHIPPED_WORDS if word in page]


def test_the_command_line_too(tmp_path: Path) -> None:
    """The command line on the other knowledge base recommends in its words."""
    done = subprocess.run(
        [ADAPTWISE, "recommend", "--task", "shopping-basket", "--set", "read-rate=5000"],
        env=clean_environment(tmp_path / "home", **PACKS),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.startswith("I recommend key-value cache")
    assert not [word for word in SHIPPED_WORDS if word in done.stdout]
