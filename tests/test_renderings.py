"""One proof in every form: golden renderings, and what must hold of each form whatever the proof says."""

from __future__ import annotations

import difflib
import functools
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from markdown_it import MarkdownIt
from rdflib import Graph, URIRef
from rdflib.namespace import PROV, RDF
from rich.console import Console

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.errors import RenderingUnavailable
from engine.explanation import WhyAnswer
from engine.profile import InvalidProfile
from engine.render import drawn, graph, prose
from engine.render.outline import Step
from kb.model import Knowledge
from kb.namespaces import BASE
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden_renderings"
PACKS = {"second": TESTS / "second_domain" / "packs", "shipped": SHIPPED}
QUESTIONS: dict[str, dict[str, Any]] = {
    question["id"]: question
    for question in json.loads((TESTS / "golden" / "questions.json").read_text(encoding="utf-8"))
}
DRAWN = ("second-ledger", "second-cached", "second-nothing-left", "shipped-support", "shipped-question-answering")
BLESS = os.environ.get("ADAPTWISE_BLESS") == "1"
SVG = "{http://www.w3.org/2000/svg}"


@functools.cache
def knowledge(packs: str) -> Knowledge:
    """The knowledge of a packs root."""
    return read_knowledge(load_packs(PACKS[packs]))


@pytest.fixture(scope="module", params=DRAWN)
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[str, Advisor, Recommendation, WhyAnswer]]:
    """A question's id, the advisor, its answer, and why."""
    question = QUESTIONS[request.param]
    with advising(knowledge(question["packs"])) as advisor:
        recommendation = advisor.recommend(advisor.profile(**question["profile"]), AS_OF)
        yield request.param, advisor, recommendation, advisor.why(recommendation)


Asked = tuple[str, Advisor, Recommendation, WhyAnswer]


def ways_out(advisor: Advisor, recommendation: Recommendation) -> str:
    """Why not each of the techniques, with what would change that."""
    families = [
        result["technique"] for result in recommendation.ranking if result["technique"] not in recommendation.winners
    ]
    return "\n\n".join(advisor.why_not(recommendation, one, repair=True).as_text() for one in families) + "\n"


RENDERED: dict[str, Callable[[Advisor, Recommendation, WhyAnswer], str]] = {
    "proof.txt": lambda _advisor, _answer, why: drawn.text(why.outline()) + "\n",
    "proof.md": lambda _advisor, _answer, why: why.as_markdown(),
    "proof.html": lambda _advisor, _answer, why: why.as_html(),
    "decision-record.md": lambda advisor, answer, _why: advisor.decision_record(answer).as_markdown(),
    "claims.txt": lambda advisor, answer, _why: advisor.who_says_so(answer).as_text() + "\n",
    "why-not.txt": lambda advisor, answer, _why: ways_out(advisor, answer),
}


@pytest.mark.parametrize("form", RENDERED)
def test_golden_rendering(asked: Asked, form: str) -> None:
    """The rendering is the golden one, to the letter."""
    name, advisor, recommendation, why = asked
    found = RENDERED[form](advisor, recommendation, why)
    file = GOLDEN / f"{name}.{form}"
    if BLESS:
        file.write_text(found, encoding="utf-8")
    golden = file.read_text(encoding="utf-8") if file.exists() else ""
    difference = difflib.unified_diff(golden.splitlines(), found.splitlines(), "golden", "found", lineterm="", n=1)
    assert found == golden, "\n".join(["if this is meant, run with ADAPTWISE_BLESS=1:", *difference])


def test_every_golden_rendering_belongs_to_a_question() -> None:
    """No file is left over."""
    expected = {f"{name}.{form}" for name in DRAWN for form in RENDERED}
    assert {file.name for file in GOLDEN.iterdir()} - {"README.md"} == expected


# --- good English ---------------------------------------------------------------------------------------------


def ids_of(knowledge: Knowledge) -> set[str]:
    """Ids of several words that are nobody's label: who reads one in a text reads an id."""
    labels = {
        term.label for kind in ("technique", "need", "constraint", "task") for term in knowledge.of(kind).values()
    }
    statements = {statement.id for _, statement in knowledge.statements()}
    terms = {*knowledge.needs, *knowledge.constraints, *knowledge.techniques, *knowledge.tasks, *knowledge.claims}
    return {one for one in {*statements, *terms} if "-" in one and not any(one in label for label in labels)}


@pytest.mark.parametrize("form", [form for form in RENDERED if form != "proof.html"])
def test_texts_are_good_english(asked: Asked, form: str) -> None:
    """No id, no double negative, no wrong plural, no doubled mark."""
    name, advisor, recommendation, why = asked
    text = RENDERED[form](advisor, recommendation, why)
    words = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", text))
    assert words & ids_of(advisor.knowledge) == set(), name
    wrong = [
        r"\bnot (?:\w+ )?(?:no|not|none|nothing)\b",
        r"\bone (?:points|claims|changes|steps|scenarios)\b",
        r"\b(?:[02-9]|\d\d+|two|three|ten) (?:point|claim|change|step)\b",
        r"\.\.(?!\.)|,,|::|  [a-z]|\. ,|“”",
        r"\bNone\b(?! of)",
        r"[{}]",
    ]
    said = [re.sub(r"\W", "", claim.text) for claim in advisor.knowledge.claims.values()]
    # what a source says is its own affair
    lines = [line for line in text.splitlines() if not any(one in re.sub(r"\W", "", line) for one in said)]
    assert [line for line in map(str.strip, lines) if any(re.search(pattern, line) for pattern in wrong)] == []


# --- the outline ----------------------------------------------------------------------------------------------------


def test_an_outline_holds_the_whole_proof_once(asked: Asked) -> None:
    """Every node below the root is laid out once; each other place refers to where it is."""
    *_, why = asked
    steps = list(why.outline().steps())
    laid_out = [step.node for step in steps if step.premises]
    assert len(laid_out) == len(set(laid_out))
    below = {node.id for node in why.proof.below(steps[0].node)}
    assert {step.node for step in steps} == below
    places = {step.number: step.node for step in steps if step.premises}
    for step in steps:
        if step.same_as:
            assert places[step.same_as] == step.node
        elif not step.premises:
            assert not why.proof.nodes[step.node].premises


def test_shared_parts_are_referred_to() -> None:
    """Where several steps rest on one need, the others say where its proof stands."""
    question = QUESTIONS["second-cached"]
    with advising(knowledge("second")) as advisor:
        why = advisor.why(advisor.recommend(advisor.profile(**question["profile"]), AS_OF))
        steps = list(why.outline(node="decision").steps())
    references = [step for step in steps if step.same_as]
    assert references
    assert all(f"(see {step.same_as})" in step.heading for step in references)


def test_levels_open_one_at_a_time(asked: Asked) -> None:
    """A level shows the premises of a node and says how many are below each; drilling down gives just those."""
    *_, why = asked
    root = why.outline(level=0)
    assert root.premises == () and root.more == len(why.proof.nodes[root.node].premises)
    opened = why.outline(level=1)
    assert [step.node for step in opened.premises] == [step.node for step in why.outline().premises]
    for step in opened.premises:
        assert why.outline(node=step.node, level=1).premises or step.more == 0


def test_points_of_an_outline_add_up(asked: Asked) -> None:
    """The points of the steps under a technique are its score."""
    *_, recommendation, why = asked
    for result in recommendation.ranking:
        steps = why.outline(node=f"technique:{result['technique']}", level=1).premises
        assert sum(step.points or 0 for step in steps) == result["score"]


def test_an_outline_is_plain_data(asked: Asked) -> None:
    """Through JSON and back it is the same."""
    outline = asked[-1].outline()
    assert Step.from_dict(json.loads(json.dumps(outline.as_dict()))) == outline


def test_a_node_that_is_not_there_is_named(asked: Asked) -> None:
    """An unknown node is refused with the nearest one."""
    node = asked[-1].outline().node
    with pytest.raises(InvalidProfile) as refused:
        asked[-1].outline(node=f"{node}x")
    assert node in refused.value.problems[0].nearest


# --- forms ------------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a document, with a check that they close in order."""

    VOID = ("br",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_opens_level_by_level(asked: Asked) -> None:
    """Well-formed, without style or script, with one <details> a step with premises, and references that lead there."""
    why = asked[-1]
    tags = Tags()
    tags.feed(why.as_html())
    assert tags.open == []
    names = [tag for tag, _ in tags.seen]
    assert not {"script", "style", "link"} & set(names)
    assert not [attributes for _, attributes in tags.seen if {"style", "onclick"} & set(attributes)]
    assert names.count("details") == sum(bool(step.premises) for step in why.outline().steps())
    ids = {attributes["id"] for _, attributes in tags.seen if "id" in attributes}
    assert {attributes["href"] for tag, attributes in tags.seen if tag == "a"} <= {f"#{one}" for one in ids}


HOSTILE = '<script>alert("1")</script> *a* [b](c) `d` \\N "q" & | # e_f_g'


@pytest.fixture
def hostile() -> Iterator[Step]:
    """An outline whose text is markup of every form."""
    leaf = Step("n:2", "value", "1", HOSTILE, None, (), HOSTILE, None, 0, ())
    return Step("n:1", "technique", "", HOSTILE, 3, (), "", None, 0, (leaf,))


def test_markup_in_labels_stays_text(hostile: Step) -> None:
    """Labels are data: in HTML, Markdown, DOT and the terminal they come out as they are."""
    tags = Tags()
    tags.feed(drawn.html(hostile, Knowledge(), HOSTILE))
    assert "script" not in [tag for tag, _ in tags.seen]
    assert tags.text.count(HOSTILE) == 4
    rendered = MarkdownIt().render(drawn.markdown(hostile, Knowledge(), HOSTILE))
    tags = Tags()
    tags.feed(rendered)
    assert tags.text.count(HOSTILE) == 4
    assert not {"script", "a", "code"} & {tag for tag, _ in tags.seen}
    console = Console(file=io.StringIO(), width=400, no_color=True)
    console.print(drawn.tree(hostile))
    assert console.file.getvalue().count(HOSTILE) == 3


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "# a",
        "> a",
        "- a",
        "+ a",
        "1. a",
        "2) a",
        "---",
        "===",
        "~~~ a",
        "| a | b |",
        "[a]: http://b",
        "[a][b]",
        "&lt;",
    ],
)
def test_markdown_says_what_the_text_says(text: str) -> None:
    """Whatever a text begins with or holds, in a paragraph and in a list it is that text again."""
    for document in (prose.escaped(text), f"- {prose.escaped(text)}", f"a\n{prose.escaped(text)}"):
        tags = Tags()
        tags.feed(MarkdownIt().enable("table").render(document))
        assert tags.text.strip().removeprefix("a\n") == text
        assert {tag for tag, _ in tags.seen} <= {"p", "ul", "li"}


@pytest.mark.skipif(shutil.which(graph.PROGRAM) is None, reason="Graphviz is not installed")
def test_markup_in_labels_stays_text_in_drawings(hostile: Step) -> None:
    """Graphviz is given strings, whatever is in them."""
    root = ET.fromstring(graph.laid_out(graph.dot(hostile)))
    texts = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    assert texts.replace("\xa0", " ").count(HOSTILE[:20]) == 2
    assert "\\N" in texts


@pytest.mark.skipif(shutil.which(graph.PROGRAM) is None, reason="Graphviz is not installed")
def test_a_drawing_has_each_node_once(asked: Asked) -> None:
    """The graph has a node for each step of the proof below the root, and an arrow for each premise."""
    why = asked[-1]
    root = ET.fromstring(why.as_svg())
    below = why.proof.below(why.outline().node)
    groups = [group.get("class") for group in root.iter(f"{SVG}g")]
    assert groups.count("node") == len(below)
    assert groups.count("edge") == sum(len(why.proof.premises(node)) for node in below)


def test_without_graphviz_the_package_is_named(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program is missing the error says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RenderingUnavailable, match="Install the package graphviz"):
        asked[-1].as_svg()


@pytest.mark.parametrize(("script", "words"), [("exit 1", "could not draw"), ("sleep 5", "did not draw")])
def test_graphviz_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str) -> None:
    """A program that fails or hangs is an error with words, after a while."""
    program = tmp_path / graph.PROGRAM
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(graph, "SECONDS", 0.5)
    with pytest.raises(RenderingUnavailable, match=words):
        graph.laid_out("digraph {}")


def test_provenance_is_the_same_in_both_syntaxes(asked: Asked) -> None:
    """Turtle and JSON-LD say the same, and the same again when asked again."""
    why = asked[-1]
    turtle = ox.parse(why.as_turtle(), ox.RdfFormat.TURTLE)
    json_ld = ox.parse(why.as_json_ld(), ox.RdfFormat.JSON_LD)
    assert {quad.triple for quad in turtle} == {quad.triple for quad in json_ld}
    assert why.as_json_ld() == why.as_json_ld() and why.as_turtle() == why.as_turtle()


def test_provenance_holds_the_proof(asked: Asked) -> None:
    """Each node is an entity derived from its premises and claims; each claim was used and leads to its source."""
    _, advisor, recommendation, why = asked
    made = Graph().parse(data=why.as_turtle())
    base = f"{BASE}recommendation/{recommendation.id}"
    assert all(str(one).startswith(BASE) for one in made.subjects())
    activity = URIRef(f"{base}/answering")
    used = set(made.objects(activity, PROV.used))
    for node in why.proof.nodes.values():
        name = URIRef(f"{base}/proof/{node.id}")
        assert (name, RDF.type, PROV.Entity) in made
        derived = set(made.objects(name, PROV.wasDerivedFrom))
        assert derived >= {URIRef(f"{base}/proof/{premise.id}") for premise in why.proof.premises(node)}
        claims = {URIRef(f"{BASE}claim/{claim}") for claim in node.get("claims", ())}
        assert derived >= claims
        assert used >= claims
    for claim in why.proof.claims:
        source = advisor.knowledge.claims[claim].source
        assert (URIRef(f"{BASE}claim/{claim}"), PROV.wasDerivedFrom, URIRef(f"{BASE}source/{source}")) in made


def test_a_decision_record_has_the_sections_of_its_form(asked: Asked) -> None:
    """MADR's headings stand in their order, once each; every option is considered and weighed."""
    _, advisor, recommendation, _ = asked
    record = advisor.decision_record(recommendation).as_markdown()
    headings = re.findall(r"^##? .+$", record, re.MULTILINE)
    assert [heading for heading in headings if heading.startswith("## ")] == [
        "## Context and Problem Statement",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "## Pros and Cons of the Options",
        "## More Information",
    ]
    assert sum(heading.startswith("# ") for heading in headings) == 1
    assert record.startswith('---\nstatus: "proposed"\ndate: 2026-11-22\n---\n')
    for result in recommendation.ranking:
        name = advisor.knowledge.techniques[result["technique"]].label
        assert f"- {name[0].upper()}{name[1:]}\n" in record
        assert f"### {name[0].upper()}{name[1:]}\n" in record
    assert not re.search(r"\byou (?:said|gave|ruled|say)\b", record)


def test_prose_keeps_its_words(asked: Asked) -> None:
    """Markdown and HTML of an explanation in words say what the text says."""
    _, advisor, recommendation, why = asked
    technique = recommendation.ranking[-1]["technique"]
    for text in (why.as_text(), advisor.why_not(recommendation, technique).as_text()):
        plain = re.sub(r"\s+", " ", text.replace("• ", "")).strip()
        for document in (prose.html(text), MarkdownIt().render(prose.markdown(text))):
            tags = Tags()
            tags.feed(document.replace("<br>", " "))
            assert tags.open == []
            assert re.sub(r"\s+", " ", tags.text).strip() == plain


# --- ways out -----------------------------------------------------------------------------------------------------


def test_ways_out_hold_when_they_are_gone(asked: Asked) -> None:
    """Each repair, replayed, lifts its blocker; the cheapest set of changes makes the technique the recommendation."""
    _, advisor, recommendation, _ = asked
    for result in recommendation.ranking:
        answer = advisor.why_not(recommendation, result["technique"], repair=True)
        assert answer.repairs is not None
        document = answer.as_dict()
        for blocker in document["blockers"]:
            if blocker["repair"]:
                after = advisor.what_if(recommendation, changed(recommendation, blocker["repair"])).after
                left = after.result(result["technique"])["blockers"]
                assert blocker["reason"] not in {one["reason"] for one in left if same(one, blocker)}
        if document["repair"] and document["repair"]["changes"]:
            after = advisor.what_if(recommendation, changed(recommendation, document["repair"])).after
            assert after.winners == [result["technique"]]


def changed(recommendation: Recommendation, repair: dict[str, Any]) -> dict[str, Any]:
    """A repair as what-if takes it."""
    return {
        "constraints": {change["constraint"]: change["value"] for change in repair["changes"]},
        "exclude": [one for one in recommendation.profile.exclude if one not in repair["admits"]],
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two blockers of a technique are about the same."""
    return all(one.get(name) == other.get(name) for name in ("reason", "need", "side", "statements"))


def test_a_gap_is_told_in_the_constraints_own_unit() -> None:
    """Where a number was stated the gap is a number too; elsewhere it is in steps."""
    with advising(knowledge("second")) as advisor:
        for value, distance in ((4000, {"number": 4000, "below": 2000, "difference": -2000}), ("vast", None)):
            case = {"task": "session-store", "constraints": {"stored-volume": value}}
            answer = advisor.why_not(advisor.recommend(advisor.profile(**case), AS_OF), "key-value-cache")
            (gap,) = [gap for blocker in answer.as_dict()["blockers"] for gap in blocker["gaps"]]
            found = {name: gap["distance"][name] for name in distance} if distance else gap["distance"]
            assert found == distance
            assert gap["steps"] == 1
            assert "it would take that stored volume is not “vast”" in gap["text"]
            assert ("below 2000 gigabytes; now 4000" in gap["text"]) == (distance is not None)
