"""The client: every method against the real server."""

from __future__ import annotations

import pytest
from conftest import ADMIN_KEY, RunningServer

from api.client import Client, ClientError, HttpTransport

QUESTION = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}


@pytest.fixture
def client(server: RunningServer) -> Client:
    """A client with the key."""
    return Client(HttpTransport(server.url), ADMIN_KEY)


def test_an_answer_and_the_questions_about_it(client: Client) -> None:
    """Recommend, read again, why, why not, what if."""
    answer = client.recommend(QUESTION, explain="none")
    answer_id = answer["id"]
    assert client.recommendation(answer_id)["ranking"] == answer["ranking"]
    assert client.why(answer_id)["id"] == answer_id
    assert client.why_not(answer_id, "fine-tuning")["technique"] == "fine-tuning"
    assert client.what_if(answer_id, {"exclude": ["rag"]})["before"]["id"] == answer_id


def test_knowledge_and_text(client: Client) -> None:
    """Lists, terms, interpretations, and a rehearsed change."""
    assert client.terms("techniques", limit="2")["limit"] == 2
    assert client.term("tasks", "summarization")["id"] == "summarization"
    assert client.interpret("We answer questions on our handbook.")["task"] == "question-answering"
    assert client.add_task({"label": "Rehearsed"}, dry_run=True)["dry_run"] is True


def test_talking(client: Client) -> None:
    """A conversation."""
    session = client.start_chat()
    assert client.say(session, "We answer questions on our handbook.")["recommendation"]["id"]


def test_refusals_carry_their_problem(client: Client) -> None:
    """A refusal is an error with the problem document; ids are quoted, so that none can reach another address."""
    with pytest.raises(ClientError, match="no task") as refusal:
        client.recommend({"task": "no-such-thing-at-all"})
    assert refusal.value.problem["status"] == 422
    with pytest.raises(ClientError) as refusal:
        client.term("tasks", "../versions")
    assert refusal.value.problem["status"] == 404
