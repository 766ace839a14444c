"""One turn of a conversation: from a message and the state so far to a reply and the new state.

Nothing is decided here. What is recommended, why, and what to ask next comes from the advisor; what terms mean and
who says so from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chat import wording
from chat.advice import Advice
from chat.answering import plainly
from chat.costs import Costing
from chat.editing import Edit, made, undone
from chat.explaining import Explaining
from chat.intent import Intent, IntentReader
from chat.lookup import Lookup
from chat.outcome import Outcome
from chat.retracting import Retracting
from chat.state import Case, Reply, State
from chat.supposing import Supposing
from chat.taking import Taking
from chat.teaching import Teaching
from chat.teaching_desk import Desk, Saving
from chat.understanding import Interpretation, interpret
from chat.vocabulary import vocabulary_of
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.profile import InvalidProfile
from kb.model import Knowledge

_SUGGESTIONS = 4
_TASK = "task"


class Turn:
    """Answers one message.

    Args:
        advisor: the version that answers.
        state: the conversation so far.
        text: the message.
        desk: through which the conversation adds to the knowledge.
    """

    def __init__(self, advisor: Advisor, state: State, text: str, desk: Desk) -> None:
        self._knowledge = advisor.knowledge
        self._desk = desk
        self._gone = _gone(state.case, advisor.knowledge)
        draft = state.draft.known_to(advisor.knowledge) if state.draft else None
        self._state = replace(state, case=state.case.known_to(advisor.knowledge), draft=draft)
        self._advice = Advice(advisor, self._state)
        self._text = text
        self.saving: Saving | None = None

    @property
    def recommendations(self) -> list[Recommendation]:
        """Every recommendation that the reply rests on."""
        return self._advice.given

    @property
    def version(self) -> int:
        """The version that gave them: the one asked, or the one that the turn makes."""
        return self._advice.advisor.version.number

    def answer(self) -> tuple[Reply, State]:
        """The reply, and the conversation after it."""
        teaching = Teaching(self._advice, self._text, self._desk)
        outcome = teaching.outcome() or self._beside(teaching)
        if teaching.saving is not None:
            self.saving, self._advice = teaching.saving, teaching.advice
        if self._gone:
            outcome.parts = [wording.gone(self._gone), *outcome.parts]
        return self._reply(outcome)

    def understood(self) -> dict[str, Any]:
        """What the message states about the case; nothing if it is about teaching."""
        teaches = Teaching(self._advice, self._text, self._desk).concerned
        return (Interpretation() if teaches else interpret(self._text, self._advice.advisor)).as_dict()

    def _beside(self, teaching: Teaching) -> Outcome:
        """What has nothing to do with teaching; a task that is being described comes back to mind at the end."""
        outcome = self._otherwise(teaching)
        if outcome.act == "teach":
            return outcome
        if outcome.state.draft is not None:
            outcome.parts, outcome.asks = [*outcome.parts, teaching.reminder()], False
            outcome.suggestions = teaching.suggestions()
        return outcome

    def _otherwise(self, teaching: Teaching) -> Outcome:
        intent = IntentReader(self._knowledge, vocabulary_of(self._knowledge), self._state).read(self._text)
        if intent.act == "teach":
            return teaching.begin()
        try:
            return self._handled(intent)
        except InvalidProfile as error:
            parts = [self._problem(error), wording.instead_say()]
            return Outcome(intent.act or "unclear", parts, self._state)

    def edited(self, edit: Edit) -> tuple[Reply, State]:
        """The reply to changes made by hand, and the conversation after them.

        Raises:
            InvalidProfile: if the case cannot be read with them.
        """
        return self._reply(made(self._advice, edit))

    def undone(self) -> tuple[Reply, State]:
        """The reply to the undoing of the last change, and the conversation after it."""
        return self._reply(undone(self._advice))

    def _problem(self, error: InvalidProfile) -> str:
        text = wording.problems(problem.message for problem in error.problems)
        for constraint in self._knowledge.constraints.values():
            text = text.replace(f"“{constraint.id}”", constraint.label)
        return text

    def _handled(self, intent: Intent) -> Outcome:
        taking, explaining = Taking(self._advice, self._text), Explaining(self._advice, self._text)
        changing: dict[str, Callable[[Intent], Outcome]] = {
            "": taking.statement,
            "describe": taking.statement,
            "correct": taking.correct,
            "retract": Retracting(self._advice, self._text).retract,
            "confirm": taking.confirm,
            "dont-know": taking.dont_know,
            "restart": taking.restart,
            "off-topic": taking.beyond,
        }
        asking: dict[str, Callable[[Intent, Recommendation], Outcome]] = {
            "recommend": explaining.recommend,
            "why": explaining.why,
            "why-not": explaining.why_not,
            "contrast": explaining.contrast,
            "changes": explaining.changes,
            "regions": explaining.regions,
            "next-question": explaining.next_question,
            "why-asked": explaining.why_asked,
            "tradeoffs": explaining.tradeoffs,
            "evidence": explaining.evidence,
            "cost": Costing(self._advice, self._text).cost,
            "accuracy": explaining.accuracy,
            "summary": explaining.summary,
            "export": explaining.export,
        }
        if intent.act == "what-if":
            outcome = Supposing(self._advice).what_if(intent)
            if outcome is not None:
                return outcome
            intent = replace(intent, act="why-not")
        if intent.act in changing:
            return changing[intent.act](intent)
        if intent.said and intent.act in asking:
            return self._taken_in_first(taking, intent)
        if intent.act in asking:
            current = self._advice.current
            return asking[intent.act](intent, current) if current else explaining.nothing_yet(intent)
        parts = Lookup(self._knowledge, self._state).answer(intent)
        return Outcome(intent.act, parts, self._state, self._advice.current, suggestions=self._advice.openers())

    def _taken_in_first(self, taking: Taking, intent: Intent) -> Outcome:
        """First what a message states, then what it asks about that: "We have no budget. Why not …?"."""
        case = Case(intent.said.task, dict(intent.said.constraints), dict(intent.said.needs), intent.said.exclude)
        stated = taking.take_in(case, intent.said)
        self._advice = Advice(self._advice.advisor, replace(stated.state, ranking=self._state.ranking))
        asked = self._handled(replace(intent, said=type(intent.said)()))
        return replace(asked, parts=[*stated.parts[:-1], *asked.parts])

    # --- The reply --------------------------------------------------------------------------------------------

    def _reply(self, outcome: Outcome) -> tuple[Reply, State]:
        parts, suggestions = list(outcome.parts), outcome.suggestions
        state, asked = outcome.state, None
        if outcome.asks and outcome.recommendation:
            state, asked, text = self._asking(outcome.recommendation, state)
            parts.append(text)
        if outcome.asks and outcome.recommendation and not outcome.state.case.task and not asked:
            suggestions = [*wording.broad_tasks(self._knowledge)[:2], *suggestions]
        if asked:
            suggestions = [*suggestions[: _SUGGESTIONS - 1], wording.say_dont_know()]
        if state.draft is None:  # there the same answer may suit the next question too
            suggestions = [one for one in suggestions if plainly(one) != plainly(self._text)]
        state = _remembered(state, outcome)
        if state.options == self._state.options:
            state = replace(state, options=())
        answer = None
        if outcome.recommendation:
            answer = {**outcome.recommendation.core(), "kb_version": self._advice.advisor.version.number}
        text = wording.paragraphs(*parts) or wording.good()
        return Reply(text, outcome.act, answer, asked, tuple(dict.fromkeys(suggestions))[:_SUGGESTIONS]), state

    def _asking(self, recommendation: Recommendation, state: State) -> tuple[State, dict[str, Any] | None, str | None]:
        """The question at the end of a reply, one at a time; without a task, once, what the task is."""
        if not state.case.task and _TASK not in state.skipped:
            return (
                replace(state, skipped=(*state.skipped, _TASK), pending=None),
                None,
                wording.ask_task(self._knowledge),
            )
        asked = self._advice.question(recommendation, state)
        state = replace(state, pending=asked["constraint"] if asked else None)
        if asked:
            labels = [value["label"] for value in asked["values"]]
            told = wording.still_asked if asked["constraint"] == self._state.pending else wording.question
            text: str | None = told(asked["question"], labels)
        elif recommendation.reply["confidence"]["decided"]:
            text = wording.decided()
        else:
            text = wording.no_more_questions() if set(state.skipped) - {_TASK} else None
        return state, asked, text


def _gone(case: Case, knowledge: Knowledge) -> list[str]:
    """What a case has that the knowledge base no longer has."""
    kept = case.known_to(knowledge)
    names = [case.task] if case.task and not kept.task else []
    names += [name for name in case.constraints if name not in kept.constraints]
    names += [name for name in case.needs if name not in kept.needs]
    names += [name for name in case.exclude if name not in kept.exclude]
    return [name.replace("-", " ") for name in names]


def _remembered(state: State, outcome: Outcome) -> State:
    """The state with what later messages may refer to: the order of techniques, and the one spoken of."""
    ranking, focus = state.ranking, state.focus
    if outcome.recommendation and outcome.act != "what-if":
        ranked = (entry["technique"] for entry in outcome.recommendation.ranking)
        ranking = tuple(ranked) if outcome.recommendation.technique else ()
        if outcome.act not in {"why", "why-not", "contrast", "changes"}:
            focus = next((name for name in ranking if name not in outcome.recommendation.winners), focus)
    return replace(state, ranking=ranking, focus=focus, last_act=outcome.act, turn=state.turn + 1)
