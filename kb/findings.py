"""What validation finds: one record a fault, worded for whoever keeps the knowledge."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kb.model import ATTRIBUTE_OF_KIND, Knowledge

Severity: TypeAlias = Literal["error", "warning", "info"]

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a knowledge base.

    Attributes:
        severity: an error refuses the change, a warning should be looked at, an info is good to know.
        code: which check found it; stable, for programs.
        kind: the kind of the term it is about.
        term: the id of that term (the whole IRI where it is no id).
        message: what is wrong and how to mend it.
        expected: what was expected there, if that can be said in short.
        nearest: valid choices that resemble what was written.
        hint: how to mend it, where the message does not say so.
        others: the other sides of it, as ``<kind>:<id>``.
        label: what the term is called; empty where it has no name of its own.
        line: the line of its document at which the term is described; None where that is not known.
        file: the file of a pack in which that is; empty for a document that was sent.
    """

    severity: Severity
    code: str
    kind: str
    term: str
    message: str
    expected: str = ""
    nearest: tuple[str, ...] = ()
    hint: str = ""
    others: tuple[str, ...] = ()
    label: str = ""
    line: int | None = None
    file: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.severity}: {self.place}{': ' if self.place else ''}{self.name}: {self.text}"

    @property
    def place(self) -> str:
        """Where the term is described: file and line, as far as they are known."""
        return ", ".join([*([self.file] if self.file else []), *([f"line {self.line}"] if self.line else [])])

    @property
    def name(self) -> str:
        """The term by its id and, where it has one, its label."""
        name = self.term if self.term.startswith("http") else f"{self.kind}:{self.term}"
        return f"{name} (“{self.label}”)" if self.label else name

    @property
    def text(self) -> str:
        """What is wrong, what was expected and how to mend it, without the term."""
        expected = f" Expected: {self.expected}." if self.expected else ""
        near = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"{self.message}{expected}{near}{' ' if self.hint else ''}{self.hint}"

    @property
    def rank(self) -> tuple[int, str, str, str, str]:
        """Where it stands in a report: errors first, then by term."""
        return _RANK[self.severity], self.kind, self.term, self.code, self.message


class InvalidKnowledgeError(ValueError):
    """A knowledge base with errors; ``findings`` lists them all."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


def errors_of(findings: list[Finding]) -> list[Finding]:
    """Those findings that refuse a change."""
    return [finding for finding in findings if finding.severity == "error"]


def told(finding: Finding, label: str, line: int | None = None, file: str = "") -> Finding:
    """A finding with what its term is called (unless that is its id) and where it is described."""
    own = "" if label == finding.term else label
    return dataclasses.replace(finding, label=finding.label or own, line=line, file=file)


def label_of(knowledge: Knowledge, kind: str, term_id: str) -> str:
    """What a term is called; empty if it is not known."""
    if kind == "value":
        constraint, _, value_id = term_id.partition(".")
        record = knowledge.constraints.get(constraint)
        value = record.value(value_id) if record else None
        return value.label if value else ""
    term = knowledge.of(kind).get(term_id) if kind in ATTRIBUTE_OF_KIND else None  # type: ignore[arg-type]  # is one
    return term.label if term else ""
