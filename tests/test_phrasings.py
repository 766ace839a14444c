"""Acts by their likeness to known wordings: wordings made up here, and those that are shipped."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from test_chat_dialogues import ACTS

from chat.meaning import word_vectors
from chat.phrasings import OPTION, THING, Phrasings, phrasings, read_wordings

KITCHEN = {
    "fetch": ["bring me the spoon", "get me a spoon", "fetch the {option}", "could you bring me {option}"],
    "clean": ["wash the dishes", "clean the kitchen", "the dishes need washing", "tidy up {thing}"],
    "cook": ["make some soup", "cook dinner", "could you cook something", "prepare the soup with {thing}"],
}


@pytest.mark.parametrize("vectors", [None, word_vectors()], ids=["by words", "with their meaning"])
@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("bring me the big spoon", "fetch"),
        ("could you bring {option} to me", "fetch"),
        ("please wash those dishes", "clean"),
        ("cook some dinner", "cook"),
        ("cook some dinenr", "cook"),
    ],
)
def test_a_wording_of_ones_own_is_told_by_its_likeness(text: str, act: str, vectors: object) -> None:
    """Other words in another order, typing errors, with and without the vectors of words."""
    likely = Phrasings(KITCHEN, vectors).likeliest(text)
    assert likely.act == act
    assert not likely.whole


@pytest.mark.parametrize("text", ["bring me the spoon", "And bring me the spoon, please!", "BRING ME THE SPOON"])
def test_a_known_wording_is_certain(text: str) -> None:
    """It is recognised whatever opens or closes it."""
    likely = Phrasings(KITCHEN, None).likeliest(text)
    assert (likely.act, likely.value, likely.whole) == ("fetch", 1.0, True)


@pytest.mark.parametrize("text", ["", "...", "zzzz", "qwertz uiop"])
def test_what_has_no_known_word_is_like_nothing(text: str) -> None:
    """No act is guessed from nothing."""
    assert Phrasings(KITCHEN, None).likeliest(text) is None


def test_strange_words_make_it_less_likely() -> None:
    """What is mostly about something else is less like a wording than what is all about it."""
    kitchen = Phrasings(KITCHEN, None)
    texts = ["cook dinner soon", "cook dinner in lisbon", "cook dinner in lisbon by gaslight on tuesdays"]
    values = [kitchen.likeliest(text).value for text in texts]
    assert all(first > second for first, second in pairwise(values))


def test_the_wordings_are_of_every_act_and_of_no_two() -> None:
    """Each act has many, none of two acts; they have no slots but the two."""
    wordings = read_wordings()
    assert {*wordings} == set(ACTS.split()) - {"unclear"}
    assert min(len(own) for own in wordings.values()) >= 50
    everything = [text for own in wordings.values() for text in own]
    assert len(everything) == len(set(everything))
    assert {slot for text in everything for slot in re.findall(r"\{.*?\}", text)} == {OPTION, THING}


def test_shipped_wordings_are_told_from_one_another() -> None:
    """Every twentieth wording is found again with a word in front of it that no wording has."""
    wordings = [(act, text) for act, own in read_wordings().items() for text in own]
    known = phrasings()
    found = [known.likeliest(f"zum {text}") for _, text in wordings[::20]]
    right = sum(
        likely is not None and likely.act == act for (act, _), likely in zip(wordings[::20], found, strict=True)
    )
    assert right >= 0.85 * len(found)
