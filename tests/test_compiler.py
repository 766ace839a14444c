"""From records to facts: every kind of condition and statement, and nothing but known facts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler import Compiler
from engine.terms import Compound, compound, write_term
from kb.model import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    Constraint,
    DemandRule,
    Knowledge,
    Need,
    NeedRaised,
    Not,
    Pack,
    Task,
    TaskIs,
    Value,
    ValueIs,
)
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.asking import engine
from tests.generate import by_id, knowledge_bases, schema_terms

ROOT = Path(__file__).parents[1]
SECOND_DOMAIN = ROOT / "tests" / "second_domain" / "packs"
FORMS = dict(
    re.findall(
        r"^fact_form\((\w+)\((.*)\)\)\.$",
        (ROOT / "engine" / "prolog" / "knowledge.pl").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


def small_world(*rules: DemandRule) -> Knowledge:
    """Three sizes, three needs in a line, two tasks."""
    values = tuple(Value(id=v, pack="p", label=v, constraint="size") for v in ("small", "medium", "large"))
    return Knowledge(
        **schema_terms(),
        packs=by_id([Pack(id="p", pack="p", label="p", precedence=7)]),
        tasks=by_id(
            [Task(id="walk", pack="p", label="walk"), Task(id="hike", pack="p", label="hike", broader=("walk",))]
        ),
        constraints=by_id([Constraint(id="size", pack="p", label="size", ordered=True, values=values)]),
        needs=by_id(
            [
                Need(id="comfort", pack="p", label="comfort"),
                Need(id="rest", pack="p", label="rest", broader=("comfort",)),
                Need(id="sleep", pack="p", label="sleep", broader=("rest",)),
            ]
        ),
        rules=by_id(list(rules)),
    )


def rule(when: Condition) -> DemandRule:
    """A rule under a condition."""
    return DemandRule(id="r", pack="p", label="r", when=when, need="rest", strength="strong")


SMALL = ValueIs("size", "is", ("small",))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (ALWAYS, "'true'"),
        (TaskIs("walk"), "task('walk')"),
        (SMALL, "value('size','is',['small'],['small'])"),
        (ValueIs("size", "is", ("large", "small")), "value('size','is',['large','small'],['small','large'])"),
        (ValueIs("size", "at-least", ("medium",)), "value('size','at_least',['medium'],['medium','large'])"),
        (ValueIs("size", "at-most", ("medium",)), "value('size','at_most',['medium'],['small','medium'])"),
        (NeedRaised("sleep"), "needs('sleep',['sleep'],1)"),
        (NeedRaised("comfort", "strong"), "needs('comfort',['comfort','rest','sleep'],3)"),
        (Not(TaskIs("walk")), "not(task('walk'))"),
        (AnyOf((TaskIs("walk"), SMALL)), "or([task('walk'),value('size','is',['small'],['small'])])"),
        (AllOf((TaskIs("walk"), Not(ALWAYS))), "and([task('walk'),not('true')])"),
    ],
)
def test_conditions(condition: Condition, text: str) -> None:
    """Every kind of condition has its term, scales and narrower needs worked out."""
    assert write_term(Compiler(small_world()).condition(condition)) == text


@pytest.mark.parametrize(
    ("condition", "anchors"),
    [
        (ALWAYS, ["always"]),
        (TaskIs("walk"), [compound("task", "walk")]),
        (AllOf((SMALL, TaskIs("walk"))), [compound("task", "walk")]),
        (AllOf((SMALL, AnyOf((TaskIs("walk"), TaskIs("hike"))))), [compound("task", "walk"), compound("task", "hike")]),
        (AnyOf((TaskIs("walk"), TaskIs("hike"))), [compound("task", "walk"), compound("task", "hike")]),
        (AllOf((NeedRaised("rest"), SMALL)), [compound("constraint", "size")]),
        (AnyOf((TaskIs("walk"), SMALL)), ["always"]),
        (Not(TaskIs("walk")), ["always"]),
        (NeedRaised("rest"), ["always"]),
        (Not(SMALL), ["always"]),
    ],
)
def test_anchors(condition: Condition, anchors: list[object]) -> None:
    """A rule is found by a key without which its condition cannot be true, the most selective there is."""
    facts = Compiler(small_world(rule(condition))).facts()
    assert [fact.arguments[0] for fact in facts if fact.functor == "demand_anchor"] == anchors


def known(facts: Iterable[Compound]) -> set[str]:
    """The functors of facts, each checked against the closed set."""
    found = set()
    for fact in facts:
        assert fact.functor in FORMS, fact
        assert len(fact.arguments) == len(FORMS[fact.functor].split(",")), fact
        found.add(fact.functor)
    return found


def test_the_closed_set_was_read() -> None:
    """The forms in knowledge.pl were understood."""
    assert len(FORMS) >= 25
    assert FORMS["pack"] == "_Pack, _Precedence"


@given(knowledge=knowledge_bases())
def test_only_known_facts(knowledge: Knowledge) -> None:
    """Whatever the knowledge, only facts of the closed set are written."""
    known(Compiler(knowledge).facts())


@pytest.mark.parametrize("root", [SECOND_DOMAIN, SHIPPED], ids=["second", "shipped"])
def test_packs_compile_and_load(root: Path) -> None:
    """Prolog accepts every fact of the packs."""
    compiler = Compiler(read_knowledge(load_packs(root)))
    facts = list(compiler.facts())
    assert known(facts) <= set(FORMS)
    assert engine().load("compiled", compiler.text()) == len(facts)
    engine().ask("unload", "compiled")


def test_the_second_domain_uses_every_form() -> None:
    """So that the tests on it reach all that is compiled."""
    assert known(Compiler(read_knowledge(load_packs(SECOND_DOMAIN))).facts()) == set(FORMS)


def shuffled(knowledge: Knowledge, seed: int) -> Knowledge:
    """The same knowledge with the records of each kind in another order."""
    order = random.Random(seed)
    changes = {}
    for entry in fields(knowledge):
        items = list(getattr(knowledge, entry.name).items())
        order.shuffle(items)
        changes[entry.name] = dict(items)
    return replace(knowledge, **changes)


@given(knowledge=knowledge_bases(), seed=st.integers(0, 1000))
def test_order_of_records_means_nothing(knowledge: Knowledge, seed: int) -> None:
    """The facts are the same set whatever order the records come in."""
    facts = sorted(Compiler(knowledge).text().splitlines())
    assert sorted(Compiler(shuffled(knowledge, seed)).text().splitlines()) == facts


@given(knowledge=knowledge_bases())
def test_no_fact_twice(knowledge: Knowledge) -> None:
    """Each fact is written once, so that nothing counts double."""
    facts = Compiler(knowledge).text().splitlines()
    assert len(facts) == len(set(facts))


def test_a_task_named_twice_is_one_anchor() -> None:
    """A rule for "this task or this task" is found under it once."""
    knowledge = read_knowledge(load_packs(SECOND_DOMAIN))
    rule = next(iter(knowledge.rules.values()))
    task = next(iter(knowledge.tasks))
    twice = replace(rule, when=AnyOf(conditions=(TaskIs(task=task), TaskIs(task=task))))
    facts = Compiler(replace(knowledge, rules={rule.id: twice})).facts()
    assert [fact.arguments for fact in facts if fact.functor == "demand_anchor"] == [(compound("task", task), rule.id)]


def test_every_statement_names_its_claims() -> None:
    """What a statement is derived from crosses for every kind of statement."""
    knowledge = read_knowledge(load_packs(SECOND_DOMAIN))
    found = {fact.arguments for fact in Compiler(knowledge).facts() if fact.functor == "based_on"}
    expected = {(kind, one.id, claim) for kind, one in knowledge.statements() for claim in one.claims}
    bands = {("band", one.id, claim) for one in knowledge.bands.values() for claim in one.claims}
    assert found == expected | bands
    assert len({kind for kind, _, _ in found}) >= 9
