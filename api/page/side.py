"""What stands beside the chat: the answer for the case so far, and the board on which the case is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.page.board import Board, board_of, suggested_tasks
from api.page.ranking import Bar, bars
from api.services import services
from chat.state import Case, State
from chat.wording import capital, listing, sentence
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.profile import InvalidProfile

VIEWS = (
    ("why", "Why"),
    ("why-not", "Why not the others"),
    ("compare", "Compare"),
    ("changes", "What would change it"),
    ("map", "Map"),
    ("cost", "Cost"),
    ("sources", "Sources"),
)
"""The views of an answer, and what their links are called."""


@dataclass(frozen=True, slots=True)
class Side:
    """Answer and board of a conversation.

    Attributes:
        answer: the core of the answer, None while nothing is known.
        headline: what is recommended, in words.
        sure: how sure that is, in words.
        bars: the ranking.
        views: the views of the answer.
        board: the case as controls.
        tasks: labels of tasks that are suggested to begin with.
        trouble: what could not be set.
        nearest: tasks that go by nearly the name that was given.
        teaching: whether a task is being described in order to add it to the knowledge.
    """

    answer: Mapping[str, Any] | None
    headline: str
    sure: str
    bars: tuple[Bar, ...]
    views: tuple[tuple[str, str], ...]
    board: Board
    tasks: tuple[str, ...]
    trouble: str
    nearest: tuple[str, ...]
    teaching: bool


def side_of(session: str, find: str | None = None, error: InvalidProfile | None = None) -> Side:
    """What stands beside the chat of a session.

    Args:
        session: the session.
        find: words by which the other questions of the board are searched; None where they are not wanted.
        error: why the last edit was refused.

    Raises:
        UnknownSessionError: if there is no such session.
        EngineError: and its kinds, if the engine could not answer.
    """
    state, advisor = services().dialogues.state(session), services().advisor()
    found = current(advisor, state.case)
    core = found.core("none") if state.case.known_to(advisor.knowledge) else None
    if core:
        # The knowledge, or the day, may be another than when the chat last spoke; links to this answer must hold.
        services().answers.save(found, advisor.version.number)
    return Side(
        answer=core,
        headline=headline(core) if core else "",
        sure=sure(core["confidence"]) if core else "",
        bars=bars(core["ranking"], _before(advisor, state)) if core else (),
        views=VIEWS,
        board=board_of(found, state, find),
        tasks=tuple(suggested_tasks(advisor, "")),
        trouble=_told(advisor, error) if error else "",
        nearest=_nearest_tasks(advisor, error) if error else (),
        teaching=state.draft is not None,
    )


def current(advisor: Advisor, case: Case) -> Recommendation:
    """The answer for a case. What the knowledge no longer has, or no longer reads, counts as unknown."""
    try:
        known = case.known_to(advisor.knowledge)
        return advisor.recommend(advisor.profile(**known.as_dict()), packs=known.packs)
    except InvalidProfile:
        return advisor.recommend(advisor.profile())


def _before(advisor: Advisor, state: State) -> list[Mapping[str, Any]]:
    """The ranking before the last change, if something was known then."""
    if not state.past or not state.past[-1]:
        return []
    ranking: list[Mapping[str, Any]] = current(advisor, state.past[-1]).core("none")["ranking"]
    return ranking


def headline(core: Mapping[str, Any]) -> str:
    """What is recommended; several where they are level."""
    found = core["recommended"]
    if found is None:
        return "Nothing fits"
    labels = {entry["technique"]: entry["label"] for entry in core["ranking"]}
    return capital(listing([found["label"], *(labels.get(name, name) for name in found["tied"])], "or"))


def sure(confidence: Mapping[str, Any]) -> str:
    """How far the open questions could still change an answer."""
    if confidence["decided"]:
        return "Nothing still open can change this."
    share = round(100 * confidence["stability"])
    if share < 1:
        return "Almost anything still open would change this; tell more before you rely on it."
    only = "only " if share < 50 else ""
    return f"Stays the same in {only}{share} of 100 ways to fill in what is still open."


def _told(advisor: Advisor, error: InvalidProfile) -> str:
    """Problems in words, constraints by their labels."""
    text = " ".join(
        sentence(f"{capital(problem.message)}{f'; expected: {problem.expected}' if problem.expected else ''}")
        for problem in error.problems
    )
    for constraint in advisor.knowledge.constraints.values():
        text = text.replace(f"“{constraint.id}”", f"“{constraint.label}”")
    return text


def _nearest_tasks(advisor: Advisor, error: InvalidProfile) -> tuple[str, ...]:
    tasks = advisor.knowledge.tasks
    near = [name for problem in error.problems if problem.pointer == "/task" for name in problem.nearest]
    return tuple(tasks[name].label for name in near if name in tasks)
