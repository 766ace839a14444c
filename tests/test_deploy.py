"""How the server is deployed: image, compose file and unit, checked as far as that goes without an engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import yaml
from conftest import ROOT
from image import Root, context_of, instructions, started_by

from api.configuration import OTHER_VARIABLES, SETTINGS

DOCKERFILE, COMPOSE, UNIT = ROOT / "Dockerfile", ROOT / "compose.yaml", ROOT / "deploy" / "adaptwise.service"
BIN = Path(sys.executable).parent
STOP_SECONDS = next(setting.default for setting in SETTINGS if setting.name == "stop_seconds")


def checked(*command: object) -> subprocess.CompletedProcess[str]:
    """What a checker says."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)


def test_the_dockerfile_has_no_fault_that_is_known(tmp_path: Path) -> None:
    """hadolint finds nothing, and would."""
    assert (done := checked(BIN / "hadolint", DOCKERFILE)).returncode == 0, done.stdout
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.read_text().replace("FROM debian:12-slim", "FROM debian:latest").replace("-y ", ""))
    assert "DL3007" in checked(BIN / "hadolint", bad).stdout


def test_the_compose_file_is_one(tmp_path: Path) -> None:
    """It is valid by the schema of the specification, and a misspelt key would not be."""
    schema = ("--builtin-schema", "vendor.compose-spec")
    assert (done := checked(BIN / "check-jsonschema", *schema, COMPOSE)).returncode == 0, done.stdout
    bad = tmp_path / "compose.yaml"
    bad.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:"))
    assert checked(BIN / "check-jsonschema", *schema, bad).returncode != 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_the_unit_is_one(tmp_path: Path) -> None:
    """systemd finds nothing wrong with the unit, and would."""
    unit = tmp_path / "adaptwise.service"
    unit.write_text(UNIT.read_text().replace("/opt/adaptwise/bin/adaptwise", f'"{BIN / "adaptwise"}"'))
    assert (done := checked("systemd-analyze", "verify", unit)).stderr == "", done.stderr
    unit.write_text(unit.read_text().replace("RestartSec=2", "RestartSeconds=2"))
    assert "RestartSeconds" in checked("systemd-analyze", "verify", unit).stderr


def test_what_they_set_can_be_set() -> None:
    """Every variable in image, compose file and unit is a setting of the server."""
    known = {setting.variable for setting in SETTINGS} | set(OTHER_VARIABLES)
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    set_there = set(services["api"]["environment"])
    image = " ".join(rest for name, rest in instructions(DOCKERFILE) if name == "ENV")
    set_there |= set(re.findall(r"(\w+)=", image)) - {"PATH"}
    set_there |= set(re.findall(r"\b(ADAPTWISE_\w+)=", UNIT.read_text()))
    assert set_there and set_there <= known


def test_nobody_is_stopped_before_what_is_under_way_is_finished() -> None:
    """Whoever stops the server waits for longer than it takes at most."""
    grace = yaml.safe_load(COMPOSE.read_text())["services"]["api"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > STOP_SECONDS
    assert int(re.search(r"TimeoutStopSec=(\d+)", UNIT.read_text()).group(1)) > STOP_SECONDS


def test_the_image_is_given_what_it_is_built_from(tmp_path: Path) -> None:
    """Of the repository it gets the packages, the locks and the metadata, and nothing else."""
    context = context_of(ROOT, tmp_path / "context")
    assert not {"tests", "var", ".git", ".venv"} & {path.name for path in context.iterdir()}
    copied = [rest for name, rest in instructions(DOCKERFILE) if name == "COPY" and not rest.startswith("--from=")]
    sources = {source for rest in copied for source in rest.split()[:-1]}
    assert "." in sources and all((context / source).exists() for source in sources)
    assert (context / "kb" / "packs").is_dir()


can_build = os.geteuid() == 0 and shutil.which("debootstrap") is not None and os.environ.get("ADAPTWISE_SOAK")


@pytest.mark.skipif(not can_build, reason="takes minutes, root and debootstrap: with ADAPTWISE_SOAK")
def test_the_steps_of_the_image_make_a_server(tmp_path: Path) -> None:
    """In a fresh Debian the steps of the Dockerfile end with a server that answers, run as the image would run it."""
    folder = tmp_path / "root"
    mirror = "http://deb.debian.org/debian"
    done = checked_long("debootstrap", "--variant=minbase", "bookworm", folder, mirror)
    assert done.returncode == 0, done.stdout[-2000:]
    for place in ("etc/pip.conf", "etc/resolv.conf", "etc/apt/apt.conf.d"):
        provide(Path("/") / place, folder / place)
    for wheels in filter(None, os.environ.get("PIP_FIND_LINKS", "").split()):
        provide(Path(wheels), folder / wheels.lstrip("/"))
    root = Root(folder, context_of(ROOT, tmp_path / "context"))
    if certificates := os.environ.get("PIP_CERT"):
        provide(Path(certificates), folder / "certificates")
        root.environment["PIP_CERT"] = "/certificates"
    for name, rest in instructions(DOCKERFILE):
        root.take(name, rest)
    environment = {**root.environment, "PORT": "0", "HOST": "127.0.0.1", "ADAPTWISE_ADMIN_KEY": "the-key"}
    command = root.command(started_by(DOCKERFILE))
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = iter(process.stdout.readline, "")
            url = next(found[0] for line in lines if (found := re.search(r"http://[^/\s]+", line)))
            answer = requests.post(f"{url}/api/v1/recommendations", json={"task": "summarization"}, timeout=60)
            assert answer.status_code == 200, answer.text
            assert requests.get(f"{url}/readyz", timeout=10).json()["status"] == "ready"
            ids = Path(f"/proc/{process.pid}/status").read_text()
            assert re.search(r"Uid:\s+10001\s+10001", ids)
        finally:
            process.terminate()
            began = time.monotonic()
            assert process.wait(STOP_SECONDS + 10) == 0
            assert time.monotonic() - began < STOP_SECONDS


def checked_long(*command: object) -> subprocess.CompletedProcess[str]:
    """What something says that takes minutes."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1200, check=False)


def provide(source: Path, target: Path) -> None:
    """Give the fresh system what this machine has to reach packages."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=False, ignore_dangling_symlinks=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
