"""A pack as one page of HTML that stands alone: no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.render.english import sentence
from engine.render.linked import LinkedSentences, linked
from kb.coverage import ClaimCoverage, claim_coverage
from kb.graph import Graph, Key, all_terms, references
from kb.model import ATTRIBUTE_OF_KIND, Conflict, Kind, Knowledge, Resolution, Term
from kb.reader import schema_index

_VOCABULARY: tuple[Kind, ...] = ("technique", "need", "task", "constraint", "quality", "unit")
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"


def pack_page(knowledge: Knowledge, pack: str) -> str:
    """The page of one pack.

    Args:
        knowledge: the knowledge base that has it; terms of other packs are named, not described.
        pack: its id.

    Raises:
        KeyError: if there is no such pack.
    """
    return str(_template().render(page=_Page(knowledge, pack)))


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("engine.render"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["linked"] = linked
    environment.filters["said"] = lambda text: linked(sentence(text))
    environment.filters["heading"] = lambda text: linked(sentence(f"{text}:")[:-1], capital=True)
    return environment.get_template("pack.html")


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement as the page shows it."""

    kind: Kind
    term: Any
    text: str
    when: str

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"{self.kind}-{self.term.id}"

    @property
    def label(self) -> str:
        """Its label, if it has one of its own."""
        return "" if self.term.label == self.term.id else str(self.term.label)


class _Page:
    """What the template needs, computed when it is asked for."""

    def __init__(self, knowledge: Knowledge, pack: str) -> None:
        self.knowledge = knowledge
        self.pack = knowledge.packs[pack]
        self.own = {key: term for key, term in _terms(knowledge) if term.pack == pack}
        self.terms = frozenset(self._terms_to_describe())
        self.words = LinkedSentences(knowledge, self.terms)

    def _terms_to_describe(self) -> Iterator[Key]:
        """The vocabulary that the pack defines, names in its statements, or speaks of in notes and claims."""
        named = {key for (kind, _), term in self.own.items() for key in references(kind, term)}
        for (kind, term_id), term in _terms(self.knowledge):
            if kind in _VOCABULARY and ((kind, term_id) in named or term.pack == self.pack.id or self.speaks_of(term)):
                yield kind, term_id

    def speaks_of(self, term: Term) -> bool:
        """Whether the pack says something about a term that another pack may have defined."""
        return any(note.pack == self.pack.id for note in term.notes) or bool(self.own_claims(term))

    def own_claims(self, term: Term) -> list[str]:
        """The claims of this pack from which a term is derived."""
        return [claim for claim in term.claims if self.knowledge.claims[claim].pack == self.pack.id]

    def of(self, kind: Kind) -> list[Any]:
        """The pack's own terms of a kind."""
        return [term for (its, _), term in self.own.items() if its == kind]

    def statements(self, *kinds: Kind) -> list[_Statement]:
        """The pack's own statements of some kinds, as sentences."""
        return [
            _Statement(kind, term, self.words.about(kind, term), self._when(term))
            for kind in kinds
            for term in self.of(kind)
        ]

    def _when(self, term: Any) -> str:
        return self.words.when(term) if hasattr(term, "when") else ""

    def by_technique(self, *kinds: Kind) -> dict[str, list[_Statement]]:
        """The same, grouped by the technique they are about, simple ones first."""
        groups: dict[str, list[_Statement]] = {}
        for statement in sorted(self.statements(*kinds), key=_subject):
            groups.setdefault(statement.term.technique or "", []).append(statement)
        techniques = self.knowledge.techniques
        return dict(sorted(groups.items(), key=lambda group: techniques[group[0]].complexity if group[0] else -1))

    def by_task(self) -> dict[str, list[_Statement]]:
        """Demand rules by the task that they name first; those that name none come last."""
        groups: dict[str, list[_Statement]] = {}
        for statement in self.statements("rule"):
            named = sorted(key for kind, key in references("rule", statement.term) if kind == "task")
            groups.setdefault(named[0] if named else "", []).append(statement)
        return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0])))

    def by_order(self) -> list[_Statement]:
        """Steps in their order."""
        return sorted(self.statements("step"), key=lambda step: (step.term.order, step.term.id))

    def scenarios(self) -> list[Any]:
        """Worked cases in the order of the source."""
        return sorted(self.of("scenario"), key=lambda one: ([_natural(claim) for claim in one.claims[:1]], one.id))

    def coverage(self) -> list[ClaimCoverage]:
        """The pack's claims in the order of the source."""
        return sorted(claim_coverage(self.knowledge, self.pack.id), key=lambda entry: _natural(entry.claim.id))

    def use(self, kind: Kind, term_id: str) -> _Statement:
        """One use of a claim."""
        term = self.knowledge.of(kind)[term_id]
        return _Statement(kind, term, self.words.about(kind, term), self._when(term))

    def is_here(self, kind: Kind, term_id: str) -> bool:
        """Whether the page has a place for this term."""
        return (kind, term_id) in self.own or (kind, term_id) in self.terms

    def resolutions(self, conflict: Conflict) -> list[Resolution]:
        """What was decided about a conflict, by any pack."""
        return [one for one in self.knowledge.resolutions.values() if one.conflict == conflict.id]

    def disputes(self, claims: Iterable[str]) -> list[Conflict]:
        """The pack's conflicts in which one of these claims takes part."""
        return [conflict for conflict in self.of("conflict") if {*claims} & {*conflict.between}]

    def side(self, resolution: Resolution, claim: str) -> str:
        """What a resolution makes of a claim."""
        if claim in resolution.prefers:
            return "upheld"
        if claim in resolution.overrules:
            return "set aside" if resolution.decision == "supersedes" else "qualified"
        return ""

    def vocabulary(self) -> dict[str, list[Any]]:
        """The terms that the page describes, by kind; broader ones before narrower ones."""
        return {
            kind: sorted(
                (self.knowledge.of(kind)[term_id] for its, term_id in self.terms if its == kind),
                key=lambda term: term.label.casefold(),
            )
            for kind in _VOCABULARY
            if any(its == kind for its, _ in self.terms)
        }

    def bands(self, constraint: str, value: str) -> dict[str, str]:
        """The numbers that stand for a value, by bands of any pack."""
        return {
            band.id: self.words.band(band) + (f" for {self.words.task(band.task)}" if band.task else "")
            for band in self.knowledge.bands.values()
            if (band.constraint, band.value) == (constraint, value)
        }

    def inherits(self, kind: Kind, term_id: str) -> tuple[str, ...]:
        """The terms directly above this one."""
        return tuple(sorted(Graph(self.knowledge).hierarchy(kind).successors(term_id)))

    def calibration(self, word: str) -> str:
        """For what a strength word counts, as a label."""
        name = self.knowledge.words[word].calibrates_to or ""
        scale: Mapping[str, Term] = {**self.knowledge.strengths, **self.knowledge.degrees}
        return scale[name].label if name in scale else ""

    def schema(self, class_name: str, name: str) -> dict[str, str]:
        """Label and definition of an individual of the schema."""
        node = schema_index().typed(class_name)[name]
        return {"label": node.text(_LABEL), "definition": node.text(_DEFINITION)}


def _terms(knowledge: Knowledge) -> Iterable[tuple[Key, Term]]:
    return (((kind, term.id), term) for kind, term in all_terms(knowledge) if kind in ATTRIBUTE_OF_KIND)


def _subject(statement: _Statement) -> tuple[str, str, str]:
    """What a statement about a technique is on: a need or a quality, and the part of it."""
    on = getattr(statement.term, "need", None) or getattr(statement.term, "quality", None) or ""
    return on, getattr(statement.term, "component", ""), statement.term.id


def _natural(term_id: str) -> list[tuple[int, str]]:
    """Sorts "a2" before "a10"."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", term_id)]
