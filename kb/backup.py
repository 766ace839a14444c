"""Everything that lasts in one file, and back: the same file whatever kind of database it comes from or goes to.

A backup is an SQLite file with all tables. Of an SQLite database it is made by SQLite's own online backup, of any other
row by row in one transaction that sees one state. Both ways end with every version's content computed anew and compared
with its content hash.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, RowMapping, Table, delete, func, insert, inspect, select, text

from kb import migrations
from kb.content import Content
from kb.database import METADATA, Database, UnusableDatabaseError
from kb.versions import CHANGES, VERSIONS, read_deltas, read_head

_BATCH = 500


class BackupError(RuntimeError):
    """A backup that cannot be made or used; the message says why."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes:
        versions: how many versions, each found to be what its content hash says.
        content_hash: that of the newest version.
        rows: how many rows in all tables.
    """

    versions: int
    content_hash: str
    rows: int


def make_backup(database: Database, file: Path) -> Backup:
    """Write everything into a new file, while others go on reading and writing.

    Args:
        database: what to write; its tables must be up to date.
        file: where to; it must not exist yet. It appears when it is whole.

    Raises:
        BackupError: if the file exists or cannot be written, or if a version is not what its content hash says.
    """
    if file.exists():
        raise BackupError(f"{file} exists already; choose another name.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
            made = Path(folder) / "backup.db"
            if database.is_sqlite:
                _copy_sqlite(Path(str(database.url.database)), made)
            else:
                _copy_rows(database, made)
            with _opened(made) as copy, copy.read() as connection:
                found = verify(connection)
            made.chmod(0o600)  # it holds what people asked
            made.replace(file)
            return found
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None


def restore(file: Path, database: Database, replace: bool = False) -> Backup:
    """Make a database what a backup says, in one transaction. No server may be running on it.

    Args:
        file: the backup.
        database: where to; of any kind.
        replace: whether what is there may be lost.

    Raises:
        BackupError: if the file is no backup or is damaged, or if the database holds something and ``replace`` is
            false; nothing is changed then.
        UnusableDatabaseError: if the backup is of a newer program.
    """
    with tempfile.TemporaryDirectory(prefix="adaptwise-") as folder:
        copy = Path(folder) / "backup.db"
        try:
            shutil.copyfile(file, copy)
        except OSError as error:
            raise BackupError(f"{file} cannot be read: {error.strerror}.") from None
        with _opened(copy) as source:
            _require_backup(source, file)
            source.create_tables()  # a backup of an older program is brought up to date, in its copy
            with source.read() as connection:
                expected = verify(connection)
                database.create_tables()
                with database.exclusive() as target:
                    if read_head(target) is not None and not replace:
                        raise BackupError("The database holds knowledge already; --replace says that it may be lost.")
                    _write_all(connection, target)
                    if (found := verify(target)) != expected:
                        raise BackupError(f"The database has {found} after restoring, and the backup {expected}.")
            return expected


def verify(connection: Connection) -> Backup:
    """Compute the content of every version anew and compare it with its content hash.

    Raises:
        BackupError: naming the first version that is not what its hash says.
    """
    rows = connection.execute(select(VERSIONS.c.number, VERSIONS.c.content_hash).order_by(VERSIONS.c.number)).all()
    content = Content()
    for number, content_hash in rows:
        content = content.apply(read_deltas(connection, number - 1, number)[0])
        if content.content_hash != content_hash:
            raise BackupError(f"Version {number} is damaged: its content is not what its content hash says.")
    changes = connection.execute(select(func.count()).select_from(CHANGES)).scalar_one()
    if not rows or changes != len(rows):
        raise BackupError("There is no version in it." if not rows else "Changes without a version are in it.")
    total = sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables(connection)
    )
    return Backup(len(rows), rows[-1].content_hash, total)


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.close()


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: a state that was there at one moment, while others go on writing."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _copy_rows(database: Database, target: Path) -> None:
    with _opened(target) as copy:
        copy.create_tables()
        one_state = database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with one_state as source, copy.write() as connection:
            _write_all(source, connection)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _write_all(source: Connection, target: Connection) -> None:
    """Empty the tables of the one database and fill them from the other."""
    tables = _tables(source)
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        rows = source.execute(select(table).order_by(*table.primary_key.columns))
        for batch in rows.mappings().partitions(_BATCH):
            target.execute(insert(table), [_in_utc(table, row) for row in batch])
        _continue_numbering(target, table)


def _in_utc(table: Table, row: RowMapping) -> dict[str, Any]:
    """A row as any database understands it: SQLite keeps times without their zone, which is always UTC."""
    found = dict(row)
    for column in table.columns:
        value = found[column.name]
        if isinstance(column.type, DateTime) and column.type.timezone and isinstance(value, datetime):
            found[column.name] = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return found


def _continue_numbering(target: Connection, table: Table) -> None:
    """Let a server's own numbering go on after the rows that brought their numbers along."""
    column = table.autoincrement_column
    if column is None or target.dialect.name != "postgresql":
        return
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = target.execute(sequence, {"table": table.name, "column": column.name}).scalar()
    newest = target.execute(select(func.max(column))).scalar()
    if name and newest:
        target.execute(text("SELECT setval(:name, :newest)"), {"name": name, "newest": newest})


def _tables(connection: Connection) -> list[Table]:
    """The tables that are there, each after those that it refers to.

    Raises:
        LookupError: if one is there that nobody declared; whoever declares it is to be imported first.
    """
    there = set(inspect(connection).get_table_names()) - {migrations.TABLE}
    if unknown := sorted(there - METADATA.tables.keys()):
        raise LookupError(f"Nobody declares the tables {', '.join(unknown)}.")
    return [table for table in METADATA.sorted_tables if table.name in there]


def _require_backup(source: Database, file: Path) -> None:
    try:
        with source.read() as connection:
            known = inspect(connection).has_table(VERSIONS.name)
            migrations.current(connection)
    except Exception as error:
        raise BackupError(f"{file} is no backup of this program.") from error
    if not known:
        raise BackupError(f"{file} is no backup of this program.")


__all__ = ["Backup", "BackupError", "UnusableDatabaseError", "make_backup", "restore", "verify"]
