"""``adaptwise chat``: at a terminal (a pseudo-terminal) and through a pipe, in its own process and with a server."""

from __future__ import annotations

import os
import pty
import re
import select
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, RunningServer, clean_environment, home_with

from chat.state import Reply
from chat.terminal_proof import proof_of
from chat.terminal_words import Words

SECONDS = 60
TEACHING = "add a task called minutes in court, a kind of summarisation\nnone\nthat's all\nyes\nminutes in court\n"


class Terminal:
    """A program at a pseudo-terminal, read until it says what is expected."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execve(ADAPTWISE, [str(ADAPTWISE), *arguments], {**environment, "TERM": "xterm-256color"})
        self.seen = ""

    def until(self, wanted: str) -> str:
        """What it says up to and with ``wanted``, which must come."""
        start, end = len(self.seen), time.monotonic() + SECONDS
        while wanted not in self.plain(start):
            ready, _, _ = select.select([self.file], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {wanted!r} in {self.plain(start)!r}"
            data = os.read(self.file, 65536)
            if b"\x1b[6n" in data:  # asked where the cursor is, as every terminal is
                os.write(self.file, b"\x1b[1;1R")
            self.seen += data.decode(errors="replace")
        return self.plain(start)

    def plain(self, start: int = 0) -> str:
        """What it said, without colours and movements of the cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r", "", self.seen[start:])

    def type(self, text: str) -> None:
        """Type, without a line end of its own."""
        os.write(self.file, text.encode())

    def ended(self) -> int:
        """Its exit status, read to the end."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                data = os.read(self.file, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            self.seen += data.decode(errors="replace")
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@contextmanager
def at_a_terminal(home: Path, *arguments: str) -> Iterator[Terminal]:
    """``adaptwise chat`` at a pseudo-terminal, ended in the end."""
    terminal = Terminal(["chat", *arguments], clean_environment(home))
    try:
        yield terminal
    finally:
        os.close(terminal.file)


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for data with the shipped packs."""
    return home_with(installed, tmp_path_factory.mktemp("terminal") / "home")


def piped(home: Path, lines: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``adaptwise chat`` through a pipe."""
    return subprocess.run(
        [ADAPTWISE, "chat", *arguments],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(home, **environment),
        timeout=SECONDS,
    )


def test_a_person_talks_and_goes_on_through_a_pipe(home: Path) -> None:
    """Greeting, Tab completes a label, why shows a tree, the history is private and kept, the session goes on later."""
    with at_a_terminal(home) as terminal:
        terminal.until("Hello!")
        terminal.until("> ")
        terminal.type("question an\t")
        terminal.until("swering")  # only what is new on the line is written
        terminal.type("\r")
        terminal.until("I would go with")
        terminal.type("why?\r")
        said = terminal.until("/proof shows all of it.")
        assert "├── " in said or "└── " in said
        terminal.type("/proof\r")
        terminal.until("── ")
        assert "\x1b[1" in terminal.seen  # bold, for instance
        terminal.type("quit\r")
        assert terminal.ended() == 0
        session = re.search(r"--session (\S+)", terminal.plain()).group(1)
    history = home / "chat-history"
    assert "+question answering\n" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    # Through a pipe replies are plain; the same conversation goes on, and what is taught is understood at once.
    again = piped(home, f"what do you know so far?\n{TEACHING}", "--session", session)
    assert again.returncode == 0, again.stderr
    assert "question answering" in again.stdout
    assert "Added: “minutes in court”" in again.stdout
    assert "Changed what it does: minutes in court" in again.stdout
    assert "\x1b" not in again.stdout


def test_a_server_is_talked_to_as_well(own_server: RunningServer, tmp_path: Path) -> None:
    """With --server the same conversation; it adds to what the server knows with a key, and says so without one."""
    own_server.start()
    without = piped(tmp_path / "none", TEACHING, "--server", own_server.url)
    assert "you have given none. Send it" in without.stdout
    assert "Added:" not in without.stdout
    done = piped(tmp_path / "none", TEACHING, "--server", own_server.url, ADAPTWISE_KEY=ADMIN_KEY)
    assert "Added: “minutes in court”" in done.stdout
    assert own_server.get("/api/v1/tasks/minutes-in-court").status_code == 200


def test_what_cannot_be_talked_to_is_named(home: Path) -> None:
    """A server that is not there and a conversation that is gone are named, without a traceback."""
    done = piped(home, "hello\n", "--server", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (1, "")
    assert "was not reached" in done.stderr
    done = piped(home, "hello\n", "--session", "x" * 32)
    assert done.returncode == 1
    assert "There is no such conversation" in done.stderr


def completions(words: Words, text: str) -> list[str]:
    """What a text is completed to."""
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    return [one.text for one in words.get_completions(Document(text), CompleteEvent())]


def test_completion_knows_choices_openers_and_labels() -> None:
    """Choices of the last question first, then how questions begin, then labels by their longest beginning."""
    words = Words(lambda: ["atomic updates", "at once", "atlas"])
    asked = {"values": [{"label": "one region"}, {"label": "many regions"}]}
    words.offer(Reply("…", "describe", next_question=asked, suggestions=("Why?",)))
    assert completions(words, "")[:3] == ["one region", "many regions", "Why?"]
    assert completions(words, "on") == ["one region"]
    assert "why not " in completions(words, "why n")
    assert completions(words, "what if at o") == ["at once"]
    assert completions(words, "is it at") == ["at once", "atlas", "atomic updates"]
    assert completions(words, "nothing like this") == []


def test_a_proof_is_drawn_once_for_what_is_shared() -> None:
    """A step that two others rest on is laid out once; levels cut the tree; without a proof there is none."""
    nodes = [
        {"id": "technique:a", "kind": "technique", "text": "A wins.", "premises": ["x", "y"]},
        {"id": "x", "kind": "contribution", "text": "X helps.", "points": 3, "premises": ["z"]},
        {"id": "y", "kind": "penalty", "text": "Y costs.", "points": -1, "premises": ["z"]},
        {"id": "z", "kind": "demand", "text": "Z is needed.", "premises": []},
    ]
    core = {"recommended": {"technique": "a"}, "trace": {"root": "decision", "nodes": nodes}}
    tree = proof_of(Reply("…", "why", core))
    labels = [child.label.plain for child in tree.children]
    assert labels == ["X helps. (+3)", "Y costs. (-1)"]
    assert [child.label.plain for child in tree.children[1].children] == ["Z is needed. (see above)"]
    cut = proof_of(Reply("…", "why", core), levels=1)
    assert [child.label.plain for child in cut.children[0].children] == ["…"]
    assert proof_of(Reply("…", "why")) is None
