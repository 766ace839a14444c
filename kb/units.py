"""Units: the words for them, and how numbers convert between them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from kb.model import Knowledge, Unit

_TOKEN = re.compile(r"[^\W_]+|[^\w\s,.;:]")
_PER = frozenset({"per", "a", "an", "each", "every", "/"})


class ConversionError(ValueError):
    """A number that has no counterpart in the other unit; the message says why."""


def convert(knowledge: Knowledge, number: Decimal, unit: str, target: str) -> Decimal:
    """A number of one unit in another.

    Raises:
        ConversionError: if the units measure different things, or a rate of 0 has no period.
    """
    there = _path(knowledge, unit)
    back = _path(knowledge, target)
    common = next((one.id for one in there if one.id in {two.id for two in back}), None)
    if common is None:
        raise ConversionError(f"{unit} does not convert to {target}")
    for step in there[: _place(there, common)]:
        number = _forward(step, number)
    for step in reversed(back[: _place(back, common)]):
        number = _backward(step, number)
    return number


def convertible(knowledge: Knowledge, target: str) -> tuple[Unit, ...]:
    """The units whose numbers convert to ``target``, that one first."""
    roots = {unit.id for unit in _path(knowledge, target)}
    others = (unit for unit in knowledge.units.values() if unit.id != target)
    found = [unit for unit in others if roots & {one.id for one in _path(knowledge, unit.id)}]
    return (*([knowledge.units[target]] if target in knowledge.units else []), *found)


def names(unit: Unit) -> tuple[str, ...]:
    """Every name of a unit."""
    return (unit.id.replace("-", " "), unit.label, *unit.synonyms, *unit.hidden)


@cache
def key(text: str) -> tuple[str, ...]:
    """A name of a unit without what does not matter: case, plural, and whether "per", "a" or "/" is said."""
    words = ["per" if word in _PER else _singular(word) for word in _TOKEN.findall(text.casefold())]
    return tuple(words[1:] if words[:1] == ["per"] else words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _path(knowledge: Knowledge, unit: str) -> list[Unit]:
    """A unit and those it converts to, one after the other."""
    path: list[Unit] = []
    next_unit: str | None = unit
    while next_unit is not None and next_unit in knowledge.units and next_unit not in {one.id for one in path}:
        path.append(knowledge.units[next_unit])
        next_unit = path[-1].converts_to
    return path


def _place(path: list[Unit], unit: str) -> int:
    return next(place for place, one in enumerate(path) if one.id == unit)


def _forward(unit: Unit, number: Decimal) -> Decimal:
    if not unit.inverse:
        return number * unit.factor
    if not number:
        raise ConversionError(f"0 {unit.label} has no counterpart in {unit.converts_to}")
    return unit.factor / number


def _backward(unit: Unit, number: Decimal) -> Decimal:
    if not unit.inverse:
        return number / unit.factor
    if not number:
        raise ConversionError(f"0 {unit.converts_to} has no counterpart in {unit.label}")
    return unit.factor / number
