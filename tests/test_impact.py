"""Impact: what a change does to answers is told, and what it is said not to touch stays as it is."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.answers import StoredAnswer
from engine.bearing import Asked, Bearing
from engine.impact import MOST_COMPARED, Compared, Impact, Question, impact_of, questions_of
from engine.profile import InvalidProfile
from kb.graph import Key
from kb.model import ALWAYS, Contribution, DemandRule, Knowledge, Scenario, Task, TaskIs, Technique, ValueIs
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads
from tests.asking import advising
from tests.changing import differing, growths, with_terms
from tests.generate import Draw, cases
from tests.reference import UNKNOWN, Case

TINY = Path(__file__).parent / "fixtures" / "tiny"
MANY = {"amount": "many"}


@pytest.fixture(scope="module")
def tiny() -> Knowledge:
    """The tiny knowledge base, in which a machine is recommended where there are many things."""
    return read_quads(read_packs(TINY))


def asked(task: str | None = None, values: dict[str, str] | None = None, needs: tuple[str, ...] = ()) -> Question:
    """A question to compare answers on."""
    request = {"task": task, "constraints": values or {}, "needs": dict.fromkeys(needs, "strong")}
    return Question("scenario", "one", "One", request)


def impact(before: Knowledge, after: Knowledge, *questions: Question) -> Impact:
    """What the change from one knowledge base to another does to these questions."""
    with advising(before) as advisor:
        return impact_of(questions, advisor, after, differing(before, after), lambda: advising(after))


def statement(kind: type, name: str, **fields: object) -> object:
    """A statement of the pack of the tiny knowledge base."""
    return kind(id=name, pack="base", label=f"{name} says so", claims=("c",), **fields)


# --- Worked examples --------------------------------------------------------------------------------------------


def test_another_recommendation_is_told_with_what_it_comes_from(tiny: Knowledge) -> None:
    """A new technique that gives more wins; the reason is what it gives."""
    belt = Technique(id="belt", pack="base", label="by belt", complexity=0)
    fast = statement(Contribution, "belt-speed", technique="belt", need="speed", degree="makes")
    found = impact(
        tiny, with_terms(tiny, {("technique", "belt"): belt, ("contribution", "belt-speed"): fast}), asked(values=MANY)
    )
    (one,) = found.effects
    assert one.effect == "answer"
    assert (one.before.winners, one.after.winners) == (["machine"], ["belt"])
    assert ("contribution", "belt-speed") in one.came
    assert "technique:belt" in one.nodes["added"]
    assert found.as_text().splitlines()[:3] == [
        "Of one question looked at, one would get another answer.",
        "• “One”: by belt instead of by machine.",
        "    It counts now: belt-speed says so (contribution:belt-speed).",
    ]


def test_the_same_on_other_grounds_is_told_apart(tiny: Knowledge) -> None:
    """A rule that only makes the demand greater leaves the answer and changes the proof."""
    rule = statement(DemandRule, "at-once", need="speed", strength="required", when=ValueIs("amount", "is", ("many",)))
    found = impact(tiny, with_terms(tiny, {("rule", "at-once"): rule}), asked(values=MANY), asked())
    changed, still_open = found.effects
    assert (changed.effect, changed.came) == ("explanation", [("rule", "at-once")])
    assert "demand:speed" in changed.nodes["changed"]
    assert "    By machine has eight points instead of six." in found.as_text()
    assert still_open.came == []  # the rule waits for the amount: a step of the proof, and nothing at work
    assert still_open.nodes["added"] == ["rule:at-once"]


def test_what_can_no_longer_be_asked_is_told(tiny: Knowledge) -> None:
    """A question about a task that goes has no answer any more."""
    found = impact(tiny, with_terms(tiny, {("task", "card-sorting"): None}), asked("card-sorting"), asked("sorting"))
    (one,) = found.effects
    assert (one.effect, one.as_dict()["after"], found.untouched) == ("no-answer", None, 1)
    assert "can no longer be asked" in found.as_text()


def test_a_new_task_touches_no_question_about_others(tiny: Knowledge) -> None:
    """Nothing is asked at all where a change cannot bear."""
    new = {
        ("task", "packing"): Task(id="packing", pack="base", label="packing", broader=("sorting",)),
        ("rule", "gently"): statement(DemandRule, "gently", need="speed", strength="required", when=TaskIs("packing")),
    }
    found = impact(tiny, with_terms(tiny, new), asked("sorting"), asked("card-sorting", MANY), asked(values=MANY))
    assert (found.questions, found.untouched, found.compared, found.effects) == (3, 3, 0, ())
    assert found.as_text() == "Of three questions looked at, none would get another answer or explanation."


def test_there_is_an_end_to_it(tiny: Knowledge) -> None:
    """Beyond a fixed number questions are left out, and it is said how many."""
    rule = statement(DemandRule, "at-once", need="speed", strength="required", when=ALWAYS)
    questions = [replace(asked(values=MANY), id=str(number)) for number in range(MOST_COMPARED + 5)]
    found = impact(tiny, with_terms(tiny, {("rule", "at-once"): rule}), *questions)
    assert (found.compared, found.left_out, len(found.effects)) == (MOST_COMPARED, 5, MOST_COMPARED)
    assert "five were left out" in found.as_text()


def test_nothing_to_compare_is_said(tiny: Knowledge) -> None:
    """Without scenarios and stored questions the impact says so."""
    assert impact(tiny, tiny).as_text() == "There is no scenario and no earlier question to compare answers on."


def test_scenarios_and_stored_questions_are_asked_once_each(tiny: Knowledge) -> None:
    """A stored question with the packs that are on is asked with those that are on then; the same is asked once."""
    scenario = Scenario(
        id="many", pack="base", label="Many", task=None, values=(("amount", "many"),), needs=(), expects=("machine",)
    )
    known = replace(tiny, scenarios={"many": scenario})
    request = {"task": "sorting", "constraints": {"amount": 120}, "needs": {}, "exclude": []}
    day = datetime.date(2026, 11, 22)
    stored = [StoredAnswer(one, 1, request, ("base",), day) for one in ("a", "b")]
    other = StoredAnswer("c", 1, request, (), day)
    scenario_asked, answer_asked, without_packs = questions_of(known, [*stored, other])
    assert (scenario_asked.label, scenario_asked.packs) == ("Many", None)
    assert (answer_asked.id, answer_asked.packs, answer_asked.label) == ("a", None, "sorting; amount: 120")
    assert without_packs.packs == ()


def test_what_simplicity_decides_is_told(tiny: Knowledge) -> None:
    """Where only the order of equals is another, that is the reason."""
    same = {
        (kind, f"belt-{one.id}"): replace(one, id=f"belt-{one.id}", technique="belt")
        for kind, one in tiny.statements()
        if getattr(one, "technique", None) == "machine"
    }
    machine = tiny.techniques["machine"]
    belt = replace(machine, id="belt", label="by belt", complexity=machine.complexity + 1)
    before = with_terms(tiny, {("technique", "belt"): belt, **same})
    simpler = replace(belt, complexity=machine.complexity - 1)
    (one,) = impact(before, with_terms(before, {("technique", "belt"): simpler}), asked(values=MANY)).effects
    assert (one.before.winners, one.after.winners) == (["machine"], ["belt"])
    assert one.as_dict()["reasons"] == ["By belt counts as simpler than before, which decides among equals."]


def test_the_shipped_scenarios_are_compared() -> None:
    """Over the shipped knowledge, a rule that goes is told with the scenarios in which it fired."""
    shipped = read_quads(read_packs(SHIPPED))
    questions = questions_of(shipped)
    assert len(questions) == len(shipped.scenarios) > 10
    fired = None
    with advising(shipped) as advisor:
        proofs = {q.id: advisor.decide(advisor.profile(**q.request)).proof for q in questions}
    for rule in shipped.rules:
        where = {one for one, proof in proofs.items() if f"rule:{rule}" in proof.nodes}
        where = {one for one in where if proofs[one].nodes[f"rule:{rule}"]["truth"] == "true"}
        if where:
            fired = rule, where
            break
    rule, where = fired
    found = impact(shipped, with_terms(shipped, {("rule", rule): None}), *questions)
    assert {one.question.id for one in found.effects if ("rule", rule) in one.went} == where


# --- Properties -------------------------------------------------------------------------------------------------


@st.composite
def changed_questions(draw: Draw) -> tuple[Knowledge, Knowledge, set[Key], list[Case]]:
    """A change, and cases of the knowledge base before it."""
    before, after, terms = draw(growths())
    return before, after, terms, [draw(cases(before)) for _ in range(3)]


@given(changed_questions())
def test_what_is_called_untouched_stays_the_same(drawn: tuple[Knowledge, Knowledge, set[Key], list[Case]]) -> None:
    """A question on which a change is said not to bear has the same decision and the same proof after it."""
    before, after, terms, tried = drawn
    bearing = Bearing(before, after, terms)
    with advising(before) as old, advising(after) as new:
        for case in tried:
            profile = old.profile(case.task, case.values, case.needs, sorted(case.exclude))
            packs = None if case.packs is None else tuple(sorted(case.packs))
            touched = bearing.touches(Asked(profile, packs))
            event(f"touched: {touched}")
            if not touched:
                request = profile.request()
                try:
                    again = new.decide(new.profile(**request), packs)
                except InvalidProfile as error:
                    raise AssertionError(f"{request} can no longer be asked") from error
                question = Question("answer", "one", "One", request, packs)
                assert Compared(question, old.decide(profile, packs), again).effect is None


@given(changed_questions())
def test_impact_is_the_difference_of_the_answers(drawn: tuple[Knowledge, Knowledge, set[Key], list[Case]]) -> None:
    """What is told of each question is what asking before and after gives."""
    before, after, _, tried = drawn
    questions = []
    for number, case in enumerate(tried):  # as they are stored: what is said to be unknown is not said
        stated = {name: value for name, value in case.values.items() if value != UNKNOWN}
        request = {"task": case.task, "constraints": stated, "needs": case.needs, "exclude": []}
        questions.append(Question("answer", str(number), str(number), request))
    found = impact(before, after, *questions)
    assert found.questions == 3
    assert found.left_out == 0
    effects = {one.question.id: one for one in found.effects}
    with advising(before) as old, advising(after) as new:
        for question in questions:
            first = old.decide(old.profile(**question.request))
            try:
                second = new.decide(new.profile(**question.request))
            except InvalidProfile:
                assert effects[question.id].effect == "no-answer"
                continue
            same = (first.winners, first.reply["variant"]) == (second.winners, second.reply["variant"])
            one = effects.get(question.id)
            assert (one is not None and one.effect == "answer") == (not same)
            if one is None:
                assert first.proof.as_dict() == second.proof.as_dict()
            else:
                document = one.as_dict()
                assert document["text"]
                assert document["reasons"]
