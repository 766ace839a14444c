"""What lasts besides versions is kept alike in SQLite and in PostgreSQL."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.keys import Keys
from chat.sessions import Sessions, UnknownSessionError
from engine.answers import AnswerLog
from kb.database import Database


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


def test_answers_are_kept_and_forgotten(database: Database) -> None:
    """A question is found again as it was asked, saving it twice changes nothing, and in the end it is forgotten."""
    answer = cast(
        Any,
        SimpleNamespace(
            id="a1",
            profile=SimpleNamespace(request=lambda: {"task": "some-task"}),
            packs=("core",),
            as_of=datetime.date(2026, 1, 2),
        ),
    )
    log = AnswerLog(database)
    log.save(answer, 3)
    log.save(answer, 4)
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
