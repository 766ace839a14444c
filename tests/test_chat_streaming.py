"""Replies as Server-Sent Events: what was understood, then the reply in parts, then what comes without streaming."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from conftest import RunningServer
from test_api_chat import CHAT, start

STREAM = {"Accept": "text/event-stream"}
TEXT = "we're building a support bot, policies change every week, hardly any labelled data"


def events(body: str) -> list[tuple[str, dict]]:
    """The events of a stream, as a browser reads them."""
    found = []
    for block in body.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def streamed(server: RunningServer, session: str, text: str) -> list[tuple[str, dict]]:
    """The events with which a message is answered."""
    response = server.post(f"{CHAT}/{session}/messages", {"text": text}, headers=STREAM)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    return events(response.text)


def test_a_stream_ends_with_what_comes_without_streaming(server: RunningServer) -> None:
    """Understood, parts, reply: the parts make up the reply, and the last event is the document of the other form."""
    one, other = start(server), start(server)
    found = streamed(server, one, TEXT)
    names = [name for name, _ in found]
    assert names == ["understood", *["part"] * (len(found) - 2), "reply"]
    understood, reply = found[0][1], found[-1][1]
    assert understood["task"] == reply["recommendation"]["profile"]["task"]
    assert understood["evidence"]
    assert "\n\n".join(part["text"] for name, part in found if name == "part") == reply["reply"]
    plain = server.post(f"{CHAT}/{other}/messages", {"text": TEXT}).json()
    assert reply == plain


def test_a_streamed_message_is_kept(server: RunningServer) -> None:
    """What was streamed is part of the conversation like any other message."""
    session = start(server)
    streamed(server, session, TEXT)
    assert [one["text"] for one in server.get(f"{CHAT}/{session}").json()["exchanges"]] == [TEXT]


@pytest.mark.parametrize(
    ("session", "text", "status"), [("x" * 32, "hello", 404), (None, "   ", 422), (None, "a" * 5000, 422)]
)
def test_what_can_be_refused_is_refused_before_the_stream(
    server: RunningServer, session: str | None, text: str, status: int
) -> None:
    """An unknown conversation and an unreadable message have a status of their own, with or without streaming."""
    response = server.post(f"{CHAT}/{session or start(server)}/messages", {"text": text}, headers=STREAM)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


def test_an_unknown_form_is_refused(server: RunningServer) -> None:
    """A reply comes as JSON or as a stream, and nothing is said before that is settled."""
    session = start(server)
    response = server.post(f"{CHAT}/{session}/messages", {"text": "hello"}, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert server.get(f"{CHAT}/{session}").json()["exchanges"] == []


def test_the_first_event_comes_before_the_reply(server: RunningServer) -> None:
    """The events arrive one by one: what was understood is there before the rest."""
    session = start(server)
    response = server.post(f"{CHAT}/{session}/messages", {"text": TEXT}, headers=STREAM, stream=True)
    pieces = response.iter_content(chunk_size=None)
    first = next(pieces)
    assert first.startswith(b"event: understood\n")
    assert b"event: reply" not in first
    assert b"event: reply\n" in b"".join(pieces)


def test_streams_are_bounded_and_given_back(server: RunningServer) -> None:
    """Many at once are answered or told to come again; clients that go away leave no stream behind."""
    address = urlsplit(server.url)
    body = json.dumps({"text": "why?"}).encode()
    for _ in range(12):
        head = (
            f"POST {CHAT}/{start(server)}/messages HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(head.encode() + body)

    def one(_: int) -> int:
        response = server.post(f"{CHAT}/{start(server)}/messages", {"text": TEXT}, headers=STREAM)
        assert response.status_code == 200 or response.headers["Retry-After"]
        return response.status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(one, range(12)))
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert one(0) == 200


def test_streaming_is_documented(server: RunningServer) -> None:
    """The specification names both forms of a reply."""
    operation = server.get("/openapi.json").json()["paths"][f"{CHAT}/{{session}}/messages"]["post"]
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
