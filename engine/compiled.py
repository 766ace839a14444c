"""The Prolog program in compiled form, kept beside its source as Python keeps what it compiles.

Loading the source takes three times as long. Nothing rests on what is kept: it is found by what it was made of, and
made anew where it is missing, damaged, or of another source or another version of Prolog. It lies with the program and
not with the data, as whoever can write to it can run what they like.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_SECONDS = 30
"""How long compiling may take; it takes a third of a second."""


class CompiledProgram:
    """What is kept of one program.

    Args:
        source: the folder of its modules.
        version: of the Prolog that is to load it, as PL_version() has it.
    """

    def __init__(self, source: Path, version: int) -> None:
        self._source, self._version = source, version
        self._folder = source / "__pycache__"

    def find(self) -> Path | None:
        """The file to load; None if there is none of this source and version that is undamaged."""
        for file in self._kept(self._key()):
            try:
                if file.stem.rpartition("-")[2] == _digest(file.read_bytes()):
                    return file
            except OSError:
                continue  # another process has just replaced it
        return None

    def make(self) -> None:
        """Compile the source and keep the result for the next start, if that is possible here."""
        program = shutil.which("swipl")
        if program is None or sys.dont_write_bytecode:
            return
        key = self._key()
        try:
            self._folder.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder) as writable:
                made = _compiled(program, self._source, self._version)
                if made is None:
                    return
                new = Path(writable) / "program"
                new.write_bytes(made)
                kept = new.replace(self._folder / f"program-{key}-{_digest(made)}.qlf")
            for old in self._kept(""):
                if old != kept:
                    old.unlink(missing_ok=True)
        except OSError:
            return  # a program that its user must not write to is loaded from its source

    def _kept(self, key: str) -> Iterator[Path]:
        return self._folder.glob(f"program-{key}*.qlf")

    def _key(self) -> str:
        found = sha256(f"{self._version} {platform.machine()}".encode())
        for file in sorted(self._source.glob("*.pl")):
            found.update(f"\n{file.name} ".encode() + sha256(file.read_bytes()).digest())
        return found.hexdigest()[:32]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]


def _compiled(program: str, source: Path, version: int) -> bytes | None:
    """The compiled program; None if this is another Prolog, or something is wrong with the source.

    It is made of a copy, in a process of its own: what goes wrong there goes wrong nowhere else.
    """
    goal = f"(current_prolog_flag(version, {version}), boot:compile_program(service) -> halt(0) ; halt(1))"
    with tempfile.TemporaryDirectory() as folder:
        for file in source.glob("*.pl"):
            shutil.copyfile(file, Path(folder) / file.name)
        try:
            done = subprocess.run(  # noqa: S603 - the program is the PATH's own swipl
                [program, "-q", "-f", "none", "-g", goal, "-t", "halt(1)", "boot.pl"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        return (Path(folder) / "service.qlf").read_bytes() if done.returncode == 0 else None
