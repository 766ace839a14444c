"""Whole answers compared exactly, so that no change of words or proof goes unseen (see golden/README.md)."""

from __future__ import annotations

import difflib
import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.proof import Node
from engine.render.variants import kind_of
from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

GOLDEN = Path(__file__).parent / "golden"
PACKS = {"second": Path(__file__).parent / "second_domain" / "packs", "shipped": SHIPPED}
QUESTIONS: list[dict[str, Any]] = json.loads((GOLDEN / "questions.json").read_text(encoding="utf-8"))
BLESS = os.environ.get("ADAPTWISE_BLESS") == "1"


@functools.cache
def knowledge(packs: str) -> Knowledge:
    """The knowledge of a packs root."""
    return read_knowledge(load_packs(PACKS[packs]))


def written(advisor: Advisor, question: dict[str, Any]) -> str:
    """The whole answer to a question as text."""
    answer = advisor.recommend(advisor.profile(**question["profile"]), AS_OF)
    return "\n".join([*_sections(advisor, answer, question), ""])


def _sections(advisor: Advisor, answer: Recommendation, question: dict[str, Any]) -> Iterator[str]:
    yield f"# {json.dumps(question['profile'], ensure_ascii=False)}"
    yield from ("", "## Why", "", advisor.why(answer).as_text())
    for technique in sorted(_asked_about(advisor.knowledge, answer)):
        yield from ("", f"## Why not {technique}", "", advisor.why_not(answer, technique).as_text())
    yield from ("", f"## What if {json.dumps(question['what_if'], ensure_ascii=False)}", "")
    yield advisor.what_if(answer, question["what_if"]).as_text()
    yield from ("", "## Proof", "")
    yield from map(_step, answer.proof.nodes.values())


MANY = 10
"""From so many techniques on, only families and the kinds of what is recommended are asked about."""


def _asked_about(knowledge: Knowledge, answer: Recommendation) -> list[str]:
    """Every technique; of many, every family, and of the variants those of what is recommended."""
    families = {technique.id for technique in knowledge.techniques.values() if technique.refines is None}
    few = len(knowledge.techniques) < MANY
    return [
        technique
        for technique in knowledge.techniques
        if few or technique in families or kind_of(knowledge, technique, answer.technique or "")
    ]


def _step(node: Node) -> str:
    shown = {name: node.get(name) for name in ("status", "score", "weight", "truth", "value", "origin", "points")}
    parts = [f"{name} {value}" for name, value in shown.items() if value is not None]
    parts += [f"by {', '.join(node.get(name))}" for name in ("statements", "claims") if node.get(name)]
    rests = f" <- {' '.join(node.premises)}" if node.premises else ""
    return f"{node.id}: {'; '.join(parts)}{rests}" if parts else f"{node.id}{rests}"


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["id"] for question in QUESTIONS])
def test_golden_answer(question: dict[str, Any]) -> None:
    """The answer is the golden one, to the letter."""
    file = GOLDEN / f"{question['id']}.txt"
    with advising(knowledge(question["packs"])) as advisor:
        found = written(advisor, question)
    if BLESS:
        file.write_text(found, encoding="utf-8")
    golden = file.read_text(encoding="utf-8") if file.exists() else ""
    difference = difflib.unified_diff(golden.splitlines(), found.splitlines(), "golden", "found", lineterm="", n=1)
    assert found == golden, "\n".join(["if this is meant, run with ADAPTWISE_BLESS=1:", *difference])


def test_every_golden_answer_has_its_question() -> None:
    """No golden answer is left over, and none is missing."""
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {question["id"] for question in QUESTIONS}


def test_golden_answers_cover_what_can_happen() -> None:
    """Among them are every status, a composite, nothing left to recommend, unknown rules, nearly all kinds of steps."""
    texts = [file.read_text(encoding="utf-8") for file in GOLDEN.glob("*.txt")]
    kinds = {line.partition(":")[0] for text in texts for line in text.partition("## Proof")[2].splitlines() if line}
    assert kinds >= {
        "decision <- technique",
        "technique",
        "contribution",
        "interaction",
        "penalty",
        "unmet-prerequisite",
        "blocker",
        "proviso",
        "demand",
        "rule",
        "value",
        "task",
        "stated-need",
    }
    together = "\n".join(texts)
    for status in ("recommended", "viable", "infeasible", "excluded"):
        assert f"status {status}" in together
    assert "technique:cached-relational: status recommended" in together
    assert any("status recommended" not in text for text in texts)
    assert "truth unknown" in together
