"""The published JSON Schemas: they are those of the models, and real answers have the form they describe."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer
from jsonschema import Draft202012Validator

from api.schemas.explanations import PUBLISHED, published

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
ASK = "/api/v1/recommendations"
BLESS = os.environ.get("ADAPTWISE_BLESS") == "1"
QUESTION = {
    "task": "question-answering",
    "constraints": {"knowledge-volatility": "rapid", "labelled-data": 0},
    "exclude": ["prompt-engineering"],
}
PATHS = {
    "why": "why",
    "outline": "why?level=2",
    "why-not": "why-not?technique=fine-tuning",
    "contrast": "contrast?than=hybrid",
    "changes": "changes?to=hybrid&size=1",
    "regions": "regions?x=labelled-data&y=corpus-size",
    "cost": "cost?horizon=24",
    "claims": "claims",
}


@pytest.fixture(scope="module")
def answers(server: RunningServer) -> dict[str, Any]:
    """A real answer to each question, by the name of its schema."""
    links = server.post(f"{ASK}?as_of=2026-11-22", QUESTION).json()["links"]
    found = {name: server.get(f"{links['self']}/{path}").json() for name, path in PATHS.items()}
    found["proof"] = found["why"]["proof"]
    found["what-if"] = server.post(links["what-if"], {"constraints": {"labelled-data": 5000}}).json()
    found["accuracy"] = server.get("/api/v1/accuracy").json()
    found["method"] = server.get("/api/v1/method").json()
    found["definition"] = server.get("/api/v1/definitions", params={"term": "labelled data"}).json()
    return found


def schema(name: str) -> dict[str, Any]:
    """A schema as it is published."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_is_what_the_models_say(name: str) -> None:
    """The file is the model's schema, and well-formed."""
    written = json.dumps(published(name), indent=2, ensure_ascii=False) + "\n"
    file = SCHEMAS / f"{name}.schema.json"
    if BLESS:
        file.write_text(written, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == written
    Draft202012Validator.check_schema(json.loads(written))


def test_nothing_else_is_published() -> None:
    """Every file belongs to a model."""
    assert {file.name for file in SCHEMAS.glob("*.json")} == {f"{name}.schema.json" for name in PUBLISHED}


@pytest.mark.parametrize("name", PUBLISHED)
def test_real_answers_have_the_published_form(name: str, answers: dict[str, Any]) -> None:
    """An answer of the server is valid by its schema."""
    assert not [error.message for error in Draft202012Validator(schema(name)).iter_errors(answers[name])]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_member_of_a_real_answer_is_described(name: str, answers: dict[str, Any]) -> None:
    """No answer has a member that its schema says nothing of."""
    PUBLISHED[name].model_validate_json(json.dumps(answers[name]), strict=True, extra="forbid")


def without_one(document: Any, path: tuple[Any, ...]) -> Any:
    """A copy without the member at the path."""
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return changed


def required_members(schema: dict[str, Any], document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Paths of members that must be there: those of the whole, and of the first item of each list of objects."""
    for member in schema.get("required", ()):
        yield (member,)
        below = schema["properties"][member].get("items", {}).get("$ref", "").rpartition("/")[2]
        items = document[member]
        if below and isinstance(items, list) and items:
            yield from ((member, 0, one) for one in schema["$defs"][below].get("required", ()))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_refuses_what_lacks_a_member(name: str, answers: dict[str, Any]) -> None:
    """Without any one of the required members an answer is not valid."""
    validator = Draft202012Validator(schema(name))
    paths = list(required_members(schema(name), answers[name]))
    assert paths
    assert [path for path in paths if validator.is_valid(without_one(answers[name], path))] == []
