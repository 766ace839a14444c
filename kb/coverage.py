"""How knowledge, claims and sources cover each other: where a claim is used, and on what a statement rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from kb.graph import Graph, Key, all_terms
from kb.model import STATEMENT_KINDS, Claim, Kind, Knowledge, Source, Term

Role: TypeAlias = Literal["statement", "scenario", "definition", "conflict"]
"""What a use makes of a claim. Conflicts and resolutions only talk about claims: they do not account for one."""

_CONFLICT_KINDS: tuple[Kind, ...] = ("conflict", "resolution")


@dataclass(frozen=True, slots=True)
class Use:
    """A term that names a claim."""

    kind: Kind
    id: str
    label: str
    role: Role


@dataclass(frozen=True, slots=True)
class ClaimCoverage:
    """One claim and every term that names it."""

    claim: Claim
    uses: tuple[Use, ...]

    @property
    def knowledge(self) -> tuple[Use, ...]:
        """The statements, scenarios and definitions that rest on the claim."""
        return tuple(use for use in self.uses if use.role != "conflict")

    @property
    def accounted(self) -> bool:
        """Whether the claim is used, or says why it is not, and not both."""
        return bool(self.knowledge) != bool(self.claim.unused_because)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-able data."""
        return {
            "claim": self.claim.id,
            "label": self.claim.label,
            "pack": self.claim.pack,
            "locator": self.claim.locator,
            "accounted": self.accounted,
            "unused_because": self.claim.unused_because or None,
            "uses": [{"kind": use.kind, "id": use.id, "label": use.label, "role": use.role} for use in self.uses],
        }


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """One source and the coverage of every claim that was taken from it."""

    source: Source
    claims: tuple[ClaimCoverage, ...]

    @property
    def used(self) -> tuple[ClaimCoverage, ...]:
        """The claims on which something rests."""
        return tuple(entry for entry in self.claims if entry.knowledge)

    @property
    def accounted(self) -> bool:
        """Whether there is a claim or a phrase from it, and each claim is used or says why it is not."""
        return bool(self.claims or self.source.examples) and all(entry.accounted for entry in self.claims)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-able data."""
        return {
            "source": self.source.id,
            "label": self.source.label,
            "title": self.source.title,
            "pack": self.source.pack,
            "accounted": self.accounted,
            "used": bool(self.used),
            "claims": [entry.claim.id for entry in self.claims],
            "unused_because": [one.claim.unused_because for one in self.claims if one.claim.unused_because],
        }


@dataclass(frozen=True, slots=True)
class Foundation:
    """One statement or scenario and the claims on which it rests."""

    kind: Kind
    term: Term
    claims: tuple[Claim, ...]

    @property
    def accounted(self) -> bool:
        """Whether it rests on anything; a scenario is a test, and may be anybody's."""
        return bool(self.claims) or self.kind == "scenario"

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-able data."""
        return {
            "kind": self.kind,
            "id": self.term.id,
            "label": self.term.label,
            "pack": self.term.pack,
            "claims": [claim.id for claim in self.claims],
        }


def claim_coverage(knowledge: Knowledge, pack: str | None = None) -> list[ClaimCoverage]:
    """Every claim with the terms that name it, in the order of ids.

    Args:
        knowledge: the knowledge base; uses count wherever they are.
        pack: only the claims of this pack.
    """
    graph = Graph(knowledge)
    return [
        ClaimCoverage(claim, tuple(_uses(knowledge, graph.dependents("claim", claim.id, direct=True))))
        for claim in knowledge.claims.values()
        if pack in (None, claim.pack)
    ]


def source_coverage(knowledge: Knowledge, pack: str | None = None) -> list[SourceCoverage]:
    """Every source with the claims taken from it, in the order of ids.

    Args:
        knowledge: the knowledge base; claims count whatever pack they are in.
        pack: only the sources of this pack.
    """
    taken: dict[str, list[ClaimCoverage]] = {}
    for entry in claim_coverage(knowledge):
        if entry.claim.source:
            taken.setdefault(entry.claim.source, []).append(entry)
    return [
        SourceCoverage(source, tuple(taken.get(source.id, ())))
        for source in knowledge.sources.values()
        if pack in (None, source.pack)
    ]


def _uses(knowledge: Knowledge, keys: Iterable[Key]) -> Iterator[Use]:
    for kind, term_id in keys:
        term = knowledge.of(kind)[term_id]
        yield Use(kind, term_id, term.label, role_of(kind))


def role_of(kind: Kind) -> Role:
    """What a term of this kind makes of the claims that it names."""
    if kind in STATEMENT_KINDS:
        return "statement"
    if kind in _CONFLICT_KINDS:
        return "conflict"
    return "scenario" if kind == "scenario" else "definition"


def foundations(knowledge: Knowledge, pack: str | None = None) -> list[Foundation]:
    """Every statement and scenario with the claims on which it rests, by kind and id.

    Args:
        knowledge: the knowledge base.
        pack: only what belongs to this pack.
    """
    return [
        Foundation(kind, term, tuple(knowledge.claims[claim] for claim in term.claims))
        for kind, term in all_terms(knowledge)
        if role_of(kind) in ("statement", "scenario") and pack in (None, term.pack)
    ]


def gaps(knowledge: Knowledge) -> dict[str, list[str]]:
    """What the knowledge base leaves open: needs that nothing raises or serves, tasks without a rule of their own."""
    graph = Graph(knowledge)
    raised = {above for rule in knowledge.rules.values() for above in graph.with_broader("need", rule.need)}
    served = {
        contribution.need
        for contribution in knowledge.contributions.values()
        if knowledge.degrees[contribution.degree].weight > 0
    }
    ruled = {
        task
        for task in knowledge.tasks
        if any(kind == "rule" for kind, _ in graph.dependents("task", task, direct=True))
    }
    return {
        "unraised_needs": [need for need in knowledge.needs if need not in raised],
        "unserved_needs": [need for need in knowledge.needs if not served & {*graph.with_broader("need", need)}],
        "tasks_without_rules": [task for task in knowledge.tasks if not ruled & {*graph.inheritance_order(task)}],
    }
