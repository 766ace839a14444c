"""What lasts besides versions is kept alike in SQLite and in PostgreSQL."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

import engine.answers
from api.keys import Keys
from chat.sessions import Sessions, UnknownSessionError
from engine.answers import AnswerLog
from kb.database import Database
from kb.outage import DatabaseGoneError


@pytest.fixture
def database(tmp_path: Path, url_in: Callable[[Path], str]) -> Iterator[Database]:
    """A database with its tables, of each kind in turn."""
    found = Database(url_in(tmp_path))
    found.create_tables()
    yield found
    found.close()


def test_keys_are_kept(database: Database) -> None:
    """A key made in one process is known in another, and only its hash is stored."""
    made = Keys(database).ensure_first(None)
    assert made is not None
    assert Keys(database).find(made).name == "admin"
    assert Keys(database).find(made + "x") is None
    assert Keys(database).ensure_first(None) is None


def test_sessions_are_kept(database: Database) -> None:
    """A session started in one process is found in another; an unknown one is said to be unknown."""
    session = Sessions(database).start()
    assert Sessions(database).history(session) == ()
    with pytest.raises(UnknownSessionError):
        Sessions(database).history(session[::-1])


def answer(name: str) -> Any:
    """What a log stores of an answer."""
    return cast(
        Any,
        SimpleNamespace(
            id=name,
            profile=SimpleNamespace(request=lambda: {"task": "some-task"}),
            packs=("core",),
            as_of=datetime.date(2026, 1, 2),
        ),
    )


def test_answers_are_kept_and_forgotten(database: Database) -> None:
    """A question is found again as it was asked, saving it twice changes nothing, and in the end it is forgotten."""
    log = AnswerLog(database)
    log.save(answer("a1"), 3)
    log.save(answer("a1"), 4)
    AnswerLog(database).save(answer("a1"), 5)
    found = AnswerLog(database).find("a1")
    assert found is not None
    assert (found.version, found.request, found.packs, found.as_of) == (
        3,
        {"task": "some-task"},
        ("core",),
        datetime.date(2026, 1, 2),
    )
    assert log.prune() == 0
    assert AnswerLog(database, keep_days=-1).prune() == 1
    assert log.find("a1") is None


def test_an_answer_given_again_is_kept_for_longer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked every day is not forgotten; a process that stored it long ago looks again."""
    log = AnswerLog(database, keep_days=1)
    log.save(answer("old"), 1)
    with database.write() as connection:
        connection.execute(text("UPDATE stored_answer SET created = '2020-01-01 00:00:00+00:00'"))
    monkeypatch.setattr(engine.answers, "FRESH", datetime.timedelta(0))
    log.save(answer("old"), 1)
    assert log.prune() == 0 and log.find("old") is not None


def test_what_waited_is_stored_with_whatever_comes_next(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer given while the database was gone is stored as soon as any answer is given, be it a known one."""
    log = AnswerLog(database)
    log.save(answer("known"), 1)
    write = database.write

    def gone(lasting: bool = True) -> Any:
        raise DatabaseGoneError

    monkeypatch.setattr(database, "write", gone)
    log.save(answer("late"), 1)
    assert AnswerLog(database).find("late") is None and log.find("late") is not None
    monkeypatch.setattr(database, "write", write)
    log.save(answer("known"), 1)
    assert AnswerLog(database).find("late") is not None


def test_answers_given_at_the_same_time_are_stored_together(database: Database) -> None:
    """Many threads, few transactions, and every answer is there when its thread goes on."""
    log, transactions = AnswerLog(database), []
    write = database.write

    def counted(lasting: bool = True) -> Any:
        transactions.append(lasting)
        return write(lasting)

    def store(number: int) -> bool:
        log.save(answer(f"a{number}"), 1)
        return AnswerLog(database).find(f"a{number}") is not None

    database.write = counted  # type: ignore[method-assign]
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(store, range(160)))
    assert len(transactions) <= 160 and not any(transactions)
    assert len(log.newest(200)) == 160


def test_only_what_must_last_waits_for_the_disk(database: Database) -> None:
    """What a power cut may take is written without; the next transaction on the same connection waits again."""
    asked = "PRAGMA synchronous" if database.url.get_backend_name() == "sqlite" else "SHOW synchronous_commit"

    def level(lasting: bool) -> object:
        with database.write(lasting) as connection:
            return connection.execute(text(asked)).scalar()

    assert [level(True), level(False), level(True)] in ([2, 1, 2], ["on", "off", "on"])
