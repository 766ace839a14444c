"""What words refer to that name nothing themselves: "and if it were 50?", "no, every week"."""

from __future__ import annotations

import re

from chat.answering import answer_to
from chat.english import NO, YES
from chat.state import Number, State
from chat.vocabulary import vocabulary_of
from kb.model import Knowledge

# What stands for something spoken of before, or leads to what is said of it.
_PRONOUNS = re.compile(
    r"^(?:and|but|if|it|its|it's|they|they're|that|that's|this|we|were|was|is|are|had|have|would|be|only|just|with|rather"
    r"|more like|like|there|you|meant?|i|said|say|actually|about|around|make"
    r"|to|in fact|wait|hold on|hang on|sorry|no|oops|,|\s)+\s+",
    re.IGNORECASE,
)
_LONGEST = 6


def last_spoken_of(text: str, state: State, knowledge: Knowledge) -> dict[str, str | Number]:
    """The value that a few words give to the constraint last spoken of; nothing if they give none.

    Args:
        text: the words, which name no constraint.
        state: the conversation.
        knowledge: with the constraints.
    """
    said = _PRONOUNS.sub("", f"{text.strip(' ?!.,')} ").strip()
    words = said.lower().split()
    # "If we get it wrong" gives no value, nor does a mere yes or no.
    if not words or len(words) > _LONGEST or (YES | NO) & {*words}:
        return {}
    for name in _spoken_of(state):
        constraint = knowledge.constraints.get(name)
        value = answer_to(said, constraint, knowledge, vocabulary_of(knowledge)) if constraint else None
        if value is not None:
            return {name: value}
    return {}


def _spoken_of(state: State) -> list[str]:
    """The constraints last spoken of, the latest first: of the last supposition, then of the last message with any."""
    case, trial = state.case, state.trial
    supposed = (
        [name for name, value in trial.constraints.items() if case.constraints.get(name) != value] if trial else []
    )
    told = {name: span[0] for name, span in state.spans.items() if name in case.constraints}
    last = max(told.values(), default=None)
    return [*supposed, *(name for name, turn in told.items() if turn == last)]
