"""Plain sets of quads: the form in which knowledge is read, compared, stored and hashed.

A quad is a :class:`pyoxigraph.Quad`; its text is its canonical N-Quads line. :mod:`kb.datasets` gives the same quads to
rdflib.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox


def line_of(quad: ox.Quad) -> str:
    """The canonical N-Quads line of a quad, without the full stop's line end (RDF 1.2 N-Quads, canonical form)."""
    return f"{quad} ."


def lines_of(quads: Iterable[ox.Quad]) -> list[str]:
    """The canonical lines of quads, sorted by code point as RDFC-1.0 asks."""
    return sorted(line_of(quad) for quad in quads)


def parse_lines(text: str) -> list[ox.Quad]:
    """Quads from N-Quads text."""
    return list(ox.parse(text.encode(), ox.RdfFormat.N_QUADS))
