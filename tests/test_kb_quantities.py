"""Quantities: what people and programs write becomes a number in the constraint's unit, and the number a value."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.bands import bands_of, covers, plain, shown
from kb.model import Band, Constraint, Knowledge, Task, Unit, Value
from kb.packs import SHIPPED, read_packs
from kb.quantities import QuantityError, band_of, band_value, read_quantity
from kb.reader import read_quads
from kb.units import ConversionError, convert, convertible


def unit(name: str, *synonyms: str, to: str | None = None, factor: str = "1", inverse: bool = False) -> Unit:
    """A unit of the test's own."""
    return Unit(
        id=name, pack="p", label=name, synonyms=synonyms, converts_to=to, factor=Decimal(factor), inverse=inverse
    )


def band(value: str, start: str | None, end: str | None, name: str = "wait", task: str | None = None) -> Band:
    """A band of the test's own."""
    lower, upper = (None if limit is None else Decimal(limit) for limit in (start, end))
    return Band(
        id=f"{name}-{value}-{task}", pack="p", label="", constraint=name, value=value, start=lower, end=upper, task=task
    )


UNITS = [
    unit("day", "days", "daily", "d"),
    unit("hour", "hours", "hourly", to="day", factor="0.041666666666666666667"),
    unit("minute", "minutes", "min", to="hour", factor="0.016666666666666666667"),
    unit("month", "months", to="day", factor="30"),
    unit("times-per-day", "times a day", to="day", inverse=True),
    unit("times-per-week", "times a week", to="day", factor="7", inverse=True),
    unit("dollar", "dollars", "$", "USD"),
    unit("cent", "cents", to="dollar", factor="0.01"),
    unit("metre", "metres", "m"),
    unit("piece", "pieces", "rows", "labelled rows"),
]


def constraint(name: str, of: str | None, *values: str) -> Constraint:
    """A constraint of the test's own, in a unit."""
    scale = tuple(Value(id=value, pack="p", label=value, constraint=name) for value in values or ("x", "y"))
    return Constraint(id=name, pack="p", label=name, ordered=True, values=scale, unit=of)


CONSTRAINTS = [
    constraint("wait", "day", "short", "long"),
    constraint("price", "dollar"),
    constraint("length", "metre"),
    constraint("amount", "piece"),
    constraint("colour", None, "red", "blue"),
]
BANDS = [
    band("short", "0", "7"),
    band("long", "7", "1000"),
    band("short", "0", "2", task="wide"),
    band("long", "2", None, task="wide"),
]
KNOWLEDGE = Knowledge(
    tasks={
        "wide": Task(id="wide", pack="p", label="wide"),
        "slim": Task(id="slim", pack="p", label="slim", broader=("wide",)),
        "else": Task(id="else", pack="p", label="else"),
    },
    constraints={one.id: one for one in CONSTRAINTS},
    bands={one.id: one for one in BANDS},
    units={one.id: one for one in UNITS},
)


def read(name: str, stated: object) -> Decimal:
    """What is read for a constraint, to four places."""
    return round(read_quantity(KNOWLEDGE, KNOWLEDGE.constraints[name], stated), 4).normalize()


@pytest.mark.parametrize(
    ("name", "stated", "number"),
    [
        ("amount", 120, "120"),
        ("amount", 0, "0"),
        ("amount", 0.5, "0.5"),
        ("amount", Decimal("1.5"), "1.5"),
        ("amount", "120", "120"),
        ("amount", "-5", "-5"),
        ("amount", "5k", "5000"),
        ("amount", "1,200 rows", "1200"),
        ("amount", "1 200 000", "1200000"),
        ("amount", "1_000", "1000"),
        ("amount", "1e3", "1000"),
        ("amount", ".5", "0.5"),
        ("amount", "2.5 million rows", "2500000"),
        ("amount", "2m", "2000000"),
        ("amount", "3 hundred thousand", "300000"),
        ("amount", "about 200 labelled rows", "200"),
        ("amount", "~ 200", "200"),
        ("amount", "a dozen", "12"),
        ("amount", "a hundred pieces", "100"),
        ("amount", "half a million", "500000"),
        ("amount", "two thousand", "2000"),
        ("amount", "no rows", "0"),
        ("wait", "every 5 minutes", "0.0035"),
        ("wait", "once every 3 months", "90"),
        ("wait", "daily", "1"),
        ("wait", "every hour", "0.0417"),
        ("wait", "twice a day", "0.5"),
        ("wait", "2 times/day", "0.5"),
        ("wait", "once a week", "7"),
        ("wait", "3 times per week", "2.3333"),
        ("wait", "48 hours", "2"),
        ("price", "$5k", "5000"),
        ("price", "$ 1,000.50", "1000.5"),
        ("price", "5 USD", "5"),
        ("price", "50 cents", "0.5"),
        ("length", "5m", "5"),
        ("length", "5 k m", "5000"),
    ],
)
def test_quantities_are_read(name: str, stated: object, number: str) -> None:
    """Numbers with words, scales, signs, hedges and units come out in the constraint's unit."""
    assert read(name, stated) == Decimal(number).normalize()


@pytest.mark.parametrize(
    ("name", "stated", "message"),
    [
        ("amount", "", "is no number"),
        ("amount", "many", "is no number"),
        ("amount", "12 bananas", "'bananas' is no unit of amount"),
        ("amount", "3-5", "'-5' is no unit of amount"),
        ("amount", "12 15", "'15' is no unit"),
        ("amount", "5 days", "'days' is no unit of amount"),
        ("amount", "$5", "is no unit of amount"),
        ("wait", "twice every 2 days", "is no unit of wait"),
        ("wait", "0 times a day", "has no counterpart"),
        ("amount", True, "takes a number or a text"),
        ("amount", None, "takes a number or a text"),
        ("amount", [5], "takes a number or a text"),
        ("amount", float("nan"), "is no number"),
        ("amount", float("inf"), "is no number"),
        ("amount", "1e99", "too large"),
        ("amount", 10**4000, "too large"),
        ("amount", "9" * 500, "too long"),
        ("colour", 5, "colour takes no numbers"),
    ],
)
def test_what_is_no_quantity_is_refused(name: str, stated: object, message: str) -> None:
    """Wrong types, unknown units and monstrous numbers are named, never guessed at."""
    with pytest.raises(QuantityError, match=message):
        read(name, stated)


def test_a_misspelt_unit_gets_the_nearest() -> None:
    """An unknown unit is answered with those that convert."""
    with pytest.raises(QuantityError) as caught:
        read("wait", "5 minuts")
    assert "minutes" in caught.value.nearest
    assert "a number in day or" in caught.value.expected


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_plain_numbers_round_trip(number: Decimal) -> None:
    """Written out with or without grouping, a number is read as itself."""
    assert read_quantity(KNOWLEDGE, KNOWLEDGE.constraints["amount"], f"{number:f}") == number
    assert read_quantity(KNOWLEDGE, KNOWLEDGE.constraints["amount"], f"{number:,f} rows") == number
    assert read_quantity(KNOWLEDGE, KNOWLEDGE.constraints["amount"], plain(number)) == number


@given(st.integers(0, 10**9))
def test_a_text_and_its_number_agree(number: int) -> None:
    """A JSON number and the same number as text are the same quantity."""
    amount = KNOWLEDGE.constraints["amount"]
    assert read_quantity(KNOWLEDGE, amount, number) == read_quantity(KNOWLEDGE, amount, str(number))
    assert read_quantity(KNOWLEDGE, amount, f"{number}k") == number * 1000


@given(st.text(max_size=60))
def test_any_text_is_a_quantity_or_a_quantity_error(text: str) -> None:
    """Whatever is written gives a finite number or a refusal."""
    try:
        assert read_quantity(KNOWLEDGE, KNOWLEDGE.constraints["wait"], text).is_finite()
    except QuantityError as error:
        assert error.message


@given(st.decimals(min_value="0.001", max_value=10**6, places=3), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_conversions_go_back(number: Decimal, one: Unit, other: Unit) -> None:
    """A number converted to another unit and back is itself; units that measure different things do not convert."""
    if other.id not in {found.id for found in convertible(KNOWLEDGE, one.id)}:
        with pytest.raises(ConversionError, match="does not convert"):
            convert(KNOWLEDGE, number, one.id, other.id)
        return
    there = convert(KNOWLEDGE, number, one.id, other.id)
    back = convert(KNOWLEDGE, there, other.id, one.id)
    assert abs(back - number) <= number * Decimal("1e-15")


@pytest.mark.parametrize(
    ("number", "task", "value"),
    [
        ("0", None, "short"),
        ("6.999", None, "short"),
        ("7", None, "long"),
        ("6", "wide", "long"),
        ("6", "slim", "long"),
        ("6", "else", "short"),
        ("5000", "wide", "long"),
    ],
)
def test_bands_are_half_open_and_the_nearest_task_counts(number: str, task: str | None, value: str) -> None:
    """A band holds its beginning and not its end; a task has its own bands or those of its nearest broader task."""
    assert band_value(KNOWLEDGE, KNOWLEDGE.constraints["wait"], Decimal(number), task) == value


@pytest.mark.parametrize("number", ["-1", "1000"])
def test_numbers_outside_every_band_name_the_bands(number: str) -> None:
    """The refusal shows which numbers would have been right."""
    wait = KNOWLEDGE.constraints["wait"]
    assert band_of(KNOWLEDGE, wait, Decimal(number)) is None
    with pytest.raises(QuantityError, match="lies outside every band of wait") as caught:
        band_value(KNOWLEDGE, wait, Decimal(number))
    assert caught.value.expected == "short: 0 to below 7; long: 7 to below 1000"


def test_a_constraint_without_bands_has_no_value_for_a_number() -> None:
    """No bands, no value, no error."""
    assert band_value(KNOWLEDGE, KNOWLEDGE.constraints["colour"], Decimal(5)) is None


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("1", "5", "1 to below 5"),
        (None, "1000", "below 1000"),
        ("0.50", None, "0.5 or more"),
        (None, None, "any number"),
    ],
)
def test_bands_are_shown_plainly(start: str | None, end: str | None, text: str) -> None:
    """A band reads as people say it."""
    assert shown(band("x", start, end)) == text


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.data())
def test_shipped_bands_give_one_value_for_any_number(number: Decimal, data: st.DataObject) -> None:
    """No number from the least on lies in two bands of the shipped packs, and none between bands."""
    knowledge = SHIPPED_KNOWLEDGE
    name = data.draw(st.sampled_from(sorted({one.constraint for one in knowledge.bands.values()})))
    task = data.draw(st.sampled_from([None, *knowledge.tasks]))
    bands = bands_of(knowledge, name, task)
    assume(bands[0].start is None or number >= bands[0].start)
    assume(bands[-1].end is None or number < bands[-1].end)
    assert sum(covers(one, number) for one in bands) == 1


SHIPPED_KNOWLEDGE = read_quads(read_packs(SHIPPED))


def test_every_shipped_unit_is_read_by_each_of_its_names() -> None:
    """Each synonym of each unit that a constraint takes is understood."""
    read_names = 0
    for one in SHIPPED_KNOWLEDGE.constraints.values():
        for found in convertible(SHIPPED_KNOWLEDGE, one.unit) if one.unit else ():
            for name in (found.label, *found.synonyms):
                assert read_quantity(SHIPPED_KNOWLEDGE, one, f"3 {name}") > 0, name
                read_names += 1
    assert read_names > 20


def test_second_domain_is_read_from_its_own_units() -> None:
    """Another knowledge base brings its own units."""
    packs = Path(__file__).parent / "second_domain" / "packs"
    knowledge = read_quads(read_packs(packs))
    assert read_quantity(knowledge, knowledge.constraints["stored-volume"], "3 TB") == 3000
    assert read_quantity(knowledge, knowledge.constraints["read-rate"], "4 seconds between reads") == Decimal("0.25")
