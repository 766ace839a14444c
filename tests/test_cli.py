"""The command line: the same answers as REST, in words or as JSON, and failures without tracebacks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, RunningServer, clean_environment, home_with

APPLICATION = ("--task", "question-answering", "--set", "knowledge-volatility=rapid", "--set", "labelled-data=120")


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data for the commands of this module."""
    return home_with(installed, tmp_path_factory.mktemp("cli") / "home")


def run(home: Path, *arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a subcommand to its end."""
    return subprocess.run(
        [ADAPTWISE, *map(str, arguments)],
        env=clean_environment(home, **environment),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def said(home: Path, *arguments: object, **options: str) -> str:
    """What a subcommand prints when all is well."""
    done = run(home, *arguments, **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def refused(home: Path, *arguments: object, status: int = 1, **options: str) -> str:
    """What a subcommand says when it cannot do its work."""
    done = run(home, *arguments, **options)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_help_names_every_subcommand(home: Path) -> None:
    """Help lists the subcommands with what each does."""
    text = said(home, "--help")
    questions = ("why", "why-not", "contrast", "what-if", "changes", "regions", "claims")
    for name in ("serve", "chat", "recommend", *questions, "define", "method", "accuracy", "evaluate", "kb"):
        assert f"\n  {name} " in text
        assert said(home, name, "--help").startswith("Usage:")


def test_recommend_in_words(home: Path) -> None:
    """A recommendation is printed in plain English, with why and how to get there."""
    text = said(home, "recommend", *APPLICATION)
    assert text.startswith("I recommend RAG")
    for part in ("Ranking:", "How to get there:", "What would help most to know:"):
        assert part in text


def test_the_answer_is_the_same_as_over_rest(home: Path, server: RunningServer) -> None:
    """In this process, over the network, and by REST itself: the same answer."""
    options = ("recommend", *APPLICATION, "--as-of", "2026-11-22", "--json")
    body = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid", "labelled-data": 120}}
    by_rest = server.post("/api/v1/recommendations?as_of=2026-11-22", body).json()
    assert json.loads(said(home, *options)) == by_rest
    assert json.loads(said(home, *options, "--server", server.url)) == by_rest


def test_why_why_not_and_what_if(home: Path) -> None:
    """The questions about an answer are put with the application, or with the id of an answer given before."""
    assert "RAG" in said(home, "why", *APPLICATION)
    assert said(home, "why-not", "fine-tuning", *APPLICATION).startswith("Fine-tuning is")
    assert said(home, "what-if", *APPLICATION, "--then", "labelled-data=5000").startswith("If labelled data were")
    answer = json.loads(said(home, "recommend", *APPLICATION, "--json"))
    assert said(home, "why", "--id", answer["id"]) == said(home, "why", *APPLICATION)


def test_mistakes_are_named_one_a_line(home: Path) -> None:
    """What REST finds wrong is told with place, expectation and nearest choice."""
    text = refused(home, "recommend", "--task", "question-answerin", "--set", "labelled-data=-1")
    assert "/task: There is no task “question-answerin”" in text
    assert "Nearest: question-answering" in text
    assert "/constraints/labelled-data" in text


@pytest.mark.parametrize(
    "arguments", [("recommend", "--set", "labelled-data"), ("recommend", "--set", "=3"), ("nonsense",), ("what-if",)]
)
def test_wrong_usage_is_told(home: Path, arguments: tuple[str, ...]) -> None:
    """Wrong options end with status 2 and say what is wrong."""
    assert "Error:" in refused(home, *arguments, status=2)


def test_a_server_that_is_not_there(home: Path) -> None:
    """A server that does not answer is named."""
    text = refused(home, "recommend", *APPLICATION, "--server", "http://127.0.0.1:9")
    assert "http://127.0.0.1:9 was not reached" in text


def test_chat_through_a_pipe(home: Path) -> None:
    """The chat reads one message a line where there is no terminal."""
    text = said(home, "chat", stdin="We answer questions on our handbook, which changes weekly.\nwhy?\n")
    assert "RAG" in text


def test_kb_lists_and_checks(home: Path) -> None:
    """The shipped packs have no errors; their terms are listed."""
    assert " 0 errors" in said(home, "kb", "check")
    assert "question-answering" in said(home, "kb", "list", "tasks", "-q", "question")
    assert json.loads(said(home, "kb", "list", "techniques", "--json"))[0]["id"]


def test_kb_check_fails_on_a_broken_pack(home: Path, tmp_path: Path) -> None:
    """A folder with a fault is refused with the fault; a folder that is none is too."""
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "pack.ttl").write_text("this is no Turtle")
    assert "line 1" in refused(home, "kb", "check", tmp_path)


def test_kb_add_teaches_a_task(home: Path, tmp_path: Path, server: RunningServer) -> None:
    """A task is added from options or from a file, rehearsed first, and known afterwards."""
    options = ("kb", "add", "--label", "Ship names", "--broader", "content-generation", "--need", "personality=strong")
    assert said(home, *options, "--dry-run").startswith("Would add task:ship-names")
    assert "no task “ship-names”" in refused(home, "recommend", "--task", "ship-names")
    assert said(home, *options).startswith("Added task:ship-names")
    assert "I recommend" in said(home, "recommend", "--task", "ship-names")
    assert "already" in refused(home, *options)
    file = tmp_path / "task.json"
    file.write_text('{"label": "Boat names", "broader": "content-generation"}')
    over_network = ("kb", "add", file, "--dry-run", "--server", server.url)
    assert "key" in refused(home, *over_network)
    assert said(home, *over_network, "--key", ADMIN_KEY).startswith("Would add task:boat-names")
    file.write_text("{")
    assert "line 1" in refused(home, "kb", "add", file)


def test_evaluate_counts(home: Path, tmp_path: Path) -> None:
    """Acceptable, unacceptable, confusion and the wrong ones are what the cases say."""
    cases = [
        {"id": "A", "text": "x", "profile": {"task": "question-answering"}, "expected": ["rag"], "confidence": "high"},
        {
            "id": "B",
            "text": "x",
            "profile": {"task": "question-answering"},
            "expected": ["fine-tuning", "hybrid"],
            "unacceptable": ["rag"],
            "confidence": "low",
        },
        {"id": "C", "text": "x", "profile": {"task": "no-such-task"}, "expected": ["rag"], "confidence": "high"},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps(case) for case in cases) + "\n")
    report = json.loads(said(home, "evaluate", file, "--json"))
    assert report["cases"] == 3
    assert report["acceptable"] == pytest.approx(1 / 3, abs=1e-3)
    assert report["unacceptable"] == pytest.approx(1 / 3, abs=1e-3)
    assert report["per_technique"] == {"fine-tuning": 0.0, "rag": 0.5}
    assert report["mean_per_technique"] == 0.25
    assert report["by_confidence"]["low"] == {"acceptable": 0.0, "cases": 1}
    assert [wrong["id"] for wrong in report["wrong"]] == ["B", "C"]
    assert "no-such-task" in report["wrong"][1]["failure"]
    printed = said(home, "evaluate", file, "--wrong")
    assert "0.333" in printed and "unacceptable" in printed


def test_evaluate_from_text(home: Path, tmp_path: Path) -> None:
    """From text, only the text counts."""
    case = {"id": "A", "text": "We answer questions on our handbook; it changes every week.", "profile": {}}
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({**case, "expected": ["rag"]}) + "\n")
    assert json.loads(said(home, "evaluate", file, "--from", "text", "--json"))["acceptable"] == 1.0


@pytest.mark.parametrize(
    ("line", "words"),
    [("{", "line 2"), ('{"id": "X"}', "'profile' is missing"), ('{"id": "X", "profile": {}, "expected": []}', "empty")],
)
def test_unreadable_cases_are_located(home: Path, tmp_path: Path, line: str, words: str) -> None:
    """A line that is no case is named."""
    file = tmp_path / "cases.jsonl"
    file.write_text(f'{{"id": "A", "profile": {{}}, "expected": ["rag"]}}\n{line}\n')
    text = refused(home, "evaluate", file)
    assert "line 2" in text and words in text
