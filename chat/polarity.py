"""What a text denies: the scope of negation, of contrast, and of words that say that something does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from chat.english import (
    BOUNDS,
    DOUBT,
    FUNCTION_WORDS,
    IMPORTANCE,
    NEGATING_PAIRS,
    NEGATION_UNDONE,
    NEGATORS,
    SCOPE_ENDS,
)
from chat.text import Token, ends_clause

# How many content words a negator reaches to its right: past that, most texts have changed the subject.
_REACH = 5
_SHORT_REACH = 2
_JOINTS = frozenset({"and", "or", "nor"})


class Polarity(Enum):
    """Whether a word is asserted, denied, called unimportant, or left in doubt."""

    ASSERTED = "asserted"
    DENIED = "denied"
    UNIMPORTANT = "unimportant"
    DOUBTED = "doubted"


def polarities(tokens: Sequence[Token]) -> tuple[Polarity, ...]:
    """The polarity of each token."""
    marks = [Polarity.ASSERTED] * len(tokens)
    for index, token in enumerate(tokens):
        if is_negator(tokens, index):
            _mark(tokens, index, marks)
        elif token.word in {"unsure", "unclear", "unknown", "undecided"}:
            _fill(marks, _clause(tokens, index), Polarity.DOUBTED)
        elif token.word in {"unimportant", "irrelevant", "unnecessary", "negligible"}:
            _fill(marks, _clause(tokens, index), Polarity.UNIMPORTANT)
    return tuple(marks)


def is_negator(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token denies what follows it."""
    word = tokens[index].word
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in NEGATORS:
        return following not in NEGATION_UNDONE and not (index and _undone(tokens, index))
    return (word, following) in NEGATING_PAIRS


def negator_of(tokens: Sequence[Token], first: int, *, reach: int = _REACH) -> int | None:
    """The position of the negator that denies the number or frequency at ``first``; None where nothing does.

    A bound is no denial: "no more than ten" says ten.

    Args:
        tokens: of the text.
        first: where the number or frequency begins.
        reach: how many content words may stand between.
    """
    content = 0
    for position in range(first - 1, -1, -1):
        token = tokens[position]
        if ends_clause(token) or token.word in BOUNDS or token.word in SCOPE_ENDS:
            return None
        if is_negator(tokens, position):
            return position
        content += token.word not in FUNCTION_WORDS
        if content > reach:
            return None
    return None


def _undone(tokens: Sequence[Token], index: int) -> bool:
    # "No lack of": the second negator is undone by the first.
    return tokens[index].word in NEGATION_UNDONE and tokens[index - 1].word in NEGATORS


def _mark(tokens: Sequence[Token], index: int, marks: list[Polarity]) -> None:
    scope = _scope(tokens, index)
    nearest = [tokens[position].word for position in scope if tokens[position].word not in {"a", "an", "the", "that"}][
        :3
    ]
    if any(word in DOUBT for word in nearest[:2]):
        _fill(marks, _clause(tokens, index), Polarity.DOUBTED)
    elif any(word in IMPORTANCE for word in nearest):
        _fill(marks, _clause(tokens, index), Polarity.UNIMPORTANT)
    else:
        _fill(marks, scope, Polarity.DENIED)


def _fill(marks: list[Polarity], positions: Sequence[int], polarity: Polarity) -> None:
    for position in positions:
        if marks[position] is Polarity.ASSERTED or polarity is not Polarity.DENIED:
            marks[position] = polarity


def _scope(tokens: Sequence[Token], index: int) -> list[int]:
    """Positions right of the negator as far as it reaches."""
    scope: list[int] = []
    content = 0
    # "Without x" takes in what is joined to x, not what the sentence goes on to say.
    reach = _SHORT_REACH if tokens[index].word == "without" else _REACH
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if ends_clause(token) or (content and token.word in SCOPE_ENDS):
            break
        if content >= reach and token.word not in _JOINTS:
            break
        scope.append(position)
        if token.word in _JOINTS:
            content = 0 if reach == _SHORT_REACH else min(content, reach - 1)
        else:
            content += token.word not in FUNCTION_WORDS
    return scope


def _clause(tokens: Sequence[Token], index: int) -> list[int]:
    """Positions of the clause in which the token stands."""
    begin = index
    while begin and not ends_clause(tokens[begin - 1]) and tokens[begin - 1].word not in {"but", "and", "so"}:
        begin -= 1
    end = index
    while (
        end < len(tokens) and not ends_clause(tokens[end]) and (end <= index or tokens[end].word not in {"but", "so"})
    ):
        end += 1
    return list(range(begin, end))
