"""What validation finds: one record a fault, worded for whoever keeps the knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
    """

    severity: Severity
    code: str
    kind: str
    term: str
    message: str
    expected: str = ""
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line for a person."""
        name = self.term if self.term.startswith("http") else f"{self.kind}:{self.term}"
        expected = f" Expected: {self.expected}." if self.expected else ""
        hint = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"{self.severity}: {name}: {self.message}{expected}{hint}"

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
