"""How accurate the advice is: the scenarios of the knowledge base, asked and compared with what they accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.evaluation import Case, Report, evaluate
from engine.records import Record
from engine.render.about import accuracy

if TYPE_CHECKING:
    from engine.advisor import Advisor
    from kb.model import Knowledge, Scenario


@dataclass(frozen=True)
class Accuracy:
    """The record of one version on its own scenarios.

    Attributes:
        version: the number of the version.
        knowledge: its content.
        report: what was recommended for each scenario; None if there is no scenario.
        content: the content hash of the version.
        records: evaluations on other cases that were recorded.
    """

    version: int
    knowledge: Knowledge
    report: Report | None
    content: str = ""
    records: tuple[Record, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shares, and each scenario with what was recommended."""
        outcomes = self.report.outcomes if self.report else ()
        return {
            "kb_version": self.version,
            "scenarios": len(outcomes),
            "acceptable": sum(outcome.acceptable for outcome in outcomes),
            "share": round(self.report.acceptable, 4) if self.report else None,
            "outcomes": [
                {
                    "scenario": outcome.case.id,
                    "label": self.knowledge.scenarios[outcome.case.id].label,
                    "expects": list(outcome.case.expected),
                    "recommended": outcome.technique,
                    "acceptable": outcome.acceptable,
                    "failure": outcome.failure or None,
                }
                for outcome in outcomes
            ],
            "recorded": self.recorded(),
            "text": self.as_text(),
        }

    def recorded(self) -> list[dict[str, Any]]:
        """The evaluations that were recorded, each with whether the knowledge is still the same."""
        return [record.as_dict(self.content) for record in self.records]

    def as_text(self) -> str:
        """In plain English."""
        return accuracy(self)


def measured(advisor: Advisor) -> Accuracy:
    """Ask the advisor for every scenario of its version that expects something.

    A scenario says that a need is there, not how much it counts: it is stated with the strongest strength that is a
    wish and not yet a gate.

    Raises:
        EngineError: and its kinds, if the engine cannot answer.
    """
    knowledge = advisor.knowledge
    cases = [case_of(scenario, knowledge) for scenario in knowledge.scenarios.values() if scenario.expects]

    def answer(case: Case) -> str | None:
        profile = advisor.profile(case.task, case.constraints, case.needs)
        return advisor.recommend(profile, explain="none").technique

    report = evaluate(cases, answer) if cases else None
    return Accuracy(advisor.version.number, knowledge, report, advisor.version.content_hash)


def case_of(scenario: Scenario, knowledge: Knowledge) -> Case:
    """A scenario as a case to evaluate."""
    by_weight = sorted(knowledge.strengths.values(), key=lambda one: one.weight)
    strength = by_weight[max(0, len(by_weight) - 2)].id if by_weight else ""
    return Case(
        id=scenario.id,
        text=scenario.text,
        task=scenario.task,
        constraints=dict(scenario.values),
        needs=dict.fromkeys(scenario.needs, strength),
        expected=scenario.expects,
        unacceptable=(),
        confidence="",
    )
