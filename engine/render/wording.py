"""All English of explanations, in one place: short sentences that one would send to a colleague.

The words for terms are the knowledge base's own labels; only the sentences around them are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.proof import Node
from engine.render.english import counted, first_sentence, listed, lowered, sentence
from kb.bands import shown
from kb.model import AllOf, AnyOf, Condition, Knowledge, NeedRaised, Not, TaskIs, Term, ValueIs

_BECAUSE = (
    ("missing: ", "this is missing: "),
    ("required, and missing: ", "a prerequisite is not met: "),
)
"""How reasons that are no clauses begin, and how they begin as clauses."""


class Wording:
    """Sentences about one version of the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._strengths = sorted(knowledge.strengths.values(), key=lambda strength: strength.weight)

    # --- terms ------------------------------------------------------------------------------------------------

    @staticmethod
    def _label(terms: Mapping[str, Term], term_id: str) -> str:
        term = terms.get(term_id)
        return term.label if term else term_id.replace("-", " ")

    def technique(self, technique: str) -> str:
        """A technique's label."""
        return self._label(self._knowledge.techniques, technique)

    def techniques(self, techniques: Iterable[str], last: str = "and") -> str:
        """Several techniques in one phrase."""
        return listed([self.technique(technique) for technique in techniques], last)

    def need(self, need: str) -> str:
        """A need's label."""
        return self._label(self._knowledge.needs, need)

    def task(self, task: str) -> str:
        """A task's label."""
        return self._label(self._knowledge.tasks, task)

    def constraint(self, constraint: str) -> str:
        """A constraint's label."""
        return self._label(self._knowledge.constraints, constraint)

    def value(self, constraint: str, value: str | None) -> str:
        """A value's label; "unknown" for none."""
        if value is None:
            return "unknown"
        record = self._knowledge.constraints.get(constraint)
        found = record.value(value) if record else None
        return found.label if found else value.replace("-", " ")

    def strength(self, weight: int) -> str:
        """How strongly a need of this weight is demanded, as an adverb phrase."""
        for strength in self._strengths:
            if strength.weight == weight:
                return strength.label
        return "not" if weight == 0 else "somewhat"

    def weight(self, strength: str) -> int:
        """The integer that a strength counts as; 0 if there is none of this id."""
        record = self._knowledge.strengths.get(strength)
        return record.weight if record else 0

    def demanded(self, need: str, weight: int, verb: str = "") -> str:
        """That a need is demanded, of one or of many: "there is a strong need for fresh knowledge"."""
        return f"{self.need(need)} {verb} {self._weighing(weight)}" if verb else self._called_for(need, weight)

    def _called_for(self, need: str, weight: int) -> str:
        return f"there is {self._weighing(weight)} for {self.need(need)}"

    def statement(self, kind: str, statement: str) -> str:
        """What a statement says: its text, else its label."""
        term = self._knowledge.find(kind, statement)  # type: ignore[arg-type]
        if term is None:
            return statement.replace("-", " ")
        return getattr(term, "text", "") or term.label

    def claims(self, claims: Iterable[str]) -> str:
        """Several claims by where they come from: "article A19, A20; judgement of the developers"."""
        by_origin: dict[str, list[str]] = {}
        for claim in claims:
            record = self._knowledge.claims.get(claim)
            if record is None:
                by_origin.setdefault(claim, [])
            elif record.kind == "judgement":
                by_origin.setdefault(f"judgement of {record.author or record.pack}", [])
            else:
                marks = [" (erratum)"] if record.erratum else []
                marks += [" (unverified)"] if record.verification == "unverified" else []
                by_origin.setdefault(record.pack, []).append("".join([record.label, *marks]))
        return "; ".join(f"{origin} {', '.join(labels)}".strip() for origin, labels in by_origin.items())

    def conflict(self, conflict: Mapping[str, Any]) -> str:
        """A conflict that bears on an answer ("conflict", "resolutions"): what it is about, and what was decided."""
        resolutions = [self._knowledge.resolutions[one] for one in conflict["resolutions"]]
        about = sentence(self._knowledge.conflicts[conflict["conflict"]].label)
        decided = [sentence(first_sentence(one.text)) for one in resolutions[:1]] or ["Nothing was decided about it."]
        still_open = ["This is still open."] if resolutions and resolutions[0].decision == "open" else []
        return " ".join([about, *decided, *still_open])

    def erratum(self, claim: str) -> str:
        """The slip that a claim carries over from its source; empty where there is none."""
        record = self._knowledge.claims[claim]
        return f"{record.label} carries a slip of its source: {record.erratum}" if record.erratum else ""

    # --- conditions ---------------------------------------------------------------------------------------------

    def test(self, test: Mapping[str, Any]) -> str:
        """What a condition's test says, whether or not it holds: "the budget is at least medium"."""
        if "task" in test:
            return f"the task is {self.task(test['task'])}"
        if "need" in test:
            return f"{self.need(test['need'])} is needed"
        constraint = test["constraint"]
        values = listed([f"“{self.value(constraint, value)}”" for value in test["values"]], "or")
        relation = {"is": "is", "at-least": "is at least", "at-most": "is at most"}[test["operator"]]
        return f"{self.constraint(constraint)} {relation} {values}"

    def condition(self, condition: Condition) -> str:
        """A condition of the closed language as a clause; empty for what always holds."""
        match condition:
            case TaskIs(task):
                return self.test({"task": task})
            case ValueIs(constraint, operator, values):
                return self.test({"constraint": constraint, "operator": operator, "values": values})
            case NeedRaised(need, minimum):
                least = self._knowledge.strengths.get(minimum or "")
                return (
                    f"there is at least {self._weighing(least.weight)} for {self.need(need)}"
                    if least
                    else self.test({"need": need})
                )
            case Not(inner):
                return f"it is not so that {self.condition(inner)}"
            case AnyOf(conditions):
                return f"either {listed([self.condition(inner) for inner in conditions], 'or')}"
            case AllOf(conditions):
                # "a and either b or c" reads one way only, "either b or c and a" does not
                ordered = sorted(
                    conditions, key=lambda inner: (isinstance(inner, AnyOf), not isinstance(inner, TaskIs))
                )
                return listed([self.condition(inner) for inner in ordered])

    def fact(self, node: Node, behind: Node | None = None) -> str:
        """What is known, and how it is known; of a task also as what it counts for the step ``behind`` it."""
        if node.kind == "task":
            if not node["task"]:
                return "the task is not known"
            above = [self.task(task) for task in behind.get("inherited_from", ())] if behind else []
            return f"the task is {self.task(node['task'])}" + (f" (a kind of {listed(above)})" if above else "")
        if node.kind == "stated-need":
            return f"you said so: {self.demanded(node['need'], node['weight'])}"
        if node.kind == "not-raised":
            return f"nothing asks for {self.need(node['need'])}"
        constraint = node["constraint"]
        said = f"{self.constraint(constraint)} is “{self.value(constraint, node['value'])}”"
        origin = node["origin"]
        if origin == "stated":
            return f"you said that {said}"
        if origin == "derived":
            return f"{said}, by the number you gave{self._band(node.get('band'))}"
        if origin == "inherited":
            return f"{said}, as is typical of {self.task(node['task'])}"
        if origin == "assumed":
            return f"{said} (assumed until you say otherwise)"
        return f"{self.constraint(constraint)} is not known"

    def _band(self, band: str | None) -> str:
        """The band in which a number fell, in brackets."""
        record = self._knowledge.bands.get(band or "")
        constraint = self._knowledge.constraints.get(record.constraint) if record else None
        if record is None or constraint is None:
            return ""
        task = f", for {self.task(record.task)}" if record.task else ""
        return f" ({shown(record)}, in {self._label(self._knowledge.units, constraint.unit or '')}{task})"

    def unsettled(self, constraint: str, said: str, values: Iterable[str]) -> str:
        """That a range stands for several values."""
        labels = listed([f"“{self.value(constraint, value)}”" for value in values], "or")
        record = self._knowledge.constraints.get(constraint)
        unit = f" (in {self._label(self._knowledge.units, record.unit)})" if record and record.unit else ""
        return sentence(f"{self.constraint(constraint)}: {said}{unit} can be {labels}, so it counts as not known")

    # --- steps of the score -----------------------------------------------------------------------------------------

    def item(self, item: Mapping[str, Any], technique: str) -> str:
        """One item of a technique's score, as a clause: what it does for which need."""
        name = self.technique(technique)
        kind = item["kind"]
        if kind == "interaction" and "need" in item:
            effect = "adds to" if item["degree"] > 0 else "takes away from"
            return f"in {name}, combining {effect} {self.need(item['need'])}"
        if kind in {"supply", "damage"} and "need" in item:
            return f"{name} {self.effect(kind, item['degree'])} {self.need(item['need'])}"
        statement = item["statements"][0]
        statement_kind = {"unmet-prerequisite": "prerequisite"}.get(kind, kind)
        said = self.statement(statement_kind, statement)
        return self.missing(statement) if statement_kind == "prerequisite" else said

    def changed(self, change: Mapping[str, Any]) -> str:
        """A change in words: something to bring about, or something that may turn out."""
        said = f"{self.constraint(change['constraint'])} were “{self.value(change['constraint'], change['value'])}”"
        return said if change["kind"] == "change" else said.replace(" were ", " turned out to be ", 1)

    def missing(self, prerequisite: str) -> str:
        """That a prerequisite is not met."""
        return f"missing: {lowered(self.statement('prerequisite', prerequisite))}"

    @staticmethod
    def because(said: str) -> str:
        """A reason as it follows "because"."""
        clause = lowered(said)
        for opening, instead in _BECAUSE:
            if clause.startswith(opening):
                return instead + clause.removeprefix(opening)
        return clause

    @staticmethod
    def effect(kind: str, degree: int) -> str:
        """A degree as a verb."""
        if kind == "damage":
            return "breaks" if degree <= -2 else "hurts"
        if degree >= 2:
            return "fully serves"
        if degree == 1:
            return "helps with"
        return "cannot supply" if degree <= -2 else "does not supply"

    def reason(self, item: Mapping[str, Any], technique: str) -> str:
        """One item of a score as a full sentence with what is said of it."""
        clause = self.item(item, technique)
        if "need" in item:
            said = self._said(item)
            clause = f"{clause}, {self._weighing(item['demand'])}" + (f": {said}" if said else "")
        return sentence(clause)

    def _weighing(self, weight: int) -> str:
        strength = self.strength(weight)
        article = "an" if strength[0] in "aeiou" else "a"
        return f"{article} {strength} need"

    def _said(self, item: Mapping[str, Any]) -> str:
        kind = "interaction" if item["kind"] == "interaction" else "contribution"
        said = [self.statement(kind, statement) for statement in item["statements"]]
        # a statement without words of its own is named by its id, which says nothing to a reader
        worded = [text for text, statement in zip(said, item["statements"], strict=True) if text != statement]
        return lowered(worded[0]) if worded else ""

    def blocker(self, blocker: Mapping[str, Any], technique: str) -> str:
        """Why a technique cannot be chosen, as a sentence."""
        name = self.technique(technique)
        match blocker["reason"]:
            case "required":
                effect = self.effect(blocker["side"], blocker["degree"])
                return sentence(f"{name} {effect} {self.need(blocker['need'])}, and that is required")
            case "ruled-out":
                ruled = blocker["techniques"]
                if ruled == [technique]:
                    return sentence(f"you ruled out {name}")
                record = self._knowledge.techniques.get(technique)
                refined = record is not None and record.refines in ruled
                return sentence(
                    f"you ruled out {self.techniques(ruled)}, which it {'refines' if refined else 'includes'}"
                )
            case "simpler":
                simpler = blocker["techniques"]
                does = "does" if len(simpler) == 1 else "do"
                return sentence(
                    f"it is not worth its complexity: {self.techniques(simpler, 'or')} alone already {does} "
                    "something for every strong need"
                )
            case _:
                return sentence(f"required, and {self.missing(blocker['statements'][0])}")

    def why_asked(self, label: str, values: Sequence[Mapping[str, Any]], winners: Sequence[str]) -> str:
        """Why a question is asked: what its answers would do."""
        by_outcome: dict[tuple[str, ...], list[str]] = {}
        for value in values:
            by_outcome.setdefault(tuple(value["leads_to"]), []).append(f"“{value['label']}”")
        if len(by_outcome) < 2:
            return sentence(f"together with other answers, {label} can still change the recommendation")
        parts = [
            f"{listed(labels, 'or')} {'leaves it at' if list(outcome) == list(winners) else 'leads to'} "
            f"{self.techniques(outcome) or 'nothing that can be recommended'}"
            for outcome, labels in by_outcome.items()
        ]
        return sentence("; ".join(parts))

    def node(self, node: Node) -> str:
        """One node of a proof as a sentence; what holds of a broader task is told as inherited."""
        return self.inherited(self._node(node), node)

    def inherited(self, said: str, node: Node) -> str:
        """A sentence about a step with the broader tasks from which it is inherited."""
        above = [self.task(task) for task in node.get("inherited_from", ())]
        return f"{said.removesuffix('.')} (inherited from {listed(above)})." if above else said

    def _node(self, node: Node) -> str:
        match node.kind:
            case "decision":
                return "The techniques in the order of their ranking."
            case "technique":
                score = counted(abs(node["score"]), "point")
                score = f"minus {score}" if node["score"] < 0 else score
                return sentence(f"{self.technique(node['technique'])} is {node['status']} with {score}")
            case "demand":
                if node["weight"] == 0:
                    return sentence(f"{self.need(node['need'])} is not asked for so far")
                return sentence(self.demanded(node["need"], node["weight"]))
            case "rule":
                return sentence(self.statement("rule", node["statements"][0]))
            case "contribution" | "interaction" | "penalty" | "unmet-prerequisite":
                return self.reason({**node.properties, "kind": node.get("side", node.kind)}, node["technique"])
            case "blocker":
                return self.blocker(node.properties, node["technique"])
            case "proviso":
                return sentence(f"not known: {lowered(self.statement('prerequisite', node['statements'][0]))}")
            case _:
                return sentence(self.fact(node))
