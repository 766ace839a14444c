"""Content by subject, read on demand: what a change needs of a large knowledge base, and nothing else of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kb.content import Content
from kb.index import Index, Node
from kb.namespaces import BASE, CLASS_OF_KIND, GENID, is_id
from kb.quads import parse_lines

MOST_NAMES = 100_000
"""How many names are kept while a content is read, to be used again."""

_NAMELESS = re.compile(f"<({re.escape(GENID)}[^>]*)>")


class ContentIndex(Index):
    """An index of a content that reads a subject when it is first asked for.

    Going through all ids of a kind is for messages that name the nearest choice; it costs what it has to.
    """

    def __init__(self, content: Content, ids: Callable[[str], Iterable[str]]) -> None:
        """View ``content``.

        Args:
            content: the quads.
            ids: for each kind ids that may be declared there, as many as there are.
        """
        self.content = content
        self.nodes = _Nodes(content, self)  # type: ignore[assignment]  # a mapping of the same form
        self.declared = {kind: _Declared(self.nodes, kind, ids) for kind in CLASS_OF_KIND}  # type: ignore[misc]

    def quads(self, names: Iterable[str]) -> list[ox.Quad]:
        """What the content says of some subjects."""
        return parse_lines("\n".join(line for name in names for line in self.content.lines_about(name)))

    @property
    def read(self) -> int:
        """How many subjects were read so far."""
        return len(self.nodes.found)  # type: ignore[attr-defined]


class _Nodes(Mapping[str, Node]):
    """Subjects by IRI."""

    def __init__(self, content: Content, index: Index) -> None:
        self._content, self._index = content, index
        self.found: dict[str, Node | None] = {}

    def __getitem__(self, name: str) -> Node:
        if name not in self.found:
            self.found[name] = self._read(name)
        node = self.found[name]
        if node is None:
            raise KeyError(name)
        return node

    def _read(self, name: str) -> Node | None:
        lines = self._content.lines_about(name)
        if not lines:
            return None
        node = Node(name, self._index)
        for quad in parse_lines("\n".join(lines)):
            node.add(quad)
        node.sort()
        return node

    def __iter__(self) -> Iterator[str]:
        return (name for name, node in list(self.found.items()) if node is not None)

    def __len__(self) -> int:
        return sum(node is not None for node in self.found.values())


class _Declared(Mapping[str, Node]):
    """Subjects of one kind by id."""

    def __init__(self, nodes: Mapping[str, Node], kind: str, ids: Callable[[str], Iterable[str]]) -> None:
        self._nodes, self._kind, self._ids = nodes, kind, ids

    def __getitem__(self, term_id: str) -> Node:
        node = self._nodes[f"{BASE}{self._kind}/{term_id}"] if is_id(term_id, self._kind) else None
        if node is None or self._kind not in node.types():
            raise KeyError(term_id)
        return node

    def __iter__(self) -> Iterator[str]:
        return (one for one in sorted(self._ids(self._kind)) if one in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def index_of(content: Content) -> Index:
    """Every subject of a content. Its text is read here without making quads of it, which is most of the work else."""
    index = Index()
    nodes: dict[str, ox.NamedNode] = {}
    for graph, subject, text in content.texts():
        node = index.node(subject)
        for line in text.split("\n"):
            predicate, _, value = line.partition(" ")
            if value.startswith("<"):
                name = value[1:-1]
                # Most names are those of classes, needs and the like: each is made once.
                term: ox.NamedNode | ox.Literal | None = nodes.get(name)
                if term is None:
                    term = ox.NamedNode(name)
                    if len(nodes) < MOST_NAMES:
                        nodes[name] = term
            else:
                term = _literal(value)
            if term is not None:
                node.say(sys.intern(predicate[1:-1]), term, graph)
    index.arrange()
    return index


def _literal(text: str) -> ox.Literal | None:
    """A literal of canonical N-Quads; None for what is neither that nor a name."""
    if "\\" in text or not text.startswith('"'):
        (quad,) = parse_lines(f"<x:s> <x:p> {text} .")
        return quad.object if isinstance(quad.object, ox.Literal) else None
    end = text.rindex('"')
    value, kind = text[1:end], text[end + 1 :]
    if not kind:
        return ox.Literal(value)
    return (
        ox.Literal(value, language=kind[1:]) if kind[0] == "@" else ox.Literal(value, datatype=ox.NamedNode(kind[3:-1]))
    )


def inner_nodes(contents: Iterable[Content], names: Iterable[str]) -> set[str]:
    """The conditions and lists that subjects refer to, directly or through others, in any of these contents."""
    contents = tuple(contents)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        for content in contents:
            for line in content.lines_about(name):
                inner = {*_NAMELESS.findall(line)} - {name}
                waiting += inner - found
                found |= inner
    return found


def owners(contents: Iterable[Content], names: Iterable[str]) -> set[str]:
    """Named subjects for these: themselves, and for conditions and lists the terms to which they belong.

    A condition that changes has another name, so that its owner changes too and is here already; that is looked at
    first. Else the whole content is searched.
    """
    contents = tuple(contents)
    given = set(names)
    named = {name for name in given if not name.startswith(GENID)}
    lost = given - named - inner_nodes(contents, named)
    seen: set[str] = set()
    while lost:
        seen |= lost
        found = set[str]().union(*(content.mentioning(lost) for content in contents))
        named |= {name for name in found if not name.startswith(GENID)}
        lost = {name for name in found if name.startswith(GENID)} - seen
    return named
