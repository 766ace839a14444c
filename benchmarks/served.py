"""The real server in a process of its own, with one route more: a constant of any size.

The constant goes through all that every answer goes through (gunicorn, guards, routing, headers): what is left is what
an answer could cost at least.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEY = "the-key-of-the-benchmark"
AMPLE = "999999/minute"
"""Requests are counted as ever, but never too many."""
ROOT = Path(__file__).parents[1]


class NotServing(RuntimeError):
    """The server did not start, or refused what it should answer."""


@dataclass
class Served:
    """A running server.

    Attributes:
        process: its first process.
        host: where it listens.
        port: where it listens.
        ready_after: seconds from its start until it said that it is ready.
    """

    process: subprocess.Popen[str]
    host: str
    port: int
    ready_after: float
    lines: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, key: bool = False) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        headers = {"Content-Type": "application/json", **({"X-API-Key": KEY} if key else {})}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def told(self, method: str, path: str, body: Any = None, key: bool = False) -> Any:
        """The JSON of an answer.

        Raises:
            NotServing: if it is a refusal.
        """
        status, said = self.ask(method, path, body, key)
        if status >= 400:
            raise NotServing(f"{method} {path}: {status} {said[:500].decode(errors='replace')}")
        return json.loads(said)

    def processes(self) -> list[int]:
        """The server and its workers (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [self.process.pid, *map(int, children.split())]

    def processor(self) -> float:
        """Seconds of processor time that all its processes have taken (Linux)."""
        found = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            found += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
        return found / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """The bytes of memory that all its processes hold, shared ones once each (Linux)."""
        found = 0
        for pid in self.processes():
            try:
                rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except OSError:  # it has just ended
                continue
            found += sum(int(row.split()[1]) for row in rows.splitlines() if row.startswith("Pss:")) * 1024
        return found


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a server: nothing of ours but where its data goes, and ample limits.

    Python may keep what it compiles, as it does where a program is installed.
    """
    ours = ("ADAPTWISE_", "PORT", "HOST", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    rates = {f"ADAPTWISE_{kind}_RATE": AMPLE for kind in ("READ", "WRITE", "REFUSAL")}
    return {
        **kept,
        **rates,
        "ADAPTWISE_HOME": str(home),
        "ADAPTWISE_ADMIN_KEY": KEY,
        "ADAPTWISE_LOG_LEVEL": "error",
        **more,
    }


def started(
    home: Path,
    workers: int,
    prefix: Sequence[str] = (),
    host: str = "127.0.0.1",
    port: int = 0,
    more: Mapping[str, str] | None = None,
) -> Served:
    """Start a server and wait until it is ready.

    Raises:
        NotServing: if it ends instead.
    """
    variables = environment(home, HOST=host, PORT=str(port), WORKERS=str(workers), **(more or {}))
    start = time.perf_counter()
    command = [*prefix, sys.executable, "-m", "benchmarks.served"]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            found = re.search(r"http://([^/\s:]+):(\d+)", "".join(lines))
            assert found is not None
            return Served(process, found[1], int(found[2]), time.perf_counter() - start, lines)
    said = (home / "server.log").read_text(encoding="utf-8")[-2000:]
    raise NotServing(f"the server did not start: {''.join(lines)}{said}")


def stopped(server: Served) -> None:
    """Stop it as a supervisor would, and insist."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(40)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait(10)
    if server.process.stdout is not None:
        server.process.stdout.close()


@contextmanager
def serving(workers: int = 2, **more: str) -> Iterator[Served]:
    """A server with the shipped knowledge and a database of its own, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        server = started(Path(folder), workers, more=more)
        try:
            yield server
        finally:
            stopped(server)


def main(variables: Mapping[str, str] = os.environ) -> None:
    """Be that server."""
    from flask import Response, request

    import api.server
    from api.settings import Settings

    class WithConstant(api.server.Server):
        def load(self) -> Any:
            app = super().load()

            def constant() -> Response:
                return Response(b"x" * request.args.get("size", 0, int), mimetype="application/json")

            app.add_url_rule("/benchmark/constant", "constant", constant, methods=["POST"])
            return app

    api.server.Server = WithConstant  # type: ignore[misc]
    api.server.serve(Settings.from_environment(variables))


if __name__ == "__main__":
    main()
