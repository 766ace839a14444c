"""Words for terms: found exactly by any name, nearly in spite of typos."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lexicon import Lexicon, normal
from kb.model import Constraint, Knowledge, Task, Value
from kb.nearest import nearest, similarity
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads

SECOND = read_quads(read_packs(Path(__file__).parent / "second_domain" / "packs"))


def task(name: str, label: str, **more: object) -> Task:
    """A task with names."""
    return Task(id=name, pack="p", label=label, **more)


def knowledge_of(*tasks: Task) -> Knowledge:
    """A knowledge base of tasks alone."""
    return Knowledge(tasks={one.id: one for one in tasks})


@pytest.mark.parametrize(
    "text", ["payment-ledger", "payment_ledger", "Payment Ledger", "  payment  ledger. ", "“payment ledger”"]
)
def test_ids_and_labels_are_found_however_written(text: str) -> None:
    """Case, hyphens, spaces and marks around a name do not matter."""
    assert Lexicon(SECOND).find("task", text) == "payment-ledger"


@pytest.mark.parametrize("packs", [SHIPPED, None], ids=["shipped", "second"])
def test_every_term_is_found_by_its_id(packs: Path | None) -> None:
    """An id always finds its own term, or the one that replaces it."""
    knowledge = read_quads(read_packs(packs)) if packs else SECOND
    lexicon = Lexicon(knowledge)
    for kind in ("task", "constraint", "need", "technique"):
        terms = knowledge.of(kind)
        assert terms
        for term in terms.values():
            assert lexicon.find(kind, term.id) == (term.replaced_by or term.id)
    for constraint in knowledge.constraints.values():
        for value in constraint.values:
            assert lexicon.find_value(constraint.id, value.id) == value.id


def test_names_count_by_how_telling_they_are() -> None:
    """An id counts before a label, a label before a synonym, a synonym before a hidden label; examples name nothing."""
    lexicon = Lexicon(
        knowledge_of(
            task("one", "first", synonyms=("two", "shared"), examples=("as people say",)),
            task("two", "second", hidden=("shared",)),
        )
    )
    assert lexicon.find("task", "two") == "two"
    assert lexicon.find("task", "shared") == "one"
    assert lexicon.find("task", "as people say") is None


def test_a_name_of_two_terms_finds_neither_but_both_are_near() -> None:
    """Nobody guesses which of two terms was meant."""
    lexicon = Lexicon(knowledge_of(task("one", "first", hidden=("it",)), task("two", "second", hidden=("it",))))
    assert lexicon.find("task", "it") is None
    assert lexicon.nearest("task", "it") == ("one", "two")


def test_deprecated_terms_lead_to_their_successors() -> None:
    """The name of a term that was replaced means the new one, through any number of steps."""
    lexicon = Lexicon(
        knowledge_of(
            task("old", "old", replaced_by="newer"), task("newer", "newer", replaced_by="new"), task("new", "new")
        )
    )
    assert lexicon.find("task", "old") == "new"


def test_values_are_looked_up_within_their_constraint() -> None:
    """The same word may be a value of two constraints."""

    def constraint(name: str, value: str) -> Constraint:
        one = Value(id=value, pack="p", label="plenty", constraint=name)
        return Constraint(id=name, pack="p", label=name, ordered=True, values=(one,))

    lexicon = Lexicon(Knowledge(constraints={"a": constraint("a", "x"), "b": constraint("b", "y")}))
    assert (lexicon.find_value("a", "Plenty"), lexicon.find_value("b", "plenty")) == ("x", "y")
    assert lexicon.find_value("c", "plenty") is None


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("task", "paymnt ledgr", "payment-ledger"),
        ("task", "ledger payment", "payment-ledger"),
        ("technique", "relational databse", "relational-database"),
        ("constraint", "read rat", "read-rate"),
    ],
)
def test_typos_find_the_nearest(kind: str, text: str, first: str) -> None:
    """What was probably meant comes first."""
    assert Lexicon(SECOND).nearest(kind, text)[0] == first


def test_what_resembles_nothing_has_no_nearest() -> None:
    """No choice is offered that would only puzzle."""
    assert Lexicon(SECOND).nearest("task", "zzqqxx") == ()
    assert nearest("zzqqxx", ["alpha", "beta"]) == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_a_share_and_full_for_equals(one: str, other: str) -> None:
    """Similarity lies between 0 and 100, and a name is wholly similar to itself."""
    assert 0 <= similarity(one, other) <= 100
    assert similarity(one, one) == 100


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    """Looking up never fails, and normal forms are stable."""
    lexicon = Lexicon(SECOND)
    assert lexicon.find("task", text) is None or lexicon.find("task", text) in SECOND.tasks
    assert {*lexicon.nearest("need", text)} <= {*SECOND.needs}
    assert normal(normal(text)) == normal(text)


def test_phrases_say_where_they_come_from() -> None:
    """Every phrase carries its term and origin; values carry their constraint."""
    phrases = Lexicon(SECOND).phrases
    assert {"id", "label", "synonym"} <= {phrase.origin for phrase in phrases}
    assert all(phrase.constraint in SECOND.constraints for phrase in phrases if phrase.kind == "value")
    assert any(phrase.kind == "value" for phrase in phrases)
