"""The benchmarks run: what is never run stops measuring what it says. How long it takes is for `make bench` to say."""

import importlib
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import questions, timing

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("part", benchmarks.PARTS)
def test_every_part_can_be_run(part: str) -> None:
    """It is a module with a main function, and the README of the folder says what it measures."""
    assert callable(importlib.import_module(f"benchmarks.{part}").main)
    assert f"`{part}.py`" in (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")


def test_questions_are_measured_one_by_one() -> None:
    """Every question has a time, and those with a goal are told apart from the others."""
    found = questions.measured(rounds=1)
    assert len({one.case.name for one in found}) == len(found) >= 10
    assert all(one.median > 0 for one in found)
    assert {one.case.goal for one in found} == {None, 5, 100, 300}
    assert timing.times(found).count("\n") == len(found) + 2


def test_a_part_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped name does not measure nothing in silence."""
    assert benchmarks.main(["question"]) == 2
    assert "there is no benchmark question" in capsys.readouterr().err


def test_medians_and_spreads() -> None:
    """A time is the median of its rounds; the spread leaves out the extremes."""
    case = timing.Case("x", lambda: lambda: None)
    found = timing.Measured(case, tuple(float(number) for number in [50, *range(1, 11)]))
    assert found.median == 6.0
    assert found.spread == (2.0, 10.0)
