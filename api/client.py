"""A small typed client of the REST interface, for programs and for the command line.

The command line asks a server (``--server``) or, without one, the application in its own process; the answers are the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import orjson

from api.transport import Answer, ClientError, HttpTransport, Transport

_JSON = "application/json"
_TEXT = "text/plain"
_MARKDOWN = "text/markdown"
_NDJSON = "application/x-ndjson"
_PROBLEM = "application/problem+json"


__all__ = ["Answer", "Client", "ClientError", "HttpTransport", "Transport", "answer_path"]

BATCH_LINES = 500
"""How many questions of a batch are sent in one request."""


class Client:
    """The REST interface as methods. Each raises :class:`ClientError` if the request is refused or gets nowhere.

    Args:
        transport: how requests travel.
        key: the key for writing.
    """

    def __init__(self, transport: Transport, key: str | None = None) -> None:
        self._transport = transport
        self._headers = {"X-API-Key": key} if key else {}

    def recommend(self, question: Mapping[str, Any], **parameters: str) -> dict[str, Any]:
        """Ask for a recommendation: ``task``, ``constraints``, ``needs``, ``exclude``, ``text``."""
        return self.data("POST", "/recommendations", question, parameters)

    def recommendation(self, answer_id: str) -> dict[str, Any]:
        """A stored recommendation."""
        return self.data("GET", answer_path(answer_id))

    def why(self, answer_id: str, **parameters: str) -> dict[str, Any]:
        """Why it was recommended; ``node`` and ``level`` say which part of the proof."""
        return self.data("GET", answer_path(answer_id, "why"), parameters=parameters)

    def why_not(self, answer_id: str, technique: str, **parameters: str) -> dict[str, Any]:
        """Why another technique was not."""
        return self.data("GET", answer_path(answer_id, "why-not"), parameters={"technique": technique, **parameters})

    def contrast(self, answer_id: str, than: str, **parameters: str) -> dict[str, Any]:
        """Why the recommended technique, or ``technique``, rather than another."""
        return self.data("GET", answer_path(answer_id, "contrast"), parameters={"than": than, **parameters})

    def changes(self, answer_id: str, to: str, **parameters: str) -> dict[str, Any]:
        """What would make a technique win."""
        return self.data("GET", answer_path(answer_id, "changes"), parameters={"to": to, **parameters})

    def regions(self, answer_id: str, x: str, **parameters: str) -> dict[str, Any]:
        """Where which technique wins, over one constraint or two."""
        return self.data("GET", answer_path(answer_id, "regions"), parameters={"x": x, **parameters})

    def cost(self, answer_id: str, **numbers: Any) -> dict[str, Any]:
        """What each technique costs, with these numbers instead of assumed ones."""
        return self.data("POST", answer_path(answer_id, "cost"), numbers)

    def claims(self, answer_id: str, **parameters: str) -> dict[str, Any]:
        """Who says so."""
        return self.data("GET", answer_path(answer_id, "claims"), parameters=parameters)

    def decision_record(self, answer_id: str) -> str:
        """The recommendation as an architecture decision record in Markdown."""
        return self.rendered("GET", answer_path(answer_id, "decision-record"), _MARKDOWN)

    def accuracy(self) -> dict[str, Any]:
        """How the scenarios of the knowledge base come out."""
        return self.data("GET", "/accuracy")

    def define(self, term: str) -> dict[str, Any]:
        """What a term means."""
        return self.data("GET", "/definitions", parameters={"term": term})

    def what_if(self, answer_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What would be recommended with other statements."""
        return self.data("POST", answer_path(answer_id, "what-if"), changes)

    def recommend_lines(self, lines: bytes, **parameters: str) -> list[dict[str, Any]]:
        """Recommendations for many applications, a line of JSON each; what cannot be answered has ``error``."""
        answered = self._send(
            "POST", "/recommendations/batch", None, parameters, _NDJSON, lines, {"Content-Type": _NDJSON}
        )
        return [orjson.loads(line) for line in answered.splitlines()]

    def recommend_many(
        self, questions: Iterable[Mapping[str, Any]], *, lines: int = BATCH_LINES, **parameters: str
    ) -> Iterator[dict[str, Any]]:
        """Recommendations for any number of applications, in their order, as they come; ``lines`` go in one request."""
        numbered = enumerate(questions, start=1)
        while part := list(islice(numbered, lines)):
            body = b"".join(orjson.dumps(question, option=orjson.OPT_APPEND_NEWLINE) for _, question in part)
            yield from self.recommend_lines(body, first_line=str(part[0][0]), **parameters)

    def interpret(self, text: str) -> dict[str, Any]:
        """What free text says about an application."""
        return self.data("POST", "/interpretations", {"text": text})

    def terms(self, kind: str, **parameters: str) -> dict[str, Any]:
        """Terms of a kind, in the plural: ``tasks``, ``constraints``, ``claims``."""
        return self.data("GET", f"/{quote(kind, safe='')}", parameters=parameters)

    def every(self, kind: str, *, limit: int = 500, **parameters: str) -> Iterator[dict[str, Any]]:
        """All terms of a kind, or all versions or proposals, a page after the other."""
        offset = 0
        while True:
            page = self.terms(kind, limit=str(limit), offset=str(offset), **parameters)
            yield from page["items"]
            if "next" not in page["links"]:
                return
            offset += limit

    def term(self, kind: str, term_id: str) -> dict[str, Any]:
        """One term."""
        return self.data("GET", f"/{quote(kind, safe='')}/{quote(term_id, safe='')}")

    def add_task(self, task: Mapping[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        """Add a task; needs the key."""
        return self.data("POST", "/tasks", task, {"dry_run": str(dry_run).lower()})

    def start_chat(self) -> str:
        """A new conversation's id."""
        return str(self.data("POST", "/chat")["session"])

    def say(self, session: str, text: str) -> dict[str, Any]:
        """Say something in a conversation."""
        return self.data("POST", f"/chat/{quote(session, safe='')}/messages", {"text": text})

    def data(
        self, method: str, path: str, json: object = None, parameters: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON of any answer; ``path`` is relative to ``/api/v1``."""
        document: dict[str, Any] = orjson.loads(self._send(method, path, json, parameters, _JSON))
        return document

    def text(self, method: str, path: str, json: object = None, parameters: Mapping[str, str] | None = None) -> str:
        """The plain text of any answer that has one."""
        return self.rendered(method, path, _TEXT, json, parameters)

    def rendered(
        self,
        method: str,
        path: str,
        media_type: str,
        json: object = None,
        parameters: Mapping[str, str] | None = None,
    ) -> str:
        """An answer in any form that it can be had in, such as ``text/markdown`` or ``image/svg+xml``."""
        return self._send(method, path, json, parameters, media_type).decode()

    def send_document(
        self, method: str, path: str, data: bytes, media_type: str, parameters: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send a document that is not JSON, such as a pack; gives the JSON of the answer."""
        more = {"Content-Type": media_type}
        document: dict[str, Any] = orjson.loads(self._send(method, path, None, parameters, _JSON, data, more))
        return document

    def _send(
        self,
        method: str,
        path: str,
        json: object,
        parameters: Mapping[str, str] | None,
        accept: str,
        data: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> bytes:
        headers = {**self._headers, "Accept": accept, **(more or {})}
        answer = self._transport.send(method, f"/api/v1{path}", json, parameters or {}, headers, data)
        if answer.status < 400:
            return answer.body
        problem = orjson.loads(answer.body) if answer.media_type == _PROBLEM else {}
        raise ClientError(problem.get("detail") or f"The server answered {answer.status}.", problem)


def answer_path(answer_id: str, question: str = "") -> str:
    """Where an answer, or a question about it, is found."""
    path = f"/recommendations/{quote(answer_id, safe='')}"
    return f"{path}/{question}" if question else path
