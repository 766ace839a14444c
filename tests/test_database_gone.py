"""Without its database the server answers what it can, says so, and goes on by itself when the database is back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ADMIN_KEY, RunningServer, clean_environment, home_with
from databases import SERVER, control, private_server
from sqlalchemy import text

import api.services
from kb.backup import make_backup, restore
from kb.database import Database
from kb.outage import DatabaseGoneError

ASK = "/api/v1/recommendations"
TASKS = "/api/v1/tasks"
SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
OWNERS = api.services.Services  # whoever declares tables is imported, so that all of them are restored
KEY = {"X-API-Key": ADMIN_KEY}


@dataclass
class Losable:
    """A server whose database can be taken away and given back."""

    server: RunningServer
    take: Callable[[], None]
    give: Callable[[], None]


def sqlite(installed: Path, folder: Path) -> Iterator[Losable]:
    """On a file that is moved away and back."""
    server = RunningServer(home_with(installed, folder / "home"))
    here, there = server.home / "adaptwise.db", folder / "elsewhere.db"
    server.start()
    yield Losable(server, lambda: here.rename(there) and None, lambda: there.rename(here) and None)
    server.stop()


def postgresql(installed: Path, folder: Path) -> Iterator[Losable]:
    """On a PostgreSQL server that is stopped and started."""
    if SERVER and not os.environ.get("CI"):
        pytest.skip("the server for tests is not ours to stop")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(private_server())
        except LookupError as error:
            pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")
        first, database = Database(f"sqlite:///{installed}"), Database(url)
        make_backup(first, folder / "all.backup")
        restore(folder / "all.backup", database)
        first.close()
        database.close()
        server = RunningServer(folder / "home", {"ADAPTWISE_DATABASE_URL": url})
        server.start()
        yield Losable(server, lambda: control(url, "stop"), lambda: control(url, "start"))
        server.stop()
        if control(url, "status"):  # private_server ends with stopping it
            control(url, "start")


@pytest.fixture(params=[sqlite, postgresql], ids=["sqlite", "postgresql"])
def losable(request: pytest.FixtureRequest, installed: Path, tmp_path: Path) -> Iterator[Losable]:
    """A server on each kind of database in turn."""
    yield from request.param(installed, tmp_path)


def until(fulfilled: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def test_the_database_goes_and_comes_back(losable: Losable) -> None:
    """Questions are answered all the time, alike; writing is refused as a problem; what was answered is not lost."""
    server = losable.server
    before = server.post(f"{ASK}?as_of=2026-01-01", {"task": "summarization"})
    assert before.status_code == 200 and "Adaptwise-Degraded" not in before.headers
    losable.take()

    for _ in range(3):
        during = server.post(f"{ASK}?as_of=2026-01-01", {"task": "summarization"})
        assert (during.status_code, during.json()) == (200, before.json())
    assert during.headers["Adaptwise-Degraded"] == "database"
    other = server.post(f"{ASK}?as_of=2026-01-01", {"task": "question-answering"})
    assert other.status_code == 200
    assert server.get(other.json()["links"]["why"]).status_code == 200
    assert server.get(f"{TASKS}?limit=1").status_code == 200
    for refused in (
        server.post(TASKS, {"label": "Naming boats", "reason": "to test"}, headers=KEY),
        server.post("/api/v1/chat", {}),
    ):
        assert refused.status_code == 503, refused.text
        assert refused.json()["type"].endswith("/problem/database-unavailable")
        assert int(refused.headers["Retry-After"]) > 0
    ready = server.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["checks"] == {"knowledge": "ok", "engine": "ok", "database": "failed"}

    losable.give()
    until(lambda: server.get("/readyz").json()["status"] == "ready")
    assert "Adaptwise-Degraded" not in server.get(f"{TASKS}?limit=1").headers
    added = server.post(TASKS, {"label": "Naming boats", "reason": "to test"}, headers=KEY)
    assert added.status_code == 201, added.text
    answered = server.post(f"{ASK}?as_of=2026-01-01", {"task": "naming-boats"})
    assert answered.status_code == 200 and "Adaptwise-Degraded" not in answered.headers
    server.restart()  # what was answered meanwhile was stored when that was possible again
    for answer in (before, other, answered):
        assert server.get(f"{ASK}/{answer.json()['id']}").json() == answer.json()
    assert "Traceback" not in server.log.read_text() and '"exception"' not in server.log.read_text()


@pytest.mark.parametrize("losable", [sqlite, postgresql] if SOAK else [sqlite], indirect=True)
def test_a_worker_that_starts_without_the_database_waits_for_it(losable: Losable) -> None:
    """A worker that takes the place of another does not bring the server down."""
    server = losable.server
    (worker,) = server.worker_pids()
    losable.take()
    os.kill(worker, signal.SIGKILL)
    until(lambda: server.worker_pids() not in ([], [worker]))
    time.sleep(1)
    assert server.process.poll() is None
    losable.give()
    server.wait_until_ready()


def test_a_server_that_never_reached_its_database_says_so(tmp_path: Path) -> None:
    """It ends with what is wrong and where to look, and without the password."""
    environment = clean_environment(tmp_path, ADAPTWISE_DATABASE_URL="postgresql://u:secret@127.0.0.1:9/db")
    ended = subprocess.run([ADAPTWISE, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("adaptwise: The database cannot be ") and "ADAPTWISE_DATABASE_URL" in ended.stderr
    assert "secret" not in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.skipif(not SOAK, reason="waits for as long as the lock is waited for: with ADAPTWISE_SOAK")
def test_somebody_who_holds_the_lock_does_not_stop_answers(own_server: RunningServer) -> None:
    """While another program writes to the file for longer than is waited for, questions are answered."""
    own_server.start()
    assert own_server.post(ASK, {"task": "summarization"}).status_code == 200
    other = sqlite3.connect(own_server.home / "adaptwise.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first = own_server.post(ASK, {"task": "question-answering"})
    began = time.monotonic()
    second = own_server.post(ASK, {"task": "text-classification"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert time.monotonic() - began < 5, "the second one waited for the lock as well"
    other.execute("ROLLBACK")
    other.close()
    until(lambda: "Adaptwise-Degraded" not in own_server.post(ASK, {"task": "content-moderation"}).headers)
    own_server.restart()
    assert own_server.get(f"{ASK}/{first.json()['id']}").status_code == 200


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    """Nothing is written to a file that was moved away, and nothing makes a new one in its place."""
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    database = Database(f"sqlite:///{here}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    here.rename(there)
    with pytest.raises(DatabaseGoneError, match="missing"), database.write() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert not here.exists() and not database.is_reached
    other = Database(f"sqlite:///{here}")
    with other.write() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (7)"))
    time.sleep(1.1)
    with database.write() as connection:
        assert connection.execute(text("SELECT n FROM t")).scalars().all() == [7]
    assert database.is_reached
    for one in (database, other):
        one.close()
    with pytest.raises(DatabaseGoneError, match="missing"), Database(f"sqlite:///{there}x", must_exist=True).read():
        pass


def test_only_one_waits_for_a_database_that_is_gone(tmp_path: Path) -> None:
    """While one finds out whether it is back, the others are told at once; a wrong statement is no outage."""
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(Exception, match="no such table"), database.read() as connection:
        connection.execute(text("SELECT * FROM missing"))
    assert database.is_reached
    database._reading.begin()
    with pytest.raises(DatabaseGoneError), database.read():
        pass
    time.sleep(1.1)
    inside, go_on = threading.Event(), threading.Event()

    def find_out() -> None:
        with database.read():
            inside.set()
            go_on.wait(10)

    finder = threading.Thread(target=find_out)
    finder.start()
    assert inside.wait(10)
    with pytest.raises(DatabaseGoneError), database.read():
        pass
    go_on.set()
    finder.join()
    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    database.close()
