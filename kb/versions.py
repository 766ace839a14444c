"""Versions of the knowledge base in SQL: a sequence of changes, each a set of canonical lines added and removed.

Version 1 adds the whole content; every later version stores only what it changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, Text, func, insert, select

from kb.database import METADATA

Lines = frozenset[str]


VERSIONS = Table(
    "knowledge_version",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content_hash", String(64), nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("parent", Integer, ForeignKey("knowledge_version.number")),
)
"""A version: narrow, as it is read at the start of every request."""


CHANGES = Table(
    "knowledge_change",
    METADATA,
    Column("version", Integer, ForeignKey("knowledge_version.number"), primary_key=True),
    Column("added", Text, nullable=False),
    Column("removed", Text, nullable=False),
)
"""What a version changed: canonical N-Quads lines, sorted."""


INSTALLATIONS = Table(
    "knowledge_installation",
    METADATA,
    Column("version", Integer, ForeignKey("knowledge_version.number"), primary_key=True),
    Column("shipped_hash", String(64), nullable=False),
    Column("files_hash", String(64), nullable=False),
    Column("packs", Text, nullable=False),
)
"""Which packs of the program's own a version brought in, and what they were."""


VALIDATIONS = Table(
    "knowledge_validation",
    METADATA,
    Column("content_hash", String(64), primary_key=True),
    Column("rules_hash", String(64), primary_key=True),
)
"""Content that was found valid, and by which schema and shapes."""


@dataclass(frozen=True, slots=True)
class Version:
    """A state of the knowledge base.

    Attributes:
        number: 1, 2, 3 ...
        content_hash: the RDFC-1.0 hash of its content.
        author: who made it.
        reason: why.
        created: when, in UTC, as ISO 8601.
        parent: the version that it changed; None for the first.
    """

    number: int
    content_hash: str
    author: str
    reason: str
    created: str
    parent: int | None


class BaseMovedError(RuntimeError):
    """The knowledge base has moved on since the version that a change was made for; ``head`` is its version now."""

    def __init__(self, base: int, head: Version) -> None:
        self.base, self.head = base, head
        super().__init__(
            f"The change was made for version {base}, but version {head.number} was saved since then "
            f"({head.reason}). Read version {head.number}, and send the change again if it still makes sense."
        )


class UnknownVersionError(LookupError):
    """There is no version of this number; ``head`` is the newest."""

    def __init__(self, number: int, head: int) -> None:
        self.number, self.head = number, head
        super().__init__(f"There is no version {number}; versions run from 1 to {head}.")


@dataclass(frozen=True, slots=True)
class Delta:
    """The lines that one version added and removed."""

    added: Lines
    removed: Lines

    def apply(self, lines: Lines) -> Lines:
        """The content after this change."""
        return (lines - self.removed) | self.added

    def inverse(self) -> Delta:
        """The change that takes this one back."""
        return Delta(added=self.removed, removed=self.added)


def composed(deltas: Iterable[Delta]) -> Delta:
    """One change in place of several, each made on what the one before it left."""
    added: set[str] = set()
    removed: set[str] = set()
    for delta in deltas:
        # A line that comes after it went was there all along, and the other way round.
        back, again = delta.added & removed, delta.removed & added
        added.update(delta.added - back)
        added -= again
        removed.update(delta.removed - again)
        removed -= back
    return Delta(frozenset(added), frozenset(removed))


def difference(old: Lines, new: Lines) -> Delta:
    """What changes one content into another."""
    return Delta(added=new - old, removed=old - new)


def now() -> str:
    """The current time in UTC, as ISO 8601 to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


_COLUMNS = (
    VERSIONS.c.number,
    VERSIONS.c.content_hash,
    VERSIONS.c.author,
    VERSIONS.c.reason,
    VERSIONS.c.created,
    VERSIONS.c.parent,
)

_HEAD = select(*_COLUMNS).order_by(VERSIONS.c.number.desc()).limit(1)
"""Made once: every request asks it."""


def read_head(connection: Connection) -> Version | None:
    """The newest version, or None in an empty store."""
    row = connection.execute(_HEAD).first()
    return None if row is None else Version(*row)


def read_versions(connection: Connection) -> list[Version]:
    """All versions, oldest first."""
    return [Version(*row) for row in connection.execute(select(*_COLUMNS).order_by(VERSIONS.c.number))]


def read_version(connection: Connection, number: int) -> Version | None:
    """One version, or None if there is none of this number."""
    row = connection.execute(select(*_COLUMNS).where(VERSIONS.c.number == number)).first()
    return None if row is None else Version(*row)


def read_deltas(connection: Connection, after: int, until: int) -> list[Delta]:
    """The changes of the versions after one and up to another, in order."""
    query = (
        select(CHANGES.c.added, CHANGES.c.removed)
        .where(CHANGES.c.version > after, CHANGES.c.version <= until)
        .order_by(CHANGES.c.version)
    )
    return [Delta(_lines(added), _lines(removed)) for added, removed in connection.execute(query)]


def read_extent(connection: Connection, number: int) -> int:
    """How many characters the change of a version has; 0 if there is no such version."""
    extent = func.length(CHANGES.c.added) + func.length(CHANGES.c.removed)
    return connection.execute(select(extent).where(CHANGES.c.version == number)).scalar() or 0


def write_version(connection: Connection, version: Version, delta: Delta) -> None:
    """Append a version with its change."""
    connection.execute(insert(VERSIONS).values({column.key: getattr(version, column.key) for column in _COLUMNS}))
    change = {"version": version.number, "added": _text(delta.added), "removed": _text(delta.removed)}
    connection.execute(insert(CHANGES).values(change))


def _lines(stored: str) -> Lines:
    return frozenset(stored.split("\n")) if stored else frozenset()


def _text(lines: Iterable[str]) -> str:
    return "\n".join(sorted(lines))
