"""Terms added to a pack of one's own, and taken away from it, whatever their kind."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import UTC, datetime

import pyoxigraph as ox

from kb.changes import Change
from kb.definitions import ChangeError, Problem
from kb.described import inner_nodes
from kb.graph import Key
from kb.index import RDF_TYPE
from kb.lexicon import Lexicon
from kb.model import ATTRIBUTE_OF_KIND, Knowledge
from kb.namespaces import iri
from kb.pack_changes import ShippedPackError
from kb.packs import graph_of
from kb.quads import parse_lines
from kb.statement_writer import LOCAL, StatementWriter
from kb.store import Snapshot
from kb.users import Users


def add_terms(
    snapshot: Snapshot,
    pack: str,
    quads: Iterable[ox.Quad],
    author: str,
    reason: str = "",
    shipped: Set[str] = frozenset(),
) -> Change:
    """What a document says beside what a pack of one's own says already.

    Args:
        snapshot: what is added to.
        pack: the id of the pack; that of the installation is made with the first term.
        quads: the document, from :func:`kb.exchange.read_pack`.
        author: who answers for it.
        reason: why.
        shipped: the packs that came with the program.

    Raises:
        ShippedPackError: if the pack came with the program.
        ChangeError: if there is no such pack and the document does not describe it.
    """
    if pack in shipped:
        raise ShippedPackError(pack)
    added = tuple(quads)
    header = iri("pack", pack)
    described = any(one.subject == ox.NamedNode(header) and one.predicate.value == RDF_TYPE for one in added)
    if pack not in snapshot.knowledge.packs and not described:
        if pack != LOCAL:
            message = f"there is no pack {pack} yet, and the document does not describe it"
            form = f"pack:{pack} a aw:Pack with aw:precedence, owl:versionInfo, dcterms:creator and dcterms:license"
            raise ChangeError([Problem("", message, form)])
        writer = StatementWriter(snapshot.knowledge, author, datetime.now(UTC).date())
        added = (*writer.pack(), *added)
    why = reason or f"Add to the pack {pack}"
    return Change(snapshot.version.number, added, (), author, why, ("pack", pack))


def remove_terms(
    snapshot: Snapshot, terms: Iterable[Key], author: str, reason: str = "", shipped: Set[str] = frozenset()
) -> Change:
    """Terms of one's own taken away, all of them or none.

    Args:
        snapshot: what they are taken from.
        terms: their kinds and ids.
        author: who answers for it.
        reason: why.
        shipped: the packs that came with the program.

    Raises:
        ChangeError: if one of them does not exist, came with the program, or is named by what stays.
    """
    wanted = sorted(set(terms))
    problems = [problem for key in wanted for problem in _problems(snapshot.knowledge, key, set(wanted), shipped)]
    if problems:
        raise ChangeError(problems)
    names = [iri(kind, term_id) for kind, term_id in wanted]
    names += sorted(inner_nodes([snapshot.content], names))
    lines = "\n".join(line for name in names for line in snapshot.content.lines_about(name))
    theirs = {graph_of(pack) for pack in shipped}
    removed = tuple(quad for quad in parse_lines(lines) if quad.graph_name not in theirs)
    told = ", ".join(f"{kind}:{term_id}" for kind, term_id in wanted)
    return Change(snapshot.version.number, (), removed, author, reason or f"Remove {told}", wanted[0])


def _problems(knowledge: Knowledge, key: Key, going: set[Key], shipped: Set[str]) -> list[Problem]:
    kind, term_id = key
    name = f"{kind}:{term_id}"
    if kind not in ATTRIBUTE_OF_KIND:
        return [Problem("/terms", f"there is no kind of term named {kind}", f"one of {', '.join(ATTRIBUTE_OF_KIND)}")]
    record = knowledge.find(kind, term_id)
    if record is None:
        near = tuple(f"{kind}:{one}" for one in Lexicon(knowledge).nearest(kind, term_id))
        return [Problem("/terms", f"there is no {name}", f"the id of a {kind}", near)]
    if record.pack in shipped:
        message = f"{name} belongs to the pack {record.pack}, which came with the program"
        return [Problem("/terms", message, "a term that was added here")]
    users = [f"{one}:{other}" for one, other in Users.of(knowledge).get(key) if (one, other) not in going]
    if users:
        more = f" and {len(users) - 5} more" if len(users) > 5 else ""
        message = f"{name} is still named by {', '.join(users[:5])}{more}"
        return [Problem("/terms", message, "terms that nothing else names; remove or change those as well")]
    return []
