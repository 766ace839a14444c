"""Changes that wait for a second pair of eyes: stored, looked at, and committed by somebody else.

A proposal is made for a version. Where the knowledge has moved on since then, it is made anew for the newest version if
nothing that it touches was touched meanwhile, and stale otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, cast

from sqlalchemy import Connection, ForeignKey, Integer, String, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from kb.changes import Change
from kb.database import Database
from kb.diff import keys_of
from kb.graph import Key
from kb.history import delta_of, net
from kb.mapped import Base
from kb.model import Kind
from kb.quads import lines_of, parse_lines
from kb.store import Also, Snapshot, Store
from kb.versions import Delta, Version, now

Status: TypeAlias = Literal["open", "committed", "withdrawn", "rejected"]


class ProposalRow(Base):
    """A change that was proposed, and what became of it."""

    __tablename__ = "knowledge_proposal"
    __table_args__ = ({"sqlite_autoincrement": True},)  # no number is given twice

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    base: Mapped[int] = mapped_column(ForeignKey("knowledge_version.number"))
    author: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    created: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    term: Mapped[str] = mapped_column(Text)
    added: Mapped[str] = mapped_column(Text)
    removed: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), index=True)
    decided: Mapped[str] = mapped_column(String(32))
    decided_by: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text)
    version: Mapped[int | None] = mapped_column(ForeignKey("knowledge_version.number"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that was proposed.

    Attributes:
        number: 1, 2, 3 ...
        change: the change, for the version that it was made for.
        created: when, in UTC, as ISO 8601.
        status: what became of it.
        decided: when that was; empty while it is open.
        decided_by: whose decision it was.
        comment: why, if it was withdrawn or rejected.
        version: the version that it became, if it was committed.
    """

    number: int
    change: Change
    created: str
    status: Status = "open"
    decided: str = ""
    decided_by: str = ""
    comment: str = ""
    version: int | None = None


class UnknownProposalError(LookupError):
    """There is no such proposal: it never was, or it was decided long ago and is no longer kept."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"There is no proposal {number}; those decided long ago are no longer kept.")


class DecidedProposalError(RuntimeError):
    """A proposal was decided already."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        became = f" It is version {proposal.version}." if proposal.version else ""
        decided = f"{proposal.status} by {proposal.decided_by} on {proposal.decided}"
        super().__init__(f"The proposal {proposal.number} was {decided}.{became}")


class OwnProposalError(PermissionError):
    """Whoever proposed a change is not the one to commit it."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(
            f"The proposal {proposal.number} is by {proposal.change.author}; another key commits it. "
            "Its author can withdraw it."
        )


class StaleProposalError(RuntimeError):
    """What a proposal touches was touched since it was made; ``terms`` says what."""

    def __init__(self, proposal: Proposal, head: int, terms: set[Key]) -> None:
        self.terms = tuple(sorted(terms))
        named = ", ".join(f"{kind}:{term_id}" for kind, term_id in self.terms)
        super().__init__(
            f"The proposal {proposal.number} was made for version {proposal.change.base}, and version {head} has "
            f"changed what it touches: {named}. Propose it anew for version {head} if it still makes sense."
        )


class Proposals:
    """Keeps proposals.

    Args:
        database: where; its tables must exist.
        keep_days: for how many days after they were decided.
    """

    def __init__(self, database: Database, keep_days: int = 90) -> None:
        self._database, self._keep = database, timedelta(days=keep_days)

    def propose(self, change: Change) -> Proposal:
        """Store a change; those decided long ago are forgotten."""
        kind, term = change.term or ("", "")
        values = {
            "base": change.base,
            "author": change.author,
            "reason": change.reason,
            "created": now(),
            "kind": kind,
            "term": term,
            "added": "\n".join(lines_of(change.added)),
            "removed": "\n".join(lines_of(change.removed)),
            "status": "open",
            "decided": "",
            "decided_by": "",
            "comment": "",
        }
        with self._database.write() as connection:
            self._forget(connection)
            number = connection.execute(insert(ProposalRow).values(values).returning(ProposalRow.number)).scalar_one()
            return _find(connection, number)

    def find(self, number: int) -> Proposal:
        """The proposal of this number.

        Raises:
            UnknownProposalError: if there is none.
        """
        with self._database.read() as connection:
            return _find(connection, number)

    def all(self, status: Status | None = None, limit: int = 100, offset: int = 0) -> tuple[list[Proposal], int]:
        """Some of the proposals, newest first, and how many there are."""
        chosen = select(ProposalRow.number)
        if status is not None:
            chosen = chosen.where(ProposalRow.status == status)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
            page = chosen.order_by(ProposalRow.number.desc()).limit(limit).offset(offset)
            numbers = connection.execute(page).scalars().all()
            return [_find(connection, number) for number in numbers], total

    def close(self, number: int, status: Literal["withdrawn", "rejected"], who: str, comment: str) -> Proposal:
        """Withdraw or reject a proposal.

        Raises:
            UnknownProposalError: if there is none of this number.
            DecidedProposalError: if it was decided already.
        """
        with self._database.write() as connection:
            return _decide(connection, number, status, who, comment, None)

    def committing(self, number: int, who: str) -> Also:
        """What notes that a proposal became a version, in the transaction that saves the version."""

        def note(connection: Connection, version: Version) -> None:
            _decide(connection, number, "committed", who, "", version.number)

        return note

    def for_commit(self, number: int, who: str) -> Proposal:
        """A proposal that ``who`` may commit.

        Raises:
            UnknownProposalError: if there is none of this number.
            DecidedProposalError: if it was decided already.
            OwnProposalError: if it is theirs.
        """
        found = self.find(number)
        if found.status != "open":
            raise DecidedProposalError(found)
        if found.change.author == who:
            raise OwnProposalError(found)
        return found

    def _forget(self, connection: Connection) -> None:
        oldest = (datetime.now(UTC) - self._keep).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        decided = ProposalRow.status != "open"
        connection.execute(delete(ProposalRow).where(decided, ProposalRow.decided < oldest))


def rebased(store: Store, proposal: Proposal, head: Snapshot) -> Change:
    """The change of a proposal, made for the newest version.

    Raises:
        StaleProposalError: if what it touches was touched since it was made, and not by the same change.
    """
    change = proposal.change
    if change.base == head.version.number:
        return change
    own = delta_of(change.added, change.removed)
    meanwhile = net(store, change.base, head.version.number)
    theirs = Delta(meanwhile.added - own.added, meanwhile.removed - own.removed)
    if common := keys_of(own) & keys_of(theirs):
        raise StaleProposalError(proposal, head.version.number, common)
    return replace(change, base=head.version.number)


def _find(connection: Connection, number: int) -> Proposal:
    row = connection.execute(select(ProposalRow.__table__).where(ProposalRow.number == number)).first()
    if row is None:
        raise UnknownProposalError(number)
    term = (cast("Kind", row.kind), row.term) if row.kind else None
    added, removed = (tuple(parse_lines(text)) for text in (row.added, row.removed))
    change = Change(row.base, added, removed, row.author, row.reason, term)
    return Proposal(row.number, change, row.created, row.status, row.decided, row.decided_by, row.comment, row.version)


def _decide(
    connection: Connection, number: int, status: Status, who: str, comment: str, version: int | None
) -> Proposal:
    """Decide an open proposal, once."""
    decided = {"status": status, "decided": now(), "decided_by": who, "comment": comment, "version": version}
    still_open = (ProposalRow.number == number, ProposalRow.status == "open")
    done = connection.execute(update(ProposalRow).where(*still_open).values(decided))
    found = _find(connection, number)
    if done.rowcount == 0:
        raise DecidedProposalError(found)
    return found
