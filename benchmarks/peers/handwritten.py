"""The decision in hand-written Python, with the whole proof: what a rule engine can hardly be faster than.

It starts from the same layout as the others and keeps the index by task. The nodes of its proof, their premises and
points are those of Adaptwise, which is checked. Guidance (advice, path, tradeoffs, conflicts) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.peers.conditions import ALWAYS, Condition, Leaf, NeedTest, TaskTest, Test, Truth, View
from benchmarks.peers.outcome import Outcome, outcome_of
from benchmarks.peers.profiles import Case
from benchmarks.peers.theory import Candidate, Given, Rule, Theory

Node = dict[str, Any]
_NAMES = {True: "true", False: "false", None: "unknown"}


class HandWritten:
    """Decides by dictionaries and loops."""

    name = "hand-written Python"
    explains = "the whole proof"

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self.weights = {one.id: one.weight for one in theory.knowledge.strengths.values()}

    def decide(self, case: Case) -> Mapping[str, Any]:
        """Everything concluded about a case: demands, ranking, proof."""
        return _Decision(self.theory, case, self.weights).answer()

    def outcome(self, found: Mapping[str, Any]) -> Outcome:
        """What can be compared."""
        return outcome_of((one["technique"], one["status"], one["score"]) for one in found["ranking"])

    def close(self) -> None:
        """Nothing is held."""


class _Decision:
    """One case."""

    def __init__(self, theory: Theory, case: Case, weights: Mapping[str, int]) -> None:
        self.theory, self.case = theory, case
        self.untasked = () if case.task else {rule.id for rule in theory.rules_of_all}
        self.stated = {need: 0 if one == "denied" else weights[one] for need, one in case.needs.items()}
        lineage = theory.lineages[case.task] if case.task else ()
        self.lineage = lineage
        values = {**theory.defaults, **case.values}
        raised = {need: weight for need, weight in self.stated.items() if weight}
        self.view = View(frozenset(lineage), values, raised)
        self.nodes: dict[str, Node] = {}
        self.demands: list[dict[str, Any]] = []

    def answer(self) -> Mapping[str, Any]:
        """Demands, then what techniques give, then gates and ranks."""
        self._fire()
        raised, within = self.view.raised, self.theory.within
        self.counted = {
            need: weight
            for need, weight in raised.items()
            if not any(other != need and raised.get(other, 0) >= weight for other in within[need])
        }
        self.found: dict[str, dict[str, Any]] = {}
        for candidate in self.theory.candidates:
            self.found[candidate.id] = self._assessed(candidate)
        ranking = self._ranked()
        for one in ranking:
            self._technique_node(one)
        self._demand_nodes()
        self._fact_nodes()
        self.nodes["decision"] = _node("decision", "decision", [f"technique:{one['technique']}" for one in ranking])
        return {"ranking": ranking, "demands": self.demands, "proof": {"root": "decision", "nodes": self.nodes}}

    # --- demands ----------------------------------------------------------------------------------------------

    def _fire(self) -> None:
        """Fire the rules that can fire, stage by stage."""
        theory, view = self.theory, self.view
        rules: list[Rule] = list(theory.rules_of_all)
        for task in self.lineage or theory.rules_of_task:
            rules += theory.rules_of_task.get(task, ())
        fired: dict[str, list[tuple[Rule, Truth]]] = {}
        ordered = sorted(rules, key=lambda one: one.stage) if theory.stages > 1 else rules
        for rule in ordered:
            if rule.need in self.stated:
                continue
            truth = rule.when.truth(view)
            if truth is not False:
                weights = view.raised if truth else view.possible
                if weights.get(rule.need, 0) < rule.weight:
                    weights[rule.need] = rule.weight
                # without a task, rules of tasks are not listed one by one
                if self.lineage or rule.id in self.untasked:
                    fired.setdefault(rule.need, []).append((rule, truth))
        self.fired = fired

    def _demand_nodes(self) -> None:
        raised = self.view.raised
        for need in sorted(self.fired.keys() | self.stated.keys()):
            if need in self.stated:
                weight, by, also, unknown = self.stated[need], [], [], []
                node = f"stated-need:{need}"
                premises = [node]
                self.nodes[node] = _node(node, "stated-need", [], need=need, weight=weight)
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
                other
                for other in self.theory.within[need]
                if other != need and weight > 0 and raised.get(other, 0) >= weight
            ]
            premises = premises if self.lineage else sorted(premises)
            demand = {"need": need, "weight": weight, "counts": not narrower, "subsumed_by": narrower,
                      "statements": by, "also": also, "unknown": unknown}  # fmt: skip
            self.demands.append(demand)
            self.nodes[f"demand:{need}"] = _node(f"demand:{need}", "demand", premises, **demand)

    def _rule_node(self, rule: Rule, truth: Truth) -> None:
        premises, tests = self._leaves([rule.when], truth)
        self.nodes[f"rule:{rule.id}"] = _node(
            f"rule:{rule.id}", "rule", premises, need=rule.need, weight=rule.weight, truth=_NAMES[truth],
            statements=[rule.id], tests=tests, claims=rule.claims,
        )  # fmt: skip

    # --- techniques -------------------------------------------------------------------------------------------

    def _assessed(self, candidate: Candidate) -> dict[str, Any]:  # noqa: PLR0912 (in one pass, for speed)
        """One technique with its items, blockers and provisos."""
        view = self.view
        items: list[dict[str, Any]] = []
        sides: dict[str, dict[bool, int]] = {}
        blockers: list[dict[str, Any]] = []
        for need, weight in self.counted.items():
            if need in candidate.support:
                for line in self._lines(need, weight, candidate.support[need]):
                    items.append(line)
                    damages, degree = line["side"] == "damage", line["degree"]
                    sides.setdefault(need, {})[damages] = degree
                    if weight >= self.theory.required and (degree <= -2 if damages else degree < 0):
                        blockers.append({**line, "reason": "required"})
        lost = 0
        for effect in candidate.effects:
            if effect.need is not None:
                if effect.need in self.counted and effect.when.truth(view):
                    demand = self.counted[effect.need]
                    items.append({"side": "interaction", "need": effect.need, "demand": demand, "degree": effect.degree,
                                  "points": demand * effect.degree, "by": (effect,)})  # fmt: skip
            elif effect.when.truth(view):
                lost += effect.points
                items.append({"side": effect.kind, "need": None, "points": -effect.points, "by": (effect,)})
        excluded = sorted(candidate.involved.intersection(self.case.exclude))
        if excluded:
            blockers.append({"reason": "ruled-out", "techniques": excluded})
        if candidate.simpler:
            enough = [one for one in candidate.simpler if self._enough(one)]
            if enough:
                blockers.append({"reason": "simpler", "techniques": enough})
        provisos = []
        hard = len(blockers)
        for one in candidate.required:
            met = one.met.truth(view)
            if met is None:
                provisos.append(one)
            elif met is False and one.hard:
                blockers.append({"reason": "prerequisite", "by": (one,)})
            elif met is False:
                lost += one.points
                items.append({"side": "unmet-prerequisite", "need": None, "points": -one.points, "by": (one,)})
        return {
            "technique": candidate.id, "complexity": candidate.complexity, "family": candidate.family,
            "status": "excluded" if hard else "infeasible" if blockers else "viable",
            "score": sum(item["points"] for item in items), "lost": lost, "items": items, "blockers": blockers,
            "provisos": provisos, "sides": sides,
        }  # fmt: skip

    def _lines(self, need: str, weight: int, parts: Sequence[Sequence[Sequence[Given]]]) -> Iterable[dict[str, Any]]:
        """The best supply and the worst damage over the parts."""
        view = self.view
        given: list[tuple[list[Given], list[Given]]] = []
        for levels in parts:
            unknown: list[Given] = []
            holding: list[Given] = []
            for level in levels:
                for one in level:
                    truth = True if one.when is ALWAYS else one.when.truth(view)
                    if truth:
                        holding.append(one)
                    elif truth is None:
                        unknown.append(one)
                if holding:
                    break
            given.append((holding, unknown))
        for damages in (False, True):
            bests, rest, open_ = [], [], []
            for holding, unknown in given:
                side = [one for one in holding if one.damages == damages]
                if side:
                    top = max(one.precedence for one in side)
                    bests += [one for one in side if one.precedence == top]
                    rest += [one for one in side if one.precedence != top]
                open_ += [one.id for one in unknown if one.damages == damages]
            if bests:
                degree = (min if damages else max)(one.degree for one in bests)
                yield {
                    "side": "damage" if damages else "supply", "need": need, "demand": weight, "degree": degree,
                    "points": weight * degree, "by": tuple(one for one in bests if one.degree == degree),
                    "also": sorted({one.id for one in rest} | {one.id for one in bests if one.degree != degree}),
                    "unknown": sorted(set(open_)),
                }  # fmt: skip

    def _enough(self, technique: str) -> bool:
        """Whether a simpler technique, assessed before, can be chosen and serves every strong requirement."""
        found = self.found.get(technique)
        if found is None or found["status"] != "viable":
            return False
        theory, sides = self.theory, found["sides"]
        return all(
            sides.get(need, {}).get(False, 0) > 0 and sides[need].get(True, 0) > -2
            for need, weight in self.counted.items()
            if weight >= theory.strong and theory.kinds[need] == "requirement"
        )

    def _ranked(self) -> list[dict[str, Any]]:
        """Those that can be chosen first, equal ones sharing a rank; then the blocked ones, then variants."""
        groups = {"viable": 0, "infeasible": 1, "excluded": 2}

        def key(one: Mapping[str, Any]) -> tuple[int, int, int, int, str]:
            group = 3 if one["family"] is not None else groups[one["status"]]
            return group, -one["score"], one["lost"], one["complexity"], one["technique"]

        ranking = sorted(self.found.values(), key=key)
        previous: tuple[int, ...] = ()
        for place, one in enumerate(ranking, 1):
            standing = key(one)[:4]
            one["rank"] = None if standing[0] else ranking[place - 2]["rank"] if standing == previous else place
            previous = standing
            if one["rank"] == 1:
                one["status"] = "recommended"
        return ranking

    # --- the proof --------------------------------------------------------------------------------------------

    def _technique_node(self, one: Mapping[str, Any]) -> None:
        technique, premises = one["technique"], []
        for item in one["items"]:
            premises.append(self._item_node(technique, item))
        for blocker in one["blockers"]:
            premises.append(self._blocker_node(technique, blocker))
        for proviso in one["provisos"]:
            below, tests = self._leaves([proviso.met], None)
            node = f"proviso:{technique}:{proviso.id}"
            self.nodes[node] = _node(
                node, "proviso", below, technique=technique, statements=[proviso.id], tests=tests, claims=proviso.claims
            )
            premises.append(node)
        name = f"technique:{technique}"
        self.nodes[name] = _node(
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
        self.nodes[name] = _node(
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
        self.nodes[name] = _node(
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
                self.nodes[premise] = _node(
                    premise, kind, [], constraint=name, value=values.get(name), origin=origin, claims=()
                )
            elif kind == "task":
                self.nodes[premise] = _node(premise, kind, [], task=case.task, lineage=self.lineage)
            elif kind == "not-raised":
                self.nodes[premise] = _node(premise, kind, [], need=name)


def _node(name: str, kind: str, premises: list[str], **properties: Any) -> Node:
    return {"id": name, "kind": kind, "premises": premises, **properties}


def _claims(statements: Sequence[Any]) -> Sequence[str]:
    """The claims on which statements rest, sorted."""
    if len(statements) == 1:
        return statements[0].claims  # type: ignore[no-any-return]
    return sorted({claim for one in statements for claim in one.claims})
