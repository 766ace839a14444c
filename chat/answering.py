"""Short answers to a question: the label of a value, its place in the list, yes, no, a degree, a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from chat import acts, forms
from chat.english import BOUNDS, DEGREES, FUNCTION_WORDS, HEDGES, NEGATORS, NO, YES
from chat.matching import matches, read
from chat.numbers import Units
from chat.polarity import Polarity, negator_of
from chat.scales import can_be_denied, degree, is_degree, least_of, yes_of
from chat.state import Number
from chat.text import Token
from chat.vocabulary import Vocabulary
from kb.model import Constraint, Knowledge

_LONGEST = 12
_SIMILAR = 88


def plainly(text: str) -> str:
    """Lower case letters and digits only, for comparison."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().removeprefix("a ").removeprefix("the ")))


def answer_to(text: str, constraint: Constraint, knowledge: Knowledge, vocabulary: Vocabulary) -> str | Number | None:
    """The value or number that a short message gives to the question for a constraint; None if it gives none."""
    text = forms.HEDGED.sub("", text.strip(" .!")) or text
    message = acts.plain(text)
    if not message or len(message.split()) > _LONGEST:
        return None
    for attempt in (_by_label, _by_choice):
        value = attempt(message, constraint)
        if value is not None:
            return value
    number = _by_number(text, constraint, knowledge, vocabulary)
    if number is not None:
        return number
    return _by_phrase(text, constraint, vocabulary) or _by_word(message, constraint)


def _by_label(message: str, constraint: Constraint) -> str | None:
    wanted = plainly(message)
    for value in constraint.values:
        names = (value.id, value.label, *value.synonyms, *value.hidden, *value.examples)
        if any(plainly(name) == wanted for name in names):
            return value.id
    if len(wanted) >= 5:
        for value in constraint.values:
            if fuzz.ratio(plainly(value.label), wanted) >= _SIMILAR:
                return value.id
    return None


def _by_choice(message: str, constraint: Constraint) -> str | None:
    found = forms.CHOICE.match(message)
    if not found or (constraint.unit and found.group("which").isdigit()):
        return None
    return acts.ordinal(found.group("which"), [value.id for value in constraint.values])


def _by_number(text: str, constraint: Constraint, knowledge: Knowledge, vocabulary: Vocabulary) -> str | Number | None:
    if constraint.unit is None:
        return None
    units = Units(knowledge)
    tokens = vocabulary.read(text)
    for quantity in units.read(tokens):
        if negator_of(tokens, quantity.positions[0]) is not None:
            continue
        said = units.stated(quantity, constraint.unit)
        if said is not None and (quantity.unit is not None or _is_all(tokens, quantity.positions)):
            return said
    return None


def _is_all(tokens: Sequence[Token], positions: tuple[int, ...]) -> bool:
    """Whether a number without a unit is all that is said; "that one" is none."""
    rest = [token for at, token in enumerate(tokens) if at not in positions and not token.sign]
    pointed = tokens[positions[0]].word == "one" and bool(rest)
    return not pointed and all(token.word in FUNCTION_WORDS | HEDGES | YES | NO | BOUNDS for token in rest)


def _by_phrase(text: str, constraint: Constraint, vocabulary: Vocabulary) -> str | None:
    for match in matches(read(text, vocabulary), vocabulary):
        target = match.phrase.target
        own = target.kind == "value" and target.id == constraint.id and not is_degree(match.phrase.text)
        if own and match.polarity is Polarity.ASSERTED:
            return target.value
    return None


def is_bare_degree(text: str) -> bool:
    """Whether a message is a word of degree and nothing else that tells: "medium", "rather high"."""
    words = re.findall(r"[a-z']+", acts.plain(text))
    return bool(DEGREES & set(words)) and all(word in DEGREES | FUNCTION_WORDS | YES for word in words)


def _by_word(message: str, constraint: Constraint) -> str | None:
    """A word of degree, a yes or a no, with nothing beside it but the constraint's own name."""
    words = re.findall(r"[a-z']+", message)
    own = set(re.findall(r"[a-z]+", " ".join((constraint.label, *constraint.synonyms)).lower()))
    plain = DEGREES | NEGATORS | FUNCTION_WORDS | YES | NO | own
    if not words or not all(word in plain for word in words):
        return None
    if any(word in NO or word in NEGATORS for word in words):
        return least_of(constraint) if can_be_denied(constraint) else None
    if words[0] in YES and yes_of(constraint):
        return yes_of(constraint)
    hits = [degree(constraint, word, hedged=word in HEDGES) for word in words]
    return next((value for value in hits if value), None)
