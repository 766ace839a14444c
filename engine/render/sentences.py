"""Statements of a knowledge base as sentences, for people who read it rather than ask it."""

from __future__ import annotations

from collections.abc import Callable

from engine.render.english import counted, listed
from engine.render.wording import Wording
from kb.model import (
    ALWAYS,
    Advice,
    Band,
    Contribution,
    DemandRule,
    Formula,
    Interaction,
    Kind,
    Parameter,
    Penalty,
    Prerequisite,
    Scenario,
    Statement,
    Step,
    Term,
    Tradeoff,
    TypicalValue,
)

_LEVELS = {"higher": ("high", "higher than"), "lower": ("low", "lower than"), "similar": ("similar", "about that of")}


class Sentences(Wording):
    """One sentence a statement, without its full stop: what it says, and when."""

    def about(self, kind: Kind, term: Term) -> str:
        """What a statement or scenario says.

        Args:
            kind: its kind; any other kind is named by its label.
            term: the record.
        """
        for wanted, say in self._sayings():
            if isinstance(term, wanted):
                return say(term)
        return term.label

    def _sayings(self) -> tuple[tuple[type[Term], Callable[..., str]], ...]:
        return (
            (DemandRule, self.rule),
            (Contribution, self.contribution),
            (Prerequisite, self.prerequisite),
            (Penalty, self.penalty),
            (Interaction, self.interaction),
            (Tradeoff, self.tradeoff),
            (Advice, self.advice),
            (Step, self.step),
            (TypicalValue, self.typical_value),
            (Parameter, self.parameter),
            (Formula, self.formula),
            (Scenario, self.scenario),
        )

    def when(self, statement: Statement) -> str:
        """The condition of a statement as an if-clause; empty where it always applies."""
        return "" if statement.when == ALWAYS else f"if {self.condition(statement.when)}"

    def _applied(self, clause: str, statement: Statement) -> str:
        when = self.when(statement)
        return f"{clause}, {when}" if when else clause

    def rule(self, rule: DemandRule) -> str:
        """When a need is raised, and how strongly."""
        demanded = self.demanded(rule.need, self._knowledge.strengths[rule.strength].weight)
        return f"{self.when(rule) or 'in every case'}, {demanded}"

    def contribution(self, contribution: Contribution) -> str:
        """What a technique does for a need."""
        name, need = self.technique(contribution.technique), self.need(contribution.need)
        return self._applied(f"{name} {self._effect_of(contribution.degree)} {need}", contribution)

    def _effect_of(self, degree: str) -> str:
        record = self._knowledge.degrees[degree]
        return self.effect("damage" if record.damages else "supply", record.weight)

    def prerequisite(self, prerequisite: Prerequisite) -> str:
        """What a technique cannot do without, or does worse without."""
        name, required = self.technique(prerequisite.technique), self.condition(prerequisite.requires)
        clause = (
            f"{name} is feasible only if {required}"
            if prerequisite.hard
            else f"{name} loses {counted(prerequisite.points, 'point')} unless {required}"
        )
        return self._applied(clause, prerequisite)

    def penalty(self, penalty: Penalty) -> str:
        """What a technique loses whatever is needed."""
        return self._applied(f"{self.technique(penalty.technique)} loses {counted(penalty.points, 'point')}", penalty)

    def interaction(self, interaction: Interaction) -> str:
        """What combining adds to the parts."""
        name = self.technique(interaction.technique)
        if interaction.need is None or interaction.degree is None:
            return self._applied(f"as a whole, {name} loses {counted(interaction.points or 0, 'point')}", interaction)
        effect = f"{self._effect_of(interaction.degree)} {self.need(interaction.need)}"
        return self._applied(f"as a whole, {name} {effect}", interaction)

    def level(self, tradeoff: Tradeoff) -> str:
        """Where a technique stands: "high", or "lower than" another."""
        alone, compared = _LEVELS[tradeoff.level]
        return alone if tradeoff.than is None else f"{compared} {self.technique(tradeoff.than)}"

    def tradeoff(self, tradeoff: Tradeoff) -> str:
        """Where a technique stands on a quality."""
        quality = self.quality(tradeoff.quality)
        component = f" ({tradeoff.component})" if tradeoff.component else ""
        return self._applied(
            f"for {self.technique(tradeoff.technique)}, {quality}{component} is {self.level(tradeoff)}", tradeoff
        )

    def advice(self, advice: Advice) -> str:
        """A warning or hint with where it is given."""
        about = self.technique(advice.technique) if advice.technique else "whatever is recommended"
        only = "where it is recommended" if advice.audience == "recommended" else "wherever it can be chosen"
        where = f"on {about}, {only}" if advice.technique else f"on {about}"
        return f"{where}{', ' if self.when(advice) else ''}{self.when(advice)}: {advice.text or advice.label}"

    def step(self, step: Step) -> str:
        """What to do, when it is due, and what to look at before going on."""
        way = [f"on the way to {self.techniques(step.targets, 'or')}"] if step.targets else []
        opening = ", ".join(part for part in (*way, self.when(step)) if part)
        return f"{opening}{': ' if opening else ''}{step.text or step.label} {step.test}".strip()

    def typical_value(self, typical: TypicalValue) -> str:
        """What is taken for granted of a task."""
        value = self.value(typical.constraint, typical.value)
        return (
            f"for {self.task(typical.task)}, {self.constraint(typical.constraint)} is “{value}” unless said otherwise"
        )

    def parameter(self, parameter: Parameter) -> str:
        """A number with its unit and date."""
        unit = f" {self._measured(parameter)}" if parameter.unit else ""
        date = f", as of {parameter.date}" if parameter.date else ""
        return f"{parameter.label}: {parameter.number}{unit}{date}"

    def _measured(self, term: Parameter | Formula) -> str:
        """A unit with what it is divided by."""
        return " per ".join([self.unit(term.unit or ""), *map(self.unit, term.per)])

    def formula(self, formula: Formula) -> str:
        """The arithmetic as it is written."""
        unit = f" ({self._measured(formula)})" if formula.unit else ""
        return f"{formula.label}{unit} = {formula.expression}"

    def scenario(self, scenario: Scenario) -> str:
        """The features of a worked case, and what is expected of it."""
        features = [f"the task is {self.task(scenario.task)}"] if scenario.task else []
        features += [f"{self.constraint(one)} is “{self.value(one, value)}”" for one, value in scenario.values]
        features += [f"{self.need(need)} is needed" for need in scenario.needs]
        given = f"if {listed(features)}, " if features else ""
        return f"{given}{self.techniques(scenario.expects, 'or')} is the answer"

    def band(self, band: Band) -> str:
        """The numbers that stand for a value."""
        bounds = [f"from {band.start}"] if band.start is not None else []
        bounds += [f"to below {band.end}" if bounds else f"below {band.end}"] if band.end is not None else []
        return " ".join(bounds) or "any number"

    def quality(self, quality: str) -> str:
        """A quality's label."""
        return self._label(self._knowledge.qualities, quality)

    def unit(self, unit: str) -> str:
        """A unit's label."""
        return self._label(self._knowledge.units, unit)
