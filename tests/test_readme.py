"""The README tells the truth: its commands are run, and what they print is compared with what it shows.

``ADAPTWISE_BLESS=1`` writes what they print into the README instead, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, ROOT, RunningServer, clean_environment

README = ROOT / "README.md"
SHOWN_SERVER = "http://127.0.0.1:8000"
# A command, and right after it the block with its output, or the file that holds it.
SHOWN = re.compile(
    r"```sh\n(?P<command>[^`]+)```\n\n(?:```(?:text|json)\n(?P<output>[^`]*)```|prints \[[^]]+\]\((?P<file>[^)]+)\))"
)

# Where there is no curl, this does what the README asks of it.
CURL = f"""#!{sys.executable}
import sys, urllib.error, urllib.request
address, body, headers, words = "", None, {{}}, iter(sys.argv[1:])
for word in words:
    if word == "-H":
        name, _, value = next(words).partition(": ")
        headers[name] = value
    elif word == "-d":
        body = next(words).encode()
    elif word != "-s":
        address = word
try:
    answer = urllib.request.urlopen(urllib.request.Request(address, body, headers))
except urllib.error.HTTPError as refusal:
    answer = refusal
with answer:
    sys.stdout.write(answer.read().decode())
"""


def commands() -> list[re.Match[str]]:
    """Every command of the README whose output it shows."""
    return list(SHOWN.finditer(README.read_text()))


def printed(command: str, server: RunningServer, tools: Path) -> str:
    """What a command prints when it is asked of this server."""
    environment = clean_environment(server.home, ADAPTWISE_SERVER=server.url, ADAPTWISE_KEY=ADMIN_KEY)
    environment["PATH"] = f"{ADAPTWISE.parent}:{environment['PATH']}:{tools}"
    script = command.replace(SHOWN_SERVER, server.url)
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n") + "\n"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for the end of the PATH, with a stand-in for curl."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "curl").write_text(CURL)
    (folder / "curl").chmod(0o755)
    return folder


def test_the_commands_print_what_the_readme_shows(own_server: RunningServer, tools: Path) -> None:
    """Each command of the README prints exactly the block that follows it."""
    own_server.start()
    found = commands()
    assert len(found) >= 5
    outputs = [printed(match["command"], own_server, tools) for match in found]
    if os.environ.get("ADAPTWISE_BLESS"):
        bless(found, outputs)
    for match, output in zip(commands(), outputs, strict=True):
        shown = (ROOT / match["file"]).read_text() if match["file"] else match["output"]
        assert shown == output, match["command"]


def bless(found: list[re.Match[str]], outputs: list[str]) -> None:
    """Write into the README, and into the files it names, what was printed."""
    text = README.read_text()
    for match, output in reversed(list(zip(found, outputs, strict=True))):
        if match["file"]:
            (ROOT / match["file"]).write_text(output)
        else:
            text = text[: match.start("output")] + output + text[match.end("output") :]
    README.write_text(text)


def test_what_the_readme_points_to_is_there() -> None:
    """Every file that the README links to exists."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README.read_text()) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
