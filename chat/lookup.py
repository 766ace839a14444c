"""Acts that are answered from the knowledge base itself: definitions, lists, sources, and how the program works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from chat import teaching_wording, wording
from kb.lexicon import normal
from kb.model import Claim, Knowledge, Term

if TYPE_CHECKING:
    from chat.intent import Intent
    from chat.state import State
    from chat.vocabulary import Target

_CLAIMS = 3
_KINDS = {
    "task": "tasks",
    "technique": "techniques",
    "constraint": "things that can matter",
    "need": "needs",
}
_KIND_NAMES = {
    "task": "a task",
    "technique": "a technique",
    "constraint": "something that can matter",
    "need": "a need",
    "quality": "a quality",
    "value": "an answer",
}


class Lookup:
    """Answers from the knowledge base, whatever the conversation is about."""

    def __init__(self, knowledge: Knowledge, state: State) -> None:
        self._knowledge = knowledge
        self._state = state

    def answer(self, intent: Intent) -> list[str]:
        """Paragraphs for an act that needs no recommendation."""
        begun = bool(self._state.case)
        texts: dict[str, Callable[[], str]] = {
            "define": lambda: self.define(intent.target, intent.rest),
            "list": lambda: self.listed(intent.kind),
            "how-decides": self.how_decides,
            "help": lambda: wording.help_text(self._knowledge),
            "greeting": lambda: wording.greeting(self._knowledge, intent.rest, begun=begun),
            "teach": lambda: teaching_wording.only_tasks(wording.noun(self._knowledge)),
        }
        return [texts[intent.act]()]

    def define(self, target: Target | None, text: str) -> str:
        """What a term means, and what one value of a constraint means."""
        term = self._term(target) if target else None
        if target is None or term is None:
            return wording.no_definition(text)
        if target.kind in {"claim", "conflict"}:
            return self._statement(target)
        parts: list[str | None] = [wording.definition(term, _KIND_NAMES[target.kind])]
        if normal(text) not in {normal(name) for name in (term.label, term.id, *term.synonyms)}:
            parts.insert(0, wording.counted_as(text, term.label))
        if target.kind == "constraint":
            constraint = self._knowledge.constraints[target.id]
            parts.append(wording.values_of([(value.label, value.definition) for value in constraint.values]))
        if target.kind == "technique":
            parts.append(self._composition(target.id))
        sources = self._sources_of(term)
        return wording.paragraphs(*parts, wording.defined_by(sources) if sources else None)

    def _statement(self, target: Target) -> str:
        """What a claim says and who says so; of a conflict what each side says, and what was decided."""
        if target.kind == "claim":
            return f"{self._knowledge.claims[target.id].label}: {self._claim(target.id)}"
        conflict = self._knowledge.conflicts[target.id]
        decided = [record.text for record in self._knowledge.resolutions.values() if record.conflict == target.id]
        sides = [self._claim(claim) for claim in conflict.between if claim in self._knowledge.claims]
        return wording.paragraphs(conflict.label, wording.bullets(sides), *decided)

    def _claim(self, claim: str) -> str:
        record = self._knowledge.claims[claim]
        source = self._knowledge.sources.get(record.source or "")
        return wording.claim(record.text, source.title if source else "", record.locator)

    def _term(self, target: Target) -> Term | None:
        if target.kind == "value":
            constraint = self._knowledge.constraints.get(target.id)
            return constraint.value(target.value or "") if constraint else None
        return self._knowledge.find(target.kind, target.id)  # type: ignore[arg-type]

    def _composition(self, technique: str) -> str | None:
        record = self._knowledge.techniques[technique]
        parts = [wording.label_of(self._knowledge.techniques, part) for part in record.parts]
        family = wording.label_of(self._knowledge.techniques, record.refines) if record.refines else None
        variants = [other.label for other in self._knowledge.techniques.values() if other.refines == technique]
        return wording.composition(parts, family, variants)

    def _sources_of(self, term: Term) -> list[str]:
        found = [self._knowledge.claims[claim].source for claim in term.claims if claim in self._knowledge.claims]
        titles = [
            self._knowledge.sources[source].title for source in found if source and source in self._knowledge.sources
        ]
        return list(dict.fromkeys(titles))

    def listed(self, kind: str) -> str:
        """The terms of a kind."""
        terms = [term for term in self._knowledge.of(kind).values() if term.replaced_by is None]  # type: ignore[arg-type]
        labels = sorted((term.label for term in terms), key=str.lower)
        shown = labels if len(labels) <= 3 * wording.MAX_SHOWN else labels[: 2 * wording.MAX_SHOWN]
        return wording.items(shown, len(labels), _KINDS[kind])

    def how_decides(self) -> str:
        """How the engine comes to its answers."""
        counts = {"rules": len(self._knowledge.rules), "contributions": len(self._knowledge.contributions)}
        return wording.how_decides(counts, wording.noun(self._knowledge))

    def sources(self) -> str:
        """The sources that carry most, with how many statements rest on each."""
        return self.evidence((), self._knowledge.claims)

    def evidence(self, decisive: Iterable[str], claims: Iterable[str]) -> str:
        """Who says so.

        Args:
            decisive: ids of the claims that carry most.
            claims: ids of all claims under it.
        """
        records = self._knowledge.claims
        known = [records[claim] for claim in claims if claim in records]
        weighty = dict.fromkeys(claim for claim in decisive if claim in records)
        published = [records[claim] for claim in weighty if records[claim].kind == "from-source"]
        lines = []
        for record in published[:_CLAIMS]:
            source = self._knowledge.sources.get(record.source or "")
            lines.append(wording.claim(record.text, source.title if source else "", record.locator))
        judged = sum(record.kind == "judgement" for record in known)
        told = [record for record in known if record.kind != "judgement"] or known
        return wording.evidence(lines, judged, len(known), self._by_source(told))

    def _by_source(self, claims: Iterable[Claim]) -> list[str]:
        counts = Counter(claim.source or "" for claim in claims)
        return [
            wording.source(self._knowledge.sources[source], count)
            for source, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if source in self._knowledge.sources
        ]
