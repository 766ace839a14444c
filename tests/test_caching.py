"""What may be kept, for how long, and how it is compared; compressed answers say the same."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer

ASK = "/api/v1/recommendations"
QUESTION = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}
KEY = {"X-API-Key": ADMIN_KEY}
PLAIN = {"Accept-Encoding": "identity"}
FOLLOWS = (
    "/api/v1/tasks",
    "/api/v1/tasks?limit=5&q=question",
    "/api/v1/tasks/question-answering",
    "/api/v1/claims/a20",
    "/api/v1/versions",
    "/api/v1/versions/1",
    "/api/v1/versions/1?pack=core",
    "/api/v1/versions/1/diff/1",
    "/api/v1/method",
    "/api/v1/definitions?term=labelled+data",
    "/task/question-answering",
    "/ontology",
    "/context.jsonld",
    "/openapi.json",
    "/sparql",
    "/sparql?query=ASK+%7B%7D",
)
"""What follows the newest version, or the program."""


@pytest.fixture(scope="module")
def links(server: RunningServer) -> dict[str, str]:
    """Where an answer and the questions about it are."""
    return server.post(f"{ASK}?as_of=2026-11-22", QUESTION).json()["links"]


def compared(server: RunningServer, address: str, **headers: str) -> requests.Response:
    """An answer, after a look at what a client gets that has it already."""
    response = server.get(address, headers={**PLAIN, **headers})
    assert response.status_code == 200, response.text
    tag = response.headers["ETag"]
    again = server.get(address, headers={**PLAIN, **headers, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b""), address
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == response.headers["Cache-Control"]
    other = server.get(address, headers={**PLAIN, **headers, "If-None-Match": '"something-else"'})
    assert (other.status_code, other.content) == (200, response.content)
    return response


@pytest.mark.parametrize("address", FOLLOWS)
def test_what_follows_the_newest_version_is_compared(server: RunningServer, address: str) -> None:
    """It may be kept, and is compared before it is used: a change is seen at once."""
    for _ in range(20):  # the examples in the description are made after it was first asked for
        if address != "/openapi.json" or '"example":' in server.get(address).text:
            break
    assert compared(server, address).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "question", ["", "/why", "/why-not?technique=fine-tuning", "/contrast?than=fine-tuning", "/cost"]
)
def test_an_answer_stays_as_it_is(server: RunningServer, links: dict[str, str], question: str) -> None:
    """Version, profile and date of an answer are settled; only whoever holds its id may keep it."""
    response = compared(server, links["self"] + question)
    assert response.headers["Cache-Control"] == "private, max-age=86400"
    assert response.headers["Vary"].startswith("Accept")


def test_every_rendering_has_its_own_tag(server: RunningServer, links: dict[str, str]) -> None:
    """No two forms of one thing have the same validator."""
    forms = ("application/json", "text/plain", "text/markdown", "text/html", "text/turtle", "application/ld+json")
    for address in (links["why"], "/api/v1/tasks/question-answering"):
        tags = {compared(server, address, Accept=form).headers["ETag"] for form in forms}
        assert len(tags) == len(forms)
    one = compared(server, links["why"] + "?level=1").headers["ETag"]
    assert one != compared(server, links["why"] + "?level=2").headers["ETag"]


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", ASK, QUESTION),
        ("POST", "/api/v1/interpretations", {"text": "a chat bot"}),
        ("POST", "/api/v1/chat", None),
        ("GET", "/healthz", None),
        ("GET", "/api/v1/proposals", None),
        ("GET", "/nowhere", None),
        ("GET", "/api/v1/tasks/nowhere", None),
        ("GET", "/sparql?query=SELECT+(NOW()+AS+?n)+%7B%7D", None),
    ],
)
def test_the_rest_is_not_kept(server: RunningServer, method: str, address: str, body: Any) -> None:
    """What depends on more than its address, or is a refusal, is not kept."""
    response = server.request(method, address, json=body)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_change_is_seen_at_once(own_server: RunningServer) -> None:
    """What was kept before a change does not pass for what there is after it."""
    own_server.start()
    addresses = ("/api/v1/tasks", "/task/question-answering", "/api/v1/method", "/api/v1/versions")
    tags = {address: own_server.get(address).headers["ETag"] for address in addresses}
    saved = own_server.post("/api/v1/tasks", {"label": "Star charts"}, headers=KEY)
    assert saved.status_code == 201, saved.text
    for address, tag in tags.items():
        assert own_server.get(address, headers={"If-None-Match": tag}).status_code == 200


# --- Compression --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/openapi.json", "/api/v1/tasks", "/ontology", "/api/v1/claims?limit=50"])
def test_compressed_answers_say_the_same(server: RunningServer, address: str) -> None:
    """A client that takes gzip gets it, with a tag of its own that is compared as well."""
    plain = server.get(address, headers=PLAIN)
    packed = server.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
    assert packed.content == plain.content  # requests has unpacked it
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = server.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip;q=0", None),
        ("identity", None),
        ("", None),
        ("other", None),
        ("*", "zstd"),
    ],
)
def test_the_encoding_is_the_clients_choice(server: RunningServer, accepted: str, encoding: str | None) -> None:
    """Only what a client takes is sent."""
    response = server.session.get(
        server.url + "/openapi.json", headers={"Accept-Encoding": accepted}, stream=True, timeout=10
    )
    assert response.headers.get("Content-Encoding") == encoding
    response.close()


def test_pages_and_trifles_are_not_compressed(server: RunningServer, links: dict[str, str]) -> None:
    """Neither what is too small, nor pages, whose length would tell what is on them."""
    for address, accept in (("/healthz", "*/*"), ("/", "text/html"), (links["why"], "text/html")):
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        assert "Content-Encoding" not in server.get(address, headers=headers).headers


@pytest.mark.parametrize("accept", ["application/json", "text/turtle"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_if_match_takes_the_tag_of_any_rendering(server: RunningServer, accept: str, encoding: str) -> None:
    """Whatever form a client has looked at, its tag names the version for a change; an older one is refused."""
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    tag = server.get("/api/v1/tasks/question-answering", headers=headers).headers["ETag"]
    task = {"label": "Star charts"}
    for given, status in ((tag, 200), ("*", 200), ('"0:gzip"', 412), ('"10"', 412), (f"W/{tag}", 412)):
        response = server.post("/api/v1/tasks?dry_run=true", task, headers={**KEY, "If-Match": given})
        assert response.status_code == status, (given, response.text)


def test_what_is_compressed_is_gzip(server: RunningServer) -> None:
    """The bytes are those of gzip, not only the header."""
    response = server.session.get(
        server.url + "/openapi.json", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10
    )
    assert gzip.decompress(response.raw.read()).startswith(b"{")
