"""Why one technique rather than another: only what differs, in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from engine.answer import Recommendation
from engine.proof import Node, Proof
from engine.render import comparison


class Contrast:
    """Two techniques side by side in one answer.

    Args:
        recommendation: the answer.
        proof: its whole proof.
        technique: the one asked for.
        other: the one it is compared with.
    """

    def __init__(self, recommendation: Recommendation, proof: Proof, technique: str, other: str) -> None:
        self.recommendation, self.proof = recommendation, proof
        self.technique, self.other = technique, other

    @cached_property
    def differences(self) -> list[dict[str, Any]]:
        """What one has and the other has not, or to another degree, the largest difference first.

        "kind" is "need" or that of the statement by which points are lost; "difference" is positive where it speaks for
        the technique asked for.
        """
        ours, theirs = self._items(self.technique), self._items(self.other)
        rows: list[dict[str, Any]] = [
            {
                "kind": kind,
                "id": item,
                "technique": _side(ours.get((kind, item), [])),
                "other": _side(theirs.get((kind, item), [])),
            }
            for kind, item in sorted({*ours, *theirs})
        ]
        for row in rows:
            row["difference"] = row["technique"]["points"] - row["other"]["points"]
        differing = [row for row in rows if row["technique"] != row["other"]]
        return sorted(differing, key=lambda row: (-abs(row["difference"]), row["kind"], row["id"]))

    def _items(self, technique: str) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for item in self.recommendation.result(technique)["items"]:
            key = ("need", item["need"]) if "need" in item else (item["kind"], item["statements"][0])
            found.setdefault(key, []).append(item)
        return found

    @cached_property
    def blockers(self) -> dict[str, list[Node]]:
        """What keeps either from being chosen and not the other, by technique."""
        found = {technique: self.proof.about(technique, ("blocker",)) for technique in (self.technique, self.other)}
        return {technique: nodes for technique, nodes in found.items() if nodes}

    def as_dict(self) -> dict[str, Any]:
        """The comparison as JSON-able data."""
        recommendation, wording = self.recommendation, self.recommendation.wording
        ours, theirs = (recommendation.result(technique) for technique in (self.technique, self.other))
        return {
            "id": recommendation.id,
            "technique": self.technique,
            "than": self.other,
            "scores": {self.technique: ours["score"], self.other: theirs["score"]},
            "statuses": {self.technique: ours["status"], self.other: theirs["status"]},
            "difference": ours["score"] - theirs["score"],
            "differences": self.differences,
            "blockers": {
                technique: [
                    {"node": node.id, "text": wording.blocker(node.properties, technique), **_without_technique(node)}
                    for node in nodes
                ]
                for technique, nodes in self.blockers.items()
            },
            "text": self.as_text(),
        }

    def as_text(self) -> str:
        """In plain English."""
        return comparison.contrast(self)


def _side(items: list[Mapping[str, Any]]) -> dict[str, Any]:
    """One technique's part in a difference: its points, and for a need what it does for it."""
    return {
        "points": sum(item["points"] for item in items),
        "effects": [{"side": item["kind"], "degree": item["degree"]} for item in items if "degree" in item],
        "statements": sorted({statement for item in items for statement in item["statements"]}),
    }


def _without_technique(node: Node) -> dict[str, Any]:
    return {key: value for key, value in node.properties.items() if key != "technique"}
