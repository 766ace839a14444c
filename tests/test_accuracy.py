"""Figures: what is counted is right, docs/accuracy.md shows what is printed, and records are told with their date.

``ADAPTWISE_BLESS=1`` writes what the commands print into the page instead, to be read before it is committed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import ADAPTWISE, ROOT, RunningServer, clean_environment

from engine.baselines import baselines
from engine.evaluation import STABILITIES, Case, Given, Report, evaluate, read_cases
from engine.records import read_records
from engine.render.bars import bar, svg

PAGE = ROOT / "docs" / "accuracy.md"
CASES = ROOT / "docs" / "cases.jsonl"
SHOWN = re.compile(
    r"```sh\n(?P<command>[^`]+)```\n\n```(?:text|markdown)\n(?P<output>.*?)```\n\n(?=[-#`A-Z*\n])", re.DOTALL
)


def case(name: str, expected: str, task: str = "t", **constraints: str) -> Case:
    """A case that accepts one technique."""
    return Case(name, f"some words about {expected * 3}", task, constraints, {}, (expected,), (), "high")


# --- counting -------------------------------------------------------------------------------------------------------


def test_calibration_counts_by_group() -> None:
    """Each answer lies in one group, by its own word for how stable it is."""
    stabilities = {"a": 0.0, "b": 0.05, "c": 0.1, "d": 0.9, "e": 0.999, "f": 1.0, "g": None}
    cases = [case(name, "x") for name in stabilities]
    report = evaluate(cases, lambda one: Given("x" if one.id in "bdef" else "y", stabilities[one.id]))
    found = {(group.low, group.high): (group.cases, group.acceptable) for group in report.calibration}
    assert found == {(0.0, 0.1): (2, 0.5), (0.1, 0.25): (1, 0.0), (0.9, 1.0): (2, 1.0), (1.0, 1.0): (1, 1.0)}
    assert sum(group.cases for group in report.calibration) == 6
    assert all(one[1] == other[0] for one, other in pairwise(STABILITIES))


def test_baselines_know_all_cases_but_their_own() -> None:
    """A case that is alone of its kind is got wrong by what learns from others."""
    cases = [case(f"a{number}", "x", "one", colour="red") for number in range(3)]
    cases += [case(f"b{number}", "y", "two", colour="blue") for number in range(2)]
    cases += [case("c", "z", "three", colour="green")]
    found = baselines(cases, ["x", "y", "z"])
    shares = {name: round(report.acceptable, 3) for name, report in found.items()}
    assert (shares["always x"], shares["always y"], shares["always z"]) == (0.5, 0.333, 0.167)
    assert shares["most frequent answer"] == 0.5
    assert shares["most frequent answer for the task"] == 0.833
    assert shares["most similar case"] == 0.833
    assert shares["naive Bayes"] == 0.833
    assert "c" in {outcome.case.id for outcome in found["most similar case"].wrong}
    words = baselines(cases, ["x"], from_text=True)
    assert "most frequent answer for the task" not in words
    assert words["naive Bayes"].acceptable == pytest.approx(5 / 6)


def test_one_case_has_baselines_too() -> None:
    """There is nothing to learn from, and nothing breaks."""
    found = baselines([case("a", "x")], ["x"])
    assert [report.acceptable for report in found.values()] == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_bars() -> None:
    """In text and as SVG, the length is the share."""
    assert (bar(0.0).count("█"), bar(0.5).count("█"), bar(1.0).count("█")) == (0, 20, 40)
    widths = [rect.get("width") for rect in ET.fromstring(svg("t", [("a", 0.5), ("b", 1.0)])) if "rect" in rect.tag][1:]
    assert [float(width) for width in widths] == [390.0, 195.0, 390.0, 390.0]


# --- the file in the docs ---------------------------------------------------------------------------------------------


def test_the_cases_of_the_page_are_what_may_be_shown() -> None:
    """Profiles, expectations and links; texts only where they are paraphrased."""
    rows = [json.loads(line) for line in CASES.read_text().splitlines()]
    assert len(rows) == len(list(read_cases(CASES))) > 20
    for row in rows:
        assert row["paraphrased"] is True
        assert row["source"]["url"].startswith("http")
        assert set(row) <= {"id", "source", "text", "paraphrased", "profile", "expected", "unacceptable", "confidence"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the packs are installed once."""
    return tmp_path_factory.mktemp("home")


def printed(command: str, home: Path) -> str:
    """What a command prints."""
    environment = clean_environment(home)
    environment["PATH"] = f"{ADAPTWISE.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip("\n") + "\n"


def test_the_page_shows_what_is_printed(home: Path) -> None:
    """Each command prints exactly the block that follows it."""
    found = list(SHOWN.finditer(PAGE.read_text()))
    assert len(found) == 3
    outputs = [printed(match["command"], home) for match in found]
    if os.environ.get("ADAPTWISE_BLESS"):
        text = PAGE.read_text()
        for match, output in reversed(list(zip(found, outputs, strict=True))):
            text = text[: match.start("output")] + output.replace("```", "~~~") + text[match.end("output") :]
        PAGE.write_text(text)
    for match, output in zip(SHOWN.finditer(PAGE.read_text()), outputs, strict=True):
        assert match["output"] == output.replace("```", "~~~"), match["command"]


@pytest.mark.parametrize("option", ["--packs", "--compare"])
def test_a_pack_that_there_is_not_is_named(home: Path, option: str) -> None:
    """Before any case is asked, with those that there are."""
    refused = subprocess.run(
        [ADAPTWISE, "evaluate", CASES, option, "core,nope"],
        env=clean_environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "there is no pack “nope”; there are article, core" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_html_has_a_chart_for_each_table(home: Path) -> None:
    """And no script; wrong cases come with their proofs."""
    page = printed("adaptwise evaluate docs/cases.jsonl --baselines --format html --as-of 2026-11-22", home)
    data = json.loads(printed("adaptwise evaluate docs/cases.jsonl --as-of 2026-11-22 --json", home))
    assert page.count("<svg") == page.count("<table") >= 4
    assert "<script" not in page
    for wrong in data["wrong"]:
        assert wrong["proof"]
        assert f"<h3>{wrong['id']}: " in page
    assert 0 <= data["unacceptable"] <= 1 - data["acceptable"] <= 1
    assert sum(group["cases"] for group in data["calibration"]) == data["cases"]


# --- what is recorded -------------------------------------------------------------------------------------------------


def test_records_are_read_and_others_left_out(tmp_path: Path) -> None:
    """A file that is no record is logged, not told."""
    figures = Report(evaluate([case("a", "x")], lambda _: "x").outcomes).as_dict()
    record = {"name": "n", "source": "profile", "date": "2026-11-22", "content": "h", "packs": [], "compared": []}
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({**figures, **record}))
    (folder / "b.json").write_text("{")
    (folder / "c.json").write_text('{"name": "n"}')
    (found,) = read_records(tmp_path)
    assert found.as_dict("h")["still_this_knowledge"] is True
    assert found.as_dict("other")["still_this_knowledge"] is False
    assert read_records(tmp_path / "nowhere") == ()


def test_records_are_told_with_their_date(server: RunningServer) -> None:
    """Over REST as data and in words."""
    recorded = server.get("/api/v1/accuracy").json()["recorded"]
    text = server.get("/api/v1/accuracy", headers={"Accept": "text/plain"}).text
    assert recorded
    for record in recorded:
        assert f"On {record['date']}, {record['cases']} cases" in text
        assert record["still_this_knowledge"] or "changed since" in text
        assert record["compared"] and record["calibration"]
