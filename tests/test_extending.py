"""docs/extending.md tells the truth: its files are written, its commands run by the real server, its answers compared.

``ADAPTWISE_BLESS=1`` writes what they print into the page instead, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from conftest import ADAPTWISE, ADMIN_KEY, ROOT, RunningServer, clean_environment

PAGE = ROOT / "docs" / "extending.md"
BLOCK = re.compile(r"```(?P<language>sh|turtle|text)\n(?P<body>.*?)```\n", re.DOTALL)
NAMED = re.compile(r"`([\w/-]+\.ttl)`")


def printed(command: str, server: RunningServer, folder: Path) -> str:
    """What a command prints, run where the files of the page lie."""
    environment = clean_environment(server.home, ADAPTWISE_SERVER=server.url, ADAPTWISE_KEY=ADMIN_KEY)
    environment["PATH"] = f"{ADAPTWISE.parent}:{environment['PATH']}"
    script = ["bash", "-ec", command]
    done = subprocess.run(script, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def test_every_step_does_what_the_page_shows(own_server: RunningServer, tmp_path: Path) -> None:
    """From a task in one line to another domain: each file is taken in, each command prints the block below it."""
    own_server.start()
    page = PAGE.read_text()
    told: list[tuple[re.Match[str], str]] = []
    output = ""
    for block in BLOCK.finditer(page):
        if block["language"] == "turtle":
            file = tmp_path / NAMED.findall(page[: block.start()])[-1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block["body"])
        elif block["language"] == "text":
            told.append((block, output))
        elif "export ADAPTWISE_SERVER" not in block["body"]:
            output = printed(block["body"], own_server, tmp_path)
    assert len(told) >= 12
    if os.environ.get("ADAPTWISE_BLESS"):
        for block, output in reversed(told):
            page = page[: block.start("body")] + output + page[block.end("body") :]
        PAGE.write_text(page)
        return
    for block, output in told:
        assert block["body"] == output


def test_what_the_page_points_to_is_there() -> None:
    """Its links lead somewhere, and other pages lead to it."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE.read_text()) if not link.startswith("http")]
    assert [link for link in links if not (PAGE.parent / link.partition("#")[0]).exists()] == []
    assert "docs/extending.md" in (ROOT / "README.md").read_text()
