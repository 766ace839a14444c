"""Separate hosts on one machine: network namespaces on a network of their own, gone afterwards (Linux, root).

Nothing leaves that network: it has no route to any other, and what runs in it listens on its addresses only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETWORK = "10.213.7"
POSTGRESQL_PORT = 5432
PORT = 8000
"""Where workers and the balancer listen, each on its own address."""


class NotPossible(RuntimeError):
    """What this machine lacks for hosts of their own."""


@dataclass(frozen=True, slots=True)
class Host:
    """A namespace with one address."""

    name: str
    address: str

    @property
    def prefix(self) -> list[str]:
        """What to put before a command to run it there."""
        return ["ip", "netns", "exec", self.name]


def ran(*command: str | Path, **options: Any) -> str:
    """Run a program.

    Raises:
        NotPossible: with what it said, if it failed.
    """
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotPossible(f"{command[0]}: {getattr(error, 'stderr', '') or error}") from error
    return str(found.stdout)


@contextmanager
def hosts(names: Sequence[str]) -> Iterator[dict[str, Host]]:
    """Hosts by name, joined by a switch that is in a namespace too.

    Raises:
        NotPossible: without root, or where namespaces cannot be made.
    """
    if os.geteuid() != 0:
        raise NotPossible("hosts of their own need root")
    own = f"aw{os.getpid()}"
    made: list[str] = []
    try:
        switch = f"{own}-switch"
        ran("ip", "netns", "add", switch)
        made.append(switch)
        ran("ip", "-n", switch, "link", "add", "br0", "type", "bridge")
        ran("ip", "-n", switch, "link", "set", "br0", "up")
        found = {}
        for number, name in enumerate(names, 1):
            host = Host(f"{own}-{name}", f"{NETWORK}.{number}")
            ran("ip", "netns", "add", host.name)
            made.append(host.name)
            pair = ("eth0", "netns", host.name, "type", "veth", "peer", "name", f"port{number}", "netns", switch)
            ran("ip", "link", "add", *pair)
            ran("ip", "-n", switch, "link", "set", f"port{number}", "master", "br0", "up")
            ran("ip", "-n", host.name, "address", "add", f"{host.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ran("ip", "-n", host.name, "link", "set", device, "up")
            found[name] = host
        yield found
    finally:
        for name in made:
            ran("ip", "netns", "delete", name)


class Database:
    """PostgreSQL on a host, keeping what it acknowledged: fsync is on, and it is stopped as by a crash."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host, self.folder, self.data = host, folder, folder / "data"
        self.url = f"postgresql+psycopg://adaptwise@{host.address}:{POSTGRESQL_PORT}/postgres"
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        self._environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}

    @staticmethod
    def program(name: str) -> str:
        """One of PostgreSQL's programs.

        Raises:
            NotPossible: if it is not installed.
        """
        places = [str(place) for place in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
        found = shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))
        if found is None:
            raise NotPossible("PostgreSQL is missing; Debian calls it postgresql")
        return found

    def make(self) -> None:
        """Make an empty database."""
        shutil.chown(self.folder, "postgres", "postgres")
        made = [self.program("initdb"), "-D", str(self.data), "-U", "adaptwise", "-A", "trust", "-E", "UTF8"]
        ran(*self._as, *made, env=self._environment, cwd=self.folder)
        with (self.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {NETWORK}.0/24 trust\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses={self.host.address} -c unix_socket_directories={self.folder}"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Stop it without a last word, as a power cut would."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        command = [*self.host.prefix, *self._as, self.program("pg_ctl"), "-D", str(self.data), "-w", *arguments]
        quiet = subprocess.DEVNULL  # what the server inherits must not keep a pipe of ours open
        done = subprocess.run(
            command, stdout=quiet, stderr=quiet, cwd=self.folder, env=self._environment, check=False, timeout=60
        )
        if done.returncode:
            raise NotPossible(f"pg_ctl {arguments[-1]} failed")


@contextmanager
def database(host: Host) -> Iterator[Database]:
    """A running database on a host."""
    folder = Path(tempfile.mkdtemp(prefix="aw-bench-pg-"))
    found = Database(host, folder)
    try:
        found.make()
        found.start()
        yield found
    finally:
        if (found.data / "postmaster.pid").exists():
            found.crash()
        shutil.rmtree(folder, ignore_errors=True)


class Share:
    """A share of a core for some processes, by a control group of version 1 or 2; nothing where there is none."""

    def __init__(self, name: str, cores: float) -> None:
        self._cores = cores
        old, new = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
        self._folder = (old if old.is_dir() else new) / name
        self.kept = False

    def __enter__(self) -> Share:
        try:
            self._folder.mkdir()
            if (self._folder / "cpu.max").exists():
                (self._folder / "cpu.max").write_text(f"{int(self._cores * 100_000)} 100000", encoding="ascii")
            else:
                (self._folder / "cpu.cfs_quota_us").write_text(str(int(self._cores * 100_000)), encoding="ascii")
            self.kept = True
        except OSError:
            self.kept = False
        return self

    def take(self, pids: Sequence[int]) -> None:
        """Hold these processes, and what they start, to the share."""
        if self.kept:
            for pid in pids:
                (self._folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def __exit__(self, *_: object) -> None:
        try:
            self._folder.rmdir()
        except OSError:  # it was never made, or the last process is just ending
            return


class Balancer:
    """nginx before several servers, in turns; a server that does not answer is left out for a second."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host, self.folder = host, folder
        self._process: subprocess.Popen[bytes] | None = None

    def before(self, addresses: Sequence[str]) -> None:
        """(Re)start before these servers.

        Raises:
            NotPossible: if it does not start.
        """
        self.stop()
        servers = " ".join(f"server {address}:{PORT} max_fails=1 fail_timeout=1s;" for address in addresses)
        file = self.folder / "nginx.conf"
        file.write_text(
            f"worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log crit;\n"
            "events { worker_connections 512; }\n"
            f"http {{ access_log off; upstream workers {{ {servers} keepalive 32; }}\n"
            f"  server {{ listen {self.host.address}:{PORT}; keepalive_requests 1000000; location / {{\n"
            "    proxy_pass http://workers; proxy_http_version 1.1; proxy_set_header Connection '';\n"
            "    proxy_connect_timeout 1s; proxy_read_timeout 30s; } } }\n",
            encoding="utf-8",
        )
        command = [*self.host.prefix, "nginx", "-p", str(self.folder), "-c", str(file), "-g", "daemon off;"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        if self._process.poll() is not None:
            raise NotPossible("nginx did not start")

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


def installed(program: str, package: str) -> None:
    """See that a system program is there, installing Debian's package for it where that is possible.

    Raises:
        NotPossible: if it is not, and cannot be installed.
    """
    if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        # without a run level its service is not started, which would listen on addresses that are not ours
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        ran("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, env=quiet)
