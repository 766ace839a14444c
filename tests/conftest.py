"""What all tests share: budgets of generated cases, and the real server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from databases import postgresql, schema_of
from hypothesis import HealthCheck, settings

from kb.store import Store

ROOT = Path(__file__).resolve().parent.parent
ADAPTWISE = Path(sys.executable).parent / "adaptwise"
ADMIN_KEY = "the-key-of-the-tests"

_SLOW_IS_FINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("test", max_examples=50, derandomize=bool(os.environ.get("CI")), **_SLOW_IS_FINE)
settings.register_profile("soak", max_examples=500, **_SLOW_IS_FINE)
settings.load_profile("soak" if os.environ.get("ADAPTWISE_SOAK") else "test")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """The environment for a program under test: nothing of ours but where its data goes."""
    ours = ("ADAPTWISE_", "PORT", "HOST", "WORKERS", "THREADS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "ADAPTWISE_HOME": str(home), **more}


@dataclass
class RunningServer:
    """`adaptwise serve` as a process of its own, on a free port."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    workers: int = 1

    def start(self) -> RunningServer:
        """Start it and wait until it says where it listens."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.log = self.home / "server.log"
        environment = clean_environment(self.home, ADAPTWISE_ADMIN_KEY=ADMIN_KEY)
        environment.update(self.environment)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [ADAPTWISE, "serve", "--port", "0", "--workers", str(self.workers)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.banner = self._read_banner()
        self.url = re.search(r"http://[^/\s]+", self.banner).group(0)
        self.session = requests.Session()
        return self

    def _read_banner(self) -> str:
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                return "".join(lines)
        self.process.wait(10)
        raise AssertionError("the server did not start:\n" + "".join(lines) + self.log.read_text())

    def stop(self) -> None:
        """Stop it as a supervisor would, and insist."""
        if not hasattr(self, "process"):
            return
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.process.stdout.close()

    def restart(self) -> None:
        """Stop and start on the same data."""
        self.stop()
        self.start()

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        """One request; paths are relative to the server."""
        return self.session.request(method, self.url + path, timeout=30, **options)

    def get(self, path: str, **options: object) -> requests.Response:
        """GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, json: object = None, **options: object) -> requests.Response:
        """POST, usually of JSON."""
        return self.request("POST", path, json=json, **options)

    def worker_pids(self) -> list[int]:
        """The processes of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def wait_until_ready(self, seconds: float = 20) -> None:
        """Wait until it answers again, for instance after a worker was replaced."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if requests.get(self.url + "/readyz", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("the server did not come back:\n" + self.log.read_text())


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url_in(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Gives the URL of a database for what happens in a folder; whoever asks is tested on both kinds."""
    if request.param == "sqlite":
        return lambda folder: f"sqlite:///{folder / 'test.db'}"
    server = request.getfixturevalue("postgresql_server")
    return lambda folder: schema_of(server, str(folder))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which the shipped packs are installed: checking them takes seconds, a copy does not."""
    file = tmp_path_factory.mktemp("installed") / "adaptwise.db"
    store = Store(f"sqlite:///{file}")
    store.open()
    store.database.close()
    return file


def home_with(installed: Path, home: Path) -> Path:
    """A folder for data with a copy of the installed database."""
    home.mkdir(parents=True)
    shutil.copy(installed, home / "adaptwise.db")
    return home


@pytest.fixture(scope="session")
def server(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests of a process; tests that change knowledge in ways others see start their own."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("server") / "home"))
    yield running.start()
    running.stop()


@pytest.fixture
def own_server(installed: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server that is the test's alone, with the shipped packs; not started yet."""
    running = RunningServer(home_with(installed, tmp_path / "home"))
    yield running
    running.stop()


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that has never run before; not started yet."""
    running = RunningServer(tmp_path / "new")
    yield running
    running.stop()
