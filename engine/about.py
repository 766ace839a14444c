"""What one asks of the expert rather than of an answer: how it decides in general, and what its terms mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.profile import InvalidProfile, Problem
from engine.render import about
from engine.render.sentences import Sentences
from kb.lexicon import Lexicon
from kb.model import Constraint, Kind, Knowledge, Source, Technique, Term
from kb.nearest import similarity

if TYPE_CHECKING:
    from kb.model import Value

DEFINED: tuple[Kind, ...] = (
    "technique",
    "need",
    "constraint",
    "task",
    "quality",
    "unit",
    "strength",
    "degree",
    "word",
    "parameter",
    "formula",
)
"""The kinds of terms that people ask the meaning of; of one name for several the first is meant."""


@dataclass(frozen=True)
class Method:
    """How answers come about: the fixed rules in words, and how much knowledge they work on.

    Attributes:
        knowledge: the version that would answer.
        packs: the active packs.
    """

    knowledge: Knowledge
    packs: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many statements of each kind are active, and how many claims and sources they rest on."""
        counts: dict[str, int] = {}
        claims: set[str] = set()
        for kind, statement in self.knowledge.statements():
            if statement.pack in self.packs:
                counts[kind] = counts.get(kind, 0) + 1
                claims.update(statement.claims)
        records = [self.knowledge.claims[claim] for claim in claims if claim in self.knowledge.claims]
        return {
            **dict(sorted(counts.items())),
            "need": len(self.knowledge.needs),
            "technique": len(self.knowledge.techniques),
            "claim": len(records),
            "judgement": sum(record.kind == "judgement" for record in records),
            "source": len({record.source for record in records if record.source}),
        }

    def as_dict(self) -> dict[str, Any]:
        """The rules by topic, the scales, and the counts."""
        return {
            "packs": list(self.packs),
            "counts": self.counts(),
            "strengths": {one.id: one.weight for one in self.knowledge.strengths.values()},
            "degrees": {one.id: one.weight for one in self.knowledge.degrees.values()},
            "rules": [{"topic": topic, "text": text} for topic, text in about.rules(self.knowledge)],
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return about.method(self)


@dataclass(frozen=True)
class Definition:
    """What a term means, and who says so.

    Attributes:
        knowledge: the version that defines it.
        kind: the term's kind; "value" for the value of a constraint.
        term: the term.
        constraint: the constraint of a value.
        asked: the words by which it was asked for.
    """

    knowledge: Knowledge
    kind: str
    term: Term
    constraint: Constraint | None
    asked: str

    def sources(self) -> list[Source]:
        """The sources of the claims from which the term is derived, and of the packs' own definition none."""
        records = [self.knowledge.claims[claim] for claim in self.term.claims if claim in self.knowledge.claims]
        ids = dict.fromkeys(record.source for record in records if record.source in self.knowledge.sources)
        return [self.knowledge.sources[source] for source in ids if source]

    def values(self) -> Sequence[Value]:
        """The scale of a constraint."""
        return self.term.values if isinstance(self.term, Constraint) else ()

    def relations(self) -> dict[str, list[str]]:
        """Ids of terms of the same kind: broader ones, and of a technique its parts, its family and its variants."""
        found: dict[str, list[str]] = {"broader": list(getattr(self.term, "broader", ()))}
        if isinstance(self.term, Technique):
            others = self.knowledge.techniques.values()
            found["parts"] = list(self.term.parts)
            found["refines"] = [self.term.refines] if self.term.refines else []
            found["variants"] = [one.id for one in others if one.refines == self.term.id]
        return {name: ids for name, ids in found.items() if ids}

    def as_dict(self) -> dict[str, Any]:
        """The definition with names, relations, claims and sources."""
        return {
            "asked": self.asked,
            "kind": self.kind,
            "id": self.term.id,
            "constraint": self.constraint.id if self.constraint else None,
            "label": self.term.label,
            "definition": self.term.definition,
            "synonyms": list(self.term.synonyms),
            "values": [
                {"id": value.id, "label": value.label, "definition": value.definition} for value in self.values()
            ],
            "notes": [{"pack": note.pack, "text": note.text} for note in self.term.notes],
            "relations": self.relations(),
            "pack": self.term.pack,
            "claims": list(self.term.claims),
            "sources": [{"source": source.id, "title": source.title} for source in self.sources()],
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return about.definition(self, Sentences(self.knowledge))


def define(knowledge: Knowledge, lexicon: Lexicon, words: str) -> Definition:
    """What a term is that goes by these words.

    Raises:
        InvalidProfile: if no term does, with those that come nearest.
    """
    for kind in DEFINED:
        found = lexicon.find(kind, words)
        if found is not None:
            return Definition(knowledge, kind, knowledge.of(kind)[found], None, words)
    for constraint in knowledge.constraints.values():
        value = constraint.value(lexicon.find_value(constraint.id, words) or "")
        if value is not None:
            return Definition(knowledge, "value", value, constraint, words)
    near = [knowledge.of(kind)[term].label for kind in DEFINED for term in lexicon.nearest(kind, words, 1)]
    near.sort(key=lambda label: -similarity(words, label))
    shown = words if len(words) <= 60 else f"{words[:60]}…"
    expected = "the name of a technique, a need, a constraint, a task or one of their values"
    raise InvalidProfile([Problem("/term", f"no term goes by “{shown}”", expected, tuple(near[:3]))])
