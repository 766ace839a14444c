"""The knowledge base over time: versions in SQL, snapshots in memory.

Every worker holds snapshots in memory and asks for the head at the start of a request. A change names the version
it was made for and is refused if another came first, so that nothing is overwritten unseen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from pickle import UnpicklingError
from threading import RLock
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
from sqlalchemy import Connection

from kb import shipped, versions
from kb.content import Content
from kb.database import Database
from kb.kept import KeptFiles, packed, program_of, unpacked
from kb.model import Knowledge
from kb.outage import DatabaseGoneError
from kb.paths import SHIPPED
from kb.quads import line_of, parse_lines
from kb.sorted_map import uncollected
from kb.versions import BaseMovedError, Delta, Lines, UnknownVersionError, Version

# What reads knowledge from lines is imported where that is done: most starts find it kept.
if TYPE_CHECKING:
    from rdflib import Dataset

    from kb.following import Step

__all__ = ["Also", "BaseMovedError", "Snapshot", "Store", "UnknownVersionError", "Version"]

SNAPSHOTS_KEPT = 8
"""How many versions a worker keeps in memory: the head, and those that stored answers were asked about last."""


Also: TypeAlias = Callable[[Connection, Version], None]
"""What is to be written in the same transaction as a version."""


LINES_REREAD = 5_000
"""A version that differs by more lines than this from the one that is kept in a file takes its place there."""

LINES_KEPT = 100_000
"""A content up to this many lines is kept as lines and quads as well once it was asked for so."""


class Snapshot:
    """One version of the knowledge base in memory. Nothing in it changes.

    Attributes:
        version: which one.
        content: its quads, shared with the versions around it as far as they are the same.
        knowledge: the same as records.
    """

    def __init__(
        self, version: Version, content: Content | Iterable[str] = (), knowledge: Knowledge | None = None
    ) -> None:
        """Hold a version.

        Args:
            version: which one.
            content: its content, or the canonical lines of it.
            knowledge: the same as records, if it was read already.

        Raises:
            KnowledgeError: if it cannot be read.
        """
        self.version = version
        self.content = content if isinstance(content, Content) else Content(content)
        self.knowledge = knowledge or _knowledge(None, self.content, Delta(frozenset(), frozenset()))
        self._lines: Lines | None = None
        self._quads: tuple[ox.Quad, ...] | None = None

    @property
    def lines(self) -> Lines:
        """Its content as canonical lines: all of it, which changes have no need of."""
        found = self._lines
        if found is None:
            found = frozenset(self.content.lines())
            self._lines = found if len(found) <= LINES_KEPT else None
        return found

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """Its content as quads, in the order of their lines: all of it."""
        found = self._quads
        if found is None:
            found = tuple(parse_lines("\n".join(sorted(self.lines))))
            self._quads = found if len(found) <= LINES_KEPT else None
        return found

    def after(self, added: Iterable[str], removed: Iterable[str]) -> tuple[Content, Step]:
        """Its content after a change of canonical lines, and what that makes of the records: nothing is saved."""
        from kb.following import follow

        delta = self.content.effective(Delta(frozenset(added), frozenset(removed)))
        content = self.content.apply(delta)
        return content, follow(self.knowledge, self.content, content, delta)

    @cached_property
    def dataset(self) -> Dataset:
        """The content for SPARQL and serialisation: one named graph a pack. Not to be written to."""
        from kb.datasets import dataset_of

        return dataset_of(self.content.quads())

    @property
    def pack_hashes(self) -> dict[str, str]:
        """The content hash of each pack."""
        return self.content.pack_hashes

    @property
    def vocabulary_hashes(self) -> dict[str, str]:
        """The content hash of each pack's vocabulary, which stays when the pack is switched off."""
        return self.content.vocabulary_hashes


class Store:
    """The versions of one knowledge base. Safe to share between threads; make it after forking."""

    def __init__(
        self,
        url: str | None = None,
        packs: Path = SHIPPED,
        database: Database | None = None,
        kept: KeptFiles | None = None,
    ) -> None:
        """Prepare, but do not connect.

        Args:
            url: where the versions are, as an SQLAlchemy URL; see :func:`kb.database.default_url`.
            packs: the folder of packs to start from.
            database: an open database to use instead of ``url``.
            kept: where to keep what a start can begin with.
        """
        self.database = database or Database(url)
        self.packs = packs
        self.kept = kept
        self.withheld: Sequence[str] = ()
        self.kept_snapshot: Snapshot | None = None
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()
        self._lock = RLock()
        self._seen: Version | None = None

    def open(self) -> Version:
        """Create what is missing, install or update the shipped packs, and give the head.

        Shipped packs that were updated on disk become a new version, unless they were changed here or the result
        would not be valid: then they stay as they are, and :attr:`withheld` says why.

        Raises:
            PackError: if a shipped pack cannot be read.
            InvalidKnowledgeError: if the store is empty and the shipped packs are not valid.
        """
        self.database.create_tables()
        self.withheld = shipped.bring_up_to_date(self)
        return self.head()

    def head(self) -> Version:
        """The newest version: one short query.

        While the database is not reached it is the newest that was seen: nobody can save another one either.

        Raises:
            LookupError: if the store was never opened.
            DatabaseGoneError: if the database is not reached, and never was.
        """
        try:
            with self.database.read() as connection:
                head = versions.read_head(connection)
        except DatabaseGoneError:
            if self._seen is None:
                raise
            return self._seen
        if head is None:
            raise LookupError("The knowledge base is empty: open the store first.")
        self._seen = head
        return head

    @property
    def newest_seen(self) -> Version | None:
        """The newest version that was seen; None before the first look."""
        return self._seen

    def versions(self) -> list[Version]:
        """All versions, oldest first."""
        with self.database.read() as connection:
            return versions.read_versions(connection)

    def snapshot(self, number: int | None = None) -> Snapshot:
        """A version in memory, the head by default.

        Raises:
            UnknownVersionError: if there is none of this number.
        """
        version = self.head() if number is None else self._version(number)
        with self._lock:
            if version.number not in self._snapshots:
                self._keep(self._built(version))
            self._snapshots.move_to_end(version.number)
            return self._snapshots[version.number]

    def delta(self, number: int) -> Delta:
        """The lines that a version added and removed.

        Raises:
            UnknownVersionError: if there is none of this number.
        """
        self._version(number)
        with self.database.read() as connection:
            return versions.read_deltas(connection, number - 1, number)[0]

    def commit(
        self,
        base: int,
        added: Iterable[ox.Quad],
        removed: Iterable[ox.Quad],
        author: str,
        reason: str,
        also: Also | None = None,
    ) -> Version:
        """Save a change as the next version, or nothing at all.

        A quad that is both added and removed stays. A change that changes nothing gives the head as it is. Whether
        the result makes sense is for :func:`kb.validation.validate` to say beforehand; here it must be readable.

        Args:
            base: the version for which the change was made.
            added: quads to add, every node named.
            removed: quads to take away.
            author: who makes the change.
            reason: why.
            also: what else is to be written in the same transaction.

        Raises:
            BaseMovedError: if ``base`` is no longer the head.
            UnknownVersionError: if ``base`` never was a version.
            KnowledgeError: if the result cannot be read as a knowledge base.
        """
        old = self.snapshot(base)
        delta = old.content.effective(Delta(_lines(added), _lines(removed)))
        return self._save(old, old.content.apply(delta), delta, author, reason, also)

    def commit_content(
        self, old: Snapshot | None, new: Lines, author: str, reason: str, installs: shipped.Shipped | None = None
    ) -> Version:
        """Save a whole content as the version after ``old`` (None: as the first); raises what :meth:`commit` does."""
        delta = versions.difference(old.lines if old else frozenset(), new)
        content = old.content.apply(delta) if old else Content(new)
        if installs is None:
            return self._save(old, content, delta, author, reason)

        def note(connection: Connection, version: Version) -> None:
            shipped.write_installation(connection, version.number, installs)

        version = self._save(old, content, delta, author, reason, note, always=True)
        if old is None:  # the next start begins with it
            self._write_kept(self._snapshots[version.number])
        return version

    def _save(
        self,
        old: Snapshot | None,
        content: Content,
        delta: Delta,
        author: str,
        reason: str,
        also: Also | None = None,
        always: bool = False,
    ) -> Version:
        base = old.version.number if old else 0
        knowledge = _knowledge(old, content, delta)
        version = Version(base + 1, content.content_hash, author, reason, versions.now(), base or None)
        with self.database.exclusive() as connection:
            head = versions.read_head(connection)
            if head is not None and head.number != base:
                raise BaseMovedError(base, head)
            if head is not None and head.content_hash == version.content_hash and not always:
                if also is not None:
                    also(connection, head)
                return head
            versions.write_version(connection, version, delta)
            if also is not None:
                also(connection, version)
        with self._lock:
            self._keep(Snapshot(version, content, knowledge))
        return version

    def _version(self, number: int) -> Version:
        with self._lock:
            if number in self._snapshots:
                return self._snapshots[number].version
        with self.database.read() as connection:
            version = versions.read_version(connection, number)
        if version is None:
            raise UnknownVersionError(number, self.head().number)
        return version

    def _built(self, version: Version) -> Snapshot:
        """A version made from the nearest one in memory, before it or after it, or from the first change on."""
        number = version.number
        old = min(self._snapshots.values(), key=lambda one: abs(one.version.number - number), default=None)
        old = old or self._read_kept()
        if old is not None and old.version == version:
            return old
        start = old.version.number if old else 0
        with self.database.read() as connection:
            steps = versions.read_deltas(connection, min(start, number), max(start, number))
        with uncollected():
            delta = versions.composed(steps) if start <= number else versions.composed(steps).inverse()
            content = old.content.apply(delta) if old else Content(delta.added)
            snapshot = Snapshot(version, content, _knowledge(old, content, delta))
        if old is None or (old is self.kept_snapshot and len(delta.added) + len(delta.removed) > LINES_REREAD):
            self._write_kept(snapshot)
        return snapshot

    def _read_kept(self) -> Snapshot | None:
        """The version that a file holds, if it is one of this database."""
        data = self.kept.read("snapshot", program_of("kb")) if self.kept else None
        if data is None:
            return None
        try:
            version, content, knowledge = unpacked(data)
        except (UnpicklingError, ValueError, TypeError, AttributeError, EOFError):
            return None
        if not isinstance(version, Version) or not isinstance(content, Content) or not isinstance(knowledge, Knowledge):
            return None
        with self.database.read() as connection:
            if versions.read_version(connection, version.number) != version:
                return None
        self.kept_snapshot = Snapshot(version, content, knowledge)
        return self.kept_snapshot

    def _write_kept(self, snapshot: Snapshot) -> None:
        """Keep a version for the next start. Its hashes are worked out first, so that they are kept with it."""
        if self.kept and snapshot.content.content_hash == snapshot.version.content_hash:
            _ = snapshot.vocabulary_hashes
            data = packed((snapshot.version, snapshot.content, snapshot.knowledge))
            if self.kept.write("snapshot", program_of("kb"), data):
                self.kept_snapshot = snapshot

    def _keep(self, snapshot: Snapshot) -> None:
        self._snapshots[snapshot.version.number] = snapshot
        while len(self._snapshots) > SNAPSHOTS_KEPT:
            self._snapshots.popitem(last=False)


def _lines(quads: Iterable[ox.Quad]) -> Lines:
    return frozenset(line_of(quad) for quad in quads)


def _knowledge(old: Snapshot | None, content: Content, delta: Delta) -> Knowledge:
    """The records of a content: those of another version, apart from what changed; all anew where that is much.

    Raises:
        KnowledgeError: if it cannot be read.
    """
    from kb.following import follow, read_content

    if old is None or 2 * (len(delta.added) + len(delta.removed)) > len(content):
        return read_content(content)
    return follow(old.knowledge, old.content, content, delta).readable()
