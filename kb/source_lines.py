"""Where a document describes each of its terms: a map from IRIs to lines, for messages about uploaded Turtle.

Parsers of RDF give triples without their place. Only as much is read here as takes to find where a statement begins:
tokens, prefixes and brackets. The document itself is read, and its errors are told, by a real parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

LINED = frozenset({"text/turtle", "application/n-triples", "application/n-quads", "application/trig"})
"""Media types of documents in which every term has a line; JSON-LD has none worth telling."""

_NAME = r"(?:[^\s<>\"'()\[\]{};,#^@.]|\.(?=[^\s<>\"'()\[\]{};,#^@.]))+"
_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r"|(?P<iri><[^<>\s]*>)"
    r"|(?P<text>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    rf"|(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)|(?P<name>{_NAME})|(?P<mark>\^\^|.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Source:
    """A document as it was sent.

    Attributes:
        text: its text.
        media_type: its format.
    """

    text: str
    media_type: str = "text/turtle"

    @cached_property
    def lines(self) -> Mapping[str, int]:
        """The line, counted from 1, at which each subject is described first; empty for formats without lines."""
        return dict(reversed([*_subjects(self.text)])) if self.media_type in LINED else {}


def _subjects(text: str) -> Iterator[tuple[str, int]]:
    """Each subject at the beginning of a statement, with its line."""
    prefixes: dict[str, str] = {}
    line, depth, begins, directive = 1, 0, True, list[str]()
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token[0]
        if kind == "space":
            line += word.count("\n")
            continue
        if begins and depth == 0 and word.lower() in {"@prefix", "prefix", "@base", "base"}:
            directive, begins = [word], False
        elif directive:
            directive.append(word)
            begins = _declared(directive, prefixes)
            directive = [] if begins else directive
        elif word in {"[", "("}:
            depth, begins = depth + 1, False
        elif word in {"]", ")"}:
            depth = max(0, depth - 1)
        elif depth == 0 and word in {".", "{", "}"}:
            begins = True
        elif begins and depth == 0:
            name = _resolved(word, kind or "", prefixes)
            begins = False
            if name:
                yield name, line
        line += word.count("\n")


def _declared(directive: list[str], prefixes: dict[str, str]) -> bool:
    """Take a prefix in once it is complete; whether the next token begins a statement."""
    has_stop = directive[0].startswith("@")
    if "prefix" in directive[0].lower() and len(directive) == 3:
        prefixes[directive[1].removesuffix(":")] = directive[2].strip("<>")
    if has_stop:
        return directive[-1] == "."
    return directive[-1].startswith("<")


def _resolved(word: str, kind: str, prefixes: Mapping[str, str]) -> str:
    """The IRI that a token stands for; empty for anything else."""
    if kind == "iri":
        return word[1:-1]
    prefix, colon, local = word.partition(":")
    return prefixes[prefix] + local if kind == "name" and colon and prefix in prefixes else ""
