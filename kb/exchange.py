"""Knowledge in and out: packs and whole versions as documents.

What comes in is data and nothing else: it is in one graph of its own, speaks of terms only, brings along neither shapes
nor imports, and its texts are plain.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from kb.documents import (
    DEEPEST,
    FORMATS,
    LONGEST_LIST,
    LONGEST_LITERAL,
    NAMES,
    DocumentError,
    DocumentFault,
    parse_document,
)
from kb.index import RDF_REST
from kb.namespaces import BASE, CLASS_OF_KIND, GENID, ID_PATTERN, PREFIXES, SCHEMA, is_id, short, try_split
from kb.naming import CircularBlankNodesError, name_blank_nodes
from kb.packs import graph_of
from kb.quads import lines_of, parse_lines

WITH_GRAPHS = ("trig", "nquads", "jsonld")
"""Formats that can carry several packs at once."""

LONGEST_ID = 200
"""How many characters an id may have."""

_MARKUP = re.compile(r"<!--|<[/!]?[a-zA-Z][^<>]*>")
_DIRECTIVE = re.compile(r"(?m)^\s*(:-|\?-)")
_SHACL = "http://www.w3.org/ns/shacl#"
_GRAPH_PREFIX = f"{BASE}pack/"


def read_pack(data: bytes, media_type: str, pack: str) -> list[ox.Quad]:
    """The quads of one pack sent as a document: in the pack's graph, every node named.

    Args:
        data: the document; where its format knows graphs, all it says is in the pack's or in none.
        media_type: one of :data:`kb.documents.FORMATS`.
        pack: the pack's id.

    Raises:
        DocumentError: with everything that stands against taking it in.
    """
    if not is_id(pack) or len(pack) > LONGEST_ID:
        expected = f"an id in kebab-case ({ID_PATTERN}) of at most {LONGEST_ID} characters"
        raise DocumentError([DocumentFault(f"“{pack[:LONGEST_ID]}” is no id of a pack.", expected)])
    graph = graph_of(pack)
    found = parse_document(data, media_type, graph.value)
    foreign = sorted({str(quad.graph_name) for quad in found} - {str(graph), str(ox.DefaultGraph())})
    if foreign:
        message = f"a pack is one graph, but this document also writes into {_name(foreign[0])}."
        raise DocumentError([DocumentFault(message, f"the graph {_name(str(graph))}, or none")])
    inside = [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found]
    return _named(inside)


def read_content(data: bytes, media_type: str) -> list[ox.Quad]:
    """The quads of a whole version sent as a document, each in the graph of its pack.

    Raises:
        DocumentError: with everything that stands against taking it in.
    """
    found = parse_document(data, media_type, BASE)
    by_graph: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in found:
        by_graph[str(quad.graph_name)].append(quad)
    faults = [
        DocumentFault(f"{_name(name)} is no graph of a pack.", f"graphs named <{_GRAPH_PREFIX}…>, one a pack")
        for name in sorted(by_graph)
        if (try_split(name.strip("<>")) or ("",))[0] != "pack"
    ]
    if faults or not found:
        raise DocumentError(faults or [DocumentFault("there is nothing in the document.")])
    return [quad for name in sorted(by_graph) for quad in _named(by_graph[name])]


def write(quads: Iterable[ox.Quad], media_type: str, pack: str | None = None) -> bytes:
    """Quads as a document.

    Args:
        quads: what to write.
        media_type: one of :data:`kb.documents.FORMATS`.
        pack: write the graph of this pack alone; needed by formats that know no graphs.

    Raises:
        ValueError: if the format knows no graphs and no pack is named.
    """
    form = FORMATS[media_type]
    if pack is None and not form.supports_datasets:
        raise ValueError(f"{media_type} carries one pack; name one.")
    if pack is not None:
        graph = graph_of(pack)
        quads = [quad for quad in quads if quad.graph_name == graph]
    lines = lines_of(quads)
    if form == ox.RdfFormat.N_QUADS:
        return "".join(f"{line}\n" for line in lines).encode()  # sorted, it is the canonical document of RDFC-1.0
    ordered = parse_lines("\n".join(lines))
    prefixes = None if form in (ox.RdfFormat.JSON_LD, ox.RdfFormat.N_TRIPLES) else dict(PREFIXES)
    if form.supports_datasets:
        return ox.serialize(ordered, format=form, prefixes=prefixes) or b""
    return ox.serialize([quad.triple for quad in ordered], format=form, prefixes=prefixes) or b""


def media_type_of(name: str) -> str:
    """The media type that people call ``name``; one of :data:`kb.documents.NAMES`."""
    return NAMES[name]


def _name(name: str) -> str:
    return "the graph without a name" if name == str(ox.DefaultGraph()) else short(name.strip("<>"))


# --- What is refused whatever it says -----------------------------------------------------------------------


def _named(quads: list[ox.Quad]) -> list[ox.Quad]:
    """The quads of one graph in their stored form, every node named.

    Raises:
        DocumentError: with everything that stands against taking them in.
    """
    faults = [*_faults(quads), *_nesting_faults(quads)]
    if faults:
        raise DocumentError(faults)
    try:
        store = ox.Store()
        store.extend(quads)  # gives numbers and dates one form, of which names and hashes are made
        return name_blank_nodes(store.quads_for_pattern(None, None, None, None))
    except CircularBlankNodesError as error:
        raise DocumentError([DocumentFault(str(error))]) from None


def _faults(quads: Iterable[ox.Quad]) -> Iterator[DocumentFault]:
    seen: set[str] = set()
    for quad in quads:
        for fault in _quad_faults(quad):
            if fault.message not in seen:
                seen.add(fault.message)
                yield fault


def _quad_faults(quad: ox.Quad) -> Iterator[DocumentFault]:
    subject, predicate, value = quad.subject, quad.predicate.value, quad.object
    names = [one.value for one in (subject, quad.predicate, value) if isinstance(one, ox.NamedNode)]
    if shape := next((name for name in names if name.startswith(_SHACL)), None):
        yield DocumentFault(f"{short(shape)}: a pack brings no shapes or constraints to be run; take them away.")
    if predicate == PREFIXES["owl"] + "imports":
        yield DocumentFault(
            "owl:imports: nothing is fetched; send what is meant as a pack of its own.", "a document that stands alone"
        )
    if isinstance(subject, ox.NamedNode):
        yield from _subject_faults(subject.value)
    if isinstance(value, ox.Literal):
        yield from _text_faults(_shown(subject), short(predicate), value.value)
    elif isinstance(value, ox.Triple):
        yield DocumentFault(f"{_shown(subject)}: a statement about a statement is nothing that is read here.")


def _subject_faults(name: str) -> Iterator[DocumentFault]:
    if name.startswith(GENID):
        return
    if named := try_split(name):
        if len(named[1]) > LONGEST_ID:
            message = f"the id of the {named[0]} {named[1][:40]}… has {len(named[1])} characters."
            yield DocumentFault(message, f"at most {LONGEST_ID}")
        return
    if name.startswith(SCHEMA):
        yield DocumentFault(f"{short(name)}: the schema is not for packs to change.", "terms named <kind>:<id>")
        return
    kind, _, rest = name.removeprefix(BASE).partition("/")
    if name.startswith(BASE) and kind in CLASS_OF_KIND:
        yield DocumentFault(f"“{rest[:100]}” is no id of a {kind}.", "lower-case letters and digits in kebab-case")
    else:
        yield DocumentFault(
            f"{name[:200]} is no name of a term.", f"{BASE}<kind>/<id>, kinds: {', '.join(CLASS_OF_KIND)}"
        )


def _text_faults(subject: str, predicate: str, text: str) -> Iterator[DocumentFault]:
    where = f"{subject}, {predicate}"
    if len(text) > LONGEST_LITERAL:
        yield DocumentFault(f"{where}: the text has {len(text)} characters.", f"at most {LONGEST_LITERAL}")
    elif any(unicodedata.category(one) == "Cc" and one not in "\n\t\r" for one in text):
        yield DocumentFault(f"{where}: the text has control characters in it.", "plain text")
    elif _MARKUP.search(text):
        yield DocumentFault(f"{where}: the text has markup in it.", "plain text")
    elif _DIRECTIVE.search(text):
        yield DocumentFault(f"{where}: the text reads like a program's directive.", "plain text")


def _nesting_faults(quads: Iterable[ox.Quad]) -> Iterator[DocumentFault]:
    """Nodes without a name below one another too deep, or shared, so that reading them as trees would never end."""
    inner: dict[str, list[tuple[str, str]]] = defaultdict(list)
    referrers: Counter[str] = Counter()
    for quad in quads:
        if _nameless(quad.object):
            inner[str(quad.subject)].append((quad.predicate.value, str(quad.object)))
            referrers[str(quad.object)] += 1
    if any(count > 1 for count in referrers.values()):
        yield DocumentFault("a node without a name belongs to two others; write it out for each of them.")
        return
    roots = [name for name in inner if name not in referrers]
    yield from _too_deep(roots, lambda name: inner.get(name, []))


def _too_deep(roots: Iterable[str], below: Callable[[str], list[tuple[str, str]]]) -> Iterator[DocumentFault]:
    waiting = [(root, root, 0, 0) for root in roots]
    while waiting:
        root, name, depth, place = waiting.pop()
        if depth > DEEPEST:
            yield DocumentFault(f"{short(root.strip('<>'))}: it is nested more than {DEEPEST} levels deep.")
            return
        if place > LONGEST_LIST:
            yield DocumentFault(f"{short(root.strip('<>'))}: a list has more than {LONGEST_LIST} members.")
            return
        for predicate, other in below(name):
            rest = predicate == RDF_REST
            waiting.append((root, other, depth if rest else depth + 1, place + 1 if rest else 0))


def _nameless(term: object) -> bool:
    return isinstance(term, ox.BlankNode) or (isinstance(term, ox.NamedNode) and term.value.startswith(GENID))


def _shown(subject: object) -> str:
    if isinstance(subject, ox.NamedNode) and not subject.value.startswith(GENID):
        return short(subject.value)[:200]
    return "a node without a name"
