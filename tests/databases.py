"""The databases that tests run on: SQLite files, and schemas of a PostgreSQL server.

The server is the one that ``ADAPTWISE_TEST_POSTGRESQL`` names, else one that the tests start for themselves from the
system's own PostgreSQL, in a folder of its own, listening on a socket only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

SERVER = os.environ.get("ADAPTWISE_TEST_POSTGRESQL")


def program(name: str) -> str | None:
    """One of PostgreSQL's own programs: on the PATH, or where Debian puts what the PATH does not show."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name))
    return shutil.which(name) or next((found for place in places if (found := shutil.which(name, path=place))), None)


def unprivileged() -> list[str]:
    """What to put before a command so that it does not run as root, under which PostgreSQL refuses to."""
    if os.geteuid() != 0:
        return []
    for user in ("postgres", "nobody"):
        if subprocess.run(["id", user], capture_output=True, check=False).returncode == 0:
            group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
            return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--"]
    raise LookupError("there is neither a user postgres nor nobody")


@contextmanager
def private_server() -> Iterator[str]:
    """A PostgreSQL server of one's own, as the URL of its database; gone afterwards.

    Raises:
        LookupError: if PostgreSQL or an unprivileged user is missing.
    """
    initdb, control = program("initdb"), program("pg_ctl")
    if initdb is None or control is None:
        raise LookupError("PostgreSQL is missing (no initdb, no pg_ctl); scripts/bootstrap dev installs it")
    # A socket's path must be short, and the folder one that another user can reach: not pytest's own.
    folder = Path(tempfile.mkdtemp(prefix="aw-pg-"))
    data = folder / "data"
    as_user = unprivileged()
    try:
        if as_user:
            shutil.chown(folder, as_user[1].removeprefix("--reuid="), as_user[2].removeprefix("--regid="))
        options = f"-c listen_addresses= -c unix_socket_directories={shlex.quote(str(folder))} -c fsync=off"
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        call = {"capture_output": True, "text": True, "cwd": folder, "env": environment}
        subprocess.run(
            [*as_user, initdb, "-D", data, "-U", "adaptwise", "-A", "trust", "-E", "UTF8", "-N"], check=True, **call
        )
        # What the server inherits must not keep a pipe of ours open, or this would wait for its end.
        quiet = {**call, "capture_output": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        log = folder / "log"
        subprocess.run([*as_user, control, "-D", data, "-w", "-l", log, "-o", options, "start"], check=True, **quiet)
        try:
            yield f"postgresql+psycopg://adaptwise@/postgres?host={folder}"
        finally:
            subprocess.run([*as_user, control, "-D", data, "-w", "-m", "immediate", "stop"], check=True, **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server to test on; skips loudly where there is none, and fails where CI has none."""
    if SERVER:
        yield SERVER
        return
    try:
        with private_server() as url:
            yield url
    except LookupError as error:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL to test on: {error}")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


def control(url: str, action: str) -> int:
    """Stop or start the private server of this URL, or ask for its status; 0 is well."""
    folder = Path(str(make_url(url).query["host"]))
    options = f"-c listen_addresses= -c unix_socket_directories={shlex.quote(str(folder))} -c fsync=off"
    more = ["-l", folder / "log", "-o", options] if action == "start" else ["-m", "fast"] if action == "stop" else []
    command = [*unprivileged(), str(program("pg_ctl")), "-D", folder / "data", "-w", *more, action]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(command, check=action != "status", env=environment, **quiet).returncode


def schema_of(server: str, name: str) -> str:
    """The URL of a database for one test: a schema of its own on the server."""
    schema = f"t{sha256(name.encode()).hexdigest()[:16]}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    engine.dispose()
    url: URL = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)
