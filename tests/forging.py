"""Forged proofs: real ones with one lie each, and everything that depends on it made to fit.

A forgery changes a copy of a proof and yields the id of the step, or the part of the answer, that no longer holds.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.answer import Recommendation
from kb.model import Contribution, Knowledge
from tests.checker import check

Node = dict[str, Any]
Forgery = Callable[["Proved"], Iterator[tuple["Proved", str]]]
ITEMS = ("contribution", "interaction", "penalty", "unmet-prerequisite")
BELOW = (*ITEMS, "blocker", "proviso")


@dataclass
class Proved:
    """An answer as data, with its proof."""

    knowledge: Knowledge
    profile: dict[str, Any]
    packs: tuple[str, ...]
    as_of: str
    root: str
    nodes: dict[str, Node]
    conclusion: dict[str, Any]
    doubled: list[Node] = field(default_factory=list)

    @classmethod
    def by(cls, answer: Recommendation) -> Proved:
        """An answer of the engine."""
        proof = answer.proof.as_dict()
        return cls(
            knowledge=answer.knowledge,
            profile=answer.profile.request(),
            packs=answer.packs,
            as_of=answer.as_of.isoformat(),
            root=proof["root"],
            nodes={node["id"]: node for node in proof["nodes"]},
            conclusion=answer.core("none"),
        )

    def check(self) -> None:
        """Ask the proof checker."""
        proof = {"root": self.root, "nodes": [*self.nodes.values(), *self.doubled]}
        check(proof, self.knowledge, self.profile, self.packs, self.as_of, self.conclusion)

    # --- looking ----------------------------------------------------------------------------------------------

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds."""
        return [node for node in self.nodes.values() if node["kind"] in kinds]

    def lines(self, need: str) -> list[Node]:
        """What techniques earn or lose for a need."""
        return [node for node in self.of("contribution", "interaction") if node.get("need") == need]

    def counted(self) -> list[Node]:
        """The demands that count."""
        return [node for node in self.of("demand") if node["counts"] and node["weight"] > 0]

    # --- forging ----------------------------------------------------------------------------------------------

    def copied(self) -> Proved:
        """A copy to forge."""
        return Proved(
            self.knowledge,
            copy.deepcopy(self.profile),
            self.packs,
            self.as_of,
            self.root,
            copy.deepcopy(self.nodes),
            copy.deepcopy(self.conclusion),
        )

    def add(self, node: Node) -> None:
        """Add a step; one about a technique becomes a reason for its score or status."""
        self.nodes[node["id"]] = node
        if node["kind"] in BELOW:
            self.nodes[f"technique:{node['technique']}"]["premises"].append(node["id"])

    def drop(self, *names: str) -> None:
        """Remove steps, every reference to them, and the facts on which nothing rests any more."""
        for name in names:
            self.nodes.pop(name, None)
        for node in self.nodes.values():
            node["premises"] = [premise for premise in node["premises"] if premise not in names]
        cited = {premise for node in self.nodes.values() for premise in node["premises"]}
        for node in self.of("value", "task", "not-raised", "stated-need"):
            if node["id"] not in cited:
                del self.nodes[node["id"]]

    def weigh(self, need: str, weight: int) -> None:
        """Give a demand another weight, and what is earned for it the points that follow."""
        self.nodes[f"demand:{need}"]["weight"] = weight
        for line in self.lines(need):
            line["demand"], line["points"] = weight, weight * line["degree"]

    def settle(self) -> Proved:
        """Add up scores and rank anew, so that only the lie itself is wrong."""
        techniques = {node["technique"]: node for node in self.of("technique")}
        keys = {}
        for technique, node in techniques.items():
            below = [item for item in self.of(*BELOW) if item["technique"] == technique]
            items = [item for item in below if item["kind"] in ITEMS]
            reasons = {item["reason"] for item in below if item["kind"] == "blocker"}
            node["score"], node["rank"] = sum(item["points"] for item in items), None
            node["status"] = "viable"
            if reasons:
                node["status"] = "excluded" if reasons - {"prerequisite"} else "infeasible"
            elif node["family"] is None:
                lost = -sum(item["points"] for item in items if "need" not in item)
                keys[technique] = (-node["score"], lost, self.knowledge.techniques[technique].complexity)
        for technique, key in keys.items():
            techniques[technique]["rank"] = 1 + sum(other < key for other in keys.values())
            if techniques[technique]["rank"] == 1:
                techniques[technique]["status"] = "recommended"
        return self


# --- steps left out -------------------------------------------------------------------------------------------


def dropping(kind: str) -> Forgery:
    """Leave out a step of this kind, and all that refers to it."""

    def forge(proved: Proved) -> Iterator[tuple[Proved, str]]:
        for node in proved.of(kind):
            forged = proved.copied()
            forged.drop(node["id"])
            yield forged.settle(), node["id"]

    return forge


def technique_left_out(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Leave out the best technique, with all that is said about it."""
    for node in proved.of("technique"):
        if node["rank"] == 1 and len(proved.of("technique")) > 1:
            forged = proved.copied()
            below = [item["id"] for item in proved.of(*BELOW) if item["technique"] == node["technique"]]
            forged.drop(node["id"], *below)
            yield forged.settle(), node["id"]


def demand_left_out(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Leave out a demand, and all that is earned for it."""
    for node in proved.of("demand"):
        forged = proved.copied()
        forged.drop(node["id"], *(item["id"] for item in proved.nodes.values() if item.get("need") == node["need"]))
        yield forged.settle(), node["id"]


def rule_left_out(where: str) -> Forgery:
    """Leave out a rule that decides a demand, corroborates it, or may still."""

    def forge(proved: Proved) -> Iterator[tuple[Proved, str]]:
        for node in proved.of("demand"):
            for rule in node[where]:
                forged = proved.copied()
                demand = forged.nodes[node["id"]]
                demand[where].remove(rule)
                forged.drop(f"rule:{rule}")
                if where == "statements" and not demand["statements"]:
                    if not demand["also"]:
                        continue
                    rest = {item: proved.nodes[f"rule:{item}"]["weight"] for item in demand["also"]}
                    demand["statements"] = [item for item in rest if rest[item] == max(rest.values())]
                    demand["also"] = [item for item in rest if item not in demand["statements"]]
                    forged.weigh(node["need"], max(rest.values()))
                yield forged.settle(), f"rule:{rule}"

    return forge


# --- steps that say something else ------------------------------------------------------------------------------


def degree_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Another degree, with the points that it would give."""
    for node in proved.of("contribution"):
        for degree in {-2, -1, 1, 2} - {node["degree"]}:
            forged = proved.copied()
            forged.nodes[node["id"]].update(degree=degree, points=degree * node["demand"])
            yield forged.settle(), node["id"]


def points_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A point more than follows."""
    for node in proved.of(*ITEMS):
        forged = proved.copied()
        forged.nodes[node["id"]]["points"] += 1
        yield forged.settle(), node["id"]


def score_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A score that the items do not add up to."""
    for node in proved.of("technique"):
        forged = proved.copied()
        forged.nodes[node["id"]]["score"] += 1
        yield forged, node["id"]


def demand_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A demand stronger than any rule or statement makes it."""
    for node in proved.of("demand"):
        forged = proved.copied()
        forged.weigh(node["need"], node["weight"] + 1)
        yield forged.settle(), node["id"]


def ranks_swapped(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """The second in the place of the first."""
    (first, *rest) = sorted((node for node in proved.of("technique") if node["rank"]), key=lambda n: n["rank"]) or [
        None
    ]
    for other in rest:
        if other["rank"] > 1:
            forged = proved.copied()
            forged.nodes[first["id"]].update(rank=other["rank"], status="viable")
            forged.nodes[other["id"]].update(rank=1, status="recommended")
            yield forged, other["id"]


def tie_broken(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """One of several that share the first rank put behind the others."""
    sharing = [node for node in proved.of("technique") if node["rank"] == 1]
    if len(sharing) > 1:
        forged = proved.copied()
        forged.nodes[sharing[1]["id"]].update(rank=2, status="viable")
        yield forged, sharing[1]["id"]


def fact_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Another value than the one that is known: conditions no longer hold, or hold by what is not so."""
    for node in proved.of("value"):
        for value in proved.knowledge.constraints[node["constraint"]].values:
            if value.id != node["value"]:
                forged = proved.copied()
                forged.nodes[node["id"]]["value"] = value.id
                yield forged, node["id"]


def fact_invented(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A value that nobody stated, as if it were."""
    for node in proved.of("value"):
        if node["value"] is None:
            forged = proved.copied()
            value = proved.knowledge.constraints[node["constraint"]].values[0].id
            forged.nodes[node["id"]].update(value=value, origin="stated")
            yield forged, node["id"]


def fact_forgotten(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """What was stated, as if it were unknown."""
    for node in proved.of("value"):
        if node["origin"] == "stated":
            forged = proved.copied()
            forged.nodes[node["id"]].update(value=None, origin="unknown")
            yield forged, node["id"]


def origin_changed(origin: str) -> Forgery:
    """The right value, from where it does not come."""

    def forge(proved: Proved) -> Iterator[tuple[Proved, str]]:
        for node in proved.of("value"):
            if node["origin"] == origin:
                forged = proved.copied()
                forged.nodes[node["id"]] = {name: node[name] for name in ("id", "kind", "constraint", "value")}
                other = "assumed" if origin == "stated" else "stated"
                forged.nodes[node["id"]].update(premises=[], claims=[], origin=other)
                yield forged, node["id"]

    return forge


def band_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A band that does not contain the number, with its value."""
    for node in proved.of("value"):
        if node["origin"] == "derived":
            for band in proved.knowledge.bands.values():
                if band.constraint == node["constraint"] and band.id != node["band"]:
                    forged = proved.copied()
                    forged.nodes[node["id"]].update(band=band.id, value=band.value, claims=sorted(band.claims))
                    yield forged, node["id"]


def task_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Another task, or a broader one that the task does not have."""
    for node in proved.of("task"):
        for other in set(proved.knowledge.tasks) - set(node["lineage"]):
            forged = proved.copied()
            forged.nodes["task"]["lineage"].append(other)
            yield forged, "task"


def need_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A need stated more strongly than it was, and what follows from that."""
    for node in proved.of("stated-need"):
        forged = proved.copied()
        forged.nodes[node["id"]]["weight"] += 1
        forged.weigh(node["need"], node["weight"] + 1)
        yield forged.settle(), node["id"]


def counting_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A need left out of account as if a narrower one took it over."""
    for node in proved.counted():
        forged = proved.copied()
        forged.nodes[node["id"]].update(counts=False, subsumed_by=[node["need"]])
        below = [item["id"] for item in [*proved.lines(node["need"]), *proved.of("blocker")]]
        forged.drop(*(name for name in below if proved.nodes[name].get("need") == node["need"]))
        yield forged.settle(), node["id"]


def subsumed_counted(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A need counted that a narrower one takes over, with what some technique would earn for it."""
    for node in proved.of("demand"):
        if not node["counts"]:
            forged = proved.copied()
            forged.nodes[node["id"]].update(counts=True, subsumed_by=[])
            for item in proved.knowledge.contributions.values():
                if item.need == node["need"] and item.pack in proved.packs:
                    forged.add(line(proved, item, node))
                    break
            yield forged.settle(), node["id"]


# --- steps that do not follow -------------------------------------------------------------------------------------


def line(proved: Proved, item: Contribution, demand: Node, technique: str | None = None) -> Node:
    """A line by one contribution, as if it counted."""
    degree = proved.knowledge.degrees[item.degree]
    technique, side = technique or item.technique, "damage" if degree.damages else "supply"
    return {
        "id": f"contribution:{technique}:{demand['need']}:{side}",
        "kind": "contribution",
        "premises": [demand["id"]],
        "technique": technique,
        "need": demand["need"],
        "side": side,
        "demand": demand["weight"],
        "degree": degree.weight,
        "points": degree.weight * demand["weight"],
        "statements": [item.id],
        "also": [],
        "unknown": [],
        "tests": [],
        "claims": sorted(item.claims),
    }


def contribution_invented(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Points for a technique by what is said of another."""
    for demand in proved.counted():
        for technique in proved.knowledge.techniques:
            for item in proved.knowledge.contributions.values():
                added = line(proved, item, demand, technique)
                if item.technique != technique and added["id"] not in proved.nodes:
                    forged = proved.copied()
                    forged.add(added)
                    yield forged.settle(), added["id"]
                    break


def line_replaced(proved: Proved, item: Contribution) -> Iterator[tuple[Proved, str]]:
    """A line by a contribution that does not decide it, or that does not count."""
    demand = proved.nodes.get(f"demand:{item.need}")
    if demand and demand["counts"] and demand["weight"] > 0:
        added = line(proved, item, demand)
        forged = proved.copied()
        forged.drop(added["id"])
        forged.add(added)
        yield forged.settle(), added["id"]


def precedence_ignored(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Another contribution than the one of the highest precedence, or than the best or the worst, decides a line."""
    for node in proved.of("contribution"):
        for statement in node["also"]:
            item = proved.knowledge.contributions[statement]
            weight = proved.knowledge.degrees[item.degree].weight
            forged = proved.copied()
            also = sorted({*node["also"], *node["statements"]} - {statement})
            said = {"statements": [statement], "also": also, "claims": sorted(item.claims)}
            forged.nodes[node["id"]].update(degree=weight, points=weight * node["demand"], **said)
            yield forged.settle(), node["id"]


def overruled_used(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Points by a contribution that a resolution sets aside."""
    for entry in proved.conclusion["set_aside"]:
        if entry["kind"] == "contribution":
            item = proved.knowledge.contributions[entry["statement"]]
            if item.pack in proved.packs:
                yield from line_replaced(proved, item)


def inactive_used(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """Points by a contribution of a pack that is switched off."""
    for item in proved.knowledge.contributions.values():
        if item.pack not in proved.packs:
            yield from line_replaced(proved, item)


def rule_fired(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A rule that did not fire claimed to have fired, and what would follow."""
    for rule in proved.knowledge.rules.values():
        name = f"rule:{rule.id}"
        if proved.nodes.get(name, {"truth": "unknown"})["truth"] == "true" or rule.need in proved.profile["needs"]:
            continue
        forged = proved.copied()
        weight = proved.knowledge.strengths[rule.strength].weight
        said = {"need": rule.need, "weight": weight, "truth": "true", "statements": [rule.id]}
        forged.nodes[name] = {
            "id": name,
            "kind": "rule",
            **said,
            "tests": [],
            "claims": sorted(rule.claims),
            "premises": [],
        }
        empty = {"need": rule.need, "weight": 0, "counts": True, "subsumed_by": []}
        blank = {"id": f"demand:{rule.need}", "kind": "demand", **empty}
        demand = forged.nodes.setdefault(
            blank["id"], {**blank, "statements": [], "also": [], "unknown": [], "premises": []}
        )
        demand["unknown"] = [item for item in demand["unknown"] if item != rule.id]
        demand["premises"].append(name)
        if weight > demand["weight"]:
            demand["also"] += demand["statements"]
            demand["statements"] = []
            forged.weigh(rule.need, weight)
        demand["statements" if weight == demand["weight"] else "also"].append(rule.id)
        yield forged.settle(), name


def proviso_blocks(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """What is only unknown, as if it were not so: a technique is infeasible for it."""
    for node in proved.of("proviso"):
        (statement,) = node["statements"]
        forged = proved.copied()
        forged.drop(node["id"])
        tests = [{**test, "truth": "false"} for test in node["tests"]]
        name = f"blocker:{node['technique']}:prerequisite:{statement}"
        changed = {"id": name, "kind": "blocker", "reason": "prerequisite", "tests": tests}
        forged.nodes |= {premise: proved.nodes[premise] for premise in node["premises"]}
        forged.add({**node, **changed})
        yield forged.settle(), name


def blocker_invented(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A technique ruled out by nobody."""
    for node in proved.of("technique"):
        name = f"blocker:{node['technique']}:ruled-out"
        if name not in proved.nodes:
            forged = proved.copied()
            said = {"technique": node["technique"], "reason": "ruled-out", "techniques": [node["technique"]]}
            forged.add({"id": name, "kind": "blocker", "premises": [], **said})
            yield forged.settle(), name


def simpler_left_out(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """One of several simpler techniques left out where a composite gives way to them."""
    for node in proved.of("blocker"):
        if node["reason"] == "simpler" and len(node["techniques"]) > 1:
            forged = proved.copied()
            dropped = forged.nodes[node["id"]]["techniques"].pop()
            forged.nodes[node["id"]]["premises"].remove(f"technique:{dropped}")
            yield forged, node["id"]


# --- what steps rest on --------------------------------------------------------------------------------------------


def claim_removed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A claim on which a statement rests, not told."""
    for node in proved.nodes.values():
        for claim in node.get("claims", ()):
            forged = proved.copied()
            forged.nodes[node["id"]]["claims"].remove(claim)
            yield forged, node["id"]


def claim_invented(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A claim that does not say it, told beside those that do or instead of one."""
    for node in proved.nodes.values():
        for claim in proved.knowledge.claims:
            if claim not in node.get("claims", [claim]):
                for kept in (node["claims"], node["claims"][1:]):
                    forged = proved.copied()
                    forged.nodes[node["id"]]["claims"] = sorted([*kept, claim])
                    yield forged, node["id"]
                break


def premise_dangling(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A step that rests on what does not exist."""
    for node in proved.nodes.values():
        forged = proved.copied()
        forged.nodes[node["id"]]["premises"].append("value:nowhere")
        yield forged, node["id"]


def premise_removed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A step that does not say on what it rests."""
    for node in proved.nodes.values():
        for premise in node["premises"]:
            forged = proved.copied()
            forged.nodes[node["id"]]["premises"].remove(premise)
            yield forged, node["id"]


def circle(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A step that rests on itself by way of another."""
    for node in proved.of("demand"):
        for premise in node["premises"]:
            forged = proved.copied()
            forged.nodes[premise]["premises"].append(node["id"])
            yield forged, ""


def step_doubled(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A step that stands twice and could count twice."""
    for node in proved.of(*ITEMS):
        forged = proved.copied()
        forged.doubled.append(node)
        yield forged, node["id"]


def outcome_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A test said to fail, hold or be unknown that does not."""
    for node in proved.nodes.values():
        for place, test in enumerate(node.get("tests", ())):
            for truth in {"true", "false", "unknown"} - {test["truth"]}:
                forged = proved.copied()
                forged.nodes[node["id"]]["tests"][place]["truth"] = truth
                yield forged, node["id"]


def truth_changed(proved: Proved) -> Iterator[tuple[Proved, str]]:
    """A rule said to be unknown that fired, or the other way round."""
    for node in proved.of("rule"):
        forged = proved.copied()
        forged.nodes[node["id"]]["truth"] = "false" if node["truth"] == "unknown" else "unknown"
        yield forged, node["id"]


FORGERIES: dict[str, Forgery] = {
    "blocker-dropped": dropping("blocker"),
    "penalty-dropped": dropping("penalty"),
    "unmet-prerequisite-dropped": dropping("unmet-prerequisite"),
    "proviso-dropped": dropping("proviso"),
    "contribution-dropped": dropping("contribution"),
    "interaction-dropped": dropping("interaction"),
    "better-technique-left-out": technique_left_out,
    "demand-left-out": demand_left_out,
    "rule-dropped": rule_left_out("statements"),
    "corroboration-dropped": rule_left_out("also"),
    "unknown-rule-hidden": rule_left_out("unknown"),
    "degree-changed": degree_changed,
    "points-changed": points_changed,
    "score-changed": score_changed,
    "demand-changed": demand_changed,
    "ranks-swapped": ranks_swapped,
    "tie-broken": tie_broken,
    "fact-changed": fact_changed,
    "fact-invented": fact_invented,
    "fact-forgotten": fact_forgotten,
    "stated-said-assumed": origin_changed("stated"),
    "derived-said-stated": origin_changed("derived"),
    "inherited-said-stated": origin_changed("inherited"),
    "assumed-said-stated": origin_changed("assumed"),
    "band-changed": band_changed,
    "task-changed": task_changed,
    "stated-need-changed": need_changed,
    "counted-need-left-out": counting_changed,
    "subsumed-need-counted": subsumed_counted,
    "contribution-invented": contribution_invented,
    "precedence-ignored": precedence_ignored,
    "overruled-statement-used": overruled_used,
    "switched-off-pack-used": inactive_used,
    "rule-said-to-fire": rule_fired,
    "proviso-said-to-block": proviso_blocks,
    "blocker-invented": blocker_invented,
    "simpler-technique-left-out": simpler_left_out,
    "claim-removed": claim_removed,
    "claim-invented": claim_invented,
    "premise-dangling": premise_dangling,
    "premise-removed": premise_removed,
    "circle": circle,
    "step-doubled": step_doubled,
    "test-changed": outcome_changed,
    "truth-changed": truth_changed,
}
