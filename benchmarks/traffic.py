"""What is asked of a server in measurements: requests made of whatever the knowledge base has, each a different one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.load import Request
from benchmarks.peers.profiles import Case, generated
from benchmarks.served import Served
from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge

TEXTS = Path(__file__).parents[1] / "docs" / "cases.jsonl"
PROFILES = 600
"""More than the replies that a worker remembers, so that no answer comes from memory."""

LABELS = """
SELECT ?term ?label WHERE { ?term a ?class ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } LIMIT 50
"""


def shipped() -> Knowledge:
    """The knowledge that a new server starts from."""
    return read_knowledge(load_packs(SHIPPED))


def body(case: Case) -> dict[str, Any]:
    """A case as REST has it."""
    asked: dict[str, Any] = {
        "constraints": dict(case.values),
        "needs": {need: None if one == "denied" else one for need, one in case.needs.items()},
        "exclude": list(case.exclude),
    }
    return asked if case.task is None else {"task": case.task, **asked}


def recommendations(knowledge: Knowledge, explain: str, number: int = PROFILES) -> list[Request]:
    """Recommendations for generated profiles."""
    path = f"/api/v1/recommendations?explain={explain}"
    return [Request("POST", path, json.dumps(body(case))) for case in generated(knowledge, number)]


def whys(server: Served, knowledge: Knowledge, number: int = PROFILES // 2) -> list[Request]:
    """Why, of answers that are stored."""
    found = []
    for case in generated(knowledge, number, seed=2):
        answer = server.told("POST", "/api/v1/recommendations?explain=none", body(case))
        found.append(Request("GET", f"/api/v1/recommendations/{answer['id']}/why"))
    return found


def messages(server: Served, number: int = PROFILES // 2) -> list[Request]:
    """First messages of conversations: the texts of the cases that the documentation evaluates."""
    texts = [json.loads(line)["text"] for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    found = []
    for place in range(number):
        session = server.told("POST", "/api/v1/chat")["session"]
        said = json.dumps({"text": texts[place % len(texts)]})
        found.append(Request("POST", f"/api/v1/chat/{session}/messages", said))
    return found


def queries(server: Served) -> list[Request]:
    """SPARQL: labels of terms; none where the server has no endpoint."""
    found = [
        Request("GET", f"/sparql?query={quote(LABELS)}&format=json"),
        Request("GET", f"/sparql?query={quote(LABELS.replace('50', '20'))}&format=json"),
    ]
    status, _ = server.ask("GET", found[0].path)
    return found if status == 200 else []


def constants(size: int) -> list[Request]:
    """Nothing but an answer of so many bytes, to a request of usual size."""
    return [Request("POST", f"/benchmark/constant?size={size}", json.dumps({"constraints": {"x" * 20: "y" * 200}}))]
