"""The client: every method against the real server."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from conftest import ADMIN_KEY, ROOT, RunningServer

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


def test_everything_page_by_page(client: Client) -> None:
    """All terms of a kind come, each once, however long a page is."""
    whole = client.terms("claims", limit="1000")["items"]
    assert [claim["id"] for claim in client.every("claims", limit=40)] == [claim["id"] for claim in whole]
    assert len(whole) > 80


def test_many_questions_in_order(client: Client) -> None:
    """Questions are sent in parts and answered in order; one that is wrong does not stop the others."""
    tasks = ["question-answering", "no-such-task", "summarization", "text-classification", "content-moderation"]
    answers = list(client.recommend_many(({"task": task} for task in tasks), lines=2))
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4, 5]
    assert ["error" in answer for answer in answers] == [False, True, False, False, False]


class Reluctant(BaseHTTPRequestHandler):
    """A server that refuses twice, each time with something that passes, and then answers."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, float]]] = []

    def answer(self) -> None:
        """Refuse, or answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, time.monotonic()))
        last = len(self.seen) > 2
        body = b'{"id": "x"}' if last else b'{"detail": "Not now."}'
        self.send_response(200 if last else 503)
        self.send_header("Content-Type", "application/json" if last else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - as the library calls them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def reluctant() -> Iterator[str]:
    """The URL of such a server."""
    Reluctant.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Reluctant) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_passes_is_tried_again(reluctant: str) -> None:
    """A question is asked again after as long as the server asks for."""
    transport = HttpTransport(reluctant)
    assert Client(transport).recommend(QUESTION) == {"id": "x"}
    times = [moment for _, moment in Reluctant.seen]
    assert len(times) == 3 and times[1] - times[0] >= 1
    transport.close()


def test_what_might_be_done_twice_is_not_tried_again(reluctant: str) -> None:
    """A message, or a new task, is sent once; what the server said is the error."""
    transport = HttpTransport(reluctant)
    with pytest.raises(ClientError, match="Not now"):
        Client(transport).add_task({"label": "x"})
    assert len(Reluctant.seen) == 1
    transport.close()


def test_patience_has_an_end(reluctant: str) -> None:
    """After the last try the refusal is told as it is."""
    transport = HttpTransport(reluctant, tries=1)
    with pytest.raises(ClientError, match="Not now"):
        Client(transport).terms("tasks")
    assert len(Reluctant.seen) == 2
    transport.close()


def test_the_examples_of_the_docs_work(server: RunningServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Copied and run one after the other, they print what they say."""
    page = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 3
    names: dict[str, object] = {}
    for example in examples:
        exec(example.replace("http://127.0.0.1:8000", server.url), names)
    names["client"]._transport.close()
    printed = capsys.readouterr().out
    assert "I recommend" in printed or "Retrieval" in printed
    assert "\ncontent-moderation\n" in printed and "\n2 " in printed
    assert "There is no task “question-answerin”" in printed and "['question-answering'" in printed
