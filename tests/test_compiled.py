"""The compiled program: it saves loading, and nothing ever rests on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import bridge

WRITING = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

ASKING = """
import sys, pathlib
from engine import bridge
bridge.PROGRAM = pathlib.Path(sys.argv[1])
engine = bridge.Engine(threads=1)
print(engine.ask("ping"), *sorted(file["F"] for file in bridge.solutions("module_property(service, file(F))")))
"""


def asked(program: Path, environment: dict[str, str] = WRITING) -> str:
    """What a process says that asks the program in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(program)], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout


def kept(program: Path) -> list[Path]:
    """The compiled programs that lie there."""
    return sorted((program / "__pycache__").glob("*"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, without anything compiled."""
    folder = tmp_path / "prolog"
    shutil.copytree(bridge.PROGRAM, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_second_start_loads_what_the_first_compiled(program: Path) -> None:
    """The first loads the source and keeps one file, the second loads that and leaves it alone; both answer."""
    first = asked(program)
    (file,) = kept(program)
    written = file.stat().st_mtime_ns
    second = asked(program)
    assert first.startswith("{'pong': True}") and second.startswith("{'pong': True}")
    assert str(program / "service.pl") in first
    assert str(program / "service.pl") not in second
    assert kept(program) == [file] and file.stat().st_mtime_ns == written


def test_what_belongs_to_another_source_is_replaced(program: Path) -> None:
    """After a change of the source the old file is not loaded, and makes room for a new one."""
    asked(program)
    (old,) = kept(program)
    with (program / "case.pl").open("a", encoding="utf-8") as source:
        source.write("\n% a remark\n")
    assert str(program / "service.pl") in asked(program)
    (new,) = kept(program)
    assert new != old


def test_what_is_damaged_is_replaced(program: Path) -> None:
    """A file that is not what its name says is never loaded."""
    asked(program)
    (file,) = kept(program)
    data = file.read_bytes()
    file.write_bytes(data[:-200] + bytes(200))
    assert str(program / "service.pl") in asked(program)
    assert [one.name for one in kept(program)] and kept(program)[0].read_bytes() != data[:-200] + bytes(200)


def test_nothing_is_kept_where_python_keeps_nothing(program: Path) -> None:
    """Whoever wants no compiled files gets none, and an answer."""
    assert "pong" in asked(program, {**WRITING, "PYTHONDONTWRITEBYTECODE": "1"})
    assert not kept(program)


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(program: Path) -> None:
    """The program is loaded from its source."""
    (program / "__pycache__").write_text("in the way")
    assert "pong" in asked(program)
