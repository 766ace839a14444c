"""A proof as an outline: numbered steps, each under what it supports; what several rest on stands once.

 All renderings of a proof but the graph and PROV are made from this, so that they agree in words and order. An
outline is plain data: what one interface makes another can draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.profile import InvalidProfile, Problem
from engine.proof import Node, Proof
from engine.render.english import sentence, signed
from engine.render.sentences import Sentences
from kb.nearest import nearest

if TYPE_CHECKING:
    from engine.answer import Recommendation
    from kb.model import Knowledge

_ORDER = ("blocker", "interaction", "contribution", "penalty", "unmet-prerequisite", "demand", "rule", "proviso")
_STATUS = {
    "recommended": "is recommended",
    "viable": "can be chosen",
    "infeasible": "is not feasible",
    "excluded": "is ruled out",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an outline.

    Attributes:
        node: id of the proof's node.
        kind: the node's kind.
        number: where it stands, such as "1.2.1"; empty for the root.
        text: what it says.
        points: what it adds to a score, or None.
        claims: ids of the claims on which it rests directly.
        source: these in words.
        same_as: number of the step under which the node was laid out before, or None.
        more: how many premises are not laid out here, because of the level asked for.
        premises: what it rests on.
    """

    node: str
    kind: str
    number: str
    text: str
    points: int | None
    claims: tuple[str, ...]
    source: str
    same_as: str | None
    more: int
    premises: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """The step, and what is under it, as JSON-able data."""
        return {
            "node": self.node,
            "kind": self.kind,
            "number": self.number,
            "text": self.text,
            "points": self.points,
            "claims": list(self.claims),
            "source": self.source,
            "same_as": self.same_as,
            "more": self.more,
            "premises": [premise.as_dict() for premise in self.premises],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Step:
        """The step that :meth:`as_dict` wrote."""
        members = {**data, "claims": tuple(data["claims"])}
        return cls(**{**members, "premises": tuple(cls.from_dict(premise) for premise in data["premises"])})

    def steps(self) -> Iterator[Step]:
        """This step and all under it, in the order in which they are read."""
        yield self
        for premise in self.premises:
            yield from premise.steps()

    @property
    def heading(self) -> str:
        """Number and text in one line, with the points and what it refers to."""
        parts = [f"{self.number}." if self.number else "", self.text]
        parts += [f"({counted_points(self.points)})"] if self.points is not None else []
        parts += [f"(see {self.same_as})"] if self.same_as else []
        return " ".join(part for part in parts if part)


def counted_points(points: int) -> str:
    """Points with their sign and noun."""
    return f"{signed(points)} {'point' if abs(points) == 1 else 'points'}"


def root_of(recommendation: Recommendation, proof: Proof) -> str:
    """The node that people mean by "why": the recommended technique's, or the decision if there is none."""
    technique = recommendation.technique
    return f"technique:{technique}" if technique else proof.root


def found_node(recommendation: Recommendation, proof: Proof, node: str | None) -> Node:
    """The node asked for, by default the root.

    Raises:
        InvalidProfile: if the proof has no such node.
    """
    wanted = node or root_of(recommendation, proof)
    if wanted not in proof.nodes:
        near = nearest(wanted, proof.nodes)
        expected = "the id of a node of the proof"
        raise InvalidProfile([Problem("/node", f"the proof has no node “{wanted[:100]}”", expected, near)])
    return proof.nodes[wanted]


def outline(recommendation: Recommendation, proof: Proof, node: str | None = None, level: int | None = None) -> Step:
    """Lay a proof out from one node downwards.

    Args:
        recommendation: the answer that is proved.
        proof: its proof.
        node: where to begin; by default at the recommended technique.
        level: how many levels below that node to lay out; all by default.

    Raises:
        InvalidProfile: if the proof has no such node.
    """
    return _Laying(recommendation, proof).step(found_node(recommendation, proof, node), "", level)


class _Laying:
    """The state of laying a proof out: which node stands where."""

    def __init__(self, recommendation: Recommendation, proof: Proof) -> None:
        self._recommendation, self._proof = recommendation, proof
        self._words = Sentences(recommendation.knowledge)
        self._numbers: dict[str, str] = {}

    def step(self, node: Node, number: str, level: int | None) -> Step:
        """One step with what is under it."""
        premises = ordered(self._proof.premises(node))
        earlier = self._numbers.get(node.id) if premises else None
        shown = premises if earlier is None and level != 0 else []
        if shown:
            self._numbers[node.id] = number
        below = level - 1 if level is not None else None
        claims = tuple(node.get("claims", ()))
        return Step(
            node=node.id,
            kind=node.kind,
            number=number,
            text=step_text(self._recommendation.knowledge, self._words, node),
            points=node.get("points"),
            claims=claims,
            source=self._words.claims(claims),
            same_as=earlier,
            more=0 if earlier or shown else len(premises),
            premises=tuple(
                self.step(premise, f"{number}.{index}" if number else str(index), below)
                for index, premise in enumerate(shown, start=1)
            ),
        )


def ordered(nodes: list[Node]) -> list[Node]:
    """Premises as they are read: what blocks, then what counts most, facts and what is not known last."""

    def key(node: Node) -> tuple[int, int, str]:
        place = _ORDER.index(node.kind) if node.kind in _ORDER else len(_ORDER) - 2
        points = node.get("points") or 0
        if node.kind in {"contribution", "interaction"}:
            place = _ORDER.index("interaction") if points >= 0 else _ORDER.index("contribution")
        return place, -abs(points), node.id

    # the techniques under a decision come in the order of their ranking, which the engine gave them
    return nodes if nodes and nodes[0].kind == "technique" else sorted(nodes, key=key)


def step_text(knowledge: Knowledge, words: Sentences, node: Node) -> str:
    """What a node says, without ids even where a statement has no words of its own."""
    match node.kind:
        case "decision":
            return "The techniques, ranked."
        case "technique":
            score = node["score"]
            points = f"{score} {'point' if abs(score) == 1 else 'points'}".replace("-", "minus ")
            return sentence(f"{words.technique(node['technique'])} {_STATUS[node['status']]}, with {points}")
        case "rule" | "penalty" | "proviso" | "unmet-prerequisite":
            kind = {"proviso": "prerequisite", "unmet-prerequisite": "prerequisite"}.get(node.kind, node.kind)
            record = knowledge.find(kind, node["statements"][0])  # type: ignore[arg-type]
            if record is not None and not getattr(record, "text", "") and record.label == record.id:
                said = words.about(kind, record)  # type: ignore[arg-type]
                said = sentence({"proviso": "not known whether it is met: "}.get(node.kind, "") + said)
                return words.inherited(said, node)
    return words.node(node)
