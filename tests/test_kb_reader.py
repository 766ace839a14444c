"""Reading packs into records: what is read, in which order, and what is said of what cannot be."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from kb.model import ALWAYS, AllOf, AnyOf, Knowledge, NeedRaised, Not, TaskIs, ValueIs
from kb.namespaces import BASE, iri, is_id, short, split, try_split, value_iri
from kb.packs import SHIPPED, PackError, load_packs, parse_pack, read_packs
from kb.reader import KnowledgeError, read_knowledge, read_quads

TESTS = Path(__file__).parent
TINY = TESTS / "fixtures" / "tiny"
SECOND = TESTS / "second_domain" / "packs"
PREFIXES = "".join(
    f"@prefix {kind}: <{BASE}{kind}/> .\n"
    for kind in ("task", "constraint", "value", "need", "technique", "rule", "claim", "prerequisite", "scenario")
) + (
    f"@prefix aw: <{BASE}schema#> .\n@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)


def tiny_with(text: str) -> Knowledge:
    """The tiny knowledge base with more Turtle in a pack of its own."""
    return read_quads([*read_packs(TINY), *parse_pack(PREFIXES + text, pack="more")])


def test_terms_are_read_with_their_pack() -> None:
    """A task has what the pack says of it, a constraint its scale in order."""
    knowledge = read_knowledge(load_packs(TINY))
    task = knowledge.tasks["card-sorting"]
    assert (task.label, task.pack, task.broader) == ("card sorting", "base", ("sorting",))
    amount = knowledge.constraints["amount"]
    assert ([value.id for value in amount.values], amount.ordered, amount.unit) == (["few", "many"], True, "piece")
    assert (knowledge.constraints["colour"].default, knowledge.constraints["colour"].effort_weight) == ("red", 1)
    assert knowledge.bands["amount-few"].end == Decimal(50)
    assert knowledge.techniques["both"].parts == ("hand", "machine")
    assert knowledge.system is not None
    assert knowledge.claims["d"].source == "testers"


def test_strengths_and_degrees_come_from_the_schema() -> None:
    """Weights are those of the schema, and damage is told from lack."""
    knowledge = read_knowledge(load_packs(TINY))
    assert {name: one.weight for name, one in knowledge.strengths.items()} == {
        "moderate": 2,
        "required": 4,
        "strong": 3,
        "weak": 1,
    }
    degrees = {name: (one.weight, one.damages) for name, one in knowledge.degrees.items()}
    assert degrees["lacks"] == (-1, False)
    assert degrees["hurts"] == (-1, True)
    assert degrees["breaks"] == (-2, True)
    assert degrees["makes"] == (2, False)


@pytest.mark.parametrize(
    ("turtle", "condition"),
    [
        ("", ALWAYS),
        ("aw:when [ aw:is value:colour.red , value:colour.blue ] ;", ValueIs("colour", "is", ("blue", "red"))),
        ("aw:when [ aw:atMost value:amount.few ] ;", ValueIs("amount", "at-most", ("few",))),
        (
            "aw:when [ aw:needs need:care ; aw:minimum aw:strong ] , [ aw:task task:sorting ] ;",
            AllOf((NeedRaised("care", "strong"), TaskIs("sorting"))),
        ),
        (
            "aw:when [ aw:not [ aw:anyOf [ aw:needs need:care ] , [ aw:task task:sorting ] ] ] ;",
            Not(AnyOf((NeedRaised("care"), TaskIs("sorting")))),
        ),
        (
            "aw:when [ aw:allOf [ aw:needs need:care ] , [ aw:needs need:care ] ] ;",
            NeedRaised("care"),
        ),
    ],
)
def test_conditions_are_read(turtle: str, condition: object) -> None:
    """Each form of a condition becomes its record, in an order that does not depend on how it was written."""
    text = (
        f"rule:r a aw:DemandRule ; {turtle} aw:raises need:speed ; aw:strength aw:weak ; prov:wasDerivedFrom claim:c ."
    )
    assert tiny_with(text).rules["r"].when == condition


@pytest.mark.parametrize("packs", [TINY, SECOND, SHIPPED], ids=["tiny", "second", "shipped"])
def test_order_of_statements_never_matters(packs: Path) -> None:
    """Shuffled quads give the same knowledge, with ids in order."""
    quads = read_packs(packs)
    knowledge = read_quads(quads)
    shuffled = random.Random(7).sample(quads, len(quads))
    assert read_quads(shuffled) == knowledge
    assert repr(read_quads(shuffled)) == repr(knowledge)
    assert list(knowledge.claims) == sorted(knowledge.claims)


def test_a_term_said_of_in_two_packs_belongs_to_the_one_that_comes_first() -> None:
    """A pack may add a synonym to another's term without owning it."""
    knowledge = tiny_with('task:sorting skos:altLabel "ordering"@en .')
    assert knowledge.tasks["sorting"].pack == "base"
    assert knowledge.tasks["sorting"].synonyms == ("ordering",)


def test_every_fault_is_named_at_once() -> None:
    """What cannot be read is an error that names each term and why, never a missing key."""
    with pytest.raises(KnowledgeError) as caught:
        tiny_with(
            "rule:a a aw:DemandRule ; aw:strength aw:weak . "
            "rule:b a aw:DemandRule ; aw:raises need:nothing ; aw:strength aw:weak . "
            "constraint:c a aw:Constraint ; aw:scale aw:plain . "
            "scenario:s a aw:Scenario ; aw:value value:colour.red , value:colour.blue ; aw:expects technique:hand ."
        )
    faults = {(fault.kind, fault.term): fault.message for fault in caught.value.faults}
    assert faults["rule", "a"] == "aw:raises is missing, expected one need"
    assert faults["rule", "b"] == "aw:raises names need:nothing, which does not exist"
    assert "aw:values is missing" in faults["constraint", "c"]
    assert "states colour twice" in faults["scenario", "s"]


@pytest.mark.parametrize("fixture", sorted((TESTS / "fixtures").glob("*.ttl")), ids=lambda path: path.stem)
def test_no_fixture_crashes_the_reader(fixture: Path) -> None:
    """Whatever is wrong with a pack, reading it gives knowledge or names the faults."""
    quads = [*read_packs(TINY), *parse_pack(fixture.read_text(), pack="fixture")]
    try:
        assert "sorting" in read_quads(quads).tasks
    except KnowledgeError as error:
        assert error.faults


def test_syntax_errors_name_file_and_line(tmp_path: Path) -> None:
    """A slip in a file is reported with the file, the line, and what is wrong."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "rules.ttl").write_text("<x:a> <x:b> 1 .\n<x:a> nope:b 1 .\n")
    with pytest.raises(PackError, match=r"mine/rules\.ttl, line 2: .*nope") as caught:
        load_packs(tmp_path)
    assert caught.value.line == 2
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_without_packs_is_an_error(tmp_path: Path) -> None:
    """Nothing to read is never taken for a knowledge base."""
    with pytest.raises(PackError, match="no pack here"):
        load_packs(tmp_path)


def test_packs_are_folders_named_by_ids(tmp_path: Path) -> None:
    """The folder's name is the pack's id, so it must be one."""
    (tmp_path / "My Pack").mkdir()
    (tmp_path / "My Pack" / "a.ttl").write_text("<x:a> <x:b> 1 .")
    with pytest.raises(PackError, match="is not an id"):
        load_packs(tmp_path)


def test_a_single_pack_comes_in_several_formats() -> None:
    """Turtle and JSON-LD of the same pack give the same quads."""
    turtle = parse_pack("<x:a> <x:b> [ <x:c> <x:d> ] .")
    json_ld = parse_pack(b'{"@id": "x:a", "x:b": {"x:c": {"@id": "x:d"}}}', "application/ld+json")
    assert set(turtle) == set(json_ld)


@pytest.mark.parametrize(
    ("data", "media_type", "message"),
    [
        ("<x:a> <x:b> 1 .", "text/csv", "text/csv cannot be read as a pack"),
        ('{"@context": "https://example.org/context"}', "application/ld+json", "remote context"),
        ('{"@id": "x:g", "@graph": [{"@id": "x:a", "x:b": 1}]}', "application/ld+json", "names the graph <x:g>"),
    ],
)
def test_what_is_no_pack_is_refused(data: str, media_type: str, message: str) -> None:
    """Unknown formats, documents that point elsewhere, and documents with graphs of their own are refused."""
    with pytest.raises(PackError, match=message):
        parse_pack(data, media_type)


def test_iris_are_made_and_taken_apart() -> None:
    """Names and ids convert both ways, and what is no id is refused with its form."""
    assert split(iri("need", "low-cost")) == ("need", "low-cost")
    assert split(value_iri("colour", "red")) == ("value", "colour.red")
    assert short(iri("claim", "a24")) == "claim:a24"
    assert short("http://elsewhere.org/x") == "http://elsewhere.org/x"
    assert try_split(BASE + "need/Low_Cost") is None
    assert not is_id("a--b")
    with pytest.raises(ValueError, match="no kind of term"):
        iri("planet", "mars")
    with pytest.raises(ValueError, match="well-formed id"):
        iri("value", "red")
    with pytest.raises(ValueError, match="not the IRI of a term"):
        split("http://elsewhere.org/x")
