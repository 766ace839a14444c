"""What words mean on a constraint's scale: degrees, denial, yes and no. The scale itself is the knowledge base's."""

from __future__ import annotations

import re
from decimal import Decimal

from chat.english import HIGH, LOW, MIDDLE, NO, NOTHING, ONES, YES
from kb.model import Constraint

# On a longer scale much lies between the most and the least: who denies the one does not say the other.
_SHORT = 3
_RANGE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) to (-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$")


def is_degree(text: str) -> bool:
    """Whether a text is nothing but a word of degree, or of yes and no."""
    words = text.lower().split()
    plain = (
        HIGH
        | LOW
        | MIDDLE
        | NOTHING
        | YES
        | NO
        | ONES.keys()
        | {"always", "sometimes", "often", "any", "a", "of", "very"}
    )
    return all(word in plain for word in words)


def plain_number(amount: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def range_text(least: Decimal, greatest: Decimal) -> str:
    """A range in the form in which profiles have it."""
    return f"{plain_number(least)} to {plain_number(greatest)}"


def ends_of(text: str) -> tuple[int | float, int | float] | None:
    """The ends of a range in that form; None if the text is none."""
    found = _RANGE.match(text)
    return (plain_number(Decimal(found[1])), plain_number(Decimal(found[2]))) if found else None


def least_of(constraint: Constraint) -> str | None:
    """The value that stands for "none of it": the first of a scale, or "no"."""
    for value in constraint.values:
        if value.id in NO or value.label.lower() in NO:
            return value.id
    return constraint.values[0].id if constraint.ordered else None


def yes_of(constraint: Constraint) -> str | None:
    """The value of a yes-or-no constraint that its mere mention states."""
    no = [value for value in constraint.values if value.id in NO or value.label.lower() in NO]
    yes = [value for value in constraint.values if value.id in YES or value.label.lower() in YES]
    return yes[0].id if no and yes else None


def opposite_of(constraint: Constraint, value: str) -> str | None:
    """What remains where a value is denied: the other of two, "none" or "low" where it was "high"; else nothing."""
    ids = [other.id for other in constraint.values]
    if len(ids) == 2:
        return next(other for other in ids if other != value)
    short = constraint.ordered and len(ids) <= _SHORT and can_be_denied(constraint)
    return ids[0] if short and value == ids[-1] else None


def can_be_denied(constraint: Constraint) -> bool:
    """Whether a plain "no" says that there is none, or little, of what the constraint measures."""
    least = least_of(constraint)
    record = constraint.value(least) if least else None
    words = {record.id, *record.label.lower().split()} if record else set()
    return bool(words & (NO | NOTHING | LOW))


def middle_of(constraint: Constraint) -> str | None:
    """The middle of a scale that has one by its name: "medium", "moderate". A word of the middle means no other."""
    count = len(constraint.values)
    if not constraint.ordered or count < 3 or count % 2 == 0:
        return None
    middle = constraint.values[count // 2]
    names = (middle.id, middle.label, *middle.synonyms, *middle.hidden)
    return middle.id if any(name.lower() in MIDDLE for name in names) else None


def starts_at_nothing(constraint: Constraint) -> bool:
    """Whether the scale begins with the absence of what it measures."""
    first = constraint.values[0]
    return first.id in NOTHING or first.label.lower().split()[0] in NOTHING


def degree(constraint: Constraint, word: str, *, hedged: bool = False) -> str | None:
    """The value of an ordered scale that a word of degree beside the constraint's name means."""
    if not constraint.ordered or not constraint.values:
        return None
    ids = [value.id for value in constraint.values]
    if word in NOTHING:
        return ids[0]
    if word in LOW or hedged:
        return ids[1] if starts_at_nothing(constraint) and len(ids) > 2 else ids[0]
    if word in MIDDLE:
        return middle_of(constraint)
    return ids[-1] if word in HIGH else None
