"""Setting up and starting: what is missing is said in words, and what is there is not done again."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ROOT, RunningServer, clean_environment


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def run(*command: object, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        [str(part) for part in command],
        env=clean_environment(home, **environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fails_clearly(result: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Whether it failed with a message that has these words, and without a traceback."""
    said = result.stderr
    assert result.returncode == 1, (result.returncode, said)
    assert "Traceback" not in said
    assert all(word in said for word in words), said
    return True


# --- adaptwise serve ---------------------------------------------------------------------------------


def test_a_taken_port_is_named_with_another_to_try(tmp_path: Path) -> None:
    """A port that another program holds is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(ADAPTWISE, "serve", home=tmp_path, PORT=str(port))
    assert fails_clearly(result, f"Port {port}", "taken", f"PORT={port + 1}")


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    """An address that is not ours is named."""
    result = run(ADAPTWISE, "serve", "--host", "192.0.2.1", "--port", "0", home=tmp_path)
    assert fails_clearly(result, "192.0.2.1", "no address of this machine")


def test_missing_prolog_is_said_with_the_package_to_install(tmp_path: Path) -> None:
    """Without swipl on the PATH, the server says which package to install."""
    result = run(ADAPTWISE, "serve", "--port", "0", home=tmp_path, PATH=str(tmp_path))
    assert fails_clearly(result, "SWI-Prolog is missing", "swi-prolog-core-packages")


def test_an_old_prolog_is_refused_with_its_version(tmp_path: Path) -> None:
    """A SWI-Prolog before 9.0 is refused, naming both versions."""
    script(tmp_path / "swipl", 'echo "SWI-Prolog version 8.4.2 for x86_64-linux"')
    result = run(ADAPTWISE, "serve", "--port", "0", home=tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert fails_clearly(result, "8.4 is too old", "9.0 or newer")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where the folder for data cannot be made, the server says which and how to choose another."""
    (tmp_path / "file").write_text("")
    result = run(ADAPTWISE, "serve", "--port", "0", home=tmp_path / "file" / "home")
    assert fails_clearly(result, "cannot be made", "ADAPTWISE_HOME")


def seconds_worked(server: RunningServer) -> float:
    """The processor time of a server and its workers: what a start takes on a machine with nothing else to do."""
    fields = [
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        for pid in (server.process.pid, *server.worker_pids())
    ]
    # proc(5): utime, stime, and the same of children that have ended
    return sum(int(ticks) for process in fields for ticks in process[11:15]) / os.sysconf("SC_CLK_TCK")


def test_the_second_start_is_quick_and_keeps_the_key_to_itself(new_server: RunningServer) -> None:
    """The first start prints a key once; the second takes under three seconds of a quiet core and prints none."""
    new_server.environment = {"ADAPTWISE_ADMIN_KEY": ""}
    new_server.start()
    key = re.search(r"X-API-Key\): (\S+)", new_server.banner).group(1)
    worked = []
    for _ in range(2):  # the same work takes half as long again while the other core is busy
        new_server.stop()
        new_server.start()
        worked.append(seconds_worked(new_server))
    assert min(worked) < 4, worked
    assert key not in new_server.banner
    for place in ("/\n", "/docs", "adaptwise chat"):
        assert place in new_server.banner
    refused, accepted = (
        new_server.post("/api/v1/tasks?dry_run=true", {"label": "Naming boats"}, headers={"X-API-Key": given})
        for given in ("not-" + key, key)
    )
    assert (refused.status_code, accepted.status_code) == (401, 200)
    assert key.encode() not in (new_server.home / "adaptwise.db").read_bytes()


# --- scripts/bootstrap ------------------------------------------------------------------------------------

TOOLS = ("bash", "sh", "env", "dirname", "id", "sed", "cat", "cut", "grep", "rm", "sha256sum")
PYTHON = Path(sys.executable).resolve()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What bootstrap needs of a clone, in a folder with a space in its name, and a PATH of its own beside it."""
    clone = tmp_path / "a clone"
    (clone / "scripts").mkdir(parents=True)
    for name in ("scripts/bootstrap", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, clone / name)
    for lock in ROOT.glob("requirements*.lock"):
        shutil.copy(lock, clone)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    script(tmp_path / "bin" / "python3", f'exec "{PYTHON}" "$@"')
    return clone


def bootstrap(clone: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run bootstrap with nothing on the PATH but what the test put there."""
    path = str(clone.parent / "bin")
    return run(clone / "scripts" / "bootstrap", "run", home=clone.parent, PATH=path, CI="", PYTHON="", **environment)


def test_bootstrap_without_apt_says_what_to_install(clone: Path) -> None:
    """Where SWI-Prolog is missing and there is no apt, bootstrap names it and makes nothing."""
    assert fails_clearly(bootstrap(clone), "SWI-Prolog is missing", "swi-prolog-core-packages")
    assert not (clone / ".venv").exists()


def test_bootstrap_without_rights_prints_the_command(clone: Path) -> None:
    """Without rights and without a terminal to ask at, bootstrap prints the exact command."""
    bin_folder = clone.parent / "bin"
    (bin_folder / "id").unlink()
    script(bin_folder / "id", "echo 1000")
    script(bin_folder / "apt-get", f'echo called >> "{clone.parent}/calls"')
    command = "sudo apt-get update && sudo apt-get install --no-install-recommends swi-prolog-core-packages"
    assert fails_clearly(bootstrap(clone), command)
    assert not (clone.parent / "calls").exists()


def test_bootstrap_as_root_installs_by_apt(clone: Path) -> None:
    """As root, bootstrap updates the list of packages, installs, and looks at what came of it."""
    bin_folder = clone.parent / "bin"
    (bin_folder / "id").unlink()
    script(bin_folder / "id", "echo 0")
    script(bin_folder / "apt-get", f'echo "$@" >> "{clone.parent}/calls"')
    assert fails_clearly(bootstrap(clone), "SWI-Prolog is missing after installing")
    calls = (clone.parent / "calls").read_text().splitlines()
    assert calls[0].startswith("update")
    assert "install" in calls[1] and "--no-install-recommends swi-prolog-core-packages" in calls[1]


def test_bootstrap_refuses_an_old_prolog(clone: Path) -> None:
    """An old SWI-Prolog is named with its version."""
    fake = 'case "$1" in --version) echo "SWI-Prolog version 8.4.2 for x";; *) echo "PLVERSION=\\"80402\\";";; esac'
    script(clone.parent / "bin" / "swipl", fake)
    assert fails_clearly(bootstrap(clone), "8.4.2 is too old", "9.0 or newer")


def test_bootstrap_names_the_package_of_a_missing_venv_module(clone: Path) -> None:
    """Where Python has no ensurepip, as on a fresh Debian, bootstrap names the package that has it."""
    fake = f'case "$2" in "import ensurepip, venv") exit 1;; *) exec "{PYTHON}" "$@";; esac'
    (clone.parent / "bin" / "python3").unlink()
    script(clone.parent / "bin" / "python3", fake)
    assert fails_clearly(bootstrap(clone), "ensurepip", "-venv swi-prolog-core-packages")


def test_bootstrap_without_a_new_enough_python_says_so(clone: Path) -> None:
    """Where there is no Python 3.11, bootstrap says so."""
    (clone.parent / "bin" / "python3").unlink()
    assert fails_clearly(bootstrap(clone), "Python 3.11 or newer is needed")


def test_make_help_names_every_target() -> None:
    """What `make` alone prints covers every target that there is."""
    makefile = (ROOT / "Makefile").read_text()
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    printed = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    assert all(f"make {target}" in printed for target in phony)
