"""Answers to why, why not and what if: what the engine proved, arranged for the question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from engine.answer import Recommendation
from engine.gaps import gaps
from engine.proof import Node, Proof
from engine.render import drawn, graph, repair, text
from engine.render.outline import Step, outline
from engine.repair import Repair, Repairs


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

    def outline(self, node: str | None = None, level: int | None = None) -> Step:
        """The proof from one node downwards, one step under the other.

        Args:
            node: where to begin; by default at the recommended technique.
            level: how many levels below that node; all by default.

        Raises:
            InvalidProfile: if the proof has no such node.
        """
        return outline(self.recommendation, self.proof, node, level)

    def as_markdown(self, node: str | None = None, level: int | None = None) -> str:
        """The outline as Markdown, with the claims it cites."""
        return drawn.markdown(self.outline(node, level), self.recommendation.knowledge, self.headline)

    def as_html(self, node: str | None = None, level: int | None = None) -> str:
        """The outline as a fragment of HTML whose levels can be opened."""
        return drawn.html(self.outline(node, level), self.recommendation.knowledge, self.headline)

    def as_svg(self, node: str | None = None, level: int | None = None, *, dark: bool = False) -> str:
        """The proof as a graph, on light or on dark ground.

        Raises:
            InvalidProfile: if the proof has no such node.
            RenderingUnavailable: if Graphviz is missing or fails.
        """
        return graph.svg(self.recommendation, self.proof, node, level, dark=dark)

    def as_turtle(self) -> str:
        """The proof as provenance (PROV-O), in Turtle."""
        from engine.render import provenance  # with rdflib, for which no other rendering has a use

        return provenance.turtle(self.recommendation, self.proof)

    def as_json_ld(self) -> str:
        """The proof as provenance (PROV-O), in JSON-LD."""
        from engine.render import provenance

        return provenance.json_ld(self.recommendation, self.proof)

    @property
    def headline(self) -> str:
        """What is recommended, in one or two sentences."""
        return text.headline(self.recommendation)


class WhyNotAnswer:
    """Every reason why a technique is not recommended, and its distance to what is."""

    def __init__(
        self, recommendation: Recommendation, proof: Proof, technique: str, repairs: Repairs | None = None
    ) -> None:
        """``repairs`` are the cheapest ways out, if they were searched."""
        self.recommendation, self.proof, self.technique = recommendation, proof, technique
        self.repairs = repairs

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
                    "gaps": gaps(recommendation, node, self.proof),
                    **self._repair(node),
                }
                for node in self.blockers
            ],
            "shortcomings": self.shortcomings,
            "reasons": recommendation.reasons(result),
            "provisos": result["provisos"],
            **self._overall(),
            "text": self.as_text(),
        }

    def _repair(self, node: Node) -> dict[str, Any]:
        """The cheapest repair of one blocker; null if no change of what it tests lifts it."""
        if self.repairs is None:
            return {}
        found = self.repairs.blockers.get(node.id)
        return {"repair": self._repair_document(found) if found else None}

    def _repair_document(self, found: Repair) -> dict[str, Any]:
        wording = self.recommendation.wording
        changes = [
            {**change, "label": wording.constraint(change["constraint"]), "text": wording.changed(change)}
            for change in found.changes
        ]
        return {"difficulty": found.difficulty, "changes": changes, "admits": list(found.admits)}

    def _overall(self) -> dict[str, Any]:
        """The cheapest set of changes that makes the technique win."""
        if self.repairs is None:
            return {}
        found = self.repairs.overall
        if found is None:
            return {"repair": None, "searched_up_to": 0}
        sets = found.as_dict()["sets"]
        return {
            "repair": {**sets[0], "admits": list(self.repairs.admits)} if sets else None,
            "searched_up_to": found.size,
        }

    def as_text(self) -> str:
        """In plain English."""
        return "\n".join([text.why_not(self), *repair.way_out(self)])


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
