"""The knowledge base over REST: lists, terms, versions, and tasks that are added while the server runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer, home_with

from api.schemas.knowledge import ChangeResult, TermList

TASKS = "/api/v1/tasks"
KEY = {"X-API-Key": ADMIN_KEY}
CLAUSES = {
    "id": "contract-clauses",
    "label": "Contract clauses",
    "synonyms": ["clause spotting"],
    "broader": "text-classification",
    "demands": [{"need": "domain-fluency", "strength": "strong", "when": {"domain-jargon": ["medium", "high"]}}],
    "definition": "Finds the clauses of a contract and says what kind each is.",
    "reason": "Lawyers asked for it.",
}
KINDS = ["tasks", "constraints", "needs", "techniques", "rules", "claims", "sources", "scenarios", "packs"]


@pytest.fixture(scope="module")
def shop(installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose knowledge the tests of this module may change."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("shop") / "home"))
    yield running.start()
    running.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_list_and_pages(server: RunningServer, kind: str) -> None:
    """Every kind is listed in the order of ids, and every term of the list has a page that says the same."""
    found = server.get(f"/api/v1/{kind}?limit=1000").json()
    TermList.model_validate(found)
    ids = [item["id"] for item in found["items"]]
    assert found["total"] == len(ids)
    assert ids == sorted(ids)
    if kind != "scenarios":
        assert ids
    for item in found["items"][:3]:
        page = server.get(item["links"]["self"]).json()
        assert {name: page[name] for name in item} == item


def test_lists_come_in_parts(server: RunningServer) -> None:
    """Following the links of a list gives every item once."""
    whole = [item["id"] for item in server.get("/api/v1/claims?limit=1000").json()["items"]]
    parts: list[str] = []
    link = "/api/v1/claims?limit=40"
    while link:
        part = server.get(link).json()
        parts += [item["id"] for item in part["items"]]
        link = part["links"].get("next")
    assert parts == whole


def test_lists_can_be_searched(server: RunningServer) -> None:
    """Words are looked for in id, label and synonyms."""
    found = server.get(f"{TASKS}?q=chatbot").json()
    assert "conversational-ai" in [item["id"] for item in found["items"]]
    assert server.get(f"{TASKS}?q=no-such-words-anywhere").json()["items"] == []


def test_a_constraint_shows_its_scale_and_question(server: RunningServer) -> None:
    """A constraint's page has the values in order, the question, and what uses it."""
    page = server.get("/api/v1/constraints/labelled-data").json()
    assert [value["id"] for value in page["values"]] == ["none", "little", "abundant"]
    assert page["question"].endswith("?")
    assert any(term["kind"] == "prerequisite" for term in page["used_by"])
    for term in page["used_by"][:3]:
        assert server.get(term["link"]).json()["id"] == term["id"]


def test_a_rule_shows_its_condition_and_claims(server: RunningServer) -> None:
    """The condition of a rule is nested JSON, and its claims lead to their sources."""
    rules = server.get("/api/v1/rules?limit=1000").json()["items"]
    assert all(isinstance(rule["when"], dict) and rule["claims"] for rule in rules)
    claim = server.get(f"/api/v1/claims/{rules[0]['claims'][0]}").json()
    assert claim["text"] and claim["kind"] in ("from-source", "judgement")


def test_an_unknown_term_names_the_nearest(server: RunningServer) -> None:
    """404 for a term that there is not, with the nearest that there is."""
    response = server.get(f"{TASKS}/question-answerin")
    assert response.status_code == 404
    assert response.json()["errors"][0]["nearest"][0] == "question-answering"


def test_a_task_is_known_at_once(shop: RunningServer) -> None:
    """A task that was added is recommended for, explained, listed, understood in text and in chat, at once."""
    before = shop.get("/api/v1/versions").json()["total"]
    added = shop.post(TASKS, CLAUSES, headers=KEY)
    assert added.status_code == 201, added.text
    assert added.headers["Location"] == f"{TASKS}/contract-clauses"
    ChangeResult.model_validate(added.json())
    assert added.json()["version"] == before + 1
    assert added.json()["findings"] == []

    assert shop.get(added.headers["Location"]).json()["label"] == "Contract clauses"
    assert "contract-clauses" in [item["id"] for item in shop.get(f"{TASKS}?limit=1000").json()["items"]]
    answer = shop.post(
        "/api/v1/recommendations", {"task": "contract-clauses", "constraints": {"domain-jargon": "high"}}
    ).json()
    demanded = {node["need"] for node in answer["trace"]["nodes"] if node["kind"] == "demand"}
    assert "domain-fluency" in demanded
    why = shop.get(answer["links"]["why"], headers={"Accept": "text/plain"}).text
    assert "contract clauses" in why.casefold()

    read = shop.post("/api/v1/interpretations", {"text": "We do clause spotting for lawyers."}).json()
    assert read["task"] == "contract-clauses"
    session = shop.post("/api/v1/chat").json()["session"]
    reply = shop.post(f"/api/v1/chat/{session}/messages", {"text": "We are building clause spotting."}).json()
    assert reply["recommendation"]["profile"]["task"] == "contract-clauses"

    version = shop.get("/api/v1/versions").json()["items"][0]
    assert (version["author"], version["reason"]) == ("admin", "Lawyers asked for it.")
    page = shop.get(f"/api/v1/versions/{version['number']}").json()
    assert {name: page[name] for name in version} == version


def test_a_dry_run_shows_what_the_real_change_does(shop: RunningServer) -> None:
    """A dry run saves nothing and shows exactly what is then done."""
    task = {**CLAUSES, "id": "dry", "label": "Dry goods", "synonyms": []}
    before = shop.get("/api/v1/versions").json()
    rehearsed = shop.post(f"{TASKS}?dry_run=true", task, headers=KEY)
    assert rehearsed.status_code == 200
    assert shop.get("/api/v1/versions").json() == before
    assert shop.get(f"{TASKS}/dry").status_code == 404
    done = shop.post(TASKS, task, headers=KEY)
    assert done.status_code == 201
    assert {**rehearsed.json(), "dry_run": False} == done.json()


def test_a_label_alone_suffices(shop: RunningServer) -> None:
    """The id is made of the label."""
    added = shop.post(TASKS, {"label": "Naming of Ships"}, headers=KEY)
    assert added.status_code == 201
    assert added.json()["task"]["id"] == "naming-of-ships"


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "wrong"}, {"X-API-Key": ADMIN_KEY + "x"}])
def test_writing_needs_the_key(shop: RunningServer, headers: dict) -> None:
    """Without a key, or with a wrong one, nothing is written, whatever the body says."""
    for body in (CLAUSES | {"id": "keyless", "label": "Keyless"}, {"nonsense": 1}):
        response = shop.post(TASKS, body, headers=headers)
        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "X-API-Key" in response.json()["detail"]
        assert response.headers["WWW-Authenticate"].startswith("ApiKey")
    assert shop.get(f"{TASKS}/keyless").status_code == 404


def test_a_taken_id_is_a_conflict(shop: RunningServer) -> None:
    """An id that is taken is 409, whether it came with the program or was added."""
    response = shop.post(TASKS, {"id": "summarization", "label": "Shorter texts"}, headers=KEY)
    assert response.status_code == 409
    assert "summarization" in response.json()["detail"]


@pytest.mark.parametrize(
    ("change", "pointer", "nearest"),
    [
        ({"broader": "summarisatio"}, "/broader/0", "summarization"),
        ({"demands": [{"need": "personalty"}]}, "/demands/0/need", "personality"),
        ({"demands": [{"need": "personality", "strength": "strng"}]}, "/demands/0/strength", "strong"),
        (
            {"demands": [{"need": "personality", "when": {"labelled-data": "littel"}}]},
            "/demands/0/when/labelled-data",
            "little",
        ),
        ({"id": "Not An Id"}, "/id", "not-an-id"),
    ],
)
def test_what_is_wrong_with_a_task_is_named(shop: RunningServer, change: dict, pointer: str, nearest: str) -> None:
    """A task that makes no sense is 422 with the place and the nearest valid choice, and nothing is saved."""
    before = shop.get("/api/v1/versions").json()["total"]
    response = shop.post(TASKS, {"label": "Odd jobs", **change}, headers=KEY)
    assert response.status_code == 422, response.text
    (error,) = response.json()["errors"]
    assert error["pointer"] == pointer
    assert error["nearest"][0] == nearest
    assert shop.get("/api/v1/versions").json()["total"] == before


def test_a_task_can_be_replaced_and_removed(shop: RunningServer) -> None:
    """What was added here can be described anew and taken away; answers given meanwhile keep their version."""
    assert shop.post(TASKS, {"label": "Lost property"}, headers=KEY).status_code == 201
    answer = shop.post("/api/v1/recommendations", {"task": "lost-property"}).json()
    replaced = shop.request("PUT", f"{TASKS}/lost-property", json={"label": "Found property"}, headers=KEY)
    assert replaced.status_code == 200, replaced.text
    assert shop.get(f"{TASKS}/lost-property").json()["label"] == "Found property"
    removed = shop.request("DELETE", f"{TASKS}/lost-property", headers=KEY)
    assert removed.status_code == 200, removed.text
    assert {"kind": "task", "id": "lost-property"} in removed.json()["removed"]
    assert shop.get(f"{TASKS}/lost-property").status_code == 404
    assert shop.get(answer["links"]["self"]).json() == answer
    assert shop.request("DELETE", f"{TASKS}/lost-property", headers=KEY).status_code == 404


def test_what_came_with_the_program_stays(shop: RunningServer) -> None:
    """A shipped task can be neither removed nor replaced."""
    for method, body in (("DELETE", None), ("PUT", {"label": "Other"})):
        response = shop.request(method, f"{TASKS}/summarization", json=body, headers=KEY)
        assert response.status_code == 422
        assert "came with the program" in response.json()["detail"]


def test_a_change_for_an_older_version_is_refused(shop: RunningServer) -> None:
    """If-Match with another version than the newest is 412; with the newest it is done."""
    newest = shop.get("/api/v1/versions").json()["items"][0]["number"]
    stale = shop.post(TASKS, {"label": "Late task"}, headers={**KEY, "If-Match": f'"{newest - 1}"'})
    assert stale.status_code == 412
    fresh = shop.post(TASKS, {"label": "Late task"}, headers={**KEY, "If-Match": f'"{newest}"'})
    assert fresh.status_code == 201
    assert fresh.headers["ETag"] == f'"{newest + 1}"'


def test_tasks_added_at_the_same_time_are_all_kept(shop: RunningServer) -> None:
    """Changes that come at once are put one after the other; none is lost."""
    from concurrent.futures import ThreadPoolExecutor

    def add(number: int) -> int:
        task = {"label": f"Errand number {number}"}
        return requests.post(shop.url + TASKS, json=task, headers=KEY, timeout=60).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(add, range(8)))
    assert set(statuses) <= {201, 409}
    kept = shop.get(f"{TASKS}?q=errand").json()["items"]
    assert len(kept) == statuses.count(201) > 0
