"""Validation: every fixture is found out, and nothing sound is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from kb.findings import Finding, InvalidKnowledgeError, errors_of
from kb.packs import SHIPPED, load_packs, parse_pack, read_packs
from kb.paths import ONTOLOGY
from kb.validation import SHAPES, inspect, rules_hash, validate, validate_quads

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
TINY = TESTS / "fixtures" / "tiny"
FIXTURES = sorted((TESTS / "fixtures").glob("*.ttl"))
EXPECTATION = re.compile(r"^# finds: (\w+) (\w*):(\S+) (\S+)$", re.MULTILINE)


def expected_in(fixture: Path) -> set[tuple[str, str, str, str]]:
    """Severity, kind, term and code of each finding that a fixture announces."""
    return set(EXPECTATION.findall(fixture.read_text()))


def found_by(findings: list[Finding]) -> set[tuple[str, str, str, str]]:
    """The same of findings; a condition that belongs to nothing goes by a star, as its name is a hash."""
    return {(one.severity, one.kind, "*" if "genid" in one.term else one.term, one.code) for one in findings}


def with_fixture(fixture: Path | str) -> list[Finding]:
    """What validation says about the tiny knowledge base with a fixture (a file, or its text) on top."""
    text = fixture.read_text() if isinstance(fixture, Path) else fixture
    return validate_quads([*read_packs(TINY), *parse_pack(text, pack="fixture")])


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixture_is_found_out(fixture: Path) -> None:
    """Validation finds in a fixture exactly what the fixture announces."""
    assert expected_in(fixture)
    assert found_by(with_fixture(fixture)) == expected_in(fixture)


def test_every_shape_and_every_check_has_a_fixture() -> None:
    """No code of a finding exists without a fixture that provokes it."""
    provoked = {code for fixture in FIXTURES for *_, code in expected_in(fixture)}
    assert len(FIXTURES) > 50
    assert (shape_codes() | check_codes()) - provoked == set()


def shape_codes() -> set[str]:
    """The codes of all shapes that say something, and of those that are closed."""
    shapes = Graph().parse(ONTOLOGY / "shapes.ttl")
    own = {str(shape) for shape in shapes.subjects(SH.message) if isinstance(shape, URIRef)}
    closed = {f"{shape}-property" for shape in shapes.subjects(SH.closed)}
    codes = {name.removeprefix(str(SHAPES)) for name in own | closed}
    assert len(codes) > 100
    return codes


def check_codes() -> set[str]:
    """The codes that stand in the source of the checks written in Python."""
    codes = set()
    for name in ("bands", "checks", "formulas", "references", "validation"):
        for node in ast.walk(ast.parse((ROOT / "kb" / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    codes.add(code.value)
                elif isinstance(code, ast.JoinedStr):  # circular-{what}: one code for each hierarchy
                    codes |= {"circular-broader", "circular-refinement", "circular-part", "circular-conversion"}
    assert len(codes) > 30
    return codes


def test_tiny_knowledge_base_is_sound() -> None:
    """Nothing at all is said against the knowledge base on which the fixtures stand."""
    assert validate(load_packs(TINY)) == []


@pytest.mark.parametrize("packs", [SHIPPED, TESTS / "second_domain" / "packs"], ids=["shipped", "second"])
def test_real_knowledge_bases_have_no_errors(packs: Path) -> None:
    """The shipped packs and those of the second domain are valid."""
    assert [str(finding) for finding in errors_of(validate(load_packs(packs)))] == []


def test_a_finding_says_where_what_and_what_is_nearest() -> None:
    """A misspelt need is named with the rule it stands in, and with the need that was meant."""
    (finding,) = with_fixture(TESTS / "fixtures" / "unknown-individual.ttl")
    assert str(finding) == (
        "error: rule:a: aw:strength is aw:stong, which it cannot be."
        " Expected: one of aw:moderate, aw:required, aw:strong, aw:weak. Did you mean aw:strong?"
    )


def test_a_misspelt_property_gets_the_right_one() -> None:
    """A closed shape names the property that was meant first."""
    findings = with_fixture(TESTS / "fixtures" / "rule.ttl")
    (finding,) = [one for one in findings if one.code == "rule-property"]
    assert finding.nearest[0] == "aw:when"
    assert "aw:wen is no property of a demand rule" in finding.message


def test_faults_inside_conditions_are_laid_at_the_statement() -> None:
    """A condition has no name of its own, so its faults are those of the rule that holds it."""
    findings = with_fixture(TESTS / "fixtures" / "condition.ttl")
    assert {finding.kind for finding in findings} == {"rule"}


def test_order_of_statements_does_not_matter() -> None:
    """The report is the same whatever order the quads come in."""
    text = (TESTS / "fixtures" / "condition.ttl").read_text()
    quads = [*read_packs(TINY), *parse_pack(text, pack="fixture")]
    assert validate_quads(quads) == validate_quads(quads[::-1])


def test_only_what_changed_is_checked_one_by_one() -> None:
    """With a list of changed subjects, faults elsewhere that one term shows alone are taken as known."""
    text = (TESTS / "fixtures" / "rule.ttl").read_text()
    quads = [*read_packs(TINY), *parse_pack(text, pack="fixture")]
    changed = {"https://w3id.org/adaptwise/rule/a"}
    codes = {(one.term, one.code) for one in inspect(quads, changed)[1] if one.code != "unreadable"}
    assert codes == {("a", "rule-raises")}


def test_invalid_knowledge_lists_every_finding() -> None:
    """The error that refuses a knowledge base says all that is wrong with it."""
    errors = errors_of(with_fixture(TESTS / "fixtures" / "rule.ttl"))
    assert len(errors) > 2
    assert all(str(error) in str(InvalidKnowledgeError(errors)) for error in errors)


def test_rules_hash_follows_the_rules() -> None:
    """What content is validated by has a hash of its own."""
    assert re.fullmatch(r"[0-9a-f]{64}", rules_hash())
