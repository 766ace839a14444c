"""Numbers as people and programs state them, in the unit of a constraint, and the value for which they stand.

Read are JSON numbers and short texts that are nothing but a quantity: "120", "5k", "1,200 rows", "every 5 minutes",
"$5k", "300 ms", "twice a day"; ranges of them ("100-300"); and dates, for the time until then. Numbers inside sentences
are found elsewhere.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal

from kb.bands import bands_of, covers, plain, shown
from kb.model import Band, Constraint, Knowledge
from kb.nearest import nearest
from kb.units import ConversionError, convert, convertible, key, names

_LONGEST = 100  # characters; nobody states a number in more
_LARGEST = Decimal(10) ** 15  # well within the integers of JSON libraries and databases

_NUMBER = r"[0-9]{1,3}(?:[,_ '’][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?|\.[0-9]+"
_GROUPING = re.compile(r"[,_ '’]")
_HEDGE = (
    r"(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|nearly|almost|some|~|≈|once every|every|each|per)\s*"
)
_TEXT = re.compile(rf"^(?:{_HEDGE})*(?P<sign>[-+]?)(?P<before>[^\w\s.,+~≈-]?)\s*(?P<number>{_NUMBER})\s*(?P<rest>.*)$")

_SCALES = {
    "hundred": Decimal(100),
    "k": Decimal(1000),
    "thousand": Decimal(1000),
    "m": Decimal(10) ** 6,
    "mn": Decimal(10) ** 6,
    "mio": Decimal(10) ** 6,
    "million": Decimal(10) ** 6,
    "b": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "billion": Decimal(10) ** 9,
}
_SCALE = re.compile(rf"^(?:a\s+)?(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b\s*(?P<rest>.*)$")
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORDS = {
    **{word: str(number) for number, word in enumerate(_ONES)},
    "no": "0",
    "a dozen": "12",
    "half a": "0.5",
    "once": "1 times",
    "twice": "2 times",
    "an": "1",
    "a": "1",
}
_WORD = re.compile(
    rf"^(?P<hedge>(?:{_HEDGE})*+)(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b(?P<rest>.*)$"
)


_RANGE = re.compile(
    r"^(?:between\s+|from\s+)?(?P<low>\S.*?)(?:\s*(?:-|–|—|−|\.{2,3}|…)\s*|\s+(?:to|and|or|till|until)\s+)(?P<high>[^\s.–—−-].*)$"
)
_FIRST_NUMBER = re.compile(rf"^(?:{_NUMBER})")
_BARE = re.compile(rf"^(?:{_HEDGE})*(?:{_NUMBER})$")
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


class QuantityError(ValueError):
    """Something that is no quantity for a constraint.

    Attributes:
        message: what is wrong.
        expected: what would be right.
        nearest: valid names of units that resemble what was written.
    """

    def __init__(self, message: str, expected: str = "", nearest: tuple[str, ...] = ()) -> None:
        self.message, self.expected, self.nearest = message, expected, nearest
        super().__init__(f"{message} (expected {expected})" if expected else message)


def read_quantity(knowledge: Knowledge, constraint: Constraint, stated: object) -> Decimal:
    """The number that was stated, in the constraint's unit.

    Args:
        knowledge: where the units are.
        constraint: what the number is about.
        stated: a number, taken to be in the constraint's unit, or a text with or without a unit.

    Raises:
        QuantityError: if the constraint takes no numbers, or this is none of its.
    """
    if constraint.unit is None:
        expected = f"one of {', '.join(value.id for value in constraint.values)}"
        raise QuantityError(f"{constraint.id} takes no numbers", expected)
    if isinstance(stated, bool) or not isinstance(stated, int | float | Decimal | str):
        raise QuantityError(f"{constraint.id} takes a number or a text", _example(knowledge, constraint))
    if isinstance(stated, str):
        return _sized(_read_text(knowledge, constraint, stated), constraint)
    if isinstance(stated, int) and stated.bit_length() > 128:
        raise QuantityError(f"the number is too large for {constraint.id}", f"less than {_LARGEST:.0e}")
    return _sized(Decimal(str(stated)), constraint)


def read_range(knowledge: Knowledge, constraint: Constraint, stated: object) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest number of a range, in the constraint's unit; None if no range was stated.

    Read are "100-300", "3 to 6 months", "between 100 and 5k", and a list of two numbers or texts. Of "3-5 thousand" the
    beginning is three thousand, of "100 to 5k" it is a hundred.

    Raises:
        QuantityError: if this is a range, but its ends are no quantities for the constraint.
    """
    if isinstance(stated, list | tuple) and len(stated) == 2:
        ends = sorted(read_quantity(knowledge, constraint, end) for end in stated)
        return ends[0], ends[1]
    text = unicodedata.normalize("NFKC", stated).casefold().strip() if isinstance(stated, str) else ""
    match = _RANGE.match(text) if len(text) <= _LONGEST else None
    if match is None or constraint.unit is None:
        return None
    high = read_quantity(knowledge, constraint, match["high"])
    number = _FIRST_NUMBER.match(match["high"])
    low = read_quantity(knowledge, constraint, match["low"])
    if number and _BARE.match(match["low"]):
        rest = match["high"][number.end() :].strip()
        alike = read_quantity(knowledge, constraint, f"{match['low']} {rest}")
        low = low if alike > high and _SCALE.match(rest) else alike
    return min(low, high), max(low, high)


def read_date(knowledge: Knowledge, constraint: Constraint, stated: object, on: datetime.date) -> Decimal | None:
    """How far off a date (YYYY-MM-DD) is, in the constraint's unit; None if no date was stated.

    Args:
        knowledge: where the units are.
        constraint: what the date is about.
        stated: a text.
        on: the day from which it is counted.

    Raises:
        QuantityError: if there is no such day, it is past, or the constraint's numbers are no periods.
    """
    if not isinstance(stated, str) or not _DATE.match(stated.strip()):
        return None
    try:
        days = (datetime.date.fromisoformat(stated.strip()) - on).days
    except ValueError:
        raise QuantityError(f"there is no day {stated.strip()}", "a date, YYYY-MM-DD") from None
    if days < 0:
        raise QuantityError(f"{stated.strip()} is past", f"a date from {on.isoformat()} on")
    return read_quantity(knowledge, constraint, f"{days} days")


def band_of(knowledge: Knowledge, constraint: Constraint, number: Decimal, task: str | None = None) -> Band | None:
    """The band in which a number lies, by the bands for the task; None if it lies in none."""
    return next((band for band in bands_of(knowledge, constraint.id, task) if covers(band, number)), None)


def band_value(knowledge: Knowledge, constraint: Constraint, number: Decimal, task: str | None = None) -> str | None:
    """The value for which a number stands; None if the constraint takes no numbers.

    Raises:
        QuantityError: if the number lies outside all bands; the message names them.
    """
    bands = bands_of(knowledge, constraint.id, task)
    band = band_of(knowledge, constraint, number, task)
    if band is None and bands:
        message = f"{plain(number)} lies outside every band of {constraint.id}"
        raise QuantityError(message, "; ".join(f"{one.value}: {shown(one)}" for one in bands))
    return band.value if band else None


def _sized(number: Decimal, constraint: Constraint) -> Decimal:
    if not number.is_finite():
        raise QuantityError(f"{number} is no number for {constraint.id}", "a finite number")
    if abs(number) > _LARGEST:
        raise QuantityError(f"the number is too large for {constraint.id}", f"less than {_LARGEST:.0e}")
    return number


def _read_text(knowledge: Knowledge, constraint: Constraint, stated: str) -> Decimal:
    text = unicodedata.normalize("NFKC", stated).replace("−", "-").casefold().strip().rstrip(" .!?")
    if len(text) > _LONGEST:
        raise QuantityError(f"the text is too long to be a number for {constraint.id}", _example(knowledge, constraint))
    units = _unit_of_key(knowledge, constraint)
    if key(text) in units:  # "daily" says once a day
        return _in_unit(knowledge, constraint, Decimal(1), units[key(text)])
    match = _TEXT.match(_with_digits(text))
    if match is None:
        raise QuantityError(f"'{stated}' is no number for {constraint.id}", _example(knowledge, constraint))
    number = Decimal(match["sign"] + _GROUPING.sub("", match["number"]))
    scale, rest = _scaled(match["rest"], units)
    return _in_unit(knowledge, constraint, number * scale, _unit(knowledge, constraint, units, match["before"], rest))


def _with_digits(text: str) -> str:
    match = _WORD.match(text)
    return f"{match['hedge']}{_WORDS[match['word']]} {match['rest'].strip()}" if match else text


def _scaled(rest: str, units: dict[tuple[str, ...], str]) -> tuple[Decimal, str]:
    """The words after a number that only make it larger, and what remains. A unit's name counts before a scale."""
    scale = Decimal(1)
    while rest and key(rest) not in units and (match := _SCALE.match(rest)):
        scale *= _SCALES[match["scale"]]
        rest = match["rest"]
    return scale, rest


def _unit_of_key(knowledge: Knowledge, constraint: Constraint) -> dict[tuple[str, ...], str]:
    """The unit by each of its names; of two units with one name, the constraint's own comes first."""
    found: dict[tuple[str, ...], str] = {}
    for unit in convertible(knowledge, constraint.unit or ""):
        for name in names(unit):
            found.setdefault(key(name), unit.id)
    return found


def _unit(
    knowledge: Knowledge, constraint: Constraint, units: dict[tuple[str, ...], str], before: str, rest: str
) -> str:
    words = " ".join((before, rest)).strip()
    unit = units.get(key(words), None if words else constraint.unit)
    if unit is None:
        known = [name for one in convertible(knowledge, constraint.unit or "") for name in names(one)]
        raise QuantityError(
            f"'{words}' is no unit of {constraint.id}", _example(knowledge, constraint), nearest(words, known)
        )
    return unit


def _in_unit(knowledge: Knowledge, constraint: Constraint, number: Decimal, unit: str) -> Decimal:
    try:
        return convert(knowledge, number, unit, constraint.unit or unit)
    except ConversionError as error:
        raise QuantityError(str(error), _example(knowledge, constraint)) from None


def _example(knowledge: Knowledge, constraint: Constraint) -> str:
    labels = [unit.label for unit in convertible(knowledge, constraint.unit or "")]
    return f"a number in {' or '.join(labels[:4])}" if labels else "a number"
