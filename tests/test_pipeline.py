"""The pipeline: findings name term, line and way out, all at once; a dry run says exactly what the commit then does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.live import LiveAdvisor
from engine.pipeline import Pipeline, Preview
from kb.changes import Change, Demand, TaskDescription, add_task, remove_task, replace_task
from kb.definitions import ChangeError
from kb.diff import difference
from kb.findings import InvalidKnowledgeError
from kb.history import delta_of
from kb.identity import content_hash
from kb.packs import parse_pack
from kb.source_lines import Source
from kb.store import Snapshot, Store
from tests.asking import engine
from tests.generate import Draw

TINY = Path(__file__).parent / "fixtures" / "tiny"
PREFIXES = "".join(
    f"@prefix {kind}: <https://w3id.org/adaptwise/{kind}/> .\n"
    for kind in ("task", "need", "rule", "claim", "value", "constraint", "technique", "contribution", "pack")
) + (
    "@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)
FIRST = PREFIXES.count("\n")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store with the tiny knowledge base."""
    found = Store(f"sqlite:///{tmp_path / 'test.db'}", TINY)
    found.open()
    yield found
    found.database.close()


def uploaded(text: str) -> Change:
    """A change as an upload makes it."""
    quads = tuple(parse_pack(PREFIXES + text, pack="mine"))
    return Change(1, quads, (), "Ann", "Try it", ("pack", "mine"), Source(PREFIXES + text))


FAULTY = """
task:packing a aw:Task ;
    skos:definition "Putting into boxes."@en .

rule:gently a aw:DemandRule ; skos:prefLabel "Gently does it"@en ;
    aw:raises need:cair ; aw:strength aw:strong ;
    aw:when [ aw:task task:packing ] , [ aw:wen value:colour.red ] ;
    prov:wasDerivedFrom claim:c .

value:colour.green a aw:Value ; skos:prefLabel "green"@en .
rule:never a aw:DemandRule ; skos:prefLabel "Never"@en ; aw:raises need:care ; aw:strength aw:weak ;
    aw:when [ aw:is value:colour.red ] , [ aw:is value:colour.blue ] ; prov:wasDerivedFrom claim:c .
"""


def test_all_faults_are_told_with_term_line_and_way_out(store: Store) -> None:
    """Form, references, structure and meaning: every fault in one answer, each at its line."""
    preview = Pipeline(store).preview(uploaded(FAULTY))
    told = {(one.name, one.line - FIRST, one.code) for one in preview.errors}
    assert told == {
        ("task:packing", 2, "vocabulary-label"),
        ("rule:gently (“Gently does it”)", 5, "unknown-term"),
        ("rule:gently (“Gently does it”)", 5, "condition"),
        ("rule:gently (“Gently does it”)", 5, "condition-property"),
        ("value:colour.green (“green”)", 10, "value-without-place"),
        ("rule:never (“Never”)", 11, "contradictory-condition"),
    }
    (unknown,) = [one for one in preview.errors if one.code == "unknown-term"]
    assert str(unknown) == (
        f"error: line {FIRST + 5}: rule:gently (“Gently does it”): aw:raises names need:cair, but there is no such"
        " need. Expected: need:<id>. Did you mean need:care?"
    )


def test_what_has_errors_is_refused_with_all_of_them(store: Store) -> None:
    """Saving a preview with errors saves nothing and raises them."""
    pipeline = Pipeline(store)
    preview = pipeline.preview(uploaded(FAULTY))
    with pytest.raises(InvalidKnowledgeError) as caught:
        pipeline.save(preview)
    assert caught.value.findings == preview.errors
    assert preview.impact is None
    assert store.head().number == 1


# --- Property 8 -------------------------------------------------------------------------------------------------


@dataclass
class House:
    """A store with somebody who answers from it."""

    store: Store
    live: LiveAdvisor
    pipeline: Pipeline


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A store that goes through every generated change, one after the other."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('house') / 'test.db'}", TINY)
    store.open()
    live = LiveAdvisor(store, engine())
    scenarios = """
        scenario:many a aw:Scenario ; skos:prefLabel "Many cards"@en ; aw:task task:card-sorting ;
            aw:value value:amount.many ; aw:expects technique:machine .
        scenario:any a aw:Scenario ; skos:prefLabel "Anything"@en ; aw:expects technique:hand .
        scenario:careful a aw:Scenario ; skos:prefLabel "Careful"@en ; aw:need need:care ; aw:expects technique:hand .
    """
    head = "@prefix scenario: <https://w3id.org/adaptwise/scenario/> .\n" + PREFIXES
    store.commit(1, parse_pack(head + scenarios, pack="base"), (), "Ann", "Scenarios")
    yield House(store, live, Pipeline(store, lambda: live))
    store.database.close()


NEEDS, VALUES = ("speed", "care", "work"), ("amount.many", "amount.few", "colour.red", "colour.blue")
DEGREES = ("makes", "helps", "lacks", "hurts", "breaks")


@st.composite
def tasks(draw: Draw) -> TaskDescription:
    """A task as people describe it, with a name that may be taken."""
    pairs = draw(st.dictionaries(st.sampled_from(["amount", "colour"]), st.just(None), max_size=2))
    when = {one: draw(st.sampled_from([v.partition(".")[2] for v in VALUES if v.startswith(one)])) for one in pairs}
    demands = st.builds(Demand, st.sampled_from(NEEDS), st.sampled_from(["weak", "required"]), st.just(when))
    return TaskDescription(
        label=draw(st.sampled_from(["packing", "stacking", "Sorting", "card sorting"])),
        broader=draw(st.lists(st.sampled_from(["sorting", "card-sorting"]), max_size=2, unique=True)),
        demands=draw(st.lists(demands, max_size=2)),
    )


@st.composite
def documents(draw: Draw) -> str:
    """The Turtle of a pack: statements that make sense, that do not, and some with faults."""
    conditions = st.sampled_from(
        ["[ aw:is value:colour.red ]", "[ aw:atLeast value:amount.many ]", "[ aw:task task:sorting ]",
         "[ aw:not [ aw:is value:colour.red ] ]", "[ aw:needs need:care ]", "[ aw:is value:colour.grey ]"]
    )  # fmt: skip
    lines = []
    for number in range(draw(st.integers(1, 4))):
        when = "".join(f" aw:when {one} ;" for one in draw(st.lists(conditions, max_size=2, unique=True)))
        rests = f"{when} prov:wasDerivedFrom claim:c ."
        need = draw(st.sampled_from(NEEDS))
        lines.append(
            draw(
                st.sampled_from(
                    [
                        f"rule:r{number} a aw:DemandRule ; aw:raises need:{need} ; aw:strength aw:strong ;{rests}",
                        f"rule:r{number} a aw:DemandRule ; aw:raises need:{need} ; aw:strength aw:required ;{rests}",
                        f"contribution:c{number} a aw:Contribution ; aw:technique technique:hand ;"
                        f" aw:need need:{need} ; aw:degree aw:{draw(st.sampled_from(DEGREES))} ;{rests}",
                        f'technique:t{number} a aw:Technique ; skos:prefLabel "t{number}"@en ; aw:complexity 1 .',
                        f"rule:r{number} a aw:DemandRule ; aw:raises need:{need} .",
                    ]
                )
            )
        )
    return PREFIXES + HEADER + "\n".join(lines)


HEADER = (
    'pack:mine a aw:Pack ; skos:prefLabel "Mine"@en ; aw:precedence 40 ; owl:versionInfo "1" ; dcterms:creator "Ann" ;'
    " dcterms:license <https://www.apache.org/licenses/LICENSE-2.0> .\n"
)


@st.composite
def makers(draw: Draw) -> tuple[str, Any]:
    """A way to change the knowledge, whatever it is at that time."""
    way = draw(st.sampled_from(["add", "replace", "remove", "pack", "no pack"]))
    task = draw(tasks())
    text = draw(documents()) if way == "pack" else PREFIXES

    def make(snapshot: Snapshot) -> Change:
        own = [one.id for one in snapshot.knowledge.tasks.values() if one.pack == "local"]
        if way == "add" or (not own and way in {"replace", "remove"}):
            return add_task(snapshot, task, "Ann")
        if way == "replace":
            return replace_task(snapshot, TaskDescription(own[0], own[0], (), task.broader, task.demands), "Ann")
        if way == "remove":
            return remove_task(snapshot, own[0], "Ann")
        old = [quad for quad in snapshot.quads if quad.graph_name.value.endswith("/pack/mine")]
        new = parse_pack(text, pack="mine")
        gone, come = set(old) - set(new), set(new) - set(old)
        return Change(snapshot.version.number, tuple(come), tuple(gone), "Ann", "Put it", ("pack", "mine"))

    return way, make


def shown(preview: Preview) -> dict[str, Any]:
    """All that a dry run says."""
    delta = delta_of(preview.change.added, preview.change.removed)
    return {
        "findings": preview.findings,
        "impact": preview.impact and preview.impact.as_dict(),
        "content": preview.content_hash,
        "version": preview.after.version.number,
        "difference": [*difference(preview.before.knowledge, preview.knowledge, delta)],
    }


@given(makers())
def test_a_dry_run_says_what_the_commit_then_does(house: House, drawn: tuple[str, Any]) -> None:
    """Findings, impact, difference, number and content hash of the next version are those of the dry run."""
    way, make = drawn
    before = house.store.snapshot()
    try:
        change = make(before)
    except ChangeError:
        return
    rehearsed = house.pipeline.preview(change)
    assert house.store.head() == before.version
    again = house.pipeline.preview(make(house.store.snapshot()))
    assert shown(again) == shown(rehearsed)
    if rehearsed.errors:
        with pytest.raises(InvalidKnowledgeError):
            house.pipeline.save(again)
        assert house.store.head() == before.version
        event(f"{way}: refused")
        return
    saved = house.pipeline.save(again)
    after = house.store.snapshot()
    event(f"{way}: saved" if saved.number != before.version.number else f"{way}: nothing new")
    assert after.version.content_hash == rehearsed.content_hash == content_hash(after.quads)
    assert after.knowledge == rehearsed.knowledge
    if set(before.quads) != set(after.quads):
        assert saved.number == rehearsed.after.version.number
    delta = house.store.delta(saved.number)
    if saved.number != before.version.number:
        told = [*difference(before.knowledge, after.knowledge, delta)]
        assert told == shown(rehearsed)["difference"]
    told_of = {one.question.id: one for one in rehearsed.impact.effects}
    old, new = house.live.at(before.version.number), house.live.at(saved.number)
    for scenario in after.knowledge.scenarios.values():
        asked = {
            "task": scenario.task,
            "constraints": dict(scenario.values),
            "needs": dict.fromkeys(scenario.needs, "strong"),
        }
        winners = [one.decide(one.profile(**asked)).winners for one in (old, new)]
        one = told_of.get(scenario.id)
        assert (winners[0] != winners[1]) == (one is not None and one.effect == "answer")
