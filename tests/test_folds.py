"""Measuring how well texts are understood, without what was learned from the texts themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from chat.folds import Understanding, in_folds, source_of, taken_from
from chat.vocabulary import build
from engine.evaluation import Case
from kb.model import Constraint, Knowledge, Source, Task, Unit, Value

MILL = Knowledge(
    tasks={
        "grind": Task(id="grind", pack="p", label="grinding", examples=("turn wheat into flour every day",)),
        "unspecified": Task(id="unspecified", pack="p", label="unspecified"),
    },
    constraints={
        "wind": Constraint(
            id="wind",
            pack="p",
            label="wind",
            ordered=True,
            values=tuple(
                Value(id=name, pack="p", label=name, constraint="wind", examples=examples)
                for name, examples in (("calm", ("the sails hang still",)), ("strong", ("sails fly off",)))
            ),
        )
    },
    sources={"case-m1": Source(id="case-m1", pack="p", label="m1", title="m1", examples=("the sails hang still",))},
    units={"sack": Unit(id="sack", pack="p", label="sack")},
)


def case(case_id: str, text: str) -> Case:
    """A case of which only the text counts."""
    return Case(case_id, text, "grind", {}, {}, ("x",), (), "high")


def test_each_case_is_in_one_fold() -> None:
    """The folds share nothing, leave out nothing and are about as large as one another."""
    cases = [case(str(number), "") for number in range(13)]
    parts = in_folds(cases, 5)
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in cases)
    assert {len(part) for part in parts} == {2, 3}


def test_phrases_of_a_case_are_left_out() -> None:
    """What a source lists as taken from a case, and what shares four words in a row with it."""
    assert source_of(case("M1", "")) == "case-m1"
    assert taken_from([case("M1", "")], MILL) == {"the sails hang still"}
    assert taken_from([case("M2", "We turn wheat into flour.")], MILL) == {"turn wheat into flour every day"}
    assert taken_from([case("M2", "We turn rye into flour.")], MILL) == frozenset()
    left = {phrase.text for phrase in build(MILL, leave_out=taken_from([case("M1", "")], MILL)).phrases}
    assert "sails fly off" in left
    assert "the sails hang still" not in left


def test_figures_are_counted_over_all_values() -> None:
    """Micro-averages: 6 right, 2 wrong and 4 missed give 0.75, 0.6 and 2/3."""
    counts = Understanding(cases=4, tasks=3, right=6, wrong=2, missed=4)
    assert counts.as_dict() == {"task": 0.75, "precision": 0.75, "recall": 0.6, "f1": 0.6667}
    nothing = replace(counts, cases=0, tasks=0, right=0)
    assert nothing.as_dict() == {"task": 0, "precision": 0, "recall": 0, "f1": 0}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh installation."""
    monkeypatch.setenv("ADAPTWISE_HOME", str(tmp_path / "home"))
    return tmp_path


def test_evaluate_tells_both(home: Path) -> None:
    """With folds, the figures stand beside those with all phrases; what cannot be shown is refused."""
    profile = {"task": "summarization", "constraints": {"citations-needed": "yes"}}
    lines = [
        {"id": name, "text": text, "profile": profile, "expected": ["rag"]}
        for name, text in (("T1", "summarise case files and cite the source"), ("T2", "a recap of a thread"))
    ]
    file = home / "cases.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    told = CliRunner().invoke(cli, ["evaluate", str(file), "--from", "text", "--folds", "2", "--json"])
    figures = json.loads(told.output)["understanding"]
    assert list(figures) == ["all phrases", "2 folds"]
    assert figures["all phrases"]["task"] == 1.0
    assert figures["all phrases"]["recall"] == 0.5
    drawn = CliRunner().invoke(cli, ["evaluate", str(file), "--from", "text", "--folds", "2"])
    assert "micro-F1 of constraint values" in drawn.output
    refused = CliRunner().invoke(cli, ["evaluate", str(file), "--folds", "2"])
    assert refused.exit_code == 2
    assert "--from text" in refused.output
