"""The proof as data: a graph of nodes in which what several steps rest on stands once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One step.

    Attributes:
        id: unique within the proof, such as ``demand:`` and the need's id.
        kind: one of the kinds listed in ``prolog/proof.pl``.
        premises: ids of the nodes on which it rests.
        properties: what the step says, by kind; "points", "statements" and "claims" where it has them.
    """

    id: str
    kind: str
    premises: tuple[str, ...]
    properties: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """A property by name.

        Raises:
            KeyError: if this kind of node has no such property.
        """
        return self.properties[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A property by name, or ``default``."""
        return self.properties.get(name, default)


class Proof:
    """A proof as the engine gave it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """``data`` is the engine's JSON: "root" and "nodes"."""
        self.root: str = data["root"]
        task = next((raw["task"] for raw in data["nodes"] if raw["kind"] == "task"), None)
        self.nodes: Mapping[str, Node] = {
            raw["id"]: Node(
                raw["id"],
                raw["kind"],
                tuple(raw["premises"]),
                {key: value for key, value in raw.items() if key not in {"id", "kind", "premises"}}
                | _inherited(raw, task),
            )
            for raw in data["nodes"]
        }

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """The nodes of these kinds, in the order of ids."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def premises(self, node: Node) -> list[Node]:
        """The nodes on which ``node`` rests."""
        return [self.nodes[premise] for premise in node.premises if premise in self.nodes]

    def about(self, technique: str, kinds: Sequence[str]) -> list[Node]:
        """The steps of these kinds below one technique."""
        return [node for node in self.of_kind(*kinds) if node.get("technique") == technique]

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """Every claim on which some step rests, sorted."""
        return tuple(sorted({claim for node in self.nodes.values() for claim in node.get("claims", ())}))

    def below(self, node_id: str) -> list[Node]:
        """A node and every node on which it rests, in the order of ids."""
        reached: dict[str, Node] = {}
        waiting = [self.nodes[node_id]]
        while waiting:
            node = waiting.pop()
            if node.id not in reached:
                reached[node.id] = node
                waiting.extend(self.premises(node))
        return sorted(reached.values(), key=lambda node: node.id)

    def claims_below(self, node_id: str) -> list[str]:
        """The claims on which a node rests, directly or not, sorted."""
        return sorted({claim for node in self.below(node_id) for claim in node.get("claims", ())})

    def as_dict(self) -> dict[str, Any]:
        """The proof as JSON-able data."""
        return {
            "root": self.root,
            "nodes": [
                {"id": node.id, "kind": node.kind, **node.properties, "premises": list(node.premises)}
                for node in self.nodes.values()
            ],
        }


def _inherited(raw: Mapping[str, Any], task: str | None) -> dict[str, list[str]]:
    """The broader tasks to which a step owes that it holds, if it does: it is not of the case's own task."""
    asked = {test["task"] for test in raw.get("tests", ()) if test.get("task") and test["truth"] == "true"}
    return {"inherited_from": sorted(asked)} if task is not None and asked and task not in asked else {}
