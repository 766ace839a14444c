"""The proof of the hand-written decision: nodes with their premises, as Adaptwise has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.peers.conditions import ALWAYS, Condition, Leaf, NeedTest, TaskTest, Test, Truth, View
from benchmarks.peers.profiles import Case
from benchmarks.peers.theory import Rule

Node = dict[str, Any]
_NAMES = {True: "true", False: "false", None: "unknown"}


class Proving:
    """Writes nodes about what was decided of a case.

    Attributes:
        case: the case.
        lineage: its task and the broader ones.
        view: what is known and raised.
        stated: the weights of needs that the case states.
        fired: by need, the rules that fired or could, with their truth.
        within: each need with all narrower ones.
        nodes: what was written, by id.
        demands: what was written of demands.
    """

    case: Case
    lineage: Sequence[str]
    view: View
    stated: Mapping[str, int]
    fired: Mapping[str, Sequence[tuple[Rule, Truth]]]
    within: Mapping[str, Sequence[str]]
    nodes: dict[str, Node]
    demands: list[dict[str, Any]]

    def _demand_nodes(self) -> None:
        raised = self.view.raised
        for need in sorted(self.fired.keys() | self.stated.keys()):
            if need in self.stated:
                weight, by, also, unknown = self.stated[need], [], [], []
                node = f"stated-need:{need}"
                premises = [node]
                self.nodes[node] = node_of(node, "stated-need", [], need=need, weight=weight)
            else:
                rules = sorted(self.fired[need], key=lambda one: (one[0].weight, one[0].id))
                weight = max((rule.weight for rule, truth in rules if truth), default=0)
                by = [rule.id for rule, truth in rules if truth and rule.weight == weight]
                also = [rule.id for rule, truth in rules if truth and rule.weight < weight]
                unknown = [rule.id for rule, truth in rules if truth is None]
                premises = [f"rule:{one}" for one in (*by, *also)]
                for rule, truth in rules:
                    self._rule_node(rule, truth)
            narrower = [
                other for other in self.within[need] if other != need and weight > 0 and raised.get(other, 0) >= weight
            ]
            premises = premises if self.lineage else sorted(premises)
            demand = {"need": need, "weight": weight, "counts": not narrower, "subsumed_by": narrower,
                      "statements": by, "also": also, "unknown": unknown}  # fmt: skip
            self.demands.append(demand)
            self.nodes[f"demand:{need}"] = node_of(f"demand:{need}", "demand", premises, **demand)

    def _rule_node(self, rule: Rule, truth: Truth) -> None:
        premises, tests = self._leaves([rule.when], truth)
        self.nodes[f"rule:{rule.id}"] = node_of(
            f"rule:{rule.id}", "rule", premises, need=rule.need, weight=rule.weight, truth=_NAMES[truth],
            statements=[rule.id], tests=tests, claims=rule.claims,
        )  # fmt: skip

    def _technique_node(self, one: Mapping[str, Any]) -> None:
        technique, premises = one["technique"], []
        for item in one["items"]:
            premises.append(self._item_node(technique, item))
        for blocker in one["blockers"]:
            premises.append(self._blocker_node(technique, blocker))
        for proviso in one["provisos"]:
            below, tests = self._leaves([proviso.met], None)
            node = f"proviso:{technique}:{proviso.id}"
            self.nodes[node] = node_of(
                node, "proviso", below, technique=technique, statements=[proviso.id], tests=tests, claims=proviso.claims
            )
            premises.append(node)
        name = f"technique:{technique}"
        self.nodes[name] = node_of(
            name, "technique", sorted(premises), technique=technique, status=one["status"], rank=one["rank"],
            score=one["score"], family=one["family"],
        )  # fmt: skip

    def _item_node(self, technique: str, item: Mapping[str, Any]) -> str:
        by, side, need = item["by"], item["side"], item["need"]
        below, tests = self._leaves(
            [one.met if side == "unmet-prerequisite" else one.when for one in by], side != "unmet-prerequisite"
        )
        if side in ("supply", "damage"):
            kind, name = "contribution", f"contribution:{technique}:{need}:{side}"
        elif need is not None:
            kind, name = "interaction", f"interaction:{technique}:{by[0].id}"
        else:
            kind, name = side, f"{side}:{technique}:{by[0].id}"
        if need is not None:
            below = sorted({*below, f"demand:{need}"})
        self.nodes[name] = node_of(
            name, kind, below, technique=technique, need=need, side=side, demand=item.get("demand"),
            degree=item.get("degree"), points=item["points"], statements=[one.id for one in by],
            also=item.get("also", ()), unknown=item.get("unknown", ()), tests=tests, claims=_claims(by),
        )  # fmt: skip
        return name

    def _blocker_node(self, technique: str, blocker: Mapping[str, Any]) -> str:
        reason = blocker["reason"]
        by = blocker.get("by", ())
        tests: list[Node] = []
        if reason == "required":
            name = f"blocker:{technique}:required:{blocker['need']}:{blocker['side']}"
            below, tests = self._leaves([one.when for one in by], True)
            below = sorted({*below, f"demand:{blocker['need']}"})
        elif reason == "prerequisite":
            name = f"blocker:{technique}:prerequisite:{by[0].id}"
            below, tests = self._leaves([by[0].met], False)
        else:
            name = f"blocker:{technique}:{reason}"
            below = [f"technique:{one}" for one in blocker["techniques"]] if reason == "simpler" else []
        self.nodes[name] = node_of(
            name, "blocker", below, technique=technique, reason=reason, statements=[one.id for one in by], tests=tests,
            techniques=blocker.get("techniques", ()), claims=_claims(by),
        )  # fmt: skip
        return name

    def _leaves(self, conditions: Iterable[Condition], truth: Truth) -> tuple[list[str], list[Node]]:
        """The nodes to which conditions owe their truth, and the tests."""
        leaves: list[Leaf] = []
        for condition in conditions:
            if condition is not ALWAYS:
                condition.leaves(self.view, truth, leaves)
        if not leaves:
            return [], []
        nodes: set[str] = set()
        tests: list[Node] = []
        for leaf, found in dict.fromkeys(leaves):
            match leaf:
                case Test():
                    nodes.add(f"value:{leaf.constraint}")
                    tests.append({"constraint": leaf.constraint, "operator": leaf.operator, "values": leaf.values,
                                  "truth": _NAMES[found]})  # fmt: skip
                case TaskTest():
                    nodes.add("task")
                    tests.append({"task": leaf.task, "truth": _NAMES[found]})
                case NeedTest():
                    nodes.update(self._need_nodes(leaf))
                    tests.append({"need": leaf.need, "minimum": leaf.minimum, "truth": _NAMES[found]})
        return sorted(nodes), tests

    def _need_nodes(self, test: NeedTest) -> Iterable[str]:
        """The demands on which a test of needs rests, too weak ones where it fails."""
        weights = (self.view.raised, self.view.possible)
        found = {
            one for one in test.within if any(one in known and known[one] >= test.minimum for known in weights)
        } or {one for one in test.within if any(one in known for known in (*weights, self.stated))}
        if not found:
            return [f"not-raised:{test.need}"]
        if self.lineage:
            return [f"demand:{one}" for one in found]
        # a need that only rules of some task could raise rests on the task, which is not known
        return [f"demand:{one}" if one in self.fired or one in self.stated else "task" for one in found]

    def _fact_nodes(self) -> None:
        """What the steps rest on that is known of the case, or not."""
        values, case = self.view.values, self.case
        for premise in {one for node in self.nodes.values() for one in node["premises"]} - self.nodes.keys():
            kind, _, name = premise.partition(":")
            if kind == "value":
                origin = "stated" if name in case.values else "assumed" if name in values else "unknown"
                self.nodes[premise] = node_of(
                    premise, kind, [], constraint=name, value=values.get(name), origin=origin, claims=()
                )
            elif kind == "task":
                self.nodes[premise] = node_of(premise, kind, [], task=case.task, lineage=self.lineage)
            elif kind == "not-raised":
                self.nodes[premise] = node_of(premise, kind, [], need=name)


def node_of(name: str, kind: str, premises: list[str], **properties: Any) -> Node:
    """A node."""
    return {"id": name, "kind": kind, "premises": premises, **properties}


def _claims(statements: Sequence[Any]) -> Sequence[str]:
    """The claims on which statements rest, sorted."""
    if len(statements) == 1:
        return statements[0].claims  # type: ignore[no-any-return]
    return sorted({claim for one in statements for claim in one.claims})
