"""docs/questions.md tells the truth: its commands are run, in every language, and print what it shows.

``ADAPTWISE_BLESS=1`` writes what they print into the page instead, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ROOT, RunningServer, clean_environment
from test_readme import SHOWN_SERVER, tools

__all__ = ["tools"]

PAGE = ROOT / "docs" / "questions.md"
SHOWN_DATABASE = "sqlite:///var/adaptwise.db"
BLOCK = re.compile(r"```(?P<language>sh|python|text|markdown)\n(?P<body>.*?)```\n", re.DOTALL)
END = "\x1e"


@dataclass
class Asked:
    """Commands, and the block that shows what each of them prints."""

    commands: list[tuple[str, str]] = field(default_factory=list)
    output: re.Match[str] | None = None


def asked(page: str) -> Iterator[Asked]:
    """The questions of the page; what only prepares them comes with the first."""
    question = Asked()
    for block in BLOCK.finditer(page):
        if block["language"] in {"text", "markdown"}:
            question.output = block
            yield question
            question = Asked()
        else:
            question.commands.append((block["language"], block["body"]))


def run(language: str, scripts: list[str], server: RunningServer, tools: Path) -> list[str]:
    """What each script prints, run one after the other in one process."""
    environment = clean_environment(server.home, ADAPTWISE_SERVER=server.url)
    environment["PATH"] = f"{ADAPTWISE.parent}:{environment['PATH']}:{tools}"
    between = {"sh": r"printf '\x1e'", "python": r"print('\x1e', end='', flush=True)"}[language]
    script = "".join(f"{one.rstrip()}\n{between}\n" for one in scripts)
    script = script.replace(SHOWN_SERVER, server.url).replace(SHOWN_DATABASE, f"sqlite:///{server.home}/adaptwise.db")
    program = ["bash", "-eo", "pipefail", "-c", script] if language == "sh" else [sys.executable, "-c", script]
    done = subprocess.run(program, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split(END)[:-1]


@pytest.fixture
def printed(own_server: RunningServer, tools: Path) -> dict[str, list[str]]:
    """What the commands of each language print, in their order."""
    own_server.start()
    commands = [command for question in asked(PAGE.read_text()) for command in question.commands]
    return {
        language: run(language, [body for one, body in commands if one == language], own_server, tools)
        for language in ("sh", "python")
    }


def test_every_command_prints_what_the_page_shows(printed: dict[str, list[str]]) -> None:
    """Each block of output is what every command before it prints, whatever its language."""
    outputs = {language: iter(found) for language, found in printed.items()}
    page = PAGE.read_text()
    questions = list(asked(page))
    told = [
        [text.strip("\n") + "\n" for text in (next(outputs[language]) for language, _ in question.commands) if text]
        for question in questions
    ]
    if os.environ.get("ADAPTWISE_BLESS"):
        for question, texts in reversed(list(zip(questions, told, strict=True))):
            page = page[: question.output.start("body")] + texts[0] + page[question.output.end("body") :]
        PAGE.write_text(page)
    shown = [question.output["body"] for question in asked(PAGE.read_text())]
    assert len(shown) >= 12
    for question, texts, output in zip(questions, told, shown, strict=True):
        assert texts, question.commands
        for text in texts:
            assert text == output, question.commands


def test_every_question_is_asked_in_three_ways() -> None:
    """Each section has a request, a command and Python; only the next question has no command of its own."""
    page = BLOCK.sub(lambda one: one[0] if one["language"] in {"sh", "python"} else "", PAGE.read_text())
    for section in page.split("\n## ")[1:]:
        commands = [one["body"] for one in BLOCK.finditer(section)]
        assert any("curl " in body for body in commands), section
        assert any("advisor." in body or "answer." in body for body in commands), section
        assert any("adaptwise " in body for body in commands) or section.startswith("What should I tell you next")


def test_what_the_page_points_to_is_there() -> None:
    """Its links lead somewhere."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE.read_text()) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
