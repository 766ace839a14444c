"""What a piece of knowledge is, as a hash of its content: see :mod:`kb.content` and docs/decisions/0008."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import pyoxigraph as ox

from kb.content import VOCABULARY, Content
from kb.quads import lines_of

__all__ = ["VOCABULARY", "content_hash", "document_hash", "hash_of_lines", "pack_hashes", "vocabulary_hashes"]


def content_hash(quads: Iterable[ox.Quad]) -> str:
    """The hash of a set of quads, the same in whatever order they come."""
    return Content.of(quads).content_hash


def pack_hashes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The content hash of each pack, in the order of ids."""
    return Content.of(quads).pack_hashes


def vocabulary_hashes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The content hash of each pack's vocabulary, in the order of ids."""
    return Content.of(quads).vocabulary_hashes


def hash_of_lines(lines: Iterable[str]) -> str:
    """The hash of a set of canonical N-Quads lines."""
    return Content(lines).content_hash


def document_hash(quads: Iterable[ox.Quad]) -> str:
    """The hash of the canonical document of RDFC-1.0 (RDF Dataset Canonicalization, W3C Recommendation 2024), SHA-256.

    Lines are sorted by code point, each ending in a line feed. As every node in the knowledge base has a name, no
    labels have to be issued to blank nodes. It reads the whole, so that versions do without it.
    """
    return sha256("".join(f"{line}\n" for line in dict.fromkeys(lines_of(quads))).encode()).hexdigest()
