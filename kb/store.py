"""The knowledge base over time: versions in SQL, snapshots in memory.

Every worker holds snapshots in memory and asks for the head at the start of a request. A change names the version
it was made for and is refused if another came first, so that nothing is overwritten unseen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock

import pyoxigraph as ox
from rdflib import Dataset

from kb import identity, shipped, versions
from kb.database import Database
from kb.model import Knowledge
from kb.packs import SHIPPED
from kb.quads import dataset_of, line_of, parse_lines
from kb.reader import read_quads
from kb.versions import BaseMovedError, Delta, Lines, UnknownVersionError, Version

__all__ = ["BaseMovedError", "Snapshot", "Store", "UnknownVersionError", "Version"]

SNAPSHOTS_KEPT = 8
"""How many versions a worker keeps in memory: the head, and those that stored answers were asked about last."""


class Snapshot:
    """One version of the knowledge base in memory. Nothing in it changes.

    Attributes:
        version: which one.
        quads: its content.
        knowledge: the same as records.
    """

    def __init__(self, version: Version, lines: Lines, knowledge: Knowledge | None = None) -> None:
        self.version = version
        self.lines = lines
        self.quads: tuple[ox.Quad, ...] = tuple(parse_lines("\n".join(sorted(lines))))
        self.knowledge = knowledge or read_quads(self.quads)

    @cached_property
    def dataset(self) -> Dataset:
        """The content for SPARQL and serialisation: one named graph a pack. Not to be written to."""
        return dataset_of(self.quads)

    @cached_property
    def pack_hashes(self) -> dict[str, str]:
        """The content hash of each pack."""
        return identity.pack_hashes(self.quads)

    @cached_property
    def vocabulary_hashes(self) -> dict[str, str]:
        """The content hash of each pack's vocabulary, which stays when the pack is switched off."""
        return identity.vocabulary_hashes(self.quads)


class Store:
    """The versions of one knowledge base. Safe to share between threads; make it after forking."""

    def __init__(self, url: str | None = None, packs: Path = SHIPPED, database: Database | None = None) -> None:
        """Prepare, but do not connect.

        Args:
            url: where the versions are, as an SQLAlchemy URL; see :func:`kb.database.default_url`.
            packs: the folder of packs to start from.
            database: an open database to use instead of ``url``.
        """
        self.database = database or Database(url)
        self.packs = packs
        self.withheld: Sequence[str] = ()
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()
        self._lock = RLock()

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

        Raises:
            LookupError: if the store was never opened.
        """
        with self.database.read() as connection:
            head = versions.read_head(connection)
        if head is None:
            raise LookupError("The knowledge base is empty: open the store first.")
        return head

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
                self._keep(Snapshot(version, self._content(version.number)))
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
        self, base: int, added: Iterable[ox.Quad], removed: Iterable[ox.Quad], author: str, reason: str
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

        Raises:
            BaseMovedError: if ``base`` is no longer the head.
            UnknownVersionError: if ``base`` never was a version.
            KnowledgeError: if the result cannot be read as a knowledge base.
        """
        old = self.snapshot(base)
        new = Delta(_lines(added), _lines(removed)).apply(old.lines)
        return self.commit_content(old, new, author, reason)

    def commit_content(
        self, old: Snapshot | None, new: Lines, author: str, reason: str, installs: shipped.Shipped | None = None
    ) -> Version:
        """Save a whole content as the version after ``old`` (None: as the first); raises what :meth:`commit` does."""
        delta = versions.difference(old.lines if old else frozenset(), new)
        base = old.version.number if old else 0
        knowledge = read_quads(parse_lines("\n".join(new)))
        version = Version(base + 1, identity.hash_of_lines(new), author, reason, versions.now(), base or None)
        with self.database.exclusive() as connection:
            head = versions.read_head(connection)
            if head is not None and head.number != base:
                raise BaseMovedError(base, head)
            if head is not None and head.content_hash == version.content_hash and installs is None:
                return head
            versions.write_version(connection, version, delta)
            if installs is not None:
                shipped.write_installation(connection, version.number, installs)
        with self._lock:
            self._keep(Snapshot(version, new, knowledge))
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

    def _content(self, number: int) -> Lines:
        start = max((kept for kept in self._snapshots if kept < number), default=0)
        lines: Lines = self._snapshots[start].lines if start else frozenset()
        with self.database.read() as connection:
            for delta in versions.read_deltas(connection, start, number):
                lines = delta.apply(lines)
        return lines

    def _keep(self, snapshot: Snapshot) -> None:
        self._snapshots[snapshot.version.number] = snapshot
        while len(self._snapshots) > SNAPSHOTS_KEPT:
            self._snapshots.popitem(last=False)


def _lines(quads: Iterable[ox.Quad]) -> Lines:
    return frozenset(line_of(quad) for quad in quads)
