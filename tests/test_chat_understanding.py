"""Understanding free text, over a knowledge base made up here and over the second domain."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talking import PACKS

from chat.tasks import ancestors
from chat.understanding import Interpretation, interpret
from kb.model import Constraint, Knowledge, Need, Task, Technique, Unit, Value
from kb.packs import read_packs
from kb.reader import read_quads


@dataclass
class Somebody:
    """Whoever has a knowledge base."""

    knowledge: Knowledge


def value(constraint: str, value_id: str, label: str, *examples: str) -> Value:
    """A value of a constraint, with phrases in which people say it."""
    return Value(id=value_id, pack="p", label=label, constraint=constraint, examples=examples)


def constraint(constraint_id: str, label: str, values: tuple[Value, ...], **more: object) -> Constraint:
    """An ordered constraint."""
    return Constraint(id=constraint_id, pack="p", label=label, ordered=True, values=values, **more)


GARDEN = Knowledge(
    tasks={
        "hedge": Task(id="hedge", pack="p", label="hedge planting", examples=("screen us from the neighbours",)),
        "beds": Task(id="beds", pack="p", label="flower beds", synonyms=("borders",)),
        "roses": Task(id="roses", pack="p", label="rose garden", synonyms=("roses",), broader=("beds",)),
    },
    constraints={
        "water": constraint(
            "water",
            "water supply",
            (
                value("water", "none", "none", "no tap anywhere near"),
                value("water", "scarce", "scarce", "the well runs dry in summer"),
                value("water", "ample", "ample", "a brook flows past all year"),
            ),
            synonyms=("water",),
            unit="litre",
        ),
        "shade": constraint(
            "shade",
            "shade",
            (value("shade", "low", "low"), value("shade", "medium", "medium"), value("shade", "high", "high")),
        ),
        "pets": Constraint(
            id="pets",
            pack="p",
            label="pets around",
            ordered=False,
            synonyms=("pets",),
            values=(value("pets", "yes", "yes", "our dog digs holes"), value("pets", "no", "no")),
        ),
        "age": constraint(
            "age", "age of the soil", (value("age", "new", "new"), value("age", "old", "old")), unit="year"
        ),
    },
    needs={"bees": Need(id="bees", pack="p", label="food for bees")},
    techniques={
        "beech": Technique(id="beech", pack="p", label="beech hedge", synonyms=("beech",)),
        "thuja": Technique(id="thuja", pack="p", label="thuja"),
    },
    units={
        "litre": Unit(id="litre", pack="p", label="litre a day", synonyms=("litres", "litres a day", "litres per day")),
        "year": Unit(id="year", pack="p", label="year", synonyms=("years",)),
    },
)


def understood(text: str, knowledge: Knowledge = GARDEN) -> Interpretation:
    """What a text says."""
    return interpret(text, Somebody(knowledge))


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("We plan some hedge planting.", "hedge"),
        ("something that screens us from our neighbours", "hedge"),
        ("a few flower beds", "beds"),
        ("flwoer beds please", "beds"),
        ("flower beds with roses", "roses"),
        ("We want to fix the roof.", None),
        ("", None),
    ],
)
def test_tasks_are_found_by_their_words(text: str, task: str | None) -> None:
    """Labels, examples in other words, slips of the finger, the narrower of two relatives; none where there is none."""
    assert understood(text).task == task


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("the well runs dry every summer", {"water": "scarce"}),
        ("a brook flows past", {"water": "ample"}),
        ("there is no tap near", {"water": "none"}),
        ("water: scarce", {"water": "scarce"}),
        ("no water", {"water": "none"}),
        ("without any water supply", {"water": "none"}),
        ("hardly any water", {"water": "scarce"}),
        ("barely any water supply", {"water": "scarce"}),
        ("plenty of water", {"water": "ample"}),
        ("we have water", {"water": "ample"}),
        ("lots of shade", {"shade": "high"}),
        ("shade isn't an issue", {"shade": "low"}),
        ("we don't care about shade", {"shade": "low"}),
        ("some shade", {"shade": "medium"}),
        ("a moderate water supply", {}),
        ("we have some water", {}),
        ("our dog digs holes everywhere", {"pets": "yes"}),
        ("we have pets", {"pets": "yes"}),
        ("no pets", {"pets": "no"}),
        ("high walls", {}),
        ("there are none", {}),
        ("no shade but plenty of water", {"shade": "low", "water": "ample"}),
        ("not the shade, the water: ample", {"shade": "low", "water": "ample"}),
    ],
)
def test_values_are_found_with_their_polarity(text: str, stated: dict) -> None:
    """Phrases of values, words of degree beside a name, denial, hedges, contrast; bare degrees mean nothing."""
    assert dict(understood(text).constraints) == stated


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("300 litres a day", 300),
        ("we get 1,500 litres per day", 1500),
        ("2k litres", 2000),
        ("2.5 litres", 2.5),
        ("a couple hundred litres", 200),
        ("half a million litres", 500_000),
        ("twenty five litres", 25),
        ("between 3 and 4 thousand litres", "3000 to 4000"),
        ("3-5 thousand litres", "3000 to 5000"),
        ("100 to 5k litres", "100 to 5000"),
        ("from 200 litres up to 300 litres", "200 to 300"),
        ("two or three litres", "2 to 3"),
        ("300 - 200 litres", 200),
        ("300 rusty litres", 300),
        ("no more than 300 litres", 300),
        ("it must not exceed 300 litres", 300),
        ("not 200 but 300 litres", 300),
        ("we do not need 300 litres", None),
        ("not 300 litres", None),
        ("we never get 300 litres a day", None),
    ],
)
def test_numbers_with_units_are_read(text: str, amount: float) -> None:
    """Digits, scales, words, hedges and ranges become numbers in the constraint's unit; a denied one says nothing."""
    assert understood(text).constraints.get("water") == amount


def test_a_number_keeps_its_words() -> None:
    """The evidence of a number is where it stands, unit included."""
    text = "We get about 300 litres a day there."
    (evidence,) = [item for item in understood(text).evidence if item.id == "water"]
    assert text[evidence.start : evidence.end] == evidence.quote == "300 litres a day"


def test_a_bare_period_needs_its_constraint() -> None:
    """Years may be anybody's age: they count only where the constraint is spoken of."""
    assert "age" not in understood("we have lived here for 20 years").constraints
    assert understood("the age of the soil is 20 years").constraints == {"age": 20}


def test_a_number_that_nothing_explains_is_reported() -> None:
    """A number without a unit is not guessed at, and not passed over either."""
    (unsure,) = understood("there are 400 tulips").unsure
    assert (unsure.kind, unsure.quote) == ("number", "400 tulips")


def test_what_is_not_known_is_unknown() -> None:
    """Doubt is neither assertion nor denial."""
    found = understood("not sure about the water supply")
    assert not found.constraints
    assert [(item.id, item.unknown) for item in found.unsure] == [("water", True)]


def test_a_mention_without_a_value_is_unsure() -> None:
    """A constraint that is only mentioned is reported, not guessed."""
    found = understood("as for the shade in the afternoon")
    assert [(item.kind, item.id) for item in found.unsure] == [("constraint", "shade")]


@pytest.mark.parametrize(
    "text", ["we can't have thuja", "no thuja please", "thuja is not an option", "anything but without thuja"]
)
def test_a_technique_ruled_out_is_an_exclusion(text: str) -> None:
    """Inability and denial exclude."""
    assert understood(text).exclude == ("thuja",)


@pytest.mark.parametrize("text", ["I want thuja", "we would love to have a thuja", "should I take thuja?"])
def test_a_wish_is_not_a_constraint(text: str) -> None:
    """A technique that is wished for is noted and changes nothing."""
    found = understood(text)
    assert not found
    assert found.wishes() == ("thuja",)


def test_what_was_not_done_is_not_ruled_out() -> None:
    """The past does not bind."""
    assert understood("we didn't plant thuja").exclude == ()


@pytest.mark.parametrize(("text", "strength"), [("food for bees", "strong"), ("we don't need food for bees", "denied")])
def test_needs_are_stated_or_denied(text: str, strength: str) -> None:
    """A need named outright is stated, or denied."""
    assert understood(text).needs == {"bees": strength}


def test_a_new_term_is_understood_at_once() -> None:
    """The vocabulary is the knowledge base's: what is added is understood."""
    text = "a pond with goldfish"
    assert understood(text).task is None
    pond = Task(id="pond", pack="p", label="garden pond", examples=("a pond with fish in it", "goldfish"))
    grown = replace(GARDEN, tasks={**GARDEN.tasks, "pond": pond})
    assert understood(text, grown).task == "pond"


def test_ancestors_survive_a_circle() -> None:
    """Broader tasks that run in a circle do not hang."""
    circle = Knowledge(
        tasks={
            "a": Task(id="a", pack="p", label="a", broader=("b",)),
            "b": Task(id="b", pack="p", label="b", broader=("a",)),
        }
    )
    assert ancestors("a", circle) == {"a", "b"}


SECOND = read_quads(read_packs(PACKS["second"]))


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text: str) -> None:
    """Whatever is typed, every part of the interpretation exists in the knowledge base and quotes the text."""
    found = understood(text, SECOND)
    assert found.task is None or found.task in SECOND.tasks
    for name, stated in found.constraints.items():
        assert not isinstance(stated, str) or SECOND.constraints[name].value(stated)
    for item in found.evidence:
        assert text[item.start : item.end] == item.quote


_WORDS = sorted(
    {word for task in SECOND.tasks.values() for word in task.label.split()}
    | {
        "no",
        "not",
        "5000",
        "k",
        "GB",
        "reads",
        "per",
        "second",
        "ample",
        "memory",
        "isn't",
        "an",
        "issue",
        ",",
        ".",
        "but",
    }
)


@given(st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join))
def test_any_mixture_of_known_words_is_read(text: str) -> None:
    """Words of the vocabulary in any order neither fail nor leave their text."""
    for item in understood(text, SECOND).evidence:
        assert text[item.start : item.end] == item.quote
