"""An evaluation as a whole: the advice on worked cases, beside other packs and beside baselines, with its date."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.baselines import baselines
from engine.evaluation import Case, Given, Outcome, Report, evaluate
from engine.render import measured as rendered

if TYPE_CHECKING:
    from engine.advisor import Advisor
    from engine.answer import Recommendation

PROOF_LINES = 8
"""How many lines of a proof are kept of a wrong case; asking again gives it whole."""


@dataclass(frozen=True)
class Evaluation:
    """Figures with what they were measured on.

    Attributes:
        name: the name of the cases.
        source: whether cases were asked from "profile" or from "text".
        date: the day for which the answers were given.
        content: the content hash of the knowledge.
        packs: the active packs.
        report: the figures of the advice.
        compared: those of other packs and of baselines, by name.
    """

    name: str
    source: str
    date: datetime.date
    content: str
    packs: tuple[str, ...]
    report: Report
    compared: Mapping[str, Report] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Everything as data."""
        return {
            "name": self.name,
            "source": self.source,
            "date": self.date.isoformat(),
            "content": self.content,
            "packs": list(self.packs),
            **self.report.as_dict(),
            "compared": [
                {
                    "name": name,
                    "acceptable": round(report.acceptable, 4),
                    "mean_per_technique": round(report.mean_per_technique, 4),
                    "unacceptable": round(report.unacceptable, 4),
                }
                for name, report in self.compared.items()
            ],
        }

    def as_markdown(self) -> str:
        """As tables in Markdown, with bars drawn in text."""
        return rendered.markdown(self)

    def as_html(self) -> str:
        """As a page with charts."""
        return rendered.html(self)


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        name: the name of the cases.
        source: "profile" or "text".
        packs: the active packs; those that are switched on by default.
        compared: further sets of packs.
        baselines: whether to measure baselines as well.
        date: the day for which to answer; today by default.
    """

    name: str
    source: str = "profile"
    packs: tuple[str, ...] | None = None
    compared: Sequence[tuple[str, ...]] = ()
    baselines: bool = False
    date: datetime.date | None = None


def measure(
    advisor: Advisor, cases: Iterable[Case], plan: Plan, read: Callable[[Case], Mapping[str, Any]]
) -> Evaluation:
    """Ask the advisor for every case.

    Args:
        advisor: the version to ask.
        cases: the cases, at least one.
        plan: what to measure.
        read: what a case states, as the arguments of a profile.

    Raises:
        UnreadableCases: if there is no case.
        InvalidProfile: for an unknown pack.
        EngineError: and its kinds, if the engine cannot answer.
    """
    cases = list(cases)
    date = plan.date or datetime.datetime.now(tz=datetime.UTC).date()

    def asked(case: Case, packs: Iterable[str] | None) -> Recommendation:
        return advisor.recommend(advisor.profile(**read(case)), as_of=date, packs=packs, explain="none")

    def answering(packs: Iterable[str] | None) -> Callable[[Case], Given]:
        def answer(case: Case) -> Given:
            found = asked(case, packs)
            confidence = found.reply["confidence"]
            return Given(found.technique, confidence["stable"] / confidence["tried"])

        return answer

    # a pack that there is not is told before any case is asked, and not as a failure of every case
    asked_for = [plan.packs, *plan.compared]
    active, *_ = [advisor.recommend(advisor.profile(), date, packs, explain="none").packs for packs in asked_for]
    report = evaluate(cases, answering(plan.packs))
    report = Report(tuple(_proved(advisor, outcome, asked, plan.packs) for outcome in report.outcomes))
    compared = {f"packs {', '.join(packs)}": evaluate(cases, answering(packs)) for packs in plan.compared}
    if plan.baselines:
        families = [one.id for one in advisor.knowledge.techniques.values() if one.refines is None]
        compared |= baselines(cases, families, from_text=plan.source == "text")
    content = advisor.version.content_hash
    return Evaluation(plan.name, plan.source, date, content, active, report, compared)


def _proved(
    advisor: Advisor,
    outcome: Outcome,
    asked: Callable[[Case, Iterable[str] | None], Recommendation],
    packs: Iterable[str] | None,
) -> Outcome:
    """A wrong outcome with what speaks for it rather than for what the case expects first."""
    expected = outcome.case.expected[0]
    if outcome.acceptable or outcome.failure or expected not in advisor.knowledge.techniques:
        return outcome
    recommendation = asked(outcome.case, packs)
    if outcome.technique is None:
        text = advisor.why(recommendation).as_text()
    else:
        text = advisor.contrast(recommendation, outcome.technique, expected).as_text()
    return replace(outcome, proof="\n".join(text.splitlines()[:PROOF_LINES]))
