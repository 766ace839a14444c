"""Reading packs: folders of Turtle, one named graph a folder, and single packs sent as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kb.namespaces import ID_PATTERN, iri, is_id
from kb.naming import CircularBlankNodesError, name_blank_nodes
from kb.paths import SHIPPED

if TYPE_CHECKING:
    from rdflib import Dataset

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""Media types in which a single pack may be sent."""


class PackError(ValueError):
    """A pack that cannot be read at all.

    Attributes:
        where: the file or the pack that is meant.
        line: the line, counted from 1, or None where it is not known.
        what: what is wrong, without where.
    """

    def __init__(self, where: str, what: str, line: int | None = None) -> None:
        self.where, self.line, self.what = where, line, what
        super().__init__(f"{where}{'' if line is None else f', line {line}'}: {what}")


def load_packs(root: Path = SHIPPED) -> Dataset:
    """Every ``<root>/<pack>/*.ttl`` in the named graph of its folder.

    Raises:
        PackError: if there is no pack, a folder's name is no id, or a file is not well-formed Turtle.
    """
    from kb.datasets import dataset_of  # rdflib, which reading quads does without

    return dataset_of(read_packs(root))


def read_packs(root: Path = SHIPPED) -> list[ox.Quad]:
    """The quads of :func:`load_packs`; raises the same."""
    return [quad for file in pack_files(root) for quad in _read_file(file)]


def files_hash(root: Path = SHIPPED) -> str:
    """A hash of the files below ``root``: while it is the same they need not be read again.

    Raises:
        PackError: if there is no pack.
    """
    digest = sha256()
    for file in pack_files(root):
        content = file.read_bytes()
        digest.update(f"{file.parent.name}/{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def pack_files(root: Path = SHIPPED) -> list[Path]:
    """The files of the packs below ``root``, in the order in which they are read.

    Raises:
        PackError: if there is no pack.
    """
    files = sorted(root.glob("*/*.ttl"))
    if not files:
        raise PackError(root.name, "there is no pack here: expected folders with .ttl files.")
    return files


def parse_pack(data: str | bytes, media_type: str = "text/turtle", pack: str = "local") -> list[ox.Quad]:
    """The quads of one pack sent as text, in the pack's graph and with its blank nodes named.

    Args:
        data: the document.
        media_type: one of :data:`FORMATS`.
        pack: the id of the pack.

    Raises:
        PackError: if the format is not known, the document is not well-formed, or it names graphs of its own.
    """
    if media_type not in FORMATS:
        raise PackError(pack, f"{media_type} cannot be read as a pack; expected one of: {', '.join(FORMATS)}.")
    raw = data.encode() if isinstance(data, str) else data
    return _parse(raw, FORMATS[media_type], pack, where=f"pack {pack}")


def graph_of(pack: str) -> ox.NamedNode:
    """The named graph of a pack."""
    return ox.NamedNode(iri("pack", pack))


def _read_file(file: Path) -> Iterable[ox.Quad]:
    return _parse(file.read_bytes(), ox.RdfFormat.TURTLE, file.parent.name, where=f"{file.parent.name}/{file.name}")


def _parse(raw: bytes, form: ox.RdfFormat, pack: str, where: str) -> list[ox.Quad]:
    if not is_id(pack):
        raise PackError(where, f"the pack's name {pack!r} is not an id: expected {ID_PATTERN}.")
    graph = graph_of(pack)
    try:
        triples = list(ox.parse(raw, form, base_iri=graph.value))
        return name_blank_nodes(_normalised(_into(triples, graph, where)))
    except SyntaxError as error:
        raise PackError(where, error.msg, error.lineno) from None
    except CircularBlankNodesError as error:
        raise PackError(where, str(error)) from None


def _into(triples: Iterable[ox.Quad], graph: ox.NamedNode, where: str) -> Iterator[ox.Quad]:
    for quad in triples:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise PackError(where, f"a pack is one graph, but this document names the graph {quad.graph_name}.")
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _normalised(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    # The store writes numbers and dates in one form ("01" is "1"); names and hashes are to be made of that form.
    store = ox.Store()
    store.extend(quads)
    return list(store.quads_for_pattern(None, None, None, None))
