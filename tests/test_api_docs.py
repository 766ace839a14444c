"""``docs/api.md`` tells the truth: its commands are run, and what they print is compared with what it shows.

``ADAPTWISE_BLESS=1`` writes what they print into it instead, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, ROOT, RunningServer, clean_environment
from test_readme import CURL, SHOWN, SHOWN_SERVER

PAGE = ROOT / "docs" / "api.md"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for the end of the PATH, with a stand-in for curl."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "curl").write_text(CURL)
    (folder / "curl").chmod(0o755)
    return folder


def printed(command: str, server: RunningServer, folder: Path, tools: Path) -> str:
    """What a command prints, in a folder of its own; a refusal is something to print too."""
    environment = clean_environment(server.home, ADAPTWISE_SERVER=server.url, ADAPTWISE_KEY=ADMIN_KEY)
    environment["PATH"] = f"{ADAPTWISE.parent}:{environment['PATH']}:{tools}"
    script = command.replace(SHOWN_SERVER, server.url)
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).rstrip("\n") + "\n"


def test_the_commands_print_what_the_page_shows(server: RunningServer, tmp_path: Path, tools: Path) -> None:
    """Each command of the page prints exactly the block that follows it."""
    text = PAGE.read_text(encoding="utf-8")
    found = list(SHOWN.finditer(text))
    assert len(found) >= 5
    outputs = [printed(match["command"], server, tmp_path, tools) for match in found]
    if os.environ.get("ADAPTWISE_BLESS"):
        for match, output in reversed(list(zip(found, outputs, strict=True))):
            text = text[: match.start("output")] + output + text[match.end("output") :]
        PAGE.write_text(text, encoding="utf-8")
    for match, output in zip(SHOWN.finditer(PAGE.read_text(encoding="utf-8")), outputs, strict=True):
        assert match["output"] == output, match["command"]


def test_what_the_page_points_to_is_there() -> None:
    """Every file that the page links to exists."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
