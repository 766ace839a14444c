"""Backup and restore: everything that lasts in one file, whatever kind of database it comes from or goes to."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from databases import schema_of
from sqlalchemy import text

import api.services  # noqa: F401 - declares every table
from api.keys import Keys
from chat.sessions import Sessions
from engine.answers import AnswerLog
from kb import migrations
from kb.backup import BackupError, make_backup, restore
from kb.changes import Change
from kb.database import Database, UnusableDatabaseError
from kb.packs import parse_pack
from kb.proposals import Proposals
from kb.store import Store

UrlIn = Callable[[Path], str]
TINY = Path(__file__).parent / "fixtures" / "tiny"
PREFIXES = (
    "@prefix task: <https://w3id.org/adaptwise/task/> .\n@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)


def task(name: str) -> list[Any]:
    """The quads of a task of this installation."""
    turtle = f'task:{name} a aw:Task ; skos:prefLabel "{name}"@en ; skos:definition "Made up."@en .'
    return parse_pack(PREFIXES + turtle, pack="local")


@pytest.fixture
def store(tmp_path: Path, url_in: UrlIn) -> Iterator[Store]:
    """A store with three versions and something of everything else that lasts, in each kind of database in turn."""
    found = Store(url_in(tmp_path), TINY)
    found.open()
    found.commit(1, task("stacking"), (), "Ann", "Add one")
    found.commit(2, task("piling"), task("stacking"), "Ann", "Add one, take one")
    Keys(found.database).add("ann", given="her-key")
    answer = SimpleNamespace(
        id="a1", profile=SimpleNamespace(request=dict), packs=("base",), as_of=datetime.date(2026, 1, 2)
    )
    AnswerLog(found.database).save(cast(Any, answer), 2)
    Proposals(found.database).propose(Change(3, tuple(task("heaping")), (), "Ann", "Perhaps", ("task", "heaping")))
    yield found
    found.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database to restore into, of each kind in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'target.db'}"
    else:
        url = schema_of(request.getfixturevalue("postgresql_server"), f"{tmp_path}/target")
    database = Database(url)
    yield database
    database.close()


def test_what_is_restored_is_what_was_there(store: Store, target: Database, tmp_path: Path) -> None:
    """Versions, keys, answers, conversations and proposals are there again, across kinds of databases, and go on."""
    session = Sessions(store.database).start()
    made = make_backup(store.database, tmp_path / "all.backup")
    assert (made.versions, made.content_hash) == (3, store.head().content_hash)
    assert restore(tmp_path / "all.backup", target) == made
    other = Store(packs=TINY, database=target)
    assert other.open() == store.head()
    assert other.versions() == store.versions()
    for number in (1, 2, 3):
        assert other.snapshot(number).lines == store.snapshot(number).lines
        assert other.delta(number) == store.delta(number)
    assert Keys(target).find("her-key").name == "ann"
    assert AnswerLog(target).find("a1") == AnswerLog(store.database).find("a1")
    assert AnswerLog(target, keep_days=1).prune() == 0
    assert Sessions(target).history(session) == ()
    proposal = Proposals(target).find(1)
    assert proposal == Proposals(store.database).find(1)
    assert Proposals(target).propose(proposal.change).number == 2
    assert other.commit(3, task("going-on"), (), "Ann", "Go on").number == 4


def test_a_database_that_holds_something_is_not_overwritten_by_mistake(store: Store, tmp_path: Path) -> None:
    """Restoring over knowledge asks for a word; with it the state of the backup is there and nothing else."""
    make_backup(store.database, tmp_path / "all.backup")
    saved = store.head()
    later = store.commit(3, task("later"), (), "Ann", "After the backup")
    with pytest.raises(BackupError, match="--replace"):
        restore(tmp_path / "all.backup", store.database)
    assert store.head() == later
    restore(tmp_path / "all.backup", store.database, replace=True)
    assert store.head() == saved


def test_a_backup_is_made_while_others_write(store: Store, tmp_path: Path) -> None:
    """A writer that is in the middle of a change is not waited for, and the file has the state before it."""
    with store.database.write() as connection:
        connection.execute(text("UPDATE knowledge_version SET reason = 'half'"))
        made = make_backup(store.database, tmp_path / "all.backup")
    assert made.content_hash == store.head().content_hash
    with sqlite3.connect(tmp_path / "all.backup") as file:
        assert [row[0] for row in file.execute("SELECT reason FROM knowledge_version WHERE number = 2")] == ["Add one"]
    file.close()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A good backup."""
    store = Store(f"sqlite:///{tmp_path / 'source.db'}", TINY)
    store.open()
    store.commit(1, task("stacking"), (), "Ann", "Add one")
    make_backup(store.database, tmp_path / "good.backup")
    store.database.close()
    return tmp_path / "good.backup"


DAMAGE = {
    "content": (
        "UPDATE knowledge_change SET added = replace(added, 'stacking', 'stocking') WHERE version = 2",
        "Version 2 is",
    ),
    "hash": ("UPDATE knowledge_version SET content_hash = 'x' WHERE number = 1", "Version 1 is"),
    "nothing": ("DELETE FROM knowledge_change; DELETE FROM knowledge_version", "no version"),
    "table": ("DROP TABLE knowledge_version", "no backup"),
    "newer": ("UPDATE alembic_version SET version_num = '9999'", "newer Adaptwise"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_backup_is_refused(backup: Path, target: Database, kind: str) -> None:
    """Whatever was changed in the file is noticed, and nothing is restored."""
    statement, reason = DAMAGE[kind]
    with sqlite3.connect(backup) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.executescript(statement)
    file.close()
    with pytest.raises((BackupError, UnusableDatabaseError), match=reason):
        restore(backup, target)
    with target.read() as connection:
        assert migrations.current(connection) is None


def test_what_is_no_backup_is_refused(tmp_path: Path, target: Database) -> None:
    """A file of something else, and one that is not there."""
    (tmp_path / "text").write_text("This is no database, however long it is. " * 100)
    for name, reason in (("text", "no backup"), ("nowhere", "cannot be read")):
        with pytest.raises(BackupError, match=reason):
            restore(tmp_path / name, target)


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_made(store: Store, tmp_path: Path) -> None:
    """An existing file stays, and a failure leaves no file behind."""
    (tmp_path / "there").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        make_backup(store.database, tmp_path / "there")
    with pytest.raises(BackupError, match="cannot be written"):
        make_backup(store.database, tmp_path / "no" / "folder")
    with store.database.write() as connection:
        connection.execute(text("UPDATE knowledge_version SET content_hash = 'x' WHERE number = 3"))
    with pytest.raises(BackupError, match="Version 3 is damaged"):
        make_backup(store.database, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "there").read_text() == "mine"
    assert not list(tmp_path.glob(".backup-*"))


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    """The file holds what people asked: nobody else may read it."""
    assert backup.stat().st_mode & 0o077 == 0
