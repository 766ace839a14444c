"""The decision in hand-written Python, with the whole proof: what a rule engine can hardly be faster than.

It starts from the same layout as the others and keeps the index by task. The nodes of its proof, their premises and
points are those of Adaptwise, which is checked. Guidance (advice, path, tradeoffs, conflicts) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.peers.conditions import ALWAYS, Truth, View
from benchmarks.peers.outcome import Outcome, outcome_of
from benchmarks.peers.profiles import Case
from benchmarks.peers.proving import Proving, node_of
from benchmarks.peers.theory import Candidate, Given, Rule, Theory


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


class _Decision(Proving):
    """One case."""

    def __init__(self, theory: Theory, case: Case, weights: Mapping[str, int]) -> None:
        self.theory, self.case, self.within = theory, case, theory.within
        self.untasked = () if case.task else {rule.id for rule in theory.rules_of_all}
        self.stated = {need: 0 if one == "denied" else weights[one] for need, one in case.needs.items()}
        lineage = theory.lineages[case.task] if case.task else ()
        self.lineage = lineage
        values = {**theory.defaults, **case.values}
        raised = {need: weight for need, weight in self.stated.items() if weight}
        self.view = View(frozenset(lineage), values, raised)
        self.nodes = {}
        self.demands = []

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
        self.nodes["decision"] = node_of("decision", "decision", [f"technique:{one['technique']}" for one in ranking])
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
