"""Conversations over REST: the same answers, with the same ids, as REST gives for the same profile."""

from __future__ import annotations

from conftest import RunningServer

CHAT = "/api/v1/chat"
CONVERSATION = (
    "we're building a support bot, policies change every week, hardly any labelled data",
    "why?",
    "why not fine-tuning?",
    "what if we had 5000 labelled chats and wanted a warm personality?",
)


def start(server: RunningServer) -> str:
    """A new conversation."""
    response = server.post(CHAT)
    assert response.status_code == 201
    return response.json()["session"]


def say(server: RunningServer, session: str, text: str) -> dict:
    """The reply to a message."""
    response = server.post(f"{CHAT}/{session}/messages", {"text": text})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_conversation_gives_the_answers_of_rest(server: RunningServer) -> None:
    """Describe, why, why not, what if: each reply's recommendation is what REST gives for that profile."""
    session = start(server)
    replies = [say(server, session, text) for text in CONVERSATION]
    assert [reply["act"] for reply in replies] == ["describe", "why", "why-not", "what-if"]
    assert all(reply["reply"] for reply in replies)
    described = replies[0]["recommendation"]
    assert described["profile"]["task"] == "conversational-ai"
    assert {"kb_version", "links"} <= set(described)
    for reply in replies:
        answer = reply["recommendation"]
        profile = answer["profile"]
        numbers = {constraint: stated["number"] for constraint, stated in profile["numbers"].items()}
        constraints = {name: numbers.get(name, value) for name, value in stated(profile).items()}
        question = {
            "task": profile["task"],
            "constraints": constraints,
            "needs": profile["needs"],
            "exclude": profile["exclude"],
        }
        by_rest = server.post(f"/api/v1/recommendations?as_of={answer['as_of']}", question).json()
        assert by_rest["id"] == answer["id"]
        assert by_rest["ranking"] == answer["ranking"]
        assert server.get(answer["links"]["self"]).json()["id"] == answer["id"]


def stated(profile: dict) -> dict:
    """The constraints of a profile that somebody stated."""
    return {
        name: value
        for name, value in profile["constraints"].items()
        if profile["origin"][name] in ("stated", "derived")
    }


def test_a_conversation_outlives_the_server(own_server: RunningServer) -> None:
    """A conversation goes on after a restart where it was."""
    own_server.start()
    session = start(own_server)
    before = say(own_server, session, CONVERSATION[0])
    own_server.restart()
    after = say(own_server, session, "why?")
    assert after["act"] == "why"
    assert after["recommendation"]["id"] == before["recommendation"]["id"]


def test_sessions_are_apart(server: RunningServer) -> None:
    """Two conversations know nothing of each other."""
    one, other = start(server), start(server)
    assert one != other
    say(server, one, CONVERSATION[0])
    assert say(server, other, "why?")["recommendation"] is None


def test_an_unknown_session_is_not_found(server: RunningServer) -> None:
    """There is no conversation under an id that was never given."""
    response = server.post(f"{CHAT}/{'x' * 32}/messages", {"text": "hello"})
    assert response.status_code == 404
    assert "conversation" in response.json()["detail"]


def test_messages_that_cannot_be_read_are_refused(server: RunningServer) -> None:
    """Empty, missing, or too long: 422 that names the member."""
    session = start(server)
    for body in ({"text": "   "}, {"text": ""}, {}, {"text": 3}, {"text": "a" * 10_000}):
        response = server.post(f"{CHAT}/{session}/messages", body)
        assert response.status_code == 422, body
        assert response.json()["errors"][0]["pointer"] == "/text"
