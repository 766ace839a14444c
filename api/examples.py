"""Examples for the description of the interface: real answers, asked of this very application.

They are asked for anew with each version of the knowledge, so that they are about whatever the knowledge is about.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask

from api.routes.knowledge import plural
from api.services import Services
from kb.events import Events
from kb.model import ATTRIBUTE_OF_KIND, Knowledge

LONGEST = 60_000
"""An answer of more bytes than this is no example that anybody reads."""

PATIENCE = 3.0
"""For how many seconds whoever asks for the description first waits for its examples."""

_log = Events(__name__)

_API = "/api/v1"
_ANSWER = f"{_API}/recommendations/{{answer_id}}"
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that makes an example.

    Attributes:
        method: in lower case.
        path: as the description has it, with names in braces.
        names: what stands for the names.
        query: the parameters.
        body: the body, as JSON.
        accept: the media type that is asked for.
        sent_as: the media type of the body; a body of another kind than JSON is a text.
    """

    method: str
    path: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    accept: str = _JSON
    sent_as: str = _JSON


class Examples:
    """The description of an application with examples in it, made once for each version of the knowledge."""

    def __init__(self, app: Flask, services: Services) -> None:
        self._app, self._services = app, services
        self._key = services.keys.lend("examples")
        self._made: tuple[int, dict[str, Any]] = (0, {})
        self._making: threading.Thread | None = None
        self._lock = threading.Lock()

    def added_to(self, specification: dict[str, Any], patience: float = PATIENCE) -> dict[str, Any]:
        """The description with examples for the newest version; without, while they are still being made.

        Args:
            specification: the description without.
            patience: for how many seconds to wait for them.
        """
        number = self._services.store.head().number
        with self._lock:
            if self._made[0] == number:
                return self._made[1]
            if self._making is None or not self._making.is_alive():
                self._making = threading.Thread(target=self._make, args=(number, specification), daemon=True)
                self._making.start()
            making = self._making
        making.join(patience)
        return self._made[1] if self._made[0] == number else specification

    def _make(self, number: int, specification: dict[str, Any]) -> None:
        described = copy.deepcopy(specification)
        try:
            self._add(described["paths"], self._services.advisor().knowledge)
        except Exception:
            _log.exception("no examples", version=number)
            described = specification
        with self._lock:
            self._made = number, described

    def _add(self, paths: dict[str, Any], knowledge: Knowledge) -> None:
        problems = dict(self._problems(knowledge))
        for operations in paths.values():
            for operation in operations.values():
                for status, problem in problems.items():
                    content = operation["responses"].get(status, {}).get("content", {})
                    if _PROBLEM in content:
                        content[_PROBLEM] = {**content[_PROBLEM], "example": problem}
        for asked in self._asked(knowledge):
            operation = paths.get(asked.path, {}).get(asked.method)
            if operation is not None:
                self._show(operation, asked)

    def _show(self, operation: dict[str, Any], asked: Asked) -> None:
        """Put a request and what came back into the description of its operation."""
        status, answer = self._send(asked)
        content = operation["responses"].get(str(status), {}).get("content", {}).get(asked.accept)
        if content is None or status >= 400 or len(answer) > LONGEST:
            return
        content["example"] = orjson.loads(answer) if asked.accept == _JSON else answer.decode()
        if asked.body is not None:
            operation["requestBody"]["content"][asked.sent_as]["example"] = asked.body
        given = {**asked.names, **asked.query}
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in given:
                parameter["example"] = given[parameter["name"]]

    def _send(self, asked: Asked) -> tuple[int, bytes]:
        address = asked.path.format(**asked.names) + (f"?{urlencode(asked.query)}" if asked.query else "")
        data = asked.body.encode() if isinstance(asked.body, str) else None
        if data is None and asked.body is not None:
            data = orjson.dumps(asked.body)
        with self._app.test_client() as client:
            response = client.open(
                address,
                method=asked.method.upper(),
                data=data,
                content_type=asked.sent_as if data is not None else None,
                headers={"Accept": asked.accept, "X-API-Key": self._key},
            )
            return response.status_code, response.get_data()

    # --- What is asked ------------------------------------------------------------------------------------------

    def _asked(self, knowledge: Knowledge) -> Iterator[Asked]:
        question = _question(knowledge)
        yield Asked("post", f"{_API}/recommendations", query={"explain": "none"}, body=question)
        yield from self._about_answer(question, knowledge)
        label = knowledge.tasks[question["task"]].label if "task" in question else ""
        if label:
            yield Asked("post", f"{_API}/interpretations", body={"text": f"It is about {label}."})
            yield Asked("get", f"{_API}/definitions", query={"term": label})
        for kind in ATTRIBUTE_OF_KIND:
            terms = knowledge.of(kind)
            yield Asked("get", f"{_API}/{plural(kind)}", query={"limit": "1"})
            if terms:
                names = {"term_id": next(iter(terms))}
                yield Asked("get", f"{_API}/{plural(kind)}/{{term_id}}", names=names)
        for path in ("/versions", "/method", "/accuracy", "/proposals"):
            yield Asked("get", f"{_API}{path}")
        newest = str(self._services.store.head().number)
        yield Asked("get", f"{_API}/versions/{{number}}", names={"number": newest})
        yield Asked("get", f"{_API}/versions/{{number}}/diff/{{other}}", names={"number": newest, "other": newest})
        yield Asked("get", "/healthz")
        yield Asked("get", "/readyz")
        if "task" in question:
            names = {"kind": "task", "term_id": question["task"]}
            yield Asked("get", "/{kind}/{term_id}", names=names, accept="text/turtle")
        count = "SELECT ?class (COUNT(?term) AS ?terms) { ?term a ?class } GROUP BY ?class ORDER BY ?class LIMIT 3"
        yield Asked("get", "/sparql", query={"query": count}, accept="text/csv")
        yield Asked("post", "/sparql", body=count, sent_as="application/sparql-query", accept="text/csv")
        lines = orjson.dumps(question).decode() + "\n{}\n"
        yield Asked("post", f"{_API}/recommendations/batch", body=lines, sent_as=_NDJSON, accept=_NDJSON)
        yield from self._changing(question, knowledge)
        yield from self._conversation()

    @staticmethod
    def _changing(question: dict[str, Any], knowledge: Knowledge) -> Iterator[Asked]:
        """A rehearsal of a change, which leaves nothing behind."""
        task: dict[str, Any] = {"label": "A task of our own", "reason": "We have many of them"}
        if "task" in question:
            task["broader"] = question["task"]
        if knowledge.needs and knowledge.strengths:
            demand = {"need": next(iter(knowledge.needs)), "strength": next(iter(knowledge.strengths))}
            task["demands"] = [demand]
        yield Asked("post", f"{_API}/tasks", query={"dry_run": "true"}, body=task)

    def _conversation(self) -> Iterator[Asked]:
        """A conversation, forgotten again."""
        _, data = self._send(Asked("post", f"{_API}/chat"))
        session = orjson.loads(data).get("session")
        if session is None:
            return
        yield Asked("post", f"{_API}/chat")
        names = {"session": session}
        yield Asked("post", f"{_API}/chat/{{session}}/messages", names, body={"text": "help"})
        yield Asked("get", f"{_API}/chat/{{session}}", names)
        self._send(Asked("delete", f"{_API}/chat/{{session}}", names))

    def _about_answer(self, question: dict[str, Any], knowledge: Knowledge) -> Iterator[Asked]:
        status, data = self._send(Asked("post", f"{_API}/recommendations", query={"explain": "none"}, body=question))
        if status != 200:
            return
        answer = orjson.loads(data)
        names = {"answer_id": answer["id"]}
        yield Asked("get", _ANSWER, names, {"explain": "none"})
        yield Asked("get", f"{_ANSWER}/why", names, {"level": "1"})
        yield Asked("get", f"{_ANSWER}/claims", names)
        yield Asked("get", f"{_ANSWER}/cost", names)
        yield Asked("get", f"{_ANSWER}/decision-record", names, accept="text/markdown")
        recommended = (answer["recommended"] or {}).get("technique")
        others = [ranked["technique"] for ranked in answer["ranking"] if ranked["technique"] != recommended]
        if recommended and others:
            yield Asked("get", f"{_ANSWER}/why-not", names, {"technique": others[0]})
            yield Asked("get", f"{_ANSWER}/contrast", names, {"than": others[0]})
            yield Asked("get", f"{_ANSWER}/changes", names, {"to": others[0], "size": "1"})
        for constraint, value in question.get("constraints", {}).items():
            yield Asked("get", f"{_ANSWER}/regions", names, {"x": constraint})
            other = next((one.id for one in knowledge.constraints[constraint].values if one.id != value), None)
            if other:
                yield Asked("post", f"{_ANSWER}/what-if", names, body={"constraints": {constraint: other}})
            break

    def _problems(self, knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
        """A real problem document for each status that can be provoked without harm."""
        recommendations = f"{_API}/recommendations"
        near = next(iter(knowledge.tasks), "no-such-thing")[:-1] or "no-such-thing"
        for asked in (
            Asked("get", f"{_API}/tasks/{{term_id}}", {"term_id": near}),
            Asked("get", f"{_API}/tasks", accept="application/json", query={"limit": "0"}),
            Asked("get", "/ontology", accept="image/png"),
            Asked("post", recommendations, body={"task": near}),
            Asked("post", recommendations),
            Asked("post", "/sparql"),
            Asked("post", "/sparql", body={}),
        ):
            status, data = self._send(asked)
            if status >= 400:
                yield str(status), orjson.loads(data)


def _question(knowledge: Knowledge) -> dict[str, Any]:
    """What a worked case of the knowledge states; without one, its first task."""
    told = (one for one in knowledge.scenarios.values() if one.task in knowledge.tasks and one.values)
    case = next(told, None)
    if case is None:
        return {"task": next(iter(knowledge.tasks))} if knowledge.tasks else {"text": "Something else."}
    return {"task": case.task, "constraints": dict(case.values)}
