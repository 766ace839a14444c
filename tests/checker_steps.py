"""The steps of a proof, each checked by what its premises say: part of :mod:`tests.checker`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from kb.model import Condition, Contribution, DemandRule, Interaction, TaskIs, ValueIs
from tests.checker_reading import DENIED, FALSE, NAMES, TRUE, UNKNOWN, Known, Reading, Test

Node = dict[str, Any]
Fault = tuple[str, str]
ITEMS = ("contribution", "interaction", "penalty", "unmet-prerequisite")
FACTS = ("value", "task", "not-raised")
SAYS: dict[str, dict[str, type]] = {
    "decision": {},
    "technique": {"technique": str, "score": int},
    "contribution": {"technique": str, "need": str, "side": str, "degree": int, "points": int},
    "interaction": {"technique": str, "points": int},
    "penalty": {"technique": str, "points": int},
    "unmet-prerequisite": {"technique": str, "points": int},
    "blocker": {"technique": str, "reason": str},
    "proviso": {"technique": str},
    "demand": {"need": str, "weight": int, "counts": bool},
    "rule": {"truth": str},
    "stated-need": {},
    "value": {"value": object},
    "task": {},
    "not-raised": {},
}


def canonical(value: Any) -> str:
    """Data as text in which the order of lists means nothing."""
    if isinstance(value, list | tuple | set | frozenset):
        return f"[{','.join(sorted(map(canonical, value)))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}:{canonical(value[key])}' for key in sorted(value))}}}"
    return json.dumps(value)


def node(name: str, kind: str, premises: Iterable[str] = (), **says: Any) -> Node:
    """A step as it should be."""
    listed = {key: list(value) if isinstance(value, list | tuple | set) else value for key, value in says.items()}
    return {"id": name, "kind": kind, "premises": sorted(premises), **listed}


def ids(statements: Iterable[Any]) -> list[str]:
    """Their ids."""
    return sorted(item.id for item in statements)


def claims_of(statements: Iterable[Any]) -> list[str]:
    """The claims on which they rest."""
    return sorted({claim for item in statements for claim in item.claims})


def told(test: Test, reading: Reading) -> Node:
    """A test as proofs tell it."""
    match test:
        case TaskIs(task):
            return {"task": task}
        case ValueIs(constraint, operator, values):
            return {"constraint": constraint, "operator": operator, "values": list(values)}
    return {"need": test.need, "minimum": max(1, reading.weight(test.minimum))}


class Checking:
    """One proof against one reading of the knowledge. It is itself the facts on which conditions are tested."""

    def __init__(self, reading: Reading, proof: Mapping[str, Any]) -> None:
        self.reading, self.kb, self.question = reading, reading.kb, reading.question
        self.root: str = proof["root"]
        self.listed: list[Node] = list(proof["nodes"])
        self.nodes: dict[str, Node] = {node["id"]: node for node in self.listed}
        self._known: dict[str, Known] = {}
        self._open: dict[str, int] = {}
        self._about: dict[str, list[Node]] = defaultdict(list)
        for found in self.listed:
            self._about[str(found.get("technique"))].append(found)

    def about(self, technique: str, *kinds: str) -> list[Node]:
        """The proof's nodes of these kinds about a technique."""
        return [item for item in self._about[technique] if item["kind"] in kinds]

    # --- shape ------------------------------------------------------------------------------------------------

    def shape(self) -> list[Fault]:
        """Faults that make it no proof at all."""
        times = Counter(item["id"] for item in self.listed)
        faults = [(name, "stands twice") for name, count in times.items() if count > 1]
        for item in self.listed:
            faults += self._form(item)
        if faults:
            return faults
        faults += [
            (item["id"], f"rests on “{premise}”, which does not exist")
            for item in self.listed
            for premise in item["premises"]
            if premise not in self.nodes
        ]
        if self.root != "decision" or "decision" not in self.nodes:
            faults.append((self.root, "is no decision"))
        try:
            TopologicalSorter({item["id"]: item["premises"] for item in self.listed}).prepare()
        except CycleError as error:
            faults.append((str(error.args[1][0]), "rests on itself"))
        faults += [(f"demand:{need}", "the need depends on itself") for need in sorted(self.reading.circular())]
        return faults

    def _form(self, item: Node) -> Iterator[Fault]:
        """What a node of this kind must say for others to be checked by it."""
        if item.get("kind") not in SAYS:
            yield item["id"], f"is of no kind that is known: {item.get('kind')!r}"
            return
        if not isinstance(item.get("premises"), list):
            yield item["id"], "has no list of premises"
        for name, form in SAYS[item["kind"]].items():
            if name not in item or not isinstance(item[name], form) or (form is int and item[name] is True):
                yield item["id"], f"{name}: says {item.get(name)!r}, which is no {form.__name__}"
        if item["kind"] == "rule" and item.get("truth") not in NAMES:
            yield item["id"], f"truth: says {item.get('truth')!r}, which is none of {', '.join(NAMES)}"
        if item["kind"] == "value":
            record = self.kb.constraints.get(item.get("constraint", ""))
            if record is None or (item.get("value") is not None and record.value(item["value"]) is None):
                yield item["id"], f"value: says {item.get('value')!r}, which “{item.get('constraint')}” cannot be"

    def steps(self) -> list[Fault]:
        """Faults of single steps: what is left out, what does not follow, what says something else than follows."""
        expected = {item["id"]: item for item in self._expected()}
        faults = [(name, "is left out") for name in expected if name not in self.nodes]
        faults += [(name, "does not follow") for name in self.nodes if name not in expected]
        for name, follows in expected.items():
            found = self.nodes.get(name, follows)
            for key in sorted({*found, *follows}):
                said, right = found.get(key), follows.get(key)
                if (key in found) != (key in follows) or canonical(said) != canonical(right):
                    faults.append((name, f"{key}: says {said!r}, but what follows is {right!r}"))
        return faults

    # --- facts on which conditions are tested: what the proof says, else what the profile says ------------------

    def known(self, constraint: str) -> Known:
        """What the profile and the knowledge base say of a constraint."""
        if constraint not in self._known:
            self._known[constraint] = self.reading.known(constraint)
        return self._known[constraint]

    def value(self, constraint: str) -> str | None:
        """The value of the proof's node, which is checked to be the one that is known."""
        found = self.nodes.get(f"value:{constraint}")
        return found["value"] if found else self.known(constraint).value

    def raised(self, need: str) -> int:
        """The weight of the proof's demand."""
        found = self.nodes.get(f"demand:{need}")
        return found["weight"] if found else 0

    def open(self, need: str) -> int:
        """The greatest weight of a rule that is unknown."""
        if need not in self._open:
            rules = [rule for rule in self.reading.rules.get(need, ()) if self.rule_truth(rule) == UNKNOWN]
            self._open[need] = max((self.reading.weight(rule.strength) for rule in rules), default=0)
        return self._open[need]

    def rule_truth(self, rule: DemandRule) -> int:
        """What the proof says of a rule's condition, else what follows."""
        found = self.nodes.get(f"rule:{rule.id}")
        return NAMES.index(found["truth"]) if found else self.truth(rule.when)

    def truth(self, condition: Condition) -> int:
        """The truth of a condition, given the proof's facts."""
        return self.reading.truth(condition, self)

    def counted(self) -> dict[str, int]:
        """The demands that count, with their weights."""
        demands = [item for item in self.listed if item["kind"] == "demand" and item["need"] in self.kb.needs]
        return {item["need"]: item["weight"] for item in demands if item["counts"] and item["weight"] > 0}

    # --- what should be there -----------------------------------------------------------------------------------

    def _expected(self) -> Iterator[Node]:
        reasoned = [*self._demands()]
        for technique in self.kb.techniques:
            reasoned += self._technique(technique)
        yield node("decision", "decision", [f"technique:{technique}" for technique in self.kb.techniques])
        yield from reasoned
        cited = {premise for item in reasoned for premise in item["premises"]}
        for premise in sorted(cited):
            kind, _, about = premise.partition(":")
            if kind in FACTS:
                yield self._fact(kind, about)

    def _fact(self, kind: str, about: str) -> Node:
        if kind == "task":
            return node("task", "task", task=self.question.task, lineage=list(self.reading.lineage))
        if kind == "not-raised":
            return node(f"not-raised:{about}", kind, need=about)
        known = self.known(about)
        said: Node = {"constraint": about, "value": known.value, "origin": known.origin, "claims": []}
        if known.says:
            # of several statements that say the same the proof may name any
            named = self.nodes.get(f"value:{about}", {}).get({"derived": "band"}.get(known.origin, "typical"))
            says = next((item for item in known.says if item.id == named), known.says[0])
            said["claims"] = sorted(set(says.claims))
            more = {"band": says.id} if known.origin == "derived" else {"task": says.task, "typical": says.id}
            said.update(more)
        return node(f"value:{about}", "value", **said)

    def _demands(self) -> Iterator[Node]:
        for need, strength in self.question.needs.items():
            weight = self.reading.weight(strength)
            yield self._demand(need, weight, premises=[f"stated-need:{need}"])
            yield node(f"stated-need:{need}", "stated-need", need=need, weight=weight)
        for need, rules in self.reading.rules.items():
            fired = [rule for rule in rules if self.rule_truth(rule) == TRUE]
            unknown = [rule for rule in rules if self.rule_truth(rule) == UNKNOWN and self._is_listed(rule)]
            if fired or unknown:
                weight = max((self.reading.weight(rule.strength) for rule in fired), default=0)
                by = [rule for rule in fired if self.reading.weight(rule.strength) == weight]
                also = [rule for rule in fired if rule not in by]
                premises = [f"rule:{rule.id}" for rule in fired]
                yield self._demand(need, weight, ids(by), ids(also), ids(unknown), premises)
                yield from map(self._rule, [*fired, *unknown])

    def _is_listed(self, rule: DemandRule) -> bool:
        left_out = self.question.task is None and self.reading.asks_for_a_task(rule)
        return not left_out or f"rule:{rule.id}" in self.nodes

    def _demand(
        self,
        need: str,
        weight: int,
        by: Iterable[str] = (),
        also: Iterable[str] = (),
        unknown: Iterable[str] = (),
        premises: Iterable[str] = (),
    ) -> Node:
        narrower = [other for other in self.reading.within[need] if other != need]
        instead = [other for other in narrower if weight and self.raised(other) >= weight]
        more = {"statements": by, "also": also, "unknown": unknown, "counts": not instead, "subsumed_by": instead}
        return node(f"demand:{need}", "demand", premises, need=need, weight=weight, **more)

    def _rule(self, rule: DemandRule) -> Node:
        truth = self.truth(rule.when)
        weight = self.reading.weight(rule.strength)
        step = self._stated(f"rule:{rule.id}", "rule", [rule], truth, need=rule.need, weight=weight)
        return {**step, "truth": NAMES[truth]}

    def _stated(
        self, name: str, kind: str, by: list[Any], truth: int, premises: Iterable[str] = (), **more: Any
    ) -> Node:
        """A step by statements: it rests on the tests to which their conditions owe their truth."""
        conditions = [self.reading.requirement(item) if hasattr(item, "requires") else item.when for item in by]
        tests = set().union(*(self.reading.responsible(condition, truth, self) for condition in conditions))
        rests = {*premises, *(premise for test, _ in tests for premise in self._premises(test))}
        told_tests = [{**told(test, self.reading), "truth": NAMES[found]} for test, found in tests]
        # two conditions may be one test: with no minimum, and with the least
        more["tests"] = list({json.dumps(test): test for test in told_tests}.values())
        asked = {test["task"] for test in told_tests if "task" in test and test["truth"] == NAMES[TRUE]}
        if asked and self.question.task not in asked:
            more["inherited_from"] = sorted(asked)
        return node(name, kind, rests, statements=ids(by), claims=claims_of(by), **more)

    def _premises(self, test: Test) -> list[str]:
        match test:
            case TaskIs():
                return ["task"]
            case ValueIs():
                return [f"value:{test.constraint}"]
        least = max(1, self.reading.weight(test.minimum))
        within = self.reading.within[test.need]
        found = [item for item in within if max(self.raised(item), self.open(item)) >= least]
        if not found:  # raised too weakly, or denied
            denied = [item for item in within if self.question.needs.get(item) == DENIED]
            found = denied + [item for item in within if self.raised(item) or self.open(item)]
        names = [f"demand:{item}" for item in found]
        # without a task, what only tasks could need is no demand
        return [name if name in self.nodes else "task" for name in names] or [f"not-raised:{test.need}"]

    # --- techniques ---------------------------------------------------------------------------------------------

    def _technique(self, technique: str) -> list[Node]:
        below = [*self._lines(technique), *self._own(technique), *self._prerequisites(technique)]
        below += [*self._gates(technique)]
        rank = self._rank(technique)
        reasons = {item["reason"] for item in self.about(technique, "blocker")}
        viable = "recommended" if rank == 1 else "viable"
        said = {
            "technique": technique,
            "family": self.kb.techniques[technique].refines,
            "score": sum(item["points"] for item in self.about(technique, *ITEMS)),
            "rank": rank,
            "status": "excluded" if reasons - {"prerequisite"} else "infeasible" if reasons else viable,
        }
        return [node(f"technique:{technique}", "technique", [item["id"] for item in below], **said), *below]

    def _lines(self, technique: str) -> Iterator[Node]:
        required = self.reading.weight("required")
        for need, weight in self.counted().items():
            for side in ("supply", "damage"):
                line = self._line(technique, need, side)
                if line is None:
                    continue
                degree, by, also, unknown = line
                about = {"technique": technique, "need": need, "side": side, "degree": degree}
                says = {**about, "demand": weight, "points": weight * degree, "also": also, "unknown": unknown}
                demand = [f"demand:{need}"]
                yield self._stated(f"contribution:{technique}:{need}:{side}", "contribution", by, TRUE, demand, **says)
                if weight >= required and degree <= (-1 if side == "supply" else -2):
                    name = f"blocker:{technique}:required:{need}:{side}"
                    yield self._stated(name, "blocker", by, TRUE, demand, reason="required", **about)

    def _line(self, technique: str, need: str, side: str) -> tuple[int, list[Contribution], Any, Any] | None:
        """Of the technique and its parts the best supply or the worst damage; for each the highest precedence."""
        pick = max if side == "supply" else min
        best: list[Contribution] = []
        rest: dict[str, Contribution] = {}
        unknown: set[str] = set()
        for part in self.reading.contained(technique):
            applying, possible = self._nearest(part, need)
            unknown.update(item.id for item in possible if self._side(item) == side)
            given = [item for item in applying if self._side(item) == side]
            rest.update({item.id: item for item in given})
            top = max(map(self.reading.precedence, given), default=0)
            given = [item for item in given if self.reading.precedence(item) == top]
            extreme = pick(map(self._degree, given), default=0)
            best += [item for item in given if self._degree(item) == extreme]
        if not best:
            return None
        degree = pick(map(self._degree, best))
        by = {item.id: item for item in best if self._degree(item) == degree}
        return degree, list(by.values()), sorted(rest.keys() - by.keys()), sorted(unknown)

    def _nearest(self, part: str, need: str) -> tuple[list[Contribution], list[Contribution]]:
        """What applies to the need, else to the nearest broader needs, else for the family; and what may on the way."""
        possible: list[Contribution] = []
        wider = self.reading.wider[need]
        for family in self.reading.families(part):
            for distance in range(max(wider.values()) + 1):
                given = [
                    (item, self.truth(item.when))
                    for broader, away in wider.items()
                    if away == distance
                    for item in self.reading.contributions.get((family, broader), ())
                ]
                possible += [item for item, truth in given if truth == UNKNOWN]
                applying = [item for item, truth in given if truth == TRUE]
                if applying:
                    return applying, possible
        return [], possible

    def _degree(self, item: Contribution | Interaction) -> int:
        return self.kb.degrees[item.degree or ""].weight

    def _side(self, item: Contribution) -> str:
        return "damage" if self.kb.degrees[item.degree].damages else "supply"

    def _own(self, technique: str) -> Iterator[Node]:
        """Penalties, and what interactions add: of the technique and its families, not of its parts."""
        families, counted = self.reading.families(technique), self.counted()
        for item in self.reading.about(self.kb.penalties, families):
            if self.truth(item.when) == TRUE:
                says: Node = {"technique": technique, "points": -item.points}
                yield self._stated(f"penalty:{technique}:{item.id}", "penalty", [item], TRUE, **says)
        for added in self.reading.about(self.kb.interactions, families):
            if self.truth(added.when) != TRUE:
                continue
            name = f"interaction:{technique}:{added.id}"
            if added.need is None or added.degree is None:
                says = {"technique": technique, "points": -(added.points or 0)}
                yield self._stated(name, "interaction", [added], TRUE, **says)
            elif added.need in counted:
                weight, degree = counted[added.need], self._degree(added)
                says = {"technique": technique, "need": added.need, "side": "interaction", "demand": weight}
                says |= {"degree": degree, "points": weight * degree, "also": [], "unknown": []}
                yield self._stated(name, "interaction", [added], TRUE, [f"demand:{added.need}"], **says)

    def _prerequisites(self, technique: str) -> Iterator[Node]:
        for item in self.reading.about(self.kb.prerequisites, self.reading.all_families(technique)):
            truth = self.truth(self.reading.requirement(item))
            says: Node = {"technique": technique}
            if truth == UNKNOWN:
                yield self._stated(f"proviso:{technique}:{item.id}", "proviso", [item], truth, **says)
            elif truth == FALSE and item.hard:
                name = f"blocker:{technique}:prerequisite:{item.id}"
                yield self._stated(name, "blocker", [item], truth, reason="prerequisite", **says)
            elif truth == FALSE:
                name = f"unmet-prerequisite:{technique}:{item.id}"
                yield self._stated(name, "unmet-prerequisite", [item], truth, points=-item.points, **says)

    def _gates(self, technique: str) -> Iterator[Node]:
        excluded = sorted(self.question.exclude & self.reading.all_families(technique))
        if excluded:
            says: Node = {"technique": technique, "reason": "ruled-out", "techniques": excluded}
            yield node(f"blocker:{technique}:ruled-out", "blocker", **says)
        simpler = [other for other in self.kb.techniques if self._suffices(other, technique)]
        if simpler:
            says = {"technique": technique, "reason": "simpler", "techniques": simpler}
            yield node(f"blocker:{technique}:simpler", "blocker", [f"technique:{item}" for item in simpler], **says)

    def _suffices(self, other: str, composite: str) -> bool:
        """Whether a simpler technique can be chosen and serves every strong requirement, by its nodes."""
        less, more = self.kb.techniques[other], self.kb.techniques[composite]
        if not more.parts or less.refines or less.complexity >= more.complexity:
            return False
        if self.reading.elements(other) > self.reading.elements(composite) or self._is_blocked(other):
            return False
        strong = self.reading.weight("strong")
        needs = [
            need
            for need, weight in self.counted().items()
            if weight >= strong and self.kb.needs[need].kind == "requirement"
        ]
        return all(self._shown(other, need, "supply") > 0 and self._shown(other, need, "damage") > -2 for need in needs)

    def _shown(self, technique: str, need: str, side: str) -> int:
        return self.nodes.get(f"contribution:{technique}:{need}:{side}", {"degree": 0})["degree"]

    def _is_blocked(self, technique: str) -> bool:
        return bool(self.about(technique, "blocker"))

    # --- ranks --------------------------------------------------------------------------------------------------

    def standing(self, technique: str) -> tuple[int, int, int]:
        """Score, points lost and complexity by the proof's nodes; the least comes first."""
        losses = [item for item in self.about(technique, *ITEMS) if "need" not in item]
        score = self.nodes[f"technique:{technique}"]["score"]
        return -score, -sum(item["points"] for item in losses), self.kb.techniques[technique].complexity

    def candidates(self) -> list[str]:
        """What can be chosen: techniques that refine no other and have no blocker."""
        return [
            item.id for item in self.kb.techniques.values() if item.refines is None and not self._is_blocked(item.id)
        ]

    def _rank(self, technique: str) -> int | None:
        candidates = [item for item in self.candidates() if f"technique:{item}" in self.nodes]
        if technique not in candidates:
            return None
        own = self.standing(technique)
        return 1 + sum(self.standing(item) < own for item in candidates)
