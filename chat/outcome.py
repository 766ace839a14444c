"""What a handler of an act found to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.state import State
from engine.answer import Recommendation


@dataclass
class Outcome:
    """What a handler found to say.

    Attributes:
        act: what the message was taken for.
        parts: paragraphs of the reply; None and "" say nothing.
        state: the conversation after it.
        recommendation: what the reply is about; None where there is none.
        asks: whether the next question is asked at the end.
        suggestions: things to say next.
    """

    act: str
    parts: Sequence[str | None]
    state: State
    recommendation: Recommendation | None = None
    asks: bool = False
    suggestions: list[str] = field(default_factory=list)
