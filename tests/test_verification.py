"""Verification: fixtures are found out, logic agrees with plain evaluation, a narrow look finds all a full one does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pipeline import brought_in
from engine.verification import verify
from engine.verification.logic import Logic
from kb.findings import Finding, errors_of
from kb.graph import Key
from kb.model import AllOf, Condition, Knowledge, NeedRaised
from kb.packs import SHIPPED, parse_pack, read_packs
from kb.reader import read_quads
from tests.changing import growths
from tests.generate import Builder, Draw, cases
from tests.reference import Case, Reference
from tests.test_kb_validation import EXPECTATION

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "fixtures" / "tiny"
SECOND = ROOT / "tests" / "second_domain" / "packs"
FIXTURES = sorted((ROOT / "tests" / "fixtures" / "verification").glob("*.ttl"))

Found = tuple[str, str, str, str]


def brought_by(fixture: Path) -> list[Finding]:
    """What verification says of the tiny knowledge base with a fixture on top that it does not say without."""
    base = read_quads(read_packs(TINY))
    known = {(one.severity, one.code, one.kind, one.term) for one in verify(base)}
    with_it = read_quads([*read_packs(TINY), *parse_pack(fixture.read_text(), pack="fixture")])
    return [one for one in verify(with_it) if (one.severity, one.code, one.kind, one.term) not in known]


def short(findings: list[Finding]) -> set[Found]:
    """Severity, kind, term and code of each."""
    return {(one.severity, one.kind, one.term, one.code) for one in findings}


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixture_is_found_out(fixture: Path) -> None:
    """Verification finds in a fixture what the fixture announces, and of other findings none that refuses it."""
    expected = set(EXPECTATION.findall(fixture.read_text()))
    found = brought_by(fixture)
    assert expected
    codes = {code for *_, code in expected}
    assert {one for one in short(found) if one[3] in codes} == expected
    assert {one.code for one in errors_of(found)} <= codes


def test_every_kind_of_finding_has_a_fixture() -> None:
    """No code of a finding exists without a fixture that provokes it."""
    codes = set()
    for module in (ROOT / "engine" / "verification").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "found":
                code = node.args[1]
                assert isinstance(code, ast.Constant), ast.unparse(node)
                codes.add(code.value)
    provoked = {code for fixture in FIXTURES for *_, code in EXPECTATION.findall(fixture.read_text())}
    assert len(codes) >= 16
    assert codes == provoked


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_findings_name_both_sides_and_say_how_to_mend(fixture: Path) -> None:
    """Each finding names its term's label, its other sides in the message as well as in data, and a way out."""
    knowledge = read_quads([*read_packs(TINY), *parse_pack(fixture.read_text(), pack="fixture")])
    for one in brought_by(fixture):
        assert one.hint.endswith("."), one
        assert one.message.endswith("."), one
        assert all(other in one.message for other in one.others), one
        term = knowledge.find(one.kind, one.term)
        assert one.label in (term.label, "")


def test_a_finding_reads_well() -> None:
    """One line names the term, the other side, what follows from it, and what to do."""
    (finding,) = brought_by(ROOT / "tests" / "fixtures" / "verification" / "conflicting-rules.ttl")
    assert str(finding) == (
        "warning: rule:b: it raises need:speed as weak, and rule:a under the same condition as strong;"
        " only strong ever counts. Say which strength is meant, or tell the conditions apart."
    )


@pytest.mark.parametrize("packs", [SHIPPED, SECOND], ids=["shipped", "second"])
def test_real_knowledge_bases_have_no_errors(packs: Path) -> None:
    """Nothing in the shipped packs and those of the second domain would be refused."""
    assert errors_of(verify(read_quads(read_packs(packs)))) == []


# --- Logic ------------------------------------------------------------------------------------------------------


@st.composite
def conditions_of_a_knowledge_base(draw: Draw) -> tuple[Knowledge, Condition, Condition, list[Case]]:
    """A knowledge base, two conditions over it, and cases in which to try them."""
    builder = Builder(draw)
    knowledge = builder.build()
    needs = list(knowledge.needs)
    one, other = builder.condition(needs), builder.condition(needs)
    return knowledge, one, other, [draw(cases(knowledge, packs=False)) for _ in range(6)]


@given(conditions_of_a_knowledge_base())
def test_what_logic_says_holds_in_every_case(drawn: tuple[Knowledge, Condition, Condition, list[Case]]) -> None:
    """No case refutes "one implies the other" or "never true"."""
    knowledge, one, other, tried = drawn
    logic = Logic(knowledge)
    implied, possible, together = logic.implies(one, other), logic.possible(one), logic.together(one, other)
    assert possible is not None
    assert (possible is False) <= (together is False)
    for case in tried:
        reference = Reference(knowledge, case)
        first, second = reference.truth(one), reference.truth(other)
        assert not (implied and first is True and second is not True), (case, one, other)
        assert not (possible is False and first is True), (case, one)
        assert not (together is False and first is True and second is True), (case, one, other)


@given(conditions_of_a_knowledge_base())
def test_logic_is_exact_where_needs_are_left_out(drawn: tuple[Knowledge, Condition, Condition, list[Case]]) -> None:
    """What logic says does not hold fails in some case: all cases of tasks and values are gone through here."""
    knowledge, one, other, _ = drawn
    if any(isinstance(part, NeedRaised) for condition in (one, other) for part in parts(condition)):
        return
    logic = Logic(knowledge)
    truths = [
        (Reference(bare, case).truth(one), Reference(bare, case).truth(other))
        for bare in [replace(knowledge, typical_values={}, constraints=undecided(knowledge))]
        for case in every_case(bare)
    ]
    # Logic reckons with one more task that lies below none of those there are.
    tasks_open = logic.possible(one) != any(first is True for first, _ in truths)
    if not tasks_open:
        holds = all(second is True for first, second in truths if first is True)
        assert logic.implies(one, other) in (holds, False)
    assert logic.possible(one) or not any(first is True for first, _ in truths)


def parts(condition: Condition) -> Iterator[Condition]:
    """A condition and what is inside it."""
    yield condition
    for inner in getattr(condition, "conditions", ()) or filter(None, [getattr(condition, "condition", None)]):
        yield from parts(inner)


def undecided(knowledge: Knowledge) -> dict[str, object]:
    """The constraints without defaults, so that every value can be unknown."""
    return {one.id: replace(one, default=None) for one in knowledge.constraints.values()}


def every_case(knowledge: Knowledge) -> Iterator[Case]:
    """Each task or none, with each value or none of each constraint."""
    found: list[dict[str, str]] = [{}]
    for constraint in knowledge.constraints.values():
        options = [None, *(value.id for value in constraint.values)]
        found = [{**one, **({constraint.id: v} if v else {})} for one in found for v in options]
    for task in (None, *knowledge.tasks):
        for values in found:
            yield Case(task, values)


def test_too_much_is_left_undecided() -> None:
    """Beyond the limit neither yes nor no is said."""
    knowledge = read_quads(read_packs(SHIPPED))
    wide = AllOf(tuple(NeedRaised(need) for need in list(knowledge.needs)[:10]))
    logic = Logic(knowledge)
    assert logic.possible(wide) is None
    assert logic.implies(wide, NeedRaised(next(iter(knowledge.needs)))) is None
    assert logic.implies(wide, wide) is True


# --- A narrow look ----------------------------------------------------------------------------------------------


@given(growths())
def test_a_narrow_look_finds_what_a_full_one_does(drawn: tuple[Knowledge, Knowledge, set[Key]]) -> None:
    """What a change brings in is found by looking at what it touches."""
    before, after, terms = drawn
    known = {without_words(one) for one in verify(before)}
    assert brought_in(before, after, terms) == [one for one in verify(after) if without_words(one) not in known]


def without_words(finding: Finding) -> tuple[object, ...]:
    """What makes a finding another one."""
    return finding.severity, finding.code, finding.kind, finding.term, finding.others
