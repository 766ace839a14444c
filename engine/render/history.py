"""What differs between two versions in plain English: terms by what they say, never by lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.render.english import counted, listed, sentence
from engine.render.sentences import Sentences
from engine.render.text import BULLET
from kb.diff import PropertyChange, TermChange
from kb.model import AllOf, AnyOf, Kind, Knowledge, NeedRaised, Not, Note, TaskIs, Term, ValueIs

if TYPE_CHECKING:
    from engine.history import VersionDifference
    from kb.findings import Finding
    from kb.proposals import Proposal

MOST_TOLD = 60
"""How many terms a text tells one by one; the data has them all."""

_TERMS_IN: Mapping[str, Kind] = {
    "task": "task",
    "need": "need",
    "technique": "technique",
    "refines": "technique",
    "parts": "technique",
    "than": "technique",
    "targets": "technique",
    "expects": "technique",
    "constraint": "constraint",
    "quality": "quality",
    "unit": "unit",
    "strength": "strength",
    "degree": "degree",
}
"""Properties that name terms, and of what kind."""

_CALLED = {
    "synonyms": "other names",
    "hidden": "names understood but not shown",
    "replaced_by": "replaced by",
    "broader": "broader",
    "when": "condition",
    "requires": "what it requires",
    "licence": "licence",
    "review_by": "review by",
}
"""What properties are called where their name is no plain word."""


class Telling:
    """Tells what happened to terms, each state in its own words."""

    def __init__(self, before: Knowledge, after: Knowledge) -> None:
        """Tell of two states of the knowledge."""
        self._before, self._after = Sentences(before), Sentences(after)
        self._knowledge = {"old": before, "new": after}

    def document(self, change: TermChange) -> dict[str, Any]:
        """What happened to a term, as data with its words."""
        document: dict[str, Any] = {"kind": change.kind, "id": change.id, "label": change.label}
        if change.happened == "changed":
            document["properties"] = [self._property(change, one) for one in change.properties]
            document |= {"was": self.says(change.before, change, old=True), "is": self.says(change.after, change)}
        else:
            term = change.after or change.before
            document["says"] = self.says(term, change, old=change.after is None)
        return {name: value for name, value in document.items() if value is not None}

    def says(self, term: Term | None, change: TermChange, old: bool = False) -> str | None:
        """A statement as a sentence; None for terms that state nothing."""
        if term is None:
            return None
        said = (self._before if old else self._after).about(change.kind, term)
        return sentence(said) if said != term.label else None

    def lines(self, change: TermChange) -> list[str]:
        """What happened to a term, in one line or a few."""
        name = f"{change.kind.replace('-', ' ')} “{change.label}”"
        if change.happened != "changed":
            said = self.document(change).get("says")
            return [f"{BULLET} {name}{f': {said}' if said else ''}"]
        lines = [f"{BULLET} {name}:"]
        return lines + [
            f"    {one['property']}: was {one['old'] or 'empty'}, is {one['new'] or 'empty'}"
            for one in self.document(change)["properties"]
        ]

    def _property(self, change: TermChange, found: PropertyChange) -> dict[str, str]:
        called = _CALLED.get(found.name, found.name.replace("_", " "))
        old, new = (
            self._words(change.kind, found.name, value, side)
            for value, side in ((found.old, "old"), (found.new, "new"))
        )
        return {"property": called, "old": old, "new": new}

    def _words(self, kind: Kind, name: str, value: Any, side: str) -> str:
        """A value of a property as people read it."""
        wording = self._before if side == "old" else self._after
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, TaskIs | ValueIs | NeedRaised | Not | AnyOf | AllOf):
            return wording.condition(value)
        if isinstance(value, Note):
            return value.text
        if isinstance(value, Term):
            return value.label
        if isinstance(value, tuple):
            return listed([self._words(kind, name, one, side) for one in value])
        if isinstance(value, int | Decimal):
            return str(value)
        named = kind if name in ("broader", "replaced_by") else _TERMS_IN.get(name)
        term = self._knowledge[side].find(named, str(value)) if named else None
        return f"“{term.label}”" if term else str(value)


def changes(before: Knowledge, after: Knowledge, found: Sequence[TermChange]) -> str:
    """What came, changed and went."""
    if not found:
        return "Nothing differs."
    telling = Telling(before, after)
    lines: list[str] = []
    for happened in ("added", "changed", "removed"):
        group = [one for one in found if one.happened == happened]
        if group:
            lines.append(_heading(f"{counted(len(group), 'term')} {happened}"))
            lines += [line for one in group[:MOST_TOLD] for line in telling.lines(one)]
            if len(group) > MOST_TOLD:
                lines.append(f"{BULLET} and {len(group) - MOST_TOLD} more.")
    return "\n".join(lines)


def version_difference(answer: VersionDifference) -> str:
    """What differs between two versions, and which answers are others because of it."""
    opening = f"From version {answer.before.version.number} to version {answer.after.version.number}."
    return "\n".join([opening, answer.difference.as_text(), answer.impact.as_text()])


def proposal_text(proposal: Proposal, stale: str, difference: str, findings: Sequence[Finding]) -> str:
    """What a proposal changes, what became of it, and what checks say."""
    change = proposal.change
    lines = [sentence(f"proposal {proposal.number} by {change.author}, for version {change.base}: {change.reason}")]
    if proposal.status != "open":
        why = f" because: {proposal.comment}" if proposal.comment else ""
        became = f" as version {proposal.version}" if proposal.version else ""
        lines.append(sentence(f"it was {proposal.status} by {proposal.decided_by}{became}{why}"))
    if stale:
        lines.append(stale)
    lines.append(difference)
    lines += [f"{BULLET} {finding}" for finding in findings] or ["Checks find nothing."]
    return "\n".join(lines)


def _heading(text: str) -> str:
    return sentence(f"{text}:")
