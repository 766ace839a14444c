"""The steps of a Dockerfile, taken in a fresh root directory instead of a container.

Of the instructions only those are known that the Dockerfile of this repository has; another one is an error.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

IGNORED = {"VOLUME", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
"""Instructions that say how the image is run, and change nothing in it."""


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Each instruction with what it is given, continued lines joined."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(), flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


class Root:
    """A root directory in which an image is built, all of its stages in one: each goes on from the same system.

    Args:
        folder: where; a minimal system that was unpacked there.
        context: what is copied from, as the engine gets it.
    """

    def __init__(self, folder: Path, context: Path) -> None:
        self.folder, self.context = folder, context
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        # What this machine needs to reach packages, which is no part of the image.
        self.environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "http"))}
        self.user, self.workdir = "root", "/"

    def take(self, name: str, rest: str) -> None:
        """Take one step."""
        match name:
            case "FROM":
                self.user, self.workdir = "root", "/"
            case "COPY" if rest.startswith("--from="):
                pass  # it is there already: all stages are made in one system
            case "COPY":
                *sources, target = shlex.split(rest)
                for source in sources:
                    self._copy(source, target)
            case "RUN":
                self.run(["sh", "-c", rest])
            case "ENV":
                self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
            case "WORKDIR":
                self.workdir = rest
                (self.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                self.user = rest
            case _ if name not in IGNORED:
                raise AssertionError(f"{name} is an instruction that this does not know")

    def command(self, arguments: list[str]) -> list[str]:
        """The command line that runs something in there, as the user that the image says."""
        user = ["--userspec", f"{self.user}:{self.user}"] if self.user != "root" else []
        moved = ["sh", "-c", 'cd "$0" && exec "$@"', self.workdir, *arguments]
        return [str(shutil.which("chroot")), *user, str(self.folder), *moved]

    def run(self, arguments: list[str]) -> str:
        """Run something in there, to its end."""
        done = subprocess.run(
            self.command(arguments), env=self.environment, capture_output=True, text=True, timeout=1200, check=False
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def _copy(self, source: str, target: str) -> None:
        there = self.folder / self.workdir.lstrip("/") / target
        if source == ".":
            shutil.copytree(self.context, there, dirs_exist_ok=True)
        else:
            shutil.copy(self.context / source, there)


def context_of(repository: Path, folder: Path) -> Path:
    """What the engine would be given: everything that .dockerignore lets through."""
    kept = [line[1:] for line in (repository / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    folder.mkdir()
    for name in kept:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


def started_by(dockerfile: Path) -> list[str]:
    """The command that the image runs."""
    found = dict(instructions(dockerfile))
    return [*json.loads(found["ENTRYPOINT"]), *json.loads(found["CMD"])]
