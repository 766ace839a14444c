"""The SQL database behind everything that lasts: SQLite by default, PostgreSQL for several machines.

Tables are declared in :data:`METADATA` by whoever owns them (versions here, sessions, stored answers and keys
elsewhere); :meth:`Database.create_tables` brings them all up to date by the steps of :mod:`kb.migrations`. Writers use
:meth:`Database.write`, which takes SQLite's write lock at once: a transaction that reads first and writes later could
otherwise be refused in the middle.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError

from kb import migrations
from kb.outage import Outage

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process before it gives up."""

_WRITE = "adaptwise_write"
_LOCK_KEY = 7_305_081_202  # any number that no other program on the same server would take for its lock


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table."""


class UnusableDatabaseError(RuntimeError):
    """The database cannot be used as it is; the message says why, and what to do."""


def default_home() -> Path:
    """Where an installation keeps its data: ``ADAPTWISE_HOME``, else the platform's directory for user data."""
    if home := os.environ.get("ADAPTWISE_HOME"):
        return Path(home)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "adaptwise"


def default_url() -> str:
    """The database's URL: ``ADAPTWISE_DATABASE_URL``, else an SQLite file in :func:`default_home`."""
    return os.environ.get("ADAPTWISE_DATABASE_URL") or f"sqlite:///{default_home() / 'adaptwise.db'}"


class Database:
    """One database with its connections. Make it after forking: connections do not survive a fork."""

    def __init__(self, url: str | None = None, must_exist: bool = False) -> None:
        """Prepare, but do not connect.

        Args:
            url: an SQLAlchemy URL; :func:`default_url` by default.
            must_exist: do not make an SQLite file that is missing, not even at first.

        Raises:
            UnusableDatabaseError: if the URL cannot be read, or the driver that it asks for is not installed.
        """
        self._reading, self._writing = Outage("read"), Outage("written to")
        try:
            self.url = _with_driver(make_url(url or default_url()))
            self.engine = _sqlite_engine(self.url, must_exist) if self.is_sqlite else _server_engine(self.url)
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise UnusableDatabaseError(
                "The database's URL cannot be used. Expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
            ) from None
        except ModuleNotFoundError as error:
            raise UnusableDatabaseError(
                f"The database needs the Python package {error.name}, which is not installed. "
                "For PostgreSQL: pip install 'adaptwise[postgresql]'"
            ) from None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    def create_tables(self) -> None:
        """Bring the tables up to date, safely with several processes starting at once.

        Raises:
            UnusableDatabaseError: if a newer program has been at this database.
        """
        with self.read() as connection:
            if migrations.current(connection) == migrations.HEAD:
                return  # most starts end here, without taking the lock
        try:
            with self.exclusive() as connection:
                migrations.upgrade(connection)
        except migrations.UnknownStepError as error:
            raise UnusableDatabaseError(str(error)) from None

    @property
    def is_reached(self) -> bool:
        """Whether those who read or wrote last got through."""
        return not (self._reading.lasts or self._writing.lasts)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state of the database.

        Raises:
            DatabaseGoneError: if the database is not reached.
        """
        with self._reading.passing(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Connection]:
        """A transaction that writes; it is rolled back if an error leaves the block.

        Args:
            lasting: whether it is to survive a power cut as well, which means waiting for the disk.

        Raises:
            DatabaseGoneError: if the database is not reached, or somebody else writes for longer than is waited for.
        """
        with self._writing.passing(), self.engine.connect() as connection:
            writer = connection.execution_options(**{_WRITE: True})
            with self._waiting_for_disk(writer, lasting), writer.begin():
                if not lasting and self.url.get_backend_name() == "postgresql":
                    writer.execute(text("SET LOCAL synchronous_commit = off"))
                yield writer

    @contextmanager
    def _waiting_for_disk(self, connection: Connection, lasting: bool) -> Iterator[None]:
        """SQLite is told by the connection, between transactions."""
        if lasting or self.url.get_backend_name() != "sqlite":
            yield
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            driver.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        """The same, with no other exclusive transaction at the same time, on whatever machine."""
        with self.write() as connection:
            if self.url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _with_driver(url: URL) -> URL:
    """The same with the driver that we bring along, where the URL names none."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _server_engine(url: URL) -> Engine:
    """An engine for a database server. One that does not answer is given up in seconds, or when the URL says."""
    waiting = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
    given = {name: value for name, value in waiting.items() if name not in url.query}
    return create_engine(url, pool_pre_ping=True, connect_args=given if url.drivername.endswith("+psycopg") else {})


def _sqlite_engine(url: URL, must_exist: bool) -> Engine:
    engine = create_engine(url)
    if _is_file(url.database):
        file = _File(Path(str(url.database)), must_exist)
        event.listen(engine, "do_connect", file.before)
        event.listen(engine, "connect", file.after)
        event.listen(engine, "checkout", file.again)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_file(database: str | None) -> bool:
    return bool(database) and database != ":memory:" and not str(database).startswith("file:")


class _File:
    """The file of a database, which somebody may move away or replace while it is open."""

    def __init__(self, file: Path, must_exist: bool) -> None:
        self._file, self._must_exist = file, must_exist
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def before(self, *_: Any) -> None:
        """SQLite would make a file that is missing, empty, and what is written there would look saved.

        Raises:
            sqlite3.OperationalError: if it was there before and is missing.
        """
        if self._must_exist and self._identity() is None:
            raise sqlite3.OperationalError("its file is missing")

    def after(self, _connection: Any, record: Any) -> None:
        """Remember which file a connection is to."""
        self._must_exist = True
        record.info["file"] = self._identity()

    def again(self, _connection: Any, record: Any, _proxy: Any) -> None:
        """A connection to a file that was moved away or replaced goes on writing where nobody reads.

        Raises:
            DisconnectionError: if it was; the pool connects anew.
        """
        if self._identity() != record.info["file"]:
            raise DisconnectionError("the file is another one now")

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # an acknowledged change survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
