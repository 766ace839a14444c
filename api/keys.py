"""The keys of an installation: made here, kept as hashes, with a role and, if wanted, an end."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, String, Table, delete, insert, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from kb.database import METADATA, Database
from kb.outage import DatabaseGoneError
from kb.versions import now

LONGEST_NAME = 100

FIRST_KEY = "admin"
"""The name of the key that an installation starts with."""

ROLES = ("read", "write", "admin")
"""What a key is good for; each role may do what those before it may."""

_MADE = re.compile(r"aw_([0-9a-f]{8})_.+")
_GIVEN = "given-"


KEYS = Table(
    "access_key",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), index=True, nullable=False),
    Column("role", String(8), nullable=False),
    Column("hash", String(300), nullable=False),
    Column("created", String(32), nullable=False),
    Column("expires", String(32)),
)
"""A key. Those made here are found by their id, which is a part of them; those given from outside are not."""


class UnusableKeyError(ValueError):
    """A key that cannot be made or changed as was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without what makes it secret.

    Attributes:
        id: what tells it from others; no secret.
        name: whose it is, as history shows it.
        role: one of :data:`ROLES`.
        created: when it was made (ISO 8601, UTC).
        expires: when it ends; None if it does not.
    """

    id: str
    name: str
    role: str
    created: str = ""
    expires: str | None = None

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now()

    def may(self, role: str) -> bool:
        """Whether it is good for what needs ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)


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
        self._seen: Sequence[Any] = ()
        self._lock = threading.Lock()

    def ensure_first(self, given: str | None) -> str | None:
        """Set the first key to ``given``; without that, make one if there is none yet.

        Returns:
            the key that was made, to be shown this once, or None.
        """
        with self._database.exclusive() as connection:
            rows = _rows(connection)
            if given:
                first = [row for row in rows if row.name == FIRST_KEY and row.id.startswith(_GIVEN)]
                if not any(check_password_hash(row.hash, given) for row in first):
                    _remove(connection, FIRST_KEY)
                    _write(connection, FIRST_KEY, "admin", given=given)
                return None
            return None if rows else _write(connection, FIRST_KEY, "admin")

    def add(self, name: str, role: str = "write", expires: datetime | None = None, given: str | None = None) -> str:
        """Give somebody a key.

        Args:
            name: whose it is, as history shows it.
            role: what it is good for.
            expires: when it ends.
            given: the key itself; made here if left out.

        Returns:
            the key, of which only the hash is kept.

        Raises:
            UnusableKeyError: if the name cannot be shown or is taken, there is no such role, or it would end at once.
        """
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise UnusableKeyError(f"A key's name is 1 to {LONGEST_NAME} characters that can be shown.")
        if role not in ROLES:
            raise UnusableKeyError(f"There is no role “{role}”; there are {', '.join(ROLES)}.")
        if expires is not None and expires <= datetime.now(UTC):
            raise UnusableKeyError(f"The key would end at once: {_text(expires)} is past.")
        with self._database.exclusive() as connection:
            if any(row.name == name for row in _rows(connection)):
                raise UnusableKeyError(f"{name} has a key already. Rotate it, revoke it, or take another name.")
            return _write(connection, name, role, expires, given)

    def rotate(self, name: str, grace: timedelta = timedelta(0), expires: datetime | None = None) -> str:
        """Exchange somebody's key for a new one of the same role.

        Args:
            name: whose.
            grace: for how long the old one is still good.
            expires: when the new one ends.

        Returns:
            the new key, of which only the hash is kept.

        Raises:
            UnusableKeyError: if nobody of this name has a key, or if the new one would end at once.
        """
        if expires is not None and expires <= datetime.now(UTC):
            raise UnusableKeyError(f"The key would end at once: {_text(expires)} is past.")
        end = _text(datetime.now(UTC) + grace)
        with self._database.exclusive() as connection:
            old = [row for row in _rows(connection) if row.name == name]
            if not old:
                raise UnusableKeyError(f"Nobody named {name} has a key.")
            sooner = KEYS.c.expires.is_(None) | (KEYS.c.expires > end)
            connection.execute(update(KEYS).where(KEYS.c.name == name, sooner).values(expires=end))
            connection.execute(delete(KEYS).where(KEYS.c.name == name, KEYS.c.expires <= now()))
            return _write(connection, name, max((row.role for row in old), key=ROLES.index), expires)

    def all(self) -> list[Key]:
        """Every key, in the order of names and of when they were made; those whose time is over too."""
        with self._database.read() as connection:
            rows = _rows(connection)
        return sorted((_key(row) for row in rows), key=lambda key: (key.name, key.created, key.id))

    def revoke(self, name: str) -> bool:
        """Take away every key of this name; none is known from then on. Says whether there was one."""
        with self._database.write() as connection:
            return _remove(connection, name)

    def lend(self, name: str) -> str:
        """A key that is right in this process only: for the command line, whose user owns the database anyway."""
        key = secrets.token_urlsafe(32)
        self._lent[_fast_hash(key)] = name
        return key

    def find(self, given: str) -> Key | None:
        """The key that ``given`` is, be its time over or not; None if there is no such key.

        Raises:
            DatabaseGoneError: if the database is not reached, and the key was never seen in this process.
        """
        fast = _fast_hash(given)
        if fast in self._lent:
            return Key("", self._lent[fast], "admin")
        try:
            with self._database.read() as connection:
                rows = self._seen = _rows(connection)
        except DatabaseGoneError:
            # Who was let in goes on reading; nothing can be written while the database is gone.
            if fast not in self._right:
                raise
            rows = self._seen
        for row in rows:
            if self._right.get(fast) == (row.id, row.hash):
                return _key(row)
        made = _MADE.fullmatch(given)
        candidates = [row for row in rows if (row.id == made[1] if made else row.id.startswith(_GIVEN))]
        # One at a time: guessing keys must not occupy every thread.
        with self._lock:
            for row in candidates:
                if check_password_hash(row.hash, given):
                    self._right[fast] = (row.id, row.hash)
                    return _key(row)
        return None


def _fast_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _text(moment: datetime) -> str:
    """A time as the database has it: in UTC, to the second, so that texts compare as times do."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _rows(connection: Connection) -> Sequence[Any]:
    columns = (KEYS.c.id, KEYS.c.name, KEYS.c.role, KEYS.c.hash, KEYS.c.created, KEYS.c.expires)
    return connection.execute(select(*columns)).all()


def _key(row: Any) -> Key:
    return Key(row.id, row.name, row.role, row.created, row.expires)


def _remove(connection: Connection, name: str) -> bool:
    return connection.execute(delete(KEYS).where(KEYS.c.name == name)).rowcount > 0


def _write(
    connection: Connection, name: str, role: str, expires: datetime | None = None, given: str | None = None
) -> str:
    number = secrets.token_hex(4)
    key = given or f"aw_{number}_{secrets.token_urlsafe(32)}"
    row = {
        "id": f"{_GIVEN}{number}" if given else number,
        "name": name,
        "role": role,
        "hash": generate_password_hash(key),
        "created": now(),
        "expires": _text(expires) if expires else None,
    }
    connection.execute(insert(KEYS).values(row))
    return key
