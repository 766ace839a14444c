"""Documents from outside: read without trust, and without a network.

The parser reads what it is given and fetches nothing. What would bring it, or whatever reads its quads afterwards, to
its knees is looked for in the text beforehand: nesting beyond reason above all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson
import pyoxigraph as ox

from kb.namespaces import CONTEXT

MOST_QUADS = 500_000
"""How many statements a document may have."""

LONGEST_LITERAL = 20_000
"""How many characters a text may have."""

DEEPEST = 40
"""How deep brackets may be nested; no condition that a person can read comes near."""

LONGEST_LIST = 1000
"""How many members a list may have."""

FORMATS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        "text/turtle": ox.RdfFormat.TURTLE,
        "application/trig": ox.RdfFormat.TRIG,
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "application/n-quads": ox.RdfFormat.N_QUADS,
        "application/ld+json": ox.RdfFormat.JSON_LD,
    }
)
"""Media types that can be read."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "turtle": "text/turtle",
        "trig": "application/trig",
        "ntriples": "application/n-triples",
        "nquads": "application/n-quads",
        "jsonld": "application/ld+json",
    }
)
"""What people call them."""

ENDINGS: Mapping[str, str] = MappingProxyType(
    {".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".jsonld": "jsonld", ".json": "jsonld"}
)
"""How the names of such files end."""

_SHOWN = 20  # more faults than that help nobody
_LITERALS_AND_COMMENTS = rb"""
    \#[^\n]*
  | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
  | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
"""
_TOKEN = re.compile(_LITERALS_AND_COMMENTS + rb"| <[^<>\"{}|^`\\\s]*> | (?P<mark> << | >> | [\[\](){}] )", re.X | re.S)
_OPENING = frozenset({b"[", b"(", b"{"})


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One thing wrong with a document.

    Attributes:
        message: what is wrong, and how to mend it.
        expected: what was expected there, if that can be said in short.
        line: counted from 1; None where it is not known.
        column: counted from 1; None where it is not known.
        pointer: where in a JSON document (a JSON pointer, RFC 6901); None for other formats.
    """

    message: str
    expected: str = ""
    line: int | None = None
    column: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        """One line for a person."""
        place = "" if self.line is None else f"line {self.line}"
        place += "" if self.column is None else f", column {self.column}"
        expected = f" Expected: {self.expected}." if self.expected else ""
        return f"{f'{place}: ' if place else ''}{self.message}{expected}"


class DocumentError(ValueError):
    """A document that is refused.

    Attributes:
        faults: everything that is wrong with it.
        malformed: whether it could not be parsed at all.
    """

    def __init__(self, faults: Iterable[DocumentFault], malformed: bool = False) -> None:
        self.faults, self.malformed = tuple(faults)[:_SHOWN], malformed
        super().__init__("; ".join(str(fault) for fault in self.faults))


def parse_document(data: bytes, media_type: str, base: str) -> list[ox.Quad]:
    """The quads of a document, with its blank nodes as they are.

    Args:
        data: the document.
        media_type: one of :data:`FORMATS`.
        base: the IRI against which relative ones are resolved.

    Raises:
        DocumentError: if it is malformed, asks for something to be fetched, or is larger or deeper than allowed.
    """
    form = FORMATS[media_type]
    if form == ox.RdfFormat.JSON_LD:
        data = _checked_json(data)
    else:
        _check_nesting(data)
    try:
        return list(_limited(ox.parse(data, form, base_iri=base)))
    except SyntaxError as error:
        raise DocumentError([_syntax_fault(error)], malformed=True) from None
    except MemoryError:
        raise DocumentError([DocumentFault(f"a text is far longer than {LONGEST_LITERAL} characters.")]) from None


def _limited(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    for number, quad in enumerate(quads):
        if number >= MOST_QUADS:
            raise DocumentError([DocumentFault(f"the document has more than {MOST_QUADS} statements.")])
        yield quad


def _syntax_fault(error: SyntaxError) -> DocumentFault:
    message = re.sub(r"^Parser error at line \d+ [^:]*: ", "", error.msg).rstrip(".")
    return DocumentFault(f"{message}.", line=error.lineno, column=error.offset)


# --- Turtle and its family --------------------------------------------------------------------------------


def _check_nesting(data: bytes) -> None:
    """Refuse brackets nested beyond reason, and statements about statements, before a parser recurses into them."""
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = token["mark"]
        if mark is None:
            continue
        if mark in (b"<<", b">>"):
            message = "a statement about a statement (<< >>) is nothing that a knowledge base reads; take it away."
            raise DocumentError([_fault_at(data, token.start(), message)])
        depth += 1 if mark in _OPENING else -1
        if depth > DEEPEST:
            message = f"brackets are nested more than {DEEPEST} levels deep."
            raise DocumentError([_fault_at(data, token.start(), message)])


def _fault_at(data: bytes, position: int, message: str) -> DocumentFault:
    line = data.count(b"\n", 0, position) + 1
    return DocumentFault(message, line=line, column=position - data.rfind(b"\n", 0, position))


# --- JSON-LD ----------------------------------------------------------------------------------------------


def _checked_json(data: bytes) -> bytes:
    """Refuse what is no JSON, is nested beyond reason, or names contexts that lie elsewhere.

    The published context is no secret to us: where a document names it, it is written out.

    Raises:
        DocumentError: with every remote context.
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        fault = DocumentFault(f"this is not well-formed JSON: {error.msg}.", line=error.lineno, column=error.colno)
        raise DocumentError([fault], malformed=True) from None
    faults: list[DocumentFault] = []
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    ours = []
    while waiting:
        pointer, value, depth = waiting.pop()
        if depth > DEEPEST:
            message = f"it is nested more than {DEEPEST} levels deep."
            raise DocumentError([DocumentFault(message, pointer=pointer)])
        if isinstance(value, dict):
            if value.get("@context") == CONTEXT:
                ours.append(value)
            else:
                faults += _remote(pointer, value)
            escaped = ((name.replace("~", "~0").replace("/", "~1"), inner) for name, inner in value.items())
            waiting += [(f"{pointer}/{name}", inner, depth + 1) for name, inner in escaped]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{place}", inner, depth + 1) for place, inner in enumerate(value)]
    if faults:
        raise DocumentError(sorted(faults, key=lambda fault: fault.pointer or ""))
    if not ours:
        return data
    from kb.json_ld import context  # which reads the schema, for which most documents have no use

    for value in ours:
        value["@context"] = dict(context())
    return orjson.dumps(document)


def _remote(pointer: str, value: dict[str, Any]) -> Iterator[DocumentFault]:
    context = value.get("@context")
    found = context if isinstance(context, list) else [context]
    remote = [one for one in (*found, value.get("@import")) if isinstance(one, str)]
    if remote:
        message = f"the context “{remote[0][:100]}” lies elsewhere, and nothing is fetched."
        yield DocumentFault(
            message, f"a context written out in the document itself, or {CONTEXT}", pointer=f"{pointer}/@context"
        )
