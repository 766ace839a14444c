"""What a query is before anybody evaluates it: its form, the graphs that it names, whether it does more than read.

The tokens are those of SPARQL 1.1 Query, section 19.8. Whether a query is well-formed is left to the library that
evaluates it; here is found what deserves a message of its own. That nothing is fetched does not rest on this: the
process that evaluates queries cannot open a connection (:mod:`kb.sparql.evaluator`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urljoin

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
"""What the operations of SPARQL 1.1 Update begin with."""

CHANGING = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})
"""Functions that give something else each time."""

DEEPEST = 200
"""How deep brackets may be nested."""

_TOKEN = re.compile(
    r"""
    (?P<space> [\s]+ | \#[^\n\r]* )
  | (?P<string> \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<variable> [?$]\w+ )
  | (?P<language> @[a-zA-Z]+(?:-[a-zA-Z0-9]+)* )
  | (?P<blank> _:[\w.\-]+ )
  | (?P<prefixed> (?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:[\w:%]|\\.|[.\-](?=[\w:%\\.\-]))* )
  | (?P<word> [^\W\d]\w* )
  | (?P<number> \d+ )
  | (?P<open> [\[({] )
  | (?P<close> [\])}] )
  | (?P<other> . )
    """,
    re.X | re.S,
)


class QueryRefusedError(ValueError):
    """A query that is not evaluated, whatever it would give.

    Attributes:
        kind: "update", "outside" or "malformed".
        line: where, counted from 1; None if it is the whole.
        column: where in the line, counted from 1.
        expected: what would be accepted.
    """

    def __init__(
        self,
        kind: Literal["update", "outside", "malformed"],
        message: str,
        line: int | None = None,
        column: int | None = None,
        expected: str = "",
    ) -> None:
        super().__init__(message)
        self.kind, self.line, self.column, self.expected = kind, line, column, expected


@dataclass(frozen=True, slots=True)
class Query:
    """A query, as far as it is read here.

    Attributes:
        text: the query.
        form: what kind of query it is.
        default_graphs: the graphs after FROM.
        named_graphs: the graphs after FROM NAMED.
        is_stable: whether it gives the same as long as the knowledge does.
    """

    text: str
    form: Form
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    is_stable: bool = True


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


def read_query(text: str) -> Query:
    """Look at a query.

    Raises:
        QueryRefusedError: if it is an update, asks another server, is nested beyond reason or is no query at all.
    """
    tokens = list(_tokens(text))
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    form = _form(text, tokens)
    for token in tokens:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            message = "SERVICE asks another server, and nothing outside is asked from here. Take it away."
            raise _refused("outside", message, text, token)
    default, named = _dataset(tokens)
    return Query(text, form, default, named, CHANGING.isdisjoint(words))


def _tokens(text: str) -> Iterator[_Token]:
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        token = _Token(kind, match[0], match.start())
        depth += (kind == "open") - (kind == "close")
        if depth > DEEPEST:
            message = f"Brackets are nested more than {DEEPEST} levels deep."
            raise _refused("malformed", message, text, token, f"at most {DEEPEST} levels")
        yield token


def _form(text: str, tokens: Sequence[_Token]) -> Form:
    """What the query does, said by the first word after its declarations of names."""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        word = token.text.upper()
        if token.kind == "word" and word in {"BASE", "PREFIX"}:
            place += 2 if word == "BASE" else 3
            continue
        if token.kind == "word" and word in UPDATES:
            message = f"{word} would change something, and here is only read. Changes go through /api/v1."
            raise _refused("update", message, text, token, "SELECT, ASK, CONSTRUCT or DESCRIBE")
        for form in FORMS:
            if token.kind == "word" and word == form:
                return form
        message = f"A query does not begin with “{token.text[:40]}”."
        raise _refused("malformed", message, text, token, "SELECT, ASK, CONSTRUCT or DESCRIBE")
    raise QueryRefusedError("malformed", "There is no query.", expected="SELECT, ASK, CONSTRUCT or DESCRIBE")


def _dataset(tokens: Sequence[_Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The graphs that FROM and FROM NAMED name, as IRIs."""
    prefixes: dict[str, str] = {}
    base = ""
    default: list[str] = []
    named: list[str] = []
    for place, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        after = [one.text for one in tokens[place + 1 : place + 3]] + ["", ""]
        if word == "BASE":
            base = urljoin(base, after[0][1:-1])
        elif word == "PREFIX":
            prefixes[after[0]] = urljoin(base, after[1][1:-1])
        elif word == "FROM":
            graphs, name = (named, after[1]) if after[0].upper() == "NAMED" else (default, after[0])
            graphs.append(_full(name, prefixes, base))
    return tuple(default), tuple(named)


def _full(name: str, prefixes: dict[str, str], base: str) -> str:
    if name.startswith("<"):
        return urljoin(base, name[1:-1]) if base else name[1:-1]
    prefix, _, local = name.partition(":")
    return prefixes.get(f"{prefix}:", f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)


def _refused(
    kind: Literal["update", "outside", "malformed"], message: str, text: str, token: _Token, expected: str = ""
) -> QueryRefusedError:
    line = text.count("\n", 0, token.start) + 1
    return QueryRefusedError(kind, message, line, token.start - text.rfind("\n", 0, token.start), expected)
