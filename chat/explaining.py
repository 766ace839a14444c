"""Acts that ask about a recommendation: the reasons, the alternatives, the downsides, the sources."""

from __future__ import annotations

from dataclasses import replace

from chat import forms, wording
from chat.advice import Advice
from chat.intent import Intent
from chat.lookup import Lookup
from chat.outcome import Outcome
from chat.vocabulary import Target
from engine.answer import Recommendation
from engine.errors import EngineTimeout
from engine.render.text import pulling_apart

# With more changes at once the search takes longer than a person waits.
_CHANGES = 2
_TRADEOFFS = 5
# So many steps are told with a recommendation; all of them when they are asked for.
_STEPS = 3


class Explaining:
    """Explains the recommendation for the case so far.

    Args:
        advice: the advisor on this conversation.
        text: the message.
    """

    def __init__(self, advice: Advice, text: str = "") -> None:
        self._text = text
        self._advice = advice
        self._advisor = advice.advisor
        self._knowledge = advice.knowledge
        self._state = advice.state
        self._lookup = Lookup(advice.knowledge, advice.state)

    def nothing_yet(self, intent: Intent) -> Outcome:
        """The answer while there is no recommendation to ask about."""
        if intent.act == "evidence":
            return Outcome("evidence", [self._lookup.sources()], self._state, suggestions=self._advice.openers())
        if intent.act == "accuracy":
            return Outcome("accuracy", [self._record()], self._state, suggestions=self._advice.openers())
        if intent.act in {"summary", "export"}:
            return Outcome(intent.act, [wording.nothing_known(wording.noun(self._knowledge))], self._state)
        if intent.act == "contrast" and intent.techniques:
            named = {Target("technique", name): self._advice.label(name) for name in intent.techniques}
            told = [self._lookup.define(target, label) for target, label in named.items()]
            return Outcome("define", [*told, wording.tell_me(self._knowledge)], self._state)
        parts = [
            wording.tell_me(self._knowledge) if intent.act == "next-question" else wording.nothing_yet(self._knowledge)
        ]
        return Outcome(intent.act, parts, self._state, suggestions=self._advice.openers())

    def recommend(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The recommendation with the ranking and the way there."""
        advice = self._advice
        if forms.STEPS.search(self._text.lower()):
            parts: list[str | None] = [advice.path(recommendation) or advice.summary(recommendation)]
        else:
            steps = advice.path(recommendation, _STEPS)
            parts = [advice.summary(recommendation), advice.ranking(recommendation), steps]
        suggestions = advice.suggestions(recommendation)
        return Outcome("recommend", parts, self._state, recommendation, asks=True, suggestions=suggestions)

    def why(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The reasons for what is recommended."""
        text = wording.spoken(self._without_conflicts(self._advisor.why(recommendation).as_text(), recommendation))
        state = replace(self._state, focus=recommendation.technique)
        suggestions = [wording.ask_sources(), *self._advice.suggestions(recommendation)[1:]]
        return Outcome("why", [text], state, recommendation, suggestions=suggestions)

    @staticmethod
    def _without_conflicts(text: str, recommendation: Recommendation) -> str:
        """An explanation without where the sources pull apart, which is told with the sources."""
        return text.removesuffix("\n".join(["", *pulling_apart(recommendation)])).rstrip()

    def why_not(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The reasons against a technique; of several that could be meant, it asks which."""
        others = self._advice.others(recommendation)
        technique = next(iter(intent.techniques), others[0] if len(others) == 1 else None)
        if technique is None:
            labels = self._advice.labels(others)
            suggestions = [wording.ask_why_not(label) for label in labels]
            parts = [wording.which_technique(labels)]
            return Outcome("why-not", parts, self._state, recommendation, suggestions=suggestions)
        if technique in recommendation.winners:
            told = self.why(intent, recommendation)
            told.parts = [wording.is_recommended(), *told.parts]
            return told
        text = wording.spoken(self._advisor.why_not(recommendation, technique).as_text())
        state = replace(self._state, focus=technique)
        suggestions = [wording.ask_why(), wording.ask_sources(), wording.ask_downsides()]
        return Outcome("why-not", [text], state, recommendation, suggestions=suggestions)

    def contrast(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """Why the better of two techniques rather than the other: only what differs."""
        pair = self._pair(intent, recommendation)
        if len(pair) < 2:
            return Outcome("contrast", [wording.nothing_else()], self._state, recommendation)
        first, second = pair
        text = wording.spoken(self._advisor.contrast(recommendation, first, second).as_text())
        suggestions = [wording.ask_why_not(self._advice.label(second)), wording.ask_downsides(), wording.ask_sources()]
        state = replace(self._state, focus=second)
        return Outcome("contrast", [text], state, recommendation, suggestions=suggestions)

    def _pair(self, intent: Intent, recommendation: Recommendation) -> list[str]:
        """The two that are meant, the better first: those named, else the best and what was last spoken of."""
        order = [entry["technique"] for entry in recommendation.reply["ranking"]]
        candidates = dict.fromkeys((*intent.techniques, recommendation.technique, self._state.focus, *order))
        return sorted([name for name in candidates if name in order][:2], key=order.index)

    def changes(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The smallest changes that would make a technique win; where there is no time for that, what is in its way."""
        named = [technique for technique in intent.techniques if technique not in recommendation.winners]
        technique = next(iter((*named, *self._advice.others(recommendation))), None)
        if technique is None:
            return Outcome("changes", [wording.nothing_else()], self._state, recommendation)
        try:
            parts = [self._advisor.changes(recommendation, technique, _CHANGES).as_text()]
        except EngineTimeout:
            obstacles = wording.spoken(self._advisor.why_not(recommendation, technique).as_text())
            parts = [wording.too_much_to_search(self._advice.label(technique)), obstacles]
        suggestions = [wording.ask_why_not(self._advice.label(technique)), wording.ask_why(), wording.ask_downsides()]
        state = replace(self._state, focus=technique)
        return Outcome("changes", parts, state, recommendation, suggestions=suggestions)

    def regions(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """For each value of what is named, or of what is still open, which technique wins."""
        asked = self._advice.question(recommendation, self._state)
        unknown = [entry["constraint"] for entry in recommendation.core("none")["unknowns"]]
        axes = [*intent.mentioned, *([asked["constraint"]] if asked else []), *unknown, *self._state.case.constraints]
        across = next(iter(axes), None)
        if across is None:
            return Outcome("regions", [wording.decided()], self._state, recommendation)
        up = intent.mentioned[1] if len(intent.mentioned) > 1 else None
        label = self._knowledge.constraints[across].label
        parts = [f"{wording.over(label)}\n{self._advisor.regions(recommendation, across, up).as_text()}"]
        suggestions = [
            wording.ask_changes(self._advice.label(other)) for other in self._advice.others(recommendation)[:1]
        ]
        return Outcome("regions", parts, self._state, recommendation, suggestions=suggestions)

    def next_question(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """Ask what would help most."""
        asked = self._advice.question(recommendation, self._state)
        unknown = {entry["constraint"] for entry in recommendation.core("none")["unknowns"]} - {*self._state.skipped}
        parts = [wording.still_open(len(unknown))] if asked and self._state.case.task and unknown else []
        suggestions = self._advice.suggestions(recommendation)
        return Outcome("next-question", parts, self._state, recommendation, asks=True, suggestions=suggestions)

    def why_asked(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """Why the last question was asked."""
        asked = self._advice.question(recommendation, self._state)
        if asked and asked["constraint"] == self._state.pending:
            return Outcome("why-asked", [asked["why"]], self._state, recommendation, asks=True)
        constraint = self._knowledge.constraints.get(self._state.pending or "")
        part = wording.about_question(constraint) if constraint else wording.asked_nothing()
        return Outcome("why-asked", [part], self._state, recommendation)

    def tradeoffs(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """What one gives for a technique, and what may go wrong: for the one named, else for what is recommended."""
        core = recommendation.core("none")
        technique = next(iter(intent.techniques), recommendation.technique)
        reasons = recommendation.reasons(recommendation.result(technique)) if technique else []
        label = self._advice.label(technique)
        recommended = technique in recommendation.winners[:1]
        told = core["tradeoffs"] if recommended else []
        parts = [
            wording.against(label, [reason["text"] for reason in reasons if (reason["points"] or -1) < 0]),
            wording.warnings([item["text"] for item in core["warnings"]]) if recommended else None,
            wording.tradeoffs(label, [item["text"] for item in told] or self._standing(technique), _TRADEOFFS),
        ]
        if not any(parts):
            parts = [wording.no_downsides(label)]
        suggestions = [wording.ask_why(), wording.ask_sources(), *self._advice.suggestions(recommendation)[1:2]]
        return Outcome("tradeoffs", parts, self._state, recommendation, suggestions=suggestions)

    def _standing(self, technique: str | None) -> list[str]:
        """How a technique that is not recommended stands on qualities, whatever the case."""
        records = self._knowledge.tradeoffs.values()
        return [record.text or record.label for record in records if record.technique == technique and not record.when]

    def evidence(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """The claims and sources of the proof."""
        claims = self._advisor.why(recommendation).proof.claims
        conflicts = "\n".join(pulling_apart(recommendation))
        parts = [self._lookup.evidence(self._decisive(recommendation), claims), wording.spoken(conflicts)]
        return Outcome(
            "evidence", parts, self._state, recommendation, suggestions=self._advice.suggestions(recommendation)
        )

    def _record(self) -> str:
        """How the knowledge did on its own worked cases and on others."""
        accuracy = self._advisor.accuracy()
        outcomes = accuracy.report.outcomes if accuracy.report else ()
        measured = [(one["cases"], one["acceptable"]) for one in accuracy.recorded()]
        return wording.record(len(outcomes), sum(outcome.acceptable for outcome in outcomes), measured)

    def _decisive(self, recommendation: Recommendation) -> list[str]:
        """The claims behind the reasons for what is recommended, of the weightiest first."""
        technique = recommendation.technique
        reasons = recommendation.reasons(recommendation.result(technique)) if technique else []
        pro = sorted((reason for reason in reasons if (reason["points"] or 0) > 0), key=lambda one: -one["points"])
        statements = [name for reason in pro for name in (*reason.get("statements", ()), *reason.get("also", ()))]
        records = [self._knowledge.contributions[name] for name in statements if name in self._knowledge.contributions]
        return [claim for record in records for claim in record.claims]

    def accuracy(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """How far the open questions could change the answer, and what the knowledge was checked against."""
        confidence = recommendation.core("none")["confidence"]
        parts = [
            wording.confidence(
                confidence["decided"],
                confidence["stability"],
                sampled=confidence["completions"]["method"] == "sampled",
                has_task=bool(self._state.case.task),
            ),
            self._record(),
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
