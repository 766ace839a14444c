"""The description of the interface: what was released stays good, examples are real, every refusal is described.

``ADAPTWISE_BLESS=1`` writes additions into ``docs/openapi.json``, the released description; what breaks clients is not
blessed.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from compatibility import breaking
from conftest import ROOT, RunningServer
from jsonschema import Draft202012Validator

RELEASED = ROOT / "docs" / "openapi.json"
BLESS = os.environ.get("ADAPTWISE_BLESS") == "1"


@pytest.fixture(scope="module")
def described(server: RunningServer) -> dict[str, Any]:
    """The description with its examples."""
    for _ in range(20):
        found = server.get("/openapi.json").json()
        if "example" in found["paths"]["/healthz"]["get"]["responses"]["200"]["content"]["application/json"]:
            return found
    raise AssertionError("no examples were made")


def without_examples(described: dict[str, Any]) -> dict[str, Any]:
    """The description alone, which depends on no knowledge."""
    plain = copy.deepcopy(described)
    for _, operation in operations(plain):
        for parameter in operation.get("parameters", ()):
            parameter.pop("example", None)
        for content in contents(operation):
            content.pop("example", None)
    plain["info"].pop("version")
    return plain


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its name."""
    for path, found in described["paths"].items():
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is said of each media type of its body and answers."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def released() -> dict[str, Any]:
    """What was released."""
    return json.loads(RELEASED.read_text(encoding="utf-8"))


def test_what_was_released_stays_good(described: dict[str, Any]) -> None:
    """Nothing in today's description breaks a client that was made for the released one."""
    now = without_examples(described)
    if BLESS and (not RELEASED.exists() or not breaking(released(), now)):
        RELEASED.write_text(json.dumps(now, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    assert breaking(released(), now) == []


def example(place: dict[str, Any], *path: Any) -> tuple[Any, Any]:
    """A place in the description, and the last step to it."""
    for step in path[:-1]:
        place = place[step]
    return place, path[-1]


POST = ("paths", "/api/v1/recommendations", "post")
ANSWER = ("components", "schemas", "Recommendation")
REQUEST = ("components", "schemas", "RecommendationRequest")
REMOVED = {
    "a path": ("paths", "/api/v1/recommendations/{answer_id}/why"),
    "an operation": POST,
    "a status": (*POST, "responses", "200"),
    "a form of an answer": (*POST, "responses", "200", "content", "text/plain"),
    "a form of a body": (*POST, "requestBody", "content", "application/json"),
    "a body": (*POST, "requestBody"),
    "a parameter": (*POST, "parameters", 0),
    "a member of an answer": (*ANSWER, "properties", "ranking"),
    "a member of a body": (*REQUEST, "properties", "constraints"),
    "the certainty of a member": (*ANSWER, "required", 0),
}


@pytest.mark.parametrize("case", REMOVED)
def test_what_is_taken_away_breaks(case: str) -> None:
    """Each kind of thing that can be taken away is noticed, and nothing else is."""
    new = released()
    place, last = example(new, *REMOVED[case])
    del place[last]
    assert breaking(released(), new)
    assert breaking(released(), released()) == []


CHANGED: dict[str, tuple[tuple[Any, ...], Any, bool]] = {
    "a type of an answer": ((*ANSWER, "properties", "id", "type"), "integer", True),
    "a type of a body": ((*REQUEST, "properties", "exclude", "type"), "string", True),
    "an answer that may be nothing": ((*ANSWER, "properties", "kb_version", "type"), ["integer", "null"], True),
    "a longest text": ((*POST, "parameters", 0, "schema"), {"type": "string", "maxLength": 3}, True),
    "a required member of a body": ((*REQUEST, "required"), ["task"], True),
    "a required parameter": ((*POST, "parameters", 0, "required"), True, True),
    "a name": ((*POST, "operationId"), "other", True),
    "a key": ((*POST, "security"), [{"key": []}], True),
    "fewer choices": ((*POST, "parameters", 2, "schema", "enum"), ["none"], True),
    "more choices": ((*POST, "parameters", 2, "schema", "enum"), ["none", "summary", "full", "fuller"], False),
    "another member of an answer": ((*ANSWER, "properties", "more"), {"type": "string"}, False),
    "another member of a body": ((*REQUEST, "properties", "more"), {"type": "string"}, False),
    "another path": (("paths", "/api/v1/more"), {}, False),
    "another refusal": ((*POST, "responses", "418"), {"description": "No"}, False),
    "another wording": ((*POST, "summary"), "Otherwise.", False),
}


@pytest.mark.parametrize("case", CHANGED)
def test_what_is_changed_breaks_or_does_not(case: str) -> None:
    """What breaks a client is told from what only adds."""
    path, value, breaks = CHANGED[case]
    new = released()
    place, last = example(new, *path)
    place[last] = value
    assert bool(breaking(released(), new)) == breaks


# --- Examples and refusals ----------------------------------------------------------------------------------------


def test_examples_are_real_answers(server: RunningServer, described: dict[str, Any]) -> None:
    """The example of an operation is what it answers to the request that is shown with it."""
    compared = 0
    for name, operation in operations(described):
        method, path = name.split(" ", 1)
        shown = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("example")
        if shown is None or path in ("/healthz", "/readyz", "/api/v1/chat/{session}"):
            continue
        given = {one["name"]: one for one in operation.get("parameters", ()) if "example" in one}
        for one in given.values():
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
        query = {one["name"]: one["example"] for one in given.values() if one["in"] == "query"}
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        if operation.get("security") or "{" in path:
            continue
        answer = server.request(method, path, params=query, json=body)
        assert answer.status_code == 200, (name, answer.text)
        assert answer.json() == shown, name
        compared += 1
    assert compared > 60


WITHOUT = {
    "GET /api/v1/recommendations/{answer_id}/cost": "longer than anybody reads",
    "GET /api/v1/typical-values/{term_id}": "the shipped packs have none",
    "GET /api/v1/proposals/{number}": "nobody has proposed anything",
    "GET /api/v1/updates": "for holders of keys",
    "GET /api/v1/audit": "for holders of keys",
}


def test_operations_that_read_have_an_example(described: dict[str, Any]) -> None:
    """Whoever looks at the interface sees what it answers, but for a few with a reason."""
    lacking = {
        name
        for name, operation in operations(described)
        if name.startswith("GET /api/v1")
        and not any("example" in one for one in operation["responses"]["200"]["content"].values())
    }
    assert lacking == set(WITHOUT)


def test_examples_are_of_the_described_form(described: dict[str, Any]) -> None:
    """Every example is valid by the schema beside it."""
    checked = 0
    for name, operation in operations(described):
        for content in contents(operation):
            if "example" not in content:
                continue
            schema = {**content.get("schema", {}), "components": described["components"]}
            found = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
            assert not found, (name, found[:3])
            checked += 1
    assert checked > 300


def test_every_refusal_is_a_problem_document(described: dict[str, Any]) -> None:
    """What is no success is described as a problem document, and says when it happens."""
    for name, operation in operations(described):
        for status, response in operation["responses"].items():
            if status >= "400" and name not in ("GET /readyz",):
                assert list(response["content"]) == ["application/problem+json"], (name, status)
                assert response["description"]


def test_an_answer_leads_on(described: dict[str, Any]) -> None:
    """Links say how to ask about what was answered, by operations that there are."""
    known = {operation["operationId"]: operation for _, operation in operations(described)}
    found = 0
    for _, operation in operations(described):
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                parameters = {one["name"] for one in known[link["operationId"]]["parameters"]}
                assert set(link["parameters"]) <= parameters
                found += 1
    assert found >= 10


def test_another_domain_has_its_own_examples(described: dict[str, Any]) -> None:
    """What is shown comes from the knowledge, not from the program: the plain description names no task."""
    question = described["paths"]["/api/v1/recommendations"]["post"]["requestBody"]["content"]["application/json"]
    task = question["example"]["task"]
    assert f'"{task}"' not in json.dumps(without_examples(described))
