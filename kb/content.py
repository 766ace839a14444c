"""The content of one version: a set of quads that shares what a change leaves alone, with a hash that does the same.

Quads are kept as canonical N-Quads text by pack and subject. Each pack is two trees, its vocabulary and the rest, of a
fixed number of leaves; a subject belongs to the leaf that its name falls into. A leaf's hash is that of what it says, a
tree's hash is that of its leaves: a Merkle tree. The same set of quads has the same hash however it came about, and a
change hashes anew only the leaves that it touches (docs/decisions/0008).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from zlib import crc32

import pyoxigraph as ox

from kb.namespaces import try_split
from kb.quads import line_of, parse_lines
from kb.versions import Delta

LEAVES = 4096
"""Leaves of a tree: with 100,000 tasks a change re-hashes some 150 subjects for each that it touches."""

VOCABULARY = frozenset({"task", "constraint", "value", "band", "unit", "need", "quality", "technique"})
"""Kinds of terms that stay when their pack is switched off; its statements go."""


class Tree:
    """What one graph says of some subjects. Nothing in it changes.

    A subject is as in N-Quads, with its brackets; what is said of it is a text of sorted lines "predicate object".
    """

    __slots__ = ("_digests", "_leaves", "_root")

    def __init__(self) -> None:
        """Make an empty one."""
        self._leaves: list[dict[str, str] | None] = [None] * LEAVES
        self._digests: list[bytes | None] = [None] * LEAVES
        self._root: bytes | None = None

    def get(self, subject: str) -> str:
        """What is said of a subject, or the empty text."""
        leaf = self._leaves[_leaf_of(subject)]
        return "" if leaf is None else leaf.get(subject, "")

    def items(self) -> Iterator[tuple[str, str]]:
        """Every subject and what is said of it."""
        for leaf in self._leaves:
            if leaf is not None:
                yield from leaf.items()

    def changed(self, texts: Mapping[str, str]) -> Tree:
        """The same tree where these subjects have these texts; nothing is said of one with the empty text."""
        other = Tree()
        other._leaves, other._digests = list(self._leaves), list(self._digests)
        copied: dict[int, dict[str, str]] = {}
        for subject, text in texts.items():
            place = _leaf_of(subject)
            if place not in copied:
                copied[place] = dict(self._leaves[place] or {})
            if text:
                copied[place][subject] = text
            else:
                copied[place].pop(subject, None)
        for place, leaf in copied.items():
            other._leaves[place], other._digests[place] = leaf or None, None
        return other

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self._leaves.count(None) == LEAVES

    @property
    def root(self) -> bytes:
        """The hash of the tree: of the hashes of the leaves on which something stands, each with its place."""
        if self._root is None:
            root = sha256()
            for place, leaf in enumerate(self._leaves):
                if leaf is not None:
                    root.update(place.to_bytes(2, "big") + self._digest(place, leaf))
            self._root = root.digest()
        return self._root

    def _digest(self, place: int, leaf: Mapping[str, str]) -> bytes:
        digest = self._digests[place]
        if digest is None:
            # No line of N-Quads is empty or has a line feed inside, so that no two contents give the same text.
            text = "".join(f"{subject}\n{leaf[subject]}\n\n" for subject in sorted(leaf))
            digest = self._digests[place] = sha256(text.encode()).digest()
        return digest


class Content:
    """A set of quads. Nothing in it changes; :meth:`apply` gives another that shares what stays."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """The set of these canonical N-Quads lines."""
        empty: dict[tuple[str, bool], Tree] = {}
        self._trees, self._size = _apply(empty, _grouped(lines), {})

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Content:
        """The set of these quads."""
        return cls(line_of(quad) for quad in quads)

    def __len__(self) -> int:
        return self._size

    def apply(self, delta: Delta) -> Content:
        """The content after a change; a line that is both added and removed stays."""
        other = Content.__new__(Content)
        other._trees, more = _apply(self._trees, _grouped(delta.added), _grouped(delta.removed - delta.added))
        other._size = self._size + more
        return other

    def effective(self, delta: Delta) -> Delta:
        """The part of a change that changes this content."""
        added = frozenset(line for line in delta.added if line not in self)
        return Delta(added, frozenset(line for line in delta.removed - delta.added if line in self))

    def __contains__(self, line: object) -> bool:
        if not isinstance(line, str):
            return False
        graph, subject, rest = _parts(line)
        tree = self._trees.get((graph, _is_vocabulary(subject)))
        return tree is not None and rest in tree.get(subject).split("\n")

    def lines(self) -> Iterator[str]:
        """Every line, in no particular order."""
        for (graph, _), tree in self._trees.items():
            for subject, text in tree.items():
                for rest in text.split("\n"):
                    yield f"{subject} {rest} {graph} ."

    def texts(self) -> Iterator[tuple[str | None, str, str]]:
        """Every graph, subject (both as IRIs) and what the one says of the other, as lines "predicate object"."""
        for (graph, _), tree in self._trees.items():
            for subject, text in tree.items():
                yield graph[1:-1] if graph.startswith("<") else None, subject[1:-1], text

    def quads(self) -> Iterator[ox.Quad]:
        """Every quad, in no particular order."""
        return iter(parse_lines("\n".join(self.lines())))

    def lines_about(self, name: str) -> list[str]:
        """What every pack says of the subject with this IRI."""
        subject = f"<{name}>"
        vocabulary = _is_vocabulary(subject)
        return [
            f"{subject} {rest} {graph} ."
            for (graph, kind), tree in self._trees.items()
            if kind == vocabulary
            for rest in tree.get(subject).split("\n")
            if rest
        ]

    def subjects_of(self, pack: str) -> Iterator[str]:
        """The IRIs of which a pack says anything."""
        for (graph, _), tree in self._trees.items():
            if _pack_of(graph) == pack:
                for subject, _ in tree.items():
                    yield subject[1:-1]

    def mentioning(self, names: Iterable[str]) -> set[str]:
        """The IRIs of the subjects that name one of these anywhere: reads the whole content."""
        wanted = [f"<{name}>" for name in names]
        return {
            subject[1:-1]
            for tree in self._trees.values()
            for subject, text in tree.items()
            if any(name in text for name in wanted)
        }

    @cached_property
    def pack_hashes(self) -> dict[str, str]:
        """The hash of each pack, in the order of ids."""
        roots: dict[str, list[bytes]] = defaultdict(list)
        for graph, vocabulary in sorted(self._trees):
            tree = self._trees[graph, vocabulary]
            roots[_pack_of(graph)].append(f"{graph} {vocabulary} ".encode() + tree.root)
        return {pack: sha256(b"".join(roots[pack])).hexdigest() for pack in sorted(roots)}

    @cached_property
    def vocabulary_hashes(self) -> dict[str, str]:
        """The hash of each pack's vocabulary, in the order of ids."""
        found = {_pack_of(graph): tree.root for (graph, kind), tree in self._trees.items() if kind}
        return {pack: found[pack].hex() for pack in sorted(found)}

    @cached_property
    def content_hash(self) -> str:
        """The hash of the whole: of those of its packs."""
        hashes = self.pack_hashes
        return sha256("".join(f"{pack} {hashes[pack]}\n" for pack in hashes).encode()).hexdigest()


_Grouped = Mapping[tuple[str, bool], Mapping[str, set[str]]]


def _grouped(lines: Iterable[str]) -> _Grouped:
    """Lines by graph and part, then by subject."""
    found: dict[tuple[str, bool], dict[str, set[str]]] = {}
    kinds: dict[str, bool] = {}
    for line in lines:
        graph, subject, rest = _parts(line)
        if subject not in kinds:
            kinds[subject] = _is_vocabulary(subject)
        found.setdefault((graph, kinds[subject]), {}).setdefault(subject, set()).add(rest)
    return found


def _apply(
    trees: Mapping[tuple[str, bool], Tree], added: _Grouped, removed: _Grouped
) -> tuple[dict[tuple[str, bool], Tree], int]:
    """The trees after a change, and how many lines more they have."""
    changed, more = dict(trees), 0
    for key in {*added, *removed}:
        tree = trees.get(key) or Tree()
        plus, minus = added.get(key, {}), removed.get(key, {})
        texts: dict[str, str] = {}
        for subject in {*plus, *minus}:
            said = set(filter(None, tree.get(subject).split("\n")))
            new = (said - minus.get(subject, set())) | plus.get(subject, set())
            texts[subject] = "\n".join(sorted(new))
            more += len(new) - len(said)
        changed[key] = tree.changed(texts)
        if changed[key].is_empty:
            del changed[key]
    return changed, more


def _parts(line: str) -> tuple[str, str, str]:
    """Graph, subject and what stands between them."""
    subject, _, more = line.partition(" ")
    rest, _, graph = more[: -len(" .")].rpartition(" ")
    return graph, subject, rest


def _leaf_of(subject: str) -> int:
    return crc32(subject.encode()) % LEAVES


def _is_vocabulary(subject: str) -> bool:
    split = try_split(subject[1:-1])
    return split is not None and split[0] in VOCABULARY


def _pack_of(graph: str) -> str:
    split = try_split(graph[1:-1])
    return split[1] if split else ""
