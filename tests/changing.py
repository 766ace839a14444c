"""Generated changes: two knowledge bases that differ in a few terms, as a change that passed validation leaves them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from kb.graph import Key, all_terms, references
from kb.model import ATTRIBUTE_OF_KIND, Knowledge, Term
from tests.generate import DEGREES, STRENGTHS, Builder, Draw

GOING = (
    *("task", "rule", "contribution", "prerequisite", "penalty", "interaction", "technique", "need", "constraint"),
    *("typical", "advice", "step", "tradeoff", "band", "resolution", "claim"),
)
"""Kinds of terms that come and go."""


def without(knowledge: Knowledge, gone: Set[Key]) -> Knowledge:
    """A knowledge base less some terms, and less all that names them."""
    lost = set(gone)
    while True:
        left = [(kind, term) for kind, term in all_terms(knowledge) if (kind, term.id) not in lost]
        more = {(kind, term.id) for kind, term in left if references(kind, term) & lost}
        if not more:
            return with_terms(knowledge, dict.fromkeys(lost))
        lost |= more


def with_terms(knowledge: Knowledge, terms: dict[Key, Term | None]) -> Knowledge:
    """A knowledge base with some terms put in place of others, or (None) taken away."""
    attributes: dict[str, Any] = {}
    for kind, attribute in ATTRIBUTE_OF_KIND.items():
        own = {**knowledge.of(kind), **{one: term for (of, one), term in terms.items() if of == kind}}
        attributes[attribute] = {one: term for one, term in sorted(own.items()) if term is not None}
    return Knowledge(**attributes)


def altered(draw: Draw, knowledge: Knowledge) -> Knowledge:
    """A knowledge base with one term that says something else."""
    ways: list[tuple[str, dict[str, Any]]] = [
        ("rule", {"strength": draw(st.sampled_from(sorted(STRENGTHS)))}),
        ("contribution", {"degree": draw(st.sampled_from(sorted(DEGREES)))}),
        ("technique", {"complexity": draw(st.integers(1, 4))}),
        ("pack", {"precedence": draw(st.integers(0, 2)) * 10}),
        ("pack", {"active": False}),
        ("need", {"label": "another name"}),
        ("task", {"label": "another name"}),
        ("constraint", {"default": None}),
        ("penalty", {"points": 7}),
    ]
    kind, fields = draw(st.sampled_from(ways))
    terms = knowledge.of(kind)  # type: ignore[arg-type]
    if not terms:
        return knowledge
    one = draw(st.sampled_from(sorted(terms)))
    return with_terms(knowledge, {(kind, one): replace(terms[one], **fields)})  # type: ignore[dict-item]


def differing(one: Knowledge, other: Knowledge) -> set[Key]:
    """The terms in which two knowledge bases differ."""
    every = [(kind, term.id) for knowledge in (one, other) for kind, term in all_terms(knowledge)]
    return {(kind, term) for kind, term in every if one.find(kind, term) != other.find(kind, term)}


@st.composite
def growths(draw: Draw) -> tuple[Knowledge, Knowledge, set[Key]]:
    """Two knowledge bases and the terms in which they differ: some come or go, and one may say something else."""
    whole = Builder(draw).build()
    keys = [(kind, one) for kind in GOING for one in whole.of(kind)]  # type: ignore[arg-type]
    gone = draw(st.lists(st.sampled_from(keys), max_size=3, unique=True))
    less = without(whole, set(gone))  # type: ignore[arg-type]
    if draw(st.booleans()):
        less = altered(draw, less)
    terms = differing(whole, less)
    return (less, whole, terms) if draw(st.booleans()) else (whole, less, terms)
