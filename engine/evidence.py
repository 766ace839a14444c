"""Who says so: the claims and sources behind an answer or a part of its proof, and where they disagree."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.proof import Node, Proof
from engine.render import evidence
from engine.render.outline import found_node, step_text
from engine.render.sentences import Sentences

if TYPE_CHECKING:
    from engine.answer import Recommendation


class Evidence:
    """What stands behind an answer, or behind one node of its proof.

    Args:
        recommendation: the answer.
        proof: its whole proof.
        node: the node that is asked about; the recommended technique by default.

    Raises:
        InvalidProfile: if the proof has no such node.
    """

    def __init__(self, recommendation: Recommendation, proof: Proof, node: str | None = None) -> None:
        self.recommendation, self.proof = recommendation, proof
        self.node = found_node(recommendation, proof, node)

    @cached_property
    def below(self) -> list[Node]:
        """The node and every node on which it rests."""
        return self.proof.below(self.node.id)

    @cached_property
    def claims(self) -> list[str]:
        """The ids of the claims behind it, sources before judgements."""
        records = self.recommendation.knowledge.claims
        found = {claim for node in self.below for claim in node.get("claims", ())}
        return sorted(found, key=lambda claim: (records[claim].kind == "judgement", claim))

    @cached_property
    def conflicts(self) -> list[dict[str, Any]]:
        """The conflicts in which one of these claims stands."""
        claims = set(self.claims)
        return [
            conflict
            for conflict in self.recommendation.core("none")["conflicts"]
            if claims & {cited["claim"] for cited in conflict["between"]}
        ]

    @cached_property
    def set_aside(self) -> list[dict[str, Any]]:
        """The statements that were overruled when the answer was given."""
        found: list[dict[str, Any]] = self.recommendation.core("none")["set_aside"]
        return found

    def as_dict(self) -> dict[str, Any]:
        """The claims with what rests on each, their sources, and the conflicts."""
        knowledge = self.recommendation.knowledge
        records = [knowledge.claims[claim] for claim in self.claims]
        sources = sorted({one.source for one in records if one.source and one.source in knowledge.sources})
        return {
            "id": self.recommendation.id,
            "node": self.node.id,
            "claims": [
                {
                    "claim": record.id,
                    "label": record.label,
                    "text": record.text,
                    "kind": record.kind,
                    "source": record.source,
                    "locator": record.locator,
                    "author": record.author or None,
                    "date": record.date or None,
                    "review_by": record.review_by or None,
                    "verification": record.verification or None,
                    "erratum": record.erratum or None,
                    "supports": [node.id for node in self.below if record.id in node.get("claims", ())],
                }
                for record in records
            ],
            "sources": [
                {
                    "source": record.id,
                    "title": record.title,
                    "creator": record.creator or None,
                    "date": record.date or None,
                    "url": record.url or None,
                    "claims": sum(one.source == record.id for one in records),
                }
                for record in (knowledge.sources[source] for source in sources)
            ],
            "conflicts": self.conflicts,
            "set_aside": self.set_aside,
            "text": self.as_text(),
        }

    @property
    def subject(self) -> str:
        """What is asked about, as a sentence."""
        knowledge = self.recommendation.knowledge
        return step_text(knowledge, Sentences(knowledge), self.node)

    def as_text(self) -> str:
        """In plain English."""
        return evidence.who_says_so(self)
