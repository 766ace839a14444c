"""Installing the packs that come with the program, and following them when the program is updated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from kb import packs, versions
from kb.events import Events
from kb.findings import InvalidKnowledgeError, errors_of
from kb.namespaces import SCHEMA, iri
from kb.quads import lines_of, parse_lines
from kb.versions import INSTALLATIONS, VALIDATIONS, BaseMovedError, Lines, Version

# What checks and merges packs is imported where it is done: most starts find that nothing has been touched.
if TYPE_CHECKING:
    from kb.merge import Conflict, Side
    from kb.store import Snapshot, Store

AUTHOR = "Adaptwise"

HOW_TO_RESOLVE = (
    "The update waits for a decision: adaptwise kb merge shows it; --ours keeps what was changed here, --theirs takes "
    "what the program brings, and --take TERM=ours or TERM=theirs decides a term."
)

_log = Events(__name__)


@dataclass(frozen=True, slots=True)
class Shipped:
    """The packs on disk: their content, its hash, that of their files, and their ids."""

    lines: Lines
    content_hash: str
    files_hash: str
    packs: tuple[str, ...]


def bring_up_to_date(store: Store) -> Sequence[str]:
    """Install the shipped packs into an empty store, or their newer state where nothing stands against it.

    Returns:
        Why an update was withheld; empty if it was not.

    Raises:
        PackError: if a shipped pack cannot be read.
        InvalidKnowledgeError: if the store is empty and the packs are not valid.
    """
    files_hash = packs.files_hash(store.packs)
    found: Shipped | None = None
    while True:
        try:
            with store.database.read() as connection:
                head = versions.read_head(connection)
                installed = _read_installation(connection)
            if head is not None and installed is not None and installed[1].files_hash == files_hash:
                return ()  # nothing has been touched since: most starts end here
            found = found or _read(store, files_hash)
            if head is None:
                _check(store, found.lines, found.content_hash)
                store.commit_content(None, found.lines, AUTHOR, "Install the packs that come with the program", found)
                return ()
            if installed is None or installed[1].content_hash == found.content_hash:
                return ()
            return _update(store, found, *installed)
        except BaseMovedError:
            continue  # another process was quicker: look again at what is there now


def installed_packs(store: Store) -> frozenset[str]:
    """The packs that came with the program, as last installed."""
    with store.database.read() as connection:
        installed = _read_installation(connection)
    return frozenset(installed[1].packs) if installed else frozenset()


def write_installation(connection: Connection, number: int, installed: Shipped) -> None:
    """Note that a version brought in these packs."""
    row = {
        "version": number,
        "shipped_hash": installed.content_hash,
        "files_hash": installed.files_hash,
        "packs": json.dumps(installed.packs),
    }
    connection.execute(insert(INSTALLATIONS).values(row))


def _read(store: Store, files_hash: str) -> Shipped:
    from kb import identity

    quads = packs.read_packs(store.packs)
    lines = frozenset(lines_of(quads))
    return Shipped(lines, identity.hash_of_lines(lines), files_hash, tuple(identity.pack_hashes(quads)))


def _read_installation(connection: Connection) -> tuple[int, Shipped] | None:
    row = INSTALLATIONS.c
    query = select(row.version, row.shipped_hash, row.files_hash, row.packs).order_by(row.version.desc()).limit(1)
    found = connection.execute(query).first()
    if found is None:
        return None
    return found.version, Shipped(frozenset(), found.shipped_hash, found.files_hash, tuple(json.loads(found.packs)))


@dataclass(frozen=True, slots=True)
class Update:
    """Newer packs of the program, merged with what was changed here.

    Attributes:
        head: the version that it is for.
        found: the packs on disk.
        lines: the content that it leads to.
        conflicts: what both sides changed and nobody decided.
    """

    head: Snapshot
    found: Shipped
    lines: Lines
    conflicts: tuple[Conflict, ...]

    def note(self, connection: Connection, version: Version) -> None:
        """Note, in the transaction that saves a version, that it brought these packs in."""
        write_installation(connection, version.number, self.found)


def update_of(store: Store, default: Side | None = None, terms: Mapping[str, Side] | None = None) -> Update | None:
    """The update that the packs on disk are to what is installed; None if they are what was installed last.

    Args:
        store: an opened store.
        default: which side counts where something was changed here and by the program.
        terms: the same for single terms, as ``<kind>:<id>``.

    Raises:
        PackError: if a pack on disk cannot be read.
    """
    with store.database.read() as connection:
        installed = _read_installation(connection)
    files_hash = packs.files_hash(store.packs)
    if installed is None or installed[1].files_hash == files_hash:
        return None
    found = _read(store, files_hash)
    return (
        None if found.content_hash == installed[1].content_hash else _merged(store, found, *installed, default, terms)
    )


def _merged(
    store: Store,
    found: Shipped,
    number: int,
    installed: Shipped,
    default: Side | None = None,
    terms: Mapping[str, Side] | None = None,
) -> Update:
    from kb.merge import merge

    head = store.snapshot()
    names = {*found.packs, *installed.packs}
    ours, other = _divide(head.lines, names)
    base, _ = _divide(store.snapshot(number).lines, names)
    merged = merge(base, ours, found.lines, default, terms)
    # What is no longer brought along need not be switched off any more.
    gone = tuple(f"<{iri('pack', name)}> <{SCHEMA}active> " for name in names - {*found.packs})
    kept = frozenset(line for line in other if not (gone and line.startswith(gone)))
    return Update(head, found, kept | merged.lines, merged.conflicts)


def _update(store: Store, found: Shipped, number: int, installed: Shipped) -> Sequence[str]:
    """Bring in what is on disk beside what was changed here, if the two go together; all of it or nothing."""
    from kb import identity
    from kb.neighbours import inspect_change

    update = _merged(store, found, number, installed)
    if update.conflicts:
        return _withhold([*map(str, update.conflicts), HOW_TO_RESOLVE])
    try:
        if _rules_are_known(store):  # what was there was found valid by them, so that only the change can have errors
            _, step = update.head.after(update.lines - update.head.lines, update.head.lines - update.lines)
            if errors := errors_of(inspect_change(update.head.knowledge, step)):
                raise InvalidKnowledgeError(errors)
        else:
            _check(store, update.lines, identity.hash_of_lines(update.lines))
    except InvalidKnowledgeError as error:
        return _withhold([str(finding) for finding in error.findings])
    store.commit_content(update.head, update.lines, AUTHOR, "Update the packs that come with the program", found)
    return ()


def _withhold(reasons: list[str]) -> Sequence[str]:
    _log.warning("update of the shipped packs withheld", reasons=reasons)
    return reasons


def _divide(lines: Lines, names: Iterable[str]) -> tuple[Lines, Lines]:
    """The lines in the graphs of these packs, and the others."""
    graphs = {str(packs.graph_of(name)) for name in names}
    inside = frozenset(line for line in lines if line[: -len(" .")].rsplit(" ", 1)[1] in graphs)
    return inside, lines - inside


def _rules_are_known(store: Store) -> bool:
    """Whether content of this store was found valid by the schema and shapes as they are now."""
    from kb.validation import rules_hash

    query = select(VALIDATIONS.c.content_hash).where(VALIDATIONS.c.rules_hash == rules_hash()).limit(1)
    with store.database.read() as connection:
        return connection.execute(query).first() is not None


def _check(store: Store, lines: Lines, content_hash: str) -> None:
    """Validate content once: what was found valid before, by the same rules, is not checked again."""
    from kb.validation import rules_hash, validate_quads

    key = {"content_hash": content_hash, "rules_hash": rules_hash()}
    query = select(VALIDATIONS).filter_by(**key)
    with store.database.read() as connection:
        if connection.execute(query).first() is not None:
            return
    errors = errors_of(validate_quads(parse_lines("\n".join(lines))))
    if errors:
        raise InvalidKnowledgeError(errors)
    with store.database.exclusive() as connection:  # another process may have found the same meanwhile
        if connection.execute(query).first() is None:
            connection.execute(insert(VALIDATIONS).values(key))
