"""What a piece of knowledge is, as a hash of its content.

The hash is that of the canonical N-Quads document of RDFC-1.0 (RDF Dataset Canonicalization, W3C Recommendation
2024): lines sorted by code point, each ending in a line feed, hashed with SHA-256. As every node in the knowledge
base has a name, no labels have to be issued to blank nodes, and sorting is all there is to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

import pyoxigraph as ox

from kb.namespaces import try_split
from kb.quads import line_of


def content_hash(quads: Iterable[ox.Quad]) -> str:
    """The hash of a set of quads, the same in whatever order they come."""
    return hash_of_lines({line_of(quad) for quad in quads})


def pack_hashes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The content hash of each pack, in the order of ids."""
    lines: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        lines[_pack_of(quad)].add(line_of(quad))
    return {pack: hash_of_lines(lines[pack]) for pack in sorted(lines)}


VOCABULARY = frozenset({"task", "constraint", "value", "band", "unit", "need", "quality", "technique"})
"""Kinds of terms that stay when their pack is switched off; its statements go."""


def vocabulary_hashes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The content hash of each pack's vocabulary, in the order of ids."""
    return pack_hashes(quad for quad in quads if _kind_of(quad) in VOCABULARY)


def hash_of_lines(lines: Iterable[str]) -> str:
    """The hash of a document of canonical N-Quads lines without repetition."""
    return sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def _pack_of(quad: ox.Quad) -> str:
    name = quad.graph_name
    split = try_split(name.value) if isinstance(name, ox.NamedNode) else None
    return split[1] if split else ""


def _kind_of(quad: ox.Quad) -> str:
    split = try_split(quad.subject.value) if isinstance(quad.subject, ox.NamedNode) else None
    return split[0] if split else ""
