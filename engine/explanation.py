"""Answers to why, why not and what if: what the engine proved, arranged for the question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from engine.answer import Recommendation
from engine.proof import Node, Proof
from engine.render import text


class WhyAnswer:
    """Why what is recommended is recommended."""

    def __init__(self, recommendation: Recommendation, proof: Proof) -> None:
        self.recommendation, self.proof = recommendation, proof

    def as_dict(self) -> dict[str, Any]:
        """The proof with its root's reasons first."""
        recommendation = self.recommendation
        technique = recommendation.technique
        return {
            "id": recommendation.id,
            "recommended": recommendation.core("none")["recommended"],
            "reasons": recommendation.reasons(recommendation.result(technique)) if technique else [],
            "claims": [self._claim(claim) for claim in self.proof.claims],
            "proof": {
                **self.proof.as_dict(),
                "nodes": [
                    {**node, "text": recommendation.wording.node(self.proof.nodes[node["id"]])}
                    for node in self.proof.as_dict()["nodes"]
                ],
            },
            "text": self.as_text(),
        }

    def _claim(self, claim: str) -> dict[str, Any]:
        record = self.recommendation.knowledge.claims[claim]
        return {
            "claim": claim,
            "label": record.label,
            "text": record.text,
            "kind": record.kind,
            "source": record.source,
            "locator": record.locator,
            "erratum": record.erratum or None,
        }

    def as_text(self) -> str:
        """In plain English."""
        return text.why(self.recommendation, self.proof)


class WhyNotAnswer:
    """Every reason why a technique is not recommended, and its distance to what is."""

    def __init__(self, recommendation: Recommendation, proof: Proof, technique: str) -> None:
        self.recommendation, self.proof, self.technique = recommendation, proof, technique

    @cached_property
    def blockers(self) -> list[Node]:
        """What excludes the technique or makes it infeasible: all of it."""
        return self.proof.about(self.technique, ("blocker",))

    @cached_property
    def shortcomings(self) -> list[dict[str, Any]]:
        """Where its items differ from those of the recommended technique, by need: the points it falls short."""
        winner = self.recommendation.technique
        if winner is None or winner == self.technique:
            return []
        ours, theirs = self._points(self.technique), self._points(winner)
        gaps = [
            {
                "kind": kind,
                "id": item,
                "points": ours.get((kind, item), 0),
                "winner_points": theirs.get((kind, item), 0),
                "difference": ours.get((kind, item), 0) - theirs.get((kind, item), 0),
            }
            for kind, item in sorted({*ours, *theirs})
        ]
        return [gap for gap in gaps if gap["difference"] != 0]

    def _points(self, technique: str) -> dict[tuple[str, str], int]:
        """Points by need, and by statement for what is lost whatever is needed."""
        points: dict[tuple[str, str], int] = {}
        for item in self.recommendation.result(technique)["items"]:
            key = ("need", item["need"]) if "need" in item else (item["kind"], item["statements"][0])
            points[key] = points.get(key, 0) + item["points"]
        return points

    def as_dict(self) -> dict[str, Any]:
        """Blockers with their gaps, then shortcomings against the recommended technique."""
        recommendation, wording = self.recommendation, self.recommendation.wording
        result = recommendation.result(self.technique)
        winner = recommendation.technique
        return {
            "id": recommendation.id,
            "technique": self.technique,
            "label": wording.technique(self.technique),
            "status": result["status"],
            "score": result["score"],
            "recommended": winner,
            "distance": recommendation.result(winner)["score"] - result["score"] if winner else None,
            "blockers": [
                {
                    "node": node.id,
                    "text": wording.blocker(node.properties, self.technique),
                    **{key: value for key, value in node.properties.items() if key != "technique"},
                    "gaps": wording.gap(node, self.proof),
                }
                for node in self.blockers
            ],
            "shortcomings": self.shortcomings,
            "reasons": recommendation.reasons(result),
            "provisos": result["provisos"],
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return text.why_not(self)


class Difference:
    """Two answers and what differs between them."""

    def __init__(self, before: Recommendation, after: Recommendation) -> None:
        self.before, self.after = before, after

    @cached_property
    def changed_constraints(self) -> dict[str, dict[str, str | None]]:
        """The constraints whose values differ, with both values."""
        old, new = self._values(self.before), self._values(self.after)
        return {
            constraint: {"before": old.get(constraint), "after": new.get(constraint)}
            for constraint in sorted({*old, *new})
            if old.get(constraint) != new.get(constraint)
        }

    @staticmethod
    def _values(recommendation: Recommendation) -> dict[str, str]:
        return {entry["constraint"]: entry["value"] for entry in recommendation.reply["values"]}

    @cached_property
    def changed_demands(self) -> dict[str, dict[str, int]]:
        """The needs whose demand differs, with both weights."""
        old, new = self._demands(self.before), self._demands(self.after)
        return {
            need: {"before": old.get(need, 0), "after": new.get(need, 0)}
            for need in sorted({*old, *new})
            if old.get(need, 0) != new.get(need, 0)
        }

    @staticmethod
    def _demands(recommendation: Recommendation) -> dict[str, int]:
        return {entry["need"]: entry["weight"] for entry in recommendation.reply["demands"]}

    def _ranks(self) -> list[dict[str, Any]]:
        old = {result["technique"]: result for result in self.before.ranking}
        new = {result["technique"]: result for result in self.after.ranking}
        return [
            {"technique": technique, "before": _place(old.get(technique)), "after": _place(new.get(technique))}
            for technique in sorted({*old, *new})
            if _place(old.get(technique)) != _place(new.get(technique))
        ]

    def as_dict(self) -> dict[str, Any]:
        """The answer under the changes, and the difference."""
        return {
            "before": {"id": self.before.id, "recommended": self.before.technique},
            "after": self.after.core("none"),
            "difference": {
                "recommended": {"before": self.before.technique, "after": self.after.technique},
                "task": {"before": self.before.profile.task, "after": self.after.profile.task},
                "constraints": self.changed_constraints,
                "demands": self.changed_demands,
                "ranking": self._ranks(),
            },
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return text.what_if(self)


def _place(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {"rank": result["rank"], "score": result["score"], "status": result["status"]}
