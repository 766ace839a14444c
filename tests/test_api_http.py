"""HTTP manners: errors as problem documents, negotiation, limits, documentation, health."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer

ASK = "/api/v1/recommendations"
QUESTION = {"task": "question-answering"}


def problem(response: requests.Response, status: int, kind: str) -> dict:
    """The problem document of a refusal, after checking that it is one (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["type"].endswith(f"/problem/{kind}")
    assert document["title"] and document["detail"]
    assert document["request_id"] == response.headers["X-Request-ID"]
    return document


def test_an_unknown_address_is_a_problem(server: RunningServer) -> None:
    """404 is a problem document."""
    document = problem(server.get("/nowhere"), 404, "not-found")
    assert document["instance"] == "/nowhere"


def test_a_wrong_method_names_the_right_ones(server: RunningServer) -> None:
    """405 says which methods there are, in words and in the header."""
    response = server.request("DELETE", ASK)
    assert "POST" in problem(response, 405, "method-not-allowed")["detail"]
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_body_is_named(server: RunningServer, body: bytes) -> None:
    """An empty body is called empty, not malformed."""
    response = server.request("POST", ASK, data=body, headers={"Content-Type": "application/json"})
    assert "empty" in problem(response, 400, "empty-body")["detail"]


def test_malformed_json_is_located(server: RunningServer) -> None:
    """Malformed JSON is 400 with line and column."""
    body = b'{"task":\n  oops}'
    response = server.request("POST", ASK, data=body, headers={"Content-Type": "application/json"})
    assert "line 2, column 3" in problem(response, 400, "malformed-json")["detail"]


@pytest.mark.parametrize("body", [b'{"task": NaN}', b'{"text": "\xff"}', b'{"text": "\\ud800"}', b'{"a": 1e999}'])
def test_what_json_does_not_allow_is_malformed(server: RunningServer, body: bytes) -> None:
    """NaN, broken UTF-8, lone surrogates and infinite numbers are no JSON."""
    response = server.request("POST", ASK, data=body, headers={"Content-Type": "application/json"})
    problem(response, 400, "malformed-json")


def test_another_content_type_is_refused(server: RunningServer) -> None:
    """A body that is not said to be JSON is 415."""
    response = server.request("POST", ASK, data=b"task=x", headers={"Content-Type": "text/plain"})
    assert "text/plain" in problem(response, 415, "unsupported-media-type")["detail"]


@pytest.mark.parametrize("body", [[], "text", 3, None, True])
def test_json_of_another_shape_is_named(server: RunningServer, body: object) -> None:
    """JSON that is no object is told what it is."""
    response = server.request("POST", ASK, data=requests.compat.json.dumps(body), headers=JSON)
    assert "expected a JSON object" in problem(response, 422, "invalid-request")["detail"]


JSON = {"Content-Type": "application/json"}


def test_an_object_that_says_nothing_is_refused(server: RunningServer) -> None:
    """An empty object says nothing about an application."""
    document = problem(server.post(ASK, {}), 422, "invalid-request")
    assert document["errors"][0]["pointer"] == ""
    assert "says nothing" in document["detail"]


def test_every_wrong_type_is_named_with_its_place(server: RunningServer) -> None:
    """Wrong types and unknown members are all listed, each with a JSON pointer."""
    document = problem(
        server.post(ASK, {"task": 3, "constraints": [], "exclude": [1], "wish": "x"}), 422, "invalid-request"
    )
    assert {error["pointer"] for error in document["errors"]} == {"/task", "/constraints", "/exclude/0", "/wish"}


def test_depth_is_limited(server: RunningServer) -> None:
    """Deep nesting is refused, also where the parser itself would give up."""
    nested: dict = {}
    for _ in range(100):
        nested = {"a": nested}
    problem(server.post(ASK, {"constraints": nested}), 422, "invalid-request")
    deepest = b'{"constraints":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    problem(server.request("POST", ASK, data=deepest, headers=JSON), 400, "malformed-json")


def test_size_is_limited(server: RunningServer) -> None:
    """A body above the limit is 413."""
    response = server.post(ASK, {"text": "a" * 2_000_000})
    problem(response, 413, "request-entity-too-large")


def test_size_is_limited_where_nobody_announces_it(server: RunningServer) -> None:
    """A chunked body above the limit is 413 and never cut: what follows the limit may change what it means."""

    def chunks() -> Iterator[bytes]:
        yield b'{"task": "question-answering"}'
        for _ in range(40):
            yield b" " * 32_768
        yield b"!!!"

    problem(server.request("POST", ASK, data=chunks(), headers=JSON), 413, "request-entity-too-large")


@pytest.mark.parametrize("number", [1e30, 10**20, "999999999999999999999999999999 examples"])
def test_numbers_beyond_reason_are_refused(server: RunningServer, number: object) -> None:
    """A number that no database could keep is named as what is wrong."""
    document = problem(server.post(ASK, {"constraints": {"labelled-data": number}}), 422, "invalid-request")
    assert document["errors"][0]["pointer"] == "/constraints/labelled-data"


def test_an_error_is_pointed_to_where_it_was_sent(server: RunningServer) -> None:
    """The pointer names members of the body and nothing of how they are checked."""
    demand = {"need": "low-latency", "when": {"labelled-data": 5}}
    headers = {"X-API-Key": ADMIN_KEY}
    response = server.request(
        "POST", "/api/v1/tasks", json={"label": "Ship names", "demands": [demand]}, headers=headers
    )
    document = problem(response, 422, "invalid-request")
    assert {error["pointer"] for error in document["errors"]} == {"/demands/0/when/labelled-data"}


def test_nul_is_refused_where_it_stands(server: RunningServer) -> None:
    """Text with NUL is refused before anything reads it."""
    document = problem(server.post(ASK, {"constraints": {"a": "b\0"}}), 422, "invalid-request")
    assert document["errors"][0]["pointer"] == "/constraints/a"


def test_an_unacceptable_rendering_names_the_possible(server: RunningServer) -> None:
    """406 names the renderings that there are."""
    response = server.post(ASK, QUESTION, headers={"Accept": "image/png"})
    assert "application/json or text/plain" in problem(response, 406, "not-acceptable")["detail"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=many", "limit"),
        ("limit=0", "limit"),
        ("offset=-1", "offset"),
        (f"offset={2**70}", "offset"),
        ("page=2", "page"),
    ],
)
def test_wrong_query_parameters_are_named(server: RunningServer, query: str, parameter: str) -> None:
    """A query parameter that cannot be used is named."""
    document = problem(server.get(f"/api/v1/tasks?{query}"), 422, "invalid-request")
    assert document["errors"][0]["parameter"] == parameter


def test_request_ids_are_kept_if_sound(server: RunningServer) -> None:
    """A client's request id comes back; one that could forge log lines is replaced."""
    assert server.get("/healthz", headers={"X-Request-ID": "my-id.1"}).headers["X-Request-ID"] == "my-id.1"
    replaced = server.get("/healthz", headers={"X-Request-ID": "a b{}"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", replaced)


def test_health_and_readiness(server: RunningServer) -> None:
    """The server says that it lives, and that database, knowledge and engine answer."""
    assert server.get("/healthz").json() == {"status": "ok"}
    ready = server.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": "ok", "knowledge": "ok", "engine": "ok"}


def test_the_specification_covers_every_address(server: RunningServer) -> None:
    """OpenAPI 3.1 describes the interface, with the key and with problem documents."""
    document = server.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    paths = document["paths"]
    for path in (
        "recommendations",
        "recommendations/{answer_id}/why",
        "recommendations/{answer_id}/why-not",
        "recommendations/{answer_id}/what-if",
        "interpretations",
        "tasks/{term_id}",
        "constraints",
        "needs",
        "techniques",
        "rules",
        "claims",
        "sources",
        "scenarios",
        "packs",
        "versions",
        "chat",
        "chat/{session}/messages",
    ):
        assert f"/api/v1/{path}" in paths
    assert document["components"]["securitySchemes"]["key"]["name"] == "X-API-Key"
    assert paths["/api/v1/tasks"]["post"]["security"] == [{"key": []}]
    refusal = paths[ASK]["post"]["responses"]["422"]["content"]["application/problem+json"]
    assert refusal["schema"]["$ref"].endswith("/Problem")


def test_every_reference_of_the_specification_leads_somewhere(server: RunningServer) -> None:
    """No reference in the specification dangles, and no operation id occurs twice."""
    text = server.get("/openapi.json").text
    document = requests.compat.json.loads(text)
    for reference in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert reference in document["components"]["schemas"], reference
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


def test_the_documentation_page_asks_nobody_else(server: RunningServer) -> None:
    """Everything that the documentation page loads comes from this server, and is there."""
    page = server.get("/docs")
    assert page.status_code == 200
    assert "swagger-ui" in page.text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    for address in loaded:
        assert not address.startswith(("http", "//"))
        assert server.get(f"/docs/{address}").status_code == 200
    assert server.get("/docs/../openapi.json").status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_log_has_no_secrets(server: RunningServer) -> None:
    """Keys, texts and ids that grant access are not logged; the request itself is, with its id."""
    secret = "a-text-nobody-else-should-read"
    response = server.post(ASK, {"text": secret}, headers={"X-API-Key": "a-key-to-keep", "X-Request-ID": "log-test"})
    session = server.post("/api/v1/chat").json()["session"]
    server.post(f"/api/v1/chat/{session}/messages", {"text": secret})
    log = server.log.read_text()
    assert '"request_id": "log-test"' in log
    for hidden in (secret, "a-key-to-keep", session, response.json().get("id", "no-id")):
        assert hidden not in log
