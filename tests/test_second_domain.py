"""The whole stack on another knowledge base: REST, chat, page and command line are an expert system for that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, ROOT, RunningServer, clean_environment

from kb.packs import read_packs
from kb.reader import read_quads

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


def test_its_scenarios_come_true(other: RunningServer) -> None:
    """Every scenario of the packs is answered as it expects: a cache, a composite, and a variant among them."""
    seen = set()
    for listed in other.get("/api/v1/scenarios").json()["items"]:
        scenario = read_quads(read_packs(Path(PACKS["ADAPTWISE_PACKS"]))).scenarios[listed["id"]]
        body = {
            "task": scenario.task,
            "constraints": dict(scenario.values),
            "needs": dict.fromkeys(scenario.needs, "strong"),
        }
        recommended = other.post(ASK, body).json()["recommended"]
        assert recommended["technique"] in scenario.expects, scenario.id
        seen |= {recommended["technique"], (recommended["variant"] or {"technique": None})["technique"]}
    assert seen >= {"key-value-cache", "cached-relational", "document-store", "replicated-relational"}


def test_a_composite_comes_with_its_path(other: RunningServer) -> None:
    """Where two things are needed at once the composite is recommended, with the steps that lead to it, in order."""
    body = {
        "task": "seat-booking",
        "constraints": {"read-rate": "flood", "stored-volume": 20, "memory-budget": "ample"},
    }
    answer = other.post(ASK, body).json()
    assert answer["recommended"]["technique"] == "cached-relational"
    assert [step["technique"] for step in answer["path"]][:2] == ["relational-database", "key-value-cache"]


def test_a_pack_switched_off_gives_back_what_it_overruled(other: RunningServer) -> None:
    """Without the notes the older view of atomic updates counts again, and nothing is set aside."""
    body = {"needs": {"atomic-updates": "required"}, "constraints": {"read-rate": "steady"}}
    found = {}
    for packs in ("basics,notes", "basics"):
        answer = other.post(ASK, body, params={"packs": packs}).json()
        status = {entry["technique"]: entry["status"] for entry in answer["ranking"]}
        found[packs] = status["document-store"], [entry["statement"] for entry in answer["set_aside"]]
    assert found == {"basics,notes": ("viable", ["document-atomic"]), "basics": ("excluded", [])}


def test_the_next_questions_lead_to_a_decision(other: RunningServer) -> None:
    """Whoever answers each next question in turn is asked nothing twice, and ends with a decision."""
    body = {"task": "order-handling", "constraints": {}}
    answer = other.post(ASK, body).json()
    while (question := answer["next_question"]) is not None:
        assert question["constraint"] not in body["constraints"]
        body["constraints"][question["constraint"]] = question["values"][0]["id"]
        answer = other.post(ASK, body).json()
    assert answer["confidence"]["decided"]
    assert body["constraints"]


def test_a_dialogue_reaches_the_same_answer_as_rest(other: RunningServer) -> None:
    """Described over several messages, corrected, explained: the recommendation is REST's, id included."""
    session = other.post("/api/v1/chat").json()["session"]

    def say(text: str) -> dict:
        return other.post(f"/api/v1/chat/{session}/messages", {"text": text}).json()

    say("we sell seats for concerts: reservations, and a flood of reads")
    say("memory is ample and the team is seasoned, 3 TB of data")
    reply = say("no, actually 20 GB of data")
    assert reply["act"] == "correct"
    body = {
        "task": "seat-booking",
        "constraints": {
            "read-rate": "flood",
            "memory-budget": "ample",
            "operator-skill": "seasoned",
            "stored-volume": 20,
        },
    }
    expected = other.post(ASK, body).json()
    assert reply["recommendation"]["id"] == expected["id"]
    assert reply["recommendation"]["recommended"] == expected["recommended"]
    acts = {
        "why?": ("why", "quick reads"),
        "why not document store?": ("why-not", "atomic updates"),
        "what if the reads were steady?": ("what-if", "steady reads"),
        "what does wide reach mean?": ("define", "several regions"),
        "which techniques are there?": ("list", "key-value cache"),
        "who says so?": ("evidence", "Pebble Street"),
        "what are the downsides?": ("tradeoffs", "Two systems have to be run"),
    }
    for text, (act, words) in acts.items():
        reply = say(text)
        assert (text, reply["act"]) == (text, act)
        assert words in reply["reply"]
        assert not [word for word in SHIPPED_WORDS if word in reply["reply"]]


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
