"""Who may write: keys in the header ``X-API-Key``, of which the database keeps only hashes."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app
from flask_httpauth import HTTPTokenAuth
from flask_openapi import validate_request
from sqlalchemy import Connection, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from api.problems import ProblemError, problem_response
from kb.database import Base, Database
from kb.versions import now

F = TypeVar("F", bound=Callable[..., Any])

LONGEST_NAME = 100

FIRST_KEY = "admin"
"""The name of the key that an installation starts with."""


class KeyRow(Base):
    """A key for writing."""

    __tablename__ = "api_key"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    hash: Mapped[str] = mapped_column(String(300))
    created: Mapped[str] = mapped_column(String(32))


class Keys:
    """The keys of an installation.

    Args:
        database: where their hashes are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # The slow hash is for what lies in the database; a key that was right once is known here by a fast one.
        self._right: dict[str, tuple[str, str]] = {}
        self._lent: dict[str, str] = {}
        self._lock = threading.Lock()

    def ensure_first(self, given: str | None) -> str | None:
        """Set the first key to ``given``; without that, make one if there is none yet.

        Returns:
            the key that was made, to be shown this once, or None.
        """
        with self._database.exclusive() as connection:
            stored = dict(connection.execute(select(KeyRow.name, KeyRow.hash)).all())
            if given:
                if FIRST_KEY not in stored or not check_password_hash(stored[FIRST_KEY], given):
                    _write(connection, FIRST_KEY, given)
                return None
            if stored:
                return None
            made = secrets.token_urlsafe(32)
            _write(connection, FIRST_KEY, made)
            return made

    def add(self, name: str, key: str | None = None) -> str:
        """Give somebody a key; one of that name is replaced.

        Args:
            name: whose it is, as history shows it.
            key: the key itself; made here if left out.

        Returns:
            the key, of which only the hash is kept.

        Raises:
            ValueError: if the name cannot be shown.
        """
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(f"A key's name is 1 to {LONGEST_NAME} characters that can be shown.")
        made = key or secrets.token_urlsafe(32)
        with self._database.exclusive() as connection:
            _write(connection, name, made)
        return made

    def names(self) -> list[tuple[str, str]]:
        """The name of each key and when it was made, in the order of names."""
        with self._database.read() as connection:
            rows = connection.execute(select(KeyRow.name, KeyRow.created).order_by(KeyRow.name))
            return [(row.name, row.created) for row in rows]

    def remove(self, name: str) -> bool:
        """Take a key away; it is not known from then on. Says whether there was one."""
        with self._database.write() as connection:
            return connection.execute(delete(KeyRow).where(KeyRow.name == name)).rowcount > 0

    def lend(self, name: str) -> str:
        """A key that is right in this process only: for the command line, whose user owns the database anyway."""
        key = secrets.token_urlsafe(32)
        self._lent[_fast_hash(key)] = name
        return key

    def holder(self, key: str) -> str | None:
        """The name of the key, or None if there is no such key."""
        fast = _fast_hash(key)
        if fast in self._lent:
            return self._lent[fast]
        with self._database.read() as connection:
            stored = connection.execute(select(KeyRow.name, KeyRow.hash)).all()
        for row in stored:
            if self._right.get(fast) == row:
                return row[0]
        # One at a time: guessing keys must not occupy every thread.
        with self._lock:
            for name, slow in stored:
                if check_password_hash(slow, key):
                    self._right[fast] = (name, slow)
                    return name
        return None


def _fast_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _write(connection: Connection, name: str, key: str) -> None:
    row = {"name": name, "hash": generate_password_hash(key), "created": now()}
    connection.execute(delete(KeyRow).where(KeyRow.name == name))
    connection.execute(insert(KeyRow).values(row))


auth = HTTPTokenAuth(scheme="ApiKey", realm="Adaptwise", header="X-API-Key")


@auth.verify_token  # type: ignore[untyped-decorator]
def _verify(token: str) -> str | None:
    keys: Keys = current_app.extensions["adaptwise"].keys
    return keys.holder(token) if token else None


@auth.error_handler  # type: ignore[untyped-decorator]
def _refuse(status: int) -> Response:
    detail = "Writing needs a key that is known here, in the header X-API-Key. Reading does not."
    return problem_response(ProblemError(status, "unauthorized", "A key is needed", detail))


def needs_key(view: F) -> F:
    """Let only holders of a key in; nothing of a request is looked at before that is settled."""
    validated = validate_request()(view)  # type: ignore[no-untyped-call]
    return auth.login_required(validated)  # type: ignore[no-any-return]


def key_holder() -> str:
    """Whose key this request carries."""
    return str(auth.current_user())
