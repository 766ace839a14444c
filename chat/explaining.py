"""Acts that ask about a recommendation: the reasons, the alternatives, the downsides, the sources."""

from __future__ import annotations

from dataclasses import replace

from chat import wording
from chat.advice import Advice
from chat.intent import Intent
from chat.lookup import Lookup
from chat.outcome import Outcome
from engine.answer import Recommendation

_REASONS = 4


class Explaining:
    """Explains the recommendation for the case so far.

    Args:
        advice: the advisor on this conversation.
    """

    def __init__(self, advice: Advice) -> None:
        self._advice = advice
        self._advisor = advice.advisor
        self._knowledge = advice.knowledge
        self._state = advice.state
        self._lookup = Lookup(advice.knowledge, advice.state)

    def nothing_yet(self, intent: Intent) -> Outcome:
        """The answer while there is no recommendation to ask about."""
        if intent.act == "evidence":
            return Outcome("evidence", [self._lookup.sources()], self._state)
        if intent.act == "accuracy":
            return Outcome("accuracy", [wording.record(len(self._knowledge.scenarios))], self._state)
        if intent.act in {"summary", "export"}:
            return Outcome(intent.act, [wording.nothing_known(wording.noun(self._knowledge))], self._state)
        parts = [
            wording.tell_me(self._knowledge) if intent.act == "next-question" else wording.nothing_yet(self._knowledge)
        ]
        return Outcome(intent.act, parts, self._state, suggestions=self._advice.openers())

    def recommend(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The recommendation with the ranking and the way there."""
        advice = self._advice
        parts = [advice.summary(recommendation), advice.ranking(recommendation), advice.path(recommendation)]
        suggestions = advice.suggestions(recommendation)
        return Outcome("recommend", parts, self._state, recommendation, asks=True, suggestions=suggestions)

    def why(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The reasons for what is recommended."""
        text = self._advisor.why(recommendation).as_text()
        state = replace(self._state, focus=recommendation.technique)
        suggestions = [wording.ask_sources(), *self._advice.suggestions(recommendation)[1:]]
        return Outcome("why", [text], state, recommendation, suggestions=suggestions)

    def why_not(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The reasons against a technique; of several that could be meant, it asks which."""
        others = self._advice.others(recommendation)
        technique = next(iter(intent.techniques), others[0] if len(others) == 1 else None)
        if technique is None:
            labels = self._advice.labels(others)
            suggestions = [wording.ask_why_not(label) for label in labels]
            parts = [wording.which_technique(labels)]
            return Outcome("why-not", parts, self._state, recommendation, suggestions=suggestions)
        text = self._advisor.why_not(recommendation, technique).as_text()
        state = replace(self._state, focus=technique)
        suggestions = [wording.ask_why(), wording.ask_sources(), wording.ask_downsides()]
        return Outcome("why-not", [text], state, recommendation, suggestions=suggestions)

    def contrast(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """What is said of one technique and not of the other: reasons they share say nothing about the choice."""
        order = [entry["technique"] for entry in recommendation.reply["ranking"]]
        pair = sorted(intent.techniques[:2], key=order.index)
        results = [recommendation.result(technique) for technique in pair]
        reasons = [
            [reason["text"] for reason in recommendation.reasons(result) if reason["points"] != 0][:_REASONS]
            for result in results
        ]
        scores, statuses = [result["score"] for result in results], [result["status"] for result in results]
        parts = [wording.contrast(self._advice.labels(pair), scores, statuses, reasons)]
        suggestions = [wording.ask_why_not(self._advice.label(pair[1])), wording.ask_downsides()]
        state = replace(self._state, focus=pair[1])
        return Outcome("contrast", parts, state, recommendation, suggestions=suggestions)

    def changes(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """What stands in the way of a technique, in place of the smallest change that would make it win."""
        named = [technique for technique in intent.techniques if technique not in recommendation.winners]
        technique = next(iter((*named, *self._advice.others(recommendation))), None)
        parts = [wording.not_available("search for the smallest change that would turn the answer")]
        if technique:
            parts += [wording.in_the_way(), self._advisor.why_not(recommendation, technique).as_text()]
        state = replace(self._state, focus=technique)
        return Outcome("changes", parts, state, recommendation, suggestions=self._advice.suggestions(recommendation))

    def next_question(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """Ask what would help most."""
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("next-question", [], self._state, recommendation, asks=True, suggestions=suggestions)

    def why_asked(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """Why the last question was asked."""
        asked = self._advice.question(recommendation, self._state)
        if asked and asked["constraint"] == self._state.pending:
            return Outcome("why-asked", [asked["why"]], self._state, recommendation, asks=True)
        constraint = self._knowledge.constraints.get(self._state.pending or "")
        part = wording.about_question(constraint) if constraint else wording.asked_nothing()
        return Outcome("why-asked", [part], self._state, recommendation)

    def tradeoffs(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """What one gives for what is recommended, and what may go wrong."""
        core = recommendation.core("none")
        technique = recommendation.technique
        reasons = recommendation.reasons(recommendation.result(technique)) if technique else []
        label = self._advice.label(technique)
        parts = [
            wording.tradeoffs(label, [item["text"] for item in core["tradeoffs"]]),
            wording.against([reason["text"] for reason in reasons if (reason["points"] or 0) < 0]),
            wording.warnings([item["text"] for item in core["warnings"]]),
        ]
        if not any(parts):
            parts = [wording.no_downsides(label)]
        suggestions = [wording.ask_why(), wording.ask_sources(), *self._advice.suggestions(recommendation)[1:2]]
        return Outcome("tradeoffs", parts, self._state, recommendation, suggestions=suggestions)

    def evidence(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The claims and sources of the proof."""
        claims = self._advisor.why(recommendation).proof.claims
        parts = [self._lookup.evidence(claims)]
        return Outcome(
            "evidence", parts, self._state, recommendation, suggestions=self._advice.suggestions(recommendation)
        )

    def accuracy(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """How far the open questions could change the answer, and what the knowledge was checked against."""
        confidence = recommendation.core("none")["confidence"]
        parts = [
            wording.confidence(confidence["decided"], confidence["stability"], has_task=bool(self._state.case.task)),
            wording.record(len(self._knowledge.scenarios)),
        ]
        return Outcome("accuracy", parts, self._state, recommendation, asks=True)

    def summary(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """All that is known, what was left open, and what follows."""
        lines = self._advice.lines(self._state.case, recommendation)
        passed = [name for name in self._state.skipped if name in self._knowledge.constraints]
        labels = [self._knowledge.constraints[name].label for name in passed]
        parts = [
            wording.so_far(lines),
            wording.left_open(labels) if labels else None,
            self._advice.summary(recommendation, self._state.case),
        ]
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("summary", parts, self._state, recommendation, asks=True, suggestions=suggestions)

    def export(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The state of the conversation as a Markdown document."""
        lines = self._advice.lines(self._state.case, recommendation)
        why = self._advisor.why(recommendation).as_text()
        parts = [wording.as_markdown(self._knowledge, lines, self._advice.summary(recommendation), why)]
        return Outcome("export", parts, self._state, recommendation)
