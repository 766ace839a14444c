"""Changes to packs as a whole: put in place, removed, switched on and off."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import UTC, date, datetime

import pyoxigraph as ox

from kb.changes import Change
from kb.definitions import ChangeError, Problem
from kb.index import RDF_TYPE
from kb.model import Knowledge
from kb.namespaces import SCHEMA, iri
from kb.nearest import nearest
from kb.packs import graph_of
from kb.quads import line_of, parse_lines
from kb.statement_writer import LOCAL, StatementWriter
from kb.store import Snapshot


class ShippedPackError(PermissionError):
    """A pack that came with the program is changed by updating the program, and by nothing else."""

    def __init__(self, pack: str) -> None:
        super().__init__(
            f"The pack {pack} came with the program. Say what you want to say in a pack of your own; "
            f"{pack} can be switched off."
        )


def put_pack(
    snapshot: Snapshot,
    pack: str,
    quads: Iterable[ox.Quad],
    author: str,
    reason: str = "",
    shipped: Set[str] = frozenset(),
) -> Change:
    """A pack of one's own with this content, in place of what it had.

    Args:
        snapshot: what the pack is put into.
        pack: its id.
        quads: its content, from :func:`kb.exchange.read_pack`.
        author: who answers for it.
        reason: why.
        shipped: the packs that came with the program.

    Raises:
        ShippedPackError: if it came with the program.
        ChangeError: if it does not describe itself, or describes another pack.
    """
    if pack in shipped:
        raise ShippedPackError(pack)
    found = list(quads)
    _require_header(pack, found)
    old = _quads_of(snapshot, pack)
    before, after = {line_of(quad): quad for quad in old}, {line_of(quad): quad for quad in found}
    added = tuple(after[line] for line in sorted(after.keys() - before.keys()))
    removed = tuple(before[line] for line in sorted(before.keys() - after.keys()))
    why = reason or (f"Replace the pack {pack}" if old else f"Add the pack {pack}")
    return Change(snapshot.version.number, added, removed, author, why, ("pack", pack))


def remove_pack(
    snapshot: Snapshot, pack: str, author: str, reason: str = "", shipped: Set[str] = frozenset()
) -> Change:
    """Take a pack away, with everything in it.

    Raises:
        ShippedPackError: if it came with the program.
        ChangeError: if there is no such pack.
    """
    require_pack(snapshot.knowledge, pack)
    if pack in shipped:
        raise ShippedPackError(pack)
    why = reason or f"Remove the pack {pack}"
    removed = tuple(_quads_of(snapshot, pack))
    return Change(snapshot.version.number, (), removed, author, why, ("pack", pack))


def switch_pack(snapshot: Snapshot, pack: str, on: bool, author: str, reason: str = "") -> Change:
    """Switch a pack on or off for this installation.

    What is switched off keeps its vocabulary and loses its statements, as with packs that a request leaves out.

    Raises:
        ChangeError: if there is no such pack.
    """
    require_pack(snapshot.knowledge, pack)
    subject = ox.NamedNode(iri("pack", pack))
    predicate = ox.NamedNode(SCHEMA + "active")
    off = ox.Quad(subject, predicate, ox.Literal(False), graph_of(LOCAL))
    header = StatementWriter(snapshot.knowledge, author, _today()).pack()
    added, removed = ((), (off,)) if on else ((*header, off), ())
    why = reason or f"Switch the pack {pack} {'on' if on else 'off'}"
    return Change(snapshot.version.number, added, removed, author, why, ("pack", pack))


def require_pack(knowledge: Knowledge, pack: str) -> None:
    """Nothing, if there is such a pack.

    Raises:
        ChangeError: if not.
    """
    if pack not in knowledge.packs:
        near = nearest(pack, knowledge.packs)
        raise ChangeError([Problem("", f"there is no pack {pack}", "the id of a pack", near)])


def _require_header(pack: str, quads: list[ox.Quad]) -> None:
    """The document describes the pack that it is sent as, and no other."""
    wanted = iri("pack", pack)
    described = {
        quad.subject.value
        for quad in quads
        if quad.predicate.value == RDF_TYPE and quad.object == ox.NamedNode(SCHEMA + "Pack")
        if isinstance(quad.subject, ox.NamedNode)
    }
    problems = [
        Problem("", f"it describes {name}, which is another pack", f"only <{wanted}>")
        for name in sorted(described - {wanted})
    ]
    if wanted not in described:
        form = f'pack:{pack} a aw:Pack ; aw:precedence 40 ; owl:versionInfo "1" ; dcterms:creator … ; dcterms:license …'
        problems.append(Problem("", f"it does not describe itself: <{wanted}> is no aw:Pack in it", form))
    if problems:
        raise ChangeError(problems)


def _quads_of(snapshot: Snapshot, pack: str) -> list[ox.Quad]:
    end = f" {graph_of(pack)} ."
    return parse_lines("\n".join(sorted(line for line in snapshot.content.lines() if line.endswith(end))))


def _today() -> date:
    return datetime.now(UTC).date()
