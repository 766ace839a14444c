"""The tables over time: brought up to date at a start, whatever was there before."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text, update

import api.audit
import api.keys
import chat.sessions
import engine.answers
import kb.proposals
from kb import migrations
from kb.database import METADATA, Database, UnusableDatabaseError
from kb.migrations.scripts import configuration
from kb.store import Store
from kb.versions import VERSIONS

UrlIn = Callable[[Path], str]
TINY = Path(__file__).parent / "fixtures" / "tiny"
FIRST_TABLES = {
    *("knowledge_version", "knowledge_change", "knowledge_installation", "knowledge_validation"),
    *("stored_answer", "chat_session", "chat_message", "api_key"),
}
"""The tables from before there were steps."""

OWNERS = (api.audit, api.keys, chat.sessions, engine.answers, kb.proposals)  # whoever declares tables


def bring_up_to_date(url: str) -> None:
    """What a program does with the tables when it starts."""
    database = Database(url)
    database.create_tables()
    database.close()


def differences(database: Database) -> list[object]:
    """What Alembic would change in the database to make it what the models say."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, METADATA))


def test_the_steps_make_what_the_models_say(tmp_path: Path, url_in: UrlIn) -> None:
    """After all steps Alembic finds no difference between database and models, and without one it would."""
    assert OWNERS
    database = Database(url_in(tmp_path))
    database.create_tables()
    assert differences(database) == []
    with database.write() as connection:
        connection.execute(text("ALTER TABLE stored_answer ADD COLUMN more TEXT"))
        connection.execute(text("DROP INDEX ix_chat_session_used"))
    assert len(differences(database)) == 2
    database.close()


def test_the_newest_step_is_the_one_that_a_start_looks_for() -> None:
    """There is one newest step, and it is the one named in code."""
    assert ScriptDirectory.from_config(configuration()).get_heads() == [migrations.HEAD]


def test_a_database_from_before_there_were_steps_is_taken_over(tmp_path: Path, url_in: UrlIn) -> None:
    """Tables that were created without steps keep their content, and those that were missing are added."""
    url = url_in(tmp_path)
    old = Database(url)
    first = [
        METADATA.tables[name]
        for name in ("knowledge_version", "knowledge_change", "knowledge_installation", "knowledge_validation")
    ]
    with old.write() as connection:
        METADATA.create_all(connection, tables=first)
        assert migrations.current(connection) is None
    store = Store(url, TINY)
    store.open()
    made = store.head()
    with store.database.write() as connection:
        for later in ("alembic_version", *{*METADATA.tables} - FIRST_TABLES):
            connection.execute(text(f"DROP TABLE {later}"))
        connection.execute(update(VERSIONS).values(content_hash="by another form of hash"))
    again = Store(url, TINY)
    assert again.open() == made
    assert differences(again.database) == []
    with again.database.read() as connection:
        assert migrations.current(connection) == migrations.HEAD
        assert connection.execute(select(VERSIONS.c.number)).scalars().all() == [1]
    for database in (old, store.database, again.database):
        database.close()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, url_in: UrlIn) -> None:
    """A step that this program does not know is refused in words, and stays noted."""
    database = Database(url_in(tmp_path))
    database.create_tables()
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnusableDatabaseError, match=r"step 9999 by a newer .* restore a backup"):
        database.create_tables()
    with database.read() as connection:
        assert migrations.current(connection) == "9999"
    database.close()


def test_a_step_that_fails_leaves_nothing_behind(
    tmp_path: Path, url_in: UrlIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps of a start are one transaction."""
    folder = tmp_path / "steps of one's own, 100% new"
    shutil.copytree(migrations._FOLDER, folder)
    (folder / "versions" / "step_next.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = 'next', '{migrations.HEAD}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half_made (n INTEGER)')\n    raise ZeroDivisionError\n"
    )
    database = Database(url_in(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_FOLDER", folder)
        with pytest.raises(ZeroDivisionError):
            database.create_tables()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.create_tables()
    assert differences(database) == []
    database.close()


def test_processes_that_start_at_once_take_each_step_once(tmp_path: Path, url_in: UrlIn) -> None:
    """Several workers may find a database without tables at the same time."""
    url = url_in(tmp_path)
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        for job in [pool.submit(bring_up_to_date, url) for _ in range(3)]:
            job.result(60)
    database = Database(url)
    assert differences(database) == []
    database.close()


@pytest.mark.parametrize("url", ["nonsense", "nonsense://somewhere/db", "postgresql://u:secret@h:port/db"])
def test_an_address_of_no_database_is_refused_in_words(url: str) -> None:
    """What is expected is said; what was given may hold a password and is not repeated."""
    with pytest.raises(UnusableDatabaseError, match="Expected sqlite:///FILE or postgresql://") as caught:
        Database(url)
    assert "secret" not in str(caught.value)


def test_postgresql_is_reached_by_the_driver_that_comes_along() -> None:
    """A URL as PostgreSQL's own tools take it does."""
    for url in ("postgresql://u:p@h/db", "postgres://u:p@h/db", "postgresql+psycopg://u:p@h/db"):
        database = Database(url)
        assert database.engine.dialect.driver == "psycopg"
        assert not database.is_sqlite
        database.close()


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL is an extra; without it the message says how to get it."""
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(UnusableDatabaseError, match=r"pip install 'adaptwise\[postgresql\]'"):
        Database("postgresql://u:p@h/db")
