"""The interface against its description: generated requests, right and wrong ones, with every check that there is.

By default some hundred requests; with ``ADAPTWISE_SOAK=1`` 20,000.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import ADMIN_KEY, ROOT, RunningServer, clean_environment

SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
REQUESTS = 20_000 if SOAK else 50
SECONDS = 1200 if SOAK else 12
FAR = "1000000/second"
"""Rates that nobody reaches: how often one may ask is tested elsewhere."""


def run(server: RunningServer, folder: Path, seed: int) -> int:
    """Run schemathesis once; the number of requests it made. What it finds fails the test, with how to repeat it."""
    done = subprocess.run(
        [
            Path(sys.executable).parent / "st",
            "--config-file",
            ROOT / "tests" / "schemathesis.toml",
            "run",
            f"{server.url}/openapi.json",
            "--checks",
            "all",
            "--max-examples",
            "100" if SOAK else "3",
            "--max-time",
            str(SECONDS),
            "--header",
            f"X-API-Key: {ADMIN_KEY}",
            "--seed",
            str(seed),
            "--request-timeout",
            "60",
            "--no-color",
        ],
        env={
            **clean_environment(server.home),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "PYTHONPATH": str(ROOT / "tests"),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )
    found = re.search(r"([\d,]+) generated", done.stdout)
    assert found, done.stdout + done.stderr
    assert done.returncode == 0, done.stdout
    return int(found[1].replace(",", ""))


def test_the_interface_keeps_its_word(own_server: RunningServer, tmp_path: Path) -> None:
    """No error of the server, no answer that is not described; nothing wrong is accepted, nothing right refused."""
    own_server.environment |= {
        "ADAPTWISE_ASK_RATE": FAR,
        "ADAPTWISE_CHANGE_RATE": FAR,
        "ADAPTWISE_REFUSAL_RATE": FAR,
    }
    own_server.start()
    own_server.get("/openapi.json")
    made, seed = 0, 1
    while made < REQUESTS:
        made += run(own_server, tmp_path, seed)
        seed += 1
    assert "Traceback" not in own_server.log.read_text()
