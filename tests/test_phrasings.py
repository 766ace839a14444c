"""Acts by their likeness to known wordings: wordings made up here, and those that are shipped."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from itertools import pairwise

import pytest
from test_chat_dialogues import ACTS

from chat.fitting import fit, read_fitted
from chat.meaning import word_vectors
from chat.phrasings import OPTION, THING, Phrasings, digest_of_wordings, phrasings, read_wordings, tokens_of

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


def test_the_conversation_makes_acts_likelier() -> None:
    """What is as like two acts is taken for the one that comes oftener at that point."""
    kitchen = Phrasings(KITCHEN, None)
    for act in KITCHEN:
        leaning = {other: 1.0 if other == act else 0.0001 for other in KITCHEN}
        assert kitchen.likeliest("soup and dishes", leaning).act == act


def test_what_is_fitted_is_kept_as_it_is() -> None:
    """Written and read, it tells the same shares; they add up to 1."""
    texts = [(act, tokens_of(text)) for act, own in KITCHEN.items() for text in own]
    fitted = fit([act for act, _ in texts], [tokens for _, tokens in texts], word_vectors())
    file = BytesIO()
    fitted.write(file, "of these")
    file.seek(0)
    again, digest = read_fitted(file)
    assert digest == "of these"
    for _, tokens in texts:
        shares = fitted.shares(tokens, word_vectors())
        assert shares.sum() == pytest.approx(1.0)
        assert again.shares(tokens, word_vectors()) == pytest.approx(shares, abs=0.01)


def test_what_is_shipped_was_fitted_to_the_wordings_that_are_shipped() -> None:
    """Otherwise the first message would wait until it is fitted anew: run ``scripts/fit-wordings``."""
    fitted, digest = read_fitted(BytesIO(files("chat").joinpath("words", "acts.npz").read_bytes()))
    assert digest == digest_of_wordings()
    assert {*fitted.classes} == {*read_wordings()}


def test_the_wordings_are_of_every_act_and_of_no_two() -> None:
    """Each act has many, none of two acts; they have no slots but the two."""
    wordings = read_wordings()
    assert {*wordings} == set(ACTS.split())
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
